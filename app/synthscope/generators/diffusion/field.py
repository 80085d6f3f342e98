"""A prior over whole fields and stacks: one noise field, denoised in overlapping windows of slabs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.diffusion.conditions import ABSENT, Conditions
from synthscope.generators.diffusion.denoiser import Slabs
from synthscope.generators.diffusion.windowing import MARGIN, windows_over
from synthscope.imaging.windows import Window, taper

BATCH_PIXELS = 1 << 17
"""Pixels of windows that are denoised at once."""


@dataclass(frozen=True, eq=False)
class Scene:
    """What is known of a field.

    Parameters
    ----------
    known : Tensor (C, Z, Y, X)
        In the network's units; zero where unknown.
    unknown : Tensor of bool (Z, Y, X)
        Voxels to be made.
    descriptors : Tensor (4,)
        As in `Conditions`; zeros for none.
    plane, label : int
        One more than the index; 0 for none.
    label_map : Tensor of int64 (Z, Y, X), optional
        As in `Conditions`: one more than the index of each voxel's label, 0 where it is not told.
    periodic : bool
        Opposite edges of each slice meet: the field is a torus, and what is made goes on across them.
    alone : bool
        Show the network no neighbouring slices: for planes along which it has not learned what a slice is.
    told : bool
        Tell the network which voxels are known, and what they are. Where it is not told, it is the prior of whole
        fields: for known voxels that lead by `leading.Led`.
    """

    known: Tensor
    unknown: Tensor
    descriptors: Tensor
    plane: int = 0
    label: int = 0
    alone: bool = False
    label_map: Tensor | None = None
    periodic: bool = False
    told: bool = True


class FieldDenoiser:
    """D(x; sigma) of a field (1, C, Z, Y, X): the prior where voxels are unknown, the known value elsewhere.

    A known voxel thus goes its exact way from noise to its value, whatever the solver, and the unknown ones
    see it at every step. A network that is not told of them gives its own estimate of all voxels in its windows,
    which then lie in the slices beside the unknown ones too.

    Each unknown voxel is the weighted mean over the windows that hold it
    (Bar-Tal et al. 2023, Eq. 5); time and memory grow with the unknown area.
    """

    def __init__(self, denoiser: Slabs, scene: Scene, window: int) -> None:
        self._denoiser = denoiser
        self._scene = scene
        self._stride = denoiser.configuration.stride
        self._known = scene.known if scene.told else torch.zeros_like(scene.known)
        self._unknown = scene.unknown if scene.told else torch.ones_like(scene.unknown)
        looked_at = self._looked_at()
        self._shape: tuple[int, int] = (looked_at.shape[1], looked_at.shape[2])
        self.windows = windows_over(looked_at, window, self._stride, periodic=scene.periodic)
        self.device = scene.known.device
        self.knows = not bool(scene.unknown.all())
        self._weights = {w: torch.from_numpy(self._taper(w)).to(self.device) for w in set(self.windows)}
        self._total = self._sum_weights()
        self._made_here = scene.unknown if scene.told else self._total > 0
        self._total = self._total.clamp_min(1e-4)

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Denoise (1, C, Z, Y, X) at one noise level."""
        with torch.no_grad():
            made = self._made(x, sigma)
        return torch.where(self._made_here, made, self._scene.known)[None]

    def pull_back(self, x: Tensor, sigma: Tensor, cotangent: Tensor) -> Tensor:
        """Give J^T v for J = dD/dx at (x; sigma), batch by batch: memory does not grow with the field."""
        wanted = torch.where(self._made_here, cotangent[0], torch.zeros_like(cotangent[0])) / self._total
        gathered = torch.zeros_like(x)
        for batch in self._batches():
            with torch.enable_grad():
                leaf = x.detach().requires_grad_()
                paid = torch.stack([
                    (part * wanted[:, window.z, *self._place(window)]).sum()
                    for window, part in self._parts(leaf, sigma, batch)
                ]).sum()  # fmt: skip
            gathered += torch.autograd.grad(paid, leaf)[0]
        return gathered

    def _made(self, x: Tensor, sigma: Tensor) -> Tensor:
        sums = torch.zeros_like(x[0])
        for batch in self._batches():
            for window, part in self._parts(x, sigma, batch):
                self._add(sums, window, part)
        return sums / self._total

    def _parts(self, x: Tensor, sigma: Tensor, batch: list[Window]) -> Iterator[tuple[Window, Tensor]]:
        """Denoise a batch and give each window's share in the field, (C, rows, columns)."""
        noisy, conditions = self._slabs(x[0], batch)
        level = sigma.reshape(-1)[:1].to(noisy.dtype).expand(len(batch))
        clean = self._denoiser(noisy, level, conditions)
        for window, part in zip(batch, clean, strict=True):
            height, width = window.shape
            yield window, part[:, :height, :width].to(x.dtype) * self._weights[window]

    def _taper(self, window: Window) -> np.ndarray:
        shape = None if self._scene.periodic else self._shape
        return np.asarray(np.maximum(taper(window, shape, MARGIN), 1e-4))

    def _sum_weights(self) -> Tensor:
        total = torch.zeros(1, *self._scene.unknown.shape, device=self.device)
        for window in self.windows:
            self._add(total, window, self._weights[window][None])
        return total[0]

    def _looked_at(self) -> np.ndarray:
        """Mark what windows are laid over, (Z, Y, X)."""
        unknown = np.asarray(self._scene.unknown.cpu())
        if self._scene.told or self._scene.alone:
            return unknown
        near = 2 * self._denoiser.configuration.context + 1
        return np.asarray(ndimage.maximum_filter1d(unknown, near, axis=0, mode="constant"))

    def _place(self, window: Window) -> tuple[Any, Any]:
        """Give rows and columns of a window as an index: on a torus they go round, and may do so more than once."""
        if not self._scene.periodic:
            return window.rows, window.columns
        rows, columns = (
            torch.arange(part.start, part.stop, device=self.device) % n
            for part, n in zip((window.rows, window.columns), self._shape, strict=True)
        )
        return rows[:, None], columns

    def _add(self, sums: Tensor, window: Window, part: Tensor) -> None:
        """Add a window's share (C, rows, columns) to a field (C, Z, Y, X)."""
        if self._scene.periodic:
            channels = torch.arange(len(sums), device=self.device)[:, None, None]
            sums[:, window.z].index_put_((channels, *self._place(window)), part, accumulate=True)
        else:
            sums[:, window.z, window.rows, window.columns] += part

    def _batches(self) -> Iterator[list[Window]]:
        """Give windows of one padded size together, as many as fit; always in the same order."""
        ordered = sorted(self.windows, key=lambda w: (*self._padded(w), w.z, w.top, w.left))
        for (height, width), group in groupby(ordered, key=self._padded):
            alike = list(group)
            each = max(BATCH_PIXELS // (height * width), 1)
            yield from (alike[i : i + each] for i in range(0, len(alike), each))

    def _padded(self, window: Window) -> tuple[int, int]:
        height, width = (-(-n // self._stride) * self._stride for n in window.shape)
        return height, width

    def _slabs(self, x: Tensor, batch: list[Window]) -> tuple[Tensor, Conditions]:
        noisy, known, mask, told = zip(*(self._slab(x, window) for window in batch), strict=True)
        masks = torch.stack(mask)
        n, device = len(batch), x.device
        plane, label = (torch.full((n,), index, device=device) for index in (self._scene.plane, self._scene.label))
        descriptors = self._scene.descriptors.to(x.dtype).expand(n, -1)
        label_map = None if self._scene.label_map is None else torch.stack(told)
        return torch.stack(noisy), Conditions(torch.stack(known), masks, descriptors, plane, label, label_map)

    def _slab(self, x: Tensor, window: Window) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
        """Cut the slices of a window: noisy and known (slices, C, H, W), mask and label map (slices, H, W).

        An image whose side is no multiple of the stride is mirrored at its end.
        """
        context, depth = self._denoiser.configuration.context, x.shape[1]
        wanted = range(window.z - context, window.z + context + 1)
        inside = torch.tensor([min(max(z, 0), depth - 1) for z in wanted], device=x.device)
        seen = (window.z,) if self._scene.alone else range(depth)
        there = torch.tensor([z in seen for z in wanted], device=x.device)
        height, width = self._padded(window)
        pad = (0, width - window.shape[1], 0, height - window.shape[0])
        rows, columns = self._place(window)
        index = (slice(None), inside[:, None, None] if self._scene.periodic else inside, rows, columns)
        mode = "reflect" if min(window.shape) > self._stride else "replicate"
        noisy = F.pad(x[index], pad, mode=mode).movedim(1, 0)
        known = F.pad(self._known[index], pad, mode=mode).movedim(1, 0)
        mask = F.pad(self._unknown[index[1:]].to(x.dtype), pad, mode=mode)
        mask = torch.where(there[:, None, None], mask, torch.full_like(mask, ABSENT))
        told = None
        if self._scene.label_map is not None:
            told = F.pad(self._scene.label_map[index[1:]].to(x.dtype), pad, mode=mode).to(torch.int64)
        return noisy, known * there[:, None, None, None], mask, told
