"""Obuchowski and Rockette's analysis: the Van Dyke reference, its parts, its power, type I in simulated studies."""

from __future__ import annotations

import numpy as np
import pytest
from tests.studies.band import covers
from tests.studies.discrimination.vandyke import AREAS, CASES, DELONG, JACKKNIFE, UNBIASED

from synthscope.errors import InputError
from synthscope.studies.discrimination.covariances import Components
from synthscope.studies.discrimination.mrmc import (
    ReaderStudy,
    arm_mean,
    compare_arms,
    figure_study,
    reader_study,
    variances,
)
from synthscope.studies.discrimination.scores import reader_scores
from synthscope.studies.discrimination.sizing import Pilot, cases_needed, pilot_of, power, power_table

VAN_DYKE = ReaderStudy(AREAS, JACKKNIFE)
RJAFROC = Pilot(Components(0.00080228827, 0.00034661371, 0.00034407483, 0.00023902837), 0.00020040252, CASES)
EFFECT = 0.043800322


def test_means_and_mean_squares_of_van_dyke() -> None:
    """OR-DBM MRMC 2.51, as printed by RJafroc."""
    assert AREAS.mean(axis=1) == pytest.approx([0.89703704, 0.94083736], abs=5e-9)
    squares = VAN_DYKE.squares
    found = (squares.arms, squares.readers, squares.both)
    assert found == pytest.approx((0.00479617, 0.00383620, 0.00055103), abs=5e-9)


def test_readers_and_cases_at_random() -> None:
    """OR-DBM MRMC 2.51; MRMCaov's paper in the Journal of Statistical Software."""
    found = compare_arms(VAN_DYKE)
    assert (found.statistic, found.df2, found.p_value) == pytest.approx((4.4563, 15.2597, 0.051666), abs=2e-4)
    one = found.differences[0]
    expected = (-0.04380032, 0.0207486, -0.0879595, 0.0003589)
    assert (one.value, one.se, one.low, one.high) == pytest.approx(expected, abs=2e-6)
    assert one.p_value == pytest.approx(found.p_value)


@pytest.mark.parametrize(
    ("components", "statistic", "df", "p_value"),
    [(DELONG, 4.484854, 15.06611, 0.05123303), (UNBIASED, 4.489614, 15.03418, 0.0511618)],
)
def test_other_covariances(components: Components, statistic: float, df: float, p_value: float) -> None:
    """MRMCaov."""
    found = compare_arms(ReaderStudy(AREAS, components))
    assert (found.statistic, found.df2, found.p_value) == pytest.approx((statistic, df, p_value), abs=2e-4)


def test_cases_alone_and_readers_alone_at_random() -> None:
    """OR-DBM MRMC 2.51: X2 5.47595, p .0193; F 8.704, p .04196."""
    cases, readers = compare_arms(VAN_DYKE, "cases"), compare_arms(VAN_DYKE, "readers")
    assert (cases.statistic, cases.p_value) == pytest.approx((5.475953, 0.01927984), abs=5e-5)
    assert cases.differences[0].se == pytest.approx(0.01872, abs=5e-6)
    assert (readers.statistic, readers.df2, readers.p_value) == pytest.approx((8.704, 4, 0.04195875), abs=5e-4)


@pytest.mark.parametrize(
    ("arm", "se", "df", "low", "high"),
    [(0, 0.03317360, 12.74, 0.82522, 0.96885), (1, 0.02156637, 12.71, 0.89414, 0.98754)],
)
def test_single_arms(arm: int, se: float, df: float, low: float, high: float) -> None:
    """OR-DBM MRMC 2.51 prints error, freedom and interval; its covariance follows from the error and the areas."""
    cov2 = se**2 - AREAS[arm].var(ddof=1) / 5
    found = arm_mean(ReaderStudy(AREAS, JACKKNIFE, ((0, cov2), (0, cov2))), arm)
    assert (found.se, found.df) == pytest.approx((se, df), abs=5e-3)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-6)


def test_components_of_dorfman_berbaum_and_metz() -> None:
    """OR-DBM MRMC 2.51."""
    found = variances(VAN_DYKE, CASES)
    assert (found.reader, found.reader_arm) == pytest.approx((0.00153500, 0.00020040), abs=5e-9)
    parts = (found.case, found.case_arm, found.case_reader, found.error)
    assert parts == pytest.approx((0.027249, 0.011975, 0.012265, 0.039972), abs=6e-7)


def test_power_of_van_dyke_as_a_pilot() -> None:
    """RJafroc's tests."""
    assert power(RJAFROC, EFFECT, 10, 165) == pytest.approx(0.80541995, abs=1e-6)
    assert power(RJAFROC, EFFECT, 10, 131, "cases") == pytest.approx(0.80091813, abs=1e-6)
    assert power(RJAFROC, EFFECT, 10, 53, "readers") == pytest.approx(0.80496663, abs=1e-6)


def test_the_number_of_cases_is_the_smallest() -> None:
    for generalises, found in (("cases", 131), ("readers", 53)):
        assert cases_needed(RJAFROC, EFFECT, 10, generalises) == found  # type: ignore[arg-type]
    both = cases_needed(RJAFROC, EFFECT, 10)
    assert both is not None
    assert power(RJAFROC, EFFECT, 10, both) >= 0.8 > power(RJAFROC, EFFECT, 10, both - 1)


def test_three_readers_who_differ_can_never_be_made_up_for_by_cases() -> None:
    assert cases_needed(Pilot(RJAFROC.components, 0.01, CASES), EFFECT, 3) is None
    assert pilot_of(VAN_DYKE, CASES).reader_arm == pytest.approx(0.00020040, abs=5e-9)
    table = power_table(RJAFROC, EFFECT, np.array([4, 8, 16]), np.array([40, 80, 160]))
    assert (np.diff(table, axis=0) > 0).all()
    assert (np.diff(table, axis=1) > 0).all()


def test_covariances_that_fall_below_zero_are_taken_as_zero() -> None:
    low = ReaderStudy(AREAS, Components(0.0008, 0.0003, 0.0001, 0.0002))
    found = compare_arms(low)
    assert found.statistic == pytest.approx(low.squares.arms / low.squares.both)
    assert found.df2 == pytest.approx(4)


def test_arms_that_are_alike_are_found_different_in_one_study_of_twenty() -> None:
    rng, runs, alike, above = np.random.default_rng(7), 200, 0, 0
    positive = np.arange(80) % 2 == 0
    for _ in range(runs):
        case = rng.normal(0, 0.5, 80) + rng.normal(0, 0.3, (2, 1, 80))
        reader = rng.normal(0, 0.2, (6, 1)) * positive + rng.normal(0, 0.2, (2, 6, 1)) * positive
        scores = np.round(positive * 0.8 + reader + case + rng.normal(0, 0.8, (2, 6, 80)), 1)
        study = reader_study(reader_scores(scores, positive))
        alike += compare_arms(study).p_value >= 0.05
        none = reader_study(reader_scores(scores - positive * 0.8, positive))
        above += arm_mean(none).p_value >= 0.05
    assert covers(alike, runs)
    assert covers(above, runs)


def test_a_figure_of_any_kind_is_analysed_like_an_area(rng: np.random.Generator) -> None:
    scores, positive = rng.normal(0, 1, (2, 4, 30)), np.arange(30) % 2 == 0
    said = (scores > 0)[:, :, positive].astype(float)
    without = (said.sum(axis=2, keepdims=True) - said) / 14
    study = figure_study(said.mean(axis=2), without)
    assert study.by_arm[0][0] == pytest.approx(np.mean(said[0].var(axis=1, ddof=1) / 15))
    assert compare_arms(study).differences[0].value == pytest.approx(said[0].mean() - said[1].mean())


def test_what_cannot_be_compared_is_said() -> None:
    one = ReaderStudy(AREAS[:1], JACKKNIFE)
    for work in (compare_arms, lambda study: variances(study, CASES)):
        with pytest.raises(InputError, match="arm"):
            work(one)
    with pytest.raises(InputError, match="generalises over is not known"):
        compare_arms(VAN_DYKE, "nobody")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="1 readers and 50 cases"):
        power(RJAFROC, EFFECT, 1, 50)
