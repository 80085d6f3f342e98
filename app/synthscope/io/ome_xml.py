"""OME-XML: the description that an OME-TIFF carries, written and read (schema 2016-06)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from synthscope.io.units import OME_UNITS, known_steps, unit_of
from synthscope.records.space import Space

_SCHEMA = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
_TYPES = {"float32": "float", "float64": "double", "bool": "uint8"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ORDER = "tczyxs"

MASK_NAME = "synthetic voxels"
"""Name of the second image of our files."""


@dataclass(frozen=True)
class OmeImage:
    """What OME-XML says of one image."""

    name: str = ""
    steps: Mapping[str, float] = field(default_factory=dict)
    unit: str = ""
    time_unit: str = "second"
    channel_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class OmeMetadata:
    """The images of a file, and its text annotations by namespace."""

    images: tuple[OmeImage, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=dict)


def stored_axes(axes: str) -> str:
    """Give the order in which OME-TIFF stores these axes."""
    return "".join(a for a in _ORDER if a in axes)


def build(
    name: str, shape: tuple[int, ...], dtype: str, space: Space, *, masked: bool, annotations: Mapping[str, str]
) -> bytes:
    """Write the OME-XML of an image whose planes come first in the file, then those of its mask.

    Parameters
    ----------
    name : str
        Title of the image.
    shape, dtype, space
        Of the image.
    masked : bool
        Whether a second image, the synthetic-voxel mask, follows.
    annotations : mapping
        Text by namespace.
    """
    root = ET.Element("OME", {"xmlns": _SCHEMA, "Creator": "Synthscope"})
    planes = _add_image(root, 0, name, shape, dtype, space, 0)
    if masked:
        mask_shape = tuple(n for n, a in zip(shape, space.axes, strict=True) if a not in "cs")
        _add_image(root, 1, MASK_NAME, mask_shape, "bool", space.mask_space(), planes)
    if annotations:
        _add_annotations(root, annotations)
    return b'<?xml version="1.0" encoding="UTF-8"?>' + bytes(ET.tostring(root, encoding="utf-8"))


def parse(text: str) -> OmeMetadata:
    """Read what we use of an OME-XML.

    Raises
    ------
    xml.etree.ElementTree.ParseError
        If it is not XML.
    """
    root = ET.fromstring(text)  # noqa: S314 - see the import
    images = [_parse_image(element) for element in root if _tag(element) == "Image"]
    annotations = {}
    for element in root.iter():
        if _tag(element) == "CommentAnnotation":
            value = next((child.text for child in element if _tag(child) == "Value"), None)
            annotations[element.get("Namespace", "")] = value or ""
    return OmeMetadata(tuple(images), annotations)


def _add_image(
    root: ET.Element, number: int, name: str, shape: tuple[int, ...], dtype: str, space: Space, first: int
) -> int:
    """Add an image of which plane 0 is page `first`; give the number of its planes."""
    sizes = dict(zip(space.axes, shape, strict=True))
    samples = sizes.get("s", 1)
    image = ET.SubElement(root, "Image", {"ID": f"Image:{number}", "Name": _clean(name)})
    attributes = {"ID": f"Pixels:{number}", "DimensionOrder": "XYZCT", "Type": _TYPES.get(dtype, dtype)}
    for letter in "xyzct":
        attributes[f"Size{letter.upper()}"] = str(sizes.get(letter, 1) * (samples if letter == "c" else 1))
    attributes["BigEndian"] = "false"
    pixels = ET.SubElement(image, "Pixels", attributes | _physical(space))
    for i in range(sizes.get("c", 1)):
        channel = {"ID": f"Channel:{number}:{i}", "SamplesPerPixel": str(samples)}
        if i < len(space.channel_names):
            channel["Name"] = _clean(space.channel_names[i])
        ET.SubElement(pixels, "Channel", channel)
    count = math.prod(sizes.get(a, 1) for a in "tcz")
    ET.SubElement(pixels, "TiffData", {"IFD": str(first), "PlaneCount": str(count)})
    if number == 0:
        ET.SubElement(image, "AnnotationRef", {"ID": "Annotation:0"})
    return count


def _physical(space: Space) -> dict[str, str]:
    attributes = {}
    unit = OME_UNITS.get(space.unit)
    for letter, step in zip(space.axes, space.voxel_size, strict=True):
        if letter in "zyx" and unit and (unit != "pixel" or step != 1):
            attributes[f"PhysicalSize{letter.upper()}"] = repr(float(step))
            attributes[f"PhysicalSize{letter.upper()}Unit"] = unit
        if letter == "t" and space.time_unit == "second":
            attributes["TimeIncrement"] = repr(float(step))
            attributes["TimeIncrementUnit"] = "s"
    return attributes


def _add_annotations(root: ET.Element, annotations: Mapping[str, str]) -> None:
    parent = ET.SubElement(root, "StructuredAnnotations")
    for i, (namespace, text) in enumerate(annotations.items()):
        comment = ET.SubElement(parent, "CommentAnnotation", {"ID": f"Annotation:{i}", "Namespace": namespace})
        ET.SubElement(comment, "Value").text = text


def _parse_image(image: ET.Element) -> OmeImage:
    pixels = next((e for e in image if _tag(e) == "Pixels"), None)
    if pixels is None:
        return OmeImage(image.get("Name", ""))
    sizes = {letter: pixels.get(f"PhysicalSize{letter.upper()}") for letter in "zyx"}
    units = {unit_of(pixels.get(f"PhysicalSize{a.upper()}Unit", "µm")) for a in "zyx" if sizes[a] is not None}
    names = tuple(e.get("Name", "") for e in pixels if _tag(e) == "Channel")
    steps = known_steps(sizes) if len(units) == 1 else {}
    return OmeImage(
        image.get("Name", ""),
        steps | known_steps({"t": pixels.get("TimeIncrement")}),
        next(iter(units)) if steps else "",
        {"ms": "millisecond", "min": "minute", "h": "hour"}.get(pixels.get("TimeIncrementUnit", "s"), "second"),
        names if any(names) else (),
    )


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _clean(text: str) -> str:
    """Drop the letters that XML cannot hold; the exact text is in the annotation."""
    return _NOT_XML.sub("", text)
