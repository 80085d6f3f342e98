"""A line-up is opened in the Evaluate panel: its grid, its two tables, and a sentence where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QFileDialog
from tests.services.lineup.scene import MEANS, posed, small

from napari_synthscope.evaluating.panel import EvaluatePanel
from napari_synthscope.session.session import Session
from synthscope.jobs.drain import drain
from synthscope.records.lineup import HONEST_MEASURES, STUDY_MEASURES, Contender
from synthscope.services.lineup.beginning import begin_lineup
from synthscope.services.lineup.lining_up import lineup_job

Settled = Callable[[Callable[[], Any]], None]


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session) -> Iterator[EvaluatePanel]:
    made = EvaluatePanel(napari_viewer=viewer)
    qtbot.addWidget(made)
    assert made.session is session
    made.show()
    yield made
    made.close()


def choose(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))


def test_grid_tables_and_sentences_of_a_line_up_are_shown(
    panel: EvaluatePanel, qtbot: QtBot, settled: Settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    two = (Contender("harmonic"), Contender("biharmonic"))
    begin_lineup(out, small(seeds=1, contenders=two), posed(tmp_path / "images", 1))
    drain(lineup_job(out, MEANS))
    door = panel.choice.lineups
    choose(monkeypatch, out)
    qtbot.mouseClick(door.button, Qt.MouseButton.LeftButton)
    settled(lambda: door.view.isVisible())
    view = door.view
    assert not view.grid.pixmap().isNull()
    assert [table.columnCount() for table in view.tables] == [len(STUDY_MEASURES), len(HONEST_MEASURES)]
    assert [view.tables[0].verticalHeaderItem(row).text() for row in (0, 1)] == ["harmonic", "biharmonic"]
    assert view.tables[0].item(0, 0).text().startswith("0.")
    assert "inside the mask" in view.sentences.text()
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile()).name))
    qtbot.mouseClick(view.page, Qt.MouseButton.LeftButton)
    assert opened == ["report.html"]


def test_a_folder_that_holds_no_line_up_is_said(
    panel: EvaluatePanel, qtbot: QtBot, settled: Settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path)
    qtbot.mouseClick(panel.choice.lineups.button, Qt.MouseButton.LeftButton)
    settled(lambda: panel.foot.sentence.value() is not None)
    said = panel.foot.sentence.value()
    assert said is not None
    assert "result.json" in said.text
