"""The pyqtgraph half of the curves: imported only when curves are looked at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import pyqtgraph
from qtpy.QtCore import QRect, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QImage, QPainter
from qtpy.QtSvg import QSvgGenerator

from synthscope.errors import FileError
from synthscope.qt.theme import Tokens
from synthscope.records.colours import SYNTHETIC

Kind = Literal["real", "synthetic", "baseline", "other", "figure", "level"]
EXPORT_WIDTH = 1600
"""Pixels of an exported picture: enough for a page."""

TEXT_SIZE = 13
"""Pixels, as everywhere in the program."""

BEHIND_LEGEND = 128
"""Of 255: a curve that passes behind the legend shows through."""

_LABELLED = ("1", "2", "5")


class _Axis(pyqtgraph.AxisItem):
    """An axis whose logarithmic ticks keep room for their numbers, and whose numbers are never scaled."""

    def updateAutoSIPrefix(self) -> None:  # noqa: N802 - pyqtgraph's name
        """Keep the numbers as they are: the label carries the unit.

        pyqtgraph keeps the scale of a logarithmic plot for the linear one that follows.
        """
        self.autoSIPrefixScale = 1.0

    def logTickStrings(  # noqa: N802 - pyqtgraph's name
        self, values: Iterable[float], scale: float, spacing: float | None
    ) -> list[str]:
        words: list[str] = super().logTickStrings(values, scale, spacing)
        if spacing is not None:
            return words
        # Between decades only 2 and 5 are named; 6 to 9 would run into each other.
        leading = [f"{10**value:.0e}"[0] for value in values]
        return [word if first in _LABELLED else "" for word, first in zip(words, leading, strict=True)]


def new_canvas() -> Any:
    """Make an empty plot with a legend."""
    axes = {side: _Axis(side) for side in ("bottom", "left")}
    canvas = pyqtgraph.PlotWidget(axisItems=axes, enableMenu=False)
    item = canvas.getPlotItem()
    # pyqtgraph's own menu has no parent and would outlive the plot.
    item.ctrlMenu.setParent(canvas, item.ctrlMenu.windowFlags())
    item.layout.setContentsMargins(8, 8, 12, 4)
    item.hideButtons()
    item.addLegend(offset=(-8, 8))
    item.showGrid(x=True, y=True, alpha=0.15)
    return canvas


def dress(canvas: Any, tokens: Tokens) -> None:
    """Draw background, axes and legend in the colours of a theme."""
    canvas.setBackground(tokens.surface)
    item = canvas.getPlotItem()
    font = canvas.font()
    font.setPixelSize(TEXT_SIZE)
    for name in ("bottom", "left"):
        axis = item.getAxis(name)
        axis.setTickFont(font)
        axis.setPen(tokens.border)
        axis.setTextPen(tokens.muted)
        axis.enableAutoSIPrefix(False)  # the label carries the unit
    item.legend.setLabelTextColor(tokens.text)
    item.legend.setLabelTextSize(f"{TEXT_SIZE}px")
    behind = QColor(tokens.surface)
    behind.setAlpha(BEHIND_LEGEND)
    item.legend.setBrush(behind)


def pen(kind: Kind, tokens: Tokens) -> Any:
    """Give the pen of a kind of curve: told apart by dash as well as by colour."""
    colour, dash = {
        "real": (tokens.text, Qt.PenStyle.SolidLine),
        "synthetic": (SYNTHETIC, Qt.PenStyle.SolidLine),
        "baseline": (tokens.warning, Qt.PenStyle.DashLine),
        "other": (tokens.accent, Qt.PenStyle.DotLine),
        "figure": (tokens.accent, Qt.PenStyle.SolidLine),
        "level": (tokens.text, Qt.PenStyle.DashLine),
    }[kind]
    return pyqtgraph.mkPen(colour, width=2, style=dash)


def export(canvas: Any, path: Path) -> None:
    """Write what is shown as ``.svg`` or ``.png``.

    Raises
    ------
    FileError
        If the picture cannot be written.
    """
    size = canvas.viewport().size()
    if path.suffix.lower() == ".svg":
        drawing = QSvgGenerator()
        drawing.setFileName(str(path))
        drawing.setSize(size)
        drawing.setViewBox(QRect(0, 0, size.width(), size.height()))
        _paint(canvas, drawing, size)
        return
    height = max(1, round(EXPORT_WIDTH * size.height() / max(1, size.width())))
    image = QImage(EXPORT_WIDTH, height, QImage.Format.Format_RGB32)
    _paint(canvas, image, image.size())
    if not image.save(str(path), "PNG"):
        raise FileError(f"{path.name} cannot be written; choose another folder.")


def _paint(canvas: Any, device: Any, size: QSize) -> None:
    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    canvas.render(painter, QRectF(0, 0, size.width(), size.height()), canvas.viewport().rect())
    painter.end()
