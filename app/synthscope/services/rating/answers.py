"""Which values answer a question of a trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from synthscope.errors import InputError
from synthscope.records.study import Question, QuestionKind
from synthscope.records.study_events import TIE, Mark
from synthscope.records.study_pack import Trial


def check_answer(question: Question, trial: Trial, value: object) -> None:
    """Refuse a value that is no answer to that question.

    Parameters
    ----------
    value : object
        Of a confidence or scale: a step, from 1 on. Of a choice: a place, from 0, or `TIE` where allowed. Of marks: a
        sequence of `Mark`. Of a count: a whole number, 0 or more. Of a trace: a sequence of lines, each of at least two
        points (y, x) in voxels. Of a text: a string.

    Raises
    ------
    InputError
        If it is none.
    """
    wanted = _RULES[question.kind](question, trial, value)
    if wanted:
        raise InputError(f"The answer {str(value)[:60]!r} to {question.id!r} does not fit; give {wanted}.")


def unanswered(questions: Sequence[Question], answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the ids of required questions without an answer."""
    return tuple(question.id for question in questions if question.required and question.id not in answers)


def _whole(value: object, low: int, high: float) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _step(question: Question, _: Trial, value: object) -> str:
    return "" if _whole(value, 1, question.steps) else f"a whole number from 1 to {question.steps}"


def _choice(question: Question, trial: Trial, value: object) -> str:
    last = len(trial.places) - 1
    if _whole(value, 0, last) or (question.tie and value == TIE):
        return ""
    return f"a place from 0 to {last}" + (f" or {TIE!r}" if question.tie else "")


def _marks(question: Question, trial: Trial, value: object) -> str:
    if not isinstance(value, (list, tuple)) or not all(isinstance(mark, Mark) for mark in value):
        return "a list of marks"
    if any(not 0 <= mark.place < len(trial.places) for mark in value):
        return f"marks in places from 0 to {len(trial.places) - 1}"
    known = all(not mark.reason or mark.reason in question.reasons for mark in value)
    return "" if known else f"marks whose reasons are among {', '.join(question.reasons) or 'none'}"


def _count(_: Question, __: Trial, value: object) -> str:
    return "" if _whole(value, 0, float("inf")) else "a whole number, 0 or more"


def _trace(_: Question, __: Trial, value: object) -> str:
    lines = value if isinstance(value, (list, tuple)) else [()]
    fine = all(isinstance(line, (list, tuple)) and len(line) > 1 and all(map(_is_point, line)) for line in lines)
    return "" if fine else "lines of at least two points (y, x)"


def _is_point(value: object) -> bool:
    return (
        isinstance(value, (list, tuple)) and len(value) == 2 and all(isinstance(part, (int, float)) for part in value)
    )


def _text(_: Question, __: Trial, value: object) -> str:
    return "" if isinstance(value, str) else "a text"


_RULES: Mapping[QuestionKind, Callable[[Question, Trial, object], str]] = {
    "confidence": _step,
    "scale": _step,
    "choice": _choice,
    "marks": _marks,
    "count": _count,
    "trace": _trace,
    "text": _text,
}
