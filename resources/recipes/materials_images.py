"""The images that the bundled encoder learns from, split into what is learned and what is held out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from skimage.io import imread

CUT, GAP = 0.65, 16
"""Share of the cut axis that is learned from; voxels left out beside it."""
LOW, HIGH = 0.1, 99.9


@dataclass(frozen=True, eq=False)
class Picture:
    """One image: its pixels (Z, Y, X), where it is from, and where it is cut.

    Parameters
    ----------
    material : str
        What it shows: the class that separation is measured by.
    axis : int
        Along which it is cut: 2 (x), or 0 (z) for a deep stack.
    step : int
        Every how many slices one is looked at: neighbours are nearly alike.
    """

    name: str
    material: str
    pixels: np.ndarray
    source: str
    licence: str
    axis: int = 2
    step: int = 1

    @property
    def cut(self) -> int:
        """Where the learned part stops."""
        return int(CUT * self.pixels.shape[self.axis])

    @cached_property
    def train(self) -> list[np.ndarray]:
        """Planes to learn from: 0 and 1 at the percentiles of the whole image."""
        return self._planes(slice(0, self.cut))

    @cached_property
    def held_out(self) -> list[np.ndarray]:
        """Planes that were held out, on the same scale."""
        return self._planes(slice(self.cut + GAP, None))

    def _planes(self, part: slice) -> list[np.ndarray]:
        index = [slice(None)] * 3
        index[self.axis] = part
        return list(scaled(self.pixels)[tuple(index)][:: self.step])


def scaled(pixels: np.ndarray) -> np.ndarray:
    """Bring the percentiles of an image to 0 and 1."""
    low, high = np.percentile(pixels, [LOW, HIGH])
    found: np.ndarray = ((pixels - low) / (high - low)).astype(np.float32)
    return found


def pictures_of(data: Path) -> list[Picture]:
    """Read all images that are learned from."""
    return [*_rocks(data), *_fibres(data), *_roots(data), *_cells(data)]


def unseen(data: Path) -> dict[str, np.ndarray]:
    """Read images that are not learned from at all: (Y, X) by name."""
    from skimage import data as samples

    names = {"hanford-rock": "rock_soil_microct/hanford_rock_1.png", "cmc": "fibre_composites/cmc_1.png",
             "ecofab-root": "plant_roots/ecofab_root_1.png"}  # fmt: skip
    found = {name: _grey(imread(data / path)) for name, path in names.items()}
    return found | {"gravel": samples.gravel(), "brick": samples.brick(), "grass": samples.grass()}


def _rocks(data: Path) -> Iterator[Picture]:
    folder = data / "rock_soil_microct"
    soil = np.stack([imread(path) for path in sorted((folder / "soil_core_stack").glob("*.tif"))])
    yield Picture("soil-core", "soil", soil, "EMSL-Computing/Pore2Chip@2ffaccea8d", "MIT", step=8)
    lectures = "ImagingLectures/Quantitative-Big-Imaging-2021@315ef94c1b"
    for name, material in (("shale_slice_uint16", "shale"), ("asphalt_gray", "asphalt")):
        yield Picture(material, material, imread(folder / f"{name}.tif")[None], lectures, "Apache-2.0")
    cement = imread(folder / "cement_128x128x128.tif")
    yield Picture("cement", "cement", cement, "qim-center/qim3d@5e996cc7f0", "MIT", axis=0, step=8)


def _fibres(data: Path) -> Iterator[Picture]:
    for name in ("carbon0103", "carbon0918", "carbon0969"):
        slice_ = imread(data / f"fibre_composites/{name}.png")[170:820, 160:810]
        yield Picture(name, "carbon fibres", slice_[None], "vedranaa/InSegt@c7177c48e6", "MIT")


def _roots(data: Path) -> Iterator[Picture]:
    for name in ("B_osr_0091", "B_osr_0095", "B_osr_0101", "A_osr_0049"):
        image = _grey(imread(data / f"plant_roots/osr/{name}.jpg"))[400:2000, 300:1600]
        yield Picture(name, "roots", image[None], "robail-yasrab/RootNav-2.0@fc65b26805", "BSD-3-Clause")


def _cells(data: Path) -> Iterator[Picture]:
    neurons = "google/in-silico-labeling@5db882bfab"
    for name in ("phase_z02", "phase_z10", "dapi_confocal_maxproj", "map2_confocal_maxproj", "nfh_confocal_maxproj"):
        image = imread(data / f"cells/isl_neurons/{name}.png")
        yield Picture(name, f"neurons {name.split('_')[0]}", image[None], neurons, "Apache-2.0")
    for channel in "DFR":
        for place in ("POS002", "POS218"):
            image = imread(data / f"cells/fly_kc167/01_{place}_{channel}.TIF")
            name = f"fly-{place}-{channel}"
            yield Picture(name, f"fly {channel}", image[None], "CellProfiler/examples@4972b59e67", "BSD-3-Clause")
    nuclei = imread(data / "cells/nuclei_stardist/img2d.tif")
    yield Picture("stardist-nuclei", "nuclei", nuclei[None], "stardist 0.9.2, data/images/img2d.tif", "BSD-3-Clause")
    mahotas = _grey(imread(data / "cells/nuclear_mahotas.png"))
    yield Picture("mahotas-nuclei", "large nuclei", mahotas[None], "mahotas 1.4.19, demos/data/nuclear.png", "MIT")


def _grey(image: np.ndarray) -> np.ndarray:
    return image if image.ndim == 2 else image[..., :3].mean(axis=-1).astype(np.float32)
