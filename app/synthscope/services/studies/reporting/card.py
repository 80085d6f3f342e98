"""A study's report in words, ready to be laid out: what the page and the Markdown share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from synthscope.records.leaks import LEAK_TITLES, LeakFinding, LeakReport, Severity
from synthscope.records.study import PARADIGMS
from synthscope.services.reporting.publishing import one_line
from synthscope.services.reporting.words import number, probability
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.services.studies.reporting.headline import headline
from synthscope.services.studies.reporting.methods import cited, hashes_of, methods_of
from synthscope.services.studies.reporting.next_study import next_study
from synthscope.services.studies.reporting.tables import PRIMARY, EstimateTable, Quantity, tables_of
from synthscope.services.studies.reporting.words import BLIND, LIMIT, PROMISES, SIMULATED
from synthscope.studies.analysis.work import is_secondary

FLOW_TITLES: Mapping[str, str] = {
    "invited": "Raters planned", "started": "Started", "finished": "Finished all trials", "withdrawn": "Withdrew",
    "erased": "Of these, answers erased",
    "excluded": "Left out, decided on blinded answers", "analysed": "Analysed", "trials planned": "Trials planned",
    "trials answered": "Trials answered", "trials interrupted": "Trials interrupted and shown again",
}  # fmt: skip
LEAK_GATE = (
    "Before the study was frozen, classifiers were asked to tell the arms apart by what is no part of the question: "
    "shape, grey steps, borders, noise. An area of 0.5 is chance."
)
_OUTCOMES: Mapping[Severity, str] = {
    "levelled": "the sources differ; rendering has taken care of it", "soft": "undecided", "hard": "blocks",
}  # fmt: skip


@dataclass(frozen=True)
class LeakRow:
    """One finding of the leak gate in words."""

    title: str
    sides: str
    area: str
    p_value: str
    outcome: str


@dataclass(frozen=True)
class StudyCard:
    """All words of the report."""

    report: StudyReport
    title: str
    paradigm: str
    grade: str
    promise: str
    limit: str
    cautions: tuple[str, ...]
    headline: str
    flow: tuple[tuple[str, int], ...]
    excluded: tuple[tuple[str, str], ...]
    primary: Quantity | None
    tables: tuple[EstimateTable, ...]
    next_study: str
    leaks: tuple[LeakRow, ...]
    leak_notes: tuple[str, ...]
    plan: tuple[tuple[str, str], ...]
    advice: tuple[str, ...]
    methods: tuple[str, ...]
    references: tuple[str, ...]
    hashes: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def make_card(report: StudyReport) -> StudyCard:
    """Put a report into words."""
    analysis = report.analysis
    grade, promise = PROMISES[analysis.grade]
    tables = tables_of(report)
    beside = report.beside.warnings if report.beside and not report.blind else ()
    return StudyCard(
        report=report,
        title=one_line(analysis.title) or "A study without a title",
        paradigm=PARADIGMS[analysis.paradigm],
        grade=grade,
        promise=promise,
        limit=LIMIT,
        cautions=tuple(words for words, holds in ((SIMULATED, report.simulated), (BLIND, report.blind)) if holds),
        headline=headline(report),
        flow=tuple((title, analysis.flow[name]) for name, title in FLOW_TITLES.items() if name in analysis.flow),
        excluded=tuple(analysis.excluded.items()),
        primary=_primary(tables),
        tables=tables,
        next_study=next_study(report),
        leaks=() if report.blind or report.leaks is None else tuple(_leak_rows(report.leaks)),
        leak_notes=() if report.blind or report.leaks is None else report.leaks.notes,
        plan=_plan(report),
        advice=report.screening.advice if report.screening else (),
        methods=methods_of(report),
        references=cited(report),
        hashes=hashes_of(report),
        warnings=(*map(report.named, analysis.warnings), *beside),
    )


def _primary(tables: tuple[EstimateTable, ...]) -> Quantity | None:
    quantities = [one for table in tables for one in table.quantities]
    own = [one for one in quantities if not is_secondary(one.rows[0].estimate)]
    by_name = {one.rows[0].estimate.name: one for one in reversed(own)}
    return next((by_name[name] for name in PRIMARY if name in by_name), None)


def _leak_rows(leaks: LeakReport) -> list[LeakRow]:
    decided = {one.finding: one for one in leaks.decisions}
    found = []
    for one in leaks.findings:
        decision = decided.get(one.id)
        said = f"{decision.choice}: {decision.reason}" if decision else _outcome(one)
        by = f" ({decision.by})" if decision and decision.by else ""
        sides = " against ".join(one.sides)
        found.append(LeakRow(LEAK_TITLES[one.group], sides, number(one.auc), probability(one.p_value), said + by))
    return found


def _outcome(one: LeakFinding) -> str:
    return _OUTCOMES[one.severity] if one.found else "not more than chance"


def _plan(report: StudyReport) -> tuple[tuple[str, str], ...]:
    plan = report.plan
    if plan is None:
        return ()
    hypothesis = plan.hypothesis.strip() or "none was stated: exploratory"
    return (
        ("Hypothesis", "not shown while blind" if report.blind else hypothesis),
        ("Margin of equivalence", f"±{plan.margin:g}"),
        ("Level of tests, after Holm", f"{plan.alpha:g}"),
        ("Catch trials to be right", f"{plan.catch_least * 100:g} %"),
        ("Answers left out below", f"{plan.fastest} ms"),
        ("Draws of bootstraps and permutations", f"{plan.resamples}, seed {plan.seed}"),
    )
