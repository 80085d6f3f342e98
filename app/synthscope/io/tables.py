"""Tables (CSV) that say one thing of each image."""

from __future__ import annotations

import csv
from pathlib import Path

from synthscope.errors import InputError
from synthscope.io.faults import reading_faults


def read_told(path: Path, column: str) -> dict[str, str]:
    """Read what a table of the columns ``image`` and `column` says of each image; lines of neither are passed over.

    Raises
    ------
    InputError
        If it is no table, a column is missing, or an image is told two things.
    FileError
        If it cannot be read.
    """
    with reading_faults(path), path.open(encoding="utf-8-sig", newline="") as file:
        try:
            table = csv.DictReader(file)
            missing = [name for name in ("image", column) if name not in (table.fieldnames or ())]
            if missing:
                raise InputError(f"{path.name} has no column {missing[0]!r}; its first line must be image,{column}.")
            rows = [((row["image"] or "").strip(), (row[column] or "").strip()) for row in table]
        except (csv.Error, UnicodeDecodeError) as error:
            raise InputError(f"{path.name} is no table in UTF-8; save it as CSV.") from error
    found: dict[str, str] = {}
    for image, word in rows:
        if not image and not word:
            continue
        if found.setdefault(image, word) != word:
            raise InputError(f"{path.name} names {image} twice, as {found[image]!r} and as {word!r}; leave one.")
    return found
