"""Classes of training images: by words, by folders, by a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthscope.cli.classes import read_classes
from synthscope.errors import FileError, InputError

IMAGES = [Path("data/soil/a.tif"), Path("data/rock/b.tif"), Path("data/soil/c.tif")]


@pytest.mark.parametrize(
    ("told", "classes"),
    [("", ()), ("soil, rock,", ("soil", "rock", "")), ("folders", ("soil", "rock", "soil"))],
)
def test_words_and_folders_name_the_classes(told: str, classes: tuple[str, ...]) -> None:
    assert read_classes(told, IMAGES) == classes


def test_a_table_names_the_class_of_each_file_in_any_order(tmp_path: Path) -> None:
    table = tmp_path / "classes.CSV"
    table.write_text("\ufeffclass,image,remark\nrock,b.tif,\n,c.tif,unknown\nsoil,a.tif,\n", encoding="utf-8")
    assert read_classes(str(table), IMAGES) == ("soil", "rock", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("image,kind\na.tif,soil\n", r"classes.csv has no column 'class'; its first line must be image,class"),
        ("", r"has no column 'image'"),
        ("image,class\na.tif,soil\na.tif,rock\n", r"classes.csv names a.tif twice, as .soil. and as .rock."),
        ("image,class\na.tif,soil\n", r"classes.csv names no image 'b.tif'; add a row"),
    ],
)
def test_a_table_that_lacks_something_is_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    table = tmp_path / "classes.csv"
    table.write_text(text)
    with pytest.raises(InputError, match=words):
        read_classes(str(table), IMAGES)


def test_a_table_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"gone\.csv"):
        read_classes(str(tmp_path / "gone.csv"), IMAGES)
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x01" * 8)
    with pytest.raises(InputError, match=r"binary\.csv is no table in UTF-8; save it as CSV"):
        read_classes(str(tmp_path / "binary.csv"), IMAGES)
