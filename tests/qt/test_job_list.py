"""Jobs: one line when quiet, a list when open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QPushButton

from synthscope.qt.buttons import Fold, IconButton
from synthscope.qt.job_card import JobCard, status_words, time_words
from synthscope.qt.job_list import JobList, JobRow

RUNNING = JobRow("a", "Exemplar on soil", "running", 0.4, "candidate 2 of 4", 95.0, np.eye(8, dtype=np.uint16))
WAITING = (JobRow("b", "Quilt"), JobRow("c", "Quilt again"))
FAILED = JobRow("d", "Harmonic", "failed", error="The disk is full; free 2 GB.", details="Traceback ...")
CUT = (JobRow("e", "Exemplar", "interrupted"), JobRow("f", "Biharmonic", "interrupted"))


@pytest.fixture
def jobs(shown: Callable[..., JobList]) -> JobList:
    made = shown(JobList())
    made.resize(700, 500)
    made.set_value((RUNNING, *WAITING, FAILED))
    made.set_open(True)
    return made


def card(jobs: JobList, name: str) -> JobCard:
    return next(c for c in jobs.findChildren(JobCard) if c.value().id == name)


def press(jobs: JobList, name: str, words: str) -> None:
    (button,) = [b for b in card(jobs, name).findChildren(IconButton) if words in b.accessibleName()]
    assert not button.isHidden()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_set_get_equal(jobs: JobList) -> None:
    wanted = (WAITING[1], RUNNING, *CUT)
    jobs.set_value(wanted)
    assert jobs.value() == wanted


def test_cards_lie_in_the_order_of_the_rows(jobs: JobList, qtbot: QtBot) -> None:
    jobs.set_value((WAITING[1], WAITING[0], RUNNING))
    qtbot.waitUntil(lambda: card(jobs, "c").y() < card(jobs, "b").y() < card(jobs, "a").y())


def test_quiet_is_one_line(shown: Callable[..., JobList]) -> None:
    quiet = shown(JobList())
    assert quiet._line._text.text() == "No jobs running"
    assert not quiet.is_open()
    assert not quiet._strip.isVisible()
    assert not quiet._line.cancel.isVisible()


def test_the_line_says_what_runs_and_opens_the_list(jobs: JobList) -> None:
    assert jobs._line._text.text() == (
        "Exemplar on soil: 40% · about 2 min left · candidate 2 of 4 · 2 waiting · 1 failed"
    )
    heard: list[bool] = []
    jobs.opened_changed.connect(heard.append)
    QTest.mouseClick(jobs._line._text, Qt.MouseButton.LeftButton)
    QTest.mouseClick(jobs._line._fold, Qt.MouseButton.LeftButton)
    assert heard == [False, True]


def test_each_button_tells_its_job(jobs: JobList) -> None:
    heard: list[tuple[object, ...]] = []
    jobs.cancelled.connect(lambda name: heard.append(("cancelled", name)))
    jobs.retried.connect(lambda name: heard.append(("retried", name)))
    jobs.dismissed.connect(lambda name: heard.append(("dismissed", name)))
    jobs.moved.connect(lambda name, by: heard.append(("moved", name, by)))
    press(jobs, "a", "Cancel")
    press(jobs, "b", "later")
    press(jobs, "c", "earlier")
    press(jobs, "d", "Try again")
    press(jobs, "d", "off the list")
    QTest.mouseClick(jobs._line.cancel, Qt.MouseButton.LeftButton)
    assert heard == [
        ("cancelled", "a"),
        ("moved", "b", 1),
        ("moved", "c", -1),
        ("retried", "d"),
        ("dismissed", "d"),
        ("cancelled", "a"),
    ]


def test_the_first_that_waits_cannot_go_up_nor_the_last_down(jobs: JobList) -> None:
    assert not card(jobs, "b")._buttons["up"].isEnabled()
    assert card(jobs, "b")._buttons["down"].isEnabled()
    assert not card(jobs, "c")._buttons["down"].isEnabled()


def test_a_failure_is_a_sentence_with_its_details_folded(jobs: JobList) -> None:
    failed = card(jobs, "d")
    assert failed._status.text() == "The disk is full; free 2 GB."
    assert not failed._details.isVisible()
    QTest.mouseClick(failed.findChild(Fold).findChild(IconButton), Qt.MouseButton.LeftButton)
    assert failed._details.isVisible()
    jobs.update_row(replace(RUNNING, fraction=0.5))
    assert card(jobs, "d") is failed
    assert failed._details.isVisible()


def test_interrupted_jobs_are_offered_without_a_box(jobs: JobList) -> None:
    jobs.set_value(CUT)
    heard: list[object] = []
    jobs.resumed.connect(heard.append)
    jobs.discarded.connect(heard.append)
    assert jobs._strip.isVisible()
    for words in ("Resume", "Discard"):
        (button,) = [b for b in jobs._strip.findChildren(QPushButton) if b.text() == words]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    press(jobs, "f", "Resume")
    assert heard == [("e", "f"), ("e", "f"), ("f",)]
    jobs.set_value(())
    assert not jobs._strip.isVisible()


def test_progress_shows_and_may_be_unknown(jobs: JobList) -> None:
    assert card(jobs, "a")._bar.value() == 400
    jobs.update_row(replace(RUNNING, fraction=None))
    assert card(jobs, "a")._bar.maximum() == 0
    jobs.update_row(replace(RUNNING, state="done"))
    assert not card(jobs, "a")._bar.isVisible()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "a few seconds left"),
        (5.0, "about 5 s left"),
        (62.0, "about 60 s left"),
        (600.0, "about 10 min left"),
        (2 * 3600.0, "about 2.0 h left"),
        (float("inf"), ""),
    ],
)
def test_times_are_said_in_words(seconds: float, words: str) -> None:
    assert time_words(seconds) == words


def test_a_job_of_unknown_length_says_at_least_that_it_runs() -> None:
    assert status_words(JobRow("x", "Work", "running")) == "running"


def test_an_open_list_without_jobs_says_what_it_is_for(jobs: JobList) -> None:
    assert not jobs._empty.isVisible()
    jobs.set_value(())
    assert jobs._empty.isVisible()
