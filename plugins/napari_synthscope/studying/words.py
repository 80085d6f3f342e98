"""What a study asks and takes, how far it is and what comes next, in words."""

from __future__ import annotations

from collections.abc import Mapping

from napari_synthscope.session.study_lines import StudyLine
from synthscope.records.study import Paradigm, Plan, State
from synthscope.records.study_ratings import Analysis
from synthscope.services.studies.consent import SECONDS

LINES = 12
FIRST = "Primary tests"
"""Heading of what was registered."""
LONGEST = 25
"""Minutes without a break that are advised, at most."""
WHEN: Mapping[Paradigm, str] = {
    "real-or-synthetic": "Is it detectable, by anyone? One image at a time; graded answers give ROC curves.",
    "forced-choice": "Is it detectable, whatever a rater's habit of saying “synthetic”? One of several images is real.",
    "rating": "How good is it, and in what? Scales for structure, texture, noise and what else matters to you.",
    "pairs": "Which generator is better? Two images side by side, of two arms; gives a ranking.",
    "reference": "How well was it repaired or translated? The result beside what it was made from.",
    "triplet": "Fine differences: which of two is nearer to the reference?",
    "exposure": "How long must one look to tell? Images are shown ever shorter, as far as answers stay right.",
    "marking": "What is wrong, and where? Raters mark it and say why.",
    "task": "Is it fit for use? The same count or tracing on real and on synthetic images.",
}
STATE_WORDS: Mapping[State, str] = {
    "draft": "being designed",
    "audited": "pictures made and checked",
    "frozen": "frozen: raters can be given their packs",
    "collecting": "answers are being collected",
    "closed": "closed: no more answers",
    "screened": "raters screened",
    "analysed": "analysed blind",
    "unblinded": "unblinded",
    "reported": "reported",
}

NEXT: Mapping[State, str] = {
    "draft": "Next: design it, then look for leaks.",
    "audited": "Next: freeze it.",
    "frozen": "Next: give each rater their own pack.",
    "collecting": "Next: take in answers, then close.",
    "closed": "Next: screen the raters.",
    "screened": "Next: analyse blind.",
    "analysed": "Next: let key holders sign, and unblind.",
    "unblinded": "Next: read the report, publish.",
    "reported": "Nothing is left to do.",
}
FREEZES: tuple[State, ...] = ("draft", "audited")
"""States in which a design may still be changed."""


def line_words(line: StudyLine) -> str:
    """Say how far a study is: its state, raters done, the next act."""
    if line.problem:
        return line.problem
    if line.busy:
        return "is being worked at"
    done = f" · {line.finished} of {line.raters} raters done" if line.state not in FREEZES else ""
    return f"{STATE_WORDS[line.state]}{done}\n{NEXT[line.state]}"


def session_words(trials: int, plan: Plan) -> str:
    """Say what a schedule asks of each rater."""
    minutes = trials * SECONDS / 60
    breaks = max(0, (trials - 1) // plan.block)
    words = f"{plan.raters} rater{'s' * (plan.raters != 1)}, {trials} trials each: about {max(1, round(minutes))} min"
    words += f" with {breaks} break{'s' * (breaks != 1)}." if breaks else "."
    stretch = min(plan.block, trials) * SECONDS / 60
    return f"{words} {round(stretch)} min without a break: attention fades after 25." if stretch > LONGEST else words


def figures(analysis: Analysis) -> str:
    """Give the primary rows of an analysis, and how it stands."""
    head = "Blind analysis, under letters" if analysis.blind else "Analysis"
    lines = [f"{head}; blinding grade {analysis.grade}."]
    order = sorted(analysis.estimates.items(), key=lambda one: one[0] != FIRST)
    for heading, rows in order:
        lines += [_row(heading, row) for row in rows]
    more = len(lines) - LINES
    return "\n".join([*lines[:LINES], *([f"… and {more} more in the report."] if more > 0 else [])])


def _row(heading: str, row: object) -> str:
    value, low, high = (getattr(row, name) for name in ("value", "low", "high"))
    subject = getattr(row, "subject", "")
    span = f" ({low:.2f} to {high:.2f})" if low == low else ""
    about = f", {subject}" if subject else ""
    return f"{heading}: {getattr(row, 'title', '')}{about}: {value:.2f}{span}"
