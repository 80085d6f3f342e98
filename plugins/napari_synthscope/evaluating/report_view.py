"""A report card to look at: what was judged, its numbers, and one of them closer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget
from superqt import QElidingLabel

from napari_synthscope.evaluating.canvas_spot import CanvasSpot
from napari_synthscope.evaluating.detail import IMAGES, ScoreDetail
from napari_synthscope.evaluating.spot_place import place_words, recipe_of
from napari_synthscope.evaluating.words import facts_words
from napari_synthscope.session.report_lines import recipe_title
from synthscope.errors import SynthscopeError
from synthscope.io.opening import open_image
from synthscope.qt.buttons import Fold, IconButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.pair_gallery import PairRow
from synthscope.qt.score_list import ScoreList
from synthscope.qt.theme import set_role
from synthscope.records.evaluation import EvaluationRecipe, Evidence, Report, Score, Spot

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

SHOWN = 24
"""Images behind a number that are shown, at most."""
WAITING = "Numbers come as they are known."


class ReportView(QWidget):
    """Shows one report, or the numbers of one that is being made.

    Signals
    -------
    back_pressed(), export_pressed()
    """

    back_pressed = Signal()
    export_pressed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._folder: Path | None = None
        self._report: Report | None = None
        self._recipe: EvaluationRecipe | None = None
        self.spot = CanvasSpot(session, self)
        # create
        self.back = IconButton("arrow-left", "Back to what is judged")
        self.title = QElidingLabel()
        self.controls = IconButton("flask-outline", "Show controls: images whose quality is known", keys="Ctrl+Alt+C")
        self.export = IconButton("export", "Export this report", keys="Ctrl+Alt+X")
        self.facts = WrappingLabel(role="muted")
        self.warnings = WrappingLabel(role="warning")
        self._fold = Fold("Warnings", self.warnings)
        self.list = ScoreList()
        self.detail = ScoreDetail()
        # lay out
        self._lay_out()
        # connect
        self.back.clicked.connect(self.back_pressed)
        self.export.clicked.connect(self.export_pressed)
        self.controls.toggled.connect(self._on_controls)
        self.list.chosen.connect(self._on_chosen)
        self.detail.pressed.connect(self.show_on_canvas)
        self.spot.shown.connect(self.detail.caption.setText)
        self.begin("", None)

    @property
    def folder(self) -> Path | None:
        """Where the report that is shown lies."""
        return self._folder

    @property
    def report(self) -> Report | None:
        """The report that is shown; None while it is being made."""
        return self._report

    def begin(self, title: str, folder: Path | None, known: Iterable[Score] = ()) -> None:
        """Show an evaluation whose numbers are still to come; those that are `known` already are shown."""
        self._folder, self._report, self._recipe = folder, None, None
        self.title.setText(title)
        self.facts.setText(WAITING if folder is not None else "")
        self._warn(())
        self.list.set_value(known)
        self.detail.show_bands(None, controls=False)
        self._on_chosen(None)
        self.export.setEnabled(False)

    def add(self, score: Score) -> None:
        """Show one more number."""
        self.list.add(score)

    def set_value(self, folder: Path, report: Report) -> None:
        """Show a finished report; the recipe, which knows where the images are, is read beside the window."""
        before = self.list.current()
        self._folder, self._report = folder, report
        self.title.setText(recipe_title(report.recipe))
        self.title.setToolTip(self.title.text())
        self.facts.setText(facts_words(report))
        self._warn(report.warnings)
        self.list.set_value(report.scores)
        self.detail.show_bands(report, controls=self.controls.isChecked())
        self.export.setEnabled(True)
        self._on_chosen(before or self.list.current())
        self._session.errands.run(lambda: recipe_of(folder), self._take_recipe, self._session.said.emit)

    def show_on_canvas(self, place: int) -> None:
        """Show one of the images behind the chosen number on the canvas, beside its nearest real one."""
        evidence, report = self._evidence(self.list.current()), self._report
        if evidence is None or report is None or self._recipe is None:
            return
        spot, nearest = report.spots[evidence.spots[place]], _nearest(report, evidence, place)
        try:
            self.spot.show(self._recipe, spot, nearest, evidence.beside)
        except SynthscopeError as error:
            self._session.said.emit(error)
            return
        self.detail.gallery.set_current(place)

    def _take_recipe(self, recipe: EvaluationRecipe) -> None:
        self._recipe = recipe

    def _on_controls(self, shown: bool) -> None:
        words = "Hide controls" if shown else "Show controls"
        self.controls.set_words(f"{words}: images whose quality is known", "Ctrl+Alt+C")
        self.list.show_controls(shown)
        self.detail.show_bands(self._report, controls=shown)

    def _on_chosen(self, score: Score | None) -> None:
        self.detail.show_score(score)
        evidence, report, folder = self._evidence(score), self._report, self._folder
        self.detail.caption.setText("")
        self.detail.gallery.set_value(())
        self.detail.gallery.say_empty(self._none_words(score))
        if score is not None and report is not None:
            self.detail.curves.look_at(_extractor_of(score))
        if evidence is None or report is None or folder is None:
            return
        self._session.errands.run(
            lambda: gallery_rows(report, evidence, folder), lambda rows: self._show_rows(evidence, rows),
            self._session.said.emit,
        )  # fmt: skip

    def _show_rows(self, evidence: Evidence, rows: tuple[PairRow, ...]) -> None:
        """Show the gallery of the number that is looked at; the answer for another one came too late."""
        if self._evidence(self.list.current()) is not evidence:
            return
        there = any(row.nearest is not None for row in rows)
        words = f", each beside {evidence.beside or 'the real field nearest to it'}." if there else "."
        self.detail.caption.setText(f"The furthest from real first{words} Press one to see it on the canvas.")
        self.detail.gallery.set_value(rows)

    def _evidence(self, score: Score | None) -> Evidence | None:
        return None if score is None or self._report is None else self._report.behind(score)

    def _none_words(self, score: Score | None) -> str:
        if score is None:
            return "Choose a number to see the images behind it."
        return (
            "Images come with the finished report."
            if self._report is None
            else "No single images stand behind this number."
        )

    def _warn(self, warnings: tuple[str, ...]) -> None:
        self.warnings.setText("\n\n".join(warnings))
        self._fold.setVisible(bool(warnings))
        self._fold.set_open(bool(warnings) and len(warnings) <= 2)

    def _lay_out(self) -> None:
        set_role(self.title, "title")
        self.title.setMinimumWidth(40)
        self.controls.setCheckable(True)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.back)
        head.addWidget(self.title, 1)
        head.addWidget(self.controls)
        head.addWidget(self.export)
        top = QVBoxLayout()
        top.setContentsMargins(12, 8, 12, 0)
        top.setSpacing(4)
        top.addLayout(head)
        top.addWidget(self.facts)
        top.addWidget(self._fold)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(5)
        parts.addWidget(self.list)
        parts.addWidget(self.detail)
        parts.setSizes([360, 300])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(parts, 1)

    def look_closer(self, tab: int = IMAGES) -> None:
        """Turn to the images or the curves of the chosen number."""
        self.detail.tabs.setCurrentIndex(tab)


def gallery_rows(report: Report, evidence: Evidence, folder: Path) -> tuple[PairRow, ...]:
    """Read the thumbnails behind a number."""
    rows = []
    for place, (value, number) in enumerate(zip(evidence.values[:SHOWN], evidence.spots, strict=False)):
        spot, nearest = report.spots[number], _nearest(report, evidence, place)
        caption = f"{_image_name(report, spot)}, {place_words(spot)}"
        beside = None if nearest is None else _picture(folder, nearest)
        rows.append(PairRow(place, f"{value:.3g}", caption, _picture(folder, spot), beside))
    return tuple(rows)


def _image_name(report: Report, spot: Spot) -> str:
    sets = (report.recipe.real, *report.recipe.generated)
    found = next((one for one in sets if one.name == spot.subject), None)
    return found.images[spot.image].name if found and 0 <= spot.image < len(found.images) else spot.subject


def _nearest(report: Report, evidence: Evidence, place: int) -> Spot | None:
    number = evidence.nearest[place] if place < len(evidence.nearest) else -1
    return report.spots[number] if 0 <= number < len(report.spots) else None


def _picture(folder: Path, spot: Spot) -> np.ndarray | None:
    """Read a thumbnail; one that is missing leaves its place empty."""
    path = (folder / spot.picture).resolve()
    if not spot.picture or not path.is_relative_to(folder.resolve()):
        return None
    try:
        return np.asarray(open_image(path).pixels[...])
    except SynthscopeError:
        return None


def _extractor_of(score: Score) -> str:
    """Name the extractor that a number was measured by."""
    from synthscope.metrics.registry import find_metric

    try:
        spec = find_metric(score.metric.partition(":")[0])
    except SynthscopeError:
        return score.encoder
    return score.encoder if spec.extractor == "encoder" else spec.extractor
