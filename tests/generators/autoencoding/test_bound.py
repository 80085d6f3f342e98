"""The evidence lower bound: against closed forms, never above the evidence, and its parts one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats

from synthscope.generators.autoencoding.bound import active, divergence, freed, log_likelihood, weight


def test_the_divergence_is_that_of_two_normal_distributions():
    mean, deviation = torch.tensor([0.0, 1.5, -0.3]), torch.tensor([1.0, 0.5, 2.0])
    q = torch.distributions.Normal(mean, deviation)
    known = torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0))
    assert torch.allclose(divergence(mean, 2 * deviation.log()), known, atol=1e-6)


def test_the_likelihood_is_the_density_of_a_gaussian_with_a_variance_for_each_channel():
    rng = np.random.default_rng(0)
    pixels, rebuilt = rng.normal(size=(2, 3, 2, 4, 5))
    variance = np.array([0.3, 1.7])
    known = stats.norm.logpdf(pixels, rebuilt, np.sqrt(variance)[:, None, None]).sum(axis=(1, 2, 3))
    assert np.allclose(log_likelihood(*map(torch.from_numpy, (pixels, rebuilt, variance))), known)


@pytest.mark.parametrize("off", [(0.0, 1.0), (0.4, 1.0), (0.0, 0.5)], ids=["exact", "mean", "variance"])
def test_the_bound_of_a_linear_gaussian_model_is_its_evidence_less_the_posteriors_divergence(off):
    """x = w z + noise: p(x) = N(0, w^2 + s^2) and p(z | x) are known (Bishop 2006, Section 12.2)."""
    shift, narrower = off
    w, s2, x = 1.3, 0.2, 0.9
    posterior_variance = 1 / (1 + w * w / s2)
    posterior_mean = posterior_variance * w * x / s2
    q_mean, q_variance = posterior_mean + shift, posterior_variance * narrower
    noise = torch.from_numpy(stats.norm.ppf((np.arange(200_000) + 0.5) / 200_000))
    z = q_mean + math.sqrt(q_variance) * noise
    item = (-1, 1, 1, 1)
    pixels = torch.full_like(z, x).reshape(item)
    likelihood = log_likelihood(pixels, (w * z).reshape(item), torch.tensor([s2], dtype=torch.float64)).mean()
    bound = likelihood - divergence(torch.tensor(q_mean), torch.tensor(q_variance).log())
    evidence = stats.norm.logpdf(x, 0, math.sqrt(w * w + s2))
    q, p = (torch.distributions.Normal(m, math.sqrt(v)) for m, v in
            ((q_mean, q_variance), (posterior_mean, posterior_variance)))  # fmt: skip
    gap = float(torch.distributions.kl_divergence(q, p))
    assert float(bound) == pytest.approx(evidence - gap, abs=2e-4)


def test_free_bits_count_no_channel_below_them_and_leave_the_others_as_they_are():
    terms = torch.tensor([0.1, 0.5, 2.0]).reshape(1, 3, 1, 1).repeat(4, 1, 2, 3).requires_grad_()
    assert float(freed(terms, 0.0).detach()) == pytest.approx(6 * 2.6, rel=1e-6)
    counted = freed(terms, 0.5)
    assert float(counted.detach()) == pytest.approx(6 * (0.5 + 0.5 + 2.0), rel=1e-6)
    counted.backward()
    felt = terms.grad.sum(dim=(0, 2, 3))
    assert felt[0] == 0  # free: nothing pushes it to its prior
    assert felt[2] == pytest.approx(6)


def test_the_weight_rises_evenly_over_the_warm_up_and_stays():
    weights = [weight(4.0, 0.5, step, 100) for step in (0, 25, 50, 99)]
    assert weights == [0.0, 2.0, 4.0, 4.0]
    assert weight(1.0, 0.0, 0, 100) == 1.0


def test_a_channel_is_in_use_where_its_posterior_mean_varies_by_more_than_a_hundredth():
    means = torch.from_numpy(np.random.default_rng(0).standard_normal((8, 3, 16, 16)))
    scaled = means * torch.tensor([1.0, 0.11, 0.09]).reshape(3, 1, 1) + 5  # variances 1, 0.0121, 0.0081
    assert active(scaled).tolist() == [True, True, False]
