"""What keys, mouse and typed words answer while a picture is in sight."""

from __future__ import annotations

from qtpy.QtCore import QPointF, Qt

from synthscope.qt.rating.canvas import RatingCanvas
from synthscope.qt.rating.wording import value_of
from synthscope.records.study import Question
from synthscope.services.rating.drawing import Drawing
from synthscope.services.rating.session import RatingSession

DRAWN = ("marks", "trace")
TYPED = ("count", "text")


class Asker:
    """Gives the session the answers to the questions of a trial, one question after another."""

    def __init__(self, session: RatingSession, canvas: RatingCanvas) -> None:
        self._session = session
        self._canvas = canvas
        self._drawings: dict[str, Drawing] = {}

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

    def forget(self) -> None:
        """Begin anew: another trial is in sight."""
        self._drawings = {}

    def number(self, number: int) -> None:
        """Take a number key: an answer, or the reason of the next mark."""
        asked, trial, drawing = self.asked, self._session.trial, self.drawing
        if drawing and asked:
            drawing.reason = asked.reasons[number - 1] if 1 <= number <= len(asked.reasons) else ""
        elif asked and trial:
            value = value_of(asked, len(trial.places), number, mirrored=self._session.slot.mirrored)
            if value is not None:
                self._session.answer(asked.id, value)

    def typed(self, words: str) -> None:
        """Take what was typed; what is no whole number answers no question for a count."""
        if self.asked and (self.asked.kind == "text" or (words.isascii() and words.isdigit() and len(words) < 10)):
            self._session.answer(self.asked.id, words if self.asked.kind == "text" else int(words))

    def draw_key(self, key: int) -> None:
        """Take the key for the next shape, or for the next line."""
        if self.drawing and key == Qt.Key.Key_T:
            self.drawing.next_shape()
        elif self.drawing and key == Qt.Key.Key_N:
            self.drawing.next_line()

    def finish(self) -> bool:
        """Answer with what was drawn; give False where nothing was to be finished."""
        if self.drawing is None or self.asked is None:
            return False
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
