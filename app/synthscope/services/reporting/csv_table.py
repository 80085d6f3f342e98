"""All scores as CSV: one row for each, all columns, bound to the hashes of both sets."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import fields
from typing import Any

from synthscope.records.evaluation import Report, Score
from synthscope.services.reporting.publishing import exported
from synthscope.services.reporting.words import ratio_to_floor

_MORE = ("ratio_to_floor", "specimens", "sha256", "real", "real_specimens", "real_sha256")
COLUMNS = (*(one.name for one in fields(Score)), *_MORE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def scores_csv(report: Report) -> str:
    """Write the table.

    Numbers are written whole; one that is not there is an empty cell. ``caveats`` and ``settings`` are JSON. A text
    that a spreadsheet would take for a formula begins with an apostrophe.
    """
    report = exported(report)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    facts = {one.name: one for one in report.sets}
    real = next((one for one in report.sets if one.role == "real"), None)
    for score in report.scores:
        own = facts.get(score.subject)
        more = [
            ratio_to_floor(score),
            *((own.specimens, own.sha256) if own else ("", "")),
            *((real.name, real.specimens, real.sha256) if real else ("", "", "")),
        ]
        table.writerow([cell(value) for value in (*(getattr(score, one.name) for one in fields(Score)), *more)])
    return text.getvalue()


def cell(value: Any) -> str:
    """Write one cell: numbers whole, nothing for none, JSON for lists, no text that would be taken for a formula."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, int | float):
        return repr(value)
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return f"'{value}" if value.startswith(_FORMULA) else value
