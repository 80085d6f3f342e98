"""The window of a rater: consent, display, trials and breaks, by the keyboard or the mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from qtpy.QtCore import QEvent, QPointF, Qt
from qtpy.QtGui import QCloseEvent, QMouseEvent

from synthscope.qt.rating.asker import Asker
from synthscope.qt.rating.view import ENTER, RatingView, timer
from synthscope.qt.rating.wording import help_of, keys_of, text_of
from synthscope.records.study_pack import Trial
from synthscope.services.rating.ahead import Ahead
from synthscope.services.rating.answers import unanswered
from synthscope.services.rating.session import RatingSession

_ENDED = ("done", "withdrawn", "closed")
_Mode = Literal["", "stop", "help", "comment"]


class RatingWindow(RatingView):
    """Leads through a session that was started.

    Parameters
    ----------
    picture : callable
        From a code to uint8 (Z, Y, X, C); called in a thread of its own.
    """

    def __init__(self, session: RatingSession, picture: Callable[[str], np.ndarray]) -> None:
        super().__init__(session)
        self._ahead = Ahead(picture)
        self._head = ""
        self._mode: _Mode = ""
        self._is_away = False
        self._next = timer(self, lambda: self.attempt(self._arm))
        self._asker = Asker(session, self.canvas)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        self.canvas.drawn.connect(self._drawn)
        self.canvas.gone.connect(self._gone)
        self.canvas.moved.connect(
            lambda at, zoom: self.attempt(lambda: self.session.look({"slice": at, "zoom": zoom}))
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
        if self.session.step != "closed":
            self.attempt(self._end)
        self._next.stop()
        self._ahead.close()
        event.accept()

    @property
    def _is_answering(self) -> bool:
        return self.session.step == "shown" and not self._mode and not self.is_stopped

    def _on_canvas(self, event: QMouseEvent) -> QPointF:
        return self.canvas.mapFrom(self, event.position())

    def take(self, key: int) -> None:
        """Do what a key means at this step."""
        if self._mode == "stop":
            self._take_stop(key)
        elif self._mode == "help":
            self._mode = ""
        elif key == Qt.Key.Key_Escape:
            self._escape()
        elif key in (Qt.Key.Key_H, Qt.Key.Key_Question):
            self._mode = "help"
        elif self.session.step == "shown":
            self._take_shown(key)
        elif self.session.step == "display" and not (self.checker.is_over and key in ENTER):
            self.checker.take(key)
        elif key in ENTER:
            self._go_on()

    def _escape(self) -> None:
        if self._mode == "comment":
            self._mode = ""
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

    def _take_shown(self, key: int) -> None:
        verbs: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Plus: lambda: self.canvas.zoom_by(1),
            Qt.Key.Key_Minus: lambda: self.canvas.zoom_by(-1),
            Qt.Key.Key_PageUp: lambda: self.canvas.step(-1),
            Qt.Key.Key_PageDown: lambda: self.canvas.step(1),
            Qt.Key.Key_Space: self.canvas.flick,
            Qt.Key.Key_R: lambda: self.session.note("flag_recognised"),
            Qt.Key.Key_C: lambda: setattr(self, "_mode", "comment"),
            Qt.Key.Key_P: self._pause,
            Qt.Key.Key_Backspace: self._asker.undo,
            **dict.fromkeys(ENTER, self._confirm),
            **dict.fromkeys((Qt.Key.Key_T, Qt.Key.Key_N), lambda: self._asker.draw_key(key)),
        }
        if key in verbs:
            verbs[key]()
        elif Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
            self._asker.number(key - Qt.Key.Key_0)

    def _typed(self, words: str) -> None:
        if self._mode == "comment":
            if words:
                self.session.note("comment", words)
            self._mode = ""
        else:
            self._asker.typed(words)
        self.entry.clear()

    def _confirm(self) -> None:
        if self._asker.finish() or unanswered(self.session.manifest.questions, self.session.answers):
            return
        if self.session.confirm():
            self._clear()
            self._wait_for_trial()

    def _clear(self) -> None:
        self.hiding.stop()
        self.canvas.hide_pictures()
        self._asker.forget()

    def _wait_for_trial(self) -> None:
        if self.session.step == "ready":
            self._ahead.begin(self.session.trial)
            self._next.start(self.session.manifest.showing.interval)

    def _pause(self) -> None:
        self._next.stop()
        self.canvas.cover(True)
        self.session.pause()
        self._clear()

    def _go_on(self) -> None:
        step = self.session.step
        if step == "consent":
            self.session.consent()
        elif step == "display":
            self.session.check_display(self.checker.check.found())
        elif step in ("break", "paused"):
            self.session.resume()
        elif step == "done":
            self._end()
        if self.session.step == "ready" and not self._next.isActive():
            self._wait_for_trial()

    def _arm(self) -> None:
        if self.session.step == "ready" and self.session.trial:
            trial = self.session.trial
            pictures = self._ahead.take(trial)  # before it is armed: reading takes no time of the trial
            self.session.arm()
            named, flicker = bool(trial.reference), self.session.manifest.showing.flicker
            self.canvas.show_pictures(pictures, reference=named, flicker=named and flicker)

    def _drawn(self) -> None:
        if self.session.step == "armed":
            self.attempt(self._onset, again=self._show_again)

    def _gone(self) -> None:
        if self.session.step == "shown" and not self.is_stopped:
            self.attempt(lambda: self.session.offset(self.frame_ms))

    def _onset(self) -> None:
        if sight := self.session.sight:
            self.hiding.start(in_frames(sight, self.frame_ms))  # it runs while the onset is saved
        self.session.onset()
        self._ahead.begin(_after(self.session.slot.trials, self.session.trial))

    def _show_again(self) -> None:
        self.session.lose_sight()
        self._wait_for_trial()

    def _end(self) -> None:
        self._head = self.session.close()

    def refresh(self) -> None:
        """Say what is asked."""
        texts = {"stop": keys_of(), "help": help_of(self.session), "comment": "Your comment, then Enter   Esc: none"}
        checked = self.checker.words() if self.session.step == "display" else ""
        self.say(texts.get(self._mode) or checked or text_of(self.session, self._head))
        if self._mode == "comment" or (self._asker.is_typed and not self._mode):
            self.entry.open()
        else:
            self.entry.shut()


def in_frames(sight: int, frame_ms: float) -> int:
    """Give the nearest whole number of frames, at least one, in ms."""
    return max(1, round(max(1, round(sight / frame_ms)) * frame_ms)) if frame_ms else sight


def _after(trials: tuple[Trial, ...], trial: Trial | None) -> Trial | None:
    following = trials[trials.index(trial) + 1 :] if trial else ()
    return following[0] if following else None
