"""The prior as a restorer: noise taken away, pixels and slices made finer, always true to what was measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from synthscope.errors import InputError
from synthscope.generators.asked import class_index, source_of
from synthscope.generators.diffusion.costs import AVERAGED
from synthscope.generators.diffusion.denoiser import condition_guided
from synthscope.generators.diffusion.field import FieldDenoiser, Scene
from synthscope.generators.diffusion.guidance import EVEN, Differentiable, Noisy, Uneven, guided
from synthscope.generators.diffusion.loading import Prior
from synthscope.generators.diffusion.making import HIGHEST_LED, levels_of, make_field
from synthscope.generators.diffusion.measurements import Level, Measurement, Pooled, blurred, is_exact, satisfied
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.generators.diffusion.planes import Alternating, turned_fields
from synthscope.generators.diffusion.samplers import Denoiser, Step
from synthscope.generators.units import Units
from synthscope.records.events import Job, Preview, Progress
from synthscope.records.generator import Inputs
from synthscope.records.request import Restoration


def restore_job(prior: Prior, inputs: Inputs, parameters: PriorParameters, seed: int) -> Job[np.ndarray]:
    """Restore an image.

    Raises
    ------
    InputError
        If it is not said what to restore, the source is missing or has other channels than the model, or there
        is no noise to take away.
    """
    source, wanted = source_of(inputs, prior.card), inputs.restoration
    if wanted is None:
        raise InputError("It is not said what is to be restored; name denoise, upscale or isotropic.")
    if wanted.factor < 1:
        raise InputError("The factor of the restoration is 0; give how many times finer the result is to be.")
    units = Units(prior.card, prior.denoiser.configuration, inputs)
    y = units.inwards(source)[None].to(prior.device)
    sigma_y = _level(units.noise(wanted.noise), prior.device)
    if wanted.kind == "denoise":
        return (yield from _denoised(prior, inputs, parameters, seed, units, y, sigma_y))
    pairs = zip(units.limits, prior.card.limits, strict=True)  # finer voxels vary more than their mean
    units.limits = tuple((min(a, low), max(b, high)) for (a, b), (low, high) in pairs)
    measurement = _measurement(wanted, inputs, y, sigma_y)
    return (yield from _finer(prior, inputs, parameters, seed, units, y, measurement))


def block_of(wanted: Restoration) -> tuple[int, int, int]:
    """Give the voxels (z, y, x) of the result in one of the source."""
    z, y, x = (wanted.factors.get(letter, 1) for letter in "zyx")
    return z, y, x


def _level(levels: tuple[float, ...], device: torch.device) -> Level:
    """Give the noise level of all channels, or of each where they differ."""
    mean = float(np.mean(levels))
    if max(levels) - min(levels) <= EVEN * mean:
        return mean
    return torch.tensor(levels, dtype=torch.float32, device=device).view(-1, 1, 1, 1)


def _measurement(wanted: Restoration, inputs: Inputs, y: Tensor, sigma_y: Level) -> Measurement:
    """Say what a coarse voxel shows of the fine ones: their mean, or what its point-spread function lets through."""
    if wanted.psf == 0:
        return Pooled(block_of(wanted), sigma_y)
    slices, rows, columns = y.shape[2:]
    z, y_blur, x_blur = (wanted.blur(*pair) for pair in zip("zyx", inputs.space.voxel_size[:3], strict=True))
    return blurred((slices, rows, columns), block_of(wanted), (z, y_blur, x_blur), sigma_y, y)


def _denoised(
    prior: Prior, inputs: Inputs, parameters: PriorParameters, seed: int, units: Units, y: Tensor, sigma_y: Level
) -> Job[np.ndarray]:
    """Give the posterior mean D(y; sigma_y), by one look, or a sample; of colours as `Uneven` says."""
    if is_exact(sigma_y):
        raise InputError("The noise level is 0, so that there is nothing to take away; give the noise in the image.")
    field = _field(prior, inputs, parameters, tuple(y.shape[2:]))
    look = Uneven(field)
    assert inputs.restoration is not None
    if not inputs.restoration.sample:
        yield Progress(0, 1, "Looking once")
        return units.outwards(look(y, torch.as_tensor(sigma_y, device=y.device)))
    last = yield from _sampled(Noisy(look, y, sigma_y), units, tuple(y.shape), parameters, seed, field.device)
    return units.outwards(last)


def _finer(
    prior: Prior, inputs: Inputs, parameters: PriorParameters, seed: int, units: Units, y: Tensor, measured: Measurement
) -> Job[np.ndarray]:
    """Give a sample under the measurement, or the mean of several.

    Heun's second look answers to a measurement that the first one has met already, and leaves noise behind
    (on one field of soil a sharpness of 1.32 of the real one, where twice as many of Euler's steps leave 1.05):
    with as many looks, Euler's method is taken for it. DPM-Solver takes it that the estimate goes on as it went, which
    one that meets a measurement does not: half as many of Euler's steps again stand for its own.
    """
    wanted = inputs.restoration
    assert wanted is not None
    if parameters.solver in ("heun", "dpm-solver"):
        steps = 2 * parameters.steps if parameters.solver == "heun" else 3 * parameters.steps // 2
        parameters = replace(parameters, solver="euler", steps=min(steps, 1000))
    sides = tuple(n * f for n, f in zip(y.shape[2:], block_of(wanted), strict=True))
    shape = (1, y.shape[1], *sides)
    planes: Differentiable = _field(prior, inputs, parameters, sides)
    if wanted.kind == "isotropic":
        seen = condition_guided(prior.denoiser, parameters.condition_scale)
        turned = turned_fields(seen, _scene(prior, inputs, sides), parameters.window)
        planes = Alternating(turned, levels_of(parameters, HIGHEST_LED).sigmas[:-1])
    denoiser = guided(parameters.guidance, planes, measured, y)
    count = 1 if wanted.sample else AVERAGED
    total = torch.zeros(shape, device=prior.device)
    for number in range(count):
        made = yield from _sampled(
            denoiser, units, shape, parameters, seed if count == 1 else [seed, number], prior.device, number, count
        )
        total += _true(made, y, measured)
    return units.outwards(total / count)


def _true(x: Tensor, y: Tensor, measurement: Measurement) -> Tensor:
    """Leave no residual where there is no noise to explain it."""
    return satisfied(x, y, measurement) if is_exact(measurement.sigma_y) else x


def _sampled(
    denoiser: Denoiser, units: Units, shape: tuple[int, ...], parameters: PriorParameters, seed: int | list[int],
    device: torch.device, number: int = 0, count: int = 1,
) -> Job[Tensor]:  # fmt: skip
    """Take noise away step by step, telling how far it is."""
    last: Step | None = None
    for step in make_field(denoiser, shape, parameters, seed, device, levels_of(parameters, HIGHEST_LED)):
        done = number * step.total + step.index + 1
        yield Progress(done, count * step.total, f"Step {done} of {count * step.total}")
        yield Preview(units.outwards(step.denoised), "Estimate")
        last = step
    assert last is not None, "a schedule has at least one step"
    return last.x


def _field(prior: Prior, inputs: Inputs, parameters: PriorParameters, sides: tuple[int, ...]) -> FieldDenoiser:
    """Give the prior over a field (Z, Y, X) of which no voxel is known."""
    denoiser = condition_guided(prior.denoiser, parameters.condition_scale)
    return FieldDenoiser(denoiser, _scene(prior, inputs, sides), parameters.window)


def _scene(prior: Prior, inputs: Inputs, sides: tuple[int, ...]) -> Scene:
    return Scene(
        torch.zeros(prior.card.channels, *sides, device=prior.device),
        torch.ones(sides, dtype=torch.bool, device=prior.device),
        torch.zeros(4, device=prior.device),
        label=class_index(inputs.label, prior.card.labels),
    )
