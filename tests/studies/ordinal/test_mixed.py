"""The ordinal mixed model: published fits, exact gradients, limits, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm
from tests.studies.ordinal.wine import ANSWERS, DESIGN, JUDGES, NAMES

from synthscope.errors import InputError, WorkError
from synthscope.studies.ordinal import mixed
from synthscope.studies.ordinal.crossing import RandomTerm, bordered, make_crossing, rater_by_arm
from synthscope.studies.ordinal.cumulative import fit_cumulative
from synthscope.studies.ordinal.links import interval
from synthscope.studies.ordinal.mixed import fit_marginal, fit_mixed, fit_or_fall_back, make_marginal
from synthscope.studies.ordinal.profile import profile_interval

JUDGE = RandomTerm("judge", JUDGES)


def crossed(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, list[RandomTerm]]:
    """Ratings of two arms by every rater."""
    raters, cases = 5, 8
    rater, case, arm = (v.ravel() for v in np.meshgrid(range(raters), range(cases), range(2), indexing="ij"))
    latent = 0.8 * arm + rng.normal(0, 0.8, raters)[rater] + rng.normal(0, 0.8, (cases, 2))[case, arm]
    answers = np.digitize(latent + rng.logistic(size=len(latent)), [-1.0, 0.2, 1.5])
    terms = [RandomTerm("rater", rater), RandomTerm("case", 2 * case + arm), rater_by_arm(rater, arm)]
    return answers, arm[:, None].astype(float), terms


def test_wine_by_laplace_is_that_of_the_published_fit() -> None:
    # R ordinal: clmm(rating ~ temp + contact + (1 | judge), data = wine)
    fit = fit_mixed(ANSWERS, DESIGN, NAMES, [JUDGE])
    assert fit.thresholds == pytest.approx([-1.624, 1.513, 4.229, 6.089], abs=1e-3)
    assert fit.slopes == pytest.approx([3.063, 1.835], abs=1e-3)
    assert dict(fit.variances)["judge"] == pytest.approx(1.2795, abs=1e-4)
    assert fit.log_likelihood == pytest.approx(-81.565, abs=1e-3)
    assert fit.aic == pytest.approx(177.13, abs=5e-3)


def test_wine_by_quadrature_is_that_of_the_published_fit() -> None:
    # the clmm2 tutorial of R ordinal, nAGQ = 10
    fit = fit_mixed(ANSWERS, DESIGN, NAMES, [JUDGE], nodes=10)
    assert fit.thresholds == pytest.approx([-1.6235, 1.5128, 4.2271, 6.0862], abs=1e-4)
    assert fit.slopes == pytest.approx([3.062, 1.833], abs=1e-3)
    assert dict(fit.variances)["judge"] == pytest.approx(1.2877, abs=1e-4)
    assert fit.log_likelihood == pytest.approx(-81.5325, abs=1e-4)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_gradient_of_crossed_terms_is_that_of_the_value(link: str, rng: np.random.Generator) -> None:
    answers, design, terms = crossed(rng)
    terms[1] = RandomTerm("case", terms[1].groups, rng.uniform(0.5, 1.5, len(answers)))
    marginal = make_marginal(answers, design, ["arm"], terms, link=link)  # type: ignore[arg-type] # parametrised
    at = np.array([-1.2, 0.1, 1.6, 0.7, -0.4, -0.2, -1.2])
    _, gradient = marginal.objective(at)
    steps = 1e-5 * np.eye(len(at))
    differences = [(marginal.objective(at + s)[0] - marginal.objective(at - s)[0]) / 2e-5 for s in steps]
    assert gradient == pytest.approx(differences, abs=1e-6)


def test_quadrature_is_the_integral() -> None:
    marginal = make_marginal(ANSWERS, DESIGN, NAMES, [JUDGE], nodes=25)
    at = np.array([-1.5, 1.4, 4.0, 6.0, 3.0, 1.5, 0.3])
    cuts = np.concatenate([[-np.inf], at[:4], [np.inf]])

    def density(effect: float, mine: np.ndarray) -> float:
        shift = DESIGN[mine] @ at[4:6] + np.exp(at[6]) * effect
        steps = ANSWERS[mine] - 1
        found = interval(cuts[steps + 1] - shift, cuts[steps] - shift, "logit")
        return float(np.exp(found.value.sum()) * norm.pdf(effect))

    expected = -sum(np.log(quad(density, -9, 9, args=(judge == JUDGES,), epsabs=1e-16)[0]) for judge in range(9))
    value, gradient = marginal.objective(at)
    steps = 1e-5 * np.eye(len(at))
    differences = [(marginal.objective(at + s)[0] - marginal.objective(at - s)[0]) / 2e-5 for s in steps]
    assert value == pytest.approx(expected, abs=1e-7)
    assert gradient == pytest.approx(differences, abs=1e-5)


def test_normal_equations_are_those_written_out(rng: np.random.Generator) -> None:
    _, _, terms = crossed(rng)
    n = len(terms[0].groups)
    crossing, scales, weights = make_crossing(terms, n), np.array([0.5, 1.3, 0.7]), rng.uniform(0.1, 2, n)
    blocks = [s * np.eye(size)[place] for s, size, place in zip(scales, crossing.sizes, crossing.places, strict=True)]
    full = np.hstack(blocks)
    matrix = full.T @ (weights[:, None] * full) + np.eye(crossing.total)
    system = bordered(crossing, scales, weights)
    right = rng.standard_normal((crossing.total, 2))
    assert system.solve(right) == pytest.approx(np.linalg.solve(matrix, right))
    assert system.solve(right[:, 0]) == pytest.approx(np.linalg.solve(matrix, right[:, 0]))
    assert system.log_determinant == pytest.approx(np.linalg.slogdet(matrix)[1])
    hat = np.einsum("ij,ji->i", full, np.linalg.solve(matrix, full.T))
    assert sum(system.leverages(crossing, scales)) == pytest.approx(hat)
    assert crossing.project(scales, weights) == pytest.approx(full.T @ weights)
    assert sum(crossing.shares(scales, right[:, 0])) == pytest.approx(full @ right[:, 0])


def test_order_of_the_terms_and_names_of_the_groups_change_nothing(rng: np.random.Generator) -> None:
    answers, design, terms = crossed(rng)
    one = fit_mixed(answers, design, ["arm"], terms[:2])
    named = RandomTerm("rater", np.array([f"r{9 - k}" for k in terms[0].groups]))
    two = fit_mixed(answers, design, ["arm"], [terms[1], named])
    assert one.log_likelihood == pytest.approx(two.log_likelihood, abs=1e-7)
    assert dict(one.variances) == pytest.approx(dict(two.variances), abs=1e-4)


def test_without_differences_between_raters_it_is_the_plain_model(rng: np.random.Generator) -> None:
    design = np.tile([[0.0], [1.0]], (120, 1))
    answers = np.digitize(design[:, 0] + rng.logistic(size=240), [-1, 1])
    balanced = np.empty(240, int)
    for step in range(3):
        for arm in range(2):
            rows = np.flatnonzero((answers == step) & (design[:, 0] == arm))
            balanced[rows] = np.arange(len(rows)) % 4
    mixed_fit = fit_mixed(answers, design, ["arm"], [RandomTerm("rater", balanced)])
    plain = fit_cumulative(answers, design, ["arm"])
    assert dict(mixed_fit.variances)["rater"] == 0
    assert any("estimated as zero" in caveat for caveat in mixed_fit.caveats)
    assert mixed_fit.slopes == pytest.approx(plain.slopes, abs=1e-3)
    assert mixed_fit.errors == pytest.approx(plain.errors, rel=1e-3)


def test_profile_holds_the_estimate_and_rises_by_the_quantile() -> None:
    marginal = make_marginal(ANSWERS, DESIGN, NAMES, [JUDGE])
    fit = fit_marginal(marginal)
    low, high = profile_interval(marginal, fit, "temp")
    assert low < fit.slope("temp") < high
    assert (low, high) == pytest.approx(
        (fit.slope("temp") - 1.96 * fit.errors[0], fit.slope("temp") + 1.96 * fit.errors[0]), abs=0.2
    )
    for end in (low, high):
        _, height = mixed.climb(marginal, np.concatenate([fit.thresholds, fit.slopes, [0.1]]), {4: end})
        assert 2 * (height + fit.log_likelihood) == pytest.approx(3.8415, abs=1e-3)


def test_a_fit_that_does_not_converge_says_what_to_do_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mixed, "ITERATIONS", 1)
    with pytest.raises(WorkError, match=r"did not converge in 1 steps.*the stated fallback is the cumulative-link"):
        fit_mixed(ANSWERS, DESIGN, NAMES, [JUDGE])
    fallen = fit_or_fall_back(ANSWERS, DESIGN, NAMES, [JUDGE], JUDGES)
    assert "did not converge" in fallen.caveats[0]
    assert fallen.errors == pytest.approx(fit_cumulative(ANSWERS, DESIGN, NAMES, clusters=JUDGES).errors)


@pytest.mark.parametrize(
    ("terms", "nodes", "sentence"),
    [
        ([], 0, "at least one random term"),
        ([JUDGE, JUDGE], 10, "Quadrature takes one random term and there are 2"),
        ([JUDGE], 2, "nodes is 2"),
        ([RandomTerm("judge", np.zeros(72))], 0, "'judge' has a single group"),
        ([RandomTerm("judge", np.arange(72))], 0, "one answer in each of its 72 groups"),
        ([RandomTerm("judge", np.arange(7))], 0, "has 7 groups for 72 answers"),
        ([JUDGE, RandomTerm("taster", 9 - JUDGES)], 0, "'judge' and 'taster' group the answers alike"),
    ],
)
def test_terms_that_cannot_be_used_are_refused(terms: list[RandomTerm], nodes: int, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        fit_mixed(ANSWERS, DESIGN, NAMES, terms, nodes=nodes)
