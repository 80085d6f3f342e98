"""The power that is predicted from pilots is that of studies of this size; components of a report are a pilot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import norm
from tests.studies.band import covers
from tests.studies.discrimination.vandyke import AREAS, CASES, JACKKNIFE

from synthscope.studies.discrimination.covariances import Components
from synthscope.studies.discrimination.mrmc import ReaderStudy, compare_arms, reader_study, variances
from synthscope.studies.discrimination.scores import reader_scores
from synthscope.studies.discrimination.sizing import Pilot, cases_needed, pilot_from, pilot_of, power

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
