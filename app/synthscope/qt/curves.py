"""Curves: histograms, line profiles and spectra laid over each other, with units, to look at and to take away."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QEvent, Qt, Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QMenu, QStackedWidget, QVBoxLayout, QWidget

from synthscope.errors import FileError, InputError, SynthscopeError
from synthscope.io.atomic import replacing, write_text
from synthscope.qt.buttons import IconButton
from synthscope.qt.theme import tokens_of
from synthscope.services.naming import unused

if TYPE_CHECKING:
    from synthscope.qt.plot_canvas import Kind


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve.

    Parameters
    ----------
    x, y : ndarray (n,)
        Positions and values; for a histogram (`steps`) `x` holds the n + 1 edges.
    kind : str
        What it is of: decides its colour and dash, the same everywhere.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    kind: Kind = "other"
    steps: bool = False

    def __post_init__(self) -> None:
        """Refuse positions and values that do not fit."""
        wanted = len(self.y) + (1 if self.steps else 0)
        if self.x.ndim != 1 or self.y.ndim != 1 or len(self.x) != wanted:
            raise InputError(
                f"Curve {self.name!r} has {self.x.shape} positions for {self.y.shape} values; {wanted} are needed."
            )


@dataclass(frozen=True, eq=False)
class Plot:
    """Curves over one pair of axes; labels carry their units: ``frequency (1/µm)``.

    Parameters
    ----------
    rising : bool
        Whether curves end at the top right: their names then stand at the bottom.
    """

    curves: tuple[Curve, ...]
    x_label: str = ""
    y_label: str = ""
    log_x: bool = False
    log_y: bool = False
    title: str = ""
    rising: bool = False


def curves_csv(plot: Plot) -> str:
    """Write the numbers of a plot: one pair of columns per curve, histogram edges as left edge of each bin."""
    columns = [c for curve in plot.curves for c in (curve.x[: len(curve.y)], curve.y)]
    heads = [h for c in plot.curves for h in (f"{c.name}: {plot.x_label or 'x'}", f"{c.name}: {plot.y_label or 'y'}")]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heads)
    for row in range(max((len(c) for c in columns), default=0)):
        writer.writerow([repr(c[row].item()) if row < len(c) else "" for c in columns])
    return text.getvalue()


class CurvesView(QWidget):
    """Shows one `Plot`; the menu saves it as CSV, PNG or SVG.

    Signals
    -------
    value_changed(Plot or None)
        Another plot is shown.
    saved(str)
        A file was written.
    failed(SynthscopeError)
        A file could not be written.
    """

    value_changed = Signal(object)
    saved = Signal(str)
    failed = Signal(object)

    def __init__(self, *, empty: str = "Nothing to compare yet", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot: Plot | None = None
        from synthscope.qt import plot_canvas  # heavy; only who looks at curves pays for it

        self._drawing = plot_canvas
        # create
        self._canvas = plot_canvas.new_canvas()
        self._title = QLabel()
        self._empty = QLabel(empty)
        self._save = IconButton("download-outline", "Save as CSV, PNG or SVG")
        self._whole = IconButton("fit-to-page-outline", "Show the whole curves")
        self._stack = QStackedWidget()
        # lay out
        self._lay_out()
        # connect
        self._save.clicked.connect(self._ask_where)
        self._whole.clicked.connect(lambda: self._canvas.getPlotItem().enableAutoRange())
        self.set_value(None)

    def value(self) -> Plot | None:
        """Give the plot that is shown."""
        return self._plot

    def set_value(self, plot: Plot | None, *, keep_view: bool = False) -> None:
        """Show a plot, or nothing; `keep_view` leaves what somebody has zoomed into."""
        self._plot = plot
        self._stack.setCurrentIndex(0 if plot is None else 1)
        self._title.setText("" if plot is None else plot.title)
        for button in (self._save, self._whole):
            button.setEnabled(plot is not None)
        self._draw(keep_view=keep_view)
        self.value_changed.emit(plot)

    def save(self, path: Path) -> None:
        """Write what is shown; the suffix says as what.

        Raises
        ------
        FileError
            If the suffix is none of ``.csv``, ``.png``, ``.svg``, or the file cannot be written.
        """
        if self._plot is None:
            raise InputError("There are no curves to save; compare something first.")
        suffix = path.suffix.lower()
        if suffix not in (".csv", ".png", ".svg"):
            raise FileError(f"{path.name} is neither .csv, .png nor .svg; choose one of these.")
        if suffix == ".csv":
            write_text(path, curves_csv(self._plot))
            return
        with replacing(path) as beside:
            self._drawing.export(self._canvas, beside)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Redraw in the colours of a new theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._draw()

    def _draw(self, *, keep_view: bool = False) -> None:
        item = self._canvas.getPlotItem()
        tokens = tokens_of(self)
        item.clear()
        self._drawing.dress(self._canvas, tokens)
        if self._plot is None:
            return
        item.legend.setOffset((-8, -8 if self._plot.rising else 8))
        item.setLogMode(self._plot.log_x, self._plot.log_y)
        words = {"color": tokens.text, "font-size": f"{self._drawing.TEXT_SIZE}px"}
        item.setLabel("bottom", self._plot.x_label, **words)
        item.setLabel("left", self._plot.y_label, **words)
        for curve in self._plot.curves:
            x, y = _drawable(curve, self._plot)
            pen, mode = self._drawing.pen(curve.kind, tokens), "center" if curve.steps else None
            item.plot(x, y, pen=pen, name=curve.name, stepMode=mode)
        if not keep_view:
            item.enableAutoRange()

    def _ask_where(self) -> None:
        menu = QMenu(self)
        for words, suffix in (("Numbers (CSV)", ".csv"), ("Picture (PNG)", ".png"), ("Drawing (SVG)", ".svg")):
            menu.addAction(words, lambda s=suffix: self._ask_name(s))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._save.mapToGlobal(self._save.rect().bottomLeft()))

    def _ask_name(self, suffix: str) -> None:
        name, _kind = QFileDialog.getSaveFileName(self, "Save curves", f"curves{suffix}", f"*{suffix}")
        if not name:
            return
        path = Path(name)
        try:
            if path.suffix.casefold() != suffix:  # the dialog asked about the name as it was typed
                path = unused(path.with_name(path.name + suffix), suffix)
            self.save(path)
        except SynthscopeError as error:
            self.failed.emit(error)
        else:
            self.saved.emit(str(path))

    def _lay_out(self) -> None:
        self._title.setProperty("role", "title")
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._canvas.setAccessibleName("Curves")
        self._canvas.setMinimumSize(240, 160)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._canvas)
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self._title, 1)
        head.addWidget(self._whole)
        head.addWidget(self._save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)


def _drawable(curve: Curve, plot: Plot) -> tuple[np.ndarray, np.ndarray]:
    """Leave out what a logarithmic axis cannot show."""
    x, y = curve.x.astype(float), curve.y.astype(float)
    if curve.steps:
        # An empty bin is drawn at a tenth of a count: below every other, and not at minus infinity.
        return x, np.where(y > 0, y, y[y > 0].min(initial=1.0) / 10) if plot.log_y else y
    keep = np.isfinite(x) & np.isfinite(y) & ((x > 0) | (not plot.log_x)) & ((y > 0) | (not plot.log_y))
    return x[keep], y[keep]


def histogram_plot(curves: Iterable[Curve], unit: str = "grey value") -> Plot:
    """Lay histograms over each other."""
    return Plot(tuple(curves), x_label=unit, y_label="share of voxels", title="Histogram")
