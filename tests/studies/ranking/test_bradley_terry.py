"""Scores from choices against published fits, limits, ties, sides, covariates, refusals."""

from __future__ import annotations

import choix
import numpy as np
import pytest
from tests.studies.ranking.published import CITATIONS, JOURNALS, TEAMS, WINS, games

from synthscope.errors import InputError, WorkError
from synthscope.studies.ranking.bradley_terry import Preferences, fit_preferences
from synthscope.studies.ranking.comparisons import Comparisons, from_wins, make_comparisons, win_matrix
from synthscope.studies.ranking.drawing import resample_raters
from synthscope.studies.ranking.fit_quality import goodness_of_fit
from synthscope.studies.ranking.outcomes import Link, outcome

links = pytest.mark.parametrize("link", ["logit", "probit"])


def chosen(rng: np.random.Generator, scores: np.ndarray, n: int, *, side: float = 0.0, raters: int = 8) -> Comparisons:
    """Choices between items drawn at random, without ties."""
    k = len(scores)
    left = rng.integers(0, k, n)
    right = (left + rng.integers(1, k, n)) % k
    choice = (rng.logistic(size=n) > scores[left] - scores[right] + side).astype(int)
    who = rng.integers(0, raters, n)
    return make_comparisons([f"{v}" for v in left], [f"{v}" for v in right], choice, [f"r{v}" for v in who])


def test_games_hold_the_published_matrix_of_wins() -> None:
    assert games().items == TEAMS
    assert win_matrix(games()).tolist() == WINS.tolist()


def test_baseball_is_that_of_the_published_fit() -> None:
    # Agresti 2002, p. 438; Firth 2005, BradleyTerry2: deviance over home and away
    fit = fit_preferences(games(), side=False)
    values, errors = fit.against("Baltimore")
    assert values == pytest.approx([0, 1.1077, 0.6839, 1.4364, 1.5814, 1.2476, 1.2945], abs=1e-4)
    assert errors[1:] == pytest.approx([0.3339, 0.3319, 0.3396, 0.3433, 0.3359, 0.3367], abs=1e-4)
    deviance, _ = goodness_of_fit(fit, games())
    assert (deviance.value, deviance.df) == pytest.approx((44.0535, 36), abs=1e-4)


def test_playing_at_home_is_the_published_side_term() -> None:
    fit = fit_preferences(games(), side=True)
    assert fit.term("side") == pytest.approx((0.3023, 0.1309), abs=1e-4)
    assert fit.against("Baltimore")[0][1:] == pytest.approx([1.1438, 0.7047, 1.4754, 1.6196, 1.2813, 1.3271], abs=1e-4)
    deviance, _ = goodness_of_fit(fit, games())
    assert (deviance.value, deviance.df) == pytest.approx((38.643, 35), abs=1e-3)


def test_citations_are_those_of_the_published_fit() -> None:
    # Stigler 1994; Agresti's citations in BradleyTerry2
    values, errors = fit_preferences(from_wins(CITATIONS, JOURNALS), side=False).against("Biometrika")
    assert values[1:] == pytest.approx([-2.9491, -0.4796, 0.2690], abs=1e-4)
    assert errors[1:] == pytest.approx([0.1025, 0.0606, 0.0708], abs=1e-4)


def test_four_items_are_those_of_the_encyclopaedia() -> None:
    wins = np.zeros((4, 4))
    wins[0, 1], wins[1, 0], wins[0, 3], wins[3, 0] = 2, 3, 1, 4
    wins[1, 2], wins[2, 1], wins[2, 3], wins[3, 2] = 5, 3, 1, 3
    fit = fit_preferences(from_wins(wins, "ABCD"), side=False)
    assert np.exp(fit.scores) == pytest.approx([0.640, 1.043, 0.660, 2.270], abs=6e-4)


def test_an_outside_fit_agrees(rng: np.random.Generator) -> None:
    rows = chosen(rng, np.array([0.0, 0.5, 1.0, -0.7, 0.2]), 600)
    pairs = [(a, b) if c == 0 else (b, a) for a, b, c in zip(rows.left, rows.right, rows.choice, strict=True)]
    peer = choix.opt_pairwise(5, [(int(a), int(b)) for a, b in pairs], tol=1e-12)
    assert fit_preferences(rows, side=False).scores == pytest.approx(peer - peer.mean(), abs=1e-5)


@links
@pytest.mark.parametrize("tie", [None, 0.4])
def test_probabilities_sum_to_one_and_derivatives_are_theirs(link: Link, tie: float | None) -> None:
    d = np.linspace(-3, 3, 13)
    total = 0.0
    for choice in (0, 1) if tie is None else (0, 1, -1):
        kind = np.full(13, choice)
        at = outcome(d, tie, kind, link)
        total = total + np.exp(at.value)
        up, down = outcome(d + 1e-5, tie, kind, link), outcome(d - 1e-5, tie, kind, link)
        assert at.d == pytest.approx((up.value - down.value) / 2e-5, abs=1e-7)
        assert at.dd == pytest.approx((up.d - down.d) / 2e-5, abs=1e-7)
        if tie is not None:
            up, down = outcome(d, tie + 1e-5, kind, link), outcome(d, tie - 1e-5, kind, link)
            assert at.t == pytest.approx((up.value - down.value) / 2e-5, abs=1e-7)
            assert at.tt == pytest.approx((up.t - down.t) / 2e-5, abs=1e-7)
            assert at.dt == pytest.approx((up.d - down.d) / 2e-5, abs=1e-7)
    assert total == pytest.approx(np.ones(13))


def test_davidson_ties_of_equal_items_are_their_share() -> None:
    # two equal items: P(tie) = nu / (2 + nu)
    rows = make_comparisons(["a"] * 100, ["b"] * 100, np.repeat([0, 1, -1], [35, 35, 30]))
    fit = fit_preferences(rows, side=False)
    assert np.exp(fit.term("tie")[0]) == pytest.approx(2 * 0.3 / 0.7, abs=1e-6)
    assert fit.scores == pytest.approx([0, 0], abs=1e-8)


@links
def test_turning_all_sides_turns_only_the_side_term(link: Link, rng: np.random.Generator) -> None:
    rows = chosen(rng, np.array([0.0, 1.0, 0.4]), 300, side=0.5)
    ties = rng.random(300) < 0.2
    choice = np.where(ties, -1, rows.choice)
    names = np.array(rows.items)
    who = [rows.rater_names[r] for r in rows.raters]
    one = fit_preferences(make_comparisons(names[rows.left], names[rows.right], choice, who), link=link)
    back = np.where(ties, -1, 1 - rows.choice)
    two = fit_preferences(make_comparisons(names[rows.right], names[rows.left], back, who), link=link)
    assert one.scores == pytest.approx(two.scores, abs=1e-6)
    assert one.term("side")[0] == pytest.approx(-two.term("side")[0], abs=1e-6)
    assert one.term("tie")[0] == pytest.approx(two.term("tie")[0], abs=1e-6)
    assert one.scores.sum() == pytest.approx(0, abs=1e-12)


def test_a_covariate_that_was_put_in_is_found(rng: np.random.Generator) -> None:
    n, zoom = 3000, rng.standard_normal(3000)
    left = rng.integers(0, 3, n)
    right = (left + rng.integers(1, 3, n)) % 3
    choice = (rng.logistic(size=n) > 0.5 * (left - right) + 0.8 * zoom).astype(int)
    rows = make_comparisons(
        ["abc"[k] for k in left], ["abc"[k] for k in right], choice, [f"{k % 20}" for k in range(n)],
        covariates=zoom, covariate_names=["zoom"],
    )  # fmt: skip
    value, error = fit_preferences(rows).term("zoom")
    assert abs(value - 0.8) < 3.5 * error
    with pytest.raises(InputError, match="covariates differ within"):
        goodness_of_fit(fit_preferences(rows), rows)


def test_regularised_only_where_an_item_was_never_chosen() -> None:
    never = make_comparisons(["a", "a", "b", "b", "c"], ["b", "c", "a", "c", "a"], np.array([0, 0, 0, 0, 1]))
    fit = fit_preferences(never, side=False)
    assert fit.ridge == 0.1
    assert "regularised (ridge 0.1)" in fit.caveats[0]
    assert np.isfinite(fit.scores).all()
    assert fit.scores[2] == fit.scores.min()
    tied = make_comparisons(["a", "a", "b", "b", "c"], ["b", "c", "a", "c", "a"], np.array([0, 0, 0, 0, -1]))
    assert fit_preferences(tied, side=False).ridge == 0


def test_raters_drawn_anew_spread_as_the_clustered_errors_say() -> None:
    rng = np.random.default_rng(2)
    rows = chosen(rng, np.array([0.0, 0.4, 0.9, -0.3]), 4000, raters=40)
    fit = fit_preferences(rows)
    draws = resample_raters(rows, rng, 400)
    assert draws.std(axis=0) == pytest.approx(np.sqrt(np.diag(fit.score_covariance)), rel=0.2)
    assert draws.mean(axis=0) == pytest.approx(fit.scores, abs=0.03)


def test_raters_who_answer_the_same_again_are_no_news(rng: np.random.Generator) -> None:
    rows = chosen(rng, np.array([0.0, 0.4, 0.9]), 400)

    def errors(fit: Preferences) -> np.ndarray:
        return np.sqrt(np.diag(fit.score_covariance))

    twice = rows.of(np.tile(np.arange(400), 2))
    assert errors(fit_preferences(twice)) == pytest.approx(errors(fit_preferences(rows)), rel=1e-6)
    naive = fit_preferences(twice, clustered=False)
    assert errors(naive) * np.sqrt(2) == pytest.approx(errors(fit_preferences(rows, clustered=False)), rel=1e-6)


def test_what_cannot_be_ranked_is_refused() -> None:
    with pytest.raises(InputError, match=r"never compared across groups \(a, b \| c, d\)"):
        fit_preferences(make_comparisons(["a", "c"], ["b", "d"], np.array([0, 1])))
    with pytest.raises(InputError, match="'a' was compared with itself"):
        make_comparisons(["a"], ["a"], np.array([0]))
    with pytest.raises(InputError, match="A choice is 2"):
        make_comparisons(["a"], ["b"], np.array([2]))
    with pytest.raises(WorkError, match="always chose one side"):
        fit_preferences(make_comparisons(["a", "b"] * 5, ["b", "a"] * 5, np.zeros(10, int)))
    with pytest.raises(InputError, match="there is 1; at least two"):
        resample_raters(games(), np.random.default_rng(0), 5)
