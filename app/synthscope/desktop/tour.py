"""A tour of the window: steps that act, wait for what they caused, and take pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qtpy.QtCore import QObject, QTimer, Signal
from qtpy.QtWidgets import QWidget

from synthscope.errors import SynthscopeError, WorkError

POLL_MS = 40
PATIENCE_SECONDS = 300.0


@dataclass(frozen=True)
class Wait:
    """Go on when `until` is true; `what` names it, should it never come."""

    what: str
    until: Callable[[], bool]


@dataclass(frozen=True)
class Pause:
    """Go on after so many milliseconds: for what the eye or the mouse needs."""

    milliseconds: int


@dataclass(frozen=True)
class Shot:
    """Take a picture of the window and go on."""

    name: str
    caption: str


Step = Wait | Pause | Shot


@dataclass(frozen=True)
class Picture:
    """A picture that was taken."""

    path: Path
    caption: str


class Tour(QObject):
    """Plays steps on a window without blocking it.

    Signals
    -------
    ended(list of Picture, SynthscopeError or None)
        All steps are done, or one failed.
    """

    ended = Signal(object, object)

    def __init__(self, window: QWidget, steps: Iterator[Step], out: Path) -> None:
        super().__init__(window)
        self._window = window
        self._steps = steps
        self._out = out
        self._wait: Wait | None = None
        self._since = 0.0
        self.pictures: list[Picture] = []

    def start(self) -> None:
        """Begin with the first step."""
        self._later(0)

    def _go_on(self) -> None:
        try:
            self._act()
        except StopIteration:
            self.ended.emit(self.pictures, None)
        except SynthscopeError as error:
            self.ended.emit(self.pictures, error)
        except BaseException:
            self.ended.emit(self.pictures, WorkError("A step of the tour failed; the text above says where."))
            raise

    def _act(self) -> None:
        if self._wait is not None and not self._wait.until():
            if time.monotonic() - self._since > PATIENCE_SECONDS:
                raise WorkError(f"Waited {PATIENCE_SECONDS:.0f} seconds for {self._wait.what}; it did not come.")
            self._later(POLL_MS)
            return
        self._wait = None
        self._take(next(self._steps))

    def _take(self, step: Step) -> None:
        match step:
            case Wait():
                self._wait, self._since = step, time.monotonic()
                self._later(0)
            case Pause(milliseconds):
                self._later(milliseconds)
            case Shot(name, caption):
                self._shoot(name, caption)
                self._later(0)

    def _shoot(self, name: str, caption: str) -> None:
        path = self._out / f"{len(self.pictures) + 1:02d}-{name}.png"
        if not picture_of(self._window).save(str(path)):
            raise WorkError(f"The picture {path} could not be written; choose another folder.")
        self.pictures.append(Picture(path, caption))

    def _later(self, milliseconds: int) -> None:
        QTimer.singleShot(milliseconds, self._go_on)


def picture_of(window: QWidget) -> Any:
    """Take a picture of a window as it is on the screen, what OpenGL drew included."""
    screen = window.screen()
    corner = window.mapToGlobal(window.rect().topLeft())
    return screen.grabWindow(0, corner.x(), corner.y(), window.width(), window.height())
