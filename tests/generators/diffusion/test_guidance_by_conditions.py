"""Classifier-free guidance against a mixture whose exact denoiser, with and without the class, is known."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from synthscope.generators.diffusion.conditions import Conditions, unconditional
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.costs import prior_cost
from synthscope.generators.diffusion.denoiser import condition_guided
from synthscope.generators.diffusion.field import FieldDenoiser, Scene
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.generators.diffusion.samplers import SOLVERS, sample
from synthscope.generators.diffusion.schedules import schedule
from synthscope.records.generator import Workload

CENTRES = torch.tensor([-0.6, 0.5], dtype=torch.float64)
SPREADS = torch.tensor([0.1, 0.2], dtype=torch.float64)
SHARES = torch.tensor([1 / 3, 2 / 3], dtype=torch.float64)


def log_density(x: Tensor, sigma: Tensor, label: int) -> Tensor:
    """Log p(x; sigma), of one class or (0) of both."""
    variance = SPREADS**2 + sigma**2
    each = -((x[..., None] - CENTRES) ** 2) / (2 * variance) - 0.5 * torch.log(variance)
    return each[..., label - 1] if label else torch.logsumexp(each + SHARES.log(), dim=-1)


def score(x: Tensor, sigma: Tensor, label: int) -> Tensor:
    with torch.enable_grad():  # a field denoises without
        leaf = x.detach().requires_grad_()
        return torch.autograd.grad(log_density(leaf, sigma, label).sum(), leaf)[0]


class Mixture:
    """The exact denoiser of independent pixels of the mixture: x + sigma^2 grad log p (Tweedie)."""

    configuration = NetworkConfiguration(widths=(8,), classes=2)

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self, noisy: Tensor, sigma: Tensor, conditions: Conditions) -> Tensor:
        self.looks += 1
        rows = zip(noisy[:, 0], sigma, conditions.label, strict=True)
        return torch.stack([x + s**2 * score(x, s, int(label)) for x, s, label in rows])


def told(label: int, batch: int = 3, side: int = 4) -> Conditions:
    nothing = unconditional(torch.ones(batch, 1, side, side, dtype=torch.float64), 1)
    return Conditions(nothing.known, nothing.mask, nothing.descriptors, nothing.plane, nothing.label + label)


def sampled(scale: float, label: int) -> Tensor:
    """Sample 4096 pixels through the field, as the prior does."""
    shape = (1, 64, 64)
    scene = Scene(
        torch.zeros(1, *shape, dtype=torch.float64), torch.ones(shape, dtype=torch.bool), torch.zeros(4), label=label
    )
    field = FieldDenoiser(condition_guided(Mixture(), scale), scene, 128)
    noise = torch.randn(1, 1, *shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    *_, last = sample(field, noise, schedule("edm", 60, 0.01), SOLVERS["heun"], draw=torch.zeros)
    return last.x.flatten()


@pytest.mark.parametrize("label", [1, 2])
def test_a_scale_of_one_samples_the_class_and_none_the_mixture(label):
    mine = sampled(1.0, label)
    assert abs(mine.mean() - CENTRES[label - 1]) < 0.01
    assert abs(mine.std() - SPREADS[label - 1]) < 0.01
    everything = sampled(0.0, label)
    assert abs((everything > 0).double().mean() - SHARES[1]) < 0.03
    assert torch.equal(everything, sampled(0.0, 3 - label))


@pytest.mark.parametrize("scale", [0.0, 0.5, 1.0, 2.5])
@pytest.mark.parametrize("label", [1, 2])
def test_its_score_is_that_of_the_density_times_the_likelihood_to_the_scale(scale, label):
    """Grad log p(x) p(c | x)^w, with p(c | x) = p(x | c) p(c) / p(x)."""
    x = torch.randn(3, 1, 1, 4, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    sigma = torch.full((3,), 0.3, dtype=torch.float64)
    denoised = condition_guided(Mixture(), scale)(x, sigma, told(label))
    found = (denoised - x[:, 0]) / sigma[0] ** 2
    leaf = x[:, 0].clone().requires_grad_()
    whole, mine = log_density(leaf, sigma[0], 0), log_density(leaf, sigma[0], label)
    wanted = torch.autograd.grad((whole + scale * (mine - whole)).sum(), leaf)[0]
    torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("scale", "label", "looks"), [(1.0, 1, 1), (2.0, 1, 2), (2.0, 0, 1)])
def test_it_looks_twice_only_where_something_is_told_and_counts(scale, label, looks):
    mixture = Mixture()
    x = torch.zeros(3, 1, 1, 4, 4, dtype=torch.float64)
    condition_guided(mixture, scale)(x, torch.ones(3, dtype=torch.float64), told(label))
    assert mixture.looks == looks


def test_the_estimate_of_time_counts_both_looks():
    work = Workload("synthesize", (1, 1, 1, 1), 128**2, 2, 1)
    once, twice = (prior_cost(work, PriorParameters(condition_scale=scale)).seconds - 1 for scale in (1.0, 2.0))
    assert twice == pytest.approx(2 * once)
