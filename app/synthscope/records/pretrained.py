"""Pretrained pipelines of others: what each of their classes serves, and what a folder of one was found to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from synthscope.records.model import Part

TAKEN_CHANNELS = "pretrained pipelines know grey images and those of red, green and blue: take one channel, or three."
"""What is said of images with other numbers of channels."""
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


@dataclass(frozen=True)
class FoundSingle:
    """A whole network or pipeline in one file, in the layout of the first Stable Diffusion programs.

    Parameters
    ----------
    part : str
        ``controlnet``; empty for a pipeline.
    family : str
        ``Stable Diffusion 1``, ``Stable Diffusion 2`` or ``Stable Diffusion XL``.
    channels : int
        Input channels of the denoiser.
    words : int
        Width of the words that the denoiser attends to; 0 where it attends to none.
    entry : str
        The name of the first tensor of the denoiser, with `shape`: by it a file and a configuration are compared.
    averaged : bool
        Whether it holds the averaged weights (EMA) of the denoiser beside those of the last step.
    hints : tuple of int
        Channels of the layers that a control image goes through, of a ControlNet.
    """

    path: Path
    family: str
    channels: int
    words: int
    entry: str
    shape: tuple[int, ...]
    part: Part | Literal[""] = ""
    averaged: bool = False
    hints: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        """What it is, in words."""
        kind = "a ControlNet" if self.part else "a whole pipeline"
        return f"{kind} of {self.family} with {self.channels} input channels in one file"


@dataclass(frozen=True)
class Configuration:
    """How a pipeline is put together, without its weights: another's weights are converted by it.

    Parameters
    ----------
    name : str
        What it is called in sentences.
    files : tuple of FoundFile
        Of all components, without weights.
    components : mapping
        The class of each component by its name; empty for a network alone.
    channels, words : int
        Of its denoiser, as of `FoundSingle`; 0 where that is not told.
    """

    name: str
    folder: Path
    kind: str
    files: tuple[FoundFile, ...]
    components: Mapping[str, str]
    channels: int
    words: int

    @property
    def is_xl(self) -> bool:
        """Whether it is of the larger family, with two text encoders."""
        return "text_encoder_2" in self.components


def serves(kind: str, channels: int) -> tuple[str, ...]:
    """Name the generators that a pipeline of a class, with so many input channels, serves."""
    found = SERVES.get(kind, ())
    return _FILL if found == _STABLE and channels == INPAINTING_CHANNELS else found
