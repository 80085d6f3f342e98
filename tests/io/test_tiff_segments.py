from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st

from synthscope.io import tiff_pixels
from synthscope.io.opening import open_image
from synthscope.io.tiff_segments import can_be_read_in_parts, part_chunks, read_part

SHAPES = [(50, 70), (50, 70, 3)]
LAYOUTS = [{"tile": (16, 32)}, {"rowsperstrip": 7}, {"tile": (16, 16), "compression": "zlib", "predictor": True}]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, np.ndarray]]:
    folder = tmp_path_factory.mktemp("pages")
    found = []
    for shape in SHAPES:
        pixels = np.random.default_rng(1).integers(0, 2**16, shape, np.uint16)
        for i, layout in enumerate(LAYOUTS):
            path = folder / f"{len(shape)}{i}.tif"
            tifffile.imwrite(path, pixels, photometric="rgb" if len(shape) == 3 else "minisblack", **layout)
            found.append((path, pixels))
    return found


@given(which=st.integers(0, 5), y=st.slices(50), x=st.slices(70))
def test_any_box_of_a_page_equals_that_of_the_whole(pages, which: int, y: slice, x: slice) -> None:
    path, pixels = pages[which]
    y, x = slice(*sorted(y.indices(50)[:2])), slice(*sorted(x.indices(70)[:2]))
    y, x = slice(max(y.start, 0), y.stop), slice(max(x.start, 0), x.stop)
    with tifffile.TiffFile(path) as tif:
        assert can_be_read_in_parts(tif.pages[0])
        assert np.array_equal(read_part(tif.pages[0], (y, x, slice(None))[: pixels.ndim]), pixels[y, x])


def test_large_pages_are_held_in_chunks_of_whole_segments(pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiff_pixels, "LARGE", 100)
    for path, pixels in pages:
        assert np.array_equal(open_image(path).pixels, pixels)
        with tifffile.TiffFile(path) as tif:
            chunks = part_chunks(tif.pages[0])
        assert len(chunks) == pixels.ndim
        assert all(0 < c <= n for c, n in zip(chunks, pixels.shape, strict=True))


def test_only_touched_segments_are_decoded(pages) -> None:
    path, pixels = pages[2]
    decoded = []
    with tifffile.TiffFile(path) as tif:
        page = tif.pages[0]
        decode = page.decode
        page.decode = lambda data, number, **options: decoded.append(number) or decode(data, number, **options)
        assert np.array_equal(read_part(page, (slice(17, 20), slice(33, 40))), pixels[17:20, 33:40])
    assert decoded == [1 * 5 + 2]
