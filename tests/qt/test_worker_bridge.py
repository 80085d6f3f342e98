"""Messages of another thread arrive in the window's, in order and not in floods."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QThread

from synthscope.jobs.messages import (
    CancelledSaid,
    Failed,
    Finished,
    MadeSaid,
    PreviewSaid,
    ProgressSaid,
    Ready,
    Started,
)
from synthscope.qt.worker_bridge import WorkerBridge


@pytest.fixture
def bridge(qapp: object) -> WorkerBridge:
    return WorkerBridge()


def record(bridge: WorkerBridge) -> list[object]:
    heard: list[object] = []
    for name in ("ready", "started", "progressed", "made", "finished", "failed", "cancelled", "ended"):
        getattr(bridge, name).connect(heard.append)
    bridge.previewed.connect(lambda job, pixels, _caption: heard.append((job, pixels.shape)))
    return heard


def say(bridge: WorkerBridge, *messages: object) -> None:
    thread = threading.Thread(target=lambda: [bridge.receive(m) for m in messages])  # type: ignore[arg-type]
    thread.start()
    thread.join()


def test_slots_run_in_the_windows_thread(bridge: WorkerBridge, qtbot: QtBot) -> None:
    threads: list[object] = []
    bridge.started.connect(lambda _message: threads.append(QThread.currentThread()))
    say(bridge, Started("a"))
    assert threads == []
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [bridge.thread()]


def test_each_message_has_its_signal_in_order(bridge: WorkerBridge, qtbot: QtBot) -> None:
    heard = record(bridge)
    messages = [
        Ready(1),
        Started("a"),
        MadeSaid("a", "candidate", "x.tif"),
        Finished("a", 3),
        Started("b"),
        Failed("b", "The disk is full; free 2 GB."),
        Started("c"),
        CancelledSaid("c"),
    ]
    say(bridge, *messages)
    qtbot.waitUntil(lambda: heard[-1:] == ["c"])
    assert [m for m in heard if not isinstance(m, str)] == messages
    assert [m for m in heard if isinstance(m, str)] == ["a", "b", "c"]


def test_a_flood_of_progress_is_thinned_to_the_newest(bridge: WorkerBridge, qtbot: QtBot) -> None:
    heard = record(bridge)
    say(bridge, *[ProgressSaid("a", i, 1000) for i in range(1001)], *[ProgressSaid("b", i, 9) for i in range(9)])
    qtbot.waitUntil(lambda: len(heard) >= 2)
    assert sorted((m.job, m.done) for m in heard if isinstance(m, ProgressSaid)) == [("a", 1000), ("b", 8)]


def test_the_last_progress_comes_before_the_end(bridge: WorkerBridge, qtbot: QtBot) -> None:
    heard = record(bridge)
    say(bridge, ProgressSaid("a", 1, 4), ProgressSaid("a", 4, 4), Finished("a"))
    qtbot.waitUntil(lambda: heard[-1:] == ["a"])
    assert heard == [ProgressSaid("a", 4, 4), Finished("a"), "a"]


def test_the_newest_picture_is_read_from_its_file(bridge: WorkerBridge, qtbot: QtBot, tmp_path: Path) -> None:
    heard = record(bridge)
    paths = [tmp_path / f"{i}.npy" for i in range(2)]
    for i, path in enumerate(paths):
        np.save(path, np.zeros((1, 4 + i, 4, 1)))
    say(bridge, *[PreviewSaid("a", str(path)) for path in paths])
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [("a", (1, 5, 4, 1))]


def test_a_picture_that_has_gone_is_passed_over(bridge: WorkerBridge, qtbot: QtBot, tmp_path: Path) -> None:
    heard = record(bridge)
    say(bridge, PreviewSaid("a", str(tmp_path / "gone.npy")), Finished("a"))
    qtbot.waitUntil(lambda: heard[-1:] == ["a"])
    assert heard == [Finished("a"), "a"]
