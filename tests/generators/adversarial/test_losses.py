"""Losses and penalties of the two rivals, against what is known in closed form."""

from __future__ import annotations

import math

import pytest
import torch

from synthscope.generators.adversarial.losses import gradient_penalty, relativistic, saturation_free


def test_undecided_rivals_pay_the_published_values():
    zero = torch.zeros(3)
    for loss, value in zip(saturation_free(zero, zero), (2 * math.log(2), math.log(2)), strict=True):
        assert loss.tolist() == pytest.approx([value] * 3)  # Goodfellow et al. 2014, Theorem 1: -log 4
    for loss in relativistic(zero, zero):
        assert loss.tolist() == pytest.approx([math.log(2)] * 3)


def test_the_generators_gradient_does_not_vanish_where_the_discriminator_is_sure():
    made = torch.full((1,), -30.0, requires_grad=True)
    for lossy in (saturation_free, relativistic):
        _, loss = lossy(torch.zeros(1), made)
        (gradient,) = torch.autograd.grad(loss.sum(), made)
        assert float(gradient) == pytest.approx(-1.0)


def test_the_relativistic_game_knows_differences_only():
    real, made = torch.randn(5), torch.randn(5)
    for here, there in zip(relativistic(real, made), relativistic(real + 7, made + 7), strict=True):
        assert torch.allclose(here, there, atol=1e-5)


def test_the_penalty_of_a_linear_discriminator_is_the_square_of_its_slope():
    slope = torch.randn(1, 4, 4)
    images = torch.randn(3, 1, 4, 4, requires_grad=True)
    logits = (images * slope).flatten(1).sum(dim=1)
    assert torch.allclose(gradient_penalty(logits, images), slope.square().sum().expand(3))


def test_the_penalty_can_be_descended():
    slope = torch.ones(1, 4, 4, requires_grad=True)
    images = torch.randn(2, 1, 4, 4, requires_grad=True)
    gradient_penalty((images * slope).flatten(1).sum(dim=1), images).sum().backward()
    assert torch.allclose(slope.grad, torch.full((1, 4, 4), 4.0))
