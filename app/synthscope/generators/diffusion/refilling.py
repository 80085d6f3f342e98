"""Held-out holes filled many times over, places in a batch: whether a prior's fills tell honestly what is not known."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.diffusion.conditions import ABSENT, Conditions
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.denoiser import SlabDenoiser
from synthscope.generators.diffusion.field import BATCH_PIXELS
from synthscope.generators.diffusion.making import HIGHEST_FILL, LOWEST, noise_of
from synthscope.generators.diffusion.parameters import SamplingParameters
from synthscope.generators.diffusion.samplers import SOLVERS, sample
from synthscope.generators.diffusion.schedules import schedule
from synthscope.generators.scale import from_units, to_units
from synthscope.generators.training import Refilled
from synthscope.imaging.normalisation import Normalisation
from synthscope.records.events import Progress

FILLS = 19
"""Of each place: the fewest that have an interval of exactly 90 % and one of exactly 50 %."""
STEPS = SamplingParameters().steps
"""As many as fills take where nothing is chosen."""
LEAST_PLACES, MOST_PLACES = 6, 24
SHARE = 0.1
"""Of a training's time that goes into it at most, where `LEAST_PLACES` take no more."""


def window_of(configuration: NetworkConfiguration) -> tuple[int, int]:
    """Give the side of a place and of the hole in its middle: five eighths and a quarter of a patch."""
    stride = configuration.stride
    side = -(-5 * configuration.patch // 8 // stride) * stride
    return side, max(configuration.patch // 4, 2)


def steps_for(configuration: NetworkConfiguration, batch: int) -> float:
    """Say how many steps of a training take as long as one place: there and back is three times there."""
    side, _ = window_of(configuration)
    looks = FILLS * configuration.slices * STEPS
    return looks * side**2 / (3 * batch * configuration.patch**2)


def places_for(configuration: NetworkConfiguration, batch: int, planned: int) -> int:
    """Choose how many places a training of so many steps can afford."""
    return int(np.clip(SHARE * planned / steps_for(configuration, batch), LEAST_PLACES, MOST_PLACES))


def refill(
    denoiser: SlabDenoiser, blocks: Sequence[np.ndarray], normalisation: Normalisation, places: int, seed: int
) -> Generator[Progress, None, Refilled]:
    """Fill a square hole through each of some places `FILLS` times, from fixed seeds.

    Places are slabs of as many slices as the network sees at once, and do not overlap; all slices of a slab are
    made together, as in a run. What a run does after that, evening out the border, is not done.

    Parameters
    ----------
    blocks : sequence of ndarray (Z, Y, X, C)
        Held out, in the original dtype.
    places : int
        How many are wanted; there are fewer where the blocks have no room for them.

    Yields
    ------
    Progress
        Before each place.
    """
    configuration = denoiser.configuration
    side, hole = window_of(configuration)
    chosen = _places(blocks, configuration.slices, side, np.random.default_rng([seed, 2]), places)
    inside = np.zeros((side, side), bool)
    first = (side - hole) // 2
    inside[first : first + hole, first : first + hole] = True
    real, made = [], []
    for number, slab in enumerate(chosen):
        yield Progress(number, len(chosen), f"Filling held-out place {number + 1} of {len(chosen)}")
        known = torch.from_numpy(to_units(slab, normalisation, configuration)).movedim(-1, 1)
        fills = _filled(denoiser, known, torch.from_numpy(inside), [seed, 3, number])
        pixels = from_units(fills.movedim(2, -1).cpu().numpy(), normalisation, configuration)
        channels = pixels.shape[-1]
        real.append(slab[:, inside].reshape(-1, channels))
        made.append(pixels[:, :, inside].reshape(FILLS, -1, channels))
    return Refilled(tuple(real), tuple(made))


def _places(
    blocks: Sequence[np.ndarray], slices: int, side: int, rng: np.random.Generator, wanted: int
) -> list[np.ndarray]:
    """Choose slabs (slices, Y, X, C) from a grid over all blocks; a block with fewer slices gives thinner ones."""
    every = [slab for block in blocks for slab in _tiles(block, (min(slices, block.shape[0]), side, side))]
    return [every[i] for i in np.sort(rng.permutation(len(every))[:wanted])]


def _tiles(block: np.ndarray, box: tuple[int, int, int]) -> Iterator[np.ndarray]:
    counts = [n // step for n, step in zip(block.shape[:3], box, strict=True)]
    for place in np.ndindex(*counts):
        yield block[tuple(slice(i * step, (i + 1) * step) for i, step in zip(place, box, strict=True))]


def _filled(denoiser: SlabDenoiser, known: Tensor, inside: Tensor, seed: list[int]) -> Tensor:
    """Fill the hole of one slab (S, C, H, W): (K, S, C, H, W) in the network's units."""
    device = next(denoiser.network.parameters()).device
    known, inside = known.to(device), inside.to(device)
    slabs = _Slabs(denoiser, known, inside)
    noise = torch.stack([noise_of([*seed, number], device)(tuple(known.shape)) for number in range(FILLS)])
    levels = schedule("edm", STEPS, LOWEST, HIGHEST_FILL)
    with torch.no_grad():
        *_, last = sample(slabs, noise, levels, SOLVERS[SamplingParameters().solver], draw=noise_of(seed, device))
    return last.x


class _Slabs:
    """D(x; sigma) of many fills of one slab at once: what `field.FieldDenoiser` is to one fill of a field."""

    def __init__(self, denoiser: SlabDenoiser, known: Tensor, inside: Tensor) -> None:
        self._denoiser = denoiser
        self._inside = inside
        self._clean = known
        depth, context = len(known), denoiser.configuration.context
        near = torch.arange(depth)[:, None] + torch.arange(-context, context + 1)
        there = ((near >= 0) & (near < depth)).to(known.device)
        self._near = near.clamp(0, depth - 1).to(known.device)
        hidden = (known * ~inside)[self._near]
        self._known = hidden * there[:, :, None, None, None]
        unknown = inside.to(known.dtype).expand(*there.shape, *inside.shape)
        self._mask = torch.where(there[:, :, None, None], unknown, torch.full_like(unknown, ABSENT))

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Denoise (K, S, C, H, W) at one noise level."""
        each = max(BATCH_PIXELS // (x.shape[1] * self._inside.numel()), 1)
        made = torch.cat([self._denoised(part, sigma) for part in x.split(each)])
        return torch.where(self._inside, made, self._clean)

    def _denoised(self, x: Tensor, sigma: Tensor) -> Tensor:
        fills, n = len(x), len(x) * x.shape[1]
        zero = torch.zeros(n, dtype=torch.int64, device=x.device)
        known, mask = (part.repeat(fills, *[1] * (part.dim() - 1)) for part in (self._known, self._mask))
        conditions = Conditions(known, mask, x.new_zeros(n, 4), zero, zero)
        level = sigma.reshape(-1)[:1].to(x.dtype).expand(n)
        return self._denoiser(x[:, self._near].flatten(0, 1), level, conditions).reshape(x.shape)
