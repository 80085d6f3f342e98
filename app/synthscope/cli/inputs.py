"""What the command line takes: images, masks, sizes, boxes, parameters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthscope.cli import is_count
from synthscope.errors import AmbiguousAxes, InputError, ParameterError
from synthscope.generators.registry import find_spec
from synthscope.io.layout import RawLayout
from synthscope.io.opening import Reading, open_image
from synthscope.records.documents import from_json, to_json
from synthscope.records.forms import check, form_fields
from synthscope.records.image import Image, PixelArray
from synthscope.records.mask_origin import MaskOrigin
from synthscope.records.request import Region
from synthscope.records.run import AdapterUse
from synthscope.services.choosing import parameters_of
from synthscope.services.label_maps import check_labels, open_labels
from synthscope.services.mask_origins import origins_in
from synthscope.services.masking import fit_mask


def read_image(
    path: Path, *, axes: str = "", dataset: str = "", raw: str = "", voxel_size: str = "", unit: str = ""
) -> Image:
    """Open an image as the options say."""
    layout = read_layout(raw) if raw else None
    steps = tuple(_number(word, "--voxel-size") for word in voxel_size.split(",")) if voxel_size else ()
    return open_image(path, Reading(axes=axes, dataset=dataset, raw=layout, voxel_size=steps, unit=unit))


def read_layout(text: str) -> RawLayout:
    """Read ``SHAPE:DTYPE[:ORDER[:OFFSET]]``, such as ``40x500x500:uint16:little:0``."""
    defaults = ("", "uint8", "little", "0")
    words = text.split(":")
    shape, dtype, order, offset = (*words, *defaults[len(words) :])[:4]
    lengths = shape.split("x")
    if len(words) > 4 or not is_count(offset) or not all(map(is_count, lengths)):
        raise InputError(f"--raw is {text!r}; give SHAPE:DTYPE[:ORDER[:OFFSET]], such as 40x500x500:uint16:little:0.")
    byte_order: Any = order  # the record itself refuses other words
    return RawLayout(tuple(map(int, lengths)), dtype, byte_order, int(offset))


def read_mask(path: Path, image: Image, *, slices: str = "", all_slices: bool = False) -> PixelArray:
    """Open a mask and bring it onto the image."""
    span = None
    if slices and all_slices:
        raise InputError("--slices and --all-slices exclude each other; give one.")
    if slices:
        first, _, stop = slices.partition(":")
        if not (is_count(first) and is_count(stop)):
            raise InputError(f"--slices is {slices!r}; give FIRST:STOP, such as 3:7.")
        span = (int(first), int(stop))
    mask = _open_mask(path, image)
    return fit_mask(mask, image, slices=span, all_slices=all_slices)


def read_origins(path: Path, image: Image) -> tuple[MaskOrigin, ...]:
    """Read from a mask file what found the mask; nothing where it does not say."""
    return origins_in(_open_mask(path, image))


def _open_mask(path: Path, image: Image) -> Image:
    """Open a mask; where its own axes are not told, it has those of the image."""
    try:
        return open_image(path)
    except AmbiguousAxes as ambiguous:
        if len(ambiguous.shape) != len(image.mask_shape):
            raise
        return open_image(path, Reading(axes=image.space.mask_axes))


def read_labels(path: Path | None, image: Image | None) -> PixelArray | None:
    """Open the label map of an image, or of a new one; None where none is named."""
    if path is None:
        return None
    if image is None:
        return open_labels(path).pixels
    return check_labels(open_labels(path, image.space.mask_axes), image).pixels


def read_label_maps(paths: Sequence[Path], images: Sequence[Image]) -> list[Image]:
    """Open the label maps of images that are learned from."""
    axes = [image.space.mask_axes for image in images]
    return [open_labels(path, axes[i] if i < len(axes) else "") for i, path in enumerate(paths)]


def read_size(text: str) -> tuple[int, ...]:
    """Read ``D,H,W`` or ``H,W``."""
    words = [word for word in text.replace(",", " ").split() if word]
    if len(words) not in (2, 3) or not all(map(is_count, words)):
        raise InputError(f"--size is {text!r}; give rows and columns, or depth, rows and columns.")
    return tuple(int(word) for word in words)


def read_box(text: str) -> Region:
    """Read ``0:10,5:20``: one FIRST:STOP per axis of the image."""
    pairs = [part.partition(":")[::2] for part in text.split(",")]
    if not all(is_count(first) and is_count(stop) for first, stop in pairs):
        raise InputError(f"--box is {text!r}; give FIRST:STOP for every axis, such as 0:40,100:260,100:260.")
    return Region(tuple(int(first) for first, _ in pairs), tuple(int(stop) for _, stop in pairs))


def read_parameters(generator: str, settings: list[str], task: str = "") -> Any:
    """Make a generator's parameter record of ``name=value`` words.

    Raises
    ------
    ParameterError
        If a name is unknown or of no use to the task, or a value cannot be read.
    """
    spec = find_spec(generator)
    for field in form_fields(spec.parameters):
        told = [word for word in settings if word.partition("=")[0] == field.name]
        if told and not field.serves(task):
            tasks = ", ".join(repr(one) for one in field.tasks)
            raise ParameterError(
                f"--set {told[0]!r} has no effect on {task!r}: {generator!r} uses it for {tasks} alone; leave it out."
            )
    return parameters_of(generator, _given(spec.parameters, settings, repr(generator)))


def read_settings(record_type: type, settings: list[str], whose: str) -> Any:
    """Make any record of plain values of ``name=value`` words.

    Raises
    ------
    ParameterError
        If a name is unknown, or a value cannot be read or is out of range.
    """
    record = record_type(**_given(record_type, settings, whose))
    check(record)
    return from_json(record_type, to_json(record))


def _given(record_type: type, settings: list[str], whose: str) -> dict[str, Any]:
    known = {field.name: field for field in form_fields(record_type)}
    given: dict[str, Any] = {}
    for word in settings:
        name, equals, text = word.partition("=")
        if not equals or name not in known:
            raise ParameterError(f"--set {word!r} names no parameter of {whose}; it has {', '.join(known) or 'none'}.")
        left_out = known[name].optional and not text
        given[name] = None if left_out else _value(known[name].kind, text, name)
    return given


def _value(kind: type, text: str, name: str) -> Any:
    if kind is bool:
        known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if text.lower() not in known:
            raise ParameterError(f"Parameter {name} is {text!r}; give true or false.")
        return known[text.lower()]
    try:
        return kind(text)
    except ValueError as error:
        raise ParameterError(f"Parameter {name} is {text!r}; give a number.") from error


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InputError(f"{option} holds {text!r}; give numbers separated by commas.") from error


def read_adapter(text: str) -> AdapterUse:
    """Read NAME or NAME=WEIGHT; a folder's name may hold an equals sign, a weight is a number.

    Raises
    ------
    ParameterError
        If what stands behind the last equals sign is no number, and no such folder is there.
    """
    name, equals, weight = text.rpartition("=")
    if not equals or Path(text).expanduser().is_dir():
        return AdapterUse(text)
    try:
        return AdapterUse(name, weight=float(weight))
    except ValueError as error:
        raise ParameterError(f"The weight of adapter {name!r} is {weight!r}; give a number, such as 0.8.") from error
