"""Whether a catch trial was answered as everybody would who looks at the screen."""

from __future__ import annotations

from synthscope.records.study import Question


def is_caught(question: Question, right: int, value: object) -> bool:
    """Tell whether an answer to the first question of a catch trial is right.

    Parameters
    ----------
    right : int
        Of a choice, the place; of a scale, the step at one of its ends: any answer in that half of the scale is right.
    value : object
        Of a choice, a place from 0 (-1 or ``tie`` for "no difference"); of a scale, a step from 1.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    if question.kind == "choice":
        return value == right
    return abs(value - right) < (question.steps - 1) / 2
