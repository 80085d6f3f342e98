"""What the window of a rater consists of, and its screen for what went wrong."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QKeyEvent, QResizeEvent
from qtpy.QtWidgets import QGridLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from synthscope.errors import SynthscopeError
from synthscope.qt.rating.canvas import SURROUND, RatingCanvas
from synthscope.qt.rating.checking import STAGES, DisplayChecker, anywhere
from synthscope.qt.rating.entry import Entry
from synthscope.qt.rating.keys import ENTER, LARGER, key_of
from synthscope.qt.rating.lettering import first_size, next_size, points_of
from synthscope.qt.rating.sheet import Sheet
from synthscope.qt.rating.wording import questions_of
from synthscope.qt.rating.words_area import WordsArea
from synthscope.services.rating.display import DisplayCheck
from synthscope.services.rating.session import RatingSession

_TRIAL = ("ready", "armed", "shown")
_ASIDE = 24
"""Pixels beside the words, both sides together."""
_LOOK_MS = 1000
"""How often it is asked whether answers were sent."""
Sending = Callable[[], str]
"""Says in a few words how far the sending of answers is."""


class RatingView(QWidget):
    """Pictures, words below them, a line to type in, how far the study is, and whether its answers were sent.

    Parameters
    ----------
    sending : callable, optional
        Asked now and then while no picture is in sight; None where nothing is sent.
    """

    def __init__(self, session: RatingSession, sending: Sending | None = None) -> None:
        super().__init__()
        self.session = session
        self._sending = sending
        self._size = first_size()
        self._again: Callable[[], object] | None = None
        self.canvas = RatingCanvas(zoom=session.manifest.showing.zoom)
        self.checker = DisplayChecker(DisplayCheck(anywhere(), session.progress.display))
        self.hiding = timer(self, self.hide_picture)
        self.area = WordsArea()
        self.sent = QLabel(alignment=Qt.AlignmentFlag.AlignRight)
        self.entry = Entry()
        self.sheet = Sheet(self)
        self.again = QPushButton("Try again")
        self.progress = QProgressBar(textVisible=False, maximum=max(1, len(session.slot.trials)))
        self._lay_out()
        self.again.clicked.connect(self.retry)
        self._begin_to_look()

    def _lay_out(self) -> None:
        self.setWindowTitle("Study")
        self._write()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.again.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Enter does the same
        self.again.setStyleSheet("background: white; border: 1px solid black; padding: 8px 24px;")
        self.progress.setFixedHeight(4)
        self.progress.setStyleSheet("QProgressBar { border: 0; } QProgressBar::chunk { background: black; }")
        for part in (self.entry, self.again):  # a picture must not move when they come
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            part.setSizePolicy(policy)
            part.hide()
        one_of = QGridLayout()  # the line to type in or the button, never both
        one_of.addWidget(self.entry, 0, 0)
        one_of.addWidget(self.again, 0, 0, Qt.AlignmentFlag.AlignHCenter)
        box = QVBoxLayout(self)
        box.addWidget(self.canvas, 1)
        box.addWidget(self.checker, 1)
        box.addWidget(self.area)
        box.addLayout(one_of)
        box.addWidget(self.sent)
        box.addWidget(self.progress)

    def _begin_to_look(self) -> None:
        self.sent.setVisible(self._sending is not None)
        if self._sending is not None:
            looking = QTimer(self)
            looking.timeout.connect(self.look_at_sending)
            looking.start(_LOOK_MS)
            self.look_at_sending()

    @property
    def words(self) -> QLabel:
        """What is said."""
        return self.area.words

    def look_at_sending(self) -> None:
        """Say how far the sending is; what is said does not change while a picture is awaited or in sight."""
        if self._sending is not None and (self.session.step not in ("armed", "shown") or not self.sent.text()):
            self.sent.setText(self._sending())

    def enlarge(self) -> None:
        """Write in the next size; pictures become smaller for it, all alike."""
        self._size = next_size(self._size)
        self._write()
        self._fit()
        if not self.is_stopped:
            self.refresh()

    def _write(self) -> None:
        self.setStyleSheet(f"background: {SURROUND.name()}; color: black; font-size: {points_of(self._size)}pt;")
        self.sent.setStyleSheet(f"font-size: {points_of(self._size) - 2}pt;")

    def _fit(self) -> None:
        """Give words the room that they need: in trials and in the check one and the same, else all there is."""
        checks = self.session.step == "display" and not self.checker.is_over
        if checks or self.session.step in _TRIAL:
            texts = STAGES if checks else questions_of(self.session.manifest)
            self.area.fix(texts, self.width() - _ASIDE, self.height())
        else:
            self.area.loosen()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Give words their room again."""
        super().resizeEvent(event)
        self._fit()

    @property
    def is_stopped(self) -> bool:
        """Whether something went wrong and was not tried again."""
        return self._again is not None

    def say(self, words: str) -> None:
        """Show words, and how far the study is."""
        self.canvas.setVisible(self.session.step in _TRIAL)
        self.checker.setVisible(self.session.step == "display" and not self.checker.is_over)
        self._fit()
        self.area.say(words)
        self.look_at_sending()
        self.progress.setValue(len(self.session.slot.trials) - self.session.remaining)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take a key; one that is held down counts once, but for those that move something."""
        key = key_of(event.key(), event.modifiers())  # the event is gone at another try
        if event.isAutoRepeat() and not self.moves(key):
            return
        if key == LARGER:
            self.enlarge()
        elif not self.is_stopped:
            self.attempt(lambda: self.take(key))
        elif not self.area.scroll(key) and event.key() in ENTER:
            self.retry()

    def moves(self, key: int) -> bool:
        """Tell whether a key that is held down moves something on and on."""
        del key
        return False

    def hide_picture(self) -> None:
        """End the sight of the pictures: behind a mask where the trial has an exposure of its own."""
        trial = self.session.trial
        if self.session.step == "shown" and trial:
            self.canvas.end_sight(masked=trial.exposure_ms > 0)

    @property
    def frame_ms(self) -> float:
        """Time of one frame of the screen that shows the window; 0 where the screen does not say."""
        rate = self.screen().refreshRate()
        return 1000 / rate if rate > 0 else 0.0

    def take(self, key: int) -> None:
        """Do what a key means at this step."""

    def refresh(self) -> None:
        """Say what is asked."""

    def attempt(self, verb: Callable[[], object], again: Callable[[], object] | None = None) -> None:
        """Do something and say what is asked next; where it fails, hide the picture and offer to try again.

        Parameters
        ----------
        again : callable, optional
            What to do at another try; None for the same.
        """
        try:
            verb()
        except SynthscopeError as error:
            self._again = again or verb
            self.canvas.cover(True)
            self.say(f"{error.sentence}\n\nNothing that was confirmed is lost. Enter: try again")
            self.entry.shut()
            self.again.show()
        else:
            self.refresh()

    def retry(self) -> None:
        """Try again what failed."""
        verb, self._again = self._again, None
        self.again.hide()
        if verb:
            self.canvas.cover(bool(self.session.sight) and not self.hiding.isActive())
            self.attempt(verb)


def timer(parent: QWidget, verb: Callable[[], object]) -> QTimer:
    """Make a timer that runs once at each start, exact to the millisecond."""
    made = QTimer(parent)
    made.setSingleShot(True)
    made.setTimerType(Qt.TimerType.PreciseTimer)
    made.timeout.connect(verb)
    return made
