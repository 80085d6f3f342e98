"""The class of each image that is learned from: told word by word, by the folders they lie in, or by a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from synthscope.errors import InputError
from synthscope.io.tables import read_told

FOLDERS = "folders"
"""The word that means: each image is of the class that its folder is named after."""


def read_classes(told: str, images: Sequence[Path]) -> tuple[str, ...]:
    """Give a class for each image, empty for one of none; no word at all where nothing is told.

    Parameters
    ----------
    told : str
        Words by commas, in the order of the images; `FOLDERS`; or a CSV file with the columns ``image`` (its file
        name) and ``class``.

    Raises
    ------
    InputError
        If a table does not name an image, or as `io.tables.read_told` says.
    FileError
        If the table cannot be read.
    """
    if not told:
        return ()
    if told == FOLDERS:
        return tuple(path.expanduser().resolve().parent.name for path in images)
    if told.lower().endswith(".csv"):
        table = read_told(Path(told).expanduser(), "class")
        return tuple(_class_in(table, path, told) for path in images)
    return tuple(word.strip() for word in told.split(","))


def _class_in(table: dict[str, str], image: Path, told: str) -> str:
    name = image.expanduser().resolve().name
    if name not in table:
        raise InputError(f"{Path(told).name} names no image {name!r}; add a row for it, with an empty class for none.")
    return table[name]
