"""The cumulative-link model against published fits, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, logit
from statsmodels.miscmodels.ordinal_model import OrderedModel
from tests.studies.band import covers
from tests.studies.ordinal.wine import ANSWERS, DESIGN, NAMES

from synthscope.errors import InputError, WorkError
from synthscope.studies.ordinal.categories import arm_columns
from synthscope.studies.ordinal.cumulative import fit_cumulative
from synthscope.studies.ordinal.proportional import check_proportional


def test_wine_is_that_of_the_published_fit() -> None:
    # R ordinal: clm(rating ~ temp + contact, data = wine)
    fit = fit_cumulative(ANSWERS, DESIGN, NAMES)
    assert fit.thresholds == pytest.approx([-1.3444, 1.2508, 3.4669, 5.0064], abs=1e-4)
    assert fit.slopes == pytest.approx([2.5031, 1.5278], abs=1e-4)
    assert fit.errors == pytest.approx([0.5287, 0.4766], abs=1e-4)
    assert fit.log_likelihood == pytest.approx(-86.492, abs=1e-3)
    assert fit.aic == pytest.approx(184.98, abs=5e-3)


def test_proportional_odds_of_wine_are_those_of_the_published_table() -> None:
    # R ordinal: nominal_test(clm(rating ~ temp + contact, data = wine))
    temp, contact = check_proportional(ANSWERS, DESIGN, NAMES, {"temp": ["temp"], "contact": ["contact"]})
    assert (temp.value, temp.df, temp.p_value) == pytest.approx((3.1750, 3, 0.3654), abs=1e-4)
    assert (contact.value, contact.df, contact.p_value) == pytest.approx((0.5667, 3, 0.9040), abs=1e-4)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_an_outside_fit_agrees(link: str, rng: np.random.Generator) -> None:
    design = rng.standard_normal((400, 3))
    answers = np.digitize(design @ [0.5, -1, 0.2] + rng.logistic(size=400), [-1, 0, 1.5])
    ours = fit_cumulative(answers, design, ["a", "b", "c"], link=link)  # type: ignore[arg-type] # parametrised
    peer = OrderedModel(answers, design, distr=link).fit(method="bfgs", gtol=1e-8, disp=False)
    assert ours.slopes == pytest.approx(peer.params[:3], abs=1e-5)
    assert ours.log_likelihood == pytest.approx(peer.llf, abs=1e-7)


def test_two_steps_are_logistic_regression_of_two_groups() -> None:
    group = np.repeat([0.0, 1.0], 50)
    answers = np.concatenate([np.arange(50) < 20, np.arange(50) < 35]).astype(int)
    fit = fit_cumulative(answers, group, ["group"])
    assert fit.slopes[0] == pytest.approx(logit(0.7) - logit(0.4), abs=1e-8)
    assert expit(-fit.thresholds[0]) == pytest.approx(0.4, abs=1e-8)


def test_unused_steps_and_other_numbers_for_steps_change_nothing() -> None:
    stretched = np.array([1, 2, 4, 7, 9])[ANSWERS - 1]
    assert fit_cumulative(stretched, DESIGN, NAMES).slopes == pytest.approx(
        fit_cumulative(ANSWERS, DESIGN, NAMES).slopes, abs=1e-12
    )


def test_one_answer_for_each_cluster_gives_the_errors_of_single_answers(rng: np.random.Generator) -> None:
    design = rng.standard_normal((3000, 1))
    answers = np.digitize(design[:, 0] + rng.logistic(size=3000), [-1, 1])
    plain = fit_cumulative(answers, design, ["x"])
    robust = fit_cumulative(answers, design, ["x"], clusters=np.arange(3000))
    assert robust.errors == pytest.approx(plain.errors, rel=0.05)
    assert robust.df == 2999


def test_answers_given_twice_by_each_rater_are_no_news(rng: np.random.Generator) -> None:
    design = rng.standard_normal((300, 1))
    answers = np.digitize(design[:, 0] + rng.logistic(size=300), [-1, 1])
    once = fit_cumulative(answers, design, ["x"], clusters=np.arange(300))
    twice = fit_cumulative(
        np.tile(answers, 2), np.tile(design, (2, 1)), ["x"], clusters=np.tile(np.arange(300), 2)
    )
    assert twice.errors == pytest.approx(once.errors, rel=1e-6)


def test_an_answer_of_weight_three_is_three_answers(rng: np.random.Generator) -> None:
    design = rng.standard_normal((80, 1))
    answers = np.digitize(design[:, 0] + rng.logistic(size=80), [-1, 1])
    counts, raters = rng.integers(1, 4, 80), np.arange(80) % 8
    weighed = fit_cumulative(answers, design, ["x"], clusters=raters, weights=counts)
    given = np.repeat(np.arange(80), counts)
    repeated = fit_cumulative(answers[given], design[given], ["x"], clusters=raters[given])
    assert weighed.slopes == pytest.approx(repeated.slopes, abs=1e-9)
    assert weighed.log_likelihood == pytest.approx(repeated.log_likelihood)
    assert weighed.errors == pytest.approx(repeated.errors)


def test_errors_of_raters_and_cases_hold_the_truth_where_those_of_raters_alone_do_not() -> None:
    runs, hits, alone = 200, 0, 0
    for seed in range(runs):
        rng = np.random.default_rng([seed, 9])
        rater, case, arm = (v.ravel() for v in np.meshgrid(range(8), range(20), range(2), indexing="ij"))
        latent = rng.normal(0, 0.6, 8)[rater] + rng.normal(0, 1, (20, 2))[case, arm] + rng.logistic(size=len(rater))
        answers, cases = np.digitize(latent, [-1, 0.5]), 2 * case + arm
        for crossed in (cases, None):
            fit = fit_cumulative(answers, arm.astype(float), ["arm"], clusters=rater, cases=crossed)
            held = abs(fit.slopes[0]) < stats.t.ppf(0.975, fit.df) * fit.errors[0]
            hits, alone = hits + (held and crossed is not None), alone + (held and crossed is None)
        assert fit.groups == (8,)
    assert covers(hits, runs)
    assert not covers(alone, runs)
    assert hits > alone


def test_separated_answers_are_refused() -> None:
    with pytest.raises(WorkError, match="separates the ratings"):
        fit_cumulative(np.repeat([1, 5], 20), np.repeat([0.0, 1.0], 20), ["arm"])


@pytest.mark.parametrize(
    ("answers", "design", "sentence"),
    [
        (np.ones(6), np.arange(6.0), "All 6 answers are on one step"),
        (np.array([1, 2, np.nan]), np.arange(3.0), "not finite"),
        (np.array([1, 2, 1, 2]), np.ones(4), "'x' is constant"),
    ],
)
def test_what_cannot_be_fitted_is_refused(answers: np.ndarray, design: np.ndarray, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        fit_cumulative(answers, design, ["x"])


def test_links_and_bases_that_are_not_there_are_refused() -> None:
    with pytest.raises(InputError, match="'cauchit' is not known"):
        fit_cumulative(ANSWERS, DESIGN, NAMES, link="cauchit")  # type: ignore[arg-type] # that is the test
    with pytest.raises(InputError, match="'Z' has no answers"):
        arm_columns(["A", "B"], "Z")
    columns, names = arm_columns(["B", "A", "C"])
    assert names == ("B", "C")
    assert columns.tolist() == [[1, 0], [0, 0], [0, 1]]
