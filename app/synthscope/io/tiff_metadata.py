"""Voxel size, unit and channel names of TIFFs that others wrote."""

from __future__ import annotations

from typing import Any

import tifffile

from synthscope.io.ome_xml import OmeImage
from synthscope.io.units import dots_remark, known_steps, per_centimetre, step_of, unit_of


def described(tif: tifffile.TiffFile, series: tifffile.TiffPageSeries, ome: OmeImage | None) -> dict[str, Any]:
    """Give the fields of `Contents` that the file's own descriptions fill."""
    if ome is not None:
        return {
            "format": "OME-TIFF",
            "steps": ome.steps,
            "unit": ome.unit,
            "time_unit": ome.time_unit,
            "channel_names": ome.channel_names,
        }
    if tif.is_imagej and tif.imagej_metadata:
        return {"format": "ImageJ TIFF"} | _imagej(tif.imagej_metadata, series.keyframe)
    if tif.is_shaped and tif.shaped_metadata:
        found = _shaped(tif.shaped_metadata[0])
        if found:
            return found
    return _resolution(series.keyframe) | {"format": "BigTIFF" if tif.is_bigtiff else "TIFF"}


def _imagej(meta: dict[str, Any], page: Any) -> dict[str, Any]:
    unit = unit_of(meta.get("unit"))
    x, y = _per_unit(page)
    steps: dict[str, object] = {"t": meta.get("finterval")}
    if unit == "inch":  # ImageJ takes it over from the print size of other programs' files
        return {"remarks": dots_remark(x)}
    if unit and unit != "pixel":
        steps |= {"x": 1 / x if x else 0, "y": 1 / y if y else 0, "z": meta.get("spacing")}
    labels = meta.get("Labels") or ()
    count = int(meta.get("channels", 1) or 1)
    names = tuple(map(str, labels)) if 1 < count == len(labels) else ()
    known = known_steps(steps)
    return {"steps": known, "unit": unit if "x" in known else "", "channel_names": names}


def _shaped(meta: dict[str, Any]) -> dict[str, Any]:
    sizes = {a: meta.get(f"PhysicalSize{a.upper()}") for a in "zyx"}
    steps = known_steps(sizes or {})
    return {"steps": steps, "unit": unit_of(meta.get("PhysicalSizeXUnit", "µm"))} if steps else {}


def _resolution(page: Any) -> dict[str, Any]:
    tag = page.tags.get("ResolutionUnit")
    x, y = _per_unit(page)
    if tag is not None and int(tag.value) == 3:
        steps, unit = per_centimetre(x, y)
        return {"steps": steps, "unit": unit}
    return {"remarks": dots_remark(x)} if tag is None or int(tag.value) == 2 else {}


def _per_unit(page: Any) -> tuple[float, float]:
    """Pixels per unit of length along x and y, 0 where the page does not say."""
    found = []
    for name in ("XResolution", "YResolution"):
        tag = page.tags.get(name)
        above, below = tag.value if tag is not None else (0, 1)
        found.append(step_of(above / below) if below else 0.0)
    return found[0], found[1]
