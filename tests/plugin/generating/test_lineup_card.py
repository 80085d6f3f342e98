"""Compare generators: who can take part, what it takes, the grid that fills in Evaluate, the command, the study."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtGui import QGuiApplication
from tests.services.lineup.scene import HOLE, MEANS, SIDE, SPACE, hole, origin, picture, posed, small

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.evaluating.lineup_door import STUDY
from napari_synthscope.evaluating.panel import EvaluatePanel
from napari_synthscope.generating.lineup_card import EVALUATE, LineupCard
from napari_synthscope.generating.panel import GeneratePanel
from napari_synthscope.session.mask_told import tell_origins
from napari_synthscope.session.session import Session
from napari_synthscope.session.work_desk import in_project
from napari_synthscope.studying.panel import StudyPanel
from synthscope.cli import main
from synthscope.generators.classical.parameters import ExemplarParameters
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.lineup import Contender, LineupResult
from synthscope.records.request import Region
from synthscope.services.lineup.beginning import begin_lineup, read_lineup, read_result
from synthscope.services.lineup.lining_up import lineup_job
from synthscope.services.run_folder import RunFolder

GENERATE = "synthscope.panel.generate"
PANELS = {GENERATE: GeneratePanel, EVALUATE: EvaluatePanel, STUDY: StudyPanel}
Settled = Callable[[Callable[[], Any]], None]
LONG = 120_000


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """A folder with two slices of the same size."""
    (tmp_path / "images").mkdir()
    for number in (0, 1):
        write_image(tmp_path / f"images/slice-{number}.ome.tif", Image(picture(number), SPACE, f"slice-{number}"))
    return tmp_path / "images"


class Room:
    """The panels of one viewer, made when they are opened, as by a shell."""

    def __init__(self, viewer: ViewerModel, qtbot: QtBot) -> None:
        self._viewer, self._qtbot = viewer, qtbot
        self.opened: list[str] = []
        self.panels: dict[str, Any] = {}
        self.generate = self.open(GENERATE)
        self.opened.clear()
        qtbot.addWidget(self.generate.tray)

    def open(self, panel_id: str) -> Any:
        self.opened.append(panel_id)
        if panel_id not in self.panels:
            made: Any = PANELS[panel_id](napari_viewer=self._viewer)
            self._qtbot.addWidget(made)
            self.panels[panel_id] = made
            if hasattr(made, "take_opener"):
                made.take_opener(self.open)
        return self.panels[panel_id]

    @property
    def card(self) -> LineupCard:
        return self.generate.lineup

    @property
    def door(self) -> Any:
        return self.panels[EVALUATE].choice.lineups


@pytest.fixture
def room(qtbot: QtBot, viewer: ViewerModel, session: Session, images: Path, settled: Settled) -> Iterator[Room]:
    """Generate before a slice with a square mask; the card is open."""
    made = Room(viewer, qtbot)
    add_image(viewer, open_image(images / "slice-0.ome.tif"))
    mask = session.new_mask()
    mask.data[HOLE, HOLE] = 1
    session.mask_written(Region((HOLE.start, HOLE.start), (HOLE.stop, HOLE.stop)))
    made.generate.settings.context.set_value(16)
    made.generate.show()
    settled(lambda: session.painted is not None)
    press(qtbot, made.card.fold._button)
    settled(lambda: made.card.compare.isEnabled())
    yield made
    for panel in made.panels.values():
        panel.close()


def press(qtbot: QtBot, button: Any) -> None:
    """Press a button, or the box of a tick."""
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, button.height() // 2))


def ask(room: Room, settled: Settled, *ids: str, count: int = 1) -> None:
    """Tick generators, and wait until they are planned."""
    room.card.settings.choice.set_generators(ids)
    room.card.settings.count.set_value(count)
    room.card.refresh()
    settled(lambda: room.card.compare.isEnabled())


def shown(result: LineupResult, folder: Path) -> dict[tuple[str, int], list[tuple[int, str]]]:
    """Give the hash of every candidate's voxels, by contender and image."""
    return {
        (shot.contender, shot.image): [(one.seed, one.sha256) for one in RunFolder(folder / shot.run).candidates()]
        for row in result.rows for shot in row.shots
    }  # fmt: skip


def test_who_can_fill_is_ticked_and_who_cannot_is_greyed_with_the_reason(
    room: Room, qtbot: QtBot, settled: Settled
) -> None:
    choice = room.card.settings.choice
    assert choice.generators() == ("biharmonic", "exemplar", "harmonic")
    row = choice.rows["sd-inpaint"]
    assert not row.tick.isEnabled()
    assert "needs a pretrained model and there is none yet" in row.reason.text()
    assert row.parentWidget() is choice.fold._content
    settled(lambda: choice.rows["prior"].tick.isEnabled())  # a bundled one fits
    assert choice.rows["quilt"].isHidden()
    row = choice.rows["prior"]
    press(qtbot, row.tick)
    settled(lambda: row.model.isVisible())
    assert row.model.value()
    assert room.card.settings.value().contenders[-1].model == row.model.value()


def test_what_it_takes_is_said_beforehand(room: Room, settled: Settled) -> None:
    ask(room, settled, "harmonic", "biharmonic", count=3)
    words = room.card.estimate.text()
    assert "to make 3 candidates each by 2 generators" in words
    assert "of memory" in words


def test_what_cannot_be_compared_is_said_and_stops_the_button(room: Room, settled: Settled) -> None:
    settings, form = room.card.settings, room.generate.settings
    for do, words in (
        (lambda: settings.choice.set_generators(()), "Nothing is ticked"),
        (lambda: settings.count.line.setText("many"), "Candidates each is 'many'"),
        (lambda: (settings.count.set_value(2), settings.seed.set_value(-1)), "Seed is '-1'"),
        (lambda: (settings.seed.set_value(0), room.generate.session.set_mask(None)), "draw one first"),
        (lambda: form.generator.set_task("synthesize"), "at Fill and Vary"),
    ):
        do()
        room.card.refresh()
        settled(lambda words=words: words in room.card.reason.text())
        assert not room.card.compare.isEnabled()


def test_one_that_is_ticked_and_cannot_stays_in_sight_with_its_reason(room: Room, settled: Settled) -> None:
    row = room.card.settings.choice.rows["sd-inpaint"]
    row.tick.setEnabled(True)
    row.tick.setChecked(True)
    settled(lambda: "Stable Diffusion inpainting" in room.card.reason.text())
    assert row.isVisible()
    assert not room.card.compare.isEnabled()


def test_a_mask_that_does_not_fit_the_images_of_a_folder_is_said(room: Room, settled: Settled, images: Path) -> None:
    write_image(images / "wide.ome.tif", Image(np.zeros((40, 50), np.uint16), SPACE, "wide"))
    room.card.settings.images.set_value(images)
    settled(lambda: room.card.reason.text())
    assert f"The mask is of {SIDE} × {SIDE} and wide of 40 × 50 voxels" in room.card.reason.text()


def test_the_grid_fills_in_evaluate_and_the_command_makes_the_same_candidates(
    room: Room, session: Session, qtbot: QtBot, settled: Settled, images: Path, tmp_path: Path
) -> None:
    card = room.card
    settings = room.generate.settings
    settings.generator.set_value("inpaint", "exemplar", ExemplarParameters(patch=9))
    card.settings.images.set_value(images)
    card.settings.seed.set_value(7)
    card.settings.intact.setChecked(True)
    ask(room, settled, "harmonic", "exemplar")
    assert "1 candidate each of 2 images by 2 generators" in card.estimate.text()
    press(qtbot, card.copy)
    copied = QGuiApplication.clipboard().text()
    filled: list[int] = []
    session.lineups.ready.connect(lambda _folder, result: filled.append(sum(len(row.shots) for row in result.rows)))
    with qtbot.waitSignal(session.lineups.ended, timeout=LONG):
        press(qtbot, card.compare)
        qtbot.waitUntil(lambda: card.stop.isVisible() and room.opened == [EVALUATE], timeout=LONG)
        qtbot.waitUntil(lambda: room.door.view.isVisible(), timeout=LONG)
    settled(lambda: filled[-1:] == [4])
    assert len(filled) > 2  # the grid was shown before the last candidate
    view = room.door.view
    assert view.tables[0].verticalHeaderItem(0).text() == "exemplar"
    assert not view.resume.isVisible()
    assert view.grid.pixmap().height() > 2 * 128
    result = read_result(view.folder)
    assert result.complete
    recipe = read_lineup(view.folder)
    assert [dict(one.parameters) for one in recipe.contenders] == [{"patch": 9}, {}]
    mask = write_image(tmp_path / "mask.ome.tif", Image(hole(), SPACE.mask_space(), "mask"))
    words = shlex.split(copied.replace("MASK", str(mask)).replace("OUT", str(tmp_path / "again")))
    assert main(words[1:]) == 0
    again = read_lineup(tmp_path / "again")
    assert (again.contenders, again.seed, again.seeds, again.context, again.intact, again.prompts) == (
        recipe.contenders, recipe.seed, recipe.seeds, recipe.context, recipe.intact, recipe.prompts,
    )  # fmt: skip
    assert shown(read_result(tmp_path / "again"), tmp_path / "again") == shown(result, view.folder)


def test_what_found_the_mask_goes_into_what_is_made(
    room: Room, session: Session, qtbot: QtBot, settled: Settled
) -> None:
    tell_origins(session.mask, (origin(hole()),))
    ask(room, settled, "harmonic")
    with qtbot.waitSignal(session.lineups.ended, timeout=LONG):
        press(qtbot, room.card.compare)
    (run,) = session.project.folder.glob("lineups/*/runs/*")
    assert RunFolder(run).recipe().request.mask_origins == (origin(hole()),)


def test_a_line_up_that_is_stopped_is_listed_and_goes_on(
    room: Room, session: Session, qtbot: QtBot, settled: Settled
) -> None:
    room.generate.settings.context.set_value(52)  # each candidate takes its time
    ask(room, settled, "harmonic", "exemplar", count=3)
    press(qtbot, room.card.compare)
    qtbot.waitUntil(lambda: room.card.stop.isVisible() and bool(session.lineups.row().fraction), timeout=LONG)
    with qtbot.waitSignal(session.lineups.ended, timeout=LONG):
        press(qtbot, room.card.stop)
    settled(lambda: room.door.kept.value())
    assert "not complete" in room.door.kept.list.item(0).text()
    folder = room.door.kept.value()[0]
    assert "stopped" in room.card.sentence.value().text
    made = len(list(folder.glob("runs/exemplar-0001/candidates/*.json")))
    assert made < 3
    room.door.kept.opened.emit(folder)
    settled(lambda: room.door.view.isVisible() and room.door.view.resume.isVisible())
    with qtbot.waitSignal(session.lineups.ended, timeout=LONG):
        press(qtbot, room.door.view.resume)
    settled(lambda: not room.door.view.resume.isVisible())
    assert read_result(folder).complete
    assert room.door.kept.value() == (folder,)


def test_a_study_is_made_of_what_is_ticked_beside_real_windows(
    room: Room, session: Session, qtbot: QtBot, settled: Settled, images: Path
) -> None:
    folder = session.project.folder / "lineups" / "20261127-030000-abcdef"
    three = (Contender("harmonic"), Contender("biharmonic"), Contender("exemplar"))
    begin_lineup(folder, small(seeds=1, contenders=three), posed(images))
    drain(lineup_job(folder, MEANS))
    room.open(EVALUATE)
    session.lineups.look_at(folder)
    settled(lambda: room.door.view.study.isVisible() and len(room.door.view.study.ticks) == 3)
    study = room.door.view.study
    press(qtbot, study.fold._button)
    press(qtbot, next(tick for tick in study.ticks if tick.text() == "exemplar"))
    press(qtbot, study.make)
    settled(lambda: STUDY in room.panels and room.panels[STUDY].wizard.facts is not None)
    assert not room.door.view.isVisible()
    wizard = room.panels[STUDY].wizard
    design = wizard.design
    assert [(arm.name, arm.is_real, len(arm.images)) for arm in design.arms] == [
        ("real", True, 26), ("harmonic", False, 2), ("biharmonic", False, 2),
    ]  # fmt: skip
    assert [arm.cases for arm in design.arms[1:]] == [("source 1", "source 2")] * 2
    assert design.arms[0].cases[-2:] == ("source 1", "source 2")  # what the masks hid, at the same places
    assert not any(Path(one.path).is_absolute() for arm in design.arms for one in arm.images)
    assert design.title == "Real or synthetic?"
    assert wizard.cards["images"].check().done


def test_a_line_up_of_a_project_that_was_moved_goes_on_where_it_lies_now(tmp_path: Path) -> None:
    payload = {"folder": "/old/place/lineups/20261126-200000-abcdef", "project": "/old/place"}
    here = in_project(tmp_path, payload)
    assert here == {"folder": str(tmp_path / "lineups" / "20261126-200000-abcdef"), "project": str(tmp_path)}
