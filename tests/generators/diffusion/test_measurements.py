"""Measurements and guidance in closed form: adjoints, inverses, and posteriors of Gaussians that are known exactly."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from synthscope.errors import ParameterError
from synthscope.generators.diffusion.field import Scene
from synthscope.generators.diffusion.guidance import GUIDES, MomentMatched, Noisy, guided, rms
from synthscope.generators.diffusion.leading import led
from synthscope.generators.diffusion.measurements import Identity, Masked, Pooled, blurred, satisfied
from synthscope.generators.diffusion.parameters import Lead
from synthscope.generators.diffusion.samplers import SOLVERS, sample
from synthscope.generators.diffusion.schedules import schedule
from synthscope.generators.diffusion.travel import ONCE, Travel

SHAPE = (2, 1, 4, 6, 6)
SD = 0.5
KNOWN = torch.from_numpy(np.random.default_rng(0).random(SHAPE[2:]) < 0.4)
NAMES = ("identity", "pooled", "masked", "blurred")


def measurement(name: str, sigma_y: float = 0.0):
    if name == "identity":
        return Identity(sigma_y)
    if name == "blurred":
        return blurred((4, 2, 3), (1, 3, 2), (0.0, 1.3, 0.8), sigma_y, torch.zeros(1).double())
    return Pooled((2, 3, 1), sigma_y) if name == "pooled" else Masked(KNOWN, sigma_y)


def noise(shape, seed: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def matrix(measured) -> Tensor:
    """A, column by column, for one field."""
    n = int(np.prod(SHAPE[2:]))
    units = torch.eye(n, dtype=torch.float64).reshape(n, 1, *SHAPE[2:])
    return measured.apply(units).flatten(1).T


@pytest.mark.parametrize("name", NAMES)
def test_the_adjoint_is_the_transpose(name):
    measured = measurement(name)
    x = noise(SHAPE, 1)
    y = noise(measured.apply(x).shape, 2)
    assert torch.allclose((measured.apply(x) * y).sum(), (x * measured.adjoint(y)).sum())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("sigma_y", "r2"), [(0.3, 0.2), (0.05, 4.0), (1.0, 1e-3)])
def test_the_correction_is_that_of_the_matrices(name, sigma_y, r2):
    measured = measurement(name, sigma_y)
    a = matrix(measured)
    y = measured.apply(noise(SHAPE, 3))
    inner = a @ a.T + sigma_y**2 / r2 * torch.eye(len(a), dtype=torch.float64)
    expected = (a.T @ torch.linalg.solve(inner, y.flatten(1).T)).T.reshape(SHAPE)
    assert torch.allclose(measured.correction(y, r2), expected)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_satisfied_has_no_residual_and_is_the_nearest_such_field(name):
    measured = measurement(name, 0.4)
    x, y = noise(SHAPE, 4), measured.apply(noise(SHAPE, 5))
    near = satisfied(x, y, measured)
    assert rms(y - measured.apply(near)) < 1e-12
    other = satisfied(x + noise(SHAPE, 6), y, measured)
    assert (near - x).norm() <= (other - x).norm()


def test_pooling_is_a_mean_over_blocks():
    x = noise((1, 1, 2, 3, 2), 7)
    assert torch.allclose(Pooled((2, 3, 2)).apply(x).flatten(), x.mean())


def test_a_wave_that_hardly_passes_is_left_alone_where_there_is_no_noise():
    """A point-spread function that is far wider than its pixels: what is left of the finest waves is rounding."""
    measured = blurred((1, 16, 16), (1, 2, 2), (0.0, 5.0, 5.0), 0.0, torch.zeros(1).double())
    x, rounding = noise((1, 1, 1, 32, 32), 20), 1e-3 * noise((1, 1, 1, 16, 16), 21)
    change = satisfied(x, measured.apply(x) + rounding, measured) - x
    assert rms(change) < 100 * 1e-3
    assert rms(measured.apply(change) - rounding) < rms(rounding)


@pytest.mark.parametrize("method", GUIDES)
def test_what_is_seen_through_a_point_spread_function_leads_to_the_exact_posterior_mean(method):
    """White Gaussian voxels, for which each of the guides is exact: many samples, against the textbook."""
    prior, measured, count = white(), measurement("blurred", 0.2), 1500
    y = measured.apply(noise((1, *SHAPE[1:]), 22) * SD)
    samples = made(guided(method, prior, measured, y), count).flatten(1)
    mean, covariance = posterior(prior, measured, y)
    assert ((samples.mean(dim=0) - mean).abs() / (covariance.diagonal() / count).sqrt()).max() < 4.8
    before = (prior.mean - mean).norm()
    assert (samples.mean(dim=0) - mean).norm() < 0.2 * before


@pytest.mark.parametrize("factors", [(0, 1, 1), (3, 1, 1)])
def test_blocks_that_do_not_fit_are_refused_in_a_sentence(factors):
    with pytest.raises(ParameterError, match="give"):
        Pooled(factors).apply(noise(SHAPE, 0))


class Gaussian:
    """The exact denoiser of N(mean, covariance) over fields of n voxels, and its transpose Jacobian."""

    def __init__(self, mean: Tensor, covariance: Tensor) -> None:
        self.mean, self.covariance = mean, covariance

    def _gain(self, sigma: Tensor) -> Tensor:
        return self.covariance @ torch.linalg.inv(self.covariance + sigma**2 * torch.eye(len(self.mean)).double())

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        flat = self.mean + (x.flatten(1) - self.mean) @ self._gain(sigma).T
        return flat.reshape(x.shape)

    def pull_back(self, _x: Tensor, sigma: Tensor, cotangent: Tensor) -> Tensor:
        return (cotangent.flatten(1) @ self._gain(sigma)).reshape(cotangent.shape)


def posterior(prior: Gaussian, measured, y: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and covariance of x given one y, by the textbook."""
    a = matrix(measured)
    rows = a.abs().sum(dim=1) > 0  # what a mask leaves out says nothing
    a, seen = a[rows], y.flatten()[rows]
    inner = a @ prior.covariance @ a.T + measured.sigma_y**2 * torch.eye(len(a)).double()
    gain = prior.covariance @ a.T @ torch.linalg.inv(inner)
    return prior.mean + gain @ (seen - a @ prior.mean), prior.covariance - gain @ a @ prior.covariance


def made(denoiser, count: int, steps: int = 60, solver: str = "heun", travel: Travel = ONCE) -> Tensor:
    generator = torch.Generator().manual_seed(8)

    def draw(shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    start, levels = draw((count, *SHAPE[1:])), schedule("edm", steps)
    *_, last = sample(denoiser, start, levels, SOLVERS[solver], draw=draw, travel=travel)
    return last.x


def white() -> Gaussian:
    n = int(np.prod(SHAPE[2:]))
    return Gaussian(noise((n,), 9) * 0.3, SD**2 * torch.eye(n).double())


def linked() -> Gaussian:
    """A smooth field: covariance falls with distance, variance SD^2."""
    axes = torch.meshgrid(*(torch.arange(n, dtype=torch.float64) for n in SHAPE[2:]), indexing="ij")
    places = torch.stack(axes).flatten(1).T
    return Gaussian(torch.zeros(len(places)).double(), SD**2 * torch.exp(-torch.cdist(places, places) / 3))


@pytest.mark.parametrize("method", GUIDES)
@pytest.mark.parametrize("name", NAMES)
def test_guidance_of_a_white_prior_samples_the_exact_posterior(method, name):
    prior, measured, count = white(), measurement(name, 0.3), 1500
    y = measured.apply(noise((1, *SHAPE[1:]), 10))
    samples = made(guided(method, prior, measured, y), count).flatten(1)
    mean, covariance = posterior(prior, measured, y)
    error = (samples.mean(dim=0) - mean).abs() / (covariance.diagonal() / count).sqrt()
    assert error.max() < 4.8
    assert torch.allclose(samples.var(dim=0), covariance.diagonal(), rtol=0.25)


@pytest.mark.parametrize("sigma", [0.05, 0.4, 3.0])
def test_two_noisy_looks_are_one_look_of_less_noise(sigma):
    prior, measured = linked(), Identity(0.3)
    y, x = noise((1, *SHAPE[1:]), 11) * SD, noise((1, *SHAPE[1:]), 12)
    given, _ = posterior(prior, Identity(sigma), x)
    seen_first = Gaussian(given, posterior(prior, Identity(sigma), x)[1])
    both, _ = posterior(seen_first, measured, y)
    told = Noisy(prior, y, 0.3)(x, torch.tensor(sigma, dtype=torch.float64))
    assert torch.allclose(told.flatten(), both)


def test_a_noisy_image_of_a_linked_prior_is_denoised_to_the_exact_posterior():
    prior, count = linked(), 1500
    y = noise((1, *SHAPE[1:]), 13) * SD
    samples = made(Noisy(prior, y, 0.3), count).flatten(1)
    mean, covariance = posterior(prior, Identity(0.3), y)
    error = (samples.mean(dim=0) - mean).abs() / (covariance.diagonal() / count).sqrt()
    assert error.max() < 4.8
    assert torch.allclose(samples.var(dim=0), covariance.diagonal(), rtol=0.25)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sigma", [0.1, 0.7, 6.0])
def test_matched_moments_are_exact_for_a_linked_gaussian(name, sigma):
    prior, measured = linked(), measurement(name, 0.3)
    y, x = measured.apply(noise((1, *SHAPE[1:]), 14) * SD), noise((1, *SHAPE[1:]), 15) * (1 + sigma)
    seen_first = Gaussian(*posterior(prior, Identity(sigma), x))
    expected, _ = posterior(seen_first, measured, y)
    told = MomentMatched(prior, measured, y, iterations=150)(x, torch.tensor(sigma, dtype=torch.float64))
    assert torch.allclose(told.flatten(), expected, atol=1e-6)


def test_matched_moments_do_not_overstep_where_the_pseudoinverse_does():
    """Means over linked voxels vary more than r2 says, so that the pseudoinverse oversteps."""
    prior, measured = linked(), Pooled((2, 3, 1), 0.1)
    truth = torch.linalg.cholesky(prior.covariance) @ noise((len(prior.mean),), 16)
    y = measured.apply(truth.reshape(1, *SHAPE[1:]))
    sigma = torch.tensor(2.0, dtype=torch.float64)
    x = truth.reshape(1, *SHAPE[1:]) + sigma * noise((1, *SHAPE[1:]), 17)
    expected, _ = posterior(Gaussian(*posterior(prior, Identity(2.0), x)), measured, y)
    errors = {name: float((guided(name, prior, measured, y)(x, sigma).flatten() - expected).norm()) for name in GUIDES}
    assert errors["moments"] < 0.5 * errors["pseudoinverse"]


WAYS: dict[str, tuple[Lead, Travel]] = {
    "put back": ("projection", ONCE),
    "put back, 4 times over": ("projection", Travel(3, 4)),
    "put back, 16 times over": ("projection", Travel(3, 16)),
    "pseudoinverse": ("pseudoinverse", ONCE),
    "moments": ("moments", ONCE),
}


def test_known_voxels_lead_to_the_posterior_of_a_linked_field_the_better_the_more_time_travel():
    """Put back alone they come too late: time travel nears the exact mean and spread, and so do the guides."""
    prior, count = linked(), 400
    truth = (torch.linalg.cholesky(prior.covariance) @ noise((len(prior.mean),), 23)).reshape(1, *SHAPE[2:])
    scene = Scene(truth * KNOWN, ~KNOWN, torch.zeros(4), told=False)
    mean, covariance = posterior(prior, Masked(KNOWN), scene.known[None])
    hole, spread = ~KNOWN.flatten(), covariance.diagonal()[~KNOWN.flatten()].sqrt()
    means, spreads = {}, {}
    for name, (lead, travel) in WAYS.items():
        samples = made(led(lead, prior, scene), count, 20, travel=travel)
        assert (samples - scene.known)[:, 0, KNOWN].abs().max() < 1e-12
        found = samples.flatten(1)[:, hole]
        means[name] = rms((found.mean(dim=0) - mean[hole]) / spread)
        spreads[name] = rms(found.std(dim=0) / spread - 1)
    for errors in (means, spreads):
        assert errors["put back, 4 times over"] < 0.7 * errors["put back"]
        assert errors["put back, 16 times over"] < 0.5 * errors["put back"]
        assert errors["pseudoinverse"] < 0.7 * errors["put back"]
        assert errors["moments"] < 0.5 * errors["put back"]
