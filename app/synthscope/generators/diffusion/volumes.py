"""Volumes from a prior of planes: coarse structure from noise that slices share, fine structure from planes in turn.

Planes in turn from the first noise level on (Lee et al. 2023, Algorithm 1) leave a grey volume where nothing was
measured, of a fifth of the variance (docs/measured.md). So each xy slice is made first, from noise that is as alike
along z as the volume is to be; then all is made anew from the noise level `FINE` on, planes in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.diffusion.denoiser import SlabDenoiser, condition_guided
from synthscope.generators.diffusion.descriptors import Asked
from synthscope.generators.diffusion.field import FieldDenoiser, Scene
from synthscope.generators.diffusion.leading import led
from synthscope.generators.diffusion.making import HIGHEST_NEW, levels_of, noise_of
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.generators.diffusion.planes import nearest, turned_fields
from synthscope.generators.diffusion.pooling import PooledAcross, Spectra, radial_covariance, shared, spectra_of
from synthscope.generators.diffusion.samplers import SOLVERS, Denoiser, Step, sample
from synthscope.generators.diffusion.schedules import Schedule
from synthscope.generators.diffusion.steering import steered
from synthscope.generators.diffusion.travel import travel_of

FINE = 1.0
"""The noise level, in the network's units (the data have 0.5), below which planes take turns."""
LEARNED_FROM = 16
"""Images that a prior makes to tell how alike its pixels are at a distance."""
LEARNING_STEPS = 18


@dataclass(frozen=True, eq=False)
class InTurn:
    """One of several denoisers at each noise level, in turn."""

    denoisers: Sequence[Denoiser]
    sigmas: Sequence[float]

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Denoise by whichever it is the turn of."""
        return self.denoisers[nearest(self.sigmas, float(sigma)) % len(self.denoisers)](x, sigma)


def make_volume(
    denoiser: SlabDenoiser, scene: Scene, parameters: PriorParameters, seed: int, levels: Schedule,
    start: Tensor | None = None, asked: Asked | None = None, within: tuple[slice, ...] = (),
) -> Iterator[Step]:  # fmt: skip
    """Take noise away from a volume step by step, as `making.make_field` does from a field.

    Parameters
    ----------
    levels : Schedule
        Of the coarse structure.
    start : Tensor (1, C, Z, Y, X), optional
        As in `make_field`.
    asked : Asked, optional
        Mean and phase fraction that the volume is to have.
    within : tuple of slice (Z, Y, X)
        The part of it that is to have them; all, if left out.
    """
    unknown = scene.unknown
    shape = (1, scene.known.shape[0], *unknown.shape)
    spectra = spectra_of(covariance_of(denoiser), tuple(unknown.shape), scene.known.device)
    turned = turned_fields(condition_guided(denoiser, parameters.condition_scale), scene, parameters.window)
    fields = [led(parameters.lead, field, scene) for field in turned]
    planes = fields
    if bool(unknown.all()):  # the filter is that of a field of which nothing is known
        planes = [PooledAcross(field, spectra, field.plane) for field in turned]
    draw = noise_of(seed, scene.known.device)
    threshold = denoiser.configuration.threshold
    slices = steered(fields[0], asked, threshold, within)
    planes = [steered(plane, asked, threshold, within) for plane in planes]
    fine = _fine(parameters, levels.sigmas[0])
    return volume_steps(slices, planes, spectra, levels, fine, parameters, draw, shape, start)


def volume_steps(
    slices: Denoiser, planes: Sequence[Denoiser], spectra: Spectra, coarse: Schedule, fine: Schedule,
    parameters: PriorParameters, draw: Callable[[tuple[int, ...]], Tensor], shape: tuple[int, ...],
    start: Tensor | None = None,
) -> Iterator[Step]:  # fmt: skip
    """Make a volume by `slices` on the levels `coarse`, then anew by `planes` in turn on the levels `fine`."""
    solver, travel, alike = SOLVERS[parameters.solver], travel_of(parameters), shared(draw, spectra)
    first, second = (len(travel.route(levels.steps)) for levels in (coarse, fine))
    total = first + second
    noise = alike(shape)
    if start is not None:
        noise = noise + start / coarse.sigmas[0]
    last: Step | None = None
    for step in sample(slices, noise, coarse, solver, draw=alike, travel=travel):
        last = replace(step, total=total)
        yield last
    assert last is not None, "a schedule has at least one step"
    noise = draw(shape) + last.x / fine.sigmas[0]
    for step in sample(InTurn(planes, fine.sigmas[:-1]), noise, fine, solver, draw=draw, travel=travel):
        yield replace(step, index=first + step.index, total=total)


@lru_cache(maxsize=2)
def covariance_of(denoiser: SlabDenoiser) -> np.ndarray:
    """Give the covariance of a prior's images at distances of 0 to half a patch: (C, reach + 1).

    Measured on images that it makes, always the same ones, of its patches' size; kept for the models used last.
    """
    configuration = denoiser.configuration
    device = next(denoiser.network.parameters()).device
    sides = (LEARNED_FROM, configuration.patch, configuration.patch)
    nothing = torch.zeros(configuration.channels, *sides, device=device)
    everywhere = torch.ones(sides, dtype=torch.bool, device=device)
    scene = Scene(nothing, everywhere, torch.zeros(4, device=device), alone=True)
    field = FieldDenoiser(denoiser, scene, configuration.patch)
    parameters = PriorParameters(steps=LEARNING_STEPS)
    draw = noise_of(0, device)
    levels = levels_of(parameters, HIGHEST_NEW)
    *_, last = sample(field, draw((1, *nothing.shape)), levels, SOLVERS[parameters.solver], draw=draw)
    return radial_covariance(last.x[0].movedim(1, 0).double().cpu().numpy(), configuration.patch // 2)


def _fine(parameters: PriorParameters, highest: float) -> Schedule:
    """Two thirds of the steps, from `FINE` down, or from where all begins."""
    steps = max(2 * parameters.steps // 3, 3)
    return levels_of(replace(parameters, steps=steps), min(FINE, highest))
