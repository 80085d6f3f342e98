"""What is done outside the window's thread to open an image, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from napari_synthscope.canvas.contrast import sample
from napari_synthscope.canvas.layers import LayerData, layer_data
from synthscope.io.opening import open_image, probe
from synthscope.io.reading import Probe, Reading
from synthscope.qt.dialogs.axes import size_words
from synthscope.records.events import Job
from synthscope.records.image import Image

Facts = tuple[tuple[str, str], ...]

FILE_FILTER = (
    "Images (*.tif *.tiff *.png *.jpg *.jpeg *.nrrd *.nhdr *.nii *.nii.gz *.h5 *.hdf5 *.nxs *.raw *.bin *.vol);;"
    "All files (*)"
)
AS_IN_FILE = Reading()
UNITS_OF_BYTES = ("bytes", "kB", "MB", "GB", "TB")


@dataclass(frozen=True, eq=False)
class Opened:
    """An image ready to be shown: `low` and `high` are the ends of the grey values of a few slices."""

    image: Image
    data: LayerData
    low: float
    high: float
    truth: tuple[LayerData, ...] = ()


def look_at(path: Path, reading: Reading = AS_IN_FILE) -> Probe:
    """Find out what a file is without reading its pixels."""
    return probe(path, reading)


def read_file(path: Path, reading: Reading) -> Opened:
    """Open a file (lazily where it is large) and choose its contrast."""
    return prepare(open_image(path, reading))


def read_sample(key: str) -> Job[Opened]:
    """Simulate a sample, with its truth as labels."""
    from napari_synthscope.contributions.sample_data import simulate, truth_layers

    phantom = yield from simulate(key)
    return prepare(phantom.image, truth_layers(phantom))


def prepare(image: Image, truth: tuple[LayerData, ...] = ()) -> Opened:
    """Make an image ready to be shown; reads a few slices."""
    values = sample(image.levels[-1] if image.levels else image.pixels)
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    return Opened(image, layer_data(image), low, high, truth)


def describe(opened: Opened) -> Facts:
    """Say what an open image is: size, type, grey values, memory."""
    image = opened.image
    space = image.space
    size = " × ".join(f"{image.shape[i] * space.voxel_size[i]:.4g}" for i in space.spatial)
    guess = " (axes are a guess: correct them below)" if image.origin.axes_guessed else ""
    facts = [
        ("Voxels", size_words(space.axes, image.shape) + guess),
        ("Size", f"{size} {space.unit}"),
        ("Type", f"{image.dtype}, {bytes_words(image.nbytes)}"),
        ("Values", f"{opened.low:.6g} to {opened.high:.6g}"),
    ]
    if space.channel_names:
        facts.append(("Channels", ", ".join(space.channel_names)))
    if image.synthetic is not None:
        facts.append(("Synthetic", "some voxels were made by a generator; they are outlined"))
    if not isinstance(image.pixels, np.ndarray):
        facts.append(("Memory", "read as needed, not kept whole"))
    return tuple(facts)


def describe_probe(found: Probe) -> Facts:
    """Say what a file is that has not been read yet."""
    facts = [("Format", found.format)]
    if found.shape:
        facts.append(("Voxels", " × ".join(map(str, found.shape))))
        facts.append(("Type", f"{found.dtype}, {bytes_words(found.nbytes)}"))
    return (*facts, *(("Note", remark) for remark in found.remarks))


def bytes_words(count: int) -> str:
    """Say a number of bytes: ``20 MB``."""
    size, unit = float(count), 0
    while size >= 1000 and unit < len(UNITS_OF_BYTES) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.3g} {UNITS_OF_BYTES[unit]}"
