"""The likelihood through the probability-flow ODE is the known one."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.diffusion.likelihood import bits_per_dimension, exact_trace, hutchinson, log_likelihood
from synthscope.generators.diffusion.schedules import Schedule

LOW, HIGH = 0.02, 800.0
"""At 80 the mean of the data, which the Gaussian at the top leaves out, still costs 0.04 nats."""
MEAN = torch.tensor([0.3, -0.2, 0.1, 0.0], dtype=torch.float64)
ROOT = torch.tensor(np.linalg.cholesky(0.25 * 0.6 ** np.abs(np.subtract.outer(range(4), range(4)))))
COVARIANCE = ROOT @ ROOT.T


def levels(steps: int) -> Schedule:
    return Schedule((*(float(v) for v in np.geomspace(HIGH, LOW, steps)), 0.0))


def gaussian(x: Tensor, sigma: Tensor) -> Tensor:
    gain = COVARIANCE @ torch.linalg.inv(COVARIANCE + sigma**2 * torch.eye(4, dtype=torch.float64))
    return MEAN + (x - MEAN) @ gain.T


def density(x: Tensor) -> Tensor:
    noisy = COVARIANCE + LOW**2 * torch.eye(4, dtype=torch.float64)
    return torch.distributions.MultivariateNormal(MEAN, noisy).log_prob(x)


def normal(shape: tuple[int, ...], seed: int) -> Tensor:
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


def test_correlated_pixels_have_their_exact_likelihood():
    x = MEAN + normal((20, 4), 1) @ ROOT.T
    got = log_likelihood(gaussian, x, levels(400), 0.5, exact_trace)
    torch.testing.assert_close(got, density(x), rtol=0, atol=0.03)


def test_the_error_falls_with_the_square_of_the_steps():
    x = MEAN + 0.3 * normal((8, 4), 3)
    errors = [
        float((log_likelihood(gaussian, x, levels(n), 0.5, exact_trace) - density(x)).abs().mean())
        for n in (76, 151, 301)
    ]
    assert 1.7 < math.log2(errors[0] / errors[1]) < 2.3
    assert 1.7 < math.log2(errors[1] / errors[2]) < 2.3


def test_the_estimated_trace_is_unbiased():
    count = 2000
    x = (MEAN + 0.3).expand(count, 4)
    estimates = log_likelihood(gaussian, x, levels(40), 0.5, hutchinson(normal((count, 4), 4).sign()))
    exact = log_likelihood(gaussian, x[:1], levels(40), 0.5, exact_trace)
    assert abs(float(estimates.mean() - exact)) < 5 * float(estimates.std()) / math.sqrt(count)


def test_bits_per_dimension_of_a_standard_normal_mean():
    log_p = torch.tensor(-0.5 * 8 * math.log(2 * math.pi))
    torch.testing.assert_close(bits_per_dimension(log_p, 8), torch.tensor(0.5 * math.log2(2 * math.pi)))
