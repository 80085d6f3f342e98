"""Which generator, for which task, with which parameters: listed, explained, edited."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QStandardItem, QStandardItemModel
from qtpy.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from napari_synthscope.parts.form_stack import FormStack
from synthscope.generators.registry import list_generators
from synthscope.qt.record_form import RecordForm
from synthscope.qt.theme import set_role
from synthscope.records.generator import GeneratorSpec
from synthscope.records.listing import Listing
from synthscope.records.request import Task

TASKS: dict[Task, tuple[str, str]] = {
    "inpaint": ("Fill", "Fill the marked region so that it fits its surroundings"),
    "vary": ("Vary", "Make other images like this one, or vary the marked region"),
    "synthesize": ("New", "Make a new image of any size that looks like this one"),
    "restore": ("Restore", "Take noise away, make pixels finer, or slices as fine as pixels"),
}
PREFERRED: dict[Task, str] = {"inpaint": "exemplar", "vary": "quilt", "synthesize": "quilt", "restore": "prior"}
"""What is chosen first where nobody has chosen: what makes texture, and soon."""


class GeneratorChoice(QWidget):
    """Edits task, generator and its parameters.

    A generator that cannot be loaded stays in the list, greyed, with the reason as its tooltip.

    Signals
    -------
    value_changed()
        Task, generator or a parameter is another one.
    """

    value_changed = Signal()

    def __init__(self, listings: tuple[Listing, ...] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._listings = {one.id: one for one in (list_generators() if listings is None else listings)}
        self._task: Task = "inpaint"
        self._chosen: dict[Task, str] = {}
        # create
        self._tasks = QButtonGroup(self)
        self.combo = QComboBox()
        self._summary = QLabel()
        self._stack = FormStack()
        # lay out
        self._lay_out()
        # connect
        self.combo.currentIndexChanged.connect(self._on_chosen)
        self._stack.value_changed.connect(self.value_changed)
        self._tasks.idClicked.connect(lambda number: self.set_task(tuple(TASKS)[number]))
        self._fill()

    @property
    def task(self) -> Task:
        """The task."""
        return self._task

    @property
    def spec(self) -> GeneratorSpec | None:
        """The generator; None where none can do the task."""
        listing = self._listings.get(self.combo.currentData() or "")
        return listing.spec if listing else None

    def parameters(self) -> Any:
        """Give the parameter record of the generator.

        Raises
        ------
        ParameterError
            If what is typed in a field is no number.
        """
        form = self._form()
        return None if form is None else form.value()

    def typed(self, generator: str) -> Any:
        """Give the parameter record of any generator as its form stands; None where nobody has looked at it.

        Raises
        ------
        ParameterError
            If what is typed in a field is no number.
        """
        form = self._stack.form_of(generator)
        return None if form is None else form.value()

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        form = self._form()
        if form is None:
            return f"No generator can {TASKS[self._task][0].lower()}; install one."
        return " ".join(form.problems().values())

    def set_task(self, task: Task) -> None:
        """Choose the task; the generator chosen for it before comes back."""
        if task != self._task:
            self._task = task
            self._fill()

    def set_value(self, task: Task, generator: str, parameters: Any) -> None:
        """Choose all three; what cannot be shown (a generator that has gone) is left as it is."""
        self._chosen[task] = generator
        self._task = task
        self._fill()
        form = self._form()
        if form is not None and self.spec is not None and isinstance(parameters, self.spec.parameters):
            form.set_value(parameters)

    def prefer(self, spec: GeneratorSpec) -> None:
        """Choose a generator for every task that it does, also for those that are shown later."""
        self._chosen.update(dict.fromkeys(spec.tasks, spec.id))
        if self._task not in spec.tasks:
            self._task = spec.tasks[0]
        self._fill()

    def set_below(self, widget: QWidget) -> None:
        """Put what belongs to the generator as a whole between its summary and its parameters."""
        column: Any = self.layout()
        column.insertWidget(column.indexOf(self._stack), widget)

    def task_button(self, task: Task) -> QToolButton:
        """Give the button of a task."""
        return self._tasks.button(tuple(TASKS).index(task))

    def _form(self) -> RecordForm | None:
        return self._stack.form()

    def _fill(self) -> None:
        """List the generators of the task, and those that are broken."""
        self.task_button(self._task).setChecked(True)
        model = QStandardItemModel(self.combo)
        for listing in self._listings.values():
            if listing.spec is None or self._task in listing.spec.tasks:
                model.appendRow(listing_item(listing))
        self.combo.blockSignals(True)
        self.combo.setModel(model)
        self.combo.setCurrentIndex(self._first())
        self.combo.blockSignals(False)
        self._show()

    def _first(self) -> int:
        """Find the generator to start with: the one chosen before, a preferred one, or any that works."""
        wanted = (self._chosen.get(self._task, ""), PREFERRED.get(self._task, ""))
        works = [i for i in range(self.combo.count()) if self._listings[self.combo.itemData(i)].available]
        by_name = {self.combo.itemData(i): i for i in works}
        return next((by_name[name] for name in wanted if name in by_name), works[0] if works else -1)

    def _on_chosen(self, _index: int) -> None:
        self._chosen[self._task] = self.combo.currentData()
        self._show()

    def _show(self) -> None:
        spec = self.spec
        self._summary.setText(spec.summary if spec else "")
        self.combo.setToolTip(listing_tooltip(self._listings[spec.id]) if spec else "")
        self._stack.show_form(spec.id if spec else "", spec.parameters if spec else None, self._task)
        self.value_changed.emit()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        for number, (words, tip) in enumerate(TASKS.values()):
            button = QToolButton()
            button.setText(words)
            button.setCheckable(True)
            button.setToolTip(tip)
            button.setProperty("role", "scale")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._tasks.addButton(button, number)
            row.addWidget(button, 1)
        self._summary.setWordWrap(True)
        set_role(self._summary, "muted")
        self.combo.setAccessibleName("Generator")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.combo)
        column.addWidget(self._summary)
        column.addWidget(self._stack)


def listing_item(listing: Listing) -> QStandardItem:
    """Give the row of a generator, greyed where it cannot be used."""
    item = QStandardItem(listing.spec.title if listing.spec else listing.id)
    item.setData(listing.id, Qt.ItemDataRole.UserRole)
    item.setToolTip(listing_tooltip(listing))
    item.setEnabled(listing.available)
    return item


def listing_tooltip(listing: Listing) -> str:
    """Say what a generator is, or why it cannot be used."""
    if listing.spec is None:
        return f"Cannot be used: {listing.reason}"
    kind = "one result, the same for every seed" if listing.spec.deterministic else "another result for every seed"
    return "\n".join(filter(None, [listing.spec.summary, f"{listing.spec.family}; {kind}", listing.spec.citation]))
