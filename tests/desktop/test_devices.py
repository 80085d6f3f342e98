"""The device in the corner: asked once, at a quiet moment."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QObject, Signal

from synthscope.desktop.devices import DeviceWatch, device_words
from synthscope.desktop.status import StatusLine

CPU = {"id": "cpu", "name": "x86_64", "memory": 24e9, "memory_free": 1e9}
GPU = {"id": "cuda:0", "name": "NVIDIA RTX A6000", "memory": 48e9, "memory_free": None}


class Work(QObject):
    ended = Signal(object)
    devices_told = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.running = ""
        self.asked = 0

    def ask_devices(self) -> None:
        self.asked += 1


class Session(QObject):
    project_changed = Signal()
    has_project = True

    def __init__(self) -> None:
        super().__init__()
        self.work = Work()


@pytest.fixture
def watched(qtbot: QtBot) -> tuple[DeviceWatch, StatusLine, Session]:
    status, session = StatusLine(), Session()
    qtbot.addWidget(status)
    watch = DeviceWatch(status, status)
    watch.follow(session)
    return watch, status, session


@pytest.mark.parametrize(
    ("devices", "words"),
    [([CPU, GPU], "NVIDIA RTX A6000, 48 GB"), ([CPU], "CPU, 8 cores"), ([CPU, GPU | {"memory": None}], GPU["name"])],
)
def test_the_device_taken_first_is_named(devices: list[dict[str, Any]], words: str) -> None:
    assert device_words({"devices": devices, "cpu_count": 8}) == words


def test_a_worker_that_ended_a_job_is_asked_once(watched: tuple[DeviceWatch, StatusLine, Session]) -> None:
    _, status, session = watched
    assert session.work.asked == 0
    session.work.ended.emit(None)
    session.work.devices_told.emit({"devices": [CPU], "cpu_count": 8, "problem": "PyTorch does not load."})
    session.work.ended.emit(None)
    assert session.work.asked == 1
    assert "CPU, 8 cores" in status.text()
    assert "PyTorch does not load." in status.toolTip()


def test_a_busy_worker_is_not_asked(watched: tuple[DeviceWatch, StatusLine, Session]) -> None:
    watch, _, session = watched
    session.work.running = "job"
    watch.ask()
    assert session.work.asked == 0


def test_nothing_is_asked_after_the_session_has_ended(watched: tuple[DeviceWatch, StatusLine, Session]) -> None:
    watch, _, session = watched
    watch.stop()
    watch.ask()
    assert session.work.asked == 0
