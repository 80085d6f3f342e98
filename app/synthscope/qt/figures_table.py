"""Numbers with their floor and interval as small bars; one that says nothing here is grey, with the reason."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable
from dataclasses import dataclass

from qtpy.QtCore import QEvent, QModelIndex, QRectF, Qt, Signal
from qtpy.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from qtpy.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from synthscope.qt.buttons import TextButton
from synthscope.qt.theme import tokens_of

_BAR, _SIZE = 2, 3
_HEIGHT, _WITH_INTERVAL = 32, 44
_FIGURE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Figure:
    """One number.

    Parameters
    ----------
    low, high : float, optional
        Its interval.
    floor : float, optional
        The same number for real against real: what a perfect result would get.
    n : int
        Sample size; 0 where there is none to tell.
    reason : str
        Why it is not informative here; empty when it is.
    help : str
        What it measures, and which direction is better.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    floor: float | None = None
    n: int = 0
    unit: str = ""
    reason: str = ""
    help: str = ""


def value_words(figure: Figure) -> str:
    """Write value and interval with digits that mean something: ``1.02 [0.97, 1.08]``."""
    unit = f" {figure.unit}" if figure.unit else ""
    interval = "" if figure.low is None or figure.high is None else f" [{figure.low:.3g}, {figure.high:.3g}]"
    return f"{figure.value:.4g}{interval}{unit}"


def bar_range(figure: Figure) -> tuple[float, float]:
    """Give the ends of a figure's bar: all its numbers and some room; equal where nothing can be drawn."""
    known = [v for v in (figure.value, figure.low, figure.high, figure.floor) if v is not None and math.isfinite(v)]
    if len(known) < 2 or not math.isfinite(figure.value):
        return 0.0, 0.0
    low, high = min(known), max(known)
    room = 0.15 * (high - low) or 0.05 * abs(high)
    return low - room, high + room


def figures_rows(figures: Iterable[Figure]) -> list[list[str]]:
    """Give the table as text, heads first, numbers in full."""
    rows = [["name", "value", "low", "high", "floor", "n", "unit", "not informative because"]]
    for f in figures:
        numbers = ["" if v is None else repr(v) for v in (f.value, f.low, f.high, f.floor)]
        rows.append([f.name, *numbers, str(f.n or ""), f.unit, f.reason])
    return rows


def figures_csv(figures: Iterable[Figure]) -> str:
    """Write figures as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(figures_rows(figures))
    return text.getvalue()


class FiguresTable(QWidget):
    """Shows a tuple of `Figure`; Ctrl+C copies it for a spreadsheet.

    Parameters
    ----------
    empty : str
        What is said while there are none.
    sizes : bool
        Whether sample sizes have a column, where there are any.

    Signals
    -------
    value_changed(tuple)
        Other figures are shown.
    save_wanted(str)
        *Save* was pressed: the CSV text to write where the caller asks.
    """

    value_changed = Signal(object)
    save_wanted = Signal(str)

    def __init__(
        self, *, empty: str = "No figures yet", sizes: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._figures: tuple[Figure, ...] = ()
        # create
        self._table = _Table(sizes=sizes)
        self._empty = QLabel(empty)
        self._copy = TextButton("Copy", name="content-copy", role="quiet", tip="Copy all figures (Ctrl+C)")
        self._save = TextButton("Save", name="download-outline", role="quiet", tip="Save all figures as CSV")
        # lay out
        self._lay_out()
        # connect
        self._copy.clicked.connect(self.copy)
        self._table.copied.connect(self.copy)
        self._save.clicked.connect(lambda: self.save_wanted.emit(figures_csv(self._figures)))
        self.set_value(())

    def value(self) -> tuple[Figure, ...]:
        """Give the figures that are shown."""
        return self._figures

    def set_value(self, figures: Iterable[Figure]) -> None:
        """Show figures."""
        self._figures = tuple(figures)
        self._table.show_figures(self._figures)
        self._table.setVisible(bool(self._figures))
        self._empty.setVisible(not self._figures)
        for button in (self._copy, self._save):
            button.setEnabled(bool(self._figures))
        self.value_changed.emit(self._figures)

    def set_empty(self, words: str) -> None:
        """Say something else while there are no figures."""
        self._empty.setText(words)

    def rows_height(self) -> int:
        """Give the height of all rows (px)."""
        return sum(self._table.rowHeight(row) for row in range(self._table.rowCount()))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Grey what says nothing in the grey of a new theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._table.show_figures(self._figures)

    def copy(self) -> None:
        """Put the figures on the clipboard, tab-separated."""
        rows = figures_rows(self._figures)
        QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in rows))

    def _lay_out(self) -> None:
        self._empty.setProperty("role", "muted")
        foot = QHBoxLayout()
        foot.setSpacing(4)
        foot.addStretch()
        foot.addWidget(self._copy)
        foot.addWidget(self._save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._empty)
        layout.addWidget(self._table, 1)
        layout.addLayout(foot)


class _Table(QTableWidget):
    copied = Signal()

    def __init__(self, *, sizes: bool) -> None:
        super().__init__(0, 4)
        self._sizes = sizes
        self.setHorizontalHeaderLabels(["Figure", "Value", "Against real", "n"])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setAccessibleName("Figures")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_HEIGHT)
        self.setItemDelegateForColumn(_BAR, _BarDelegate(self))
        self.horizontalHeaderItem(_BAR).setToolTip("dot: the value; band: its interval; line: real against real")
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_BAR, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def show_figures(self, figures: tuple[Figure, ...]) -> None:
        self.setRowCount(len(figures))
        self.setColumnHidden(_SIZE, not self._sizes or not any(figure.n for figure in figures))
        grey = QColor(tokens_of(self).disabled)
        for row, figure in enumerate(figures):
            value = value_words(figure).replace(" [", "\n[")  # the interval below: the bar needs the room beside it
            self.setRowHeight(row, _HEIGHT if figure.low is None or figure.high is None else _WITH_INTERVAL)
            for column, words in enumerate((figure.name, value, "", str(figure.n or ""))):
                item = QTableWidgetItem(words)
                item.setToolTip(_tooltip(figure))
                item.setData(_FIGURE, figure)
                if figure.reason:
                    item.setForeground(grey)
                self.setItem(row, column, item)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
            return
        super().keyPressEvent(event)


class _BarDelegate(QStyledItemDelegate):
    """Draws the interval as a band, the value as a dot, and the floor as a line."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        super().paint(painter, option, index)
        figure = index.data(_FIGURE)
        low, high = bar_range(figure)
        if high <= low:
            return
        tokens = tokens_of(self.parent())
        colour = QColor(tokens.disabled if figure.reason else tokens.accent)
        box = QRectF(option.rect).adjusted(8, 8, -8, -8)

        def at(value: float) -> float:
            share = (value - low) / (high - low)
            return float(box.left() + share * box.width())

        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.raised))
        painter.drawRoundedRect(QRectF(box.left(), box.center().y() - 1, box.width(), 2), 1, 1)
        if figure.low is not None and figure.high is not None:
            band = QColor(colour)
            band.setAlphaF(0.35)
            painter.setBrush(band)
            painter.drawRoundedRect(
                QRectF(at(figure.low), box.center().y() - 4, max(2.0, at(figure.high) - at(figure.low)), 8), 3, 3
            )
        if figure.floor is not None:
            painter.setBrush(QColor(tokens.text))
            painter.drawRect(QRectF(at(figure.floor) - 1, box.top(), 2, box.height()))
        painter.setBrush(colour)
        painter.drawEllipse(QRectF(at(figure.value) - 5, box.center().y() - 5, 10, 10))
        painter.restore()


def _tooltip(figure: Figure) -> str:
    lines = [f"{figure.name}: {value_words(figure)}"]
    if figure.floor is not None:
        lines.append(f"real against real: {figure.floor:.4g} (the line)")
    if figure.n:
        lines.append(f"sample size: {figure.n}")
    if figure.reason:
        lines.append(f"not informative here: {figure.reason}")
    return "\n".join([*lines, *([figure.help] if figure.help else [])])
