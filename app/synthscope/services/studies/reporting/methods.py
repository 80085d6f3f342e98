"""The methods of a study in words that can be printed, and the hashes that bind a report to what was done."""

from __future__ import annotations

from synthscope.records.documents import digest
from synthscope.records.study import PARADIGMS
from synthscope.services.environment import program_version
from synthscope.services.reporting.references import references
from synthscope.services.reporting.words import count, exact, listed
from synthscope.services.studies.publication import analysis_digest
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.services.studies.reporting.words import PROMISES
from synthscope.studies.sealing.heads import root_of


def methods_of(report: StudyReport) -> tuple[str, ...]:
    """Write the methods, a paragraph for each entry; what is not known is not said."""
    parts = (
        _design(report), _rendering(report), _schedule(report), _rules(report), report.analysis.methods,
        report.beside.methods if report.beside and not report.blind else "", _blinding(report), _program(report),
    )  # fmt: skip
    return tuple(part for part in parts if part)


def cited(report: StudyReport) -> tuple[str, ...]:
    """Give what the statistics were taken from, each once: of two that name one work, the longer."""
    found = references(row.citation for rows in report.headings.values() for row in rows if row.citation)
    return tuple(one for one in found if not any(other != one and other.startswith(f"{one},") for other in found))


def hashes_of(report: StudyReport) -> tuple[tuple[str, str], ...]:
    """Give the hashes (SHA-256, hex) by what they are of."""
    analysis, frozen = report.analysis, report.frozen
    found = [("this analysis", analysis_digest(analysis))]
    if frozen:
        found += [
            ("design", frozen.design), ("schedule", frozen.schedule), ("analysis plan and questions", frozen.plan),
            ("report of the leak gate", frozen.leaks), ("pictures", frozen.pictures),
            ("commitment to the key", frozen.key_commitment),
        ]  # fmt: skip
    else:
        found.append(("analysis plan and questions", analysis.plan_sha256))
        found.append(("commitment to the key", analysis.key_commitment))
    found += [("root of the heads of all sessions", root_of(analysis.heads))] if analysis.heads else []
    found += [("screening", digest(report.screening))] if report.screening else []
    return tuple((title, value) for title, value in found if value)


def _design(report: StudyReport) -> str:
    manifest, analysis = report.manifest, report.analysis
    words = f"Paradigm: {PARADIGMS[analysis.paradigm]}"
    words = words if words.endswith("?") else f"{words}."
    if manifest is None:
        return words
    asked = [f"“{one.prompt}”" + (f" ({len(one.labels)} steps)" if one.labels else "") for one in manifest.questions]
    return f"{words} Raters were asked: {'; '.join(asked)}."


def _rendering(report: StudyReport) -> str:
    found = report.rendering
    if found is None:
        return ""
    z, y, x, colours = found.shape
    size = f"{x} × {y} pixels" + (f" in {z} slices" if z > 1 else "")
    steps = (
        f"brought to grey steps of {exact(found.step)}, the coarsest among the arms" if found.step
        else "left at their own grey steps"
    )  # fmt: skip
    kernel = "without resampling" if found.kernel == "none" else f"by one resampling ({found.kernel})"
    return (
        f"All images were shown as {size} of 8 bits ({count(colours, 'channel')}), made in one way: the middle square "
        f"of {found.field} source pixels, {steps}, {kernel}, black at {exact(found.low)} and white at "
        f"{exact(found.high)} for all arms. {' '.join(found.notes)}"
    ).strip()


def _schedule(report: StudyReport) -> str:
    manifest = report.manifest
    if manifest is None:
        return ""
    trials = sorted({len(slot.trials) for slot in manifest.slots})
    each = f"{trials[0]}" if len(trials) == 1 else f"{trials[0]} to {trials[-1]}"
    blocks = max((trial.block for slot in manifest.slots for trial in slot.trials), default=0)
    showing = manifest.showing
    seen = f"for {showing.exposure} ms" if showing.exposure else "until the answer"
    mirrored = sum(slot.mirrored for slot in manifest.slots)
    return (
        f"Each of {count(len(manifest.slots), 'rater')} had a schedule of {each} trials in {count(blocks, 'block')}, "
        "balanced over arms, places and thirds of the session and fixed before the first answer; scales were mirrored "
        f"for {mirrored} of them. A picture was seen {seen}, with a grey pause of {showing.interval} ms between "
        "trials; no feedback was given."
    )


def _rules(report: StudyReport) -> str:
    plan = report.plan
    if plan is None:
        return ""
    return (
        f"Fixed before the first answer: level {plan.alpha:g} for families of tests, equivalence within "
        f"±{plan.margin:g}, answers below {plan.fastest} ms left out, at least {plan.catch_least:.0%} of catch trials "
        f"right, {plan.resamples} draws from seed {plan.seed}."
    ).replace("%", " %")


def _blinding(report: StudyReport) -> str:
    title, _ = PROMISES[report.analysis.grade]
    words = f"Blinding: {title[:1].lower()}{title[1:]}."
    if report.frozen:
        words += (
            f" The design was frozen on {report.frozen.at[:10]}; {report.frozen.signatures} of "
            f"{count(len(report.frozen.holders), 'key holder')} ({listed(list(report.frozen.holders))}) open the key."
        )
    opened = next((step for step in report.course if step.state == "unblinded"), None)
    return words + (f" The key was opened on {opened.at[:10]}: {opened.reason}" if opened else "")


def _program(report: StudyReport) -> str:
    frozen = f"frozen with {report.frozen.program} and " if report.frozen else ""
    return f"The study was {frozen}reported with Synthscope {program_version()}."
