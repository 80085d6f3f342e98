from __future__ import annotations

import numpy as np
import pytest

from synthscope.errors import InputError
from synthscope.metrics.sets.frechet import (
    RawFrechet,
    ReducedFrechet,
    frechet_distance,
    frechet_influences,
    frechet_of_moments,
    reduced,
)
from synthscope.records.metric import Layout

PLAIN = Layout()


def moments(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return features.mean(axis=0), np.cov(features.T)


def diagonal(*values: float) -> np.ndarray:
    return np.diag(np.asarray(values))


def test_a_shift_by_one_in_every_feature_is_as_many_as_there_are_features() -> None:
    """K1: pytorch-fid's own test, 2048 in as many dimensions; 256 here, the formula is the same."""
    d = 256
    assert frechet_of_moments(np.zeros(d), np.eye(d), np.ones(d), np.eye(d)) == pytest.approx(d, abs=1e-9)


@pytest.mark.slow
def test_the_same_in_2048_dimensions() -> None:
    assert frechet_of_moments(np.zeros(2048), np.eye(2048), np.ones(2048), np.eye(2048)) == pytest.approx(2048)


def test_covariances_that_do_not_commute() -> None:
    """K2: 9 - 2 sqrt(10 + 2 sqrt 12), by tr sqrt(A) = sqrt(tr A + 2 sqrt(det A)) of 2 x 2 matrices.

    pytorch-fid 0.3.0 and torch-fidelity 0.4.0 give 0.7712204476543398.
    """
    first, second, middle = np.array([[2.0, 1], [1, 2]]), diagonal(1, 4), np.zeros(2)
    exact = 9 - 2 * np.sqrt(10 + 2 * np.sqrt(12))
    assert exact == pytest.approx(0.7712204476543416, abs=1e-15)
    assert frechet_of_moments(middle, first, middle, second) == pytest.approx(exact, abs=1e-13)
    assert frechet_of_moments(middle, second, middle, first) == pytest.approx(exact, abs=1e-13)


def test_diagonal_covariances() -> None:
    """K3."""
    a, b, middle = np.linspace(0.1, 3, 64), np.linspace(2, 0.5, 64), np.zeros(64)
    found = frechet_of_moments(middle, np.diag(a), middle, np.diag(b))
    assert found == pytest.approx(22.18375445529043, abs=1e-12)


def test_singular_covariances_give_a_number() -> None:
    """K4: where roots of products turn into NaN elsewhere."""
    middle = np.zeros(4)
    assert frechet_of_moments(middle, diagonal(1, 1, 0, 0), middle, diagonal(1, 0, 1, 0)) == pytest.approx(2, abs=1e-12)


@pytest.mark.parametrize(("n", "m"), [(30, 40), (30, 90), (90, 120)])
def test_few_rows_and_many_give_what_covariances_give(n: int, m: int, rng: np.random.Generator) -> None:
    """K5: fewer rows than columns in both, in one, in none. Singular covariances lose half of their digits."""
    real, generated = rng.normal(size=(n, 60)), 0.2 + 1.3 * rng.normal(size=(m, 60))
    found = frechet_distance(real, generated)
    assert found == pytest.approx(frechet_of_moments(*moments(real), *moments(generated)), rel=1e-7)
    assert found == pytest.approx(frechet_distance(generated, real), rel=1e-12)


def test_the_distance_is_that_of_pytorch_fid() -> None:
    """Golden value of pytorch-fid 0.3.0 with scipy 1.17.1.

    r = np.random.default_rng(3); a = r.normal(size=(50, 32)); b = 0.3 + 1.2 * r.normal(size=(70, 32))
    calculate_frechet_distance(a.mean(0), np.cov(a.T), b.mean(0), np.cov(b.T))
    """
    r = np.random.default_rng(3)
    a, b = r.normal(size=(50, 32)), 0.3 + 1.2 * r.normal(size=(70, 32))
    assert frechet_distance(a, b) == pytest.approx(16.26918156902788, rel=1e-12)


def test_a_set_is_at_no_distance_from_itself(rng: np.random.Generator) -> None:
    features = rng.normal(size=(25, 40))
    assert frechet_distance(features, features[::-1]) == pytest.approx(0, abs=1e-10)


def test_the_raw_distance_is_biased_and_the_reduced_one_much_less(rng: np.random.Generator) -> None:
    """METRICS.md, lambda_i ~ 1/i: raw some 0.5 traces at a few hundred rows, on 16 components a tenth of it."""
    spread = np.sqrt(1 / np.arange(1, 513))
    real, generated = (rng.normal(size=(160, 512)) * spread for _ in range(2))
    trace = (spread**2).sum()
    raw = RawFrechet().measure(real, generated, PLAIN)[""] / trace
    few = ReducedFrechet().measure(real, generated, PLAIN)[""] / trace
    assert 0.4 < raw < 1
    assert few < raw / 5


@pytest.mark.parametrize(("rows", "components"), [(10, 1), (55, 5), (400, 16)])
def test_components_are_a_tenth_of_the_real_images_and_at_most_16(
    rows: int, components: int, rng: np.random.Generator
) -> None:
    a, b = reduced(rng.normal(size=(rows, 40)), rng.normal(size=(30, 40)))
    assert a.shape == (rows, components)
    assert b.shape == (30, components)


@pytest.mark.parametrize("shape", [(50, 200), (300, 20)])
def test_components_are_those_of_the_real_set_alone(shape: tuple[int, int], rng: np.random.Generator) -> None:
    real = rng.normal(size=shape) * np.linspace(3, 0.1, shape[1])
    a, _ = reduced(real, rng.normal(size=(12, shape[1])))
    _, values, _ = np.linalg.svd(real - real.mean(axis=0))
    np.testing.assert_allclose(np.sort(np.linalg.norm(a, axis=0))[::-1], values[: a.shape[1]], rtol=1e-9)


def test_directions_that_the_real_set_does_not_span_do_not_count(rng: np.random.Generator) -> None:
    real = np.outer(rng.normal(size=40), np.eye(6)[0])
    generated = real + 7 * np.eye(6)[3]
    assert ReducedFrechet().measure(real, generated, PLAIN)[""] == pytest.approx(0, abs=1e-9)


def test_the_image_that_lies_apart_is_the_furthest(rng: np.random.Generator) -> None:
    real, generated = rng.normal(size=(60, 5)), rng.normal(size=(20, 5))
    generated[7] += 9
    assert ReducedFrechet().each(real, generated, PLAIN).argmax() == 7


@pytest.mark.parametrize(("n", "d"), [(20, 50), (60, 8)])
def test_influences_are_derivatives_by_the_weight_of_a_row(n: int, d: int, rng: np.random.Generator) -> None:
    x, y = rng.normal(size=(n, d)), 0.3 + 1.3 * rng.normal(size=(25, d))
    found = frechet_influences(x, y, (np.arange(n), np.arange(25)))
    turned = frechet_influences(y, x, (np.arange(25), np.arange(n)))
    np.testing.assert_allclose(found.real, turned.generated, atol=1e-9)
    for row in (0, 5, n - 1):
        more, less = (_weighted(x, y, 1 + step * np.eye(n)[row]) for step in (1e-5, -1e-5))
        assert found.real[row] == pytest.approx((more - less) / 2e-5, abs=1e-5)


def test_what_is_no_covariance_is_refused() -> None:
    middle = np.zeros(2)
    with pytest.raises(InputError, match="not symmetric"):
        frechet_of_moments(middle, np.array([[1.0, 1], [0, 1]]), middle, np.eye(2))
    with pytest.raises(InputError, match="negative eigenvalue"):
        frechet_of_moments(middle, diagonal(1, -1), middle, np.eye(2))
    with pytest.raises(InputError, match="not finite"):
        frechet_distance(np.full((3, 2), np.nan), np.zeros((3, 2)))


def _weighted(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> float:
    """Write the distance out for weighted rows."""
    weights = weights / weights.sum() * len(weights)
    middle = (weights[:, None] * x).sum(axis=0) / len(x)
    a = np.sqrt(weights)[:, None] * (x - middle) / np.sqrt(len(x) - 1)
    b = (y - y.mean(axis=0)) / np.sqrt(len(y) - 1)
    nuclear = np.linalg.svd(a @ b.T, compute_uv=False).sum()
    return float(((middle - y.mean(axis=0)) ** 2).sum() + (a**2).sum() + (b**2).sum() - 2 * nuclear)
