"""The levels of an OME-Zarr: which there are, what is in them, where they lie."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st

from synthscope.io import zarr_pyramid
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image, write_image_job
from synthscope.io.zarr_pyramid import LARGEST_VIEW, levels_of, shrunk
from synthscope.records.image import Image
from synthscope.records.space import Space


@pytest.fixture
def small_views(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let planes of more than 16 voxels have levels."""
    monkeypatch.setattr(zarr_pyramid, "LARGEST_VIEW", 16)


def test_planes_that_fit_a_screen_have_one_level_and_larger_ones_are_halved_until_they_do() -> None:
    side = LARGEST_VIEW
    assert len(levels_of("yx", (side, side), (1.0, 1.0))) == 1
    levels = levels_of("zyx", (937, 2560, 2560), (4.0, 1.0, 1.0))
    assert [level.shape for level in levels] == [(937, 2560, 2560), (937, 1280, 1280), (937, 640, 640)]


def test_slices_are_halved_once_they_lie_as_close_as_the_rows() -> None:
    levels = levels_of("tczyx", (2, 3, 100, 5000, 5000), (1.0, 1.0, 2.0, 1.0, 1.0))
    assert [level.shape[2] for level in levels] == [100, 100, 50, 25]
    assert [level.spans for level in levels][-1] == (1, 1, 4, 8, 8)
    flat = levels_of("zyx", (1, 3000, 10), (1.0, 1.0, 1.0))
    assert [level.shape for level in flat] == [(1, 3000, 10), (1, 1500, 5), (1, 750, 3)]


@given(
    st.lists(st.integers(1, 9), min_size=3, max_size=3),
    st.lists(st.sampled_from([1, 2]), min_size=3, max_size=3),
    st.sampled_from(["uint8", "int16", "uint32", "float32", "float64", "uint64"]),
)
def test_a_constant_stays_and_a_mask_keeps_what_is_thin(shape: list[int], factors: list[int], dtype: str) -> None:
    values = np.full(shape, 201 if dtype != "int16" else -201, dtype)
    small = shrunk(values, tuple(factors), largest=False)
    assert small.dtype == values.dtype
    assert small.shape == tuple(-(-n // f) for n, f in zip(shape, factors, strict=True))
    assert (small == values.flat[0]).all()
    mask = np.zeros(shape, np.uint8)
    mask[-1, -1, -1] = 1
    assert shrunk(mask, tuple(factors), largest=True)[-1, -1, -1] == 1


def test_means_are_rounded_and_numberless_voxels_are_no_warning() -> None:
    assert shrunk(np.array([[1, 2], [2, 2]], np.uint8), (2, 2), largest=False).tolist() == [[2]]
    assert np.isnan(shrunk(np.array([[np.nan, 1.0], [np.inf, -np.inf]]), (2, 2), largest=False)).all()


@pytest.mark.usefixtures("small_views")
@pytest.mark.parametrize("axes", ["yx", "zyx", "xyz", "yxs", "cyx", "tczyx", "zcyxs"])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "bool", "uint64"])
def test_level_0_is_bit_exact_and_coarse_levels_show_the_same_in_the_same_axes(
    tmp_path: Path, rng: np.random.Generator, axes: str, dtype: str
) -> None:
    sizes = {"t": 2, "c": 2, "s": 3, "z": 5, "y": 37, "x": 70}
    shape = tuple(sizes[a] for a in axes)
    pixels = (rng.random(shape) * 100).astype(dtype) if dtype != "bool" else rng.random(shape) > 0.5
    image = Image(pixels, Space(axes, (1.0,) * len(axes), "µm"), "image")
    image = image.with_(synthetic=rng.random(image.mask_shape) > 0.99)
    back = open_image(write_image(tmp_path / "a.ome.zarr", image))
    assert np.asarray(back.pixels[...]).tobytes() == pixels.tobytes()
    np.testing.assert_array_equal(back.synthetic[...], image.synthetic)
    assert [dict(zip(axes, level.shape, strict=True))["x"] for level in back.levels] == [35, 18, 9]
    factors = tuple(2 if a in "zyx" else 1 for a in axes)
    expected = shrunk(pixels.astype("uint8") if dtype == "bool" else pixels, factors, largest=dtype == "bool")
    np.testing.assert_array_equal(np.asarray(back.levels[0][...]), expected.astype(dtype))


@pytest.mark.usefixtures("small_views")
def test_levels_lie_where_their_voxels_are(tmp_path: Path) -> None:
    pixels = np.zeros((4, 64, 64), np.float32)
    pixels[:, 24:32, 40:48] = 1
    space = Space("zyx", (5.0, 0.5, 0.25), "µm", (10.0, -3.0, 2.0))
    path = write_image(tmp_path / "a.ome.zarr", Image(pixels, space, "blob", pixels > 0))
    group = zarr.open_group(path, mode="r")
    for node, kind in ((group, "mean"), (group["labels/synthetic"], "max")):
        scale = node.attrs["ome"]["multiscales"][0]
        assert scale["type"] == kind
        assert [entry["path"] for entry in scale["datasets"]] == ["0", "1", "2"]
        for entry in scale["datasets"]:
            steps, first = (t[name] for t, name in zip(
                entry["coordinateTransformations"], ("scale", "translation"), strict=True))  # fmt: skip
            where = np.argwhere(node[entry["path"]][:] > 0.5).mean(axis=0)
            real = np.array([1.5, 27.5, 43.5]) * space.voxel_size + space.origin
            np.testing.assert_allclose(where * steps + first, real)


@pytest.mark.usefixtures("small_views")
def test_progress_counts_the_levels_too_and_cancelling_amid_them_leaves_nothing(tmp_path: Path) -> None:
    image = Image(np.ones((3, 40, 40), np.uint16), Space("zyx"), "image", np.ones((3, 40, 40), bool))
    events = list(write_image_job(tmp_path / "a.ome.zarr", image))
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    job = write_image_job(tmp_path / "b.ome.zarr", image)
    while next(job).fraction < 0.9:
        pass
    job.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a.ome.zarr"]


def test_a_level_is_made_without_holding_more_than_a_chunk_of_it(tmp_path: Path, monkeypatch) -> None:
    held: list[int] = []

    def measured(values: np.ndarray, factors: tuple[int, ...], *, largest: bool) -> np.ndarray:
        held.append(values.nbytes)
        return shrunk(values, factors, largest=largest)

    monkeypatch.setattr(zarr_pyramid, "shrunk", measured)
    image = Image(np.zeros((30, 1100, 1100), np.uint8), Space("zyx"), "image")
    write_image(tmp_path / "a.ome.zarr", image)
    assert len(held) == 2 * 3 * 3
    assert max(held) <= 16 * 512 * 512
