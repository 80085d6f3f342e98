"""Which formats there are, and which of them a file is."""

from __future__ import annotations

from pathlib import Path

from synthscope.errors import FileError
from synthscope.io.faults import reading_faults
from synthscope.io.hdf5 import Hdf5
from synthscope.io.nifti import Nifti
from synthscope.io.nrrd import Nrrd
from synthscope.io.ome_zarr import OmeZarr
from synthscope.io.photo import Photo, Png
from synthscope.io.raw import Raw
from synthscope.io.reading import Format, Reading
from synthscope.io.slices import Slices
from synthscope.io.tiff import Tiff

_RAW = Raw()
_SLICES: tuple[Format, ...] = (Tiff(), Png(), Photo())
FORMATS: tuple[Format, ...] = (*_SLICES, Hdf5(), Nrrd(), Nifti(), OmeZarr(), Slices(_SLICES), _RAW)
"""All formats; those that know themselves by content stand before those that go by name."""

_FOREIGN = {
    ".ics": "an Image Cytometry Standard",
    ".ids": "an Image Cytometry Standard",
    ".czi": "a Zeiss CZI",
    ".nd2": "a Nikon ND2",
    ".lif": "a Leica LIF",
    ".oib": "an Olympus OIB",
    ".oif": "an Olympus OIF",
    ".vsi": "an Olympus VSI",
    ".dcm": "a DICOM",
    ".mrc": "an MRC",
    ".dm3": "a Gatan DM3",
    ".dm4": "a Gatan DM4",
    ".txm": "a Zeiss TXM",
    ".mha": "a MetaImage",
    ".mhd": "a MetaImage",
    ".gif": "a GIF",
    ".webp": "a WebP",
}
_HEAD = 1024


def format_of(path: Path, reading: Reading) -> Format:
    """Find out of which format a file or folder is: by content first, by name where that says nothing.

    Raises
    ------
    FileError
        If it is missing, empty, may not be read, or is of no format that can be.
    """
    with reading_faults(path):
        if path.exists() and not (path.is_dir() or path.is_file()):  # a pipe would be waited for without end
            raise FileError(f"{path.name} is neither a file nor a folder; choose another one.")
        head = b"" if path.is_dir() else _head(path)
    if reading.raw is not None and path.is_file():
        return _RAW
    for candidate in FORMATS:
        if candidate.recognises(path, head):
            return candidate
    raise FileError(_unknown(path, head))


def suffixes() -> tuple[str, ...]:
    """List the suffixes of all formats, for a file dialog."""
    return tuple(suffix for known in FORMATS for suffix in known.suffixes)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise FileError(f"{path.name} is empty (0 bytes); copy or export it again.")
    return head


def _unknown(path: Path, head: bytes) -> str:
    if path.is_dir():
        return f"Folder {path.name} holds no image slices and is no OME-Zarr; choose another one."
    suffix = path.suffix.casefold()
    if suffix in _FOREIGN:
        return f"{path.name} is {_FOREIGN[suffix]} file, which is not read here; save it as OME-TIFF first."
    if suffix in suffixes() or path.name.casefold().endswith(".nii.gz"):
        start = head[:12].decode("ascii", "replace")
        return f"{path.name} is no {suffix[1:].upper()} file: it begins with {start!r}; it may be damaged or misnamed."
    names = ", ".join(known.name for known in FORMATS)
    return f"{path.name} is of no kind that can be read ({names}); save it as OME-TIFF first, or read it as RAW."
