"""Small valid files of each format, made by the libraries that other programs use."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import h5py
import imagecodecs
import nibabel
import nrrd
import numpy as np
import tifffile
import zarr
from PIL import Image as Pillow

STACK = (np.arange(5 * 6 * 7).reshape(5, 6, 7) * 37 % 251).astype(np.uint16)
PLANE = STACK[0].astype(np.uint8)
COLOUR = np.stack([PLANE, PLANE + np.uint8(1), PLANE + np.uint8(2)], -1)


def hdf5(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["stack"] = STACK
        file["stack"].attrs["element_size_um"] = (2.0, 0.5, 0.25)


def hdf5_chunked(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("stack", data=STACK, chunks=(2, 3, 7), compression="gzip")


def nexus(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.attrs["default"] = "entry"
        data = file.create_group("entry/data")
        file["entry"].attrs.update({"NX_class": "NXentry", "default": "data"})
        data.attrs.update({"NX_class": "NXdata", "signal": "counts", "axes": ["z", "y", "x"]})
        data["counts"] = STACK
        file["entry/other"] = STACK
        for name, step in (("z", 2.0), ("y", 0.5), ("x", 0.25)):
            data[name] = np.arange(STACK.shape["zyx".index(name)]) * step
            data[name].attrs["units"] = "um"


def nifti(path: Path) -> None:
    image = nibabel.Nifti1Image(STACK.T.astype(np.int16), np.diag([0.25, 0.5, 2.0, 1.0]))
    image.header.set_xyzt_units("mm", "sec")
    nibabel.save(image, path)


def nrrd_file(path: Path, encoding: str) -> None:
    directions = np.diag([0.25, 0.5, 2.0])
    header = {"space directions": directions, "space units": ["mm"] * 3, "space dimension": 3, "encoding": encoding}
    nrrd.write(str(path), STACK, header, index_order="C")


def ngff(path: Path, version: str) -> None:
    root = zarr.open_group(path, mode="w", zarr_format=2 if version == "0.4" else 3)
    root.create_array("0", data=STACK, chunks=(2, 3, 4))
    root.create_array("1", data=STACK[:, ::2, ::2], chunks=(2, 3, 4))
    axes = [{"name": a, "type": "space", "unit": "micrometer"} for a in "zyx"]
    levels = [
        {"path": str(i), "coordinateTransformations": [{"type": "scale", "scale": [2.0, 0.5 * 2**i, 0.25 * 2**i]}]}
        for i in range(2)
    ]
    scale = {"version": version, "name": "a", "axes": axes, "datasets": levels}
    root.attrs.update({"multiscales": [scale]} if version == "0.4" else {"ome": {"multiscales": [scale]}})


def slices(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    for i, plane in enumerate(STACK):
        tifffile.imwrite(path / f"slice_{i + 8}.tif", plane)


MAKERS: dict[str, Callable[[Path], None]] = {
    "plain.tif": lambda p: tifffile.imwrite(p, STACK, photometric="minisblack", metadata=None),
    "packed.tif": lambda p: tifffile.imwrite(p, STACK, photometric="minisblack", metadata=None, compression="zlib"),
    "big.tif": lambda p: tifffile.imwrite(p, STACK, photometric="minisblack", metadata=None, bigtiff=True),
    "imagej.tif": lambda p: tifffile.imwrite(
        p, STACK, imagej=True, resolution=(4, 2), metadata={"axes": "ZYX", "spacing": 2.0, "unit": "um"}
    ),
    "ome.ome.tif": lambda p: tifffile.imwrite(
        p,
        STACK,
        ome=True,
        photometric="minisblack",
        metadata={"axes": "ZYX", "PhysicalSizeX": 0.25, "PhysicalSizeY": 0.5, "PhysicalSizeZ": 2.0},
    ),
    "colour.tif": lambda p: tifffile.imwrite(p, COLOUR, photometric="rgb"),
    "grey.png": lambda p: p.write_bytes(imagecodecs.png_encode(PLANE)) and None,
    "deep.png": lambda p: p.write_bytes(imagecodecs.png_encode(COLOUR.astype(np.uint16) * 200)) and None,
    "photo.jpg": lambda p: Pillow.fromarray(COLOUR).save(p),
    "photo.bmp": lambda p: Pillow.fromarray(COLOUR).save(p),
    "plain.h5": hdf5,
    "chunked.h5": hdf5_chunked,
    "data.nxs": nexus,
    "plain.nii": nifti,
    "packed.nii.gz": nifti,
    "plain.nrrd": lambda p: nrrd_file(p, "raw"),
    "packed.nrrd": lambda p: nrrd_file(p, "gzip"),
}
"""Makers of one file each, by a name that fits."""
