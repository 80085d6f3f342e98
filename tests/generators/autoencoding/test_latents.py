"""Moves among latents: along one channel only, from end to end, without losing variance."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from tests.generators.autoencoding.textures import untaught

from synthscope.errors import InputError
from synthscope.generators.autoencoding.configuration import VaeConfiguration
from synthscope.generators.autoencoding.latents import interpolated, renewed, shifted
from synthscope.generators.autoencoding.lessons import Lesson
from synthscope.generators.autoencoding.usage import standard, usage_of, within

CONFIGURATION = VaeConfiguration(latents=3, order=(2, 0, 1), usage=(0.5, 0.1, 0.9), latent_spread=(1.0, 0.5, 2.0))


def test_a_shift_moves_the_channel_that_is_named_by_use_and_no_other():
    latents = torch.randn(3, 4, 5)
    moved = shifted(latents, CONFIGURATION, 1, 1.5) - latents
    assert torch.allclose(moved[2], torch.full((4, 5), 3.0))  # the most used one, of spread 2
    assert not moved[:2].any()
    assert torch.allclose(shifted(latents, CONFIGURATION, 3, -1.0)[1], latents[1] - 0.5)
    assert torch.equal(shifted(latents, CONFIGURATION, 0, 0.0), latents)


def test_a_dimension_that_is_not_there_and_a_shift_along_none_are_refused():
    latents = torch.zeros(3, 1, 1)
    with pytest.raises(InputError, match="from 1 to 3, or 0 for none, not 4"):
        shifted(latents, CONFIGURATION, 4, 0.0)
    with pytest.raises(InputError, match="needs a latent dimension"):
        shifted(latents, CONFIGURATION, 0, 1.0)
    unknown = replace(CONFIGURATION, order=(), usage=(), latent_spread=())
    assert shifted(latents, unknown, 2, 1.0)[1].item() == 1


def test_an_interpolation_ends_at_both_images_and_keeps_their_variance_between():
    torch.manual_seed(0)
    first, second = torch.randn(2, 8, 30, 30)
    assert torch.equal(interpolated(first, second, 0.0), first)
    assert torch.equal(interpolated(first, second, 1.0), second)
    second *= first.norm() / second.norm()
    between = interpolated(first, second, 0.5)
    assert float(between.var()) == pytest.approx(1.0, abs=0.03)
    assert float(((first + second) / 2).var()) == pytest.approx(0.5, abs=0.03)  # what a straight line would do
    assert float((between * first).sum()) == pytest.approx(float((between * second).sum()), rel=1e-3)


def test_an_interpolation_between_the_same_or_no_latents_is_a_straight_line():
    latents = torch.randn(2, 3, 3)
    assert torch.allclose(interpolated(latents, latents, 0.3), latents)
    assert not interpolated(torch.zeros(2, 3, 3), torch.zeros(2, 3, 3), 0.3).any()


def test_fresh_latents_keep_mean_and_variance():
    torch.manual_seed(0)
    centre = torch.linspace(-1, 1, 8)
    latents, fresh = torch.randn(2, 8, 40, 40) + centre[:, None, None]
    for strength in (0.0, 0.3, 0.7, 1.0):
        mixed = renewed(latents, fresh, strength, centre)
        assert torch.allclose(mixed.mean(dim=(1, 2)), centre, atol=0.1)
        assert torch.allclose(mixed.var(dim=(1, 2)), torch.ones(8), atol=0.15)
    assert torch.allclose(renewed(latents, fresh, 0.0, centre), latents, atol=1e-6)
    assert torch.allclose(renewed(latents, fresh, 1.0, centre), fresh, atol=1e-6)


def test_the_fitted_prior_has_mean_and_covariance_of_the_latents_and_the_standard_one_none():
    network = untaught(latents=3)
    torch.manual_seed(0)
    pixels, noise = torch.randn(200, 1, 32, 32), torch.zeros(200, 3, 6, 6)
    usage = usage_of(network, Lesson(pixels, torch.zeros(200, dtype=torch.int64), noise))
    with torch.no_grad():
        _, mean, log_variance, _ = network(pixels, torch.zeros(200, dtype=torch.int64), noise)
    latents = within(mean + (log_variance / 2).exp() * torch.randn(mean.shape), network.configuration)
    drawn = usage.prior.at(torch.randn(3, 200, 200)).flatten(1)
    real = latents.movedim(1, 0).flatten(1)
    assert torch.allclose(drawn.mean(dim=1), real.mean(dim=1), atol=0.1)
    assert torch.allclose(torch.cov(drawn), torch.cov(real), atol=0.15 * float(torch.cov(real).abs().max()))
    assert torch.equal(standard(3, torch.device("cpu")).at(noise[0]), noise[0])
    assert torch.allclose(usage.prior.at(torch.randn(3, 2, 2), 0.0), usage.prior.mean[:, None, None].expand(3, 2, 2))
