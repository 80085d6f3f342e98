"""What can be taken back: one stack of named steps per session."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from qtpy.QtCore import QObject, Signal

DEPTH = 500


@dataclass(frozen=True, eq=False)
class Step:
    """One thing that was done, and how it is taken back.

    Parameters
    ----------
    name : str
        What was done, after *Undo*: ``grow the mask by 5 µm``.
    undo : callable
        Takes it back; whatever it needs that is gone (a deleted layer) must do no harm.
    """

    name: str
    undo: Callable[[], None]


class UndoStack(QObject):
    """The newest `DEPTH` steps; `changed` is emitted when the next step to take back is another."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: deque[Step] = deque(maxlen=DEPTH)
        self._undoing = False

    @property
    def undoing(self) -> bool:
        """Whether a step is being taken back now: what happens then is no new step."""
        return self._undoing

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all steps, the next to take back first."""
        return tuple(step.name for step in reversed(self._steps))

    def push(self, name: str, undo: Callable[[], None]) -> Step | None:
        """Remember a step that has been done, and give it; ignored while one is taken back."""
        if self._undoing:
            return None
        step = Step(name, undo)
        self._steps.append(step)
        self.changed.emit()
        return step

    def drop(self, step: Step) -> None:
        """Let one step stand, wherever it is: it can no longer be taken back."""
        if step in self._steps:
            self._steps.remove(step)
            self.changed.emit()

    def undo(self) -> str:
        """Take the last step back and give its name; empty when there is none."""
        if not self._steps:
            return ""
        step = self._steps.pop()
        self._undoing = True
        try:
            step.undo()
        finally:
            self._undoing = False
            self.changed.emit()
        return step.name

    def forget(self) -> None:
        """Let the last step stand: it can no longer be taken back."""
        if self._steps:
            self._steps.pop()
            self.changed.emit()

    def clear(self) -> None:
        """Forget all steps, as when another project is opened."""
        self._steps.clear()
        self.changed.emit()
