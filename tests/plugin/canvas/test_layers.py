"""The adapter between napari layers and images."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from napari.components import ViewerModel
from napari.layers import Image as ImageLayer
from napari.layers import Labels

from napari_synthscope.canvas.layers import (
    KEY,
    SUFFIX,
    add_image,
    add_labels,
    find_layer,
    image_of,
    labels_pixels,
    layer_data,
    spatial,
    uuid_of,
)
from synthscope.errors import InputError
from synthscope.records.image import Image, Origin
from synthscope.records.space import Space

DTYPES = ("uint8", "uint16", "int16", "uint32", "int32", "float32", "float64", "bool")
UNITS = ("µm", "nm", "mm", "Å", "pixel", "inch", "beats")
steps = st.floats(1e-6, 1e6, allow_nan=False)
starts = st.floats(-1e6, 1e6, allow_nan=False)


@st.composite
def axes_orders(draw: st.DrawFn) -> str:
    rest = draw(st.permutations([*draw(st.sets(st.sampled_from("tzc"))), "y", "x"]))
    return "".join(rest) + ("s" if draw(st.booleans()) else "")


@st.composite
def images(draw: st.DrawFn) -> Image:
    axes = draw(axes_orders())
    shape = tuple(3 if a == "s" else draw(st.integers(1, 5)) for a in axes)
    dtype = "uint8" if "s" in axes else draw(st.sampled_from(DTYPES))
    seed = draw(st.integers(0, 2**32 - 1))
    pixels = np.random.default_rng(seed).integers(0, 2 if dtype == "bool" else 200, shape).astype(dtype)
    space = Space(
        axes,
        tuple(draw(steps) for _ in axes),
        draw(st.sampled_from(UNITS)),
        tuple(draw(starts) for _ in axes),
        tuple(f"stain {i}" for i in range(shape[axes.index("c")])) if "c" in axes and draw(st.booleans()) else (),
        draw(st.sampled_from(("second", "millisecond", "hour"))),
    )
    image = Image(pixels, space, name=draw(st.sampled_from(("rock", "a b", "µCT · 1"))), origin=Origin("p", "TIFF"))
    if draw(st.booleans()):
        image = image.with_(synthetic=np.ones(image.mask_shape, bool), provenance={"seed": seed})
    return image


@settings(deadline=None, max_examples=60)
@given(images())
def test_image_to_layer_to_image_is_exact(image: Image) -> None:
    layer = add_image(ViewerModel(), image)
    again = image_of(layer)
    assert again.space == image.space
    assert again.dtype == image.dtype
    np.testing.assert_array_equal(again.pixels, image.pixels)
    assert np.shares_memory(again.pixels, image.pixels)
    assert (again.name, again.provenance, again.origin) == (image.name, image.provenance, image.origin)
    assert (again.synthetic is None) == (image.synthetic is None)


@settings(deadline=None, max_examples=25)
@given(images())
def test_masks_line_up_with_their_image(image: Image) -> None:
    viewer = ViewerModel()
    layer = add_image(viewer, image)
    shape = tuple(layer.data.shape[layer.axis_labels.index(a)] for a in layer.axis_labels if a != "c")
    mask = Labels(np.ones(shape, np.uint8), **spatial(layer, mask=True))
    viewer.add_layer(mask)
    assert sorted(mask.axis_labels) == sorted(image.space.mask_axes)
    by_axis = dict(zip(layer.axis_labels, layer.extent.world.T, strict=True))
    for letter, extent in zip(mask.axis_labels, mask.extent.world.T, strict=True):
        np.testing.assert_allclose(extent, by_axis[letter])
    assert image_of(mask).space.mask_axes == image_of(mask).space.axes


def test_a_lazy_stack_is_never_read_whole() -> None:
    read: list[int] = []

    def plane(block_info: dict) -> np.ndarray:
        read.append(1)
        return np.full((1, 300, 300), len(read), np.uint16)

    pixels = da.map_blocks(plane, dtype=np.uint16, chunks=((1,) * 400, (300,), (300,)), meta=np.empty(0, np.uint16))
    layer = add_image(ViewerModel(), Image(pixels, Space("zyx"), name="large"))
    assert image_of(layer).pixels is pixels
    assert len(read) < 40


def test_only_indexing_is_asked_of_a_lazy_array() -> None:
    class Plain:
        shape, dtype, ndim = (2, 3, 40, 50), np.dtype(np.uint16), 4

        def __getitem__(self, key: object) -> np.ndarray:
            return np.arange(2 * 3 * 40 * 50, dtype=np.uint16).reshape(self.shape)[key]  # type: ignore[index]

    plain = Plain()
    layer = add_image(ViewerModel(), Image(plain, Space("zcyx"), name="plain"))
    assert layer.axis_labels == ("c", "z", "y", "x")
    np.testing.assert_array_equal(np.asarray(layer.data[2, 1]), plain[1, 2])
    np.testing.assert_array_equal(np.asarray(layer.data[..., 7]), plain[..., 7].transpose(1, 0, 2))
    assert image_of(layer).pixels is plain


def test_levels_are_shown_and_given_back() -> None:
    pixels = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64)
    image = Image(pixels, Space("yx", (2.0, 2.0), "µm"), name="pyramid", levels=(pixels[::2, ::2], pixels[::4, ::4]))
    layer = add_image(ViewerModel(), image)
    assert layer.multiscale
    assert [a.shape for a in image_of(layer).levels] == [(32, 32), (16, 16)]


def test_a_layer_with_synthetic_voxels_says_so_in_its_name() -> None:
    image = Image(np.zeros((4, 4), np.uint8), Space("yx"), name="rock", synthetic=np.eye(4, dtype=bool))
    layer = add_image(ViewerModel(), image)
    assert layer.name == "rock" + SUFFIX
    assert image_of(layer).name == "rock"


def test_changes_made_in_napari_arrive_in_the_image() -> None:
    layer = add_image(ViewerModel(), Image(np.zeros((4, 4), np.uint8), Space("yx", (1.0, 1.0), "µm"), name="a"))
    layer.scale, layer.units, layer.name = (0.5, 0.25), ("nm", "nm"), "b"
    image = image_of(layer)
    assert (image.space.voxel_size, image.space.unit, image.name) == ((0.5, 0.25), "nm", "b")


@pytest.mark.parametrize(("ndim", "axes"), [(2, "yx"), (3, "zyx"), (4, "tzyx")])
def test_a_foreign_layer_has_guessed_axes_and_says_so(ndim: int, axes: str) -> None:
    image = image_of(ImageLayer(np.zeros((4,) * ndim), rgb=False))
    assert image.space.axes == axes
    assert image.origin.axes_guessed


def test_a_foreign_layer_with_named_axes_is_not_guessed() -> None:
    image = image_of(ImageLayer(np.zeros((4, 5, 6)), axis_labels=("c", "y", "x"), rgb=False))
    assert image.space.axes == "cyx"
    assert not image.origin.axes_guessed


def test_axes_can_be_told() -> None:
    assert image_of(ImageLayer(np.zeros((4, 5, 6)), rgb=False), axes="tyx").space.axes == "tyx"


def test_a_layer_of_six_unnamed_axes_is_refused_with_a_remedy() -> None:
    with pytest.raises(InputError, match="name its axes"):
        image_of(ImageLayer(np.zeros((2,) * 6), rgb=False))


def test_a_layer_is_found_whatever_it_is_called() -> None:
    viewer = ViewerModel()
    layer = add_image(viewer, Image(np.zeros((4, 4), np.uint8), Space("yx"), name="a"))
    identity = uuid_of(layer)
    layer.name = "something else"
    viewer.add_layer(ImageLayer(np.zeros((4, 4)), name="a"))
    assert find_layer(viewer, identity) is layer
    viewer.layers.remove(layer)
    assert find_layer(viewer, identity) is None


def test_every_layer_gets_an_identity_of_its_own() -> None:
    image = Image(np.zeros((4, 4), np.uint8), Space("yx"))
    first, second = (layer_data(image)[1]["metadata"][KEY]["uuid"] for _ in range(2))
    assert first != second


def test_derived_layers_inherit_all_of_space() -> None:
    source = ImageLayer(
        np.zeros((3, 4, 5, 6)),
        scale=(1, 3, 1, 1),
        translate=(0, 9, 8, 7),
        rotate=np.eye(4),
        units=("pixel", *["µm"] * 3),
        shear=np.arange(6) / 10,
        axis_labels=tuple("czyx"),
        affine=np.diag([1.0, 2, 2, 2, 1]),
        rgb=False,
    )
    whole = ImageLayer(np.zeros((3, 4, 5, 6)), rgb=False, **spatial(source))
    part = Labels(np.zeros((4, 5, 6), np.uint8), **spatial(source, mask=True))
    np.testing.assert_allclose(whole.extent.world, source.extent.world)
    matrix = np.asarray(source._transforms.simplified.affine_matrix)
    np.testing.assert_allclose(part._transforms.simplified.affine_matrix, matrix[1:, 1:], atol=1e-12)
    assert part.axis_labels == ("z", "y", "x")


def test_sixteen_bit_is_shown_over_its_whole_range_with_limits_from_the_stack() -> None:
    pixels = np.full((9, 64, 64), 1000, np.uint16)
    pixels[4] = 3000
    layer = add_image(ViewerModel(), Image(pixels, Space("zyx"), name="a"))
    assert layer.contrast_limits == [1000, 3000]
    assert layer.contrast_limits_range == [0, 65535]


def test_labels_keep_their_dtype_and_space() -> None:
    image = Image(np.ones((4, 5, 6), np.uint16), Space("zyx", (3.0, 1.0, 1.0), "µm"), name="grains")
    layer = add_labels(ViewerModel(), image)
    assert isinstance(layer, Labels)
    assert image_of(layer).dtype == np.uint16
    assert image_of(layer).space == image.space


def test_of_a_pyramid_of_labels_the_finest_level_is_the_label_map() -> None:
    fine = np.arange(12, dtype=np.uint8).reshape(3, 4)
    layer = Labels([fine, fine[::2, ::2]], multiscale=True)
    assert labels_pixels(layer, None) is fine
    np.testing.assert_array_equal(labels_pixels(layer, Image(fine, Space("xy"), "turned")), fine.T)
