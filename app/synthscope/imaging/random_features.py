"""Features of pictures from fixed random convolutions: nothing is learned, nothing is downloaded."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import pdist

from synthscope.errors import InputError

ROWS = 1024
"""Rows of a kernel that are held at a time."""

LEVELS = 3
FILTERS = 32
SIDE = 3
SEED = 20261125


class RandomFeatures:
    """Means and deviations of rectified random convolutions at several scales.

    At each level of a pyramid (averages of 2 x 2) come two layers of `FILTERS` random filters of 3 x 3, of
    mean zero and norm one, rectified, with an averaging between; of each response the mean and the standard
    deviation over the picture are features. Random filters keep enough of texture to tell samples apart
    (Saxe et al. 2011), and favour no kind of image.

    Parameters
    ----------
    channels : int
        Of the pictures.
    seed : int
        Which filters: the same ones everywhere unless another is given.
    """

    def __init__(self, channels: int, seed: int = SEED) -> None:
        rng = np.random.default_rng(seed)
        self.channels = channels
        self._layers = [(_filters(channels, rng), _filters(FILTERS, rng)) for _ in range(LEVELS)]

    @property
    def least_side(self) -> int:
        """The shortest side of a picture that all levels can look at."""
        coarsest = 2 * SIDE + SIDE - 1  # both layers fit, with the averaging between them
        return int(coarsest * 2 ** (LEVELS - 1))

    def of(self, images: np.ndarray) -> np.ndarray:
        """Give the features of pictures.

        Parameters
        ----------
        images : ndarray (N, Y, X, C)
            Normalised: of about -1 to 1.

        Returns
        -------
        ndarray (N, 4 * LEVELS * FILTERS)

        Raises
        ------
        InputError
            If pictures are too small, or have other channels.
        """
        if images.ndim != 4 or images.shape[-1] != self.channels or min(images.shape[1:3]) < self.least_side:
            raise InputError(
                f"Pictures of {images.shape[1:]} have no such features; give {self.channels} channels "
                f"and sides of at least {self.least_side}."
            )
        return np.stack([self._of_one(np.asarray(image, np.float32)) for image in images])

    def _of_one(self, image: np.ndarray) -> np.ndarray:
        found = []
        for first, second in self._layers:
            near = np.maximum(_convolved(image, first), 0)
            far = np.maximum(_convolved(_halved(near), second), 0)
            for response in (near, far):
                found += [response.mean(axis=(0, 1)), response.std(axis=(0, 1))]
            image = _halved(image)
        return np.concatenate(found).astype(np.float64)


class FeatureSpace:
    """Random features in units of their spread over some pictures: no feature outweighs the others.

    Parameters
    ----------
    pictures : ndarray (N, Y, X, C)
        As for `RandomFeatures.of`, which refuses what it cannot look at.
    """

    def __init__(self, pictures: np.ndarray) -> None:
        self._features = RandomFeatures(pictures.shape[-1])
        found = self._features.of(pictures)
        spread = found.std(axis=0)
        self._spread = spread + spread.mean() / 10  # one that hardly varies must not outweigh the others either
        self._centre = found.mean(axis=0)

    def of(self, pictures: np.ndarray) -> np.ndarray:
        """Give the features (N, D) of pictures (N, Y, X, C)."""
        scaled: np.ndarray = (self._features.of(pictures) - self._centre) / self._spread
        return scaled


def is_seen(pictures: np.ndarray) -> bool:
    """Whether pictures (N, Y, X, C) are large enough to have random features."""
    return bool(min(pictures.shape[1:3]) >= RandomFeatures(pictures.shape[-1]).least_side)


def kernel_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Give the squared maximum mean discrepancy between two sets of features: about 0 for two of one kind.

    The unbiased U-statistic (Gretton et al. 2012, Eq. 3) with the cubic kernel k(x, y) = (x.y / d + 1)^3 of
    Binkowski et al. 2018, section 4; it can be below zero.

    Parameters
    ----------
    a, b : ndarray (N, D), (M, D)
        Of at least two rows each.

    Raises
    ------
    InputError
        If there are fewer rows, or different numbers of columns.
    """
    if min(len(a), len(b)) < 2 or a.shape[1] != b.shape[1]:
        raise InputError(f"Features of {a.shape} and {b.shape} cannot be compared; give two rows each, of equal width.")
    m, n = len(a), len(b)
    within_a = (_kernel_sum(a, a) - _kernel_trace(a)) / (m * (m - 1))
    within_b = (_kernel_sum(b, b) - _kernel_trace(b)) / (n * (n - 1))
    return float(within_a + within_b - 2 * _kernel_sum(a, b) / (m * n))


def mean_distance(features: np.ndarray) -> float:
    """Give the mean Euclidean distance between the rows of all pairs: 0 where all are the same.

    Parameters
    ----------
    features : ndarray (N, D)
        Of at least two rows.

    Raises
    ------
    InputError
        If there are fewer rows.
    """
    if len(features) < 2:
        raise InputError(f"{len(features)} rows of features have no distances; give at least two.")
    return float(pdist(features).mean())


def _kernel_sum(a: np.ndarray, b: np.ndarray) -> float:
    """Sum the kernel over all pairs of rows, some rows at a time."""
    return sum(float(cubic_kernel(a[i : i + ROWS], b).sum()) for i in range(0, len(a), ROWS))


def _kernel_trace(a: np.ndarray) -> float:
    return float((((a**2).sum(axis=1) / a.shape[1] + 1) ** 3).sum())


def cubic_kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Give k(x, y) = (x.y / d + 1)^3 of all rows (N, D) with all rows (M, D): (N, M)."""
    gram: np.ndarray = x @ y.T
    gram /= x.shape[1]
    gram += 1
    square = gram * gram  # many times faster than a power
    gram *= square
    return gram


def _filters(channels: int, rng: np.random.Generator) -> np.ndarray:
    """Draw filters (SIDE * SIDE * channels, FILTERS) of mean zero and norm one."""
    drawn = rng.standard_normal((SIDE * SIDE * channels, FILTERS))
    drawn -= drawn.mean(axis=0)
    scaled: np.ndarray = (drawn / np.linalg.norm(drawn, axis=0)).astype(np.float32)
    return scaled


def _convolved(image: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """Convolve (Y, X, C) with filters, where they fit wholly: (Y - 2, X - 2, FILTERS)."""
    windows = np.lib.stride_tricks.sliding_window_view(image, (SIDE, SIDE), axis=(0, 1))
    rows, columns = windows.shape[:2]
    response: np.ndarray = windows.reshape(rows * columns, -1) @ filters
    return response.reshape(rows, columns, -1)


def _halved(image: np.ndarray) -> np.ndarray:
    """Average 2 x 2 pixels; an odd last row or column is left out."""
    rows, columns = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
    even = image[:rows, :columns]
    halved: np.ndarray = even.reshape(rows // 2, 2, columns // 2, 2, -1).mean(axis=(1, 3))
    return halved
