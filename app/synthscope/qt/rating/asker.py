"""What keys, mouse and typed words answer while a picture is in sight."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QPointF, QRectF, Qt

from synthscope.qt.rating.canvas import RatingCanvas
from synthscope.qt.rating.keys import ARROWS, DRAWN, FINE, TYPED, Verb, asks
from synthscope.qt.rating.wording import BY_NUMBER, next_words, value_of
from synthscope.records.study import Question
from synthscope.services.rating.drawing import Drawing
from synthscope.services.rating.session import RatingSession

_PARTS = 32
"""Steps of the cross from one side of a picture to the other."""


class Asker:
    """Gives the session the answers to the questions of a trial, one question after another."""

    def __init__(self, session: RatingSession, canvas: RatingCanvas) -> None:
        self._session = session
        self._canvas = canvas
        self._drawings: dict[str, Drawing] = {}
        self._cross: tuple[int, float, float] | None = None

    @property
    def asked(self) -> Question | None:
        """The question that waits for an answer; None where all have one, or no picture is in sight."""
        questions = self._session.manifest.questions if self._session.step == "shown" else ()
        return next((each for each in questions if each.id not in self._session.answers), None)

    @property
    def is_typed(self) -> bool:
        """Whether the question is answered by typing."""
        return self.asked is not None and self.asked.kind in TYPED

    @property
    def drawing(self) -> Drawing | None:
        """What is being drawn; None for a question that asks for no drawing."""
        asked = self.asked
        if asked is None or asked.kind not in DRAWN:
            return None
        return self._drawings.setdefault(asked.id, Drawing(asked.kind))

    @property
    def next_mark(self) -> str:
        """Say what the next mark is; nothing where none is to be made."""
        drawing = self.drawing
        if drawing is None or drawing.kind != "marks":
            return ""
        return next_words(drawing.shape, drawing.reason)

    def forget(self) -> None:
        """Begin anew: another trial is in sight."""
        self._drawings, self._cross = {}, None

    def take(self, verb: Verb, key: int) -> None:
        """Do what a key means; `key` says which of several it was."""
        verbs: dict[Verb, Callable[[], object]] = {
            "number": lambda: self.number(key - Qt.Key.Key_0),
            "left": lambda: self.choose(0),
            "right": lambda: self.choose(1),
            "cursor": lambda: self.move_cross(key),
            "fine cursor": lambda: self.move_cross(key),
            "set": self.set_here,
            "shape": self.next_shape,
            "line": self.next_line,
            "reason": self.next_reason,
            "undo": self.undo,
        }
        verbs[verb]()

    def number(self, number: int) -> None:
        """Take a number key: an answer; where none is given by numbers, the reason of the next mark."""
        asked, trial, drawing = self.asked, self._session.trial, self.drawing
        if drawing and asked:
            if not asks(self._session.manifest, *BY_NUMBER):
                drawing.reason = asked.reasons[number - 1] if 1 <= number <= len(asked.reasons) else ""
        elif asked and trial:
            value = value_of(asked, len(trial.places), number, mirrored=self._session.slot.mirrored)
            if value is not None:
                self._session.answer(asked.id, value)

    def choose(self, place: int) -> None:
        """Choose a place."""
        if self.asked and self.asked.kind == "choice":
            self._session.answer(self.asked.id, place)

    def typed(self, words: str) -> None:
        """Take what was typed; what is no whole number answers no question for a count."""
        if self.asked and (self.asked.kind == "text" or (words.isascii() and words.isdigit() and len(words) < 10)):
            self._session.answer(self.asked.id, words if self.asked.kind == "text" else int(words))

    def next_shape(self) -> None:
        """Mark with the next shape."""
        if self.drawing and self.drawing.kind == "marks":
            self.drawing.next_shape()

    def next_line(self) -> None:
        """Begin the next line."""
        if self.drawing and self.drawing.kind == "trace":
            self.drawing.next_line()

    def next_reason(self) -> None:
        """Mark with the next reason."""
        if self.drawing and self.asked:
            self.drawing.next_reason(self.asked.reasons)

    def move_cross(self, key: int) -> None:
        """Take an arrow key: the cross comes to the middle of the first picture, or moves, and draws on."""
        drawing, seen = self.drawing, self._canvas.seen
        if drawing is None or not self._canvas.answerable:
            return
        if self._cross is None:
            self._cross = (0, seen.center().y(), seen.center().x())
        else:
            way, step = (FINE[key], 1.0) if key in FINE else (ARROWS[key], seen.width() / _PARTS)
            self._cross = self._stepped(self._cross, way[0] * step, way[1] * step, seen)
            drawing.move(self._cross[1:])
        self._canvas.set_cross(self._cross[0], self._cross[1:])
        self._paint()

    def set_here(self) -> None:
        """Set a point at the cross; begin or end a box or a region there."""
        drawing = self.drawing
        if drawing is None or self._cross is None:
            return
        if not drawing.is_begun:
            drawing.press(self._cross[0], self._canvas.slice, self._cross[1:])
            if drawing.kind == "marks" and drawing.shape == "point":
                drawing.release()
        else:
            drawing.release()
        self._paint()

    def _stepped(
        self, cross: tuple[int, float, float], across: float, down: float, seen: QRectF
    ) -> tuple[int, float, float]:
        place, y, x = cross[0], cross[1] + down, cross[2] + across
        other = place + (x > seen.right()) - (x < seen.left())
        begun = self.drawing is not None and self.drawing.is_begun
        if other != place and 0 <= other < self._canvas.answerable and not begun:
            return other, y, seen.left() if other > place else seen.right()
        return place, min(max(y, seen.top()), seen.bottom()), min(max(x, seen.left()), seen.right())

    def finish(self) -> bool:
        """Answer with what was drawn; give False where nothing was to be finished."""
        if self.drawing is None or self.asked is None:
            return False
        if self.drawing.is_begun:
            self.drawing.release()
        self._session.answer(self.asked.id, self.drawing.value())
        return True

    def undo(self) -> None:
        """Take back the last mark or point, else the last answer."""
        if not (self.drawing and self.drawing.undo()) and self._session.answers:
            self._session.undo(list(self._session.answers)[-1])
        self._paint()

    def press(self, at: QPointF) -> None:
        """Choose the picture under the mouse, or begin to draw on it."""
        found, asked = self._canvas.voxel_at(at.x(), at.y()), self.asked
        if found and self.drawing:
            self.drawing.press(found[0], self._canvas.slice, found[1])
        elif found and asked and asked.kind == "choice":
            self._session.answer(asked.id, found[0])
        self._paint()

    def move(self, at: QPointF) -> None:
        """Draw on."""
        found = self._canvas.voxel_at(at.x(), at.y())
        if found and self.drawing:
            self.drawing.move(found[1])
            self._paint()

    def release(self) -> None:
        """End a mark."""
        if self.drawing:
            self.drawing.release()
            self._paint()

    def _paint(self) -> None:
        self._canvas.set_marks([mark for drawing in self._drawings.values() for mark in drawing.drawn()])
