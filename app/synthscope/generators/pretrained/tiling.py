"""The slices of a stack and the tiles of each: asked one after the other, laid together, judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from synthscope.errors import InputError
from synthscope.generators.pretrained.pixels import Colours, as_tensor
from synthscope.generators.pretrained.resizing import without_hole
from synthscope.generators.pretrained.round_trip import judge_round_trip
from synthscope.imaging.windows import Window, cover, taper
from synthscope.records.events import Job, Noted, Preview
from synthscope.records.generator import Inputs

if TYPE_CHECKING:
    from synthscope.generators.pretrained.editor import Asking

LARGEST = 4
"""A new image is at most this many times as wide or high as those that the model was trained on."""


class Slices:
    """The slices of a stack, and the tiles of each."""

    def __init__(self, ask: Asking, colours: Colours, unknown: np.ndarray, inputs: Inputs, seed: int) -> None:
        self._ask, self._colours, self._unknown, self._inputs, self._seed = ask, colours, unknown, inputs, seed
        self._made = self._begin()
        self._beside: tuple[int, np.ndarray | None] | None = None

    def make(self) -> Job[np.ndarray]:
        """Make all of them."""
        windows = self._windows()
        weights = np.zeros(self._unknown.shape, np.float32)
        sums = np.zeros((*self._unknown.shape, self._colours.channels), np.float64)
        for number, window in enumerate(windows):
            where = (window.z, window.rows, window.columns)
            tile = yield from self._tile(window, number, len(windows))
            self._colours.judge(tile, self._unknown[where])
            share = np.maximum(taper(window, self._unknown.shape[1:], self._margin() // 2), 1e-3)
            weights[where] += share
            sums[where] += self._colours.outwards(tile).astype(np.float64) * share[..., None]
        made = self._unknown & (weights > 0)
        blended = sums[made] / weights[made][:, None]
        whole = np.dtype(self._made.dtype).kind in "ui"
        self._made[made] = np.rint(blended) if whole else blended
        return self._made

    def round_trip(self) -> Noted:
        """Compare what is known in the tile with most of the work with what the autoencoder gives back of it."""
        source, unknown = self._inputs.source, self._unknown
        if source is None or self._inputs.task == "synthesize":
            return Noted()
        window = max(self._windows(), key=lambda one: int(unknown[one.z, one.rows, one.columns].sum()))
        where = (window.z, window.rows, window.columns)
        hidden = self._unknown[where] if self._inputs.task == "inpaint" else np.zeros(window.shape, bool)
        if hidden.all():
            return Noted()
        mask = torch.from_numpy(hidden.astype(np.float32))[None, None]
        image = without_hole(self._colours.inwards(source[where]), mask)
        back = self._ask.round_trip(image, window.shape)
        if back is None:
            return Noted()
        return judge_round_trip(source[where][~hidden], self._colours.outwards(back)[~hidden], self._colours.span)

    def _tile(self, window: Window, number: int, total: int) -> Job[Tensor]:
        where = (window.z, window.rows, window.columns)
        source = self._inputs.source
        image = None if source is None or self._inputs.task == "synthesize" else self._colours.inwards(source[where])
        beside = self._beside_slice(window.z)
        other = None if beside is None else as_tensor(beside[window.rows, window.columns])
        mask = None
        if image is not None:
            mask = torch.from_numpy(self._unknown[where].astype(np.float32))[None, None]
            image = without_hole(image, mask) if self._inputs.task == "inpaint" else image

        def show(colours: Tensor) -> Preview:
            picture = self._made.copy()
            inside = self._unknown[where]
            picture[where][inside] = self._colours.outwards(colours)[inside]
            return Preview(picture, "Estimate")

        seed = [self._seed, window.z, window.top, window.left]
        return (yield from self._ask.tile(image, mask, other, window.shape, seed, show, (number, total)))

    def _beside_slice(self, z: int) -> np.ndarray | None:
        """Give the whole picture that is shown beside a slice: what leads is sought once, not in each tile."""
        if self._beside is None or self._beside[0] != z:
            self._beside = z, self._ask.beside(self._colours, z)
        return self._beside[1]

    def _windows(self) -> tuple[Window, ...]:
        depth, rows, columns = self._unknown.shape
        if self._inputs.task == "synthesize":
            most = LARGEST * self._ask.side
            if max(rows, columns) > most:
                raise InputError(
                    f"Model {self._ask.name!r} was trained on images of {self._ask.side} px; ask for at most {most} px "
                    f"a side, not {rows} × {columns}."
                )
            return tuple(Window(z, 0, rows, 0, columns) for z in range(depth))
        return cover(self._unknown, self._ask.side, self._margin(), self._ask.multiple)

    def _margin(self) -> int:
        return int(self._ask.side * self._ask.parameters.overlap)

    def _begin(self) -> np.ndarray:
        if self._inputs.source is not None and self._inputs.task != "synthesize":
            return self._inputs.source.copy()
        return self._colours.blank(self._unknown.shape)
