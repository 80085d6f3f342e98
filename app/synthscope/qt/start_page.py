"""The first page: open a stack, open a sample, recent projects, and one quiet line."""

from __future__ import annotations

from dataclasses import dataclass

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from qtpy.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from synthscope.qt.buttons import TextButton, clear_layout
from synthscope.qt.picture_card import CardRow, PictureCard
from synthscope.qt.theme import set_mark

COLUMNS = 4
PROMISE = "all data stay on this computer"


@dataclass(frozen=True)
class StartRows:
    """What the page shows.

    Parameters
    ----------
    samples : tuple of CardRow
        Simulated stacks to try; four look best.
    recent : tuple of CardRow
        Projects, newest first.
    machine : str
        Device and memory in words: ``CPU, 2 cores · 24 GB``.
    """

    samples: tuple[CardRow, ...] = ()
    recent: tuple[CardRow, ...] = ()
    machine: str = ""


class StartPage(QWidget):
    """Shows `StartRows`.

    Signals
    -------
    value_changed(StartRows)
        Other rows are shown.
    open_wanted(), folder_wanted()
        A button was pressed: ask for a file, or for a folder of slices.
    rate_wanted()
        The button for raters was pressed: ask for a rater pack.
    dropped(tuple of str)
        Paths were dropped on the page.
    sample_wanted(str), project_wanted(str)
        A card was pressed: its id.
    """

    value_changed = Signal(object)
    open_wanted = Signal()
    folder_wanted = Signal()
    rate_wanted = Signal()
    dropped = Signal(object)
    sample_wanted = Signal(str)
    project_wanted = Signal(str)

    def __init__(self, rows: StartRows | None = None, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = StartRows()
        # create
        self._drop = _DropArea()
        self._samples = _CardGrid("Try a sample", "Simulated by this program, with known truth")
        self._recent = _CardGrid("Recent projects", "")
        self._quiet = QLabel()
        # lay out
        self._lay_out()
        # connect
        self._drop.button.clicked.connect(self.open_wanted)
        self._drop.folder.clicked.connect(self.folder_wanted)
        self._drop.rate.clicked.connect(self.rate_wanted)
        self._samples.pressed.connect(self.sample_wanted)
        self._recent.pressed.connect(self.project_wanted)
        self.set_value(rows or StartRows())

    def value(self) -> StartRows:
        """Give what is shown."""
        return self._rows

    def set_value(self, rows: StartRows) -> None:
        """Show other rows."""
        self._rows = rows
        self._samples.set_value(rows.samples)
        self._recent.set_value(rows.recent)
        self._quiet.setText(" · ".join(part for part in (rows.machine, PROMISE) if part))
        self.value_changed.emit(rows)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            set_mark(self._drop, "over", True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        """Show that nothing hangs over the page any more."""
        super().dragLeaveEvent(event)
        set_mark(self._drop, "over", False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Tell what was dropped."""
        set_mark(self._drop, "over", False)
        paths = tuple(url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile())
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def _lay_out(self) -> None:
        self.setAcceptDrops(True)
        title = QLabel("Synthscope")
        title.setProperty("role", "hero")
        below = QLabel("Repair and generate image stacks, and see what is synthetic.")
        below.setProperty("role", "muted")
        below.setWordWrap(True)
        self._quiet.setProperty("role", "muted")
        self._quiet.setWordWrap(True)
        inner = QWidget()
        inner.setMaximumWidth(1080)
        column = QVBoxLayout(inner)
        column.setContentsMargins(32, 32, 32, 24)
        column.setSpacing(24)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(title)
        head.addWidget(below)
        column.addLayout(head)
        for part in (self._drop, self._samples, self._recent):
            column.addWidget(part)
        column.addStretch()
        column.addWidget(self._quiet)
        centred = QWidget()
        sides = QHBoxLayout(centred)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.addStretch(1)
        sides.addWidget(inner, 100)
        sides.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(centred)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)


class _DropArea(QFrame):
    """Where a stack is dropped, or asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "drop")
        # create
        self.button = TextButton("Open a stack", name="folder-open-outline", role="primary", tip="Open a file (Ctrl+O)")
        self.folder = TextButton("Open a folder of slices", role="quiet", tip="Numbered slices, one file each")
        self.rate = TextButton("Rate a study", role="quiet", tip="A rater pack that you were given")
        words = QLabel("or drop a file or a folder here")
        words.setProperty("role", "muted")
        kinds = QLabel("TIFF, OME-TIFF, OME-Zarr, HDF5, NeXus, NRRD, NIfTI, PNG, JPEG, RAW")
        kinds.setProperty("role", "muted")
        kinds.setWordWrap(True)
        kinds.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        # lay out
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addStretch()
        for widget in (self.button, self.folder, self.rate, words):
            line.addWidget(widget)
        line.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 24, 16, 20)
        layout.setSpacing(12)
        layout.addLayout(line)
        layout.addWidget(kinds)


class _CardGrid(QWidget):
    """Cards under a title; hidden while there is none."""

    pressed = Signal(str)

    def __init__(self, title: str, words: str) -> None:
        super().__init__()
        head = QHBoxLayout()
        head.setSpacing(12)
        name = QLabel(title)
        name.setProperty("role", "title")
        more = QLabel(words)
        more.setProperty("role", "muted")
        head.addWidget(name)
        head.addWidget(more, 1)
        self._grid = QGridLayout()
        self._grid.setSpacing(16)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
            self._grid.setColumnMinimumWidth(column, 140)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addLayout(self._grid)

    def set_value(self, rows: tuple[CardRow, ...]) -> None:
        clear_layout(self._grid)
        for place, row in enumerate(rows):
            card = PictureCard(row)
            card.pressed.connect(self.pressed)
            self._grid.addWidget(card, place // COLUMNS, place % COLUMNS)
        for column in range(len(rows), COLUMNS):
            # An empty column would lose its spacing, and the cards of this grid would be wider.
            self._grid.addWidget(QWidget(), 0, column)
        self.setVisible(bool(rows))
