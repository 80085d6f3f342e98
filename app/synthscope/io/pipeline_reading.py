"""Folders and files of pretrained models, looked at before they are taken in: nothing of them is run or unpickled."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.pipeline_configuration import (
    CONFIG,
    INDEX,
    class_of,
    components_of,
    configuration_of,
    is_shard_index,
    read_json,
)
from synthscope.io.safetensors_form import PICKLES, check_form, count_values
from synthscope.io.single_files import find_single, is_autoencoder, is_single
from synthscope.records.model import Part
from synthscope.records.pretrained import DENOISERS, PARTS, SERVES, FoundFile, FoundPipeline, serves

WEIGHTS, PICKLED = ".safetensors", ".ckpt"
"""Endings of pipelines in one file; the second is refused with a sentence."""
WEIGHTLESS = ("Scheduler", "Tokenizer", "TokenizerFast", "ImageProcessor", "FeatureExtractor", "ImageProcessorFast")
"""How the classes of components without weights end."""


def find_pipeline(source: Path) -> FoundPipeline:
    """Tell what a folder or a file of others holds.

    Parameters
    ----------
    source : Path
        A folder with ``model_index.json`` (a pipeline) or ``config.json`` (one network), or a safetensors file of
        an adapter.

    Raises
    ------
    FileError
        If it is not there, or a component or its weights are missing.
    DocumentError
        If a file is damaged, cut short, or a pickle.
    InputError
        If it is of a kind that no generator works with.
    """
    if source.is_file():
        return _of_file(source)
    if not source.is_dir():
        raise FileError(f"There is no file or folder {source}; choose another one.")
    if (source / INDEX).is_file():
        return _of_pipeline(source)
    if (source / CONFIG).is_file() and class_of(source / CONFIG) in PARTS:
        return _of_network(source)
    files = sorted(source.glob("*.safetensors"))
    if len(files) == 1:
        return _of_file(files[0])
    raise InputError(
        f"Folder {source.name} holds no {INDEX}; give the folder of a whole pipeline, as diffusers saves it, of a "
        "ControlNet, or the safetensors file of a LoRA or an embedding."
    )


def is_pipeline(source: Path) -> bool:
    """Whether a folder or file is one of a pretrained model, by its name and its first words alone."""
    if source.is_dir():
        return (source / INDEX).is_file() or class_of(source / CONFIG) in PARTS
    if not source.is_file() or source.suffix.lower() != WEIGHTS:
        return source.is_file() and source.suffix.lower() == PICKLED
    try:
        shapes = check_form(source, source.name)
    except (FileError, DocumentError):
        return False
    return bool(_adapter(shapes)) or is_single(shapes) or is_autoencoder(shapes)


def _of_pipeline(source: Path) -> FoundPipeline:
    index = read_json(source / INDEX)
    kind = str(index.get("_class_name", ""))
    part: Part | None = PARTS.get(kind)
    if kind not in SERVES and part is None:
        known = ", ".join(sorted(SERVES))
        raise InputError(f"{source.name} is a {kind or 'pipeline without a class'}, with which no generator works; "
                         f"those that do are {known}.")  # fmt: skip
    components = dict(components_of(index, source.name))
    files, parameters = [FoundFile(source / INDEX, INDEX)], 0
    for name, class_name in components.items():
        found, count = _component(source, name, class_name)
        files += found
        parameters += count
    side, channels, multiple = _size_of(source, components)
    labels = _labels(index.get("id2label"), source.name) if kind == "DiTPipeline" else ()
    return FoundPipeline(
        kind, tuple(files), part or "", () if part else serves(kind, channels), side, channels, components, parameters,
        labels, multiple,
    )  # fmt: skip


def _component(source: Path, name: str, class_name: str) -> tuple[list[FoundFile], int]:
    folder = source / name
    if not folder.is_dir():
        raise FileError(f"{source.name} lacks its component {name} ({class_name}); fetch the whole folder.")
    weights = _weights_of(folder, f"{source.name}/{name}") if not class_name.endswith(WEIGHTLESS) else []
    others = configuration_of(folder, name, source.name)
    count = _count(weights, f"The weights of {source.name}/{name}")
    indices = [p for p in sorted(folder.iterdir()) if is_shard_index(p) and len(weights) > 1]
    return [FoundFile(path, f"{name}/{path.name}") for path in (*others, *indices, *weights)], count


def _weights_of(folder: Path, name: str) -> list[Path]:
    """Give the safetensors files of a component: one, or the shards of one; full precision where both are there."""
    found = sorted(folder.glob("*.safetensors"))
    plain = [path for path in found if ".fp16" not in path.name and ".bf16" not in path.name]
    chosen = [path for path in plain or found if ".non_ema" not in path.name]
    if chosen:
        return chosen
    pickled = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in PICKLES)
    if pickled:
        raise DocumentError(
            f"{name} has its weights as {pickled[0]}, a pickled checkpoint, which could run any program; ask for the "
            "model as safetensors."
        )
    raise FileError(f"{name} has no weights (a .safetensors file); fetch the whole folder.")


def _count(weights: list[Path], words: str) -> int:
    return sum(count_values(check_form(path, words)) for path in weights)


def _size_of(source: Path, components: Mapping[str, str]) -> tuple[int, int, int]:
    """Give the side of the images that a pipeline was trained on, its denoiser's input channels, and its multiple.

    Sides are multiples of what one of the denoiser's patches covers; the latents of Kandinsky are made in steps of
    their own scale.
    """
    denoiser = next((name for name in DENOISERS if name in components), "")
    if not denoiser:
        return 0, 0, 0
    told = read_json(source / denoiser / CONFIG)
    side, channels, patch = (_whole(told.get(name)) for name in ("sample_size", "in_channels", "patch_size"))
    scale, grid = 1, patch
    for name in ("vae", "movq"):
        if name in components:
            levels = read_json(source / name / CONFIG).get("block_out_channels")
            scale = 2 ** (len(levels) - 1) if isinstance(levels, list) and levels else 1
            grid = scale if name == "movq" else patch
    return side * scale, channels, scale * grid


def _whole(told: Any) -> int:
    return told if isinstance(told, int) and not isinstance(told, bool) and told > 0 else 0


def _of_network(source: Path) -> FoundPipeline:
    kind = class_of(source / CONFIG)
    weights = _weights_of(source, source.name)
    parameters = _count(weights, f"The weights of {source.name}")
    files = tuple(FoundFile(path, path.name) for path in (source / CONFIG, *weights))
    channels = read_json(source / CONFIG).get("in_channels", 0)
    return FoundPipeline(kind, files, PARTS[kind], channels=channels, parameters=parameters)


def _of_file(source: Path) -> FoundPipeline:
    """Tell an adapter by the names of its tensors."""
    single = find_single(source)
    if single is not None:
        raise InputError(
            f"{source.name} is {single.title}, without its configuration and vocabulary; name a model of its kind that "
            "they are taken from: --base MODEL, or Import a file… in the window."
        )
    shapes = check_form(source, f"The weights of {source.name}")
    files = (FoundFile(source, source.name),)
    part = _adapter(shapes)
    if part:
        return FoundPipeline(part, files, part, parameters=count_values(shapes))
    if is_autoencoder(shapes):
        raise InputError(
            f"{source.name} is an autoencoder alone (VAE), which works in a pipeline only; give the file or the folder "
            "of a whole one."
        )
    raise InputError(
        f"{source.name} holds {len(shapes)} tensors of neither a LoRA nor an embedding; give a LoRA, a "
        "textual-inversion embedding, or a whole pipeline: its folder, as diffusers saves it, or its one file."
    )


def _adapter(shapes: Mapping[str, tuple[int, ...]]) -> Part | Literal[""]:
    """Tell an adapter by the names and shapes of its tensors."""
    if any("lora" in name.lower() for name in shapes):
        return "lora"
    return "embedding" if 0 < len(shapes) <= 2 and all(len(shape) in (1, 2) for shape in shapes.values()) else ""


def _labels(told: Any, name: str) -> tuple[str, ...]:
    """Give the names of classes, by their index: the first of several words, with the index where two have the same.

    Raises
    ------
    DocumentError
        If they are not numbered from 0 on.
    """
    if not isinstance(told, dict):
        return ()
    if set(told) != {str(i) for i in range(len(told))}:
        raise DocumentError(
            f"The {len(told)} classes of {name} (id2label) are not numbered from 0 to {len(told) - 1}; fetch it again."
        )
    words = [str(told[str(i)]).split(",")[0].strip() for i in range(len(told))]
    return tuple(word if word and words.count(word) == 1 else f"{word} ({i})".strip() for i, word in enumerate(words))
