"""Number of candidates and their seeds: a fresh one each time, or the same again."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QGridLayout, QLabel, QWidget

from synthscope.qt.buttons import IconButton
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark
from synthscope.services.choosing import MAX_CANDIDATES

MAX_SEED = 2**63 - MAX_CANDIDATES - 1


class SeedEdit(QWidget):
    """Edits how many candidates are made and the seed of the first; the others follow by one each.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last = 0
        self._locked = False
        # create
        self.count = NumberEdit(int)
        self.seed = NumberEdit(int)
        self.lock = IconButton("lock-open-variant-outline", "")
        self.recall = IconButton("history", "")
        # lay out
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(_label("Candidates", "How many to make; each has a seed of its own", self.count), 0, 0)
        grid.addWidget(self.count, 0, 1)
        grid.addWidget(_label("Seed", "The same seed, settings and image give the same voxels again", self.seed), 1, 0)
        grid.addWidget(self.seed, 1, 1)
        grid.addWidget(self.lock, 1, 2)
        grid.addWidget(self.recall, 1, 3)
        # connect
        self.count.value_changed.connect(lambda _value: self._changed())
        self.seed.value_changed.connect(lambda _value: self._changed())
        self.lock.clicked.connect(lambda: self.set_locked(not self._locked))
        self.recall.clicked.connect(lambda: self.use(self._last))
        self.count.set_value(4)
        self.seed.set_value(0)
        self.set_locked(False)
        self.recall.setEnabled(False)

    @property
    def locked(self) -> bool:
        """Whether the seed stays after a run."""
        return self._locked

    def value(self) -> tuple[int, int] | None:
        """Give (count, seed); None while `problem` has something to say."""
        count, seed = self.count.value(), self.seed.value()
        return None if self.problem() or count is None or seed is None else (int(count), int(seed))

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        count, seed = self.count.value(), self.seed.value()
        if count is None or not 1 <= count <= MAX_CANDIDATES:
            return f"Number of candidates is {self.count.text()!r}; give 1 to {MAX_CANDIDATES}."
        if seed is None or not 0 <= seed <= MAX_SEED:
            return f"Seed is {self.seed.text()!r}; give a whole number from 0 to {MAX_SEED}."
        return ""

    def set_locked(self, locked: bool) -> None:
        """Keep the seed after a run, or let the next run go on with fresh ones."""
        self._locked = locked
        self.lock.set_icon("lock-outline" if locked else "lock-open-variant-outline", strong=locked)
        words = (
            "The next run uses this seed again; press for fresh ones"
            if locked
            else ("The next run goes on with fresh seeds; press to keep this one")
        )
        self.lock.set_words(words)

    def use(self, seed: int) -> None:
        """Set a seed and keep it."""
        self.seed.set_value(seed)
        self.set_locked(True)

    def used(self, seeds: tuple[int, ...]) -> None:
        """Note the seeds of a run that was begun, and go on to fresh ones unless locked."""
        self._last = seeds[0]
        self.recall.setEnabled(True)
        self.recall.set_words(f"Use the seed of the last run again: {self._last}")
        if not self._locked:
            self.seed.set_value(seeds[-1] + 1)

    def _changed(self) -> None:
        problem = self.problem()
        set_mark(self.count.line, "invalid", "candidates" in problem)
        set_mark(self.seed.line, "invalid", problem.startswith("Seed"))
        self.value_changed.emit()


def _label(words: str, tip: str, buddy: QWidget) -> QLabel:
    label = QLabel(words)
    label.setToolTip(tip)
    label.setBuddy(buddy)
    label.setMinimumWidth(88)
    buddy.setAccessibleName(words)
    buddy.setToolTip(tip)
    return label
