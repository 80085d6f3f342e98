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
        Takes it back; whatever it needs that is gone (a deleted layer) must do no harm. False says that
        nothing was taken back.
    redo : callable, optional
        Does it again on what `undo` left; False says that nothing was done.
    """

    name: str
    undo: Callable[[], object]
    redo: Callable[[], object] | None = None


class UndoStack(QObject):
    """The newest `DEPTH` steps; `changed` is emitted when the next step to take back is another."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: deque[Step] = deque(maxlen=DEPTH)
        self._undone: list[Step] = []
        self._undoing = False

    @property
    def undoing(self) -> bool:
        """Whether a step is being taken back or done again now: what happens then is no new step."""
        return self._undoing

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all steps, the next to take back first."""
        return tuple(step.name for step in reversed(self._steps))

    @property
    def undone(self) -> tuple[str, ...]:
        """Names of the steps that can be done again, the next one first."""
        return tuple(step.name for step in reversed(self._undone))

    def push(self, name: str, undo: Callable[[], object], redo: Callable[[], object] | None = None) -> Step | None:
        """Remember a step that has been done, and give it; ignored while one is taken back.

        What was taken back before can no longer be done again.
        """
        if self._undoing:
            return None
        step = Step(name, undo, redo)
        self._steps.append(step)
        self._undone.clear()
        self.changed.emit()
        return step

    def drop(self, step: Step) -> None:
        """Let one step stand, wherever it is: it can no longer be taken back."""
        if step in self._steps:
            self._steps.remove(step)
            self._undone.clear()
            self.changed.emit()

    def undo(self) -> str:
        """Take the last step back and give its name; empty when there is none.

        A step that cannot be done again, or of which nothing was taken back, ends what can be: the steps
        after it were done on what it left.
        """
        if not self._steps:
            return ""
        step = self._steps.pop()
        self._apply(step, step.undo, self._undone if step.redo is not None else None)
        return step.name

    def redo(self) -> str:
        """Do the step again that was taken back last, and give its name; empty when there is none."""
        if not self._undone:
            return ""
        step = self._undone.pop()
        assert step.redo is not None
        self._apply(step, step.redo, self._steps)
        return step.name

    def _apply(self, step: Step, act: Callable[[], object], then: deque[Step] | list[Step] | None) -> None:
        self._undoing = True
        done: object = False
        try:
            done = act()
        finally:
            self._undoing = False
            if then is None or done is False:
                self._undone.clear()
            else:
                then.append(step)
            self.changed.emit()

    def forget(self) -> None:
        """Let the last step stand: it can no longer be taken back."""
        if self._steps:
            self._steps.pop()
            self._undone.clear()
            self.changed.emit()

    def clear(self) -> None:
        """Forget all steps, as when another project is opened."""
        self._steps.clear()
        self._undone.clear()
        self.changed.emit()
