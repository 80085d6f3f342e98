"""Step 1 of a study: which images are real, and which were made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.parts.set_members import OpenSet
from napari_synthscope.parts.set_pick import SetPick
from napari_synthscope.parts.sets_choice import Part, SetsChoice
from synthscope.qt.wheel import guard_wheel
from synthscope.records.image import Image

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

REAL = "real"
REAL_TIP = "Real images; best ones that no generator has learned from"
MADE_TIP = "Made images: those of one generator are one arm of the study, several generators are compared"
CASES = (
    ("image", "each image is one", "Every image was taken from something of its own"),
    ("name", "first part of the name", "What stands before the first _ or - of an image's name"),
)


class ImagesStep(QWidget):
    """Edits which images make the arms of a study.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.real = SetPick("Real", REAL_TIP, "Open real images, or add a folder of them here.")
        self.made = SetPick("Synthetic", MADE_TIP, "Run a generator in step 3, or add images here.")
        self.cases = QComboBox()
        self.choice = SetsChoice(session, (Part(self.real, REAL), Part(self.made, with_runs=True)), self)
        # lay out
        for data, words, tip in CASES:
            self.cases.addItem(words, data)
            self.cases.setItemData(self.cases.count() - 1, tip)
        guard_wheel(self.cases)
        label = field_label("Cases", "What images of one origin are known by; they never follow each other", self.cases)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.real, self.made, label, self.cases):
            column.addWidget(widget)
        # connect
        self.choice.opened.connect(self._say)
        self.cases.currentIndexChanged.connect(lambda _index: self.value_changed.emit())

    def value(self) -> tuple[OpenSet, ...]:
        """Give the arms as they were opened, the real one first; none while they are being opened."""
        parts = self.choice.value()
        return () if parts is None else tuple(one for part in parts for one in part.sets)

    def rule(self) -> str:
        """Give how cases are told from names."""
        return str(self.cases.currentData())

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        parts = self.choice.value()
        if parts is None:
            return "Opening what is ticked…"
        if self.choice.problem():
            return self.choice.problem()
        real, made = parts
        if not real.sets and len(made.sets) < 2:
            return "Tick real images, or synthetic ones of two generators to compare."
        return "" if made.sets else "Tick synthetic images: a study holds them against real ones."

    def _say(self) -> None:
        parts = self.choice.value()
        if parts is not None:
            for pick, part in zip((self.real, self.made), parts, strict=True):
                pick.say("\n".join(f"{one.name}: {_count(one)}" for one in part.sets), part.problem)
        self.value_changed.emit()


def _count(opened: OpenSet) -> str:
    images = len(opened.images)
    slices = sum(_slices(one.image) for one in opened.images)
    words = f"{images} image{'s' * (images != 1)}"
    return words if slices == images else f"{words}, {slices} slices"


def _slices(image: Image) -> int:
    """Count the slices of an image, all moments together."""
    return math.prod(n for n, axis in zip(image.shape, image.space.axes, strict=True) if axis in "tz")
