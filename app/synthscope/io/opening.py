"""Open an image of any format, or say what it is without reading it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from synthscope.errors import FileError, InputError
from synthscope.io.axes import Axes, ask, found_axes, told_axes
from synthscope.io.formats import format_of
from synthscope.io.layout import RawLayout
from synthscope.io.lazy import in_native_order, settled
from synthscope.io.parsing import parsing
from synthscope.io.raw import raw_text
from synthscope.io.reading import Contents, Dataset, Probe, Reading
from synthscope.io.units import unit_of
from synthscope.records.image import Image, Origin
from synthscope.records.space import Space

__all__ = ["Dataset", "Probe", "RawLayout", "Reading", "open_image", "probe"]

_AS_IN_FILE = Reading()
_LONGEST_LIST = 12


def probe(path: Path | str, reading: Reading = _AS_IN_FILE) -> Probe:
    """Say what a file is, reading no pixels.

    Parameters
    ----------
    path : Path or str
        A file, a folder of slices or an OME-Zarr.
    reading : Reading
        What is already known of it.

    Raises
    ------
    FileError
        If it is missing, damaged or of no format that can be read.
    InputError
        If `reading` does not fit it.
    """
    path = Path(path)
    contents = _examined(path, reading)
    if contents.needs:
        return Probe(contents.format, datasets=contents.datasets, needs=contents.needs)
    axes = _axes(path, contents, reading)
    known = Probe(
        contents.format,
        contents.shape,
        contents.dtype.name,
        axes.letters,
        axes.guessed,
        not axes.letters,
        axes.choices if not axes.letters else (),
        contents.datasets,
        contents.dataset,
        unit=unit_of(reading.unit) or contents.unit or "pixel",
        nbytes=contents.nbytes,
        needs="" if axes.letters else "axes",
    )
    if not axes.letters:
        return known
    placed = _placed(path, contents, axes.letters, reading)
    return Probe(
        **{
            **known.__dict__,
            "voxel_size": placed.space.voxel_size,
            "unit": placed.space.unit,
            "channel_names": placed.space.channel_names,
            "remarks": placed.remarks,
        }
    )


def open_image(path: Path | str, reading: Reading = _AS_IN_FILE) -> Image:
    """Open an image; a large one stays in its file until its pixels are looked at.

    Parameters
    ----------
    path : Path or str
        A file, a folder of slices or an OME-Zarr.
    reading : Reading
        Corrections: axes, data set, RAW layout, voxel size.

    Returns
    -------
    Image
        Of the file's own type, in native byte order; `Origin.axes_guessed` says if its axes are a guess.

    Raises
    ------
    AmbiguousAxes
        If the axes cannot be known and `reading` does not tell them.
    FileError
        If the file is missing, damaged or of no format that can be read.
    InputError
        If a data set or a RAW layout must be told first, or `reading` does not fit.
    OutOfMemory
        If a file that cannot be read in parts is larger than the free memory.
    """
    path = Path(path)
    contents = _examined(path, reading)
    _refuse_open_questions(path, contents)
    axes = _axes(path, contents, reading)
    if not axes.letters:
        raise ask(axes, contents.shape, path.name)
    space = _placed(path, contents, axes.letters, reading).space
    with parsing(path, contents.format):
        pixels = settled(contents.load())
        load_mask = contents.load_synthetic if axes.letters == contents.axes else None
        synthetic = settled(load_mask()) if load_mask else None
        levels = tuple(map(in_native_order, contents.load_levels()))
    origin = Origin(str(path), contents.format, contents.dataset, axes.guessed, raw_text(reading.raw))
    return Image(pixels, space, _name(path), synthetic, contents.provenance, levels, origin)


@dataclass(frozen=True)
class _Placed:
    space: Space
    remarks: tuple[str, ...] = ()


def _examined(path: Path, reading: Reading) -> Contents:
    kind = format_of(path, reading)
    with parsing(path, kind.name):
        contents = kind.examine(path, reading)
    if not contents.needs and (not contents.shape or min(contents.shape) < 1):
        raise FileError(f"{path.name} holds an image without pixels, of shape {contents.shape}; choose another.")
    if contents.dtype.kind not in "biuf":
        raise FileError(f"{path.name} holds values of type {contents.dtype}; save them as integers or floats.")
    return contents


def _refuse_open_questions(path: Path, contents: Contents) -> None:
    if contents.needs == "raw":
        raise InputError(f"{path.name} is plain voxels; say its shape, type, byte order and offset.")
    if contents.needs == "dataset":
        listed = [f"{d.name} ({' × '.join(map(str, d.shape))} {d.dtype})" for d in contents.datasets]
        more = f" and {len(listed) - _LONGEST_LIST} more" if len(listed) > _LONGEST_LIST else ""
        raise FileError(f"{path.name} holds several data sets; choose one: {', '.join(listed[:_LONGEST_LIST])}{more}.")


def _axes(path: Path, contents: Contents, reading: Reading) -> Axes:
    if reading.axes:
        return told_axes(reading.axes, contents.shape, path.name)
    return found_axes(contents.axes, contents.shape, path.name)


def _placed(path: Path, contents: Contents, letters: str, reading: Reading) -> _Placed:
    steps = {a: contents.steps[a] for a in letters if a in contents.steps}
    positional = contents.positional or (0.0,) * len(letters)
    steps |= {a: step for a, step in zip(letters, positional, strict=True) if step}
    remarks = contents.remarks
    if reading.voxel_size:
        steps |= _told_steps(path, letters, reading.voxel_size)
    elif "z" in letters and "z" not in steps and "y" in steps:
        steps["z"] = steps["y"]
        remarks += ("The file does not say the step between slices; that between rows is used.",)
    names = contents.channel_names if len(contents.channel_names) == _channels(contents.shape, letters) else ()
    space = Space(
        letters,
        tuple(steps.get(a, 1.0) for a in letters),
        unit_of(reading.unit) or contents.unit or "pixel",
        tuple(contents.origin.get(a, 0.0) for a in letters),
        names,
        contents.time_unit,
    )
    return _Placed(space, remarks)


def _channels(shape: tuple[int, ...], letters: str) -> int:
    return shape[letters.index("c")] if "c" in letters else 1


def _told_steps(path: Path, letters: str, told: tuple[float, ...]) -> dict[str, float]:
    spatial = [a for a in "zyx" if a in letters]
    for names in (letters, spatial):
        if len(told) == len(names):
            return dict(zip(names, told, strict=True))
    raise InputError(
        f"Voxel size {told} does not fit the axes {letters!r} of {path.name}; "
        f"give {len(letters)} numbers, or {len(spatial)} for {''.join(spatial)}."
    )


def _name(path: Path) -> str:
    name = path.name
    for ending in (".ome.tif", ".ome.tiff", ".ome.zarr", ".nii.gz"):
        if name.casefold().endswith(ending):
            return name[: -len(ending)]
    return path.stem if not path.is_dir() or path.suffix == ".zarr" else name
