"""Krippendorff's alpha: published values, missing answers, its interval."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.studies.agreement.published import CODERS, OBSERVERS, PSYCHIATRISTS
from tests.studies.band import covers

from synthscope.errors import InputError
from synthscope.studies.agreement.krippendorff import MEASUREMENTS, krippendorff_alpha


@pytest.mark.parametrize(
    ("measurement", "value"),
    [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)],
)
def test_four_observers(measurement: str, value: float) -> None:
    """Krippendorff 2011: .743, .815, .849, .797."""
    assert krippendorff_alpha(OBSERVERS, measurement).value == pytest.approx(value, abs=5e-7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("measurement", "value", "tolerance"),
    [("nominal", 0.691, 5e-4), ("interval", 0.811, 5e-4), ("ordinal", 0.8067, 5e-5), ("ratio", 0.8089, 5e-5)],
)
def test_three_coders(measurement: str, value: float, tolerance: float) -> None:
    """The encyclopaedia's example: .691 and .811."""
    assert krippendorff_alpha(CODERS, measurement).value == pytest.approx(value, abs=tolerance)  # type: ignore[arg-type]


def test_two_observers_of_krippendorff() -> None:
    """Krippendorff 2011: binary, .095; nominal, .692."""
    binary = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], float)
    letters = np.array([["abcde".index(c) for c in row] for row in ("aabbdcccedda", "babbbccceddd")], float)
    assert krippendorff_alpha(binary, "nominal").value == pytest.approx(0.095, abs=5e-4)
    assert krippendorff_alpha(letters, "nominal").value == pytest.approx(0.692, abs=5e-4)


def test_fifteen_patients_of_gwet() -> None:
    """irrCAC's README, distrib.6raters: .4204384 (standard error .08243)."""
    found = krippendorff_alpha(PSYCHIATRISTS[:, :15], "nominal")
    assert found.value == pytest.approx(0.4204384, abs=5e-8)
    assert found.se == pytest.approx(0.08243, rel=0.15)


def test_spread_of_draws_is_near_the_linearised_error() -> None:
    """irrCAC's README: .14548 for the 4 x 12 table."""
    assert krippendorff_alpha(OBSERVERS, "nominal").se == pytest.approx(0.14548, rel=0.1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 5), st.floats(-3, 3))
def test_alpha_takes_the_changes_that_its_level_allows(seed: int, factor: float, shift: float) -> None:
    rng = np.random.default_rng(seed)
    table = rng.integers(1, 6, (3, 15)).astype(float)
    table[rng.random(table.shape) < 0.2] = np.nan
    value = {m: krippendorff_alpha(table, m).value for m in MEASUREMENTS}
    assert krippendorff_alpha(table**3, "ordinal").value == pytest.approx(value["ordinal"])
    assert krippendorff_alpha(factor * table + shift, "interval").value == pytest.approx(value["interval"])
    assert krippendorff_alpha(factor * table, "ratio").value == pytest.approx(value["ratio"])
    assert krippendorff_alpha(np.choose(np.nan_to_num(table, nan=1).astype(int) - 1, [3, 1, 5, 2, 4]) + table * 0,
                              "nominal").value == pytest.approx(value["nominal"])  # fmt: skip


def test_cases_of_one_rater_do_not_count() -> None:
    alone = np.full((4, 3), np.nan)
    alone[0] = 1, 2, 9
    for measurement in MEASUREMENTS:
        with_them = krippendorff_alpha(np.hstack([OBSERVERS, alone]), measurement)
        assert with_them.value == pytest.approx(krippendorff_alpha(OBSERVERS, measurement).value)
        assert with_them.n == 11


def test_ratio_of_negative_values_and_equal_answers_are_said() -> None:
    with pytest.raises(InputError, match="starts at 0, and -1"):
        krippendorff_alpha(np.array([[-1.0, 2], [1, 2]]), "ratio")
    assert np.isnan(krippendorff_alpha(np.ones((3, 5)), "interval").value)


def test_intervals_hold_the_truth_in_nineteen_of_twenty_studies() -> None:
    rng, runs, hits = np.random.default_rng(4), 200, 0
    for _ in range(runs):
        table = rng.normal(0, 1, 60) + rng.normal(0, 1, (5, 60))
        found = krippendorff_alpha(np.round(table, 1), "interval")
        hits += found.low <= 0.5 <= found.high
    assert covers(hits, runs)
