"""Derivatives of the log probability between thresholds, and its digits far out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_ndtr
from scipy.stats import logistic, norm

from synthscope.studies.ordinal.links import Link, interval

links = pytest.mark.parametrize("link", ["logit", "probit"])
UPPER = np.array([-1.0, 0.5, 3.0, np.inf, 2.0, -5.0])
LOWER = np.array([-2.0, -1.5, 2.5, 0.3, -np.inf, -7.0])


@links
@pytest.mark.parametrize(
    ("name", "end", "of"),
    [
        ("u", 0, "value"), ("l", 1, "value"), ("uu", 0, "u"), ("ul", 1, "u"), ("ll", 1, "l"), ("uuu", 0, "uu"),
        ("uul", 1, "uu"), ("ull", 1, "ul"), ("lll", 1, "ll"),
    ],
)  # fmt: skip
def test_derivatives_are_those_of_the_value(link: Link, name: str, end: int, of: str) -> None:
    def at(step: float) -> np.ndarray:
        moved = [UPPER + step, LOWER] if end == 0 else [UPPER, LOWER + step]
        return np.asarray(getattr(interval(*moved, link), of))

    found = getattr(interval(UPPER, LOWER, link), name)
    assert found == pytest.approx((at(1e-5) - at(-1e-5)) / 2e-5, abs=1e-6)


@pytest.mark.parametrize(("link", "peer"), [("logit", logistic), ("probit", norm)])
def test_values_are_those_of_the_distribution(link: Link, peer: object) -> None:
    expected = np.log(peer.cdf(UPPER) - peer.cdf(LOWER))  # type: ignore[attr-defined] # scipy has no types
    assert interval(UPPER, LOWER, link).value == pytest.approx(expected, rel=1e-9)


def test_both_tails_keep_their_digits() -> None:
    for upper, lower in ((-30.0, -31.0), (31.0, 30.0)):
        expected = log_ndtr(-30.0) + np.log1p(-np.exp(log_ndtr(-31.0) - log_ndtr(-30.0)))
        assert interval(np.array([upper]), np.array([lower]), "probit").value[0] == pytest.approx(expected, rel=1e-12)
        assert np.isfinite(interval(np.array([upper * 9]), np.array([lower * 9]), "logit").value).all()


@given(st.floats(-20, 20), st.floats(0.01, 20), st.sampled_from(["logit", "probit"]))
def test_the_weight_is_positive_and_the_value_a_log_probability(lower: float, gap: float, link: Link) -> None:
    found = interval(np.array([lower + gap]), np.array([lower]), link)
    assert found.value[0] <= 0
    assert found.weight[0] > -1e-9
