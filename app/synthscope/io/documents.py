"""Our own documents: JSON with a format and a version, read strictly, migrated step by step."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.atomic import write_text
from synthscope.io.faults import reading_faults
from synthscope.records.documents import from_json, to_json, without_infinities

T = TypeVar("T")
Migration = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the JSON of one version into that of the next."""

_LARGEST = 256 * 2**20
_HEADING = ("format", "version")
_NO_MIGRATIONS: Mapping[int, Migration] = {}


def write_document(path: Path | str, record: Any, *, format: str = "", version: int = 1) -> Path:  # noqa: A002 - the document's own word
    """Write a record as JSON, whole or not at all.

    Parameters
    ----------
    path : Path or str
        Where to, in a folder that exists.
    record : dataclass
        With fields ``format`` and ``version`` of its own, or else
    format, version
        these two are put beside its fields.

    Raises
    ------
    DiskFull, FileError
        If the file cannot be written.
    """
    document = to_json(record)
    if "format" not in document:
        if not format:
            raise TypeError(f"{type(record).__name__} has no field 'format'; name the format of the document")
        document = {"format": format, "version": version} | document
    return write_text(path, json_text(document))


def read_document(
    path: Path | str,
    record_type: type[T],
    *,
    format: str = "",  # noqa: A002 - the document's own word
    version: int = 0,
    migrations: Mapping[int, Migration] = _NO_MIGRATIONS,
) -> T:
    """Read a record that `write_document` wrote.

    Parameters
    ----------
    path : Path or str
        The document.
    record_type : type
        A frozen dataclass.
    format, version
        What is expected; without them the defaults of the record's own fields.
    migrations : mapping
        From version n, the function that turns its JSON into that of version n + 1.

    Raises
    ------
    FileError
        If the file is missing or may not be read.
    DocumentError
        If it is damaged, of another format, or of a newer version.
    """
    path = Path(path)
    own: dict[str, Any] = {f.name: f.default for f in fields(record_type) if f.name in _HEADING}  # type: ignore[arg-type]
    wanted = format or str(own.get("format", "")), version or int(own.get("version", 1))
    document = _migrated(path, _checked(path, read_json(path), *wanted), wanted[1], migrations)
    values = {name: value for name, value in document.items() if name in own or name not in _HEADING}
    try:
        return from_json(record_type, values)
    except (InputError, RecursionError, TypeError, ValueError) as error:
        raise DocumentError(f"{path.name} cannot be understood: {error}") from error


def read_json(path: Path | str) -> dict[str, Any]:
    """Read one JSON object from a UTF-8 file.

    Raises
    ------
    FileError
        If the file is missing or may not be read.
    DocumentError
        If it is not a JSON object.
    """
    path = Path(path)
    with reading_faults(path):
        if path.stat().st_size > _LARGEST:
            raise FileError(f"{path.name} is too large for a document ({path.stat().st_size} bytes).")
        data = path.read_bytes()
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{path.name} is damaged: it is not JSON ({error}).") from error
    if not isinstance(document, dict):
        raise DocumentError(f"{path.name} is damaged: it holds no JSON object.")
    return document


def json_text(document: Any) -> str:
    """Give the JSON of a document as people read it: indented, UTF-8 letters, a line end."""
    return json.dumps(without_infinities(document), indent=2, ensure_ascii=False, default=plain) + "\n"


def plain(value: Any) -> Any:
    """Turn a numpy number into a plain one; figures are often such."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} {value!r} cannot be written into a document")


def _checked(path: Path, document: dict[str, Any], format: str, version: int) -> dict[str, Any]:  # noqa: A002
    found, number = document.get("format"), document.get("version")
    if found != format:
        raise DocumentError(f"{path.name} is of format {str(found)[:60]!r} where {format!r} is expected.")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise DocumentError(f"{path.name} is damaged: its version is {str(number)[:60]!r}.")
    if number > version:
        raise DocumentError(
            f"{path.name} has version {number}, written by a newer Synthscope (this one reads up to {version}); "
            "update Synthscope to open it."
        )
    return document


def _migrated(
    path: Path, document: dict[str, Any], version: int, migrations: Mapping[int, Migration]
) -> dict[str, Any]:
    for number in range(document["version"], version):
        if number not in migrations:
            raise DocumentError(f"{path.name} has version {number}, which this Synthscope can no longer read.")
        document = migrations[number](dict(document)) | {"version": number + 1}
    return document
