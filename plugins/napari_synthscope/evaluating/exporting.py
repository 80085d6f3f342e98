"""A report as a file to give away: asked for by a dialog, written beside the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QFileDialog, QWidget

from synthscope.records.evaluation import Report
from synthscope.services.reporting.writing import write_report

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

KINDS = {
    "Report to read (*.html)": ".html",
    "Report on paper (*.pdf)": ".pdf",
    "Table (*.csv)": ".csv",
    "Numbers in full (*.json)": ".json",
    "Markdown (*.md)": ".md",
    "LaTeX table (*.tex)": ".tex",
}


def ask_and_export(parent: QWidget, session: Session, report: Report, folder: Path) -> None:
    """Ask for a name; the suffix says as what it is written."""
    name, kind = QFileDialog.getSaveFileName(parent, "Export report", "report.html", ";;".join(KINDS))
    if not name:
        return
    path = with_suffix(Path(name), KINDS.get(kind, ".html"))
    session.errands.run(
        lambda: write_report(report, folder, path),
        lambda _: session.said.emit(f"The report is saved as {path.name}."),
        session.said.emit,
    )


def with_suffix(path: Path, chosen: str) -> Path:
    """Give the name a suffix that says what it is, where it has none of ours."""
    return path if path.suffix.casefold() in KINDS.values() else path.with_name(path.name + chosen)
