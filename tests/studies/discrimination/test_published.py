"""Published numbers of reader studies and of signal detection."""

import numpy as np
import pytest

from synthscope.errors import InputError
from synthscope.studies.discrimination.choice import (
    correct_of,
    d_of_abx,
    d_of_correct,
    d_of_oddity,
    d_of_same_different,
)
from synthscope.studies.discrimination.covariances import Components
from synthscope.studies.discrimination.detection import a_prime, detection, from_rates
from synthscope.studies.discrimination.mrmc import ReaderStudy, arm_mean, compare_arms, variances
from synthscope.studies.discrimination.proportions import design_effect, trials_needed, wilson_interval
from synthscope.studies.discrimination.sizing import Pilot, power

AREAS = np.array(
    [
        [0.91964573, 0.85877617, 0.90386473, 0.97310789, 0.82979066],
        [0.94782609, 0.90531401, 0.92173913, 0.99935588, 0.92995169],
    ]
)
"""VanDyke's data as OR-DBM MRMC 2.51 prints them: 2 arms, 5 readers, 114 cases."""
JACKKNIFE = Components(0.0008022883, 0.0003466137, 0.0003440748, 0.0002390284)
DELONG = Components(0.0007921325, 0.0003420090, 0.0003395265, 0.0002358497)
UNBIASED = Components(0.0007883925, 0.0003416706, 0.0003390650, 0.0002356148)


def test_vandyke_for_other_readers_and_cases():
    test = compare_arms(ReaderStudy(AREAS, JACKKNIFE))
    assert (test.statistic, test.df2, test.p_value) == pytest.approx((4.4563, 15.2597, 0.051666), abs=2e-4)
    (difference,) = test.differences
    found = (difference.value, difference.se, difference.low, difference.high)
    assert found == pytest.approx((-0.04380032, 0.0207486, -0.0879595, 0.0003589), abs=2e-6)


def test_vandyke_with_one_of_both_fixed():
    cases = compare_arms(ReaderStudy(AREAS, JACKKNIFE), "cases")
    assert (cases.statistic, cases.p_value) == pytest.approx((5.475953, 0.01927984), abs=5e-5)
    readers = compare_arms(ReaderStudy(AREAS, JACKKNIFE), "readers")
    assert (readers.statistic, readers.p_value) == pytest.approx((8.704, 0.04195875), abs=5e-4)


@pytest.mark.parametrize(
    ("covariances", "expected"),
    [(DELONG, (4.484854, 15.06611, 0.05123303)), (UNBIASED, (4.489614, 15.03418, 0.0511618))],
)
def test_vandyke_by_other_covariances(covariances, expected):
    test = compare_arms(ReaderStudy(AREAS, covariances))
    assert (test.statistic, test.df2, test.p_value) == pytest.approx(expected, abs=2e-4)


def test_components_of_variance_of_readers():
    found = variances(ReaderStudy(AREAS, JACKKNIFE), 114)
    assert found.reader_arm == pytest.approx(0.00020040252, abs=5e-8)


def test_one_arm_needs_two_readers_to_generalise():
    found = arm_mean(ReaderStudy(AREAS, JACKKNIFE, ((0.0008022883, 0.0003440748), (0.0008022883, 0.0003440748))))
    assert found.value == pytest.approx(AREAS[0].mean())
    assert found.low < found.value < found.high
    assert found.p_value < 1e-4


@pytest.mark.parametrize(
    ("cases", "generalises", "expected"),
    [(165, "readers and cases", 0.80541995), (131, "cases", 0.80091813), (53, "readers", 0.80496663)],
)
def test_power_of_reader_studies(cases, generalises, expected):
    pilot = Pilot(Components(0.00080228827, 0.00034661371, 0.00034407483, 0.00023902837), 0.00020040252, 114)
    assert power(pilot, 0.043800322, 10, cases, generalises) == pytest.approx(expected, abs=1e-6)


def test_yes_or_no():
    d, criterion, beta, _ = from_rates(0.8, 0.4)
    assert (d, criterion, beta) == pytest.approx((1.095, -0.294, 0.7246), abs=6e-4)
    assert float(a_prime(np.array(0.8), np.array(0.4))) == pytest.approx(0.7917, abs=1e-4)


def test_yes_or_no_with_counts_corrected():
    found = detection(82, 100, 46, 100)
    assert (float(found.hit_rate), float(found.false_alarm_rate)) == pytest.approx((0.8168317, 0.4603960), abs=1e-6)
    assert float(found.d) == pytest.approx(1.002793, abs=1e-6)
    assert float(found.criterion) == pytest.approx(-0.4019603, abs=1e-6)


@pytest.mark.parametrize(
    ("correct", "places", "d"),
    [(0.55, 2, 0.178), (0.75, 2, 0.954), (0.99, 2, 3.290), (0.8, 3, 1.652), (0.8, 4, 1.893), (0.75, 4, 1.682)],
)
def test_choices(correct, places, d):
    assert d_of_correct(correct, places) == pytest.approx(d, abs=6e-4)
    assert float(correct_of(d, places)) == pytest.approx(correct, abs=5e-4)


def test_other_ways_to_ask():
    assert d_of_abx(0.75, 0.3) == pytest.approx(1.869, abs=6e-4)
    assert d_of_oddity(0.8) == pytest.approx(3.129, abs=6e-4)
    assert d_of_same_different(0.642, 0.3) == pytest.approx(1.951, abs=6e-4)


@pytest.mark.parametrize(
    ("right", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval(right, trials, low, high):
    assert wilson_interval(right, trials) == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize(("correct", "trials"), [(0.55, 620), (0.60, 158), (0.65, 69), (0.70, 37), (0.75, 23)])
def test_trials_that_an_exact_test_needs(correct, trials):
    assert trials_needed(correct) == trials


def test_pooled_answers_are_worth_fewer():
    assert design_effect(200, 0.05) == pytest.approx(10.95)


def test_a_count_beyond_the_trials_is_refused():
    with pytest.raises(InputError, match="right answers of 20"):
        wilson_interval(21, 20)
