"""Samples of a training beside real data: figures against held-out data, each with its floor, and a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.errors import ParameterError
from synthscope.generators.training import Refilled, TrainingData
from synthscope.imaging.checkerboard import LEAST_SIDE, checkerboard_ratio
from synthscope.imaging.chords import chord_distance, chord_lengths
from synthscope.imaging.correlations import two_point_distance
from synthscope.imaging.diversity import unshared_part
from synthscope.imaging.masks.thresholds import otsu_threshold
from synthscope.imaging.mosaic import mosaic
from synthscope.imaging.patches import Drawing, draw_patch
from synthscope.imaging.random_features import FeatureSpace, is_seen, kernel_distance, mean_distance
from synthscope.imaging.spectra import spectrum_distance
from synthscope.imaging.texture import laplacian_variance
from synthscope.imaging.topology import euler_density
from synthscope.records.training import EULER_AREA, REAL
from synthscope.services.calibrating import calibrated
from synthscope.services.curves import finite

COMPARED = (
    "spectrum_distance",
    "two_point_distance",
    "chord_distance",
    "euler_difference",
    "sharpness_ratio",
    "kernel_distance",
    "diversity_ratio",
    "checkerboard_ratio",
)
SHOWN = 8


@dataclass(frozen=True, eq=False)
class _References:
    """Real patches (N, Y, X, C) of one size, as many as samples, and what is frozen on those of the training part."""

    train: np.ndarray
    held_out: np.ndarray
    thresholds: tuple[float, ...]
    features: FeatureSpace | None


class Yardstick:
    """Measures samples against held-out data; what is compared with is drawn once, from a fixed seed."""

    def __init__(self, data: TrainingData, seed: int) -> None:
        self._data = data
        self._seed = seed
        self._references: dict[tuple[int, int], _References] = {}

    def figures(self, samples: np.ndarray) -> dict[str, float]:
        """Measure samples (N, Y, X, C) in original units; empty where nothing is held out."""
        if not self._data.held_out:
            return {}
        references = self._for(samples)
        return self._compare(_cropped(samples, references.train.shape[1]), references)

    def floor(self, samples: np.ndarray) -> dict[str, float]:
        """Give the same figures for as many real patches of the training part, named ``<name>_real``."""
        if not self._data.held_out:
            return {}
        references = self._for(samples)
        return {name + REAL: value for name, value in self._compare(references.train, references).items()}

    def calibration(self, refilled: Refilled) -> dict[str, float]:
        """Measure whether fills of held-out holes tell honestly what is not known."""
        return calibrated(refilled, self._data.held_out[0].dtype, self._seed) if self._data.held_out else {}

    def picture(self, samples: np.ndarray) -> np.ndarray:
        """Lay samples out above real patches, both in original units: (Y, X, C) of the images' dtype."""
        references = self._for(samples)
        real = references.held_out if self._data.held_out else references.train
        dtype = real.dtype
        low, high = (np.iinfo(dtype).min, np.iinfo(dtype).max) if dtype.kind in "ui" else (real.min(), real.max())
        whole = np.rint(samples) if dtype.kind in "ui" else samples
        made = np.clip(np.nan_to_num(whole), low, high).astype(dtype)
        return mosaic([list(_cropped(made, real.shape[1])[:SHOWN]), list(real[:SHOWN])])

    def _for(self, samples: np.ndarray) -> _References:
        """Give the real patches to compare samples of that number and size with."""
        blocks = (*self._data.train, *self._data.held_out)
        side = min(*samples.shape[1:3], *(n for block in blocks for n in block.shape[1:3]))
        key = (len(samples), side)
        if key not in self._references:
            self._references = {key: self._draw(*key)}
        return self._references[key]

    def _draw(self, count: int, side: int) -> _References:
        train = _patches(self._data.train, count, side, np.random.default_rng([self._seed, 0]), self._data.labels)
        held_out = train
        if self._data.held_out:
            rng = np.random.default_rng([self._seed, 1])
            held_out = _patches(self._data.held_out, count, side, rng, self._data.held_out_labels)
        space = None
        if is_seen(train) and count > 1:
            space = FeatureSpace(self._data.normalisation.forward(train))
        return _References(train, held_out, _thresholds(train), space)

    def _compare(self, made: np.ndarray, references: _References) -> dict[str, float]:
        """Compare images with held-out patches.

        Diversity is the smaller of two quotients: of the distances between images in the space of features, and of
        what they do not share pixel by pixel. Equal images that are far from real ones differ much in the first.
        """
        real = references.held_out
        size = self._data.voxel_size[1:]
        a, b = _stacked(made), _stacked(real)
        everywhere = np.ones(a.shape[:2], bool)
        found = {
            "spectrum_distance": spectrum_distance(a, b, size),
            "sharpness_ratio": _quotient(*(laplacian_variance(images, everywhere) for images in (a, b))),
        }
        if references.thresholds:
            found |= self._compare_phases(*(images > np.asarray(references.thresholds) for images in (made, real)))
        if min(made.shape[1:3]) >= LEAST_SIDE:
            found["checkerboard_ratio"] = checkerboard_ratio(made, real)
        if len(made) > 1:
            found["diversity_ratio"] = _quotient(unshared_part(made), unshared_part(real))
        if references.features is not None:
            seen = map(self._data.normalisation.forward, (made, real))
            there, here = map(references.features.of, seen)
            found["kernel_distance"] = kernel_distance(there, here)
            found["diversity_ratio"] = min(found["diversity_ratio"], _quotient(*map(mean_distance, (there, here))))
        return finite(found)

    def _compare_phases(self, made: np.ndarray, real: np.ndarray) -> dict[str, float]:
        """Compare the brighter phases (N, Y, X, C): how far, how straight, and how well they hang together."""
        size = self._data.voxel_size[1:]
        chords = [chord_lengths(phase, (1.0, *size, 1.0), axes=(1, 2)) for phase in (made, real)]
        euler = [
            np.mean([euler_density(one) for one in np.moveaxis(phases, -1, 1).reshape(-1, *phases.shape[1:3])])
            for phases in (made, real)
        ]
        return {
            "two_point_distance": two_point_distance(_stacked(made), _stacked(real), size),
            "chord_distance": chord_distance(*chords),
            "euler_difference": float(abs(euler[0] - euler[1])) * EULER_AREA,
        }


def _patches(
    blocks: tuple[np.ndarray, ...], count: int, side: int, rng: np.random.Generator, classes: tuple[int, ...]
) -> np.ndarray:
    drawing = Drawing(side, 1, free_orientation=False)
    return np.stack([draw_patch(blocks, drawing, rng, classes=classes).pixels[0] for _ in range(count)])


def _quotient(made: float, real: float) -> float:
    return made / real if real else np.nan


def _cropped(images: np.ndarray, side: int) -> np.ndarray:
    top, left = ((n - side) // 2 for n in images.shape[1:3])
    return images[:, top : top + side, left : left + side]


def _stacked(images: np.ndarray) -> np.ndarray:
    """Turn (N, Y, X, C) into (Y, X, N * C): measures average over channels."""
    return np.moveaxis(images, 0, 2).reshape(*images.shape[1:3], -1)


def _thresholds(train: np.ndarray) -> tuple[float, ...]:
    """Divide each channel into two phases; none where a channel has but one value."""
    try:
        return tuple(otsu_threshold(train[..., channel]) for channel in range(train.shape[-1]))
    except ParameterError:
        return ()
