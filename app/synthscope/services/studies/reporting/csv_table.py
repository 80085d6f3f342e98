"""All estimates of a study as CSV: one row for each, all fields, under its heading."""

from __future__ import annotations

import csv
import io
from dataclasses import fields

from synthscope.records.study_ratings import Estimate
from synthscope.services.reporting.csv_table import cell
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.services.studies.reporting.words import holds_for

COLUMNS = ("heading", *(one.name for one in fields(Estimate)), "holds_for", "study", "blind")


def estimates_csv(report: StudyReport) -> str:
    """Write the table.

    Numbers are written whole; one that is not there is an empty cell. ``random`` and ``caveats`` are JSON. A text that
    a spreadsheet would take for a formula begins with an apostrophe.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for heading, rows in report.headings.items():
        for row in rows:
            own = [getattr(row, one.name) for one in fields(Estimate)]
            table.writerow(map(cell, (heading, *own, holds_for(row), report.analysis.study, report.blind)))
    return text.getvalue()
