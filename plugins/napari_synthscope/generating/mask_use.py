"""Whether a run that need not keep to a mask does so, and what it does without one."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from synthscope.qt.labels import WrappingLabel
from synthscope.records.generator import GeneratorSpec
from synthscope.records.request import Task

INSIDE: dict[Task, str] = {
    "vary": "Only inside the mask",
    "synthesize": "Take the box round the mask as the example",
    "restore": "Only the box round the mask",
}
FINDS = (
    "There is no mask: {title} finds one by both prompts for each seed, changes nothing outside of it, and puts it "
    "down with the result. Mask, Prompts shows it before, to be edited."
)
LEAVES = (
    "The painted mask is not used: {title} finds one by both prompts for each seed, and puts it down with the result."
)


class MaskUse(QWidget):
    """Edits whether the mask bounds a run; for a generator that finds masks it does as soon as there is one.

    Signals
    -------
    toggled(bool)
    """

    toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finder = ""
        self._painted = False
        # create
        self.box = QCheckBox()
        self.words = WrappingLabel(role="muted")
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.box)
        column.addWidget(self.words)
        # connect
        self.box.toggled.connect(self.toggled)

    def isChecked(self) -> bool:  # noqa: N802 - as Qt's own boxes say it
        """Tell whether the mask bounds the run."""
        return bool(self.box.isChecked())

    def setChecked(self, checked: bool) -> None:  # noqa: N802 - as Qt's own boxes say it
        """Let the mask bound the run, or not."""
        self.box.setChecked(checked)

    def show_for(self, spec: GeneratorSpec | None, task: Task, painted: bool) -> None:
        """Ask where there is something to ask, and say what a generator that finds masks does."""
        finder = spec.title if spec is not None and spec.finds_masks and task == "vary" else ""
        begins = bool(finder) and painted and (finder, True) != (self._finder, self._painted)
        self._finder, self._painted = finder, painted
        if begins:  # a mask that was found and edited is there to be used
            self.box.setChecked(True)
        self.box.setText(INSIDE.get(task, ""))
        self.box.setVisible(task != "inpaint" and painted)
        sentence = "" if not finder or (painted and self.box.isChecked()) else LEAVES if painted else FINDS
        self.words.setText(sentence.format(title=finder))
        self.words.setVisible(bool(sentence))
        self.setVisible(self.box.isVisibleTo(self) or bool(sentence))
