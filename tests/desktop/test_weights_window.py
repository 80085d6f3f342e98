"""The window of weights: work goes to the worker, and what came of it is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QFileDialog

from synthscope.desktop import weights_window
from synthscope.desktop.weights_window import WeightsWindow
from synthscope.errors import SynthscopeError
from synthscope.io import weights as store
from synthscope.io.documents import write_document
from synthscope.io.file_hashing import file_hash
from synthscope.qt.job_card import JobRow
from synthscope.records.weights import StoredFile, StoredWeights
from synthscope.services import weights as services


class Work(QObject):
    progressed = Signal(object)
    ended = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.added: list[tuple[str, dict[str, Any], str]] = []
        self.queue: tuple[Any, ...] = ()

    def add(self, kind: str, payload: dict[str, Any], title: str) -> str:
        self.added.append((kind, payload, title))
        return f"job-{len(self.added)}"

    def jobs(self) -> tuple[Any, ...]:
        return self.queue


class Errands:
    """Does errands at once."""

    def run(self, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[Any], None]) -> None:
        try:
            result = work()
        except SynthscopeError as error:
            failed(error)
        else:
            then(result)


class Session(QObject):
    project_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.work, self.errands = Work(), Errands()


@pytest.fixture
def session(qtbot: QtBot, tmp_path: Path, monkeypatch) -> Session:
    for module in (store, services):
        monkeypatch.setattr(module, "weights_home", lambda: tmp_path / "weights")
    return Session()


@pytest.fixture
def window(session: Session, qtbot: QtBot) -> WeightsWindow:
    window = WeightsWindow(session)
    qtbot.addWidget(window)
    window.show()
    return window


def install(tmp_path: Path) -> Path:
    folder = tmp_path / "weights" / "squeezenet-features"
    folder.mkdir(parents=True)
    path = folder / "model.safetensors"
    path.write_bytes(b"weights")
    file = StoredFile(path.name, 7, file_hash(path))
    write_document(folder / "weights.json", StoredWeights("squeezenet-features", "", "", (file,), "x", "", "first use"))
    return path


def test_an_agreed_fetch_is_a_job_of_the_worker(window: WeightsWindow, session: Session) -> None:
    tile = window.list.tiles["squeezenet-features"]
    tile.fetch.click()
    assert session.work.added == []
    tile.agree.click()
    ((kind, payload, title),) = session.work.added
    assert (kind, payload) == ("fetch-weights", {"weights": "squeezenet-features", "consent": True})
    assert title == "Fetch SqueezeNet 1.1, its convolutions"
    session.work.progressed.emit(JobRow("job-1", title, "running", 0.42, "Fetching from download.pytorch.org"))
    assert tile.state.text() == "Fetching from download.pytorch.org, 42%"
    window.fetch("squeezenet-features")
    assert len(session.work.added) == 1
    assert "on its way already" in window.said.text()


def test_the_end_of_a_job_is_said_and_shown(window: WeightsWindow, session: Session, tmp_path: Path) -> None:
    window.fetch("squeezenet-features")
    install(tmp_path)
    session.work.ended.emit(SimpleNamespace(id="job-1", state="done", error=""))
    assert window.said.text() == "squeezenet-features is here."
    assert window.list.tiles["squeezenet-features"].state.text().startswith("Here, 7 bytes")
    window.fetch("alexnet-features")
    session.work.ended.emit(SimpleNamespace(id="job-2", state="failed", error="The server is gone."))
    assert window.said.text() == "The server is gone."
    session.work.ended.emit(SimpleNamespace(id="another", state="failed", error="Not ours."))
    assert window.said.text() == "The server is gone."


def test_a_job_that_was_queued_before_is_waited_for(session: Session, qtbot: QtBot) -> None:
    job = SimpleNamespace(id="old", kind="fetch-weights", payload={"weights": "clip"}, ended_already=False)
    session.work.queue = (job,)
    window = WeightsWindow(session)
    qtbot.addWidget(window)
    assert window.list.tiles["clip"].state.text() == "Waiting for the worker…"


def test_a_file_or_a_folder_is_asked_for(window: WeightsWindow, session: Session, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: ("/disk/net.pth", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: "/disk/clip")
    window.list.tiles["alexnet-features"].take_in.click()
    window.list.tiles["clip"].take_in.click()
    assert [payload for _, payload, _ in session.work.added] == [
        {"weights": "alexnet-features", "path": str(Path("/disk/net.pth"))},
        {"weights": "clip", "path": str(Path("/disk/clip"))},
    ]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: ("", ""))
    window.list.tiles["vgg16-features"].take_in.click()
    assert len(session.work.added) == 2


def test_weights_are_verified_and_removed(window: WeightsWindow, tmp_path: Path) -> None:
    path = install(tmp_path)
    window.refresh()
    tile = window.list.tiles["squeezenet-features"]
    tile.verify.click()
    assert window.said.text() == "All files of squeezenet-features are those that were taken in."
    path.write_bytes(b"changed")
    tile.verify.click()
    assert "SHA-256 differs" in window.said.text()
    tile.remove.click()
    assert not path.exists()
    assert window.said.text() == "squeezenet-features is removed; all weights take 0 bytes now."
    assert tile.state.text().startswith("Not here")


def test_another_project_closes_the_window(window: WeightsWindow, session: Session) -> None:
    session.project_changed.emit()
    assert not window.isVisible()


def test_the_window_and_the_worker_name_the_work_alike() -> None:
    from synthscope.worker import load_kinds

    assert {weights_window.FETCH, weights_window.IMPORT} <= set(load_kinds())
