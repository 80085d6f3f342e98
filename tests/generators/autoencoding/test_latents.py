"""Moves among latents: along one channel only, from end to end, without losing variance."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from synthscope.errors import InputError
from synthscope.generators.autoencoding.configuration import VaeConfiguration
from synthscope.generators.autoencoding.latents import interpolated, renewed, shifted

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


def test_fresh_noise_keeps_the_variance_of_latents():
    torch.manual_seed(0)
    latents, noise = torch.randn(2, 8, 40, 40)
    for strength in (0.0, 0.3, 0.7, 1.0):
        assert float(renewed(latents, noise, strength).var()) == pytest.approx(1.0, abs=0.05)
    assert torch.equal(renewed(latents, noise, 0.0), latents)
    assert torch.equal(renewed(latents, noise, 1.0), noise)
