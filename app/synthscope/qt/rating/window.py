"""The window of a rater: consent, display, trials and breaks, by the keyboard or the mouse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QCloseEvent, QKeyEvent, QMouseEvent
from qtpy.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from synthscope.errors import SynthscopeError
from synthscope.qt.rating.canvas import SURROUND, RatingCanvas
from synthscope.qt.rating.wording import check_kinds, keys_of, text_of, value_of
from synthscope.services.rating.answers import unanswered
from synthscope.services.rating.session import RatingSession

_STYLE = f"background: {SURROUND.name()}; color: black; font-size: 16pt;"


class RatingWindow(QWidget):
    """Leads through a session that was started.

    Parameters
    ----------
    picture : callable
        From a code to uint8 (Z, Y, X, C).

    Raises
    ------
    InputError
        If a question cannot be answered by number keys.
    """

    def __init__(self, session: RatingSession, picture: Callable[[str], np.ndarray]) -> None:
        super().__init__()
        check_kinds(session.manifest.questions)
        self.session = session
        self._picture = picture
        self._head = ""
        self._asking = False
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._show_trial)
        self.canvas = RatingCanvas(zoom=session.manifest.showing.zoom)
        self.words = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.progress = QProgressBar(textVisible=False, maximum=max(1, len(session.slot.trials)))
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        self.setStyleSheet(_STYLE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.progress.setFixedHeight(4)
        self.progress.setStyleSheet("QProgressBar { border: 0; } QProgressBar::chunk { background: black; }")
        box = QVBoxLayout(self)
        box.addWidget(self.canvas, 1)
        box.addWidget(self.words)
        box.addWidget(self.progress)

    def _connect(self) -> None:
        self.canvas.drawn.connect(lambda: self._try(self.session.onset))
        self.canvas.moved.connect(
            lambda at, zoom: self._try(lambda: self.session.look({"slice": at, "zoom": zoom}))
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take a key; one that is held down counts once."""
        if not event.isAutoRepeat():
            self._try(lambda: self._take(event.key()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the picture under the mouse."""
        at = self.canvas.mapFrom(self, event.position().toPoint())
        place = self.canvas.place_at(at.x(), at.y())
        if place is not None and self.session.step == "shown":
            number = place + 1 - bool(self.session.trial and self.session.trial.reference)
            if number:  # the reference is no answer
                self._try(lambda: self._give(number, choices_only=True))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """End the session."""
        if self.session.step != "closed":
            self._try(self._end)
        event.accept()

    def _take(self, key: int) -> None:
        if self._asking:
            self._take_stop(key)
        elif key == Qt.Key.Key_Escape and self.session.step not in ("done", "withdrawn", "closed"):
            self._asking = True
        elif self.session.step == "shown":
            self._take_shown(key)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go_on()

    def _take_stop(self, key: int) -> None:
        if key in (Qt.Key.Key_K, Qt.Key.Key_D):
            self.session.withdraw(keep=key == Qt.Key.Key_K)
            self.canvas.hide_pictures()
            self._end()
        self._asking = self._asking and key not in (Qt.Key.Key_K, Qt.Key.Key_D, Qt.Key.Key_Escape)

    def _take_shown(self, key: int) -> None:
        verbs: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Plus: lambda: self.canvas.zoom_by(1),
            Qt.Key.Key_Minus: lambda: self.canvas.zoom_by(-1),
            Qt.Key.Key_PageUp: lambda: self.canvas.step(-1),
            Qt.Key.Key_PageDown: lambda: self.canvas.step(1),
            Qt.Key.Key_R: lambda: self.session.note("flag_recognised"),
            Qt.Key.Key_P: self._pause,
            Qt.Key.Key_Return: self._confirm,
            Qt.Key.Key_Enter: self._confirm,
            Qt.Key.Key_Backspace: self._undo,
        }
        if key in verbs:
            verbs[key]()
        elif Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
            self._give(key - Qt.Key.Key_0)

    def _give(self, number: int, *, choices_only: bool = False) -> None:
        waiting = [each for each in self.session.manifest.questions if each.id not in self.session.answers]
        trial = self.session.trial
        if waiting and trial and not (choices_only and waiting[0].kind != "choice"):
            value = value_of(waiting[0], len(trial.places), number, mirrored=self.session.slot.mirrored)
            if value is not None:
                self.session.answer(waiting[0].id, value)

    def _undo(self) -> None:
        if self.session.answers:
            self.session.undo(list(self.session.answers)[-1])

    def _confirm(self) -> None:
        if not unanswered(self.session.manifest.questions, self.session.answers) and self.session.confirm():
            self.canvas.hide_pictures()
            self._after_trial()

    def _after_trial(self) -> None:
        if self.session.step == "ready":
            self._next.start(self.session.manifest.showing.interval)

    def _pause(self) -> None:
        self.session.pause()
        self.canvas.hide_pictures()

    def _go_on(self) -> None:
        step = self.session.step
        if step == "consent":
            self.session.consent()
        elif step == "display":
            size = self.screen().size()
            found = {"device_pixel_ratio": self.devicePixelRatioF(), "pixels": [size.width(), size.height()]}
            self.session.check_display(found)
        elif step in ("break", "paused"):
            self.session.resume()
        elif step == "done":
            self._end()
        if self.session.step == "ready" and not self._next.isActive():
            self._after_trial()

    def _show_trial(self) -> None:
        self._try(self._arm)

    def _arm(self) -> None:
        if self.session.step == "ready" and self.session.trial:
            trial = self.session.trial
            codes = (*([trial.reference] if trial.reference else []), *trial.places)
            pictures = [self._picture(code) for code in codes]  # before it is armed: reading takes no time of the trial
            self.session.arm()
            self.canvas.show_pictures(pictures)

    def _end(self) -> None:
        self._head = self.session.close()

    def _try(self, verb: Callable[[], object]) -> None:
        try:
            verb()
        except SynthscopeError as error:
            self.words.setText(f"{error.sentence} Nothing that was confirmed is lost. Mend it, then press Enter again.")
        else:
            self._refresh()

    def _refresh(self) -> None:
        self.progress.setValue(len(self.session.slot.trials) - self.session.remaining)
        self.words.setText(keys_of() if self._asking else text_of(self.session, self._head))
