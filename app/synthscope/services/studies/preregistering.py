"""The preregistration: everything that is fixed before the first answer, in words, for a registry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from synthscope.records.leaks import LEAK_TITLES, LeakFinding, LeakReport
from synthscope.records.study import PARADIGMS, Arm, Question, StudyDesign
from synthscope.records.study_freeze import Frozen
from synthscope.records.study_rendering import RenderRecord
from synthscope.studies.analysis.work import judged_of
from synthscope.studies.design.exposing import exposures_of
from synthscope.studies.design.paradigms import PARADIGM_RULES

GRADES = {
    "A": "A: the key was never on a rater's computer, and at least two holders must sign to open it",
    "B": "B: the key lies in the same institution or network as the raters, behind another account",
    "S": "S: designer and rater may be one person; the key is sealed by a passphrase",
    "0": "0: open label; whoever judged could know what was what",
}
"""What each blinding grade promises."""
RANDOM = "Raters and cases are random in every test."
THRESHOLDS = " Thresholds of exposure are those of raters: of them raters alone are random."


def preregistration(
    design: StudyDesign, frozen: Frozen, leaks: LeakReport, rendering: RenderRecord, questions: Sequence[Question]
) -> str:
    """Give the Markdown: hypothesis, images, questions, schedule, analysis, rules, blinding, hashes."""
    parts = (
        [f"# {design.title}", f"Frozen {frozen.at} by {frozen.program}. Study {frozen.study}."],
        _asked(design, questions),
        _images(design, rendering),
        _leaks(leaks),
        _trials(design),
        _analysis(design),
        _blinding(frozen),
        _hashes(frozen),
    )
    return "\n\n".join(line for part in parts for line in part) + "\n"


def _asked(design: StudyDesign, questions: Sequence[Question]) -> Iterator[str]:
    rule = PARADIGM_RULES[design.paradigm]
    yield "## Question and hypothesis"
    yield f"Paradigm: {PARADIGMS[design.paradigm].rstrip('?')}. Primary statistic: {rule.primary}."
    yield f"Hypothesis: {design.analysis.hypothesis.strip() or 'none was stated; the study is exploratory.'}"
    yield "\n".join(f"- {question.prompt}{_scale(question)}" for question in questions)
    judged = judged_of(design.paradigm, questions)
    if judged is None:
        yield "No question is of a kind that this paradigm is judged by: there is no primary test; all is secondary."
    elif len(questions) > 1:
        yield (
            f"Primary tests are those of “{judged.prompt}” alone. Every other question is secondary: it is analysed by "
            "its kind, as far as a trial shows of which picture the answer is, and its p-values are not corrected."
        )


def _scale(question: Question) -> str:
    if question.labels:
        steps = "; ".join(f"{number} {label}" for number, label in enumerate(question.labels, 1))
        return f" ({steps})"
    if question.reasons:
        return f" (reasons: {', '.join(question.reasons)})"
    return ' ("no difference" may be answered)' if question.tie else ""


def _images(design: StudyDesign, rendering: RenderRecord) -> Iterator[str]:
    yield "## Images"
    yield "\n".join(_arm(arm) for arm in design.arms)
    z, y, x, colours = rendering.shape
    kept = "brought to the coarsest grey steps of all arms" if rendering.step else "left at their own grey steps"
    yield (
        f"Every image is shown as {x} × {y} pixels{f' in {z} slices' if z > 1 else ''}, {colours} channel(s), 8 bits: "
        f"the same {rendering.field} source pixels square about the middle, {kept}, resampling {rendering.kernel}, "
        f"black at {rendering.low:g} and white at {rendering.high:g} for all arms."
    )
    yield from rendering.notes


def _arm(arm: Arm) -> str:
    kind = "real" if arm.is_real else f"synthetic{f' ({arm.generator})' if arm.generator else ''}"
    return f"- **{arm.name}**: {kind}, {len(arm.images)} images of {len(set(arm.cases)) or len(arm.images)} cases"


def _leaks(leaks: LeakReport) -> Iterator[str]:
    yield "## Leak gate"
    found = [one for one in leaks.findings if one.found]
    yield (
        f"Classifiers with grouped cross-validation and {leaks.permutations} permutations; level {leaks.level:g} "
        "over all tests (Holm). "
        f"{len(found)} of {len(leaks.findings)} findings differ from chance."
    )
    decided = {one.finding: f": {one.choice}. {one.reason}" for one in leaks.decisions}
    if found:
        yield "\n".join(_leak(one) + decided.get(one.id, "") for one in found)
    yield from leaks.notes


def _leak(one: LeakFinding) -> str:
    return f"- {LEAK_TITLES[one.group]}, {' against '.join(one.sides)}: area {one.auc:.2f}, {one.severity}"


def _trials(design: StudyDesign) -> Iterator[str]:
    plan, showing = design.plan, design.showing
    each = f"{plan.per_arm} images of each arm" if plan.per_arm else "all images of each arm"
    yield "## Raters and trials"
    yield (
        f"{plan.raters} raters; each sees {each}. {plan.repeats:.0%} of the trials are repeated unannounced, at least "
        f"{plan.lag} trials later. {plan.catches} catch trials; {plan.training} training trials that are not analysed. "
        f"A break after {plan.block} trials. No feedback. Data collection ends when all raters have finished or "
        "withdrawn; nobody looks at accuracy before."
    )
    mixed = exposures_of(design)
    seen = f"for {showing.exposure} ms" if showing.exposure else "until the answer"
    if mixed:
        seen = f"for one of {', '.join(map(str, mixed))} ms, mixed anew for each rater"
    yield (
        f"A picture is seen {seen}; the pause between trials is {showing.interval} ms, and no answer is taken before "
        f"{showing.least} ms. Zoom up to {showing.zoom:g}×."
    )


def _analysis(design: StudyDesign) -> Iterator[str]:
    plan = design.analysis
    yield "## Analysis"
    yield (
        f"{RANDOM}{THRESHOLDS if exposures_of(design) else ''} A test of pooled counts is shown beside the crossed one "
        "only with the warning that it finds differences where there are none, and no conclusion rests on it. Where a "
        "mixed model does not converge, the model without random terms takes its place, with errors clustered by "
        "raters and cases, and the report says so. "
        f"Level {plan.alpha:g} for the family of primary tests (Holm); equivalence is claimed only if both one-sided "
        f"tests pass within ±{plan.margin:g}. {plan.resamples} draws, seed {plan.seed}."
    )
    yield (
        f"Answers faster than {plan.fastest} ms are left out. A rater who answers fewer than {plan.catch_least:.0%} of "
        "the catch trials rightly is left out; no other rater is. Of three raters or more, steps of a scale for single "
        "pictures are analysed once more with raters weighed by their consistency, beside the main result. Other "
        "answers are not weighed. Exclusions are decided on blinded answers. "
        "Answers of raters who withdraw are used only if they said so; others may be erased, and the number of raters "
        "whose answers were erased is reported. Results computed with answers that are erased are computed anew."
    )


def _blinding(frozen: Frozen) -> Iterator[str]:
    yield "## Blinding"
    holders = Counter(frozen.holders)
    yield (
        f"Grade {GRADES[frozen.grade]}. {frozen.signatures} of {sum(holders.values())} key holders "
        f"({', '.join(holders)}) open the key, after the blind analysis is locked."
    )


def _hashes(frozen: Frozen) -> Iterator[str]:
    yield "## Hashes (SHA-256)"
    yield "\n".join(
        f"- {title}: `{value}`"
        for title, value in (
            ("design", frozen.design), ("schedule", frozen.schedule), ("analysis plan", frozen.plan),
            ("leak report", frozen.leaks), ("pictures", frozen.pictures), ("key commitment", frozen.key_commitment),
            *((f"pack of {slot}", value) for slot, value in frozen.packs.items()),
        )
    )  # fmt: skip
