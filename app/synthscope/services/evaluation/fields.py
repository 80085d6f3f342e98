"""A set of images as fields: opened, cut, read one at a time, known by their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.blank_margins import blank_margin, clear_of
from synthscope.imaging.fields import Field, cut_fields, starts_of
from synthscope.imaging.regions import block_space, moments, whole
from synthscope.records.evaluation import ImageSet
from synthscope.records.image import Image
from synthscope.records.metric import Frame
from synthscope.records.request import Input, Region
from synthscope.services.sources import open_input
from synthscope.services.training_blocks import block_shape, read_block


@dataclass(frozen=True, eq=False)
class Fields:
    """Fields of one arm of an evaluation.

    Parameters
    ----------
    name : str
    images : tuple of Image
        Opened, not read.
    inputs : tuple of Input
        What the images were opened from.
    fields : tuple of Field
    made : Path, optional
        Folder of pixels that were made for this evaluation: those of controls.
    """

    name: str
    images: tuple[Image, ...]
    inputs: tuple[Input, ...]
    fields: tuple[Field, ...]
    made: Path | None = None

    def __len__(self) -> int:
        return len(self.fields)

    @property
    def units(self) -> np.ndarray:
        """The unit of each field."""
        return np.asarray([field.unit for field in self.fields], dtype=np.int64)

    def read(self, index: int) -> np.ndarray:
        """Read one field (Z, Y, X, C)."""
        field = self.fields[index]
        if self.made is not None:
            pixels: np.ndarray = np.load(self.made / f"{field.image:06d}.npy", allow_pickle=False)
            return pixels
        return read_field(self.images[field.image], field)

    def part(self, chosen: Sequence[int] | np.ndarray, name: str = "") -> Fields:
        """Give some of the fields, in that order."""
        return replace(self, name=name or self.name, fields=tuple(self.fields[int(i)] for i in chosen))


def open_set(wanted: ImageSet, project: Path | None) -> tuple[Image, ...]:
    """Open the images of a set.

    Raises
    ------
    InputError
        If there is none, or specimens are told for some only.
    FileError
        If one is gone or another.
    """
    if not wanted.images:
        raise InputError(f"The set {wanted.name!r} holds no image; choose at least one.")
    if wanted.specimens and len(wanted.specimens) != len(wanted.images):
        raise InputError(
            f"{len(wanted.specimens)} specimens are told for the {len(wanted.images)} images of {wanted.name!r}; "
            "tell one for each, or none."
        )
    return tuple(open_input(source, project) for source in wanted.images)


def cut_set(
    wanted: ImageSet, images: Sequence[Image], size: tuple[int, int, int], most: int
) -> tuple[Fields, list[str]]:
    """Cut the images of a set into fields, clear of the blank margin of a round field of view.

    Returns
    -------
    Fields
    list of str
        A sentence where boxes were left out.

    Raises
    ------
    InputError
        If none fits.
    """
    shapes = [(moment_count(image), *block_shape(image)) for image in images]
    blank = [_blank_places(image, size) for image in images]
    fields = cut_fields(shapes, size, most, wanted.specimens, lambda i, y, x: (y, x) not in blank[i])
    if not fields:
        raise InputError(
            f"No field of {size[0]} × {size[1]} × {size[2]} voxels fits the images of {wanted.name!r}; "
            "choose smaller fields."
        )
    layers = [shape[0] * len(starts_of(shape[1:], size)[0]) for shape in shapes]
    left_out = sum(count * len(places) for count, places in zip(layers, blank, strict=True))
    said = f"{left_out} places of {wanted.name!r} reach into the blank margin around the field of view; none was taken."
    return Fields(wanted.name, tuple(images), wanted.images, fields), [said] if left_out else []


def _blank_places(image: Image, size: tuple[int, int, int]) -> frozenset[tuple[int, int]]:
    """Give the starts (y, x) of boxes that reach into a blank margin; none where every box would.

    The middle slice of the first moment tells: a field of view is round all along a stack.
    """
    depth, height, width = block_shape(image)
    _, rows, columns = starts_of((depth, height, width), size)
    places = [(y, x) for y in rows for x in columns]
    if len(places) < 2:
        return frozenset()
    margin = blank_margin(read_field(image, middle_slice(image))[0])
    if margin is None:
        return frozenset()
    inside = clear_of(margin, (size[1], size[2]), places)
    return frozenset(places) - inside if inside else frozenset()


def middle_slice(image: Image) -> Field:
    """Give the middle slice of the first moment as a field."""
    depth, rows, columns = block_shape(image)
    return Field(0, 0, Region((depth // 2, 0, 0), (depth // 2 + 1, rows, columns)), 0)


def read_field(image: Image, field: Field) -> np.ndarray:
    """Read one field of an image as (Z, Y, X, C)."""
    moment = list(moments(whole(image.shape), image.space))[field.moment]
    return read_block(image, field.region, moment)


def field_hash(pixels: np.ndarray) -> str:
    """Hash type, shape and voxels of a field: SHA-256 (hex)."""
    dtype = pixels.dtype.newbyteorder("<")
    digest = hashlib.sha256(f"{dtype.str}{pixels.shape}".encode())
    digest.update(np.ascontiguousarray(pixels, dtype=dtype).tobytes())
    return digest.hexdigest()


def voxel_size(image: Image) -> tuple[float, float, float]:
    """Give (z, y, x) in the image's unit."""
    z, y, x, _ = block_space(image.space).voxel_size
    return (z, y, x)


def described(frame: Frame) -> str:
    """Say how large a field is."""
    depth, rows, columns = frame.shape
    pixels = f"{rows} × {columns} px" if depth == 1 else f"{depth} × {rows} × {columns} voxels"
    if frame.unit == "pixel":
        return pixels
    return f"{pixels} ({rows * frame.voxel_size[1]:.4g} × {columns * frame.voxel_size[2]:.4g} {frame.unit})"


def kept(name: str, folder: Path, pixels: Iterable[np.ndarray], units: np.ndarray) -> Fields:
    """Make an arm of pixels (Z, Y, X, C) that no file of a user holds: written to a folder one by one, and read so."""
    size = (0, 0, 0)
    for i, one in enumerate(pixels):
        size = (one.shape[0], one.shape[1], one.shape[2])
        np.save(folder / f"{i:06d}.npy", one, allow_pickle=False)
    return Fields(name, (), (), fields_of(size, units), folder)


def fields_of(size: tuple[int, int, int], units: np.ndarray) -> tuple[Field, ...]:
    """Give the field that each made image (Z, Y, X) is by itself."""
    return tuple(Field(i, 0, Region((0, 0, 0), size), int(unit)) for i, unit in enumerate(units))


def moment_count(image: Image) -> int:
    """Give the time points of a series of stacks; 1 for all else."""
    return sum(1 for _ in moments(whole(image.shape), image.space))
