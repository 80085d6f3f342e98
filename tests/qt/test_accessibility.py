"""Every part has a name for those who cannot see it, and every icon its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from qtpy.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QWidget
from tests.plugin.evaluated import SCORES
from tests.qt.cards import CARD

from synthscope.generators.registry import find_spec
from synthscope.io.reading import Dataset
from synthscope.qt.bands_view import BandsView
from synthscope.qt.candidate_strip import CandidateRow, CandidateStrip
from synthscope.qt.curves import CurvesView
from synthscope.qt.dialogs.axes import AxesEditor
from synthscope.qt.dialogs.datasets import DatasetChooser
from synthscope.qt.dialogs.raw import RawEditor
from synthscope.qt.dialogs.slices import SlicesEditor
from synthscope.qt.dialogs.voxel_size import VoxelSize, VoxelSizeEditor
from synthscope.qt.figures_table import Figure, FiguresTable
from synthscope.qt.job_list import JobList, JobRow
from synthscope.qt.model_card import ModelCardView
from synthscope.qt.model_pick import ModelLine, ModelPick
from synthscope.qt.notes_form import NotesForm
from synthscope.qt.pair_gallery import PairGallery, PairRow
from synthscope.qt.picture_card import CardRow
from synthscope.qt.rail import Rail, Step
from synthscope.qt.record_form import RecordForm
from synthscope.qt.score_list import ScoreList
from synthscope.qt.sentence import Said, Sentence
from synthscope.qt.start_page import StartPage, StartRows
from synthscope.qt.theme import Tokens
from synthscope.qt.time_budget import TimeBudget
from synthscope.qt.training_curves import TrainingCurves

PIXELS = np.zeros((8, 8), np.uint16)


def filled(widget: Any, value: Any) -> QWidget:
    widget.set_value(value)
    made: QWidget = widget
    return made


def filled_rows(pick: ModelPick, rows: list[ModelLine]) -> QWidget:
    pick.set_rows(rows)
    return pick


BRICKS: dict[str, Callable[[], QWidget]] = {
    "record form": lambda: RecordForm(find_spec("exemplar").parameters),
    "candidates": lambda: filled(CandidateStrip(), [CandidateRow("a", 1, PIXELS)]),
    "scores": lambda: filled(ScoreList(), SCORES),
    "pairs": lambda: filled(PairGallery(), [PairRow(0, "1", "a", PIXELS)]),
    "bands": BandsView,
    "jobs": lambda: filled(JobList(), [JobRow("a", "A", "failed", details="x"), JobRow("b", "B")]),
    "curves": CurvesView,
    "figures": lambda: filled(FiguresTable(), [Figure("a", 1.0)]),
    "models": lambda: filled_rows(ModelPick(), [ModelLine("a", "soil", problem="damaged")]),
    "model card": lambda: filled(ModelCardView(), CARD),
    "training curves": TrainingCurves,
    "time budget": TimeBudget,
    "notes": NotesForm,
    "rail": lambda: Rail([Step("a", "A", "brush")]),
    "sentence": lambda: filled(Sentence(), Said("a", details="b", action="Undo")),
    "start page": lambda: StartPage(StartRows((CardRow("a", "A"),))),
    "axes": lambda: AxesEditor((3, 4, 5), "zyx", ("zyx", "cyx")),
    "datasets": lambda: DatasetChooser([Dataset("a", (4, 4), "uint8")]),
    "raw": lambda: RawEditor(100),
    "voxel size": lambda: VoxelSizeEditor(VoxelSize("zyx", (1.0, 1.0, 1.0))),
    "slices": lambda: SlicesEditor(4, 0),
}


@pytest.fixture(params=BRICKS)
def brick(request: pytest.FixtureRequest, shown: Callable[..., QWidget], tokens: Tokens) -> QWidget:
    return shown(BRICKS[request.param](), tokens)


def of_ours(brick: QWidget, *kinds: type) -> list[Any]:
    found = [widget for kind in kinds for widget in brick.findChildren(kind)]
    return [widget for widget in found if not widget.objectName().startswith("qt_")]


def test_every_button_says_what_it_does(brick: QWidget) -> None:
    nameless = [b for b in of_ours(brick, QAbstractButton) if not (b.accessibleName() or b.text())]
    silent = [b for b in of_ours(brick, QAbstractButton) if not (b.text() or b.toolTip())]
    assert not nameless
    assert not silent


def test_every_field_has_a_name(brick: QWidget) -> None:
    assert [f for f in of_ours(brick, QLineEdit, QComboBox, QPlainTextEdit) if not f.accessibleName()] == []


def test_all_words_are_13_pixels_or_larger(brick: QWidget) -> None:
    small = [label.text() for label in of_ours(brick, QLabel) if label.text() and 0 < label.font().pixelSize() < 13]
    assert small == []
