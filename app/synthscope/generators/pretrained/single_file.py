"""One file of a whole pipeline, or of a ControlNet, made into a folder by diffusers' own converter."""

from __future__ import annotations

import json
import re
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from safetensors import safe_open
from torch import nn

from synthscope.errors import InputError
from synthscope.generators.pretrained.loading import first_line, quiet
from synthscope.io.pipeline_configuration import CONFIG, INDEX, read_json
from synthscope.io.single_files import AUTOENCODERS, CONTROL, DENOISER, NETWORKS, WORDS
from synthscope.records.events import Job, Progress
from synthscope.records.pretrained import Configuration, FoundSingle

BESIDE = ("tokenizer", "tokenizer_2", "scheduler")
"""Components that need none, and without which no pipeline is put together."""
FORMATS: Mapping[str, torch.dtype] = {
    "F16": torch.float16, "F8_E4M3": torch.float16, "F8_E5M2": torch.float16, "BF16": torch.bfloat16,
}  # fmt: skip
"""Number formats of a file, and which of torch's holds all their values; float32 those of all others."""
PREFIXES: Mapping[str, tuple[str, ...]] = {
    "": (CONTROL,), "unet": (DENOISER,), "vae": AUTOENCODERS,
}  # fmt: skip
"""How the names of a network begin that has as many tensors in a file as in a folder."""
UNUSED, LOSS = ("position_ids", "logit_scale"), ".loss."
"""What files hold beside the weights that a pipeline works with: counted places, and what a training left."""
_SHAPES = re.compile(r"because (\S+) expected shape torch\.Size\(\[([\d, ]*)\]\), but got torch\.Size\(\[([\d, ]*)\]\)")


class SingleFile:
    """Makes a folder as diffusers saves it of a file, by the configuration of another pipeline."""

    def convert(self, single: FoundSingle, base: Configuration, out: Path) -> Job[str]:
        """Write a pipeline, or a ControlNet, into the folder `out`, and give the number format of its weights.

        What is needed on the way lies beside `out` and goes again.

        Weights are mapped from the file and written one network after another: little of them is in memory at a time.
        Configurations and vocabularies are those of `base`, byte for byte.

        Raises
        ------
        InputError
            If the file is one of another configuration; the sentence names a tensor and both shapes.
        """
        yield Progress(0, 1, f"Converting {single.path.name}")
        dtype = _format_of(single)
        with TemporaryDirectory(prefix="configuration-", dir=out.parent) as place, _misfits(single, base):
            folder = Path(place)
            if single.part:
                networks = {"": _control(single, base, folder, dtype)}
            else:
                networks = _pipeline(single, base, folder, dtype)
        if not single.part:
            _copy_configuration(base, out)
        total = len(networks)
        for i, name in enumerate(list(networks)):
            yield Progress(i, total, f"Writing {name or single.part}")
            _check_numbers(networks[name], name or single.part, single)
            _write(networks.pop(name), out / name, kept=not single.part)
        return str(dtype).removeprefix("torch.")


def _pipeline(single: FoundSingle, base: Configuration, folder: Path, dtype: torch.dtype) -> dict[str, nn.Module]:
    """Read the networks of a pipeline, by a copy of the configuration that has no weights: none are taken from it."""
    import diffusers
    from accelerate import init_empty_weights

    _copy_configuration(base, folder)
    index = read_json(folder / INDEX)
    wanted = {name: told for name, told in index.items() if name in (*NETWORKS, *BESIDE)}
    others = {name: [None, None] for name, told in index.items() if isinstance(told, list) and name not in wanted}
    (folder / INDEX).write_text(json.dumps({"_class_name": base.kind, **wanted, **others}), encoding="utf-8")
    with quiet(), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of schedules as they were published: the base's stays as it is
        for name in ("unet", "vae"):
            with init_empty_weights():
                empty = getattr(diffusers, base.components[name]).from_config(read_json(folder / name / CONFIG))
            _check_counts(name, empty, single, base)
        pipeline = getattr(diffusers, base.kind).from_single_file(
            str(single.path), config=str(folder), local_files_only=True, dtype=dtype, extract_ema=single.averaged
        )
    networks = {name: one for name in NETWORKS if isinstance(one := getattr(pipeline, name, None), nn.Module)}
    for name, network in networks.items():
        lost = [key for key, value in network.state_dict().items() if value.is_meta]
        if lost:
            raise _misfit(single, base, f"it lacks {len(lost)} tensors of the {name}, the first of which is {lost[0]}")
    return networks


def _control(single: FoundSingle, base: Configuration, folder: Path, dtype: torch.dtype) -> nn.Module:
    from accelerate import init_empty_weights
    from diffusers import ControlNetModel, UNet2DConditionModel

    if base.components:
        with quiet(), init_empty_weights():
            denoiser = UNet2DConditionModel.from_config(read_json(base.folder / "unet" / CONFIG))
            network = ControlNetModel.from_unet(
                denoiser, conditioning_embedding_out_channels=single.hints, load_weights_from_unet=False
            )
        network.save_config(folder)
    else:
        shutil.copyfile(base.folder / CONFIG, folder / CONFIG)
    with quiet():
        with init_empty_weights():
            empty = ControlNetModel.from_config(read_json(folder / CONFIG))
        _check_counts("", empty, single, base)
        found: nn.Module = ControlNetModel.from_single_file(
            str(single.path), config=str(folder), local_files_only=True, dtype=dtype
        )
    return found


def _copy_configuration(base: Configuration, out: Path) -> None:
    for file in base.files:
        (out / file.name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.path, out / file.name)


def _check_numbers(network: nn.Module, name: str, single: FoundSingle) -> None:
    """Refuse weights that are no numbers."""
    wrong = next((key for key, value in network.state_dict().items() if not bool(torch.isfinite(value).all())), "")
    if wrong:
        raise InputError(
            f"{single.path.name} holds values that are no numbers in {wrong} of its {name}; get another copy of it."
        )


def _write(network: Any, folder: Path, *, kept: bool) -> None:
    """Save a network; a configuration that lies there already stays as it is."""
    before = (folder / CONFIG).read_bytes() if kept else b""
    with quiet():
        network.save_pretrained(folder, safe_serialization=True)
    if before:
        (folder / CONFIG).write_bytes(before)


def _format_of(single: FoundSingle) -> torch.dtype:
    """Give the narrowest format that holds every weight of a file as it is; a schedule beside them does not count."""
    networks = (DENOISER, CONTROL, *AUTOENCODERS, *WORDS)
    with safe_open(str(single.path), framework="pt") as file:
        names = [one for one in file.keys() if not one.endswith(UNUSED)]  # noqa: SIM118 - no mapping
        chosen = [one for one in names if one.startswith(networks)] or names
        told = {str(file.get_slice(one).get_dtype()) for one in chosen}
    whole = sorted(one for one in told if one.startswith(("I", "U", "BOOL")))
    if whole:
        raise InputError(
            f"{single.path.name} keeps weights as whole numbers ({', '.join(whole)}), which are not read here; get it "
            "in float16, bfloat16 or float32."
        )
    found = {FORMATS.get(one, torch.float32) for one in told}
    return found.pop() if len(found) == 1 else torch.float32


@contextmanager
def _misfits(single: FoundSingle, base: Configuration) -> Iterator[None]:
    """Turn what diffusers raises where names or shapes differ into a sentence of ours."""
    from diffusers.loaders.single_file_utils import SingleFileComponentError

    try:
        yield
    except InputError:
        raise
    except NotImplementedError as error:  # of a tensor that was not filled, and now is to be moved
        raise _misfit(single, base, "it lacks weights that are there") from error
    except (
        SingleFileComponentError, ValueError, KeyError, IndexError, TypeError, AttributeError, RuntimeError, OSError
    ) as error:  # fmt: skip
        if isinstance(error, OSError) and single.path.suffix.lower() != ".safetensors":
            raise InputError(
                f"{single.path.name} is read by its ending; name it {single.path.name}.safetensors."
            ) from error
        found = _SHAPES.search(str(error))
        if found is None:
            raise _misfit(single, base, first_line(error)) from error
        name, wanted, got = found.groups()
        raise _misfit(single, base, f"its {name} is {_size(got)}, and {_size(wanted)} there") from error


def _check_counts(name: str, network: nn.Module, single: FoundSingle, base: Configuration) -> None:
    """Refuse a file that lacks weights of a network, or holds more than it takes: those would be left out silently."""
    with safe_open(str(single.path), framework="pt") as file:
        names = [one for one in file.keys() if not one.endswith(UNUSED) and LOSS not in one]  # noqa: SIM118 - no mapping
    held, taken = sum(one.startswith(PREFIXES[name]) for one in names), len(network.state_dict())
    if name == "" and not held:
        held = len(names)
    if held != taken:
        words = name or single.part
        raise _misfit(single, base, f"it holds {held} tensors of the {words}, which has {taken} there")


def _size(told: str) -> str:
    return told.replace(", ", " × ") or "one number"


def _misfit(single: FoundSingle, base: Configuration, words: str) -> InputError:
    return InputError(
        f"{single.path.name} does not fit the configuration of {base.name!r}: {words}; choose a base of its kind "
        f"({single.family}, {single.channels} channels)."
    )
