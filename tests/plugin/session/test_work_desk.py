"""Work of a project that was moved is done where the project lies now."""

from __future__ import annotations

from pathlib import Path

import pytest

from napari_synthscope.session.work_desk import in_project

NOW = Path("/home/somebody/copy")


@pytest.mark.parametrize(("before", "separator"), [("/home/somebody/first", "/"), ("C:\\\\studies\\\\first", "\\\\")])
def test_a_job_of_a_copied_project_works_in_the_copy(before: str, separator: str) -> None:
    run = separator.join([before, "runs", "20260101-000000-quilt-abc"])
    found = in_project(NOW, {"run": run, "project": before, "candidate": "x/1", "path": "/elsewhere/result.ome.tif"})
    assert found["run"] == str(NOW / "runs" / "20260101-000000-quilt-abc")
    assert found["project"] == str(NOW)
    assert found["path"] == "/elsewhere/result.ome.tif"
    assert found["candidate"] == "x/1"


def test_a_training_of_a_copied_project_goes_on_in_the_copy() -> None:
    found = in_project(NOW, {"folder": "/home/somebody/first/models/soil", "project": "/home/somebody/first"})
    assert found == {"folder": str(NOW / "models" / "soil"), "project": str(NOW)}


def test_an_evaluation_of_a_copied_project_fills_its_report_in_the_copy() -> None:
    found = in_project(NOW, {"folder": "C:\\first\\reports\\20260101-a", "project": "C:\\first"})
    assert found == {"folder": str(NOW / "reports" / "20260101-a"), "project": str(NOW)}


@pytest.mark.parametrize("payload", [{}, {"path": "/a"}, {"run": str(NOW / "runs" / "r"), "project": str(NOW)}])
def test_other_work_stays_as_it_is(payload: dict[str, str]) -> None:
    assert in_project(NOW, payload) == payload
