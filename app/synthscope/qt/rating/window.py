"""The window of a rater: consent, display, trials and breaks, by the keyboard or the mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from qtpy.QtCore import QEvent, QPointF, Qt
from qtpy.QtGui import QCloseEvent, QMouseEvent

from synthscope.qt.rating.asker import Asker
from synthscope.qt.rating.keys import ARROWS, ENTER, FINE, KeyRow, Verb, help_of, keys_of_trials
from synthscope.qt.rating.trials import RatingTrials
from synthscope.qt.rating.view import Sending
from synthscope.qt.rating.wording import ERASING, keys_of, text_of, view_of
from synthscope.services.rating.answers import unanswered
from synthscope.services.rating.session import RatingSession
from synthscope.services.rating.withdrawing import erase_answers, is_erasable

_ENDED = ("done", "withdrawn", "closed")
_Mode = Literal["", "stop", "help", "comment", "erase"]


class RatingWindow(RatingTrials):
    """Leads through a session that was started.

    Parameters
    ----------
    picture : callable
        From a code to uint8 (Z, Y, X, C); called in a thread of its own.
    sending : callable, optional
        See `RatingView`.
    """

    def __init__(
        self, session: RatingSession, picture: Callable[[str], np.ndarray], sending: Sending | None = None
    ) -> None:
        super().__init__(session, picture, sending)
        self._head = ""
        self._mode: _Mode = ""
        self._is_away = False
        self._asker = Asker(session, self.canvas)
        self._rows: dict[int, KeyRow] = {key: row for row in keys_of_trials(session.manifest) for key in row.keys}
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        self.canvas.moved.connect(
            lambda at, zoom, front: self.attempt(lambda: self.session.look(view_of(at, zoom, front)))
        )
        self.checker.changed.connect(self.refresh)
        self.entry.entered.connect(lambda words: self.attempt(lambda: self._typed(words)))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the picture under the mouse, or draw on it."""
        at = self._on_canvas(event)
        if self._is_answering:
            self.attempt(lambda: self._asker.press(at))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Draw on."""
        if self._is_answering:
            self._asker.move(self._on_canvas(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End a mark."""
        del event
        if self._is_answering:
            self._asker.release()

    def event(self, event: QEvent) -> bool:
        """Keep that the window lost or gained the focus while trials run."""
        lost = event.type() == QEvent.Type.WindowDeactivate
        back = event.type() == QEvent.Type.WindowActivate and self._is_away
        if (lost or back) and self.session.step in ("ready", "armed", "shown") and not self.is_stopped:
            self._is_away = lost
            self.attempt(lambda: self.session.note("focus_lost" if lost else "focus_gained"))
        return bool(super().event(event))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """End the session; a trial in sight is interrupted."""
        if self.session.step not in ("closed", "withdrawn"):
            self.attempt(self._end)
        self.leave()
        event.accept()

    @property
    def _is_answering(self) -> bool:
        return self.session.step == "shown" and not self._mode and not self.is_stopped

    def _on_canvas(self, event: QMouseEvent) -> QPointF:
        return self.canvas.mapFrom(self, event.position())

    def take(self, key: int) -> None:
        """Do what a key means at this step."""
        modes = {"stop": self._take_stop, "help": self._take_help, "erase": self._take_erase}
        if self._mode in modes:
            modes[self._mode](key)
        elif key == Qt.Key.Key_Escape:
            self._escape()
        elif key in (Qt.Key.Key_H, Qt.Key.Key_Question) and self._mode != "comment":
            self._mode = "help"
        elif key == Qt.Key.Key_E and is_erasable(self.session):
            self._mode = "erase"
        elif self._is_answering:
            self._take_shown(key)
        elif self.session.step == "display" and not (self.checker.is_over and key in ENTER):
            self._take_display(key)
        elif key in ENTER:
            self._go_on()
        else:
            self.area.scroll(key)

    def _take_display(self, key: int) -> None:
        if not (self.checker.is_over and self.area.scroll(key)):
            self.checker.take(key)

    def _escape(self) -> None:
        if self._mode == "comment":
            self._mode = ""
        elif self.session.step in ("closed", "withdrawn"):
            self.close()
        elif self.session.step not in _ENDED:
            if self.session.step in ("ready", "armed", "shown"):
                self._pause()
            self._mode = "stop"

    def _take_stop(self, key: int) -> None:
        if key in (Qt.Key.Key_K, Qt.Key.Key_D):
            self.session.withdraw(keep=key == Qt.Key.Key_K)
            self.canvas.hide_pictures()
            self._end()
        if key in (Qt.Key.Key_K, Qt.Key.Key_D, Qt.Key.Key_Escape):
            self._mode = ""

    def _take_help(self, key: int) -> None:
        self._mode = "help" if self.sheet.scroll(key) else ""

    def _take_erase(self, key: int) -> None:
        if key in ENTER:
            self._head = erase_answers(self.session)
        if key in (*ENTER, Qt.Key.Key_Escape):
            self._mode = ""

    def moves(self, key: int) -> bool:
        """Tell whether it is an arrow key that moves the cross, or a measure of the display."""
        return (key in ARROWS or key in FINE) and (self.session.step == "display" or self._asker.drawing is not None)

    def _take_shown(self, key: int) -> None:
        row, canvas = self._rows.get(key), self.canvas
        verbs: dict[Verb, Callable[[], object]] = {
            "confirm": self._confirm,
            "zoom in": lambda: canvas.zoom_by(1),
            "zoom out": lambda: canvas.zoom_by(-1),
            "slice back": lambda: canvas.step(-1),
            "slice on": lambda: canvas.step(1),
            "flick": canvas.flick,
            "recognised": lambda: self.session.note("flag_recognised"),
            "comment": lambda: setattr(self, "_mode", "comment"),
            "pause": self._pause,
        }
        if row and row.verb in verbs:
            verbs[row.verb]()
        elif row:
            self._asker.take(row.verb, key)

    def _typed(self, words: str) -> None:
        if self._mode == "comment":
            if words:
                self.session.note("comment", words)
            self._mode = ""
        else:
            self._asker.typed(words)
            if not words and self._asker.is_typed:
                self._confirm()  # it may be left without an answer, or else nothing happens
        self.entry.clear()

    def _confirm(self) -> None:
        if self._asker.finish() or unanswered(self.session.manifest.questions, self.session.answers):
            return
        if self.session.confirm():
            self.clear()
            self.wait_for_trial()

    def clear(self) -> None:
        """Leave nothing of the trial."""
        super().clear()
        self._asker.forget()

    def _pause(self) -> None:
        self.stay()
        self.canvas.cover(True)
        self.session.pause()
        self.clear()

    def _go_on(self) -> None:
        step = self.session.step
        if step == "consent":
            if self.area.page_on():
                return  # nobody agrees to what was not in sight
            self.session.consent()
        elif step == "display":
            self.session.check_display(self.checker.check.found())
        elif step in ("break", "paused"):
            self.session.resume()
        elif step == "done":
            self._end()
        if self.session.step == "ready" and not self.is_waiting:
            self.wait_for_trial()

    def _end(self) -> None:
        self._head = self.session.close()

    def refresh(self) -> None:
        """Say what is asked."""
        texts = {"stop": keys_of(), "erase": ERASING, "comment": "Your comment, then Enter   Esc: none"}
        checked = self.checker.words() if self.session.step == "display" else ""
        asked = "\n".join(part for part in (text_of(self.session, self._head), self._asker.next_mark) if part)
        self.say(texts.get(self._mode) or checked or asked)
        if self._mode == "comment" or (self._asker.is_typed and not self._mode):
            question = self._asker.asked
            self.entry.open(digits=not self._mode and question is not None and question.kind == "count")
        else:
            self.entry.shut()
        self.sheet.tell(help_of(self.session.manifest) if self._mode == "help" else "")
