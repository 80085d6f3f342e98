"""The reports of the project, to be opened again."""

from __future__ import annotations

from collections.abc import Container, Iterable
from pathlib import Path

from qtpy.QtWidgets import QWidget

from napari_synthscope.parts.kept_list import Kept, KeptList
from napari_synthscope.session.comparison_desk import ComparisonLine

ROWS = 5


class EarlierReports(KeptList):
    """Lists reports, newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Reports", "No report yet: each one is kept in the project and listed here.", ROWS, parent)

    def set_value(self, lines: Iterable[ComparisonLine], running: Container[Path] = ()) -> None:
        """List reports; ones that cannot be read, or were not finished and do not run, are greyed and say why."""
        self.set_rows(_row(line, live=line.folder in running) for line in lines)


def _row(line: ComparisonLine, *, live: bool) -> Kept:
    reason = line.problem or ("" if line.has_table or live else "It was not finished: there is no report in it.")
    text = f"{'running' if live else line.made}  {line.title}"
    return Kept(text, line.folder, f"Open the report {line.title}", reason)
