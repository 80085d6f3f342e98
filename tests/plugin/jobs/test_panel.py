"""Running and finished work, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot

from napari_synthscope.jobs.panel import JobsPanel
from napari_synthscope.session.session import Session
from napari_synthscope.session.work_desk import middle_plane, remaining
from synthscope.jobs.dispatcher import Held
from synthscope.jobs.messages import MadeSaid, ProgressSaid, Started
from synthscope.jobs.queue import JobQueue

Settled = Callable[[Callable[[], Any]], None]


class SilentWorker:
    """A worker that does nothing by itself: the test says what it says."""

    broken = False
    pid = None

    def __init__(self, on_message: Callable[[Any], None]) -> None:
        self.say = on_message
        self.submitted: list[str] = []

    def submit(self, kind: str, payload: Any, job: str = "") -> str:
        self.submitted.append(job)
        return job

    def cancel(self, job: str, grace_seconds: float = 0) -> None:
        from synthscope.jobs.messages import CancelledSaid

        self.say(CancelledSaid(job))

    def close(self, seconds: float = 0) -> None:
        """Nothing to end."""


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Callable[[Session], SilentWorker]:
    from synthscope.jobs import dispatcher

    class Quiet(dispatcher.Dispatcher):
        def __init__(self, queue: JobQueue, located: Callable[..., Any]) -> None:
            super().__init__(queue, SilentWorker, located)  # type: ignore[arg-type] - stands for a worker

    monkeypatch.setattr("napari_synthscope.session.work_desk.Dispatcher", Quiet)
    return lambda session: session.work._dispatcher.worker  # type: ignore[return-value] - as above


@pytest.fixture
def panel(
    qtbot: QtBot, viewer: ViewerModel, session: Session, worker: Callable[[Session], SilentWorker]
) -> Iterator[JobsPanel]:
    made = JobsPanel(napari_viewer=viewer)
    qtbot.addWidget(made)
    yield made
    made.close()


def test_work_is_listed_and_its_progress_shown(
    panel: JobsPanel, worker: Callable[[Session], SilentWorker], qtbot: QtBot
) -> None:
    first = panel.session.work.add("run", {"run": "somewhere"}, "Fill")
    second = panel.session.work.add("run", {"run": "elsewhere"}, "Fill more")
    voice = worker(panel.session)
    assert voice.submitted == [first]
    voice.say(Started(first))
    voice.say(ProgressSaid(first, 1, 4, "Candidate 2 of 4"))
    qtbot.waitUntil(lambda: panel.list.value()[0].fraction == 0.25)
    assert panel.list.value()[0].text == "Candidate 2 of 4"
    assert [row.state for row in panel.list.value()] == ["running", "waiting"]
    panel.list.cancelled.emit(second)
    qtbot.waitUntil(lambda: panel.list.value()[1].state == "cancelled")
    panel.list.cancelled.emit(first)
    qtbot.waitUntil(lambda: panel.list.value()[0].state == "cancelled")
    panel.list.dismissed.emit(first)
    assert [row.id for row in panel.list.value()] == [second]
    panel.list.retried.emit(second)
    qtbot.waitUntil(lambda: panel.list.value()[0].state == "running")


def test_waiting_work_can_be_moved(panel: JobsPanel, qtbot: QtBot) -> None:
    jobs = [panel.session.work.add("run", {}, str(i)) for i in range(3)]
    panel.list.moved.emit(jobs[2], -1)
    qtbot.waitUntil(lambda: [row.id for row in panel.list.value()] == [jobs[0], jobs[2], jobs[1]])


def test_what_was_pressed_too_late_is_a_sentence(panel: JobsPanel) -> None:
    job = panel.session.work.add("run", {}, "Fill")
    panel.list.retried.emit(job)
    said = panel.sentence.value()
    assert said is not None
    assert "running" in said.text


def test_a_queue_that_is_held_says_why_and_goes_on_when_asked(
    panel: JobsPanel, worker: Callable[[Session], SilentWorker], qtbot: QtBot
) -> None:
    panel.session.work._hear(Held("The disk is full."))
    qtbot.waitUntil(lambda: panel.sentence.value() is not None)
    assert panel.sentence.value().action == "Try again"
    panel.sentence.acted.emit()
    assert panel.sentence.value() is None


def test_nothing_is_heard_of_work_that_was_left(
    panel: JobsPanel, worker: Callable[[Session], SilentWorker], tmp_path: Any, qtbot: QtBot
) -> None:
    job = panel.session.work.add("run", {}, "Fill")
    voice = worker(panel.session)
    voice.say(Started(job))
    voice.say(MadeSaid(job, "candidate", "somewhere"))
    panel.session.new_project(tmp_path / "other", "Other")
    qtbot.wait(20)
    assert panel.list.value() == ()
    assert panel.session.project.name == "Other"


def test_interrupted_work_waits_for_an_answer_and_keeps_its_order(
    session: Session, worker: Callable[[Session], SilentWorker], viewer: ViewerModel, qtbot: QtBot
) -> None:
    queue = JobQueue(session.project.queue_path)
    ids = [queue.add("run", {}, str(i)) for i in range(2)]
    for job in ids:
        queue.mark_running(job)
    queue.close()
    panel = JobsPanel(napari_viewer=viewer)
    qtbot.addWidget(panel)
    assert [row.state for row in panel.list.value()] == ["interrupted"] * 2
    assert worker(session).submitted == []
    panel.list.resumed.emit(tuple(ids))
    qtbot.waitUntil(lambda: [row.state for row in panel.list.value()] == ["running", "waiting"])
    assert worker(session).submitted == [ids[0]]
    assert [row.id for row in panel.list.value()] == ids


def test_remaining_time_is_told_only_when_it_can_be_known() -> None:
    assert remaining(10.0, 0.25) == pytest.approx(30.0)
    assert remaining(10.0, 0.001) is None
    assert remaining(0.1, 0.5) is None


def test_a_preview_is_its_middle_slice() -> None:
    import numpy as np

    block = np.arange(3 * 2 * 2 * 1).reshape(3, 2, 2, 1)
    assert np.array_equal(middle_plane(block), block[1, ..., 0])
    assert middle_plane(np.zeros((4, 5, 3))).shape == (4, 5, 3)
    assert middle_plane(np.zeros((4, 5, 2))).shape == (4, 5)
