"""What the window of a rater consists of, and its screen for what went wrong."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from synthscope.errors import SynthscopeError
from synthscope.qt.rating.canvas import SURROUND, RatingCanvas
from synthscope.qt.rating.checking import DisplayChecker, anywhere
from synthscope.qt.rating.entry import Entry
from synthscope.qt.rating.keys import ENTER, key_of
from synthscope.qt.rating.sheet import Sheet
from synthscope.services.rating.display import DisplayCheck
from synthscope.services.rating.session import RatingSession

_STYLE = f"background: {SURROUND.name()}; color: black; font-size: 16pt;"

_LINES = 5
"""Of words below the pictures."""


class RatingView(QWidget):
    """Pictures, words below them, a line to type in, and how far the study is."""

    def __init__(self, session: RatingSession) -> None:
        super().__init__()
        self.session = session
        self._again: Callable[[], object] | None = None
        self.canvas = RatingCanvas(zoom=session.manifest.showing.zoom)
        self.checker = DisplayChecker(DisplayCheck(anywhere(), session.progress.display))
        self.hiding = timer(self, self.hide_picture)
        self.words = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.entry = Entry()
        self.sheet = Sheet(self)
        self.again = QPushButton("Try again")
        self.progress = QProgressBar(textVisible=False, maximum=max(1, len(session.slot.trials)))
        self._lay_out()
        self.again.clicked.connect(self.retry)

    def _lay_out(self) -> None:
        self.setWindowTitle("Study")
        self.setStyleSheet(_STYLE)
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
        box = QVBoxLayout(self)
        box.addWidget(self.canvas, 1)
        box.addWidget(self.checker, 1)
        box.addWidget(self.words)
        box.addWidget(self.entry)
        box.addWidget(self.again, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addWidget(self.progress)
        self.words.ensurePolished()
        self.words.setMinimumHeight(_LINES * self.words.fontMetrics().lineSpacing())

    @property
    def is_stopped(self) -> bool:
        """Whether something went wrong and was not tried again."""
        return self._again is not None

    def say(self, words: str) -> None:
        """Show words, and how far the study is."""
        self.canvas.setVisible(self.session.step in ("ready", "armed", "shown"))
        self.checker.setVisible(self.session.step == "display")
        self.words.setText(words)
        self.progress.setValue(len(self.session.slot.trials) - self.session.remaining)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take a key; one that is held down counts once, but for those that move something."""
        key = key_of(event.key(), event.modifiers())  # the event is gone at another try
        if event.isAutoRepeat() and not self.moves(key):
            return
        if not self.is_stopped:
            self.attempt(lambda: self.take(key))
        elif event.key() in ENTER:
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
