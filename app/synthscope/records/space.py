"""Where pixels are: axes, voxel size, unit, origin, channel names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from synthscope.errors import InputError

AXES = {"t": "time", "z": "depth", "y": "row", "x": "column", "c": "channel", "s": "colour sample"}
"""The letters an axis may have. ``s`` is red, green, blue (and alpha), and always last."""


@dataclass(frozen=True)
class Space:
    """Axes of an array and what they measure.

    Parameters
    ----------
    axes : str
        One letter of `AXES` per array axis, each at most once, ``y`` and ``x`` among them.
    voxel_size : tuple of float
        Step along each axis: in `unit` for ``z y x``, in `time_unit` for ``t``, 1 for ``c s``.
    unit : str
        Unit of the spatial axes (``µm``, ``nm``, ``mm``; ``pixel`` when the file does not say).
    origin : tuple of float
        World position of the centre of voxel (0, 0, ...), per axis, in the same units.
    channel_names : tuple of str
        One per channel, or empty.
    """

    axes: str
    voxel_size: tuple[float, ...] = ()
    unit: str = "pixel"
    origin: tuple[float, ...] = ()
    channel_names: tuple[str, ...] = ()
    time_unit: str = "second"

    def __post_init__(self) -> None:
        """Fill what was left out and refuse what cannot be."""
        _check_axes(self.axes)
        n = len(self.axes)
        if not self.voxel_size:
            object.__setattr__(self, "voxel_size", (1.0,) * n)
        if not self.origin:
            object.__setattr__(self, "origin", (0.0,) * n)
        if len(self.voxel_size) != n or len(self.origin) != n:
            raise InputError(
                f"Axes {self.axes!r} need {n} voxel sizes and {n} origins, "
                f"not {len(self.voxel_size)} and {len(self.origin)}."
            )
        if not all(0 < step < float("inf") for step in self.voxel_size):
            raise InputError(f"Voxel size {self.voxel_size} is not possible; give positive numbers.")

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.axes)

    def index(self, letter: str) -> int | None:
        """Position of an axis, or None."""
        position = self.axes.find(letter)
        return None if position < 0 else position

    @property
    def spatial(self) -> tuple[int, ...]:
        """Positions of ``z y x``, in that order, those that are there."""
        return tuple(i for i in map(self.index, "zyx") if i is not None)

    @property
    def is_rgb(self) -> bool:
        """Whether the last axis holds colour samples."""
        return self.axes.endswith("s")

    @property
    def mask_axes(self) -> str:
        """The axes of a mask of this image: all but channels and colour samples."""
        return "".join(a for a in self.axes if a not in "cs")

    def mask_space(self) -> Space:
        """Give the space of a mask of this image."""
        keep = [i for i, a in enumerate(self.axes) if a not in "cs"]
        return replace(
            self,
            axes=self.mask_axes,
            voxel_size=tuple(self.voxel_size[i] for i in keep),
            origin=tuple(self.origin[i] for i in keep),
            channel_names=(),
        )

    def cropped(self, start: tuple[int, ...]) -> Self:
        """Give the space of a crop that begins at voxel `start`."""
        moved = tuple(o + s * v for o, s, v in zip(self.origin, start, self.voxel_size, strict=True))
        return replace(self, origin=moved)

    def describe(self, shape: tuple[int, ...]) -> str:
        """Say the size in words: ``40 × 500 × 500 (zyx), 0.4 × 0.4 × 0.4 mm``."""
        counts = " × ".join(map(str, shape))
        spatial = self.spatial
        size = " × ".join(f"{shape[i] * self.voxel_size[i]:.4g}" for i in spatial)
        return f"{counts} ({self.axes}), {size} {self.unit}"


def _check_axes(axes: str) -> None:
    unknown = sorted(set(axes) - set(AXES))
    if unknown:
        raise InputError(f"Axis {unknown[0]!r} in {axes!r} is not known; use letters of {''.join(AXES)}.")
    if len(set(axes)) != len(axes):
        raise InputError(f"Axes {axes!r} name an axis twice; name each once.")
    if "y" not in axes or "x" not in axes:
        raise InputError(f"Axes {axes!r} lack rows (y) or columns (x); name both.")
    if "s" in axes and not axes.endswith("s"):
        raise InputError(f"Axes {axes!r} have colour samples (s) before the end; they must come last.")
