"""The report as a document for programs: JSON without anything of this computer, null where there is no number."""

from __future__ import annotations

import hashlib
from pathlib import Path

from synthscope.errors import FileError
from synthscope.io.documents import json_text, read_document
from synthscope.records.documents import to_json
from synthscope.records.evaluation import REPORT_FORMAT, VERSION, Report
from synthscope.services.reporting.publishing import exported

REPORT_NAME = "report.json"


def report_json(report: Report) -> str:
    """Write the document: what is no number (or infinite) is null, paths are left out."""
    return json_text(to_json(exported(report)))


def report_digest(report: Report) -> str:
    """Give the SHA-256 (hex) of the bytes of the exported ``report.json``."""
    return hashlib.sha256(report_json(report).encode(errors="backslashreplace")).hexdigest()


def read_report(folder: Path | str) -> Report:
    """Read the report of a folder, or a ``report.json`` itself.

    Raises
    ------
    FileError
        If there is none.
    DocumentError
        If it is damaged, of another format, or of a newer version.
    """
    path = Path(folder)
    path = path / REPORT_NAME if path.is_dir() else path
    if not path.is_file():
        raise FileError(f"There is no report at {Path(folder).name}; give the folder that holds its {REPORT_NAME}.")
    return read_document(path, Report, format=REPORT_FORMAT, version=VERSION)
