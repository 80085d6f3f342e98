from pathlib import Path

import dask.array as da
import h5py
import imagecodecs
import numpy as np
import psutil
import pytest
import tifffile
import zarr
from tests.io.samples import COLOUR, MAKERS, PLANE, STACK, ngff, slices

from synthscope.errors import AmbiguousAxes, FileError, InputError
from synthscope.io.layout import RawLayout
from synthscope.io.opening import Reading, open_image, probe


def made(folder: Path, name: str) -> Path:
    MAKERS[name](folder / name)
    return folder / name


@pytest.mark.parametrize("name", [n for n in MAKERS if "png" not in n and "photo" not in n and n != "colour.tif"])
def test_every_stack_format_gives_the_same_voxels_and_axes(tmp_path: Path, name: str) -> None:
    path = made(tmp_path, name)
    image = open_image(path)
    assert np.array_equal(image.pixels, STACK)
    assert image.space.axes == "zyx"
    assert image.origin.axes_guessed == (name in ("plain.tif", "packed.tif", "big.tif", "plain.h5", "chunked.h5"))
    told = probe(path)
    assert (told.shape, told.axes, told.dtype) == (image.shape, image.space.axes, image.dtype.name)
    assert (told.voxel_size, told.unit, told.guessed) == (
        image.space.voxel_size,
        image.space.unit,
        image.origin.axes_guessed,
    )
    assert told.nbytes == image.nbytes
    assert told.needs == ""


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("imagej.tif", "µm"),
        ("ome.ome.tif", "µm"),
        ("plain.h5", "µm"),
        ("data.nxs", "µm"),
        ("plain.nii", "mm"),
        ("packed.nii.gz", "mm"),
        ("plain.nrrd", "mm"),
    ],
)
def test_voxel_size_comes_from_the_file(tmp_path: Path, name: str, unit: str) -> None:
    space = open_image(made(tmp_path, name)).space
    assert space.voxel_size == pytest.approx((2.0, 0.5, 0.25))
    assert space.unit == unit


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_ome_zarr_gives_levels_axes_and_voxel_size(tmp_path: Path, version: str) -> None:
    ngff(tmp_path / "a.ome.zarr", version)
    image = open_image(tmp_path / "a.ome.zarr")
    assert np.array_equal(image.pixels, STACK)
    assert [np.asarray(level).tolist() for level in image.levels] == [STACK[:, ::2, ::2].tolist()]
    assert (image.space.axes, image.space.voxel_size, image.space.unit) == ("zyx", (2.0, 0.5, 0.25), "µm")
    assert image.name == "a"


def test_labels_of_an_ome_zarr_can_be_chosen(tmp_path: Path) -> None:
    ngff(tmp_path / "a.zarr", "0.4")
    ngff(tmp_path / "a.zarr" / "labels" / "cells", "0.4")
    zarr.open_group(tmp_path / "a.zarr" / "labels", mode="a", zarr_format=2).attrs["labels"] = ["cells"]
    assert [d.path for d in probe(tmp_path / "a.zarr").datasets] == ["", "labels/cells"]
    labels = open_image(tmp_path / "a.zarr", Reading(dataset="labels/cells"))
    assert labels.origin.dataset == "labels/cells"
    assert np.array_equal(labels.pixels, STACK)


def test_slices_are_stacked_in_natural_order(tmp_path: Path) -> None:
    slices(tmp_path / "stack")
    image = open_image(tmp_path / "stack")
    assert np.array_equal(image.pixels, STACK)
    assert image.space.axes == "zyx"
    assert not image.origin.axes_guessed


def test_slice_that_differs_is_named(tmp_path: Path) -> None:
    slices(tmp_path / "stack")
    tifffile.imwrite(tmp_path / "stack" / "slice_10.tif", STACK[0, :-1])
    with pytest.raises(FileError, match=r"slice_10\.tif is 5 × 7 uint16 where the other slices are 6 × 7 uint16"):
        open_image(tmp_path / "stack")


@pytest.mark.parametrize("name", ["colour.tif", "photo.bmp"])
def test_colours_are_colour_samples_without_question(tmp_path: Path, name: str) -> None:
    image = open_image(made(tmp_path, name))
    assert image.space.axes == "yxs"
    assert np.array_equal(image.pixels, COLOUR)
    assert not image.origin.axes_guessed


def test_png_keeps_sixteen_bits(tmp_path: Path) -> None:
    image = open_image(made(tmp_path, "deep.png"))
    assert np.array_equal(image.pixels, COLOUR.astype(np.uint16) * 200)


def test_grey_with_alpha_is_two_channels(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(imagecodecs.png_encode(np.stack([PLANE, PLANE], -1)))
    assert open_image(tmp_path / "a.png").space.channel_names == ("grey", "alpha")


@pytest.mark.parametrize(
    ("shape", "choices"),
    [
        ((3, 8, 9), {"zyx", "cyx", "tyx"}),
        ((4, 8, 9), {"zyx", "cyx", "tyx"}),
        ((8, 9, 3), {"zyx", "yxs", "yxc"}),
        ((5, 6, 8, 9), {"tzyx", "czyx", "zcyx", "tcyx", "zyxc"}),
    ],
)
def test_ambiguous_shapes_are_asked_about(tmp_path: Path, shape: tuple[int, ...], choices: set[str]) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["a"] = np.zeros(shape, np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", np.zeros(shape, np.uint8), photometric="minisblack")
    for path in (tmp_path / "a.h5", tmp_path / "a.tif"):
        with pytest.raises(AmbiguousAxes) as caught:
            open_image(path)
        assert set(caught.value.choices) == choices
        assert caught.value.shape == shape
        told = probe(path)
        assert (told.ambiguous, told.needs, told.axes, set(told.choices)) == (True, "axes", "", choices)
        for axes in choices:
            assert open_image(path, Reading(axes=axes)).space.axes == axes


def test_axes_and_voxel_size_can_be_corrected(tmp_path: Path) -> None:
    path = made(tmp_path, "plain.tif")
    image = open_image(path, Reading(axes="TYX", voxel_size=(0.5, 0.25), unit="um"))
    assert (image.space.axes, image.space.voxel_size, image.space.unit) == ("tyx", (1.0, 0.5, 0.25), "µm")
    assert not image.origin.axes_guessed
    for wrong in (Reading(axes="yx"), Reading(axes="zzx"), Reading(voxel_size=(1.0,)), Reading(axes="qyx")):
        with pytest.raises(InputError):
            open_image(path, wrong)


def test_hdf5_with_several_data_sets_lists_them(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["scan/left"], file["scan/right"], file["note"] = STACK, STACK + 1, 3
    with pytest.raises(FileError, match=r"choose one: scan/left \(5 × 6 × 7 uint16\), scan/right"):
        open_image(tmp_path / "a.h5")
    told = probe(tmp_path / "a.h5")
    assert (told.needs, [d.path for d in told.datasets]) == ("dataset", ["scan/left", "scan/right"])
    assert np.array_equal(open_image(tmp_path / "a.h5", Reading(dataset="/scan/right")).pixels, STACK + 1)
    with pytest.raises(FileError, match="has no image 'scan/up'; choose one of scan/left, scan/right"):
        open_image(tmp_path / "a.h5", Reading(dataset="scan/up"))


def test_nexus_default_signal_is_taken(tmp_path: Path) -> None:
    image = open_image(made(tmp_path, "data.nxs"))
    assert image.origin.dataset == "entry/data/counts"


def test_raw_is_read_with_its_layout(tmp_path: Path) -> None:
    (tmp_path / "a.raw").write_bytes(b"12345" + STACK.astype(">u2").tobytes())
    image = open_image(tmp_path / "a.raw", Reading(raw=RawLayout(STACK.shape, "uint16", "big", 5)))
    assert np.array_equal(image.pixels, STACK)
    assert image.dtype.isnative
    assert '"offset": 5' in image.origin.raw
    assert probe(tmp_path / "a.raw").needs == "raw"
    with pytest.raises(InputError, match="say its shape, type, byte order and offset"):
        open_image(tmp_path / "a.raw")


def test_print_size_is_a_remark_and_no_voxel_size(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", PLANE, resolution=(600, 600), resolutionunit="inch")
    told = probe(tmp_path / "a.tif")
    assert (told.voxel_size, told.unit) == ((1.0, 1.0), "pixel")
    assert "600 dots per inch" in told.remarks[0]


@pytest.mark.parametrize("kind", ["tif", "zarr", "raw"])
def test_stack_larger_than_memory_opens_without_reading_it(tmp_path: Path, kind: str) -> None:
    shape = (937, 2560, 2560)
    path, reading = tmp_path / f"large.{kind}", Reading()
    if kind == "tif":
        tifffile.memmap(path, shape=shape, dtype=np.uint16, bigtiff=True, photometric="minisblack", metadata=None)
    elif kind == "zarr":
        zarr.create_array(path, shape=shape, chunks=(8, 256, 256), dtype=np.uint16)
    else:
        with path.open("wb") as file:
            file.truncate(2 * 937 * 2560 * 2560)
        reading = Reading(raw=RawLayout(shape, "uint16"))
    before = psutil.Process().memory_info()
    image = open_image(path, reading)
    assert (image.shape, image.space.axes) == (shape, "zyx")
    assert not np.asarray(image.pixels[400]).any()
    after = psutil.Process().memory_info()
    assert (after.rss - after.shared) - (before.rss - before.shared) < 300e6
    assert isinstance(image.pixels, np.memmap | da.Array)
