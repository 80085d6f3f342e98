"""The report as a document for programs: JSON without anything of this computer, null where there is no number."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from synthscope.errors import DocumentError, FileError
from synthscope.io.documents import json_text, read_json
from synthscope.records.documents import from_json, to_json
from synthscope.records.evaluation import REPORT_FORMAT, VERSION, Report, Score
from synthscope.services.reporting.publishing import exported

REPORT_NAME = "report.json"
_NUMBERS = tuple(one.name for one in fields(Score) if one.type == "float")
_CURVES = ("x", "mean", "spread")


def report_json(report: Report) -> str:
    """Write the document: what is no number (or infinite) is null, paths are left out."""
    return json_text(_finite(to_json(exported(report))))


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
    document = read_json(path)
    found, version = document.get("format"), document.get("version")
    if found != REPORT_FORMAT:
        raise DocumentError(f"{path.name} is of format {str(found)[:60]!r} where {REPORT_FORMAT!r} is expected.")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= VERSION:
        raise DocumentError(
            f"{path.name} has version {str(version)[:20]}, and this Synthscope reads up to {VERSION}; update it."
        )
    return from_json(Report, _with_gaps(document))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _with_gaps(document: dict[str, Any]) -> dict[str, Any]:
    """Put not-a-number back where a number of the record is null; `informative` may be null by itself."""
    change = {
        "scores": lambda one: _filled(one, _NUMBERS),
        "bands": lambda one: _filled(one, _CURVES),
        "evidence": lambda one: _filled(one, ("values",)),
    }
    parts = {name: list(map(make, document[name])) for name, make in change.items() if _is_list(document.get(name))}
    return document | parts


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _filled(one: Any, names: tuple[str, ...]) -> Any:
    if not isinstance(one, Mapping):
        return one
    return {name: _gaps(item) if name in names else item for name, item in one.items()}


def _gaps(value: Any) -> Any:
    if isinstance(value, list):
        return [_gaps(item) for item in value]
    return math.nan if value is None else value
