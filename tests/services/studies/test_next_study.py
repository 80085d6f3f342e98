"""A report says how large the next study must be, where this one has the variances for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.services.studies.estimated import analysis, blinded
from tests.studies.discrimination.vandyke import AREAS, CASES, JACKKNIFE

from synthscope.records.study import AnalysisPlan
from synthscope.records.study_ratings import Analysis, Estimate
from synthscope.services.reporting.markdown import escaped
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.services.studies.reporting.markdown import report_markdown
from synthscope.services.studies.reporting.next_study import next_study
from synthscope.services.studies.reporting.page import report_html
from synthscope.studies.discrimination.mrmc import ReaderStudy, arm_variances, variances
from synthscope.studies.discrimination.sizing import (
    arm_pilot,
    arm_power,
    cases_needed,
    equivalence_power,
    least_cases,
    pilot_of,
)

EFFECT = 0.043800322


def van_dyke(**wishes: float) -> StudyReport:
    """Two arms, five readers, 114 cases, and the components that OR-DBM MRMC 2.51 prints of them."""
    parts = {**vars(variances(ReaderStudy(AREAS, JACKKNIFE), CASES)), **wishes}
    rows = [Estimate(f"variance-{name.replace('_', '-')}", "", value, n=CASES) for name, value in parts.items()]
    for t, arm in enumerate("ab"):
        rows.append(Estimate("auc-equivalence", "", float(AREAS[t].mean()), subject=arm))
        rows += [Estimate("reader-auc", "", float(one), subject=f"{arm}, {r}") for r, one in enumerate(AREAS[t])]
    found = Analysis(
        "s", "t", "real-or-synthetic", blind=False, grade="S", estimates={"Told from real": tuple(rows)}
    )  # fmt: skip
    return StudyReport(found, AnalysisPlan(margin=EFFECT))


def test_van_dyke_is_followed_by_ten_readers_and_their_cases() -> None:
    """RJafroc's tests: ten readers and 165 cases have a power of 0.805."""
    cases = cases_needed(pilot_of(ReaderStudy(AREAS, JACKKNIFE), CASES), EFFECT, 10)
    assert cases is not None
    assert 150 < cases <= 165
    words = next_study(van_dyke())
    assert "variances found here (5 raters, 114 cases" in words
    assert f"10 raters and {cases} cases" in words
    assert "areas differ by 0.0438003" in words


def test_readers_who_differ_too_much_are_not_made_up_for_by_cases() -> None:
    words = next_study(van_dyke(reader_arm=0.0015))
    assert "15 raters and" in words
    assert "With 5, 8, 10 raters no number of cases is enough" in words
    assert "more than three times as many raters" in next_study(van_dyke(reader_arm=0.1))


def test_more_cases_than_are_looked_at_are_no_number_that_is_never_enough() -> None:
    found = van_dyke(reader_arm=0.0)
    words = next_study(replace(found, plan=AnalysisPlan(margin=0.001)))
    assert "would take more than 20000 cases, or more than three times as many raters." in words
    assert "With 5, 8, 10, 15 raters more than 20000 cases would be needed." in words
    assert "no number" not in words


@pytest.mark.parametrize("wrong", [float("nan"), -1.0])
def test_components_that_allow_no_power_are_left_alone(wrong: float) -> None:
    assert next_study(van_dyke(error=wrong)) == ""


def test_one_generator_is_sized_for_a_difference_from_chance_and_for_none() -> None:
    found = van_dyke()
    rows = [row for row in found.analysis.estimates["Told from real"] if not row.name.startswith("variance")]
    kept = [row for row in rows if row.subject.startswith("a")]
    study = ReaderStudy(AREAS[:1], JACKKNIFE)
    parts = vars(arm_variances(study, CASES))
    kept += [Estimate(f"variance-{name}", "", value, n=CASES) for name, value in parts.items()]
    one = StudyReport(replace(found.analysis, estimates={"Told from real": tuple(kept)}), AnalysisPlan(margin=0.1))
    words, pilot = next_study(one), arm_pilot(arm_variances(study, CASES), CASES)
    away = least_cases(lambda cases: arm_power(pilot, 0.1, 10, cases))
    within = least_cases(lambda cases: equivalence_power(pilot, 0.1, 10, cases))
    assert away is not None
    assert within is not None
    assert away < within, "to show that there is nothing takes more than to find something"
    assert "an area of 0.6 is not chance" in words
    assert "an area of 0.5 is within 0.1 of chance" in words
    assert words.count("10 raters and") == 2
    assert f"10 raters and {away} cases" in words
    assert f"10 raters and {within} cases" in words


def test_a_report_of_two_generators_says_it_on_page_and_in_markdown() -> None:
    found, _ = analysis()
    report = StudyReport(found, AnalysisPlan())
    words = next_study(report)
    assert words.startswith("With the variances found here (")
    assert "80 % to tell two generators whose areas differ by 0.05" in words
    assert f"## A next study\n\n{escaped(words)}" in report_markdown(report)
    assert '<a href="#next">A next study</a>' in report_html(report)


def test_nothing_is_said_without_variances() -> None:
    found, given = analysis()
    bare = {name: tuple(row for row in rows if "variance" not in row.name) for name, rows in found.estimates.items()}
    one = StudyReport(replace(found, estimates=bare))
    assert next_study(one) == ""
    assert "A next study" not in report_html(one) + report_markdown(one)
    assert next_study(StudyReport(blinded(given))) == ""
