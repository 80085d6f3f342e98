"""Whole pipelines and ControlNets in one file, in the layout of the first Stable Diffusion programs: told by names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from synthscope.errors import DocumentError, InputError
from synthscope.io.safetensors_form import PICKLES, check_form
from synthscope.records.pretrained import FoundSingle

Shapes = Mapping[str, tuple[int, ...]]

DENOISER, CONTROL = "model.diffusion_model.", "control_model."
AVERAGED, LEAST_AVERAGED = "model_ema.", 100
"""How names of averaged weights (EMA) begin; with fewer of them a file is taken to hold none, as diffusers does."""
AUTOENCODERS = ("first_stage_model.", "vae.")
"""How the names of an autoencoder begin beside a denoiser."""
WORDS = ("cond_stage_model.transformer.", "cond_stage_model.model.", "conditioner.embedders.")
"""How those of text encoders begin: of Stable Diffusion 1, 2 and XL."""
SECOND_WORDS = "conditioner.embedders.1.model."
"""How those of the second text encoder of Stable Diffusion XL begin."""
NETWORKS = ("unet", "vae", "text_encoder", "text_encoder_2")
"""Components whose weights one file may hold; a base with others is of another kind."""
FIRST_LAYER = "input_blocks.0.0.weight"
CONTROL_LAYERS = ("conv_in.weight", FIRST_LAYER, CONTROL + FIRST_LAYER)
"""The first layer of a ControlNet: as diffusers names it, and in the first layout with and without its prefix."""
HINTS = (("controlnet_cond_embedding.conv_in", "controlnet_cond_embedding.blocks.{}", (1, 3, 5)),
         ("input_hint_block.0", "input_hint_block.{}", (4, 8, 12)))  # fmt: skip
"""The layers that a control image goes through, at each of its widths, in both layouts."""
_WIDTHS = {768: "Stable Diffusion 1", 1024: "Stable Diffusion 2", 2048: "Stable Diffusion XL"}


def find_single(source: Path) -> FoundSingle | None:
    """Tell which pipeline or ControlNet a file is; None for a folder, and for a file of anything else.

    Raises
    ------
    FileError
        If it cannot be read.
    DocumentError
        If it is damaged, cut short, or a pickle.
    InputError
        If it holds a pipeline in part, or one with which no generator works.
    """
    if not source.is_file():
        return None
    if source.suffix.lower() in PICKLES:
        raise DocumentError(
            f"{source.name} is a pickled checkpoint, which could run any program when it is opened; ask for it as "
            "safetensors."
        )
    return single_of(source, check_form(source, f"The weights of {source.name}"))


def is_single(shapes: Shapes) -> bool:
    """Whether names are those of a pipeline or of a ControlNet in one file."""
    return any(name.startswith(DENOISER) for name in shapes) or _is_control(shapes)


def is_autoencoder(shapes: Shapes) -> bool:
    """Whether names are those of an autoencoder alone."""
    names = [name.removeprefix(AUTOENCODERS[0]) for name in shapes]
    return not is_single(shapes) and {"encoder.conv_in.weight", "decoder.conv_out.weight"} <= set(names)


def single_of(source: Path, shapes: Shapes) -> FoundSingle | None:
    """Tell by names and shapes what a file holds, as `find_single` does."""
    if not is_single(shapes):
        return None
    if _is_control(shapes):
        return _control(source, shapes)
    entry = DENOISER + FIRST_LAYER
    words = _words(shapes, DENOISER)
    if len(shapes.get(entry, ())) != 4 or not words:
        raise InputError(
            f"{source.name} is a whole model in one file, of a kind with which no generator works (it has no "
            f"{entry}, or attends to no words); give one of Stable Diffusion 1, 2 or XL."
        )
    for prefixes, part in ((AUTOENCODERS, "autoencoder"), (WORDS, "text encoder")):
        if not any(name.startswith(prefixes) for name in shapes):
            raise InputError(
                f"{source.name} holds a denoiser without its {part} (no {prefixes[0]}…); give the file of the whole "
                "model."
            )
    return FoundSingle(
        source, _family(shapes, source.name), shapes[entry][1], words, entry, shapes[entry],
        averaged=_count(shapes, AVERAGED) > LEAST_AVERAGED,
    )  # fmt: skip


def _family(shapes: Shapes, name: str) -> str:
    if any(one.startswith(WORDS[2]) for one in shapes):
        if not any(one.startswith(SECOND_WORDS) for one in shapes):
            raise InputError(
                f"{name} is the refiner of Stable Diffusion XL, with which no generator works; give the base model."
            )
        return "Stable Diffusion XL"
    return "Stable Diffusion 2" if any(one.startswith(WORDS[1]) for one in shapes) else "Stable Diffusion 1"


def _is_control(shapes: Shapes) -> bool:
    return any(f"{prefix}{first}.weight" in shapes for first, _, _ in HINTS for prefix in ("", CONTROL))


def _control(source: Path, shapes: Shapes) -> FoundSingle:
    prefix = CONTROL if any(name.startswith(CONTROL) for name in shapes) else ""
    entry = next((one for one in reversed(CONTROL_LAYERS) if len(shapes.get(one, ())) == 4), "")
    if not entry:
        raise InputError(f"{source.name} is a ControlNet without its first layer, {CONTROL_LAYERS[0]}; fetch it again.")
    first, block, numbers = next(one for one in HINTS if f"{prefix}{one[0]}.weight" in shapes)
    named = (f"{prefix}{name}.weight" for name in (first, *(block.format(n) for n in numbers)))
    words = _words(shapes, prefix)
    family = _WIDTHS.get(words, f"a family whose words have {words} numbers")
    return FoundSingle(
        source, family, shapes[entry][1], words, entry, shapes[entry], "controlnet",
        hints=tuple(shapes[name][0] for name in named if shapes.get(name)),
    )  # fmt: skip


def _words(shapes: Shapes, prefix: str) -> int:
    """Give the width of the words that a network attends to; 0 where it attends to none."""
    found = (shape for name, shape in shapes.items() if name.startswith(prefix) and name.endswith("attn2.to_k.weight"))
    return next((shape[1] for shape in found if len(shape) == 2), 0)


def _count(shapes: Shapes, prefix: str) -> int:
    return sum(name.startswith(prefix) for name in shapes)
