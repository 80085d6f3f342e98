"""A TIFF with several series: the first where it is the main one, otherwise the one that a person chooses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from synthscope.cli import main
from synthscope.errors import FileError
from synthscope.io.opening import Reading, open_image, probe

LEFT = np.arange(2 * 20 * 30, dtype=np.uint16).reshape(2, 20, 30)
RIGHT = LEFT[:, ::-1] + np.uint16(7)
SMALL = np.full((9, 11), 5, np.uint8)


def written(path: Path, **series: np.ndarray) -> Path:
    """Write an OME-TIFF of named series."""
    with tifffile.TiffWriter(path, ome=True) as file:
        for name, pixels in series.items():
            axes = "ZYX"[-pixels.ndim :]
            file.write(pixels, photometric="minisblack", metadata={"axes": axes, "Name": name.replace("_", " ")})
    return path


def test_series_as_large_as_the_first_are_a_question(tmp_path: Path) -> None:
    path = written(tmp_path / "two.ome.tif", left_eye=LEFT, right_eye=RIGHT)
    told = probe(path)
    assert told.needs == "dataset"
    assert [(d.path, d.title, d.shape) for d in told.datasets] == [
        ("0", "left eye", (2, 20, 30)), ("1", "right eye", (2, 20, 30)),
    ]  # fmt: skip
    with pytest.raises(FileError, match=r"choose one: 0: left eye \(2 × 20 × 30 uint16\), 1: right eye"):
        open_image(path)


@pytest.mark.parametrize("dataset", ["1", "right eye"])
def test_a_series_is_opened_by_its_number_or_its_name(tmp_path: Path, dataset: str) -> None:
    path = written(tmp_path / "two.ome.tif", left_eye=LEFT, right_eye=RIGHT)
    image = open_image(path, Reading(dataset=dataset))
    np.testing.assert_array_equal(image.pixels, RIGHT)
    assert image.origin.dataset == "1"


def test_the_first_opens_by_itself_where_the_others_are_smaller(tmp_path: Path) -> None:
    path = written(tmp_path / "slide.ome.tif", slide=LEFT, label=SMALL)
    np.testing.assert_array_equal(open_image(path).pixels, LEFT)
    assert [d.name for d in probe(path).datasets] == ["0: slide", "1: label"]
    np.testing.assert_array_equal(open_image(path, Reading(dataset="label")).pixels, SMALL)


def test_an_unknown_or_doubtful_name_lists_what_there_is(tmp_path: Path) -> None:
    path = written(tmp_path / "two.ome.tif", left=LEFT, right=RIGHT)
    with pytest.raises(FileError, match="no series 'middle'; choose one of 0: left, 1: right"):
        open_image(path, Reading(dataset="middle"))
    with pytest.raises(FileError, match="no series '2'"):
        open_image(path, Reading(dataset="2"))
    twins = tmp_path / "twins.ome.tif"
    with tifffile.TiffWriter(twins, ome=True) as file:
        for pixels in (LEFT, RIGHT):
            file.write(pixels, photometric="minisblack", metadata={"axes": "ZYX", "Name": "eye"})
    with pytest.raises(FileError, match="2 series named 'eye'"):
        open_image(twins, Reading(dataset="eye"))


def test_pages_of_different_size_without_names_are_series_too(tmp_path: Path) -> None:
    path = tmp_path / "plain.tif"
    with tifffile.TiffWriter(path) as file:
        for pixels in (SMALL, LEFT[0]):
            file.write(pixels, photometric="minisblack", metadata=None)
    assert probe(path).needs == "dataset"
    np.testing.assert_array_equal(open_image(path, Reading(dataset="1")).pixels, LEFT[0])


def test_the_command_line_takes_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "two.ome.tif", left=LEFT, right=RIGHT)
    assert main(["info", str(path)]) == 2
    assert "0: left" in capsys.readouterr().err
    assert main(["info", str(path), "--dataset", "right"]) == 0
    assert f"{RIGHT.min()} to {RIGHT.max()}" in capsys.readouterr().out
