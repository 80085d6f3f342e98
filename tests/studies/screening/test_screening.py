"""Screens of raters: published figures, traps, and advice that leaves nobody out but by the rule fixed beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest
from tests.conftest import DATA

from synthscope.errors import InputError
from synthscope.records.documents import from_json
from synthscope.records.study_freeze import Screening
from synthscope.studies.screening.attention import advise, catch_estimates, check_attention
from synthscope.studies.screening.kurtosis import screen_by_kurtosis
from synthscope.studies.screening.opinion import differential_scores, opinion_scores
from synthscope.studies.screening.projection import project
from synthscope.studies.tables import RatingTable, make_table

DEMO = DATA.parent / "known_answers" / "sureal" / "sample_data.csv"


def table(values: np.ndarray) -> RatingTable:
    """Name raters and items by number."""
    return RatingTable(values, tuple(f"r{k:02d}" for k in range(len(values))), tuple(map(str, range(values.shape[1]))))


def ratings(rng: np.random.Generator, raters: int, items: int) -> np.ndarray:
    quality = rng.uniform(1.5, 4.5, items)
    return np.asarray(np.clip(np.round(quality + rng.normal(0, 0.6, (raters, items))), 1, 5))


def test_projection_is_that_of_the_published_demonstration() -> None:
    # Netflix/sureal, itut_p910_demo: 79 clips x 26 raters, of whom the first five are scrambled
    if not DEMO.is_file():
        pytest.skip("known_answers/sureal/sample_data.csv (Netflix/sureal, Apache-2.0) is not beside the images")
    found = project(table(np.loadtxt(DEMO, delimiter=",").T), corrected=False)
    assert found.bias[:3] == pytest.approx([-0.189852, -0.202511, 0.240527], abs=1e-6)
    expected = [1.833936, 1.792802, 1.605246, 1.727897, 1.689560, 0.786059]
    assert found.inconsistency[:6] == pytest.approx(expected, abs=1e-6)
    assert found.means[:3] == pytest.approx([4.926232, 4.871884, 4.660024], abs=1e-6)
    assert found.errors[0] == pytest.approx(0.154879, abs=1e-6)
    assert set(np.argsort(found.inconsistency)[-5:]) == {0, 1, 2, 3, 4}


def test_projection_finds_bias_and_inconsistency_that_were_put_in() -> None:
    rng = np.random.default_rng(3)
    bias, spread = np.linspace(-0.8, 0.8, 9), np.tile([0.3, 0.6, 1.2], 3)
    quality = rng.normal(3, 1, 600)
    values = quality + bias[:, None] + rng.standard_normal((9, 600)) * spread[:, None]
    values[rng.random(values.shape) < 0.2] = np.nan
    found = project(table(values))
    assert found.bias == pytest.approx(bias, abs=0.1)
    assert found.inconsistency == pytest.approx(spread, abs=0.1)
    assert found.bias.sum() == pytest.approx(0, abs=1e-9)
    assert found.weights.sum() == pytest.approx(1)
    error = np.abs(found.means - quality).mean()
    assert error < 0.85 * np.abs(table(values).means - quality).mean()


def test_without_the_correction_one_of_few_raters_takes_all_the_weight() -> None:
    rng, spread = np.random.default_rng(3), np.array([0.4, 0.6, 0.8, 1.0, 1.2])
    values = rng.normal(3, 1, 600) + rng.standard_normal((5, 600)) * spread[:, None]
    right = spread**-2 / (spread**-2).sum()
    assert project(table(values)).weights == pytest.approx(right, abs=0.06)
    assert project(table(values), corrected=False).weights.max() > 0.9


def test_a_shift_of_all_answers_of_a_rater_shifts_the_bias_alone(rng: np.random.Generator) -> None:
    values = ratings(rng, 6, 40)
    moved = values.copy()
    moved[2] += 1
    one, two = project(table(values)), project(table(moved))
    assert two.bias - one.bias == pytest.approx(np.eye(6)[2] - 1 / 6, abs=1e-6)
    assert two.inconsistency == pytest.approx(one.inconsistency, abs=1e-6)
    assert two.means == pytest.approx(one.means + 1 / 6, abs=1e-6)


def test_raters_who_agree_share_the_weight() -> None:
    assert project(table(np.tile([1.0, 3, 5], (4, 1)))).weights == pytest.approx(np.full(4, 0.25))


def test_kurtosis_counts_by_hand() -> None:
    # nine 3s and a 5: mean 3.2, kurtosis 8.1, so the limit is sqrt(20) * 0.632 = 2.83: nobody is outside
    # 1 2 2 3 3 3 3 4 4 5: kurtosis 2.5, mean 3, deviation 1.155: nobody reaches 2 * 1.155 = 2.31
    # 3 3 3 4 4 4 4 5 5 1: mean 3.6, deviation 1.174, kurtosis 3.4: the 1 is outside
    columns = [[3] * 9 + [5], [2, 2, 3, 3, 3, 3, 4, 4, 1, 5], [3, 3, 3, 4, 4, 4, 4, 5, 5, 1], [3] * 10]
    found = screen_by_kurtosis(table(np.array(columns, float).T))
    assert [(row.above, row.below) for row in found] == [(0, 0)] * 9 + [(0, 1)]
    assert {row.judged for row in found} == {3}


def test_items_on_which_all_agree_are_skipped() -> None:
    values = np.full((8, 30), 4.0)
    found = screen_by_kurtosis(table(values))
    assert not any(row.above or row.below or row.rejected for row in found)
    assert {row.judged for row in found} == {0}
    assert found[0].part == 0


def test_one_who_answers_at_random_is_rejected_and_one_who_is_strict_is_not() -> None:
    rng = np.random.default_rng(6)
    values = rng.normal(3, 1.5, 400) + rng.normal(0, 0.5, (20, 400))
    values[0] = rng.permutation(values[0])
    values[1] -= 0.9
    found = screen_by_kurtosis(table(values))
    assert found[0].rejected
    assert found[1].part > 0.05
    assert not any(row.rejected for row in found[1:])


def test_attention_counts_catches_and_haste() -> None:
    raters = np.array(["b", "a", "a", "b", "a"])
    times = np.array([150.0, 900, np.nan, 800, 100])
    found = check_attention(raters, times, np.array([1, 1, 1, 0, 0]), np.array([0, 1, 1, 1, 0]))
    assert [vars(row) for row in found] == [
        {"rater": "a", "catches": 2, "caught": 2, "timed": 2, "hasty": 1},
        {"rater": "b", "catches": 1, "caught": 0, "timed": 2, "hasty": 1},
    ]
    first, second = catch_estimates(found)
    peer = binomtest(2, 2).proportion_ci(method="wilson")
    assert (first.low, first.high) == pytest.approx((peer.low, peer.high))
    assert second.value == 0


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_of_catches_are_wilsons(hits: int, n: int, low: float, high: float) -> None:
    # Newcombe 1998, table I
    right = np.arange(n) < hits
    (row,) = catch_estimates(check_attention(np.zeros(n), np.full(n, 900.0), np.ones(n), right))
    assert (row.low, row.high) == pytest.approx((low, high), abs=6e-5)


def test_advice_weighs_and_leaves_out_by_the_catch_rule_alone() -> None:
    rng = np.random.default_rng(6)
    values = np.repeat([[1.0, 5.0]], 100, axis=0).reshape(1, -1) + rng.normal(0, 0.3, (8, 200))
    values[0] = rng.permutation(values[0])
    whole = table(values)
    failed = check_attention(
        np.repeat(whole.raters, 5), np.full(40, 120.0), np.ones(40), np.repeat(np.arange(8) != 3, 5)
    )
    found = {row.rater: row for row in advise(project(whole), failed, screen_by_kurtosis(whole))}
    assert found["r00"].weight < 0.2
    assert found["r00"].look[0].startswith("Rater r00 is")
    assert [name for name, row in found.items() if row.exclude] == ["r03"]
    assert "answered 0 of 5 catch trials rightly; the plan asks for 80%" in " ".join(found["r03"].look)
    assert "5 of 5 answers faster than sight" in " ".join(found["r05"].look)


def test_what_cannot_be_screened_is_refused() -> None:
    with pytest.raises(InputError, match="there are 2; it needs 3"):
        screen_by_kurtosis(table(np.ones((2, 4))))
    with pytest.raises(InputError, match="Leave out raters with a single answer"):
        project(table(np.array([[1.0, 2, 3], [2, np.nan, np.nan], [2, 3, 4]])))
    with pytest.raises(InputError, match="give as many of each"):
        check_attention(np.zeros(3), np.zeros(2), np.zeros(3), np.zeros(3))


def test_a_table_holds_gaps_and_means_of_repeats() -> None:
    made = make_table(np.array(["b", "a", "a"]), np.array(["x", "y", "y"]), np.array([1.0, 2, 4]))
    assert made.raters == ("a", "b")
    assert np.array_equal(made.values, [[np.nan, 3], [1, np.nan]], equal_nan=True)
    assert made.means == pytest.approx([1, 3])
    assert made.of_items(np.array([1])).items == ("y",)
    with pytest.raises(InputError, match="1 ratings are no numbers"):
        make_table(["a"], ["x"], np.array([np.nan]))


def test_opinion_scores_are_means_with_students_interval() -> None:
    whole = table(np.array([[4.0, 5, np.nan], [2, 4, 3], [3, 5, np.nan]]))
    first, second, alone = opinion_scores(whole)
    assert (first.value, first.se) == (3, pytest.approx(1 / np.sqrt(3)))
    assert first.high == pytest.approx(3 + 4.302653 / np.sqrt(3), abs=1e-5)
    assert np.isnan(alone.low)
    assert second.caveats == first.caveats
    (row,) = differential_scores(whole, {"0": "1"})
    assert row.value == pytest.approx(5 - 5 / 3)
    with pytest.raises(InputError, match="'9' was not rated"):
        differential_scores(whole, {"0": "9"})
    apart = table(np.array([[1.0, np.nan], [np.nan, 2]]))
    with pytest.raises(InputError, match="never rated by the same rater"):
        differential_scores(apart, {"0": "1"})


def test_weights_settle_where_one_of_three_raters_is_nearly_always_right() -> None:
    rng = np.random.default_rng(18)
    count = int(rng.integers(6, 20))
    truth = rng.integers(0, 2, count) * 4 + 1.0
    values = np.clip(np.rint(truth + rng.normal(0, [[0.3], [0.8], [0.5]], (3, count))), 1, 5)
    values[rng.random((3, count)) < 0.2] = np.nan
    values = values[:, np.isfinite(values).any(axis=0)]
    found = project(RatingTable(values, tuple("abc"), tuple(map(str, range(values.shape[1])))))
    assert found.inconsistency[0] < found.inconsistency[2] < found.inconsistency[1]


def test_a_screening_that_an_earlier_program_kept_with_weights_reads_still() -> None:
    old = {"excluded": {"b": "Fell asleep."}, "weights": {"a": 1.3, "c": 0.7}, "by": "pi", "version": 1}
    assert from_json(Screening, old).excluded == {"b": "Fell asleep."}
