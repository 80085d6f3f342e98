"""What a generator is asked for: one request for every task, with named inputs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from synthscope.errors import InputError
from synthscope.records.mask_origin import MaskOrigin
from synthscope.records.space import Space

Task = Literal["synthesize", "inpaint", "vary", "translate", "restore"]
TASKS: tuple[Task, ...] = ("synthesize", "inpaint", "vary", "translate", "restore")
RestorationKind = Literal["denoise", "upscale", "isotropic"]
MAX_FACTOR = 16
FWHM = 2 * math.sqrt(2 * math.log(2))
"""Of a Gaussian, in standard deviations."""


@dataclass(frozen=True)
class Region:
    """A box of voxels: `start` included, `stop` excluded, one number per array axis."""

    start: tuple[int, ...]
    stop: tuple[int, ...]

    def __post_init__(self) -> None:
        """Refuse an empty or crooked box."""
        if len(self.start) != len(self.stop) or any(
            not 0 <= a < b for a, b in zip(self.start, self.stop, strict=False)
        ):
            raise InputError(f"Region {self.start} to {self.stop} is empty; give a start below each stop.")

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return tuple(b - a for a, b in zip(self.start, self.stop, strict=True))

    @property
    def slices(self) -> tuple[slice, ...]:
        """The box as an index."""
        return tuple(slice(a, b) for a, b in zip(self.start, self.stop, strict=True))


@dataclass(frozen=True)
class Input:
    """One input image, by what it is and where this project keeps it.

    Parameters
    ----------
    name : str
        File name or layer name, without folders.
    sha256 : str
        `synthscope.imaging.hashing.pixel_hash` of all its voxels; empty for one too large to be read
        whole, whose `region_sha256` then stands for what was read.
    path : str
        Where it lies: relative to the project, or absolute on this computer. Removed on export.
    dataset : str
        Path inside an HDF5 or Zarr file.
    raw : str
        Layout of a RAW file, as `synthscope.io.raw` writes it.
    stamp : str
        Size and change time of the file when it was opened: a file that was overwritten is noticed.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    space: Space
    sha256: str = ""
    region_sha256: str = ""
    path: str = ""
    dataset: str = ""
    raw: str = ""
    stamp: str = ""

    def exported(self) -> Input:
        """Give the input without anything that names this computer."""
        return replace(self, path="", stamp="")


@dataclass(frozen=True)
class Prompts:
    """Words for generators that read them."""

    prompt: str = ""
    negative: str = ""
    source: str = ""
    target: str = ""
    instruction: str = ""


@dataclass(frozen=True)
class Pairing:
    """Two lists of images, i-th to i-th, for generators that learn a translation."""

    sources: tuple[Input, ...]
    targets: tuple[Input, ...]

    def __post_init__(self) -> None:
        """Refuse lists of different lengths."""
        if len(self.sources) != len(self.targets):
            raise InputError(f"{len(self.sources)} sources for {len(self.targets)} targets; give as many of each.")


@dataclass(frozen=True)
class Restoration:
    """What is to be undone: noise, coarse pixels, or slices that are thicker than pixels are wide.

    Parameters
    ----------
    kind : str
        ``denoise`` keeps the grid; ``upscale`` makes pixels finer along y and x, ``isotropic`` along z. What a
        coarse voxel shows of the fine ones is said by `psf`.
    factor : int
        How many times finer; 1 for ``denoise``. 0 for ``isotropic``: as fine as the pixels, by the voxel size.
    noise : float
        Standard deviation of the noise in the image's own units. 0: for ``denoise`` as estimated from the
        image, and put down by the run; for the others none.
    sample : bool
        A sample of what the image may have been, with all its detail; otherwise the mean of all that.
    psf : float
        Full width at half maximum of the Gaussian through which a coarse voxel sees the fine ones, along the axes that
        become finer, in the unit of the voxel size. 0: it shows the mean of the fine ones in it.
    """

    kind: RestorationKind
    factor: int = 1
    noise: float = 0.0
    sample: bool = False
    psf: float = 0.0

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be: a document may have been changed."""
        if not 0 <= self.factor <= MAX_FACTOR:
            raise InputError(f"The factor is {self.factor}; give 2 to {MAX_FACTOR}.")
        if not 0 <= self.noise < math.inf:
            raise InputError(f"The noise level is {self.noise:g}; give 0 or more, in the image's own units.")

        if not 0 <= self.psf < math.inf or (self.psf and self.kind == "denoise"):
            raise InputError(
                f"The width of the point-spread function is {self.psf:g}; give 0 or more, for finer voxels only."
            )

    @property
    def factors(self) -> dict[str, int]:
        """How many times finer each axis becomes, by its letter; empty where the grid stays."""
        letters = {"denoise": "", "upscale": "yx", "isotropic": "z"}[self.kind]
        return dict.fromkeys(letters, self.factor)

    def blur(self, letter: str, voxel_size: float) -> float:
        """Give the standard deviation of the Gaussian along an axis, in voxels of the result.

        Parameters
        ----------
        voxel_size : float
            Of the source, along that axis.
        """
        factor = self.factors.get(letter, 0)
        return self.psf / FWHM / voxel_size * factor


@dataclass(frozen=True)
class Request:
    """What a generator is asked for.

    Parameters
    ----------
    task : str
        One of `TASKS`.
    source : Input, optional
        The image to repair, vary, translate or restore; the example for `synthesize`.
    mask : Input, optional
        Non-zero where voxels are to be generated, of the axes ``source.space.mask_axes``.
    region : Region, optional
        The box of the source that the generator may see: region of context. It is also the box that is
        stored. One (start, stop) per axis of the source.
    control, reference : Input, optional
        A control image (a label map) and an image whose look is wanted.
    label : str
        Class wanted of a class-conditional generator; empty for none.
    size : tuple of int
        Size (D, H, W) or (H, W) of a new image.
    feather : float
        Width, in the unit of the source's voxel size, within which the fill is bent to its surroundings;
        measured inwards from the border of the mask. 0 leaves what was made as it is.
    restoration : Restoration, optional
        For `restore`: what is to be undone.
    mask_origins : tuple of MaskOrigin
        What found parts of the mask; empty for a mask that was painted.
    """

    task: Task
    source: Input | None = None
    mask: Input | None = None
    region: Region | None = None
    control: Input | None = None
    reference: Input | None = None
    prompts: Prompts = Prompts()
    label: str = ""
    size: tuple[int, ...] = ()
    pairing: Pairing | None = None
    feather: float = 0.0
    restoration: Restoration | None = None
    mask_origins: tuple[MaskOrigin, ...] = ()

    def exported(self) -> Request:
        """Give the request without anything that names this computer."""
        named = ("source", "mask", "control", "reference")
        inputs = {name: getattr(self, name).exported() for name in named if getattr(self, name)}
        pairing = self.pairing and Pairing(
            tuple(one.exported() for one in self.pairing.sources),
            tuple(one.exported() for one in self.pairing.targets),
        )
        return replace(self, **inputs, pairing=pairing)
