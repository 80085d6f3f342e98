"""No file, however damaged, gives anything but an image or one sentence."""

import os
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.io.samples import MAKERS, STACK

from synthscope.errors import FileError, SynthscopeError
from synthscope.io.layout import RawLayout
from synthscope.io.opening import Reading, open_image, probe

_READABLE = 64 * 2**20


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("originals")
    for name, make in MAKERS.items():
        make(folder / name)
    return {name: (folder / name).read_bytes() for name in MAKERS}


def open_or_refuse(path: Path) -> None:
    """Succeed, or fail with one sentence; whatever opens can be read."""
    sentence = "."
    try:
        probe(path)
        image = open_image(path)
        if image.nbytes < _READABLE:
            np.asarray(image.pixels)
    except SynthscopeError as error:
        sentence = error.sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("name", MAKERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), max_size=8),
    near_start=st.booleans(),
    cut=st.none() | st.integers(0, 2**20),
)
def test_mutated_and_truncated_files_give_an_image_or_a_sentence(
    originals, tmp_path, name, changes, near_start, cut
) -> None:
    data = bytearray(originals[name])
    for position, value in changes:
        data[position % (min(len(data), 600) if near_start else len(data))] = value
    path = tmp_path / name
    path.write_bytes(data if cut is None else data[: cut % len(data)])
    open_or_refuse(path)


@pytest.mark.parametrize("name", MAKERS)
def test_empty_file_is_called_empty(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(FileError, match=r"is empty \(0 bytes\)"):
        open_image(tmp_path / name)


@pytest.mark.parametrize("name", MAKERS)
def test_text_under_a_foreign_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Dear colleague,\n" * 100)
    with pytest.raises(FileError, match="begins with 'Dear colleag'"):
        open_image(tmp_path / name)


@pytest.mark.parametrize("name", MAKERS)
def test_missing_file_is_called_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError, match="does not exist"):
        probe(tmp_path / name)


@pytest.mark.parametrize(("name", "wrong"), [("grey.png", "x.tif"), ("plain.tif", "x.png"), ("plain.h5", "x.nrrd")])
def test_content_decides_over_a_wrong_name(originals, tmp_path, name, wrong) -> None:
    (tmp_path / wrong).write_bytes(originals[name])
    assert open_image(tmp_path / wrong).shape in (STACK.shape, STACK.shape[1:])


def test_half_a_file_is_called_cut_short(originals, tmp_path) -> None:
    for name in ("plain.tif", "plain.nii", "plain.nrrd"):
        (tmp_path / name).write_bytes(originals[name][: len(originals[name]) * 3 // 4])
        with pytest.raises(FileError, match="is cut short"):
            open_image(tmp_path / name)


def test_huge_headers_are_refused_without_memory(tmp_path: Path) -> None:
    header = "NRRD0004\ntype: uint8\ndimension: 3\nsizes: 100000 10000 1000\nencoding: gzip\n\nx"
    (tmp_path / "huge.nrrd").write_text(header)
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (10**6).to_bytes(4, "big") * 2 + b"\x08\0\0\0\0abcd\0\0\0\0IDAT"
    (tmp_path / "huge.png").write_bytes(png)
    tifffile.imwrite(tmp_path / "huge.tif", STACK[0], metadata=None)
    with tifffile.TiffFile(tmp_path / "huge.tif", mode="r+") as tif:
        for tag in ("ImageWidth", "ImageLength"):
            tif.pages[0].tags[tag].overwrite(10**6, dtype="I")
    for name in ("huge.nrrd", "huge.png", "huge.tif"):
        with pytest.raises(FileError, match=r"its header claims [12] TB"):
            open_image(tmp_path / name)


def test_unreadable_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.tif").write_bytes(b"II*\0")

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(FileError, match=r"may not be read; change its permissions"):
        open_image(tmp_path / "a.tif")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.tif")
    for reading in (Reading(), Reading(raw=RawLayout((2, 2)))):
        with pytest.raises(FileError, match="is neither a file nor a folder"):
            probe(tmp_path / "a.tif", reading)


def test_folder_without_images_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(FileError, match="holds no image slices"):
        probe(tmp_path)


def test_foreign_format_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.ics").write_text("ics_version 2.0")
    with pytest.raises(FileError, match="is an Image Cytometry Standard file, which is not read here"):
        probe(tmp_path / "a.ics")


@given(size=st.integers(1, 300), offset=st.integers(0, 50))
def test_raw_of_another_size_is_refused_with_the_difference(tmp_path_factory, size, offset) -> None:
    path = tmp_path_factory.getbasetemp() / "a.raw"
    path.write_bytes(bytes(size))
    layout = RawLayout((5, 2, 6), "uint16", "big", offset)
    if size == 120 + offset:
        assert open_image(path, Reading(raw=layout)).shape == (5, 2, 6)
    else:
        with pytest.raises(FileError, match=f"{abs(120 + offset - size)} are (missing|left over); "):
            open_image(path, Reading(raw=layout))
