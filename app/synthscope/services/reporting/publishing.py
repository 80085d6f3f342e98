"""A report without what belongs to one computer, and without letters that would spoil a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, TypeVar

from synthscope.records.evaluation import Report
from synthscope.records.request import Input

T = TypeVar("T")
LONGEST_NAME = 64
LONGEST_TEXT = 1200
_NAMES = frozenset({"name", "subject", "generator", "picture"})
_INSIDE = frozenset({"dataset", "raw", "format", "reading"})
"""What looks like a path and is none of this computer: where data lie inside their file."""

_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})

# Something like a place in a file system: begins with a slash, ~ or a drive, and goes through a folder at least.
_FOLDERS = re.compile(
    r"""(?<![\w.:/\\<])(?:file:/{0,2})?(?:~[\w.-]*|[A-Za-z]:)?[/\\]{1,2}(?:[^\s/\\<>"'|]+[/\\])+""", re.VERBOSE
)
_QUOTED = re.compile(r"""(['"])((?:file:/{0,2})?(?:~[\w.-]*|[A-Za-z]:)?[/\\][^'"<>|\n]*[/\\][^'"<>|\n]*)\1""")


def exported(report: Report) -> Report:
    """Give the report without anything that names this computer: files by their names alone."""
    found: Report = _mapped(report, _placeless, "")
    return found


def shown(report: Report) -> Report:
    """Give the exported report as it can be shown: one line for each text, no control letters, names of some length.

    Long names keep both ends, so that two of them stay apart.
    """
    found: Report = _mapped(exported(report), _legible, "")
    return found


def placeless(text: str) -> str:
    """Take folders out of a text: of a path only the name of the file stays."""
    if _looks_absolute(text):
        return re.split(r"[/\\]", text.rstrip("/\\"))[-1]
    quoted = _QUOTED.sub(lambda found: f"{found[1]}{placeless(found[2])}{found[1]}", text)
    return _FOLDERS.sub("", quoted)


def one_line(text: str) -> str:
    """Put a text on one line, without control letters and without those that turn the direction of writing."""
    kept = ("�" if _spoils(letter) else letter for letter in " ".join(text.split()))
    return "".join(kept)


def shortened(text: str, longest: int) -> str:
    """Take out the middle of a text that is too long."""
    if len(text) <= longest:
        return text
    end = longest // 2 - 1
    return f"{text[: longest - end - 1]}…{text[-end:]}"


def _placeless(text: str, field: str) -> str:
    return text if field in _INSIDE else placeless(text)


def _legible(text: str, field: str) -> str:
    return shortened(one_line(text), LONGEST_NAME if field in _NAMES else LONGEST_TEXT)


def _looks_absolute(text: str) -> bool:
    if "\n" in text or not re.match(r"(?:~[\w.-]*|[A-Za-z]:)?[/\\]", text) or "<" in text:
        return False
    path = PureWindowsPath(text) if "\\" in text else PurePosixPath(text)
    return len(path.parts) > 2 or (text.startswith("~") and len(path.parts) > 1)


def _spoils(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs", "Cn"} or unicodedata.bidirectional(letter) in _TURNING


def _mapped(value: Any, change: Callable[[str, str], str], field: str) -> Any:
    """Change every text of a record; names of fields stay."""
    if isinstance(value, Input):
        value = value.exported()
    if is_dataclass(value) and not isinstance(value, type):
        new = {one.name: _mapped(getattr(value, one.name), change, one.name) for one in fields(value)}
        return replace(value, **new)
    if isinstance(value, Mapping):
        return {change(str(key), ""): _mapped(item, change, field) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(_mapped(item, change, field) for item in value)
    return change(value, field) if isinstance(value, str) else value
