"""Step 2 of a study: which images are real, and which were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.parts.set_members import OpenSet, inputs_of
from napari_synthscope.parts.set_pick import SetPick
from napari_synthscope.parts.sets_choice import Part, SetsChoice
from napari_synthscope.studying.arms_edit import ArmsEdit
from synthscope.qt.buttons import Fold, TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.wheel import guard_wheel
from synthscope.records.evaluation import ImageSet
from synthscope.records.study import Arm, StudyDesign
from synthscope.services.project import Project

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

REAL = "real"
REAL_TIP = "Real images; best ones that no generator has learned from"
MADE_TIP = "Made images: those of one generator are one set of the study, several generators are compared"
CASES = (
    ("image", "each image is one", "Every image was taken from something of its own"),
    ("name", "first part of the name", "What stands before the first _ or - of an image's name"),
    ("order", "by their order", "The first images of all sets show the same thing, the second ones, and so on"),
)
MOST, SIDE, DEPTH = 24, 256, 1


@dataclass(frozen=True)
class Cut:
    """Fields to cut of each set: their number, and their side and depth in voxels."""

    most: int
    side: int
    depth: int

    @property
    def size(self) -> tuple[int, int, int]:
        """(Z, Y, X)."""
        return self.depth, self.side, self.side


class CutEdit(QWidget):
    """Edits whether larger images are cut into fields, and how."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.most, self.side, self.depth = NumberEdit(int), NumberEdit(int, unit="px"), NumberEdit(int)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        for words, tip, edit, number in (
            ("Fields", "Of each set, at most, spread over all of it", self.most, MOST),
            ("Side", "Of a field; raters see all of it", self.side, SIDE),
            ("Slices", "Of a field; 1 for single images", self.depth, DEPTH),
        ):
            edit.set_value(number)
            form.addRow(field_label(words, tip, edit), edit)

    def value(self) -> Cut | None:
        """Give how to cut; None where a number is wrong."""
        numbers = [edit.value() for edit in (self.most, self.side, self.depth)]
        if any(number is None or number < 1 for number in numbers):
            return None
        most, side, depth = (int(number) for number in numbers if number is not None)
        return Cut(most, side, depth)


class ImagesStep(QWidget):
    """Edits which images make the sets of a study.

    Signals
    -------
    value_changed()
    replacing(str)
        A set is about to be taken out: what may be undone.
    add_pressed(), cut_pressed()
        What is ticked is to become sets, as it is or cut into fields.
    """

    value_changed = Signal()
    replacing = Signal(str)
    add_pressed = Signal()
    cut_pressed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.arms = ArmsEdit()
        self.real = SetPick("Real", REAL_TIP, "Open real images, or add a folder of them here.")
        self.made = SetPick("Synthetic", MADE_TIP, "Run a generator in step 3, or add images here.")
        self.cases = QComboBox()
        self.add = TextButton("Add as they are", name="plus", role="primary", tip="Each image is shown whole")
        self.reason = WrappingLabel(role="warning")
        self.cut = CutEdit()
        self.add_cut = TextButton("Cut and add", name="crop", tip="Fields of one size are cut, and shown")
        self.choice = SetsChoice(session, (Part(self.real, REAL), Part(self.made, with_runs=True)), self)
        # lay out
        self._lay_out()
        # connect
        self.arms.value_changed.connect(self.value_changed)
        self.arms.replacing.connect(self.replacing)
        self.choice.opened.connect(self._say)
        self.add.clicked.connect(self.add_pressed)
        self.add_cut.clicked.connect(self.cut_pressed)
        self._say()

    def apply(self, design: StudyDesign) -> StudyDesign:
        """Give a design with these sets."""
        return replace(design, arms=self.arms.value())

    def set_value(self, design: StudyDesign) -> None:
        """Show a design."""
        self.arms.set_value(design.arms)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        names = [arm.name for arm in self.arms.value()]
        twice = next((name for name in names if not name or names.count(name) > 1), None)
        if twice is None:
            return ""
        return f"Two sets are called {twice!r}; give each a name of its own." if twice else "A set has no name."

    def ticked(self) -> tuple[tuple[OpenSet, bool], ...]:
        """Give what is ticked, opened, each with whether it is real; none while it is being opened."""
        parts = self.choice.value()
        if parts is None:
            return ()
        return tuple((one, real) for part, real in zip(parts, (True, False), strict=True) for one in part.sets)

    def rule(self) -> str:
        """Give how cases are told."""
        return str(self.cases.currentData())

    def _say(self) -> None:
        parts = self.choice.value()
        if parts is not None:
            for pick, part in zip((self.real, self.made), parts, strict=True):
                pick.say("\n".join(_words(one) for one in part.sets), part.problem)
        reason = "Opening what is ticked…" if parts is None else ""
        if parts is not None and not any(part.sets for part in parts):
            reason = "Tick images to add them."
        for button in (self.add, self.add_cut):
            button.setEnabled(not reason)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))

    def _lay_out(self) -> None:
        for data, words, tip in CASES:
            self.cases.addItem(words, data)
            self.cases.setItemData(self.cases.count() - 1, tip, 3)
        guard_wheel(self.cases)
        label = field_label("Cases", "What images of one origin are known by; they never follow each other", self.cases)
        inner = QWidget()
        within = QVBoxLayout(inner)
        within.setContentsMargins(0, 0, 0, 0)
        within.addWidget(self.cut)
        within.addWidget(self.add_cut)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        fold = Fold("Cut larger images into fields", inner)
        for widget in (self.arms, self.real, self.made, label, self.cases, self.add, self.reason, fold):
            column.addWidget(widget)


def image_sets(ticked: Sequence[tuple[OpenSet, bool]], project: Project) -> tuple[tuple[ImageSet, bool], ...]:
    """Describe what is ticked; images that no file holds are kept in the project. Not on the window's thread."""
    return tuple((ImageSet(one.name, inputs_of(one, project), (), one.generator), real) for one, real in ticked)


def arms_of(sets: Sequence[tuple[ImageSet, bool]], rule: str) -> tuple[Arm, ...]:
    """Make sets of a study of images as they are."""
    return tuple(Arm(one.name, real, one.images, _cases(one, rule), one.generator) for one, real in sets)


def by_order(arms: Sequence[Arm]) -> tuple[Arm, ...]:
    """Name the n-th images of all sets as of one case."""
    return tuple(replace(arm, cases=_numbered(len(arm.images))) for arm in arms)


def _cases(one: ImageSet, rule: str) -> tuple[str, ...]:
    if rule == "order":
        return _numbered(len(one.images))
    return tuple(_first_part(image.name) for image in one.images) if rule == "name" else ()


def _numbered(count: int) -> tuple[str, ...]:
    return tuple(f"source {number + 1}" for number in range(count))


def _first_part(name: str) -> str:
    stem = name.partition(".")[0]
    return stem.replace("-", "_").partition("_")[0]


def _words(opened: OpenSet) -> str:
    count = len(opened.images)
    return f"{opened.name}: {count} image{'s' * (count != 1)}"
