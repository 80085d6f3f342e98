"""Compare families: what is chosen, what it takes, how it is followed, stopped, and opened again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtGui import QDesktopServices
from tests.plugin.learner import install_learner
from tests.plugin.training.test_panel import stack_image, wait

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.session.session import Session
from napari_synthscope.session.work_desk import in_project
from napari_synthscope.training.families_card import FamiliesCard
from napari_synthscope.training.panel import TrainPanel
from synthscope.records.families import MEASURES
from synthscope.services.families.beginning import read_families, read_result

Settled = Callable[[Callable[[], Any]], None]


@pytest.fixture(autouse=True)
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_learner(tmp_path / "learner", monkeypatch)


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session, rng: np.random.Generator) -> Iterator[TrainPanel]:
    made = TrainPanel(napari_viewer=viewer)
    qtbot.addWidget(made)
    assert made.session is session
    made.show()
    image = stack_image(rng, "grains.ome.tif")
    add_image(viewer, image.with_(pixels=np.tile(np.asarray(image.pixels), (1, 2, 2))))
    yield made
    made.close()


@pytest.fixture
def card(panel: TrainPanel, settled: Settled) -> FamiliesCard:
    """The card, set to what is done in a moment."""
    panel.settings.generator.set_value("gaussian")
    made = panel.families
    made.fold.set_open(True)
    made.choice.set_generators(("gaussian", "phase-surrogate"))
    made.choice.minutes.set_value(0.1)
    for name, value in (("seeds", 1), ("count", 8), ("size", 32)):
        made.choice.counts[name].set_value(value)
    settled(made.compare.isEnabled)
    return made


def press(qtbot: QtBot, button: Any) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def texts(card: FamiliesCard) -> list[list[str]]:
    """Give the table as it is shown."""
    table = card.view.table
    return [
        [table.verticalHeaderItem(row).text(), *(table.item(row, i).text() for i in range(table.columnCount()))]
        for row in range(table.rowCount())
    ]


def test_all_that_can_be_compared_are_offered_and_controls_are_named_so(card: FamiliesCard) -> None:
    words = [card.choice.list.item(i).text() for i in range(card.choice.list.count())]
    assert "Gaussian field" in words
    assert "Diffusion prior" in words
    assert "Phase surrogate (control)" in words
    assert not any("armonic" in word for word in words)


def test_the_menu_leads_to_it_as_soon_as_there_is_an_image(panel: TrainPanel, qtbot: QtBot) -> None:
    assert not panel.families.fold.is_open()
    for name, value in (("count", 8), ("size", 32)):
        panel.families.choice.counts[name].set_value(value)
    panel.shell_actions()["families"]()
    wait(qtbot, lambda: panel.families.compare.isVisible() and panel.families.compare.isEnabled())


def test_a_comparison_of_a_project_that_was_moved_goes_on_where_it_lies_now(tmp_path: Path) -> None:
    payload = {"folder": "/old/place/families/20261126-200000-abcdef", "project": "/old/place"}
    here = in_project(tmp_path, payload)
    assert here == {"folder": str(tmp_path / "families" / "20261126-200000-abcdef"), "project": str(tmp_path)}


def test_what_it_takes_in_all_is_said_beforehand(card: FamiliesCard) -> None:
    card.choice.minutes.set_value(10)
    card.choice.counts["seeds"].set_value(3)
    card.refresh()
    words = card.estimate.text()
    assert "3 trainings of 10 min, and 8 images of 32 px for each of 2 generators and 3 seeds" in words
    assert words.startswith("About 3")  # half an hour of training, and what is made


@pytest.mark.parametrize(
    ("do", "words"),
    [
        (lambda card: card.choice.set_generators(()), "Nothing is ticked"),
        (lambda card: card.choice.minutes.line.setText("soon"), "Time each is 'soon'"),
        (lambda card: card.choice.counts["seeds"].set_value(0), "Seeds is '0'; give a whole number from 1 to 20"),
        (lambda card: card.choice.counts["size"].set_value(500), "smaller than a patch of 500"),
        (lambda card: card._settings.more.held_out.set_value(0), "part to hold out is 0"),
        (lambda card: card.choice.counts["size"].set_value(70), "8 are the least"),
    ],
)
def test_what_cannot_be_compared_is_said_and_stops_the_button(card: FamiliesCard, do: Any, words: str) -> None:
    do(card)
    card.refresh()
    assert words in card.reason.text()
    assert not card.compare.isEnabled()


def test_a_comparison_ends_with_its_table_and_grid_and_is_opened_again(
    card: FamiliesCard, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, settled: Settled
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    with qtbot.waitSignal(session.comparisons.ready, timeout=120_000):
        press(qtbot, card.compare)
        wait(qtbot, card.stop.isVisible)
    assert card.view.isVisible()
    rows = texts(card)
    assert [row[0] for row in rows] == ["Real against real", "Gaussian field", "Phase surrogate"]
    assert all(len(row) == 1 + len(MEASURES) for row in rows)
    assert float(rows[1][1].split("\n")[0]) > 0
    assert card.view.grid.pixmap().height() >= 3 * 64
    assert "held-out part of" in card.view.sentences.text()
    assert not card.view.resume.isVisible()
    press(qtbot, card.view.page)
    assert opened == [str(card.view.folder / "report.html")]
    assert read_families(card.view.folder).contenders[0].training["patch"] == 16
    card.view.close()
    settled(lambda: card.kept.value())
    assert card.kept.value() == (card.view.folder,)
    with qtbot.waitSignal(session.comparisons.ready):
        card.kept.opened.emit(card.kept.value()[0])
    assert card.view.isVisible()


def test_a_comparison_that_is_stopped_is_listed_and_goes_on(
    card: FamiliesCard, session: Session, qtbot: QtBot, settled: Settled
) -> None:
    card.choice.counts["seeds"].set_value(2)
    card.choice.counts["count"].set_value(16)
    card.refresh()
    press(qtbot, card.compare)
    wait(qtbot, lambda: card.stop.isVisible() and session.comparisons.row().fraction)
    with qtbot.waitSignal(session.comparisons.ended, timeout=60_000):
        press(qtbot, card.stop)
    settled(lambda: card.kept.value())
    folder = card.kept.value()[0]
    assert "not complete" in card.kept.list.item(0).text()
    if not (folder / "families.json").is_file():
        card.kept.opened.emit(folder)
    else:
        card.view.resume_pressed.emit(folder)
    with qtbot.waitSignal(session.comparisons.ready, timeout=120_000):
        pass
    assert read_result(folder).complete
    assert len(card.kept.value()) == 1
