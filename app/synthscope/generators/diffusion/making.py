"""From noise to image: the prior's field denoiser under a sampler, with the candidate's own noise."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.diffusion.conditions import ABSENT, Conditions
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.denoiser import SlabDenoiser
from synthscope.generators.diffusion.descriptors import drawn_descriptors
from synthscope.generators.diffusion.parameters import PriorParameters, SamplingParameters
from synthscope.generators.diffusion.rim import RIM
from synthscope.generators.diffusion.samplers import SOLVERS, Denoiser, Step, sample
from synthscope.generators.diffusion.schedules import Schedule, schedule
from synthscope.generators.diffusion.travel import ONCE, Travel
from synthscope.generators.scale import from_units
from synthscope.generators.schooling.patches import classes_in_turn
from synthscope.imaging.normalisation import Normalisation

LOWEST = 0.01
"""The last noise level before zero: 2 % of the data's spread.

From twice that the last estimate is too smooth (soil, holes of 64 px: texture 0.79, here 0.93; docs/measured.md).
"""
HIGHEST_FILL, HIGHEST_NEW = 20.0, 80.0
"""Where fills and new images begin: what surrounds a hole tells its coarse layout, an empty field does not.

Noise of level s says of a hole of n x n pixels that its mean is 0 +- s / n. Begun at 5, holes of 32 and 64 px came out
nearer to the mean of all that was learned than their places are, and with less contrast (docs/measured.md).
"""
HIGHEST_LED = 5.0
"""Where what a measurement leads begins: it tells the coarse layout better than surroundings do."""
GENTLEST, STRONGEST = 0.05, 5.0
"""Noise levels of the variation strengths 0 and 1, in the network's units (the data have 0.5)."""


def make_field(
    denoiser: Denoiser, shape: tuple[int, ...], parameters: SamplingParameters, seed: int | list[int],
    device: torch.device, levels: Schedule, start: Tensor | None = None, travel: Travel = ONCE,
) -> Iterator[Step]:  # fmt: skip
    """Take noise away from a field step by step.

    Parameters
    ----------
    shape : tuple
        (1, C, Z, Y, X).
    seed : int, or list of int
        Of all its noise, which is drawn on the CPU.
    levels : Schedule
        As `levels_of` gives them.
    start : Tensor, optional
        The field, in the network's units, that the first noise is added to: what is varied (SDEdit, Meng et al.
        2022), or what is known.
    travel : Travel
        Which stretches of steps are gone through again.
    """
    draw = noise_of(seed, device)
    noise = draw(shape)
    if start is not None:
        noise = noise + start / levels.sigmas[0]
    return sample(denoiser, noise, levels, SOLVERS[parameters.solver], draw=draw, travel=travel)


def highest_of(parameters: PriorParameters) -> float:
    """Give the noise level at which a fill begins, by what leads it."""
    return HIGHEST_FILL if parameters.lead == "condition" else HIGHEST_LED


def levels_of(parameters: SamplingParameters, highest: float, *, varied: bool = False) -> Schedule:
    """Give the noise levels that are visited: from `highest` down, or from that of `parameters.strength`."""
    if not varied:
        return schedule(parameters.schedule, parameters.steps, LOWEST, highest)
    highest = strength_sigma(parameters.strength)
    return schedule(parameters.schedule, parameters.steps, LOWEST, highest).below(highest)


def strength_sigma(strength: float) -> float:
    """Give the noise level of a variation strength between 0 and 1, even steps being even factors."""
    return float(GENTLEST * (STRONGEST / GENTLEST) ** strength)


def noise_of(seed: int | list[int], device: torch.device) -> Callable[[tuple[int, ...]], Tensor]:
    """Give a source of standard normal noise that is the same on every device."""
    rng = np.random.default_rng(seed)
    return lambda shape: torch.from_numpy(rng.standard_normal(tuple(shape), dtype=np.float32)).to(device)


def new_patches(denoiser: SlabDenoiser, normalisation: Normalisation, count: int, steps: int) -> np.ndarray:
    """Make `count` single images of the training patches' size from fixed seeds, of each class in turn.

    Returns
    -------
    ndarray of float64 (N, Y, X, C)
        In original units, not rounded.
    """
    pixels = new_fields(denoiser, drawn_for_patches(denoiser.configuration, count), steps, RIM)
    return from_units(pixels.movedim(1, -1).cpu().numpy(), normalisation, denoiser.configuration)


def drawn_for_patches(configuration: NetworkConfiguration, count: int) -> Tensor:
    """Draw the descriptors of new images of the training patches' size, from fixed seeds: (N, 4)."""
    area, labels = configuration.patch**2, classes_in_turn(count, configuration.classes)
    rngs = [np.random.default_rng(seed) for seed in range(count)]
    drawn = [drawn_descriptors(configuration, area, *pair) for pair in zip(rngs, labels, strict=True)]
    return torch.from_numpy(np.stack(drawn))


def new_fields(denoiser: SlabDenoiser, descriptors: Tensor, steps: int, rim: int = 0) -> Tensor:
    """Make one patch (N, C, Y, X), in the network's units, for each of the descriptors (N, 4).

    `rim` pixels or cells more are made on every side, and cut away.
    """
    configuration, count = denoiser.configuration, len(descriptors)
    device = next(denoiser.network.parameters()).device
    side, slices = configuration.patch + 2 * rim, configuration.slices
    shape = (count, configuration.channels, side, side)
    mask = torch.full((count, slices, side, side), ABSENT, device=device)
    mask[:, configuration.context] = 1
    zero = torch.zeros(count, dtype=torch.int64, device=device)
    label = torch.tensor(classes_in_turn(count, configuration.classes), device=device)
    known = torch.zeros(count, slices, *shape[1:], device=device)
    conditions = Conditions(known, mask, descriptors.to(device), zero, label)

    def denoise(x: Tensor, sigma: Tensor) -> Tensor:
        slab = torch.zeros_like(known)
        slab[:, configuration.context] = x
        return denoiser(slab, sigma.reshape(-1)[:1].to(x.dtype).expand(count), conditions)

    noise = torch.cat([noise_of(seed, device)((1, *shape[1:])) for seed in range(count)])
    with torch.no_grad():
        levels, solver = schedule("edm", steps, LOWEST), SOLVERS[SamplingParameters().solver]
        *_, last = sample(denoise, noise, levels, solver, draw=noise_of(0, device))
    return last.x[..., rim : side - rim, rim : side - rim]
