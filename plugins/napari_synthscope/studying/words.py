"""What a study asks and takes, in words."""

from __future__ import annotations

from collections.abc import Mapping

from synthscope.records.study import Paradigm, Plan, State
from synthscope.services.studies.consent import SECONDS

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
    "frozen": "frozen: the pack can be given to raters",
    "collecting": "answers are being collected",
    "closed": "closed: no more answers",
    "screened": "raters screened",
    "analysed": "analysed blind",
    "unblinded": "unblinded",
    "reported": "reported",
}


def trials_of(plan: Plan, arms: int, paradigm: Paradigm) -> int:
    """Count the trials of one rater: repeats, catch trials and training included."""
    test = plan.per_arm * (max(arms - 1, 1) if paradigm in ("forced-choice", "reference") else arms)
    return test + round(test * plan.repeats) + plan.catches + plan.training


def plan_words(plan: Plan, arms: int, paradigm: Paradigm) -> str:
    """Say what a plan asks of each rater."""
    trials = trials_of(plan, arms, paradigm)
    minutes = trials * SECONDS / 60
    breaks = max(0, (trials - 1) // plan.block)
    long = " That is long: beyond 25 minutes attention fades; ask less, or break more often." if minutes > 50 else ""
    words = f"{plan.raters} raters, {trials} trials each: about {minutes:.0f} min, {breaks} break{'s' * (breaks != 1)}."
    return words + long
