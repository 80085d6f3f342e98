"""Unforeseen errors become a sentence and a report."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from synthscope.desktop.crash import KEPT, CrashReporter, recent_reports, report_text, save_report
from synthscope.errors import FileError
from synthscope.qt.sentence import Said

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)


@pytest.fixture
def told(tmp_path: Path) -> list[Said]:
    return []


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except type(error) as caught:
        return caught


def test_an_error_of_ours_is_said_as_it_is_and_not_reported(tmp_path: Path, told: list[Said]) -> None:
    error = raised(FileError("a.tif is missing; choose another.", details="errno 2"))
    CrashReporter(tmp_path, told.append).handle(type(error), error, error.__traceback__)
    assert (told[0].text, told[0].details) == ("a.tif is missing; choose another.", "errno 2")
    assert recent_reports(tmp_path) == []


def test_any_other_error_is_reported_with_versions_and_trace(tmp_path: Path, told: list[Said]) -> None:
    error = raised(ZeroDivisionError("a secret step"))
    CrashReporter(tmp_path, told.append).handle(type(error), error, error.__traceback__)
    (report,) = recent_reports(tmp_path)
    text = report.read_text(encoding="utf-8")
    assert "ZeroDivisionError: a secret step" in text
    assert "numpy" in text
    assert report.name in told[0].text
    assert told[0].details == text


def test_a_report_names_no_home_folder() -> None:
    assert str(Path.home()) not in report_text(raised(OSError(f"cannot read {Path.home()}/private/data.tif")))


def test_errors_of_threads_arrive_too(tmp_path: Path, told: list[Said]) -> None:
    reporter = CrashReporter(tmp_path, told.append)
    before = sys.excepthook, threading.excepthook
    reporter.install()
    try:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    finally:
        reporter.uninstall()
    assert "ZeroDivisionError" in told[0].text
    assert (sys.excepthook, threading.excepthook) == before


def test_old_reports_are_forgotten(tmp_path: Path) -> None:
    for second in range(KEPT + 5):
        save_report(tmp_path, str(second), NOW + timedelta(seconds=second))
    kept = recent_reports(tmp_path)
    assert len(kept) == KEPT
    assert kept[0].read_text(encoding="utf-8") == str(KEPT + 4)


def test_a_disk_that_refuses_leaves_the_sentence(tmp_path: Path, told: list[Said]) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    error = raised(ValueError("x"))
    CrashReporter(tmp_path / "file", told.append).handle(type(error), error, error.__traceback__)
    assert told[0].text.startswith("Something unforeseen")
