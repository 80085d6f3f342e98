import math
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
import tifffile
import zarr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from synthscope.errors import DiskFull, FileError, InputError
from synthscope.io import slabs
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image, write_image_job
from synthscope.records.events import Progress
from synthscope.records.image import Image
from synthscope.records.space import Space

BOTH = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64", "bool")
ZARR = (*BOTH, "uint64", "int64", "float16")
STEPS = st.floats(1e-12, 1e12)


@st.composite
def images(draw: st.DrawFn, dtypes: tuple[str, ...]) -> Image:
    more = draw(st.lists(st.sampled_from("tzc"), unique=True, max_size=3))
    axes = "".join(draw(st.permutations([*"yx", *more]))) + draw(st.sampled_from(["", "", "s"]))
    shape = tuple(draw(st.integers(1, 4)) for _ in axes)
    dtype = np.dtype(draw(st.sampled_from(dtypes)))
    swapped = dtype.newbyteorder(">") if draw(st.booleans()) else dtype
    pixels = draw(hnp.arrays(swapped, shape, elements=hnp.from_dtype(dtype)))
    channels = dict(zip(axes, shape, strict=True)).get("c", 0)
    space = Space(
        axes,
        tuple(draw(STEPS) for _ in axes),
        draw(st.sampled_from(["µm", "nm", "mm", "pixel", "Å", "furlong"])),
        tuple(draw(st.floats(-1e9, 1e9)) for _ in axes),
        tuple(draw(st.text(max_size=5)) for _ in range(channels)) if draw(st.booleans()) else (),
        draw(st.sampled_from(["second", "minute"])),
    )
    image = Image(pixels, space, draw(st.text(max_size=5)))
    mask = draw(hnp.arrays(bool, image.mask_shape)) if draw(st.booleans()) else None
    provenance = draw(st.none() | st.dictionaries(st.text(max_size=3), st.text(max_size=3) | st.integers(), max_size=2))
    return image.with_(synthetic=mask, provenance=provenance)


def assert_same(found: Image, image: Image) -> None:
    """Bits are compared, not values: -0.0 and the payload of a NaN count."""
    native = np.ascontiguousarray(image.pixels, image.dtype.newbyteorder("="))
    assert found.dtype == native.dtype
    assert found.shape == native.shape
    assert np.ascontiguousarray(found.pixels).tobytes() == native.tobytes()
    assert found.space == image.space
    assert found.provenance == image.provenance
    assert (found.synthetic is None) == (image.synthetic is None)
    if image.synthetic is not None:
        assert found.synthetic.dtype == np.bool_
        assert np.array_equal(found.synthetic, image.synthetic)
    assert not found.origin.axes_guessed


@settings(max_examples=150, deadline=None)
@given(image=images(BOTH), compress=st.booleans(), ending=st.sampled_from([".ome.tif", ".ome.tiff", ".tif"]))
def test_ome_tiff_read_back_equals_what_was_written(tmp_path_factory, image, compress, ending) -> None:
    path = tmp_path_factory.getbasetemp() / f"image{ending}"
    assert write_image(path, image, compress=compress) == path
    assert_same(open_image(path), image)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(image=images(ZARR), compress=st.booleans())
def test_ome_zarr_read_back_equals_what_was_written(tmp_path_factory, image, compress) -> None:
    path = tmp_path_factory.getbasetemp() / "image.ome.zarr"
    write_image(path, image, compress=compress)
    assert_same(open_image(path), image)


@pytest.fixture
def stack(rng: np.random.Generator) -> Image:
    pixels = rng.integers(0, 2**16, (20, 30, 40), np.uint16)
    space = Space("zyx", (2.0, 0.5, 0.5), "µm")
    return Image(pixels, space, "stack", rng.random(pixels.shape) > 0.9, {"seed": 3})


def test_other_programs_read_axes_and_voxel_size_from_our_tiff(tmp_path: Path, stack: Image) -> None:
    path = write_image(tmp_path / "a.ome.tif", stack)
    with tifffile.TiffFile(path) as tif:
        assert [s.axes for s in tif.series] == ["ZYX", "ZYX"]
        assert [s.name for s in tif.series] == ["stack", "synthetic voxels"]
        assert np.array_equal(tif.series[0].asarray(), stack.pixels)
        assert np.array_equal(tif.series[1].asarray(), stack.synthetic)
        xml = tif.ome_metadata
    assert 'PhysicalSizeZ="2.0" PhysicalSizeZUnit="µm"' in xml


def test_other_programs_read_axes_and_voxel_size_from_our_zarr(tmp_path: Path, stack: Image) -> None:
    path = write_image(tmp_path / "a.ome.zarr", stack)
    group = zarr.open_group(path, mode="r")
    scale = group.attrs["ome"]["multiscales"][0]
    assert group.attrs["ome"]["version"] == "0.5"
    assert [(a["name"], a["unit"]) for a in scale["axes"]] == [(a, "micrometer") for a in "zyx"]
    assert scale["datasets"][0]["coordinateTransformations"][0] == {"type": "scale", "scale": [2.0, 0.5, 0.5]}
    assert np.array_equal(group["0"][:], stack.pixels)
    assert np.array_equal(group["labels/synthetic/0"][:], stack.synthetic)


def test_uncompressed_tiff_can_be_mapped(tmp_path: Path, stack: Image) -> None:
    path = write_image(tmp_path / "a.ome.tif", stack, compress=False)
    assert np.array_equal(tifffile.memmap(path, mode="r"), stack.pixels)


@pytest.mark.parametrize("name", ["a.ome.tif", "a.ome.zarr"])
def test_cancelling_leaves_nothing_and_the_old_file_as_it_was(tmp_path: Path, stack: Image, name: str) -> None:
    old = stack.with_(pixels=stack.pixels + np.uint16(1))
    write_image(tmp_path / name, old)
    job = write_image_job(tmp_path / name, stack)
    assert isinstance(next(job), Progress)
    job.close()
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert_same(open_image(tmp_path / name), old)


@pytest.mark.parametrize("name", ["a.ome.tif", "a.ome.zarr"])
def test_progress_ends_at_its_total(tmp_path: Path, stack: Image, name: str) -> None:
    events = list(write_image_job(tmp_path / name, stack))
    assert [e.fraction for e in events] == sorted(e.fraction for e in events)
    assert events[-1].done == events[-1].total == stack.nbytes + math.prod(stack.shape)


@pytest.mark.parametrize("dtype", ["uint64", "int64", "float16"])
def test_voxels_that_ome_tiff_does_not_know_are_refused(tmp_path: Path, dtype: str) -> None:
    with pytest.raises(InputError, match=f"cannot hold {dtype} voxels.*OME-Zarr"):
        write_image(tmp_path / "a.ome.tif", Image(np.zeros((2, 2), dtype), Space("yx")))


def test_unknown_ending_and_empty_image_are_refused(tmp_path: Path, stack: Image) -> None:
    with pytest.raises(FileError, match=r"end it with \.ome\.tif or \.ome\.zarr"):
        write_image(tmp_path / "a.xyz", stack)
    with pytest.raises(InputError, match="has no pixels"):
        write_image(tmp_path / "a.tif", Image(np.zeros((0, 2)), Space("yx")))


def test_folder_of_somebody_else_is_not_replaced(tmp_path: Path, stack: Image) -> None:
    (tmp_path / "a.zarr").mkdir()
    (tmp_path / "a.zarr" / "thesis.tex").write_text("years of work")
    with pytest.raises(FileError, match="is no OME-Zarr; it is left as it is"):
        write_image(tmp_path / "a.zarr", stack)
    assert (tmp_path / "a.zarr" / "thesis.tex").exists()


@pytest.mark.parametrize("name", ["a.ome.tif", "a.ome.zarr"])
def test_numpy_numbers_in_the_provenance_become_plain_ones(tmp_path: Path, stack: Image, name: str) -> None:
    noted = stack.with_(provenance={"seed": np.int64(3), "figures": {"seam": np.float32(0.5)}})
    assert open_image(write_image(tmp_path / name, noted)).provenance == {"seed": 3, "figures": {"seam": 0.5}}


@pytest.mark.parametrize("name", ["a.ome.tif", "a.ome.zarr"])
def test_lazy_stack_is_written_slab_by_slab(tmp_path: Path, name: str) -> None:
    planes = []

    def plane(block_info=None) -> np.ndarray:
        number = block_info[None]["chunk-location"][0]
        planes.append(number)
        return np.full((1, 1024, 1024), number, np.uint16)

    pixels = da.map_blocks(plane, chunks=((1,) * 100, (1024,), (1024,)), dtype=np.uint16, meta=np.empty(0, np.uint16))
    alive = [len(planes) for _ in write_image_job(tmp_path / name, Image(pixels, Space("zyx")))]
    assert len(alive) > 2
    assert max(np.diff([0, *alive])) * 2 * 2**20 <= slabs.SLAB
    assert sorted(planes) == list(range(100))
    assert np.asarray(open_image(tmp_path / name).pixels[77, 3, 4]) == 77


def test_full_disk_is_said_and_leaves_nothing(tmp_path: Path, stack: Image, monkeypatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tifffile.TiffWriter, "write", full)
    with pytest.raises(DiskFull, match="48 kB are needed there"):
        write_image(tmp_path / "a.ome.tif", stack)
    assert list(tmp_path.iterdir()) == []
