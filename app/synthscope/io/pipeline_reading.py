"""Folders and files of pretrained models, looked at before they are taken in: nothing of them is run or unpickled."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.faults import reading_faults
from synthscope.io.safetensors_form import PICKLES, check_form, count_values
from synthscope.records.model import Part
from synthscope.records.pretrained import DENOISERS, PARTS, SERVES, FoundFile, FoundPipeline, serves

INDEX, CONFIG = "model_index.json", "config.json"
LIBRARIES = ("diffusers", "transformers")
TAKEN = (".json", ".txt", ".model", ".safetensors")
"""Endings of files that are taken in; all others (programs, pickles, pictures) stay behind."""
LEFT_OUT = ("safety_checker",)
"""Components that no generator of ours uses: a judge of photographs has no word in science."""
WEIGHTLESS = ("Scheduler", "Tokenizer", "TokenizerFast", "ImageProcessor", "FeatureExtractor", "ImageProcessorFast")
"""How the classes of components without weights end."""
MOST_JSON = 64 * 2**20
_COMPONENT = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


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
    if (source / CONFIG).is_file() and _class_of(source / CONFIG) in PARTS:
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
        return (source / INDEX).is_file() or _class_of(source / CONFIG) in PARTS
    if not source.is_file() or source.suffix.lower() != TAKEN[-1]:
        return False
    try:
        shapes = check_form(source, source.name)
    except (FileError, DocumentError):
        return False
    return bool(_adapter(shapes)) or _is_single(shapes)


def _of_pipeline(source: Path) -> FoundPipeline:
    index = _read_json(source / INDEX)
    kind = str(index.get("_class_name", ""))
    part: Part | None = PARTS.get(kind)
    if kind not in SERVES and part is None:
        known = ", ".join(sorted(SERVES))
        raise InputError(f"{source.name} is a {kind or 'pipeline without a class'}, with which no generator works; "
                         f"those that do are {known}.")  # fmt: skip
    components = dict(_components(index, source.name))
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


def _components(index: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    """Give name and class of each component, and refuse one that is a program of somebody else's."""
    for component, told in index.items():
        if component.startswith("_") or component in LEFT_OUT or not isinstance(told, list):
            continue
        library, class_name = (*told, None, None)[:2]
        if library is None or class_name is None:
            continue
        if library not in LIBRARIES and not str(library).startswith(("stable_diffusion", "stable_unclip")):
            raise InputError(
                f"Component {component} of {name} is of {library!r}: it would run a program of its own, which this "
                f"program does not do; choose a pipeline of {' and '.join(LIBRARIES)} alone."
            )
        if not _COMPONENT.fullmatch(component):
            raise InputError(
                f"{name} has a component {component!r}, which is no name of a folder in it and could reach files "
                "elsewhere; choose another pipeline."
            )
        yield component, str(class_name)


def _component(source: Path, name: str, class_name: str) -> tuple[list[FoundFile], int]:
    folder = source / name
    if not folder.is_dir():
        raise FileError(f"{source.name} lacks its component {name} ({class_name}); fetch the whole folder.")
    weights = _weights_of(folder, f"{source.name}/{name}") if not class_name.endswith(WEIGHTLESS) else []
    others = [p for p in sorted(folder.iterdir()) if p.suffix in TAKEN[:3] and p.is_file() and not _is_index(p)]
    if not others:
        raise FileError(f"Component {name} of {source.name} has no configuration; fetch the whole folder.")
    count = _count(weights, f"The weights of {source.name}/{name}")
    indices = [p for p in sorted(folder.iterdir()) if _is_index(p) and len(weights) > 1]
    return [FoundFile(path, f"{name}/{path.name}") for path in (*others, *indices, *weights)], count


def _is_index(path: Path) -> bool:
    return path.name.endswith(".index.json")


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
    told = _read_json(source / denoiser / CONFIG)
    side, channels, patch = (_whole(told.get(name)) for name in ("sample_size", "in_channels", "patch_size"))
    scale, grid = 1, patch
    for name in ("vae", "movq"):
        if name in components:
            levels = _read_json(source / name / CONFIG).get("block_out_channels")
            scale = 2 ** (len(levels) - 1) if isinstance(levels, list) and levels else 1
            grid = scale if name == "movq" else patch
    return side * scale, channels, scale * grid


def _whole(told: Any) -> int:
    return told if isinstance(told, int) and not isinstance(told, bool) and told > 0 else 0


def _of_network(source: Path) -> FoundPipeline:
    kind = _class_of(source / CONFIG)
    weights = _weights_of(source, source.name)
    parameters = _count(weights, f"The weights of {source.name}")
    files = tuple(FoundFile(path, path.name) for path in (source / CONFIG, *weights))
    channels = _read_json(source / CONFIG).get("in_channels", 0)
    return FoundPipeline(kind, files, PARTS[kind], channels=channels, parameters=parameters)


def _of_file(source: Path) -> FoundPipeline:
    """Tell an adapter by the names of its tensors."""
    if source.suffix.lower() in PICKLES:
        raise DocumentError(
            f"{source.name} is a pickled checkpoint, which could run any program when it is opened; ask for it as "
            "safetensors."
        )
    shapes = check_form(source, f"The weights of {source.name}")
    files = (FoundFile(source, source.name),)
    part = _adapter(shapes)
    if part:
        return FoundPipeline(part, files, part, parameters=count_values(shapes))
    if _is_single(shapes):
        raise InputError(
            f"{source.name} is a whole model in one file, without its configuration and vocabulary; ask for the "
            "folder of the pipeline, as diffusers saves it (StableDiffusionPipeline.from_single_file, then "
            "save_pretrained)."
        )
    raise InputError(
        f"{source.name} holds {len(shapes)} tensors of neither a LoRA nor an embedding; give a LoRA, a "
        "textual-inversion embedding, or the folder of a whole pipeline, as diffusers saves it."
    )


def _adapter(shapes: Mapping[str, tuple[int, ...]]) -> Part | Literal[""]:
    """Tell an adapter by the names and shapes of its tensors."""
    if any("lora" in name.lower() for name in shapes):
        return "lora"
    return "embedding" if 0 < len(shapes) <= 2 and all(len(shape) in (1, 2) for shape in shapes.values()) else ""


def _is_single(shapes: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether a file has a whole model in the form of the first Stable Diffusion programs."""
    return any(name.startswith("model.diffusion_model.") for name in shapes)


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


def _class_of(path: Path) -> str:
    try:
        return str(_read_json(path).get("_class_name", ""))
    except (FileError, DocumentError):
        return ""


def _read_json(path: Path) -> dict[str, Any]:
    with reading_faults(path):
        if path.stat().st_size > MOST_JSON:
            raise DocumentError(f"{path.name} of {path.parent.name} is too large for a configuration.")
        text = path.read_text(encoding="utf-8", errors="replace")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{path.parent.name}/{path.name} is damaged ({error}); fetch it again.") from error
    if not isinstance(found, dict):
        raise DocumentError(f"{path.parent.name}/{path.name} is no configuration; fetch it again.")
    return found
