"""A rater pack is chosen or dropped on the start page, and rated in a process of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QFileDialog, QInputDialog

from synthscope.desktop.main_window import MainWindow
from synthscope.records.study import Question, Showing
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.studies.pack.writing import write_pack


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The words of each process that was started; none is."""
    heard: list[list[str]] = []
    monkeypatch.setattr("synthscope.desktop.rating.subprocess.Popen", lambda words, **_: heard.append(words))
    return heard


def pack(folder: Path, *names: str) -> Path:
    slots = tuple(Slot(name, False, (Trial(f"t-{name}", 1, ("0a11",)),)) for name in names)
    questions = (Question("q", "scale", "How good?"),)
    manifest = PackManifest("s", "x", "rating", questions, Showing(), (1, 8, 8, 1), ("0a11",), slots)
    return write_pack(folder / "s.ratepack", manifest, lambda _: np.zeros((1, 8, 8, 1), np.uint8))


def test_a_chosen_pack_is_rated_in_the_slot_that_was_picked(
    window: MainWindow, tmp_path: Path, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pack(tmp_path, "a", "b")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_: ("b", True))
    QTest.mouseClick(window.start._drop.rate, Qt.MouseButton.LeftButton)
    assert [words[1:6] for words in started] == [["-m", "synthscope.rating", str(path), "--slot", "b"]]


def test_a_dropped_pack_is_rated_and_opens_no_viewer(
    window: MainWindow, tmp_path: Path, started: list[list[str]]
) -> None:
    path = pack(tmp_path, "a")
    window.start.dropped.emit((str(path),))
    assert [words[3:6] for words in started] == [[str(path), "--slot", "a"]]
    assert not window.in_workspace


def test_what_is_no_pack_is_told_in_a_sentence(window: MainWindow, tmp_path: Path, started: list[list[str]]) -> None:
    (tmp_path / "s.ratepack").write_text("x")
    window.start.dropped.emit((str(tmp_path / "s.ratepack"),))
    said = window.notices.value()
    assert said is not None
    assert "s.ratepack is no rater pack" in said.text
    assert started == []
