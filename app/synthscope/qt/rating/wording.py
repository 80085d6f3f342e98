"""What the window of a rater says, and what its number keys mean."""

from __future__ import annotations

from typing import Any

from synthscope.records.study import Question
from synthscope.services.rating.answers import CONFIDENCES, TIE
from synthscope.services.rating.session import RatingSession

BY_NUMBER = frozenset({"confidence", "scale", "choice"})
"""Kinds of questions that number keys answer."""


def value_of(question: Question, places: int, number: int, *, mirrored: bool) -> int | str | None:
    """Give the answer that a number key means, in the order of the labels; None for no answer."""
    if question.kind == "choice":
        return number - 1 if 1 <= number <= places else TIE if number == 0 and question.tie else None
    steps = len(question.labels) or CONFIDENCES
    if question.kind not in BY_NUMBER or not 1 <= number <= steps:
        return None
    return steps + 1 - number if mirrored else number


def keys_of() -> str:
    """Ask what stopping means."""
    return "Stop and withdraw?\nK: keep my answers   D: delete my answers   Esc: go on"


def help_of(session: RatingSession) -> str:
    """Say what every key does."""
    showing = session.manifest.showing
    lines = (
        "Number keys or a click: answer     Backspace: take back     Enter: confirm",
        "+ and -: zoom     Page up and page down, or the wheel: slices" if showing.zoom > 1 else "",
        "Space: change between reference and result" if showing.flicker else "",
        "C: comment     R: I know this picture     P: pause     Esc: stop     H or ?: this help",
        "Any key: back",
    )
    return "\n".join(line for line in lines if line)


def text_of(session: RatingSession, head: str) -> str:
    """Say what is asked at this step."""
    about = session.manifest
    texts = {
        "consent": f"{about.introduction}\n\n{about.consent}\n\nEnter: I take part   Esc: I do not take part",
        "break": "Time for a break.\n\nEnter: go on",
        "paused": "Paused. The picture will come again.\n\nEnter: go on",
        "done": "That was the last picture. Thank you.\n\nEnter: end",
        "closed": "The session has ended. Read this to the coordinator:\n\n" + grouped(head),
    }
    return _question(session) if session.step == "shown" else texts.get(session.step, "").strip()


def grouped(head: str) -> str:
    """Write a hash in groups of four, sixteen groups."""
    return " ".join(head[at : at + 4] for at in range(0, len(head), 4))


def answer_of(question: Question, value: Any) -> str:
    """Say an answer again before it is confirmed; the words are those of the label, however the scale lay."""
    if question.kind == "choice":
        return "no difference" if value == TIE else f"picture {value + 1}"
    if question.kind in BY_NUMBER:
        return question.labels[value - 1] if question.labels else str(value)
    if question.kind in ("marks", "trace"):
        return f"{len(value)} {'mark' if question.kind == 'marks' else 'line'}{'s' * (len(value) != 1)}"
    return str(value)


_WAYS = {
    "marks": "Click or drag to mark   T: point, box or region   Backspace: take back   Enter: done",
    "trace": "Click from point to point   N: next line   Backspace: take back   Enter: done",
    "count": "Type a whole number, then Enter",
    "text": "Type, then Enter",
}


def _reasons(question: Question) -> str:
    named = [f"{number}: {reason}" for number, reason in enumerate(question.reasons, 1)]
    return "\nReason of the next mark   " + "   ".join(named) if named else ""


def _question(session: RatingSession) -> str:
    waiting = [each for each in session.manifest.questions if each.id not in session.answers]
    if not waiting:
        chosen = [answer_of(each, session.answers[each.id]) for each in session.manifest.questions]
        return "\n".join(["Your answer: " + ";   ".join(chosen), "Enter: confirm   Backspace: change"])
    asked, trial = waiting[0], session.trial
    if asked.kind == "choice":
        names = [f"{n + 1}: picture {n + 1}" for n in range(len(trial.places) if trial else 0)]
        return asked.prompt + "\n" + "   ".join([*names, *(["0: no difference"] if asked.tie else [])])
    if asked.kind not in BY_NUMBER:
        return asked.prompt + "\n" + _WAYS[asked.kind] + _reasons(asked)
    labels = asked.labels or tuple("" for _ in range(CONFIDENCES))
    shown = labels[::-1] if session.slot.mirrored else labels
    return asked.prompt + "\n" + "   ".join(f"{n}: {label}".rstrip(": ") for n, label in enumerate(shown, 1))
