"""Closing with work running: ask once, say what is safe, and say it again at the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QMessageBox

from synthscope.desktop.actions import JOBS
from synthscope.qt.sentence import Said

if TYPE_CHECKING:
    from synthscope.desktop.main_window import MainWindow
    from synthscope.desktop.workspace import Workspace

UNFINISHED = ("running", "waiting")
INTERRUPTED = Said(
    "Work was interrupted when the program ended; what was finished is kept. It can be resumed or discarded.",
    "warning",
    action="Show it",
)


def unfinished(window: MainWindow) -> int:
    """Count the jobs that run or wait; none while no work was ever asked for."""
    panel = window.workspace.panels.made.get(JOBS) if window.workspace is not None else None
    rows = panel.list.value() if panel is not None else ()
    return sum(row.state in UNFINISHED for row in rows)


def interrupted(workspace: Workspace | None) -> bool:
    """Tell whether an earlier end of the program left work that can be resumed."""
    panel = workspace.panels.made.get(JOBS) if workspace is not None else None
    return panel is not None and any(row.state == "interrupted" for row in panel.list.value())


def sentence(jobs: int) -> str:
    """Say what happens to so many unfinished jobs."""
    what = "One job is" if jobs == 1 else f"{jobs} jobs are"
    return (
        f"{what} not finished. Everything that is finished is kept; at the next start you are asked "
        "whether to resume the rest."
    )


def may_close(window: MainWindow) -> bool:
    """Tell whether the window may close: always while nothing runs, otherwise as the person answers."""
    jobs = unfinished(window)
    if not jobs:
        return True
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Close Synthscope?")
    box.setText("Close while work is running?")
    box.setInformativeText(sentence(jobs))
    stay = box.addButton("Keep working", QMessageBox.ButtonRole.RejectRole)
    leave = box.addButton("Close", QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(stay)
    box.exec()
    return box.clickedButton() is leave
