"""Pretrained pipelines of others: what each of their classes serves, and what a folder of one was found to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from synthscope.records.model import Part

_STABLE = ("stable-diffusion", "sd-inpaint", "controlnet-canny", "controlnet-inpaint", "ledits-pp", "diffedit")
_FILL = ("sd-inpaint", "controlnet-inpaint")
_EDIT = ("instruct-pix2pix",)
_KANDINSKY = ("kandinsky-2.2",)

SERVES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "StableDiffusionPipeline": _STABLE,
        "StableDiffusionImg2ImgPipeline": _STABLE,
        "LEditsPPPipelineStableDiffusion": _STABLE,
        "StableDiffusionDiffEditPipeline": _STABLE,
        "StableDiffusionInpaintPipeline": _STABLE,
        "StableDiffusionControlNetPipeline": _STABLE,
        "StableDiffusionControlNetInpaintPipeline": _STABLE,
        "StableDiffusionInstructPix2PixPipeline": _EDIT,
        "StableDiffusionXLInstructPix2PixPipeline": _EDIT,
        "StableUnCLIPImg2ImgPipeline": ("stable-unclip",),
        "KandinskyV22Pipeline": _KANDINSKY,
        "KandinskyV22InpaintPipeline": _KANDINSKY,
        "KandinskyV22CombinedPipeline": _KANDINSKY,
        "KandinskyV22InpaintCombinedPipeline": _KANDINSKY,
        "StableDiffusionXLPipeline": ("sdxl-inpaint",),
        "StableDiffusionXLInpaintPipeline": ("sdxl-inpaint",),
        "PixArtAlphaPipeline": ("pixart",),
        "PixArtSigmaPipeline": ("pixart",),
        "DiTPipeline": ("dit",),
    }
)
"""Which generators work with a pipeline, by its class in ``model_index.json``."""

INPAINTING_CHANNELS = 9
"""Input channels of a denoiser that was taught to fill: latents, masked latents, mask. It does nothing but fill."""

PARTS: Mapping[str, Part] = MappingProxyType(
    {"ControlNetModel": "controlnet", "KandinskyV22PriorPipeline": "prior"}
)
"""Classes that are no model of their own."""

DENOISERS = ("unet", "transformer", "prior")


@dataclass(frozen=True)
class FoundFile:
    """One file that would be taken in: where it lies, and its name below the model, with slashes."""

    path: Path
    name: str


@dataclass(frozen=True)
class FoundPipeline:
    """What a folder or a file of others was found to hold; nothing of it was run.

    Parameters
    ----------
    kind : str
        The class in ``model_index.json`` or ``config.json``; the name of the part where there is none.
    part : str
        Empty for a whole pipeline.
    serves : tuple of str
        Ids of generators; empty for a part.
    side : int
        Of the images, in pixels, that it was trained on; 0 where that is not told.
    multiple : int
        What the sides of images are multiples of; 0 where the usual will do.
    channels : int
        Input channels of the denoiser; 0 where there is none.
    components : mapping
        The class of each component by its name.
    parameters : int
        How many numbers its weights are.
    labels : tuple of str
        Of a model of classes, by their index.
    """

    kind: str
    files: tuple[FoundFile, ...]
    part: Part | Literal[""] = ""
    serves: tuple[str, ...] = ()
    side: int = 0
    channels: int = 0
    components: Mapping[str, str] = field(default_factory=dict)
    parameters: int = 0
    labels: tuple[str, ...] = ()
    multiple: int = 0

    @property
    def architecture(self) -> dict[str, Any]:
        """What a card says of it."""
        return {
            "pipeline": self.kind, "side": self.side, "channels": self.channels, "components": dict(self.components),
            "multiple": self.multiple,
        }  # fmt: skip


def serves(kind: str, channels: int) -> tuple[str, ...]:
    """Name the generators that a pipeline of a class, with so many input channels, serves."""
    found = SERVES.get(kind, ())
    return _FILL if found == _STABLE and channels == INPAINTING_CHANNELS else found
