"""Kappas: published values, an outside program, and what must hold for any table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as peer_fleiss
from tests.studies.agreement.published import ANXIETY, ENCYCLOPAEDIA, OBSERVERS, PSYCHIATRISTS, VISION
from tests.studies.band import covers

from synthscope.errors import InputError
from synthscope.studies.agreement.chance import COEFFICIENTS, chance_corrected
from synthscope.studies.agreement.cohen import cohen_kappa, confusion
from synthscope.studies.agreement.fleiss import fleiss_kappa
from synthscope.studies.agreement.tables import Counts, counts_of


def test_fleiss_1971() -> None:
    """Fleiss 1971; R irr::kappam.fleiss; statsmodels' tests."""
    found = fleiss_kappa(counts_of(PSYCHIATRISTS))
    assert found.value == pytest.approx(0.4302445, abs=5e-7)
    assert found.z == pytest.approx(17.65183, abs=1e-4)
    assert (found.observed, found.expected) == pytest.approx((0.5556, 0.2199), abs=5e-5)
    assert found.by_category == pytest.approx([0.245, 0.245, 0.520, 0.471, 0.566], abs=6e-4)
    assert found.z_by_category == pytest.approx([5.192, 5.192, 11.031, 9.994, 12.009], abs=6e-4)
    assert (found.n, found.raters) == (30, 6)


def test_fleiss_of_the_encyclopaedia() -> None:
    assert fleiss_kappa(Counts(ENCYCLOPAEDIA, np.arange(5))).value == pytest.approx(0.210, abs=5e-4)


def test_randolph_free_marginal() -> None:
    """statsmodels' tests of fleiss_kappa(method="randolph")."""
    assert chance_corrected(counts_of(PSYCHIATRISTS), "brennan-prediger").value == pytest.approx(0.4444, abs=5e-5)


def test_fifteen_patients_of_gwet() -> None:
    """irrCAC's README, distrib.6raters: the first fifteen of Fleiss' patients."""
    counts = counts_of(PSYCHIATRISTS[:, :15], range(1, 6))
    assert chance_corrected(counts, "brennan-prediger").value == pytest.approx(0.4388889, abs=1e-7)


@pytest.mark.parametrize(
    ("coefficient", "value", "se", "tolerance"),
    [("gwet", 0.77544, 0.14295, 5e-6), ("fleiss", 0.76117, 0.15302, 5e-6), ("brennan-prediger", 0.77273, None, 5e-6)],
)
def test_coefficients_with_missing_answers(coefficient: str, value: float, se: float | None, tolerance: float) -> None:
    """irrCAC's README, on Krippendorff's 4 x 12 table."""
    found = chance_corrected(counts_of(OBSERVERS), coefficient)  # type: ignore[arg-type]
    assert found.observed == pytest.approx(0.8181818, abs=1e-7)
    assert found.value == pytest.approx(value, abs=tolerance)
    assert se is None or found.se == pytest.approx(se, abs=5e-6)


def test_interval_of_ac1() -> None:
    """irrCAC's README: 0.461 to 1."""
    found = chance_corrected(counts_of(OBSERVERS), "gwet")
    assert (found.low, found.high) == pytest.approx((0.461, 1.0), abs=5e-4)


@pytest.mark.parametrize(
    ("table", "value"),
    [([[20, 5], [10, 15]], 0.4), ([[45, 15], [25, 15]], 0.1304), ([[25, 35], [5, 35]], 0.2593)],
)
def test_cohen_of_the_textbook(table: list[list[int]], value: float) -> None:
    assert cohen_kappa(np.array(table)).value == pytest.approx(value, abs=5e-5)


def test_cohen_with_its_errors() -> None:
    """SAS, in statsmodels' tests."""
    table = np.array([[0, 4, 1], [0, 8, 0], [0, 1, 5]])
    plain, linear = cohen_kappa(table), cohen_kappa(table, "linear")
    assert (plain.value, plain.se, plain.low, plain.high) == pytest.approx((0.4842, 0.1380, 0.2137, 0.7547), abs=6e-5)
    assert (plain.se_chance, plain.z) == pytest.approx((0.1484, 3.2626), abs=6e-5)
    found = (linear.value, linear.se, linear.low, linear.high)
    assert found == pytest.approx((0.4701, 0.1457, 0.1845, 0.7558), abs=6e-5)


@pytest.mark.parametrize(
    ("weights", "value", "z"),
    [("none", -0.006289, -0.0604), ("linear", 0.1459075, 1.2825), ("quadratic", 0.2520325, 1.4375)],
)
def test_weighted_kappa_of_raters_2_and_3(weights: str, value: float, z: float) -> None:
    """R irr::kappa2(anxiety[, 2:3]), in statsmodels' tests."""
    found = cohen_kappa(confusion(ANXIETY[1], ANXIETY[2]), weights)  # type: ignore[arg-type]
    assert found.value == pytest.approx(value, abs=5e-7)
    assert found.z == pytest.approx(z, abs=5e-5)


@pytest.mark.parametrize(("weights", "value"), [("none", 0.1195), ("linear", 0.1892), ("quadratic", 0.2968)])
def test_weighted_kappa_of_raters_1_and_2(weights: str, value: float) -> None:
    """R irr::kappa2(anxiety[, 1:2])."""
    found = cohen_kappa(confusion(ANXIETY[0], ANXIETY[1]), weights)  # type: ignore[arg-type]
    assert found.value == pytest.approx(value, abs=5e-5)


@pytest.mark.parametrize(
    ("weights", "value", "se"),
    [("none", 0.59539, 0.00729), ("linear", 0.65238, 0.00708), ("quadratic", 0.70233, 0.00838)],
)
def test_weighted_kappa_of_vision(weights: str, value: float, se: float) -> None:
    """Stuart 1953, in statsmodels' tests."""
    found = cohen_kappa(VISION, weights)  # type: ignore[arg-type]
    assert (found.value, found.se) == pytest.approx((value, se), abs=6e-6)


def test_categories_that_nobody_used_change_weighted_kappa() -> None:
    first, second = np.array([1, 1, 3, 3, 5.0, 5]), np.array([1, 3, 3, 3, 5.0, 1])
    used = cohen_kappa(confusion(first, second), "linear")
    assert cohen_kappa(confusion(first, second, [1, 2, 3, 4, 5]), "linear").value == pytest.approx(used.value)
    gap = np.array([1, 1, 2, 2, 5.0, 5]), np.array([1, 2, 2, 2, 5.0, 1])
    apart = cohen_kappa(confusion(*gap, [1, 2, 3, 4, 5]), "linear").value
    assert apart != pytest.approx(cohen_kappa(confusion(*gap), "linear").value, abs=1e-3)


def test_kappa_of_a_prevailing_answer_is_near_zero_and_ac1_is_not() -> None:
    first = np.r_[np.zeros(90), np.zeros(5), np.ones(5)]
    second = np.r_[np.zeros(90), np.ones(5), np.zeros(5)]
    counts = counts_of(np.stack([first, second]))
    kappa, ac1 = chance_corrected(counts, "fleiss"), chance_corrected(counts, "gwet")
    assert kappa.observed == 0.9
    assert abs(kappa.value) < 0.06
    assert ac1.value > 0.88


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5), st.integers(2, 5))
def test_an_outside_program_agrees(seed: int, raters: int, categories: int) -> None:
    rng = np.random.default_rng(seed)
    ratings = rng.integers(0, categories, (raters, 30)).astype(float)
    counts = counts_of(ratings, range(categories))
    assert fleiss_kappa(counts).value == pytest.approx(peer_fleiss(counts.table), abs=1e-12)
    assert chance_corrected(counts, "fleiss").value == pytest.approx(peer_fleiss(counts.table), abs=1e-12)
    table = confusion(ratings[0], ratings[1], range(categories))
    for ours, theirs in (("none", None), ("linear", "linear"), ("quadratic", "quadratic")):
        peer = cohens_kappa(table, wt=theirs)
        found = cohen_kappa(table, ours)  # type: ignore[arg-type]
        assert found.value == pytest.approx(peer.kappa, abs=1e-12)
        assert (found.se, found.z) == pytest.approx((peer.std_kappa, peer.z_value), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_order_of_raters_and_cases_and_names_of_categories_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ratings = rng.integers(0, 3, (4, 20)).astype(float)
    ratings[rng.random(ratings.shape) < 0.2] = np.nan
    other = 10 - 2 * ratings[rng.permutation(4)][:, rng.permutation(20)]
    for coefficient in COEFFICIENTS:
        one, two = (chance_corrected(counts_of(t), coefficient) for t in (ratings, other))
        assert (one.value, one.se) == pytest.approx((two.value, two.se), abs=1e-12)
    assert chance_corrected(counts_of(np.tile(ratings[0], (3, 1)), range(3)), "gwet").value == pytest.approx(1)


def test_what_cannot_be_compared_is_said() -> None:
    with pytest.raises(InputError, match="needs 2 raters and has 1"):
        counts_of(np.ones((1, 4)))
    with pytest.raises(InputError, match="No case was rated by two raters"):
        counts_of(np.array([[1, np.nan], [np.nan, 2]]))
    with pytest.raises(InputError, match="answer 7 is none of the categories 1, 2"):
        counts_of(np.array([[1, 2.0], [7, 1]]), [1, 2])
    with pytest.raises(InputError, match="same number of answers"):
        fleiss_kappa(counts_of(OBSERVERS))
    with pytest.raises(InputError, match="one category"):
        chance_corrected(counts_of(np.ones((2, 5))), "gwet")
    with pytest.raises(InputError, match="no table of two raters"):
        cohen_kappa(np.ones((2, 3)))


def test_intervals_of_ac1_hold_the_truth_in_nineteen_of_twenty_studies() -> None:
    rng, runs, parts = np.random.default_rng(3), 200, np.array([0.75, 0.15, 0.1])
    stays = 0.6
    pairs = stays**2 + (1 - stays**2) * (parts**2).sum()
    chance = (parts * (1 - parts)).sum() / 2
    truth, hits = (pairs - chance) / (1 - chance), 0
    for _ in range(runs):
        case = rng.choice(3, 60, p=parts)
        own = rng.choice(3, (4, 60), p=parts)
        found = chance_corrected(counts_of(np.where(rng.random((4, 60)) < stays, case, own), range(3)), "gwet")
        hits += found.low <= truth <= found.high
    assert covers(hits, runs)
