"""The window as a person meets it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from qtpy.QtGui import QDragEnterEvent, QDropEvent
from qtpy.QtWidgets import QApplication, QFileDialog, QMessageBox

from synthscope.desktop.actions import ACTIONS, COMPARE, JOBS, OPEN, SAMPLE_MENU
from synthscope.desktop.closing import INTERRUPTED, sentence
from synthscope.desktop.main_window import MainWindow
from synthscope.desktop.palette import Palette
from synthscope.desktop.panels import list_panels
from synthscope.desktop.settings import SettingsStore
from synthscope.jobs.queue import JobQueue
from synthscope.phantoms.samples import SAMPLES
from synthscope.qt.job_card import JobRow
from synthscope.qt.picture_card import PictureCard
from synthscope.services.project import Project

pytestmark = pytest.mark.gui


def stack(path: Path, shape: tuple[int, ...] = (5, 48, 64)) -> Path:
    pixels = np.random.default_rng(1).integers(0, 60000, shape).astype(np.uint16)
    tifffile.imwrite(path, pixels, photometric="minisblack")
    return path


def wait_for_layers(qtbot: QtBot, window: MainWindow, count: int = 1) -> Any:
    def are_there() -> bool:
        return window.workspace is not None and len(window.workspace.viewer.layers) >= count

    qtbot.waitUntil(are_there, timeout=20000)
    assert window.workspace is not None
    return window.workspace.viewer.layers


def test_the_start_page_shows_four_samples_and_no_viewer_yet(window: MainWindow) -> None:
    cards = window.start.findChildren(PictureCard)
    assert [card.value().id for card in cards] == [sample.key for sample in SAMPLES]
    assert all(card.isVisible() and card.value().picture is not None for card in cards)
    assert not window.in_workspace


def test_a_sample_opens_with_its_truth_by_a_click_on_its_card(window: MainWindow, qtbot: QtBot) -> None:
    card = next(c for c in window.start.findChildren(PictureCard) if c.value().id == "cells")
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    layers = wait_for_layers(qtbot, window, 2)
    assert layers[0].name.startswith("simulated")
    assert layers[0].axis_labels == ("c", "y", "x")
    assert not any(layer.visible for layer in layers[1:])


@pytest.mark.parametrize("in_workspace", [False, True])
def test_a_dropped_file_opens(window: MainWindow, qtbot: QtBot, tmp_path: Path, in_workspace: bool) -> None:
    if in_workspace:
        window.enter_workspace()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(stack(tmp_path / "dropped.tif")))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter, drop = QDragEnterEvent(QPoint(300, 300), *how), QDropEvent(QPointF(300, 300), *how)
    target = window if in_workspace else window.start
    QApplication.sendEvent(target, enter)
    QApplication.sendEvent(target, drop)
    layers = wait_for_layers(qtbot, window)
    assert layers[0].data.shape == (5, 48, 64)
    assert layers[0].axis_labels == ("z", "y", "x")


def test_a_file_opens_by_shortcut_and_dialog(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stack(tmp_path / "chosen.tif")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert wait_for_layers(qtbot, window)[0].name == "chosen"
    assert window.settings.last_folder == str(tmp_path)


def test_a_damaged_file_says_one_sentence_and_leaves_the_rest(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tif"
    bad.write_bytes(b"II*\x00" + b"\xff" * 40)
    window.open_paths([bad, stack(tmp_path / "good.tif")])
    layers = wait_for_layers(qtbot, window)
    assert [layer.name for layer in layers] == ["good"]


def test_axes_that_cannot_be_known_are_asked_for_in_the_panel(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.open_paths([stack(tmp_path / "ambiguous.tif", (3, 48, 64))])
    panel: Any = window.workspace.panel(OPEN)
    qtbot.waitUntil(lambda: panel.card.isVisible() and panel.card.button.isVisible(), timeout=30000)
    assert not window.workspace.viewer.layers
    panel.card.form.axes_editor.set_value("cyx")
    qtbot.mouseClick(panel.card.button, Qt.MouseButton.LeftButton)
    assert wait_for_layers(qtbot, window)[0].axis_labels == ("c", "y", "x")


def test_every_action_is_in_its_menu(window: MainWindow) -> None:
    for action in window.actions_by_id.values():
        titles = [made.objectName() for made in window.menus.menu(action.menu).actions()]
        assert action.id in titles
    assert len(window.menus.menu(SAMPLE_MENU).actions()) == len(SAMPLES)


def test_no_shortcut_of_ours_is_a_key_of_the_canvas(window: MainWindow) -> None:
    from napari.settings import get_settings

    theirs = {str(key) for keys in get_settings().shortcuts.shortcuts.values() for key in keys}
    assert not {action.shortcut for action in ACTIONS if action.shortcut} & theirs


@pytest.mark.usefixtures("without_torch")
def test_panels_are_those_of_the_manifest_and_none_brings_torch(window: MainWindow) -> None:
    workspace = window.enter_workspace()
    for entry in list_panels():
        assert workspace.show_panel(entry.id) is workspace.panels.made[entry.id]
    assert {entry.id for entry in list_panels()} == set(workspace.panels.made)
    assert not {"torch", "torchvision", "diffusers"} & set(sys.modules)


def test_themes_are_changed_by_the_menu_and_remembered(window: MainWindow) -> None:
    window.enter_workspace()
    window.menus.actions["view.theme_light"].trigger()
    assert window.workspace.viewer.theme == "synthscope_light"
    assert window.settings.theme == "light"
    assert window.menus.actions["view.theme_light"].isChecked()


def test_layers_and_side_panel_fold_away(window: MainWindow) -> None:
    workspace = window.enter_workspace()
    assert not workspace.nested.layers_shown  # the canvas has the room until somebody asks for the list
    window.menus.actions["view.layers"].trigger()
    assert workspace.nested.layers_shown
    assert SettingsStore(window.store.folder).value.layers_shown
    workspace.toggle_panel(OPEN)
    assert workspace.rail.current() == OPEN
    workspace.toggle_panel(OPEN)
    assert workspace.rail.current() == ""


def test_a_step_whose_panel_is_not_installed_can_be_neither_chosen_nor_missed(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = tuple(entry for entry in list_panels() if entry.id != COMPARE)
    monkeypatch.setattr("synthscope.desktop.workspace.list_panels", lambda: entries)
    window.run(window.actions_by_id["step.compare"])
    assert not window.menus.actions["step.compare"].isEnabled()
    assert not window.menus.actions["compare.curtain"].isEnabled()
    assert window.menus.actions["step.open"].isEnabled()


def test_plugins_may_dock_widgets_in_the_nested_viewer(window: MainWindow) -> None:
    from qtpy.QtWidgets import QLabel

    workspace = window.enter_workspace()
    label = QLabel("docked")
    workspace.viewer.window.add_dock_widget(label, name="docked")
    assert label.window() is window


def test_closing_ends_what_was_started(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    from napari._qt.qt_main_window import _QtMainWindow

    window.open_paths([stack(tmp_path / "a.tif")])
    wait_for_layers(qtbot, window)
    window.close()
    assert not _QtMainWindow._instances


@pytest.mark.parametrize("leave", [False, True])
def test_closing_with_work_running_asks_once(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, leave: bool
) -> None:
    asked: list[str] = []

    def answer(box: QMessageBox) -> int:
        asked.append(box.informativeText())
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    words = "Close" if leave else "Keep working"
    monkeypatch.setattr(
        QMessageBox, "clickedButton", lambda box: next(b for b in box.buttons() if b.text().replace("&", "") == words)
    )
    jobs: Any = window.enter_workspace().panel(JOBS)
    jobs.list.set_value([JobRow("1", "Filling", "running"), JobRow("2", "Filling", "done")])
    closed = window.close()
    if not closed:
        jobs.list.set_value([])  # nothing runs when the test is over
    assert closed is leave
    assert asked == [sentence(1)]


def test_work_that_was_interrupted_is_told_on_the_start_page_until_it_is_decided_on(
    window: MainWindow, qtbot: QtBot
) -> None:
    project = Project.open_default()
    queue = JobQueue(project.queue_path)
    queue.mark_running(queue.add("run", {}, "Filling"))
    queue.close()
    project.close()
    workspace = window.prepare_workspace()
    assert window.notices.value() is INTERRUPTED
    window.notices.acted.emit()
    jobs: Any = workspace.panel(JOBS)
    assert window.in_workspace
    assert jobs.list.is_open()
    assert window.notices.value() is None
    assert [row.state for row in jobs.list.value()] == ["interrupted"]
    window.enter_start_page()
    window.workspace.refresh()
    assert window.notices.value() is INTERRUPTED
    jobs.list.discarded.emit([row.id for row in jobs.list.value()])
    qtbot.waitUntil(lambda: window.notices.value() is None)


def test_the_window_is_as_it_was_left(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1234, 777)
    window.menus.actions["view.theme_light"].trigger()
    store = window.store
    window.close()
    again = SettingsStore(store.folder).value
    assert (again.size, again.theme) == ((1234, 777), "light")


def test_the_palette_finds_and_runs_an_action(window: MainWindow, qtbot: QtBot) -> None:
    window.menus.actions["edit.palette"].trigger()
    (palette,) = window.findChildren(Palette)
    qtbot.keyClicks(palette.line, "theme light")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert window.settings.theme == "light"


def test_the_cheat_sheet_covers_the_window_until_a_key(window: MainWindow, qtbot: QtBot) -> None:
    window.menus.actions["help.cheat_sheet"].trigger()
    assert window.sheet.isVisible()
    qtbot.keyClick(window.sheet, Qt.Key.Key_Escape)
    assert not window.sheet.isVisible()


def test_diagnostics_are_saved_without_names(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bundle.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    window.menus.actions["help.diagnostics"].trigger()
    assert path.exists()
    assert "no names" in window.notices.value().text


def test_a_project_is_begun_shown_in_the_corner_and_recent(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "my project"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    window.menus.actions["file.new_project"].trigger()
    assert "my project" in window.status.text()
    assert window.settings.recent[0].path == str(folder)
    window.menus.actions["file.start_page"].trigger()
    assert "my project" in [row.title for row in window.start.value().recent]


def test_every_menu_is_in_sight_in_a_small_window(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.menuBar()
    window.resize(1100, 700)
    qtbot.waitUntil(lambda: bar.width() <= 1100)
    places = [bar.actionGeometry(action) for action in bar.actions()]
    assert all(place.width() > 0 for place in places)
    assert max(place.right() for place in places) <= bar.width() - window.status.width()


def test_a_folder_that_is_no_project_is_said_in_a_sentence(window: MainWindow, tmp_path: Path) -> None:
    window.projects.open(tmp_path)
    assert "holds no project" in window.notices.value().text
