"""One number, closer: what it says and is worth, the images behind it, the curves of its measure."""

from __future__ import annotations

import json
import math
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QScrollArea, QTabWidget, QVBoxLayout, QWidget

from synthscope.qt.bands_view import BandsView
from synthscope.qt.buttons import Fold
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.pair_gallery import PairGallery
from synthscope.qt.score_bar import ScoreBar, floor_words, score_words, why_words
from synthscope.qt.score_list import BETTER
from synthscope.records.evaluation import Report, Score

NOTHING = "Choose a number above to see what it is worth and which images are behind it."
WORTH = "What it is worth"
IMAGES, NUMBER, CURVES = range(3)


class ScoreDetail(QWidget):
    """Shows one score: its number, and in tabs the images behind it, what it is worth, and curves.

    Signals
    -------
    pressed(int)
        A pair of the gallery is wanted on the canvas.
    """

    pressed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.title = WrappingLabel(NOTHING)
        self.bar = ScoreBar()
        self.tabs = QTabWidget()
        self.words = WrappingLabel()
        self.caveats = WrappingLabel(role="warning")
        self.gallery = PairGallery(empty=NOTHING)
        self.caption = WrappingLabel(role="muted")
        self.curves = BandsView()
        self._settings = WrappingLabel(role="muted")
        self._fold = Fold("Depends on", self._settings)
        # lay out
        self._lay_out()
        # connect
        self.gallery.pressed.connect(self.pressed)
        self.show_score(None)

    def show_score(self, score: Score | None) -> None:
        """Say what a score is worth; None for none."""
        self.title.setText(NOTHING if score is None else f"{score.title}, {score.subject}")
        self.words.setText("" if score is None else value_sentence(score))
        self.bar.set_value(score)
        self.bar.setVisible(score is not None)
        caveats = () if score is None else score.caveats
        if score is not None and score.informative is False:
            caveats = (why_words(score), *caveats)
        self.caveats.setText("\n".join(caveats))
        self.caveats.setVisible(bool(caveats))
        self.tabs.setTabText(NUMBER, f"{WORTH} ({len(caveats)} !)" if caveats else WORTH)
        self._settings.setText("" if score is None else settings_words(score))
        self._fold.setVisible(score is not None and bool(self._settings.text()))

    def show_bands(self, report: Report | None, *, controls: bool) -> None:
        """Show the curves of a report: of real and generated sets, and of controls where they are wanted."""
        if report is None:
            self.curves.set_value((), "")
            return
        hidden = set() if controls else {one.name for one in report.sets if one.role == "control"}
        self.curves.set_value((b for b in report.bands if b.subject not in hidden), report.recipe.real.name)

    def _lay_out(self) -> None:
        pages = (
            ("Images", (self.caption, self.gallery)),
            (WORTH, (self.caveats, self.words, self._fold)),
        )
        for title, widgets in pages:
            self.tabs.addTab(_page(*widgets), title)
        drawn = QWidget()  # not scrolled: a plot takes the room that there is
        around = QVBoxLayout(drawn)
        around.setContentsMargins(12, 8, 12, 8)
        around.addWidget(self.curves)
        around.addStretch()
        around.setStretchFactor(self.curves, 1)
        self.tabs.addTab(drawn, "Curves")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.title.setStyleSheet("font-weight: 600;")
        head = QVBoxLayout()
        head.setContentsMargins(12, 8, 12, 0)
        head.setSpacing(4)
        head.addWidget(self.title)
        head.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.tabs, 1)


def value_sentence(score: Score) -> str:
    """Say a number with its interval, what real against real gets, its test and what larger means."""
    known = [
        f"{score_words(score)}; the brackets hold the 95 % interval" if _has_interval(score) else score_words(score)
    ]
    floor = floor_words(score)
    if floor:
        known.append(f"{floor[0].upper()}{floor[1:]}: what a perfect generator would get at this number of fields")
    if math.isfinite(score.spread):
        known.append(f"Standard deviation over images {score.spread:.3g}")
    if not math.isnan(score.p_value):
        known.append(f"p = {score.p_value:.3g} for both sets being of one kind")
    if score.n:
        known.append(f"From {score.n} fields of each set")
    why = why_words(score) if score.informative else ""
    return ".\n".join([*known, BETTER[score.better]]) + (f"\n{why}" if why else "")


def settings_words(score: Score) -> str:
    """Write what a number depends on, a line each."""
    settings: dict[str, Any] = {"encoder": score.encoder} if score.encoder else {}
    settings |= score.settings
    return "\n".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value)}" for name, value in settings.items()
    )


def _has_interval(score: Score) -> bool:
    return math.isfinite(score.value) and math.isfinite(score.low) and math.isfinite(score.high)


def _page(*widgets: QWidget) -> QScrollArea:
    from napari_synthscope.parts.scrolled import scrolled

    area = scrolled(*widgets)
    column = area.widget().layout()
    assert isinstance(column, QVBoxLayout)
    column.setContentsMargins(12, 8, 12, 8)
    column.setSpacing(8)
    return area
