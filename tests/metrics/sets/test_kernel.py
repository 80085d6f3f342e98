from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from synthscope.errors import InputError
from synthscope.imaging.random_features import cubic_kernel
from synthscope.metrics.sets import kernel
from synthscope.metrics.sets.kernel import KernelDistance
from synthscope.metrics.sets.specimens import permutation_p
from synthscope.records.metric import Layout

PLAIN = Layout()
KID = KernelDistance()


def measured(real: np.ndarray, generated: np.ndarray) -> float:
    return KID.measure(real, generated, PLAIN)[""] / 1000


def clustered(rng: np.random.Generator, specimens: int, rows: int, d: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Draw rows that share nine tenths of their variance within a specimen, and the specimen of each."""
    centres = rng.normal(size=(specimens, 1, d)) * np.sqrt(0.9)
    drawn = centres + rng.normal(size=(specimens, rows, d)) * np.sqrt(0.1)
    return drawn.reshape(-1, d), np.repeat(np.arange(specimens), rows)


def false_alarms(p_values: list[float], level: float = 0.1) -> float:
    return float(np.mean(np.asarray(p_values) <= level))


@pytest.mark.parametrize(("d", "s"), [(64, 64), (64, 16), (64, 200), (2048, 2048)])
def test_a_shift_has_its_closed_form(rng: np.random.Generator, d: int, s: float) -> None:
    """K6, of means that lie the root of s apart; 7.142 for a shift by one in 64 features, 7.0044 in 2048."""
    closed = 3 * s / d + 3 * s**2 / d**2 + s**3 / d**3 + 3 * s / d**2 + 6 * s**2 / d**3 + 6 * s / d**3
    if s == d:
        assert closed == pytest.approx(7 + 9 / d + 6 / d**2, rel=1e-12)
    shift = np.sqrt(s / d)
    found = [measured(rng.normal(size=(400, d)), shift + rng.normal(size=(400, d))) for _ in range(12)]
    error = np.std(found) / np.sqrt(len(found))
    assert abs(np.mean(found) - closed) < 4 * error
    assert error < 0.02 * closed


def test_the_distance_is_without_bias_and_is_not_clipped(rng: np.random.Generator) -> None:
    """K7: at 50 rows the mean is 0, so that half of the values are below."""
    found = np.array([measured(rng.normal(size=(50, 256)), rng.normal(size=(50, 256))) for _ in range(300)])
    assert abs(found.mean()) < 4 * found.std() / np.sqrt(len(found))
    assert 0.3 < (found < 0).mean() < 0.7


def test_the_distance_is_symmetric(rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(20, 8)), 0.3 + rng.normal(size=(15, 8))
    assert measured(a, b) == pytest.approx(measured(b, a), rel=1e-12)


def test_a_naive_bootstrap_is_biased_by_doubles_and_ours_is_not(rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(40, 8)), 0.3 + rng.normal(size=(40, 8))
    rows = np.arange(40)
    ours = KID.resample(a, b, PLAIN, (rows, rows), rng, 2000)[""] / 1000
    naive = [measured(a[rng.integers(0, 40, 40)], b[rng.integers(0, 40, 40)]) for _ in range(500)]
    value, error = measured(a, b), ours.std() / np.sqrt(2000)
    assert abs(ours.mean() - value) < 4 * error + 0.02 * abs(value)
    assert np.mean(naive) - value > 20 * error


def test_weights_of_the_bootstrap_are_drawn_rows_without_pairs_of_one_row(rng: np.random.Generator) -> None:
    """By hand: two specimens of two rows; one of them drawn twice counts its inner pairs twice, and no twin pairs."""
    from synthscope.metrics.sets.kernel import _mean_within

    features = rng.normal(size=(4, 3))
    gram = cubic_kernel(features, features)
    index = np.array([0, 0, 1, 1])
    np.testing.assert_allclose(_mean_within(features, index, np.array([[2.0, 0]])), gram[0, 1])
    whole = (gram.sum() - np.trace(gram)) / 12
    np.testing.assert_allclose(_mean_within(features, index, np.array([[1.0, 1]])), whole)


@pytest.mark.parametrize("rows", [1, 7, 512])
def test_sums_of_the_kernel_are_those_of_the_whole_matrix(
    rows: int, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "ROWS", rows)
    a, b = rng.normal(size=(30, 3)), rng.normal(size=(20, 3))
    of_a, of_b = rng.permutation(np.arange(30) % 11), rng.permutation(np.arange(20) % 6)
    found = np.concatenate([sums for _, sums in kernel.kernel_sums(a, of_a, b, of_b)])
    whole = np.eye(11)[of_a].T @ cubic_kernel(a, b) @ np.eye(6)[of_b]
    np.testing.assert_allclose(found, whole)


def test_p_is_uniform_where_both_sets_are_of_one_kind(rng: np.random.Generator) -> None:
    rows = np.arange(15)
    found = [
        KID.p_value(rng.normal(size=(15, 6)), rng.normal(size=(15, 6)), (rows, rows), rng, 199) for _ in range(300)
    ]
    assert stats.kstest(found, "uniform").pvalue > 0.001
    assert 0.04 < false_alarms(found) < 0.17


def test_p_by_specimens_keeps_its_level_where_rows_of_a_specimen_are_alike_and_by_rows_it_does_not(
    rng: np.random.Generator,
) -> None:
    by_specimen, by_row = [], []
    for _ in range(150):
        (a, of_a), (b, of_b) = clustered(rng, 8, 6), clustered(rng, 8, 6)
        rows = np.arange(len(a))
        by_specimen.append(KID.p_value(a, b, (of_a, of_b), rng, 199))
        by_row.append(KID.p_value(a, b, (rows, rows), rng, 199))
    assert 0.03 < false_alarms(by_specimen) < 0.2
    assert false_alarms(by_row) > 0.5


def test_p_raises_no_more_false_alarms_where_specimens_are_larger_in_one_set(rng: np.random.Generator) -> None:
    """Ten stacks of ten fields beside a hundred images that were generated one by one."""
    found = []
    for _ in range(100):
        (a, of_a), (b, of_b) = clustered(rng, 10, 10), clustered(rng, 100, 1)
        found.append(KID.p_value(a, b, (of_a, of_b), rng, 99))
    assert false_alarms(found) < 0.2


def test_p_finds_a_shift(rng: np.random.Generator) -> None:
    rows = np.arange(40)
    found = KID.p_value(rng.normal(size=(40, 16)), 0.6 + rng.normal(size=(40, 16)), (rows, rows), rng, 999)
    assert found == pytest.approx(1 / 1000)


def test_a_p_value_is_never_zero_and_counts_ties() -> None:
    assert permutation_p(5.0, np.zeros(9)) == pytest.approx(0.1)
    assert permutation_p(0.0, np.zeros(9)) == 1


def test_there_is_no_test_over_one_specimen(rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    one, many = np.zeros(6, int), np.arange(6)
    assert np.isnan(KID.p_value(a, b, (one, many), rng, 9))
    assert np.isnan(KID.resample(a, b, PLAIN, (one, many), rng, 9)[""]).all()


def test_the_image_that_is_like_no_real_one_stands_out(rng: np.random.Generator) -> None:
    real = rng.normal(size=(50, 5))
    generated = np.concatenate([rng.normal(size=(40, 5)), 2 + rng.normal(size=(10, 5))])
    assert (np.sort(KID.each(real, generated, PLAIN)[40:])[3:] > np.median(KID.each(real, generated, PLAIN)[:40])).all()


def test_features_that_do_not_fit_are_refused(rng: np.random.Generator) -> None:
    with pytest.raises(InputError, match=r"\(3, 2\) and \(3, 4\) cannot be compared"):
        KID.measure(np.zeros((3, 2)), np.zeros((3, 4)), PLAIN)
    with pytest.raises(InputError, match="A set has 1 images"):
        KID.measure(np.zeros((1, 2)), np.zeros((3, 2)), PLAIN)
