"""All tests of the gate are one family: more generators are no more false alarms, and leaks are still found."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from tests.studies.band import covers

from synthscope.jobs.drain import drain
from synthscope.records.leaks import LeakReport, Severity
from synthscope.studies.discrimination.multiplicity import holm
from synthscope.studies.leaks.classifying import Sides, logistic
from synthscope.studies.leaks.family import LeakTest, corrected, enough_draws, too_few_cases
from synthscope.studies.leaks.gate import GateItem, GateSettings, gate_job

LEVEL, RUNS, GENERATORS = 0.3, 20, 6
"""A level at which a false alarm is no rare thing: in few runs, one too many is seen."""


def picture(rng: np.random.Generator) -> np.ndarray:
    return rng.normal(120, 25, (1, 24, 24, 1)).clip(0, 255).astype(np.uint8)


def gate(seed: int, settings: GateSettings, leaking: int = 0, images: int = 8) -> LeakReport:
    """Look at generators that give real images, the first `leaking` of them with half the contrast."""
    rng = np.random.default_rng(seed)
    names = ["scan", *(f"gen{i}" for i in range(GENERATORS))]
    items = []
    for number, name in enumerate(names):
        for i in range(images):
            one = picture(rng) // (2 if 0 < number <= leaking else 1)
            items.append(GateItem(name, f"{name} {i}", number == 0, lambda one=one: one))
    return drain(gate_job(items, settings))


def test_generators_that_give_real_images_raise_no_more_alarms_than_the_level_says() -> None:
    settings = GateSettings(permutations=19, level=LEVEL)
    alarms = by_comparison = 0
    for seed in range(RUNS):
        report = gate(seed, settings)
        assert len({one.sides for one in report.findings}) == GENERATORS
        alarms += not report.passes
        soft = [one for one in report.findings if one.severity == "soft"]
        own = (holm(np.array([one.p_value for one in part])) for _, part in groupby(soft, key=lambda one: one.sides))
        by_comparison += any((adjusted <= LEVEL).any() for adjusted in own)
    most = next(count for count in range(RUNS, 0, -1) if covers(count, RUNS, LEVEL))
    assert alarms <= most
    assert by_comparison > most, "corrected by comparison, false alarms would rise with the number of generators"


def test_a_leak_of_one_generator_of_many_is_found() -> None:
    """With 500 permutations the smallest p-value is 0.002: more than 0.05 / 42, so that more must be drawn."""
    report = gate(0, GateSettings(permutations=19), leaking=1, images=10)
    assert {one.sides for one in report.undecided} == {("all real", "gen0")}
    assert "histogram" in {one.group for one in report.undecided}
    assert report.permutations + 1 >= len(report.findings) / 0.05 - 6 / 0.05  # pictures of one size are no test


def known_tests(p_values: dict[tuple[str, Severity], float]) -> list[LeakTest]:
    rng = np.random.default_rng(0)
    return [
        LeakTest("noise", severity, ("all real", name), varied(rng), ("a",), logistic, (0, 1, 1))
        for name, severity in p_values
    ]


def varied(rng: np.random.Generator, cases: int = 20) -> Sides:
    return Sides(rng.normal(size=(cases, 1)), np.arange(cases) % 2, np.arange(cases))


def found_of(p_values: dict[tuple[str, Severity], float]) -> list[bool]:
    tests = known_tests(p_values)
    findings = [one.finding(1) for one in tests]
    known = [type(one)(**{**vars(one), "p_value": p}) for one, p in zip(findings, p_values.values(), strict=True)]
    return [one.found for one in corrected(tests, known, 0.05)]


def test_hard_and_soft_findings_of_all_comparisons_are_corrected_together() -> None:
    """Holm: 0.012 <= 0.05 / 4, then 0.02 > 0.05 / 3; each by itself would have been found."""
    p_values: dict[tuple[str, Severity], float] = {
        ("a", "hard"): 0.02, ("a", "soft"): 0.012, ("b", "hard"): 0.04, ("b", "soft"): 0.9,
    }  # fmt: skip
    assert found_of(p_values) == [False, True, False, False]
    assert found_of(p_values | {("a", "hard"): 0.016}) == [True, True, False, False]


def test_levelled_sources_are_a_family_of_their_own() -> None:
    assert found_of({("a", "levelled"): 0.02, ("b", "levelled"): 0.03, ("a", "soft"): 0.04}) == [True, True, True]


def test_what_does_not_vary_is_not_counted_and_a_value_of_each_side_needs_no_test() -> None:
    labels, cases = np.repeat([0, 1], 4), np.arange(8)
    flat = LeakTest("picture", "hard", ("r", "a"), Sides(np.ones((8, 1)), labels, cases), ("w",), logistic, (0, 1, 1))
    cut = LeakTest(
        "picture", "hard", ("r", "b"), Sides(64.0 + labels[:, None], labels, cases), ("w",), logistic, (0, 1, 1)
    )
    assert enough_draws([flat] * 50 + [cut], 19, 0.05) == 19
    assert enough_draws([cut] * 50, 19, 0.05) == 999
    findings = [one.finding(19) for one in (flat, cut)]
    assert findings[1].p_value > 0.025, "eight images alone cannot show it in two tests"
    assert [one.found for one in corrected([flat, cut, cut], [*findings, findings[1]], 0.05)] == [False, True, True]


def test_so_few_cases_that_nothing_can_be_told_are_said() -> None:
    rng = np.random.default_rng(0)
    few = LeakTest("noise", "soft", ("r", "a"), varied(rng, 8), ("a",), logistic, (0, 1, 1))
    many = LeakTest("noise", "soft", ("r", "b"), varied(rng, 20), ("a",), logistic, (0, 1, 1))
    assert few.dealings == 6 * 6  # two folds of two against two
    assert many.dealings == 6**5
    assert too_few_cases([few], 0.05) == []
    (said,) = too_few_cases([few, many], 0.05)
    assert said.startswith("r and a have so few cases that chance deals them in 36 ways only: among 2 tests")


@pytest.mark.parametrize("cases", [8, 12, 20])
def test_dealings_are_counted_right(cases: int) -> None:
    rng = np.random.default_rng(1)
    sides = varied(rng, cases)
    folds = sides.folds(rng)
    drawn = np.unique(sides.relabelled(folds, 4000, rng), axis=0)
    assert len(drawn) == sides.dealings(folds) if cases < 20 else len(drawn) < sides.dealings(folds)
