"""The card that shows one image: its name, what was found, and the form that corrects it."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from napari_synthscope.files.found import Facts
from napari_synthscope.opening.reading_form import ReadingForm
from synthscope.io.reading import Probe
from synthscope.qt.buttons import TextButton, clear_layout
from synthscope.qt.theme import set_role
from synthscope.records.image import Image


class FoundCard(QFrame):
    """Shows what was found in a file, asks for what is missing, and offers to read it again.

    Signals
    -------
    applied()
        The button was pressed: read the file as the form says.
    """

    applied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.corrects = False
        # create
        self._name = QLabel()
        self._grid = QGridLayout()
        self.form = ReadingForm()
        self._reason = QLabel()
        self._button = TextButton("Open", role="primary")
        # lay out
        self._lay_out()
        self.hide()
        # connect
        self._button.clicked.connect(self.applied)
        self.form.changed.connect(self._check)

    @property
    def button(self) -> TextButton:
        """The button that reads the file."""
        return self._button

    def show_probe(self, name: str, facts: Facts, probe: Probe) -> None:
        """Show a file that has not been read yet."""
        self.corrects = False
        self._name.setText(name)
        self._show_facts(facts)
        self.form.set_probe(probe)
        self.form.show()
        self._button.setText("Open")
        self._check()

    def show_image(self, image: Image, facts: Facts, probe: Probe | None) -> None:
        """Show an image that is on the canvas; one from a file (with its `probe`) can be read again otherwise."""
        self.corrects = probe is not None
        self._name.setText(image.name)
        self._show_facts(facts)
        self.form.setVisible(self.corrects)
        if probe is not None:
            self.form.set_probe(probe_of(image, probe))
        self._button.setText("Read again like this")
        self._check()
        self.show()

    def _check(self) -> None:
        """Enable the button, or say beside it why not; what is open needs none while nothing was changed."""
        problem = "" if self.form.isHidden() else self.form.problem()
        self._reason.setText(problem)
        self._reason.setVisible(bool(problem))
        self._button.setEnabled(not problem)
        self._button.setVisible(not self.form.isHidden() and (not self.corrects or self.form.differs))

    def _show_facts(self, facts: Facts) -> None:
        clear_layout(self._grid)
        for row, (word, value) in enumerate(facts):
            label, text = QLabel(word), QLabel(value)
            set_role(label, "muted")
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text, row, 1)

    def _lay_out(self) -> None:
        set_role(self, "card")
        set_role(self._name, "title")
        set_role(self._reason, "warning")
        self._name.setWordWrap(True)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._reason.setWordWrap(True)
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        for part in (self._name, self.form, self._reason, self._button):
            column.addWidget(part)
        column.insertLayout(1, self._grid)


def probe_of(image: Image, probe: Probe) -> Probe:
    """Describe an open image as the probe of its file would, so that the form can correct it."""
    space = image.space
    return Probe(
        format=probe.format,
        shape=image.shape,
        dtype=str(image.dtype),
        axes=space.axes,
        guessed=image.origin.axes_guessed,
        choices=tuple(dict.fromkeys((space.axes, *probe.choices))),
        datasets=probe.datasets,
        dataset=image.origin.dataset,
        voxel_size=space.voxel_size,
        unit=space.unit,
    )
