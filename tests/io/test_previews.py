from pathlib import Path

import dask.array as da
import numpy as np
import pytest

from synthscope.io.opening import open_image
from synthscope.io.previews import LONGEST_SIDE, preview, preview_path
from synthscope.io.writing import write_preview
from synthscope.records.image import Image
from synthscope.records.space import Space

SHAPES = [("yx", (8, 9)), ("czyx", (2, 5, 8, 9)), ("xyz", (9, 8, 5)), ("zyxs", (3, 8, 9, 4))]


@pytest.mark.parametrize(("axes", "shape"), SHAPES)
def test_preview_shows_the_middle_slice(tmp_path: Path, axes: str, shape: tuple[int, ...], rng) -> None:
    image = Image(rng.integers(0, 2**16, shape, np.uint16), Space(axes))
    picture = open_image(write_preview(tmp_path / "a.png", image))
    assert picture.shape[:2] == (8, 9)
    assert picture.dtype == np.uint8
    assert picture.space.axes == ("yxs" if "s" in axes else "yx")


def test_shared_contrast_maps_equal_values_to_equal_greys() -> None:
    dark = Image(np.full((4, 4), 100.0), Space("yx"))
    assert (preview(dark, limits=(0.0, 200.0)) == 128).all()


def test_large_lazy_stack_is_reduced_and_only_one_slice_is_read() -> None:
    read = []

    def plane(block_info=None) -> np.ndarray:
        read.append(block_info[None]["chunk-location"][0])
        return np.zeros((1, 3000, 2000), np.uint8)

    pixels = da.map_blocks(plane, chunks=((1,) * 9, (3000,), (2000,)), dtype=np.uint8, meta=np.empty(0, np.uint8))
    picture = preview(Image(pixels, Space("zyx")))
    assert max(picture.shape) <= LONGEST_SIDE
    assert set(read) == {4}


def test_values_that_are_no_numbers_are_black() -> None:
    pixels = np.array([[np.nan, np.inf], [0.0, 1.0]])
    assert preview(Image(pixels, Space("yx")))[0, 0] == 0


def test_preview_stands_beside_its_image() -> None:
    assert preview_path("b/a.ome.tif") == Path("b/a.preview.png")
    assert preview_path("b/a.1.tif") == Path("b/a.1.preview.png")
