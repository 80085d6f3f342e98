"""What the window of a rater says, and what its number keys mean."""

from __future__ import annotations

from typing import Any

from synthscope.records.study import Question
from synthscope.records.study_events import TIE
from synthscope.records.study_pack import PackManifest
from synthscope.services.rating.session import RatingSession
from synthscope.services.rating.withdrawing import is_erasable

BY_NUMBER = frozenset({"confidence", "scale", "choice"})
"""Kinds of questions that number keys answer."""

ERASING = "Erase all your answers on this computer? Nobody can bring them back.\nEnter: erase them   Esc: keep them"
_ERASABLE = (
    "You have withdrawn, and your answers will not be used. They still lie on this computer.\n"
    "E: erase my answers on this computer. What was sent or handed in is erased by the coordinator: ask for it."
)
_ERASED = "Your answers on this computer are erased. Read this to the coordinator, who erases what was handed in:"

_CLOSE = "Esc: close this window"


def value_of(question: Question, places: int, number: int, *, mirrored: bool) -> int | str | None:
    """Give the answer that a number key means, in the order of the labels; None for no answer."""
    if question.kind == "choice":
        return number - 1 if 1 <= number <= places else TIE if number == 0 and question.tie else None
    if question.kind not in BY_NUMBER or not 1 <= number <= question.steps:
        return None
    return question.steps + 1 - number if mirrored else number


def keys_of() -> str:
    """Ask what stopping means."""
    return "Stop and withdraw?\nK: my answers may be used   D: do not use my answers   Esc: go on"


def view_of(at: int, zoom: float, front: int) -> dict[str, float]:
    """Write down what a rater looks at; which picture is in front only where they lie in one place."""
    return {"slice": at, "zoom": zoom} | ({"front": front} if front >= 0 else {})


def text_of(session: RatingSession, head: str) -> str:
    """Say what is asked at this step."""
    about = session.manifest
    texts = {
        "consent": f"{about.introduction}\n\n{about.consent}\n\nEnter: I take part   Esc: I do not take part",
        "break": "Time for a break.\n\nEnter: go on",
        "paused": "Paused. The picture will come again.\n\nEnter: go on",
        "done": "That was the last picture. Thank you.\n\nEnter: end",
        "withdrawn": f"{_ERASABLE}\n\n{_CLOSE}",
        "closed": f"{_closed(session, head)}\n\n{_CLOSE}",
    }
    if session.step == "shown":
        return _question(session)
    said = texts.get(session.step, "").strip()
    return f"{said}\n\n{session.notice}" if said and session.notice else said


def _closed(session: RatingSession, head: str) -> str:
    if session.step != "closed":
        return ""
    if session.progress.erased and not is_erasable(session):
        return f"{_ERASED}\n\n{grouped(head)}"
    ended = "The session has ended. Read this to the coordinator:\n\n" + grouped(head)
    return f"{ended}\n\n{_ERASABLE}" if is_erasable(session) else ended


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
    "marks": "Click, or arrow keys and Space: mark   T: point, box or region   Backspace: take back   Enter: done",
    "trace": "Click, or arrow keys and Space: next point   N: next line   Backspace: take back   Enter: done",
    "count": "Type a whole number, then Enter",
    "text": "Type, then Enter",
}


def _reasons(question: Question, *, numbered: bool) -> str:
    named = [f"{number}: {reason}" if numbered else reason for number, reason in enumerate(question.reasons, 1)]
    return "\nE: reason of the next mark   " + ("   " if numbered else ", ").join(named) if named else ""


def questions_of(manifest: PackManifest) -> tuple[str, ...]:
    """Give everything that is asked in the trials of a study, so that room can be kept for it."""
    count = max((len(trial.places) for slot in manifest.slots for trial in slot.trials), default=0)
    asked = [f"{asked_text(each, manifest, count)}{_next_of(each)}" for each in manifest.questions]
    longest = ";   ".join(max((*each.labels, "no difference"), key=len) for each in manifest.questions)
    return (*asked, f"Your answer: {longest}\nEnter: confirm   Backspace: change")


def next_words(shape: str, reason: str) -> str:
    """Say what the next mark is."""
    return f"Next mark: {shape}" + (f", {reason}" if reason else "")


def _next_of(question: Question) -> str:
    longest = max(question.reasons, key=len, default="")
    return f"\n{next_words('region', longest)}" if question.kind == "marks" else ""


def _question(session: RatingSession) -> str:
    waiting = [each for each in session.manifest.questions if each.id not in session.answers]
    if not waiting:
        chosen = [answer_of(each, session.answers[each.id]) for each in session.manifest.questions]
        return "\n".join(["Your answer: " + ";   ".join(chosen), "Enter: confirm   Backspace: change"])
    trial = session.trial
    return asked_text(waiting[0], session.manifest, len(trial.places) if trial else 0, mirrored=session.slot.mirrored)


def asked_text(asked: Question, manifest: PackManifest, count: int, *, mirrored: bool = False) -> str:
    """Say a question, and how it is answered, where so many pictures are in sight."""
    if asked.kind == "choice":
        keys = ("F or 1", "J or 2") if count == 2 else [str(n + 1) for n in range(count)]
        names = [f"{key}: picture {n + 1}" for n, key in enumerate(keys)]
        return asked.prompt + "\n" + "   ".join([*names, *(["0: no difference"] if asked.tie else [])])
    if asked.kind not in BY_NUMBER:
        numbered = not any(each.kind in BY_NUMBER for each in manifest.questions)
        return asked.prompt + "\n" + _WAYS[asked.kind] + _reasons(asked, numbered=numbered)
    labels = asked.labels or ("",) * asked.steps
    shown = labels[::-1] if mirrored else labels
    return asked.prompt + "\n" + "   ".join(f"{n}: {label}".rstrip(": ") for n, label in enumerate(shown, 1))
