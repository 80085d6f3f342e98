"""Two layers on one grid: where they lie on each other, and that nothing is read before it is looked at."""

from __future__ import annotations

from typing import Any

import dask.array as da
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from napari.components import ViewerModel
from napari.layers import Image as ImageLayer

from napari_synthscope.canvas.layers import add_image
from napari_synthscope.comparing.lock import ContrastLock
from napari_synthscope.comparing.pair import Cropped, pair_of, synthetic_box
from napari_synthscope.comparing.restoring import Restoring
from napari_synthscope.comparing.twins import difference_layer
from synthscope.errors import InputError
from synthscope.imaging.profiles import LazyDifference, difference
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space

SPACE = Space("zyx", (3.0, 1.2, 1.2), "µm", (5.0, 10.0, 20.0))


def layer(shape: tuple[int, ...] = (6, 30, 40), dtype: Any = np.uint16, **changes: Any) -> ImageLayer:
    pixels = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    arguments: dict[str, Any] = {
        "scale": SPACE.voxel_size,
        "translate": SPACE.origin,
        "units": ("um",) * 3,
        "axis_labels": tuple("zyx"),
        "name": "layer",
    }
    return ImageLayer(pixels, rgb=False, **(arguments | changes))


@settings(deadline=None, max_examples=40)
@given(st.tuples(st.integers(0, 3), st.integers(0, 20), st.integers(0, 30)))
def test_a_box_is_found_where_it_lies(start: tuple[int, int, int]) -> None:
    whole = layer()
    place = Region(start, tuple(a + n for a, n in zip(start, (2, 8, 9), strict=True)))
    box = layer(translate=np.asarray(whole.data_to_world(start)))
    box.data = whole.data[place.slices]
    pair = pair_of(whole, box)
    assert pair.region == place
    np.testing.assert_array_equal(pair.part.pixels, pair.fill.pixels)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"scale": (3.0, 2.4, 1.2)}, "1 × 2 × 1 voxels"),
        ({"translate": (5.0, 10.6, 20.0)}, "lie between"),
        ({"translate": (5.0, 8.8, 20.0)}, "reaches beyond"),
        ({"units": ("mm",) * 3}, "other units"),
    ],
)
def test_unequal_grids_say_in_what(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        pair_of(layer(), layer(**changes))


def test_unequal_types_can_be_seen_but_not_subtracted() -> None:
    pair = pair_of(layer(), layer(dtype=np.float32))
    assert "one type" in pair.alike


def test_channels_first_in_the_layer_and_last_in_the_file_are_one_grid() -> None:
    viewer = ViewerModel()
    pixels = np.random.default_rng(1).integers(0, 99, (5, 20, 30, 2)).astype(np.uint8)
    images = [Image(pixels, Space("zyxc"), name, np.ones((5, 20, 30), bool)) for name in ("a", "b")]
    first, second = (add_image(viewer, image) for image in images)
    pair = pair_of(first, second)
    assert pair.real.space.axes == "czyx"
    assert pair.fill.synthetic is not None
    assert pair.fill.synthetic.shape == (5, 20, 30)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_lazy_box_indexes_like_the_array_it_stands_for(data: st.DataObject) -> None:
    base = np.arange(5 * 6 * 7).reshape(5, 6, 7)
    region = Region((1, 2, 0), (4, 6, 5))
    index = tuple(
        data.draw(st.one_of(st.integers(-n, n - 1), st.slices(n).filter(lambda s: (s.step or 1) > 0)))
        for n in region.shape
    )
    expected = base[region.slices][index]
    np.testing.assert_array_equal(Cropped(base, region)[index], expected)


def test_only_the_shown_slice_of_a_large_stack_is_read_for_a_difference() -> None:
    read: list[int] = []

    def plane(block_info: Any = None) -> np.ndarray:
        read.append(block_info[None]["chunk-location"][0])
        return np.full((1, 64, 64), 7, np.uint16)

    viewer = ViewerModel()
    chunks = ((1,) * 937, (64,), (64,))
    stacks = [da.map_blocks(plane, dtype=np.uint16, chunks=chunks, meta=np.empty(0, np.uint16)) for _ in range(2)]
    first, second = (
        add_image(viewer, Image(pixels, SPACE, f"stack {i}"), contrast_limits=(0, 9)) for i, pixels in enumerate(stacks)
    )
    viewer.dims.set_current_step(0, 400)
    read.clear()
    made, _ = difference_layer(viewer, first, second, pair_of(first, second))
    viewer.add_layer(made)
    viewer.dims.set_current_step(0, 401)
    assert set(read) <= {0, 400, 401}
    assert len(read) < 20


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(["uint8", "uint16", "int16", "float32"]), st.integers(0, 2**32 - 1))
def test_a_lazy_difference_is_the_difference(dtype: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = (rng.integers(0, 250, (3, 5, 6)).astype(dtype) for _ in range(2))
    lazy = LazyDifference(first, second)
    assert (lazy.shape, lazy.dtype) == ((3, 5, 6), difference(first, second).dtype)
    np.testing.assert_array_equal(lazy[1, :, 2:], difference(first, second)[1, :, 2:])
    np.testing.assert_array_equal(np.asarray(lazy), second.astype(float) - first.astype(float))


def test_what_is_measured_lies_around_the_synthetic_voxels() -> None:
    viewer = ViewerModel()
    synthetic = np.zeros((9, 40, 50), bool)
    synthetic[4, 10:14, 20:26] = True
    blank = np.zeros((9, 40, 50), np.uint8)
    images = [Image(blank, SPACE, "a"), Image(blank, SPACE, "b", synthetic)]
    pair = pair_of(*(add_image(viewer, image) for image in images))
    region, mask = synthetic_box(pair, 5, 1)
    assert region == Region((3, 5, 15), (6, 19, 31))
    assert mask is not None
    assert np.count_nonzero(mask) == 24


def test_the_mask_of_an_accepted_stack_is_only_read_where_its_record_points() -> None:
    class Guarded:
        shape, dtype, ndim = (40, 50, 900), np.dtype(bool), 3

        def __getitem__(self, key: Any) -> np.ndarray:
            size = [len(range(*k.indices(n))) for k, n in zip(key, self.shape, strict=True)]
            assert np.prod(size) <= 20 * 20 * 8
            made = np.zeros(self.shape, bool)
            made[8:12, 20:24, 402:404] = True
            return np.asarray(made[key])

    viewer = ViewerModel()
    space = Space("yxz")
    record = {"box": {"start": [0, 10, 400], "stop": [20, 30, 408]}, "source_shape": [40, 50, 900]}
    pixels = np.zeros((40, 50, 900), np.uint8)
    first = add_image(viewer, Image(pixels, space, "a"))
    second = add_image(viewer, Image(pixels, space, "b", Guarded(), record))
    pair = pair_of(first, second)
    assert pair.hint == Region((400, 0, 10), (408, 20, 30))
    assert synthetic_box(pair, 0, 0)[0] == Region((402, 8, 20), (404, 12, 24))


def test_the_lock_gives_back_what_was_different_and_keeps_what_was_common() -> None:
    first, second = layer(contrast_limits=(0, 100)), layer(contrast_limits=(5, 50), gamma=0.5)
    lock = ContrastLock()
    lock.hold(first, second)
    assert (tuple(second.contrast_limits), second.gamma) == ((0, 100), 1.0)
    second.contrast_limits = (10, 7000)
    assert tuple(first.contrast_limits) == (10, 7000)
    lock.release()
    assert (tuple(second.contrast_limits), second.gamma) == ((5, 50), 0.5)
    assert tuple(first.contrast_limits) == (10, 7000)
    first.contrast_limits = (1, 2)
    assert tuple(second.contrast_limits) == (5, 50)


def test_what_somebody_changed_meanwhile_stays_as_he_wants_it() -> None:
    viewer = ViewerModel()
    kept, hidden, shown = (viewer.add_image(np.zeros((8, 8))) for _ in range(3))
    restoring = Restoring()
    restoring.show_only(viewer, [kept])
    shown.visible = True
    restoring.change(kept, "opacity", 0.5)
    kept.opacity = 0.7
    viewer.layers.remove(hidden)
    restoring.restore()
    assert (kept.visible, shown.visible, kept.opacity) == (True, True, 0.7)
