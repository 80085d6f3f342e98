"""The power that is predicted from pilots is that of studies of this size; components of a report are a pilot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import norm
from tests.studies.band import covers
from tests.studies.discrimination.vandyke import AREAS, CASES, JACKKNIFE

from synthscope.studies.discrimination.covariances import Components
from synthscope.studies.discrimination.equivalence import equivalence
from synthscope.studies.discrimination.mrmc import (
    ArmVariances,
    ReaderStudy,
    arm_mean,
    arm_variances,
    compare_arms,
    reader_study,
    variances,
)
from synthscope.studies.discrimination.scores import reader_scores
from synthscope.studies.discrimination.sizing import (
    ArmPilot,
    Pilot,
    arm_pilot,
    arm_power,
    cases_needed,
    equivalence_power,
    pilot_from,
    pilot_of,
    power,
)

PILOTS, RUNS = 60, 150


@dataclass(frozen=True)
class World:
    """Standard deviations of cases, cases by arm, readers and readers by arm (of d'), what is left; d' of the arms."""

    case: float
    case_arm: float
    reader: float
    reader_arm: float
    error: float
    ability: tuple[float, float]

    def study(self, rng: np.random.Generator, readers: int, cases: int) -> ReaderStudy:
        positive = np.arange(cases) % 2 == 0
        case = rng.normal(0, self.case, cases) + rng.normal(0, self.case_arm, (2, 1, cases))
        own = rng.normal(0, self.reader, (readers, 1)) + rng.normal(0, self.reader_arm, (2, readers, 1))
        d = np.array(self.ability)[:, None, None] + own
        scores = d * positive + case + rng.normal(0, self.error, (2, readers, cases))
        return reader_study(reader_scores(scores, positive))

    @property
    def effect(self) -> float:
        """Difference of the mean areas of all readers there are."""
        one_look = 2 * (self.case**2 + self.case_arm**2 + self.error**2)
        first, second = norm.cdf(np.array(self.ability) / np.sqrt(one_look + self.reader**2 + self.reader_arm**2))
        return float(second - first)


CASES_DIFFER = World(0.5, 0.4, 0.2, 0.1, 0.8, (0.6, 1.3))
READERS_DIFFER = World(0.3, 0.1, 0.2, 0.5, 0.8, (0.5, 1.2))


def mean_pilot(world: World, readers: int, cases: int) -> Pilot:
    """Average many pilots, so that what is tested is the formula and not the luck of one pilot."""
    rng = np.random.default_rng(1)
    studies = [world.study(rng, readers, cases) for _ in range(PILOTS)]
    parts = np.mean([[*vars(one.components).values(), variances(one, cases).reader_arm] for one in studies], axis=0)
    return Pilot(Components(*parts[:4]), max(float(parts[4]), 0.0), cases)


@pytest.mark.parametrize(
    ("world", "readers", "cases"),
    [(CASES_DIFFER, 4, 120), (CASES_DIFFER, 10, 40), (READERS_DIFFER, 6, 60), (READERS_DIFFER, 12, 40)],
)
def test_studies_of_a_size_find_the_difference_as_often_as_was_predicted(
    world: World, readers: int, cases: int
) -> None:
    predicted = power(mean_pilot(world, 5, 50), world.effect, readers, cases)
    rng = np.random.default_rng(2)
    found = sum(compare_arms(world.study(rng, readers, cases)).p_value < 0.05 for _ in range(RUNS))
    assert 0.3 < predicted < 0.95, "a power at which it shows"
    assert covers(found, RUNS, predicted), (found / RUNS, predicted)


def test_the_size_that_was_asked_for_has_its_power() -> None:
    pilot = mean_pilot(CASES_DIFFER, 5, 50)
    cases = cases_needed(pilot, CASES_DIFFER.effect, 6)
    assert cases is not None
    rng = np.random.default_rng(3)
    found = sum(compare_arms(CASES_DIFFER.study(rng, 6, cases + cases % 2)).p_value < 0.05 for _ in range(RUNS))
    assert covers(found, RUNS, 0.8)


def test_the_components_of_a_report_are_the_pilot_that_they_came_from() -> None:
    study = ReaderStudy(AREAS, JACKKNIFE)
    again, direct = pilot_from(variances(study, CASES), CASES), pilot_of(study, CASES)
    assert list(vars(again.components).values()) == pytest.approx(list(vars(direct.components).values()))
    assert (again.reader_arm, again.cases) == (pytest.approx(direct.reader_arm), direct.cases)


def alone(world: World, rng: np.random.Generator, readers: int, cases: int) -> ReaderStudy:
    """Give the first arm of a study, analysed as one of one arm."""
    study = world.study(rng, readers, cases)
    return ReaderStudy(study.areas[:1], study.components, study.by_arm[:1])


def mean_arm_pilot(world: World, readers: int, cases: int) -> ArmPilot:
    """Average many pilots; each one's variance of readers is cut at 0, that of all is not."""
    rng = np.random.default_rng(4)
    parts = [vars(arm_variances(alone(world, rng, readers, cases), cases)) for _ in range(PILOTS)]
    return arm_pilot(ArmVariances(*(float(np.mean([one[name] for one in parts])) for name in parts[0])), cases)


FAINT = World(0.5, 0.0, 0.2, 0.1, 0.8, (0.35, 0.35))
NOTHING = World(0.3, 0.0, 0.1, 0.0, 0.8, (0.0, 0.0))


@pytest.mark.parametrize(("readers", "cases"), [(4, 120), (8, 60)])
def test_one_arm_is_told_from_chance_as_often_as_was_predicted(readers: int, cases: int) -> None:
    spread = np.sqrt(2 * (FAINT.case**2 + FAINT.error**2) + FAINT.reader**2 + FAINT.reader_arm**2)
    effect = float(norm.cdf(FAINT.ability[0] / spread)) - 0.5
    predicted = arm_power(mean_arm_pilot(FAINT, 5, 50), effect, readers, cases)
    rng = np.random.default_rng(5)
    found = sum(arm_mean(alone(FAINT, rng, readers, cases)).p_value < 0.05 for _ in range(RUNS))
    assert 0.3 < predicted < 0.95, "a power at which it shows"
    assert covers(found, RUNS, predicted), (found / RUNS, predicted)


def test_where_nothing_is_to_be_found_it_is_found_at_the_level_of_the_test() -> None:
    one, two = ArmPilot(0.002, 0.004, 0.001, 60), pilot_of(ReaderStudy(AREAS, JACKKNIFE), CASES)
    assert arm_power(one, 0.0, 5, 80, alpha=0.1) == 0.1
    assert power(two, 0.0, 5, 80) == 0.05
    assert arm_power(one, 1e-6, 5, 80) == pytest.approx(0.05, abs=1e-4)


def test_one_arm_that_is_chance_is_called_so_as_often_as_was_predicted() -> None:
    margin, readers, cases = 0.08, 6, 160
    predicted = equivalence_power(mean_arm_pilot(NOTHING, 5, 60), margin, readers, cases)
    rng, found = np.random.default_rng(6), 0
    for _ in range(RUNS):
        mean = arm_mean(alone(NOTHING, rng, readers, cases))
        found += equivalence(mean.value, mean.se, margin, df=mean.df).equivalent
    assert 0.3 < predicted < 0.95, "a power at which it shows"
    assert covers(found, RUNS, predicted), (found / RUNS, predicted)


def test_the_error_of_a_study_of_the_same_size_is_that_which_was_found() -> None:
    study = ReaderStudy(AREAS, JACKKNIFE)
    pilot, found = arm_pilot(arm_variances(study, CASES), CASES), arm_mean(study)
    readers = AREAS.shape[1]
    square = pilot.reader + pilot.variance - pilot.shared
    assert pilot.reader > 0
    assert np.sqrt((square + readers * pilot.shared) / readers) == pytest.approx(found.se)
    assert arm_power(pilot, 1e-6, readers, CASES) == pytest.approx(0.05, abs=1e-4)
