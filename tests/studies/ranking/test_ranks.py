"""Ranks and their intervals, goodness of fit, circles, scales, reliability, Glicko."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from tests.studies.band import covers
from tests.studies.ranking.published import WINS, games

from synthscope.errors import InputError
from synthscope.studies.ranking.bradley_terry import fit_preferences
from synthscope.studies.ranking.comparisons import Comparisons, from_wins, make_comparisons
from synthscope.studies.ranking.drawing import resample_raters
from synthscope.studies.ranking.fit_quality import count_triads, goodness_of_fit, rater_triads, transitivity
from synthscope.studies.ranking.glicko import glicko
from synthscope.studies.ranking.ranks import drawn_estimates, rank_estimates, score_estimates
from synthscope.studies.ranking.reliability import fit_reliability
from synthscope.studies.ranking.scales import UNIT, jnd, scale_triplets


def paired(rng: np.random.Generator, scores: np.ndarray, raters: int, rounds: int, spread: float = 0.0) -> Comparisons:
    """Every rater compares every ordered pair `rounds` times, with an own taste of the given spread."""
    k = len(scores)
    left, right = np.array([(i, j) for i in range(k) for j in range(k) if i != j]).T
    rater, cell = (v.ravel() for v in np.meshgrid(range(raters), np.tile(np.arange(len(left)), rounds), indexing="ij"))
    taste = scores + rng.normal(0, spread, (raters, k)) if spread else np.tile(scores, (raters, 1))
    difference = taste[rater, left[cell]] - taste[rater, right[cell]]
    choice = (rng.logistic(size=len(cell)) > difference).astype(int)
    names = [f"{i}" for i in range(k)]
    return make_comparisons(
        [names[i] for i in left[cell]], [names[i] for i in right[cell]], choice, [f"r{r:03d}" for r in rater]
    )


def test_ranks_are_certain_where_scores_are_far_apart_and_open_where_equal(rng: np.random.Generator) -> None:
    rows = paired(rng, np.array([-3.0, 0.0, 0.0, 3.0]), 30, 4)
    ranks = {row.subject: (row.value, row.low, row.high) for row in rank_estimates(fit_preferences(rows), rng)}
    assert ranks["3"] == (1, 1, 1)
    assert ranks["0"] == (4, 4, 4)
    assert ranks["1"][1:] == ranks["2"][1:] == (2, 3)


def test_drawn_ranks_hold_the_rank_of_the_fit(rng: np.random.Generator) -> None:
    rows = paired(rng, np.array([0.0, 0.2, 1.0]), 12, 2)
    fit = fit_preferences(rows)
    scores, ranks = drawn_estimates(fit, resample_raters(rows, rng, 200))
    assert all(row.low <= row.value <= row.high for row in (*scores, *ranks))
    with pytest.raises(InputError, match="do not fit 3 items"):
        drawn_estimates(fit, np.zeros((5, 2)))


def test_scores_are_given_about_the_mean_or_against_one(rng: np.random.Generator) -> None:
    fit = fit_preferences(paired(rng, np.array([0.0, 0.5, 1.0]), 10, 2))
    about, against = score_estimates(fit), score_estimates(fit, "0")
    assert [row.subject for row in about if row.name == "preference"] == ["0", "1", "2"]
    assert [row.subject for row in against if row.name == "preference"] == ["1", "2"]
    assert about[-1].name == against[-1].name == "side"
    with pytest.raises(InputError, match="'x' was not compared"):
        score_estimates(fit, "x")


def test_intervals_cover_for_other_images_too_where_cases_are_known() -> None:
    """12 raters x 30 cases, two arms: which result is better differs from case to case, and not in the mean."""
    rng, runs, both, raters_alone = np.random.default_rng(12), 200, 0, 0
    who, case = (one.ravel() for one in np.meshgrid(np.arange(12), np.arange(30), indexing="ij"))
    for _ in range(runs):
        better = rng.normal(0, 0.8, 30)[case] + rng.normal(0, 0.3, 12)[who]
        first_left = rng.random(len(who)) < 0.5
        left, right = (np.where(first_left == one, "a", "b") for one in (True, False))
        choice = (rng.logistic(size=len(who)) > np.where(first_left, better, -better)).astype(int)
        names = [f"r{one}" for one in who]
        found = []
        for cases in (np.stack([case, case], axis=1), None):
            fit = fit_preferences(make_comparisons(left, right, choice, names, cases=cases))
            (row,) = (one for one in score_estimates(fit, "a") if one.name == "preference")
            found.append(row.low < 0 < row.high)
        both, raters_alone = both + found[0], raters_alone + found[1]
    assert covers(both, runs)
    assert raters_alone / runs < 0.88
    assert fit.random == ("raters",)


def test_clustered_intervals_cover_and_those_of_single_choices_do_not() -> None:
    rng, runs, clustered, single = np.random.default_rng(11), 200, 0, 0
    for _ in range(runs):
        rows = paired(rng, np.array([0.0, 0.0, 0.5]), 12, 4, spread=0.7)
        good = {r.subject: r for r in score_estimates(fit_preferences(rows), "0")}["1"]
        naive = {r.subject: r for r in score_estimates(fit_preferences(rows, clustered=False), "0")}["1"]
        clustered += good.low < 0 < good.high
        single += naive.low < 0 < naive.high
    assert covers(clustered, runs)
    assert single / runs < 0.85


def test_goodness_of_fit_keeps_its_level_and_sees_circles() -> None:
    rng, runs, rejected = np.random.default_rng(12), 200, 0
    for _ in range(runs):
        rows = paired(rng, np.array([0.0, 0.3, 0.9, -0.2]), 25, 2)
        rejected += goodness_of_fit(fit_preferences(rows, clustered=False), rows)[1].p_value < 0.05
    assert covers(runs - rejected, runs)
    circle = from_wins(np.array([[0, 30, 10], [10, 0, 30], [30, 10, 0]]), "abc")
    assert goodness_of_fit(fit_preferences(circle, side=False), circle)[0].p_value < 1e-6


def test_circular_triads_of_four_items_are_those_of_the_table() -> None:
    # Kendall & Babington Smith 1940: of the 64 tournaments of 4 items, 24, 16 and 24 have 0, 1 and 2 circles
    pairs, counts, rng = [(i, j) for i in range(4) for j in range(i)], {0: 0, 1: 0, 2: 0}, np.random.default_rng(0)
    for heads in product([False, True], repeat=6):
        wins = np.zeros((4, 4))
        for (i, j), head in zip(pairs, heads, strict=True):
            wins[(i, j) if head else (j, i)] = 1
        counts[count_triads(wins, rng, 0).circular] += 1
    assert counts == {0: 24, 1: 16, 2: 24}


def test_consistence_is_kendalls_and_p_that_of_tossing() -> None:
    rng, order = np.random.default_rng(1), np.triu(np.ones((4, 4)), 1)
    perfect = count_triads(order, rng, 4000)
    assert (perfect.complete, perfect.circular, perfect.consistence) == (4, 0, 1.0)
    assert perfect.p_value == pytest.approx(24 / 64, abs=0.03)
    ring = np.zeros((5, 5))
    for i in range(5):
        ring[i, (i + 1) % 5] = ring[i, (i + 2) % 5] = 1
    assert count_triads(ring, rng, 10).consistence == 0
    assert np.isnan(count_triads(np.array([[0, 1, 0], [0, 0, 0], [0, 0, 0]]), rng, 10).consistence)


def test_triads_are_counted_for_each_rater(rng: np.random.Generator) -> None:
    rows = make_comparisons(
        ["a", "b", "c", "a", "b", "a"], ["b", "c", "a", "b", "c", "c"], np.zeros(6, int), ["x"] * 3 + ["y"] * 3
    )
    found = rater_triads(rows, rng, 100)
    assert (found["x"].circular, found["y"].circular) == (1, 0)


def test_transitivity_is_broken_weakly_moderately_and_strongly() -> None:
    wins = np.array([[0.0, 80, 75], [20, 0, 70], [25, 30, 0]])
    assert vars(transitivity(wins)) == {"triples": 1, "weak": 0, "moderate": 0, "strong": 1}
    wins[0, 2], wins[2, 0] = 60, 40
    assert vars(transitivity(wins)) == {"triples": 1, "weak": 0, "moderate": 1, "strong": 1}
    assert transitivity(WINS).triples > 0


def test_one_noticeable_difference_is_three_choices_of_four() -> None:
    fit = fit_preferences(from_wins(np.array([[0, 75], [25, 0]]), "ab"), link="probit", side=False)
    difference = jnd(fit)
    assert difference[0] - difference[1] == pytest.approx(1, abs=1e-8)
    with pytest.raises(InputError, match="fit with probit, not logit"):
        jnd(fit_preferences(games()))


def test_triplets_start_at_the_reference_and_find_the_distances() -> None:
    rng = np.random.default_rng(7)
    true, names = np.array([0.0, 0.5, 1.5]) * UNIT, ["ref", "mild", "strong"]
    left = rng.integers(0, 3, 3000)
    right = (left + rng.integers(1, 3, 3000)) % 3
    nearer = (rng.standard_normal(3000) > true[right] - true[left]).astype(int)
    found = scale_triplets(
        [names[k] for k in left], [names[k] for k in right], nearer, [f"{k % 15}" for k in range(3000)], reference="ref"
    )
    rows = {row.subject: row for row in found.estimates}
    assert set(rows) == {"mild", "strong"}
    assert rows["mild"].low < 0.5 < rows["mild"].high
    assert rows["strong"].low < 1.5 < rows["strong"].high
    without = scale_triplets([names[k] for k in left], [names[k] for k in right], nearer, ["one"] * 3000)
    assert without.estimates[0].title.endswith("from ref, the nearest")


def test_a_rater_who_guesses_and_one_who_turns_the_question_round_are_found() -> None:
    rng = np.random.default_rng(9)
    rows = paired(rng, np.array([-1.5, -0.5, 0.5, 1.5]), 10, 6)
    choice = rows.choice.copy()
    guesses, turned = rows.raters == 0, rows.raters == 1
    choice[guesses] = rng.integers(0, 2, guesses.sum())
    choice[turned] = 1 - choice[turned]
    names = np.array(rows.items)
    who = [rows.rater_names[r] for r in rows.raters]
    spoiled = make_comparisons(names[rows.left], names[rows.right], choice, who)
    found = fit_reliability(spoiled)
    assert 0.3 < found.reliability[0] < 0.7
    assert found.reliability[1] < 0.15
    assert (found.reliability[2:] > 0.8).all()
    assert np.argsort(found.scores).tolist() == [0, 1, 2, 3]
    assert found.scores.std() > fit_preferences(spoiled, side=False).scores.std()


def test_glicko_is_that_of_the_published_example() -> None:
    # Glickman 1999, "Parameter estimation in large dynamic paired comparison experiments", worked example
    rating, deviation = glicko(1500, 200, [(1400, 30, 1), (1550, 100, 0), (1700, 300, 0)])
    assert (rating, deviation) == pytest.approx((1464.1, 151.4), abs=0.06)
