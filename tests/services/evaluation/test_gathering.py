"""Which images a folder gives, and of which specimens they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthscope.errors import InputError
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.evaluation.gathering import gather


def put(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_image(path, Image(np.zeros((8, 8), np.uint8), Space("yx"), path.stem))


def test_files_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    put(*(tmp_path / "set" / f"s{n}.tif" for n in (10, 9, 1)))
    assert [one.name for one in gather([tmp_path / "set"], "set", open_image).images] == ["s1.tif", "s9.tif", "s10.tif"]


def test_sub_folders_are_specimens(tmp_path: Path) -> None:
    put(
        tmp_path / "set" / "core a" / "1.tif",
        tmp_path / "set" / "core a" / "2.tif",
        tmp_path / "set" / "core b" / "1.tif",
    )
    assert gather([tmp_path / "set"], "set", open_image).specimens == ("core a", "core a", "core b")


def test_what_the_program_writes_beside_its_results_is_no_image_of_the_set(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    put(folder / "new-1.ome.tif", folder / "new-1-synthetic.ome.tif", folder / "r-uncertainty.ome.tif")
    put(folder / "r-mean-of-candidates.ome.tif", folder / "r-mean-of-candidates-2.ome.tif")
    put(folder / "sources" / "example.tif")
    (folder / "runs" / "r").mkdir(parents=True)
    (folder / "new-1.preview.png").write_bytes(b"no picture")
    assert [one.name for one in gather([folder], "out", open_image).images] == ["new-1.ome.tif"]


def test_a_folder_without_images_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "read me.txt").write_text("nothing")
    with pytest.raises(InputError, match="Folder notes holds no image"):
        gather([tmp_path / "notes"], "notes", open_image)


def test_with_stacks_a_folder_is_one_image(tmp_path: Path) -> None:
    put(*(tmp_path / "set" / f"s{n}.tif" for n in range(3)))
    (one,) = gather([tmp_path / "set"], "set", open_image, stacks=True).images
    assert one.shape == (3, 8, 8)
