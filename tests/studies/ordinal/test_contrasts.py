"""Contrasts of arms: superiority in closed form, pairs that are consistent, intervals that hold what they say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import logistic
from tests.studies.band import covers

from synthscope.errors import InputError
from synthscope.studies.ordinal.categories import arm_columns
from synthscope.studies.ordinal.contrasts import contrasts, superiority
from synthscope.studies.ordinal.crossing import RandomTerm
from synthscope.studies.ordinal.cumulative import fit_cumulative
from synthscope.studies.ordinal.mixed import fit_mixed


@pytest.mark.parametrize("difference", [-3.0, -0.5, 0.0, 1e-5, 2e-3, 0.7, 12.0])
def test_logistic_superiority_is_the_integral(difference: float) -> None:
    expected = quad(lambda x: logistic.pdf(x) * logistic.cdf(x + difference), -60, 60, epsabs=1e-12)[0]
    assert superiority(difference, "logit") == pytest.approx(expected, abs=1e-8)


def test_superiority_of_normals_is_that_of_their_difference() -> None:
    assert superiority(1.0, "probit") == pytest.approx(0.7602, abs=1e-4)
    assert superiority(np.array([-800.0, 800.0]), "logit") == pytest.approx([0, 1])


def test_every_pair_is_compared_and_the_parts_add_up(rng: np.random.Generator) -> None:
    arms = np.repeat(["A", "B", "C"], 100)
    columns, names = arm_columns(list(arms))
    answers = np.digitize(columns @ [0.5, 1.0] + rng.logistic(size=300), [-1, 0, 1])
    rows = contrasts(fit_cumulative(answers, columns, names), names, "A")
    latent = {row.subject: row.value for row in rows if row.name == "latent-difference"}
    assert set(latent) == {"B against C", "B against A", "C against A"}
    assert latent["B against C"] == pytest.approx(latent["B against A"] - latent["C against A"])
    odds = {row.subject: row.value for row in rows if row.name == "odds-ratio"}
    assert odds["C against A"] == pytest.approx(np.exp(latent["C against A"]))
    assert all(row.low < row.value < row.high for row in rows)


def test_probit_has_no_odds_ratio_and_unknown_arms_are_named(rng: np.random.Generator) -> None:
    columns, names = arm_columns(list(np.repeat(["A", "B"], 50)))
    fit = fit_cumulative(rng.integers(1, 5, 100), columns, names, link="probit")
    assert {row.name for row in contrasts(fit, names, "A")} == {"latent-difference", "superiority"}
    with pytest.raises(InputError, match="no column 'Q'; it has B"):
        contrasts(fit, ["Q"], "A")


def test_crossed_intervals_cover_where_pooled_ones_do_not() -> None:
    rng, runs, raters, cases, pooled, mixed = np.random.default_rng(5), 200, 6, 12, 0, 0
    rater, case, arm = (v.ravel() for v in np.meshgrid(range(raters), range(cases), range(2), indexing="ij"))
    columns, names = arm_columns([str(a) for a in arm])
    terms = [RandomTerm("rater", rater), RandomTerm("case", 2 * case + arm)]
    for _ in range(runs):
        latent = rng.normal(0, 0.8, raters)[rater] + rng.normal(0, 1.0, (cases, 2))[case, arm]
        answers = np.digitize(latent + rng.logistic(size=len(latent)), [-1.2, 0.0, 1.2])
        low, high = _ends(contrasts(fit_mixed(answers, columns, names, terms), names, "0"))
        mixed += low < 0 < high
        low, high = _ends(contrasts(fit_cumulative(answers, columns, names), names, "0"))
        pooled += low < 0 < high
    assert covers(mixed, runs, 0.98)  # Student's t with raters - 1 degrees of freedom is on the safe side
    assert pooled / runs < 0.85


def _ends(rows: tuple) -> tuple[float, float]:
    (row,) = [row for row in rows if row.name == "latent-difference"]
    return row.low, row.high
