"""Answer times: what is left out, the linear mixed model against an outside fit, effects that were put in."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import f as snedecor
from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec
from tests.studies.band import covers

from synthscope.errors import InputError
from synthscope.studies.ordinal.crossing import RandomTerm
from synthscope.studies.ordinal.linear_mixed import fit_linear_mixed
from synthscope.studies.ordinal.times import clean_times, fit_times


def test_each_time_is_left_out_for_one_reason() -> None:
    times = np.array([1000.0, 1100, 1200, 900, 150, np.nan, 90000, 1050])
    clean = clean_times(times, np.zeros(8))
    assert (clean.missing, clean.fast, clean.far) == (1, 1, 1)
    assert clean.kept.tolist() == [True, True, True, True, False, False, False, True]


def test_a_slow_rater_is_measured_by_himself() -> None:
    raters = np.repeat(["quick", "slow"], 5)
    times = np.array([500.0, 550, 600, 650, 700, 9000, 9900, 9500, 9100, 9700])
    assert clean_times(times, raters).kept.all()


def test_an_outside_fit_of_crossed_terms_agrees(rng: np.random.Generator) -> None:
    rater, case = (v.ravel() for v in np.meshgrid(range(10), range(15), indexing="ij"))
    design = np.column_stack([np.ones(150), rng.standard_normal(150)])
    outcome = design @ [1, 0.3] + rng.normal(0, 0.5, 10)[rater] + rng.normal(0, 0.3, 15)[case] + rng.normal(0, 0.4, 150)
    ours = fit_linear_mixed(outcome, design, ["one", "x"], [RandomTerm("rater", rater), RandomTerm("case", case)])
    names = [[[f"{k}" for k in range(size)]] for size in (10, 15)]
    spec = VCSpec(["rater", "case"], names, [[np.eye(10)[rater]], [np.eye(15)[case]]])
    peer = MixedLM(outcome, design, np.ones(150), exog_re=np.zeros((150, 0)), exog_vc=spec).fit()
    assert ours.slopes == pytest.approx(peer.fe_params, abs=1e-4)
    found = dict(ours.variances)
    assert (found["rater"], found["case"], found["residual"]) == pytest.approx((*peer.vcomp, peer.scale), rel=1e-2)
    assert ours.deviance == pytest.approx(-2 * peer.llf, abs=1e-4)


def test_balanced_one_way_variances_are_those_of_the_mean_squares(rng: np.random.Generator) -> None:
    groups = np.repeat(np.arange(12), 6)
    outcome = rng.normal(0, 1, 12)[groups] + rng.normal(0, 1, 72)
    fit = fit_linear_mixed(outcome, np.ones((72, 1)), ["one"], [RandomTerm("rater", groups)])
    table = outcome.reshape(12, 6)
    within, between = table.var(axis=1, ddof=1).mean(), 6 * table.mean(axis=1).var(ddof=1)
    found = dict(fit.variances)
    assert found["residual"] == pytest.approx(within, rel=1e-4)
    assert found["rater"] == pytest.approx((between - within) / 6, rel=1e-4)
    assert snedecor.sf(between / within, 11, 60) < 0.05


def test_ratios_cover_what_was_put_in() -> None:
    rng, runs, hits = np.random.default_rng(8), 200, 0
    rater, case = (v.ravel() for v in np.meshgrid(range(12), range(24), indexing="ij"))
    arm, right = np.where(case % 2, "b", "a"), rng.random(len(rater)) < 0.7
    for _ in range(runs):
        log = 8 + 0.2 * right + rng.normal(0, 0.3, 12)[rater] + rng.normal(0, 0.2, 24)[case] + rng.normal(0, 0.4, 288)
        rows = {row.subject: row for row in fit_times(np.exp(log), arm, right, case, rater, case, mads=9).estimates}
        hits += rows["correct"].low < np.exp(0.2) < rows["correct"].high
    assert set(rows) == {"b", "trial", "correct", "b and correct"}
    assert covers(hits, runs)


def test_without_truth_correctness_drops_out(rng: np.random.Generator) -> None:
    rater, case = (v.ravel() for v in np.meshgrid(range(5), range(8), indexing="ij"))
    times = np.exp(7 + rng.normal(0, 0.3, 40))
    model = fit_times(times, np.where(case % 2, "b", "a"), np.ones(40, bool), case, rater, case)
    assert {row.subject for row in model.estimates} == {"b", "trial"}
    with pytest.raises(InputError, match="0 answer times are left"):
        fit_times(np.full(40, 50.0), case, np.ones(40), case, rater, case)
