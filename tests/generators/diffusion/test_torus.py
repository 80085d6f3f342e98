"""New images whose opposite edges continue: windows on a torus, no seam, the same after rolling."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.errors import InputError
from synthscope.generators.diffusion.conditions import Conditions
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.denoiser import SlabDenoiser
from synthscope.generators.diffusion.depth import through_planes
from synthscope.generators.diffusion.field import FieldDenoiser, Scene
from synthscope.generators.diffusion.network import PriorNetwork
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.generators.diffusion.samplers import SOLVERS, sample
from synthscope.generators.diffusion.schedules import schedule
from synthscope.records.generator import Setting

SIGMA = torch.tensor(0.7)
RADIUS = 12
WIDTH = 1.5
"""Of the Gaussian blur whose spectrum the Gaussian data have, in pixels."""


@pytest.fixture(params=[0, 1], ids=["image", "slab"])
def network(request) -> SlabDenoiser:
    configuration = NetworkConfiguration(context=request.param, widths=(8, 16), blocks=1)
    torch.manual_seed(0)
    net = PriorNetwork(configuration).eval().requires_grad_(False)
    for parameter in net.parameters():
        parameter.normal_(0, 0.08)
    return SlabDenoiser(net, configuration)


def torus(shape: tuple[int, ...], *, periodic: bool = True) -> Scene:
    return Scene(torch.zeros(1, *shape), torch.ones(shape, dtype=torch.bool), torch.zeros(4), periodic=periodic)


def noise(shape: tuple[int, ...], seed: int = 2) -> Tensor:
    return torch.randn(1, 1, *shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("sides", [(192, 192), (64, 320), (256, 128)])
def test_rolling_the_noise_by_the_distance_of_windows_rolls_the_image(network, sides):
    shape = (2, *sides)
    field = FieldDenoiser(network, torus(shape), 128)
    tops = sorted({w.top for w in field.windows})
    lefts = sorted({w.left for w in field.windows})
    step = tuple(n // len(starts) for n, starts in zip(sides, (tops, lefts), strict=True))
    assert all(n % part == 0 for n, part in zip(sides, step, strict=True))
    assert any(n != part for n, part in zip(sides, step, strict=True))
    x = noise(shape)
    rolled = field(torch.roll(x, step, dims=(3, 4)), SIGMA)
    torch.testing.assert_close(rolled, torch.roll(field(x, SIGMA), step, dims=(3, 4)), rtol=0, atol=2e-6)


@pytest.mark.parametrize("sides", [(40, 40), (37, 150), (300, 64)])
def test_every_size_can_be_closed_and_every_voxel_is_made(network, sides):
    made = FieldDenoiser(network, torus((1, *sides)), 128)(noise((1, *sides)), SIGMA)
    assert made.shape == (1, 1, 1, *sides)
    assert torch.isfinite(made).all()
    assert (made != 0).all()


class Blurred:
    """The exact denoiser of Gaussian data with the spectrum of blurred noise, as a convolution inside its window."""

    configuration = NetworkConfiguration(widths=(8,))

    def __call__(self, noisy: Tensor, sigma: Tensor, conditions: Conditions) -> Tensor:
        del conditions
        power = spectrum(64)
        wiener = np.fft.ifft2(power / (power + float(sigma[0]) ** 2)).real
        kernel = np.roll(wiener, (RADIUS, RADIUS), (0, 1))[: 2 * RADIUS + 1, : 2 * RADIUS + 1]
        weights = torch.from_numpy(kernel.copy()).to(noisy.dtype)[None, None]
        return F.conv2d(noisy[:, 0], weights, padding=RADIUS)


def spectrum(n: int) -> np.ndarray:
    """Power spectrum of the data, variance 0.25."""
    f = np.fft.fftfreq(n)
    blur = np.exp(-((2 * np.pi * WIDTH) ** 2) * (f[:, None] ** 2 + f**2))
    return blur / blur.mean() * 0.25


@cache
def gaussian_fields(*, periodic: bool) -> np.ndarray:
    """Make 48 fields of 48 x 48 in one go: slices that know nothing of each other."""
    shape = (48, 48, 48)
    field = FieldDenoiser(Blurred(), torus(shape, periodic=periodic), 128)
    *_, last = sample(field, noise(shape), schedule("edm", 24, 0.02), SOLVERS["heun"], draw=torch.zeros)
    return last.x[0, 0].numpy().astype(float)


def test_the_covariance_of_a_gaussian_field_goes_on_across_the_edges():
    made = gaussian_fields(periodic=True)
    wanted = np.fft.ifft2(spectrum(64)).real
    for lag in (0, 1, 2, 4):
        for axis in (1, 2):
            product = np.moveaxis(made * np.roll(made, lag, axis), axis, 0)
            across = product[:lag].mean() if lag else product.mean()
            inside = product[lag:].mean()
            assert inside == pytest.approx(wanted[lag, 0], abs=0.02)
            assert across == pytest.approx(wanted[lag, 0], abs=0.035)


def seam_ratio(made: np.ndarray) -> float:
    """Mean squared step across the edges over that between all other neighbours, along rows and columns."""
    ratios = []
    for axis in (1, 2):
        steps = np.moveaxis((made - np.roll(made, 1, axis)) ** 2, axis, 0)
        ratios.append(steps[0].mean() / steps[1:].mean())
    return float(np.mean(ratios))


def test_the_step_across_the_edges_is_one_between_neighbours_and_not_without_the_torus():
    assert seam_ratio(gaussian_fields(periodic=True)) == pytest.approx(1, abs=0.1)
    assert seam_ratio(gaussian_fields(periodic=False)) > 1.8


def test_what_was_pulled_back_is_the_transpose_on_a_torus_too(network):
    shape = (1, 40, 40)
    field = FieldDenoiser(network, torus(shape), 128)
    x, towards, change = noise(shape, 1), noise(shape, 3), noise(shape, 4)
    step = 1e-2
    moved = (field(x + step * change, SIGMA) - field(x - step * change, SIGMA)) / (2 * step)
    pulled = field.pull_back(x, SIGMA, towards)
    assert float((moved * towards).sum()) == pytest.approx(float((pulled * change).sum()), rel=2e-2)


def test_a_stack_whose_edges_continue_is_made_slice_by_slice():
    setting = Setting("synthesize", 8, (1.0, 1.0, 1.0), "µm", False, {"context": 0})
    assert through_planes(setting, PriorParameters())
    assert not through_planes(setting, PriorParameters(periodic=True))
    with pytest.raises(InputError, match="set planes to xy"):
        through_planes(setting, PriorParameters(periodic=True, planes="all"))
