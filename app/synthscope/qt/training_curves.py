"""The curves of a training, live: one figure at a time, with its unit and the level that real data reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QComboBox, QVBoxLayout, QWidget

from synthscope.qt.curves import Curve, CurvesView, Plot
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.wheel import guard_wheel
from synthscope.records.events import Measured
from synthscope.records.training import FIGURES, REAL

if TYPE_CHECKING:
    from synthscope.qt.plot_canvas import Kind

REDRAWN = 200
"""Milliseconds between two drawings, however fast the points come."""

DRAWN = 2000
"""Points of one curve that are drawn: more than a screen has columns."""

LOG_FROM = 8.0
"""A figure that spans more than this factor is drawn over a logarithmic axis."""

HEIGHT = 240


@dataclass(frozen=True)
class Group:
    """Figures that share one plot: they have the same unit and the same meaning."""

    title: str
    names: tuple[str, ...]


_TOGETHER: tuple[Group, ...] = (
    Group("Loss", ("held_out_loss", "loss", "base_loss")),
    Group("Loss of both rivals", ("generator_loss", "discriminator_loss")),
    Group("Gradient norm of both rivals", ("generator_gradient", "discriminator_gradient")),
)


def _groups() -> Iterator[Group]:
    """Give the groups in the order of their first figures in `FIGURES`, what is told together in one."""
    together = {name: group for group in _TOGETHER for name in group.names}
    alone = (together.get(name) or Group(figure.title, (name,)) for name, figure in FIGURES.items())
    yield from dict.fromkeys(alone)


GROUPS: tuple[Group, ...] = tuple(_groups())


def series(points: Iterable[Measured], name: str) -> tuple[np.ndarray, np.ndarray]:
    """Give the (steps, values) of one figure, in the order of the points."""
    found = [(point.step, point.values[name]) for point in points if name in point.values]
    steps, values = zip(*found, strict=True) if found else ((), ())
    return np.asarray(steps, float), np.asarray(values, float)


def training_plot(points: Sequence[Measured], group: Group) -> Plot | None:
    """Draw a group of figures; None while no point has one.

    Beside a figure stands the level of real data against real data, where it was measured, as a dashed line
    over all steps.
    """
    curves: list[Curve] = []
    kinds: tuple[Kind, ...] = ("figure", "other", "level")
    for name, kind in zip(group.names, kinds, strict=False):
        steps, values = series(points, name)
        if not len(steps):
            continue
        title = FIGURES[name].title if len(group.names) > 1 else "this training"  # the plot is called by the figure
        curves.append(Curve(title, *_thinned(steps, values), kind))
        _, levels = series(points, name + REAL)
        if len(levels):
            ends = np.array([steps[0], steps[-1]])
            curves.append(Curve("real against real", ends, np.full(2, levels[-1]), "level"))
    if not curves:
        return None
    unit = FIGURES[group.names[0]].unit
    return Plot(tuple(curves), "step", unit, log_y=_spans(curves))


def current_words(points: Sequence[Measured], group: Group) -> str:
    """Say the newest value of each figure of a group, the best one, and what real data reach."""
    return "\n".join(words for name in group.names if (words := _figure_words(points, name)))


def _figure_words(points: Sequence[Measured], name: str) -> str:
    figure = FIGURES[name]
    steps, values = series(points, name)
    if not len(steps):
        return ""
    unit = f" {figure.unit}" if figure.unit else ""
    words = [f"{figure.title}: {values[-1]:.3g}{unit} at step {steps[-1]:.0f}"]
    if figure.smaller_is_better and np.unique(values[np.isfinite(values)]).size > 1:
        best = int(np.nanargmin(np.where(np.isfinite(values), values, np.nan)))
        words.append("the lowest so far" if best == len(values) - 1 else f"lowest {values[best]:.3g}")
    _, levels = series(points, name + REAL)
    if len(levels):
        words.append(f"real against real {levels[-1]:.3g}")
    return ", ".join(words)


def _thinned(steps: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Leave out points between the first and the newest where there are more than can be seen."""
    if len(steps) <= DRAWN:
        return steps, values
    kept = np.unique(np.linspace(0, len(steps) - 1, DRAWN).round().astype(int))
    return steps[kept], values[kept]


def _spans(curves: Iterable[Curve]) -> bool:
    values = np.concatenate([curve.y for curve in curves])
    values = values[np.isfinite(values)]
    return bool(len(values)) and bool(values.min() > 0) and bool(values.max() > LOG_FROM * values.min())


class TrainingCurves(QWidget):
    """Shows a tuple of `Measured`; the figure is chosen above the plot.

    Signals
    -------
    value_changed(tuple)
        Other points are shown.
    """

    value_changed = Signal(object)

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: list[Measured] = []
        # create
        self.figure = QComboBox()
        self.curves = CurvesView(empty="The first figures come after some steps")
        self.words = WrappingLabel(role="muted")
        self._timer = QTimer(self)
        # lay out
        self._lay_out()
        # connect
        self._timer.setSingleShot(True)
        self._timer.setInterval(REDRAWN)
        self._timer.timeout.connect(self._draw)
        self.figure.activated.connect(lambda _: self._draw(keep_view=False))
        self.set_value(())

    def value(self) -> tuple[Measured, ...]:
        """Give the points that are shown."""
        return tuple(self._points)

    def set_value(self, points: Iterable[Measured]) -> None:
        """Show the points of a training."""
        self._points = list(points)
        self._draw(keep_view=False)
        self.value_changed.emit(self.value())

    def add(self, point: Measured) -> None:
        """Show one more point, soon."""
        self._points.append(point)
        if not self._timer.isActive():
            self._timer.start()

    def group(self) -> Group:
        """Give the figures that are shown now."""
        index: int = self.figure.currentIndex()
        return GROUPS[max(0, index)]

    def set_group(self, title: str) -> None:
        """Show the figures of a title of `GROUPS`."""
        self.figure.setCurrentIndex(self.figure.findText(title))
        self._draw(keep_view=False)

    def _draw(self, *, keep_view: bool = True) -> None:
        self._grey()
        before, plot = self.curves.value(), training_plot(self._points, self.group())
        same = before is not None and plot is not None and before.log_y == plot.log_y
        self.curves.set_value(plot, keep_view=keep_view and same)
        words = current_words(self._points, self.group())
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def _grey(self) -> None:
        """Grey the figures that this training has not told of; one that is greyed is left for the first that is not."""
        told = {name for point in self._points for name in point.values}
        told_groups = [index for index, group in enumerate(GROUPS) if told & set(group.names)]
        for index in range(len(GROUPS)):
            self.figure.model().item(index).setEnabled(not told_groups or index in told_groups)
        if told_groups and self.figure.currentIndex() not in told_groups:
            self.figure.setCurrentIndex(told_groups[0])

    def _lay_out(self) -> None:
        self.figure.setAccessibleName("Figure of the training")
        self.figure.setToolTip("Which figure is drawn; dashed is what real data reach against real data")
        self.figure.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.figure.setMinimumContentsLength(8)
        guard_wheel(self.figure)
        for group in GROUPS:
            self.figure.addItem(group.title)
        self.curves.setMinimumHeight(HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.figure)
        column.addWidget(self.curves)
        column.addWidget(self.words)
