"""NeXus: which data set is the signal, and what its axes measure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import h5py
import numpy as np

from synthscope.io.reading import UNKNOWN
from synthscope.io.units import known_steps, unit_of

_LETTERS = {"x": "x", "y": "y", "z": "z", "t": "t", "time": "t", "channel": "c", "energy": "c"}
_DEEPEST = 8


@dataclass(frozen=True)
class NexusAxes:
    """What an NXdata group says of its signal."""

    axes: str = ""
    steps: dict[str, float] = field(default_factory=dict)
    unit: str = ""


def is_nexus(file: h5py.File) -> bool:
    """Whether a group of the root has a NeXus class, or the root names a default."""
    if "default" in file.attrs or "NX_class" in file.attrs:
        return True
    return any("NX_class" in item.attrs for item in map(file.get, file) if isinstance(item, h5py.Group))


def default_signal(file: h5py.File) -> str:
    """Follow ``@default`` to an NXdata group and ``@signal`` to its data set; empty where there is none."""
    group: Any = file
    for _ in range(_DEEPEST):
        signal = _signal(group)
        if signal:
            return signal
        below = group.get(_text(group.attrs.get("default"))) if "default" in group.attrs else _only_child(group)
        if not isinstance(below, h5py.Group):
            return ""
        group = below
    return ""


def nexus_axes(item: Any) -> NexusAxes:
    """Read axes, steps and unit of a signal from its NXdata group."""
    group = item.parent
    names = [_text(n) for n in np.ravel(group.attrs.get("axes", ()))]
    if len(names) != len(item.shape):
        return NexusAxes()
    letters = "".join(_LETTERS.get(n.casefold().removesuffix("_axis").removeprefix("axis_"), UNKNOWN) for n in names)
    if set(letters) == {UNKNOWN} or len(set(letters.replace(UNKNOWN, ""))) != len(letters.replace(UNKNOWN, "")):
        return NexusAxes()
    found = {a: _step(group.get(n)) for a, n in zip(letters, names, strict=True) if a in "zyx"}
    units = {unit for _, unit in found.values()}
    steps = known_steps({a: step for a, (step, _) in found.items()})
    return NexusAxes(letters, steps, units.pop()) if len(units) == 1 and steps else NexusAxes(letters)


def _signal(group: Any) -> str:
    name = _text(group.attrs.get("signal"))
    if name and isinstance(group.get(name), h5py.Dataset):
        return str(group[name].name).strip("/")
    if _text(group.attrs.get("NX_class")) != "NXdata":
        return ""
    marked = [i for i in map(group.get, group) if isinstance(i, h5py.Dataset) and _text(i.attrs.get("signal")) == "1"]
    return str(marked[0].name).strip("/") if marked else ""


def _only_child(group: Any) -> Any:
    """Files before ``@default`` have one entry, and in it one NXdata."""
    classes = ("NXentry", "NXdata")
    fit = [i for i in map(group.get, group) if isinstance(i, h5py.Group) and _text(i.attrs.get("NX_class")) in classes]
    return fit[0] if len(fit) == 1 else None


def _step(axis: Any) -> tuple[float, str]:
    """Give step and unit of an axis whose positions are evenly spaced."""
    if not isinstance(axis, h5py.Dataset) or len(axis.shape or ()) != 1 or not 2 <= axis.shape[0] <= 10**6:
        return 0.0, ""
    positions = np.asarray(axis[()], float)
    steps = np.diff(positions)
    even = np.allclose(steps, steps[0], rtol=1e-3, atol=0)
    return (float(abs(steps.mean())) if even else 0.0), unit_of(_text(axis.attrs.get("units")))


def _text(value: Any) -> str:
    if value is None:
        return ""
    plain = value.item() if isinstance(value, np.ndarray | np.generic) and np.size(value) == 1 else value
    return plain.decode("utf-8", "replace") if isinstance(plain, bytes) else str(plain)
