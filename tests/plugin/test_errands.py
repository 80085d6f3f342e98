"""Errands beside the window, and their end."""

from __future__ import annotations

import threading
from pathlib import Path

from pytestqt.qtbot import QtBot

from napari_synthscope.errands import Errands
from napari_synthscope.session.session import Session
from synthscope.errors import InputError
from synthscope.services.project import Project


def test_what_runs_is_finished_and_followed_by_the_last_while_what_waits_is_dropped(qtbot: QtBot) -> None:
    done: list[str] = []
    begun, held = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        held.wait(20)
        done.append("slow")

    errands = Errands()
    errands.run(slow, lambda _: done.append("answered"), lambda _: None)
    errands.run(lambda: done.append("dropped"), lambda _: None, lambda _: None)
    assert begun.wait(20)
    assert not errands.close(lambda: done.append("last"), patience=0.0)
    assert done == []
    held.set()
    qtbot.waitUntil(lambda: len(done) == 2, timeout=20000)
    assert done == ["slow", "last"]


def test_a_long_copy_holds_the_project_but_not_the_window(session: Session, qtbot: QtBot) -> None:
    folder, begun, held = session.project.folder, threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        held.wait(60)

    session.errands.run(slow, lambda _: None, lambda _: None)
    assert begun.wait(20)
    session.close()  # returns though the copy is held
    assert not held.is_set()
    held.set()

    qtbot.waitUntil(lambda: _opens(folder), timeout=20000)


def _opens(folder: Path) -> bool:
    try:
        Project.open(folder).close()
    except InputError:
        return False
    return True
