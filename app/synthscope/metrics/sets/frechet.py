"""The Fréchet distance of two sets of features, raw and on a few principal components."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import linalg

from synthscope.errors import InputError
from synthscope.metrics.sets.specimens import Influences, Units, check_pair, membership
from synthscope.records.metric import Layout

MOST_COMPONENTS = 16
ROWS_PER_COMPONENT = 10


def frechet_distance(real: np.ndarray, generated: np.ndarray) -> float:
    """Give the Fréchet distance of the Gaussians that two sets of features have in common.

    |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)) (Dowson & Landau 1982; Heusel et al. 2017). With centred rows X, Y
    over sqrt(N - 1), sqrt(M - 1) the last trace is the sum of singular values of X Y^T; where there are fewer rows
    than columns that is the quick way, else X and Y are replaced by their triangular factors. No covariance is
    formed, no root of a matrix is taken, nothing is lost by squaring. It is biased upwards, the more the fewer rows.

    Parameters
    ----------
    real, generated : ndarray of float (N, D), (M, D)

    Raises
    ------
    InputError
        As `check_pair` says.
    """
    check_pair(real, generated)
    x, y = _centred(real), _centred(generated)
    shift = real.mean(axis=0) - generated.mean(axis=0)
    return _distance(shift, _triangular(x), _triangular(y))


def frechet_of_moments(mean_1: np.ndarray, cov_1: np.ndarray, mean_2: np.ndarray, cov_2: np.ndarray) -> float:
    """Give the Fréchet distance of two Gaussians by their means (D,) and covariances (D, D), which may be singular.

    Raises
    ------
    InputError
        If a covariance is not symmetric, or has a negative eigenvalue.
    """
    return _distance(np.asarray(mean_1) - np.asarray(mean_2), _root(cov_1), _root(cov_2))


class RawFrechet:
    """`frechet_distance` of all features: comparable with published values from some 2048 images on, else biased."""

    way = "infinitesimal jackknife, specimens drawn in the linearised distance"

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure."""
        return {"": frechet_distance(real, generated)}

    def resample(
        self, real: np.ndarray, generated: np.ndarray, _layout: Layout, units: Units, rng: np.random.Generator,
        count: int,
    ) -> Mapping[str, np.ndarray]:  # fmt: skip
        """Draw specimens with replacement in the linearised distance (infinitesimal jackknife, Jaeckel 1972).

        Rows that come twice would lower the rank of a covariance and raise the distance; its derivative by the
        weight of each row knows no rows that come twice. For the Gaussian distance it is that of Rippl, Munk &
        Sturm 2016. The interval is around the expected value at this number of images, its bias included.
        """
        value = frechet_distance(real, generated)
        return {"": frechet_influences(real, generated, units).draw(value, rng, count)}


class ReducedFrechet(RawFrechet):
    """The Fréchet distance on the first principal components of the real set.

    As many as a tenth of the real images, at most 16: few enough for covariances to be known. The components are
    fitted on the real set alone, and held when it is resampled. The two sets do not play one part: the distance is
    not symmetric.
    """

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure."""
        check_pair(real, generated)
        return {"": frechet_distance(*reduced(real, generated))}

    def resample(
        self, real: np.ndarray, generated: np.ndarray, layout: Layout, units: Units, rng: np.random.Generator,
        count: int,
    ) -> Mapping[str, np.ndarray]:  # fmt: skip
        """Draw as `RawFrechet`, on the components."""
        check_pair(real, generated)
        return super().resample(*reduced(real, generated), layout, units, rng, count)

    def each(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> np.ndarray:
        """Give the Mahalanobis distance of each generated image from the real set, in its components."""
        check_pair(real, generated)
        a, b = reduced(real, generated)
        spread = a.std(axis=0, ddof=1)
        apart: np.ndarray = np.linalg.norm((b - a.mean(axis=0)) / np.where(spread > 0, spread, 1), axis=1)
        return apart


def reduced(real: np.ndarray, generated: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give both sets in the first principal components of the real one: (N, k), (M, k), k = min(16, N / 10)."""
    count = max(1, min(MOST_COMPONENTS, len(real) // ROWS_PER_COMPONENT, real.shape[1]))
    middle = real.mean(axis=0)
    centred = real - middle
    if centred.shape[0] <= centred.shape[1]:
        values, vectors = linalg.eigh(centred @ centred.T, subset_by_index=[len(real) - count, len(real) - 1])
        axes = centred.T @ vectors
        axes /= np.maximum(np.linalg.norm(axes, axis=0), np.finfo(float).tiny)
    else:
        columns = centred.shape[1]
        values, axes = linalg.eigh(centred.T @ centred, subset_by_index=[columns - count, columns - 1])
    axes = axes * (values > values[-1] * 1e-12)  # what the real set does not span is no direction of it
    return centred @ axes, (generated - middle) @ axes


def frechet_influences(real: np.ndarray, generated: np.ndarray, units: Units) -> Influences:
    """Give the derivative of the Fréchet distance by the weight of each specimen.

    With K = X Y^T = U S V^T for centred, scaled rows and weights around 1, the derivative of the nuclear norm by
    the weight of row i is (U S U^T)_ii / 2 (and V for the other set); means and traces are elementary.
    """
    x, y = _centred(real), _centred(generated)
    shift = real.mean(axis=0) - generated.mean(axis=0)
    own_x, own_y = _shares(x, y)
    n, m = len(x), len(y)
    of_real = 2 * x @ shift * np.sqrt(n - 1) / n + (x**2).sum(axis=1) - own_x
    of_generated = -2 * y @ shift * np.sqrt(m - 1) / m + (y**2).sum(axis=1) - own_y
    return Influences(_centre(of_real) @ membership(units[0]), _centre(of_generated) @ membership(units[1]))


def _shares(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the diagonals of (K K^T)^(1/2) and (K^T K)^(1/2) for K = x y^T."""
    left, a = _orthogonal(x)
    right, b = _orthogonal(y)
    u, singular, v = linalg.svd(a @ b.T, full_matrices=False, check_finite=False)
    u, w = left @ u if left is not None else u, right @ v.T if right is not None else v.T
    return (u**2) @ singular, (w**2) @ singular


def _orthogonal(x: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
    if len(x) <= x.shape[1]:
        return None, x
    q, r = linalg.qr(x, mode="economic", check_finite=False)
    return q, r


def _triangular(x: np.ndarray) -> np.ndarray:
    """Give rows with the same products X^T X, and no more of them than columns."""
    if len(x) <= x.shape[1]:
        return x
    factor: np.ndarray = linalg.qr(x, mode="r", check_finite=False)[0][: x.shape[1]]
    return factor


def _distance(shift: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    nuclear = linalg.svdvals(x @ y.T, check_finite=False).sum()
    return float(shift @ shift + (x**2).sum() + (y**2).sum() - 2 * nuclear)


def _root(covariance: np.ndarray) -> np.ndarray:
    """Give rows X with X^T X = covariance."""
    symmetric = np.asarray(covariance, dtype=np.float64)
    scale = np.abs(symmetric).max()
    if not np.allclose(symmetric, symmetric.T, atol=1e-8 * scale):
        raise InputError(f"A covariance of shape {symmetric.shape} is not symmetric; give one that is.")
    values, vectors = np.linalg.eigh(symmetric)
    if values[0] < -1e-8 * scale:
        raise InputError(f"A covariance has the negative eigenvalue {values[0]:g}; give one that has none.")
    root: np.ndarray = np.sqrt(np.maximum(values, 0))[:, None] * vectors.T
    return root


def _centred(features: np.ndarray) -> np.ndarray:
    centred: np.ndarray = (features - features.mean(axis=0)) / np.sqrt(len(features) - 1)
    return centred


def _centre(values: np.ndarray) -> np.ndarray:
    centred: np.ndarray = values - values.mean()
    return centred
