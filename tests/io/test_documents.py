from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.errors import DocumentError, FileError
from synthscope.io.atomic import write_bytes, write_text
from synthscope.io.documents import read_document, read_json, write_document
from synthscope.records.request import Region
from synthscope.records.run import Candidate


@dataclass(frozen=True)
class Plain:
    value: int = 0


@dataclass(frozen=True)
class Named:
    value: int = 0
    format: str = "test/named"
    version: int = 3


def test_record_is_read_back_equal(tmp_path: Path) -> None:
    record = Candidate("r/1", 7, "a µ.ome.tif", (2, 3), "00", Region((0, 1), (2, 4)), figures={"seam": 1.25})
    path = write_document(tmp_path / "c.json", record)
    assert read_document(path, Candidate) == record


def test_record_without_a_format_is_given_one(tmp_path: Path) -> None:
    path = write_document(tmp_path / "p.json", Plain(4), format="test/plain", version=2)
    assert read_json(path) == {"format": "test/plain", "version": 2, "value": 4}
    assert read_document(path, Plain, format="test/plain", version=2) == Plain(4)


def test_numpy_numbers_become_plain_ones(tmp_path: Path) -> None:
    path = write_document(tmp_path / "n.json", Named(np.int64(4)))
    assert read_document(path, Named) == Named(4)


def test_record_without_any_format_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="Plain has no field 'format'"):
        write_document(tmp_path / "p.json", Plain())


def test_old_versions_are_migrated_step_by_step(tmp_path: Path) -> None:
    path = write_text(tmp_path / "n.json", '{"format": "test/named", "version": 1, "wert": 2}')
    steps = {1: lambda d: d | {"worth": d.pop("wert")}, 2: lambda d: d | {"value": 10 * d.pop("worth")}}
    assert read_document(path, Named, migrations=steps) == Named(20)
    with pytest.raises(DocumentError, match="version 1, which this Synthscope can no longer read"):
        read_document(path, Named)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"format": "test/named", "version": 4}', "newer Synthscope .this one reads up to 3.; update"),
        ('{"format": "other", "version": 3}', "of format 'other' where 'test/named' is expected"),
        ('{"format": "test/named", "version": true}', "its version is 'True'"),
        ('{"format": "test/named", "version": 3, "value": "x"}', "cannot be understood"),
        ('{"format": "test/named", "version": 3, "values": 1}', "cannot be understood"),
        ("[1]", "no JSON object"),
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_wrong_is_said_with_the_file_name(tmp_path: Path, text: str, words: str) -> None:
    path = write_text(tmp_path / "n.json", text)
    with pytest.raises(DocumentError, match=rf"n\.json.*{words}"):
        read_document(path, Named)


def test_missing_document_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        read_document(tmp_path / "n.json", Named)


@given(data=st.binary(max_size=200))
def test_no_bytes_crash_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = write_bytes(tmp_path_factory.getbasetemp() / "fuzz.json", data)
    with pytest.raises(DocumentError):
        read_document(path, Named)
