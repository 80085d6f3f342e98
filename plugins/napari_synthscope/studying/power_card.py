"""What a study of several sizes would find: simulated, by its own schedule and analysis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from synthscope.qt.buttons import TextButton
from synthscope.qt.curves import Curve as Line
from synthscope.qt.curves import CurvesView, Plot
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.number_edit import NumberEdit
from synthscope.records.documents import to_json
from synthscope.records.study_ratings import Curve
from synthscope.services.studies.powering import PowerAsked
from synthscope.studies.simulation.power import PowerPlan

if TYPE_CHECKING:
    from synthscope.qt.plot_canvas import Kind

ENOUGH = 0.8
KINDS: tuple[Kind, ...] = ("figure", "real", "baseline", "other", "synthetic")
RATERS, IMAGES, RUNS = "3, 5, 8, 12", "10, 20, 40", 60
PANEL: Mapping[str, tuple[str, str]] = {
    "sensitivity": ("d' to find", "How well raters tell: 0 not at all, 1 is right in 76 % of pairs"),
    "spread": ("Raters differ", "Standard deviation of d' among raters"),
    "arm_spread": ("By set", "Standard deviation of what each rater's d' for a set has of its own"),
    "case_spread": (
        "Images differ",
        "How synthetic images look by themselves, to all alike, beside the noise of a look: 0.5 is usual, 1.2 much",
    ),
}
"""Words and tips for what is asked of raters and images, by the fields of `PowerAsked`."""
TIP = "Raters of this ability go through the schedule, and the primary test is asked what it finds"
OLD = "The design is another one since; simulate again."


class PowerCard(QWidget):
    """Asks for power, and draws it against raters.

    Signals
    -------
    pressed()
        Power is to be simulated.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: tuple[Curve, ...] = ()
        # create
        self.numbers = {name: NumberEdit(float) for name in PANEL}
        self.sensitivity = self.numbers["sensitivity"]
        self.raters = QLineEdit(RATERS)
        self.images = QLineEdit(IMAGES)
        self.runs = NumberEdit(int)
        self.simulate = TextButton("Simulate", name="chart-line", tip=TIP)
        self.reason = WrappingLabel(role="warning")
        self.words = WrappingLabel(role="muted")
        self.view: CurvesView | None = None
        # lay out
        for name, edit in self.numbers.items():
            edit.set_value(getattr(PowerAsked(), name))
        self.runs.set_value(RUNS)
        self._lay_out()
        # connect
        for line in (self.raters, self.images):
            line.textChanged.connect(lambda _text: self._check())
        for number in (*self.numbers.values(), self.runs):
            number.value_changed.connect(lambda _value: self._check())
        self.simulate.clicked.connect(self.pressed)
        self._check()

    def value(self) -> dict[str, Any] | None:
        """Give what is asked for, as `PowerAsked` in JSON; None if it is wrong."""
        return None if self.problem() else to_json(self._asked())

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        for words, line in (("Raters", self.raters), ("Images", self.images)):
            if not counts(line.text()):
                return f"{words} are {line.text()!r}; give whole numbers with commas between, such as 3, 5, 8."
        for name, (words, _) in PANEL.items():
            if self.numbers[name].value() is None:
                return f"{words} is {self.numbers[name].text()!r}; give a number."
        runs = self.runs.value()
        if runs is None or not 10 <= runs <= 2000:
            return f"Simulated studies are {self.runs.text()!r}; give 10 to 2000."
        return self._asked().problem()

    def set_value(self, curves: Sequence[Curve], *, holds: bool, asked: PowerAsked | None = None) -> None:
        """Draw power; `holds` says whether it is of the design as it stands, `asked` what was simulated."""
        self._curves = tuple(curves)
        if curves and self.view is None:
            self.view = CurvesView(empty="")
            self.view.setMinimumHeight(220)
            self._column.addWidget(self.view)
        if self.view is not None:
            self.view.setVisible(bool(curves))
            self.view.set_value(plot_of(curves) if curves else None)
        words = f"{power_words(curves)} {panel_words(asked)}".strip() if curves else ""
        self.words.setText(words if holds or not words else f"{OLD} {words}")
        self.words.setVisible(bool(words))

    def _asked(self) -> PowerAsked:
        raters, images, runs = counts(self.raters.text()), counts(self.images.text()), self.runs.value()
        numbers = {name: float(edit.value() or 0.0) for name, edit in self.numbers.items()}
        return PowerAsked(**numbers, plan=PowerPlan(raters, images, int(runs or 0)))

    def _check(self) -> None:
        problem = self.problem()
        self.simulate.setEnabled(not problem)
        self.reason.setText(problem)
        self.reason.setVisible(bool(problem))

    def _lay_out(self) -> None:
        form = QFormLayout()
        for words, tip, edit in (
            *((words, tip, self.numbers[name]) for name, (words, tip) in PANEL.items()),
            ("Raters", "Numbers to try, with commas between", self.raters),
            ("Images", "Of each set, numbers to try, with commas between", self.images),
            ("Studies", "Simulated for each size; more are slower and surer", self.runs),
        ):
            form.addRow(field_label(words, tip, edit), edit)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addLayout(form)
        for widget in (self.simulate, self.reason, self.words):
            self._column.addWidget(widget)
        self.words.setVisible(False)


def counts(text: str) -> tuple[int, ...]:
    """Read whole numbers above 0 with commas between; none where one is not."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not all(word.isdigit() and int(word) > 0 for word in words):
        return ()
    return tuple(sorted({int(word) for word in words}))


def plot_of(curves: Sequence[Curve]) -> Plot:
    """Lay power over the number of raters, a line for each number of images, and the level of 80 %."""
    lines = [
        Line(curve.subject, np.array(curve.x, float), np.array(curve.y, float), KINDS[i % len(KINDS)])
        for i, curve in enumerate(curves)
    ]
    x = lines[0].x
    if len(x) > 1:
        lines.append(Line("80 %", np.array([x[0], x[-1]]), np.array([ENOUGH, ENOUGH]), "level"))
    return Plot(tuple(lines), "raters", "power", title="Power", rising=True)


def panel_words(asked: PowerAsked | None) -> str:
    """Say of which raters and images power was simulated."""
    if asked is None:
        return ""
    return (
        f"Of d' {asked.sensitivity:g}, which differs by {asked.spread:g} among raters and by {asked.arm_spread:g} "
        f"by set; images differ by {asked.case_spread:g}."
    )


def power_words(curves: Sequence[Curve]) -> str:
    """Say which of the sizes is enough: the fewest raters, then the fewest images."""
    found = [
        (x, i, y, low, high)
        for i, curve in enumerate(curves)
        for x, y, low, high in zip(curve.x, curve.y, curve.low, curve.high, strict=True)
        if math.isfinite(y)
    ]
    if not found:
        return ""
    enough = [one for one in found if one[2] >= ENOUGH]
    x, i, y, low, high = min(enough, default=max(found, key=lambda one: one[2]))
    start = "Enough" if enough else "None reaches 80 %; the most"
    return f"{start}: {x:.0f} raters, {curves[i].subject}: {y:.0%} ({low:.0%} to {high:.0%})."
