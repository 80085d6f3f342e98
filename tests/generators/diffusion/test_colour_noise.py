"""Noise of each channel's own: Gaussian colours, whose posterior is known exactly, and the bundled roots."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

import synthscope_resources
from synthscope.generators.diffusion import restoring
from synthscope.generators.diffusion.field import FieldDenoiser, Scene
from synthscope.generators.diffusion.guidance import MomentMatched, Noisy, Uneven
from synthscope.generators.diffusion.loading import load_prior
from synthscope.generators.diffusion.measurements import Identity, Level, Masked, Measurement, Pooled, blurred, is_exact
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.generators.diffusion.samplers import SOLVERS, sample
from synthscope.generators.diffusion.schedules import schedule
from synthscope.generators.registry import resolve
from synthscope.generators.units import Units
from synthscope.jobs.drain import drain
from synthscope.records.generator import Inputs
from synthscope.records.request import Restoration
from synthscope.records.space import Space

from .test_measurements import Gaussian, noise

SHAPE = (1, 3, 2, 3, 2)
FIELD = SHAPE[2:]
LEVELS = torch.tensor([0.3, 0.35, 0.7], dtype=torch.float64).view(3, 1, 1, 1)
KNOWN = torch.from_numpy(np.random.default_rng(0).random(FIELD) < 0.5)
MEASUREMENTS: dict[str, Callable[[Level], Measurement]] = {
    "identity": Identity,
    "pooled": lambda level: Pooled((2, 3, 1), level),
    "masked": lambda level: Masked(KNOWN, level),
    "blurred": lambda level: blurred((2, 1, 1), (1, 3, 2), (0.0, 1.3, 0.8), level, torch.zeros(1).double()),
}


def colours(correlation: float) -> Gaussian:
    """Channels of spreads 0.2, 0.5 and 0.9, linked with each other and along the field."""
    spreads = torch.tensor([0.2, 0.5, 0.9], dtype=torch.float64)
    across = (1 - correlation) * torch.eye(3).double() + correlation * torch.ones(3, 3).double()
    axes = torch.meshgrid(*(torch.arange(n, dtype=torch.float64) for n in FIELD), indexing="ij")
    places = torch.stack(axes).flatten(1).T
    along = torch.exp(-torch.cdist(places, places) / 2)
    return Gaussian(noise((3 * len(places),), 1) * 0.3, torch.kron(across * torch.outer(spreads, spreads), along))


def levelled(level: Tensor) -> Tensor:
    """The noise of each voxel."""
    return level.expand(SHAPE).flatten()


def posterior(prior: Gaussian, y: Tensor, level: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and covariance of x given x + level n = y, by the textbook."""
    gain = prior.covariance @ torch.linalg.inv(prior.covariance + torch.diag(levelled(level) ** 2))
    return prior.mean + gain @ (y.flatten() - prior.mean), prior.covariance - gain @ prior.covariance


@pytest.mark.parametrize("correlation", [0.0, 0.9, -0.4])
def test_colours_with_noise_of_their_own_have_the_exact_posterior_mean(correlation):
    prior, y = colours(correlation), noise(SHAPE, 2)
    expected, _ = posterior(prior, y, LEVELS)
    errors = [float((Uneven(prior, n)(y, LEVELS).flatten() - expected).norm()) for n in (0, 1, 2, 60)]
    one_level = float((prior(y, LEVELS.mean()).flatten() - expected).norm())
    assert errors[0] == one_level
    assert errors[1] < 0.6 * one_level
    assert errors[2] < 0.25 * one_level
    assert errors[3] < 1e-8


@pytest.mark.parametrize("level", [torch.tensor(0.4).double(), torch.full((3, 1, 1, 1), 0.4).double()])
def test_where_all_levels_are_one_it_is_one_look(level):
    prior, y = colours(0.5), noise(SHAPE, 3)
    assert torch.equal(Uneven(prior)(y, level), prior(y, torch.tensor(0.4).double()))


@pytest.mark.parametrize("sigma", [0.05, 0.5, 4.0])
def test_two_noisy_looks_at_colours_are_one(sigma):
    prior, y, x = colours(0.7), noise(SHAPE, 4), noise(SHAPE, 5)
    even = torch.full_like(LEVELS, sigma)
    seen_first = Gaussian(*posterior(prior, x, even))
    expected, _ = posterior(seen_first, y, LEVELS)
    told = Noisy(Uneven(prior, 60), y, LEVELS)(x, torch.tensor(sigma).double())
    assert torch.allclose(told.flatten(), expected, atol=1e-8)


def test_samples_of_noisy_colours_are_those_of_the_exact_posterior():
    prior, y, count = colours(0.7), noise(SHAPE, 6), 1500
    generator = torch.Generator().manual_seed(7)

    def draw(shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    told = Noisy(Uneven(prior, 8), y, LEVELS)
    *_, last = sample(told, draw((count, *SHAPE[1:])), schedule("edm", 40), SOLVERS["heun"], draw=draw)
    mean, covariance = posterior(prior, y, LEVELS)
    samples = last.x.flatten(1)
    assert ((samples.mean(dim=0) - mean).abs() / (covariance.diagonal() / count).sqrt()).max() < 4.8
    assert torch.allclose(samples.var(dim=0), covariance.diagonal(), rtol=0.25)


def matrix(measured: Measurement) -> Tensor:
    n = int(np.prod(SHAPE[1:]))
    return measured.apply(torch.eye(n, dtype=torch.float64).reshape(n, *SHAPE[1:])).flatten(1).T


@pytest.mark.parametrize("name", MEASUREMENTS)
@pytest.mark.parametrize("r2", [0.2, 4.0])
def test_the_correction_weighs_each_channel_by_its_own_noise(name, r2):
    measured = MEASUREMENTS[name](LEVELS)
    a, y = matrix(measured), measured.apply(noise(SHAPE, 8))
    inner = a @ a.T + torch.diag(LEVELS.expand(y.shape).flatten() ** 2) / r2
    expected = (a.T @ torch.linalg.solve(inner, y.flatten())).reshape(SHAPE)
    assert torch.allclose(measured.correction(y, r2), expected)


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_matched_moments_are_the_posterior_under_noise_of_each_channel(name):
    prior, measured, sigma = colours(0.6), MEASUREMENTS[name](LEVELS), 0.7
    x, y = noise(SHAPE, 9), measured.apply(noise(SHAPE, 10))
    given, covariance = posterior(prior, x, torch.full_like(LEVELS, sigma))
    a = matrix(measured)
    inner = a @ covariance @ a.T + torch.diag(LEVELS.expand(y.shape).flatten() ** 2)
    expected = given + covariance @ a.T @ torch.linalg.solve(inner, y.flatten() - a @ given)
    told = MomentMatched(prior, measured, y, iterations=150)(x, torch.tensor(sigma).double())
    assert torch.allclose(told.flatten(), expected, atol=1e-6)


def test_no_noise_in_any_channel_is_none():
    assert is_exact(0.0)
    assert is_exact(torch.zeros(3, 1, 1, 1))
    assert not is_exact(torch.tensor([0.0, 0.1]))


@pytest.fixture(scope="module")
def roots() -> str:
    return str(Path(synthscope_resources.__file__).parent / "models" / "roots")


def test_noise_is_another_part_of_each_channels_spread(roots):
    prior = load_prior(roots, "cpu")
    inputs = Inputs("restore", Space("zyxc"), np.zeros((1, 8, 8, 3), "u1"))
    units = Units(prior.card, prior.denoiser.configuration, inputs)
    half = 108  # of 32 to 248 in original units
    assert units.noise(10.8) == pytest.approx([0.1 / (2 * s) for s in (0.178614, 0.167344, 0.089665)], rel=1e-4)
    assert units.noise(half) == pytest.approx([10 * one for one in units.noise(10.8)], rel=1e-4)


@pytest.mark.parametrize(("level", "part"), [(4, 0.93), (12, 0.98)])
def test_the_bundled_roots_are_denoised_better_in_every_channel_than_by_one_level(roots, level, part):
    """Images that the prior itself made, with noise of so many grey values."""
    generator, space, prior = resolve("prior"), Space("zyxc"), load_prior(roots, "cpu")
    scene = Scene(torch.zeros(3, 1, 64, 64), torch.ones(1, 64, 64, dtype=torch.bool), torch.zeros(4))
    errors = []
    for seed in range(3):
        asked = Inputs("synthesize", space, size=(1, 64, 64), model=roots)
        clean = drain(generator.generate(asked, PriorParameters(), seed)).astype(np.float32)
        rough = clean + np.random.default_rng(seed).normal(0, level, clean.shape).astype(np.float32)
        inputs = Inputs(
            "restore", space, rough, model=roots, limits=((-100.0, 400.0),) * 3,
            restoration=Restoration("denoise", noise=level),
        )  # fmt: skip
        made = drain(generator.generate(inputs, PriorParameters(), 0))
        units = Units(prior.card, prior.denoiser.configuration, inputs)
        mean = torch.tensor(float(np.mean(units.noise(level))))
        once = units.outwards(FieldDenoiser(prior.denoiser, scene, 256)(units.inwards(rough)[None], mean))
        errors.append([np.square(one - clean).mean(axis=(0, 1, 2)) for one in (made, once)])
    own, one = np.mean(errors, axis=0)
    assert (own < one).all()
    assert own.sum() < part * one.sum()


def test_levels_that_hardly_differ_are_one_as_ever():
    assert restoring._level((0.2, 0.201, 0.1995), torch.device("cpu")) == float(np.mean((0.2, 0.201, 0.1995)))
    assert restoring._level((0.25,), torch.device("cpu")) == 0.25
    each = restoring._level((0.1, 0.1, 0.2), torch.device("cpu"))
    assert isinstance(each, Tensor)
    assert each.shape == (3, 1, 1, 1)
