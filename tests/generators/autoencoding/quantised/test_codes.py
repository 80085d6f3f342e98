"""Codes: every one has its values, values lie on their levels, gradients pass, the unknown says nothing."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from synthscope.generators.autoencoding.quantised.codes import (
    UNKNOWN,
    quantised,
    to_codes,
    to_values,
)
from synthscope.generators.autoencoding.quantised.configuration import LEVELS

SOME = st.lists(st.integers(2, 9), min_size=1, max_size=4).map(tuple)


@given(levels=SOME)
def test_every_code_has_values_of_its_own_and_is_told_from_them(levels):
    codes = torch.arange(math.prod(levels))[:, None, None]
    values = to_values(codes, levels)
    assert torch.equal(to_codes(values, levels), codes)
    assert len(torch.unique(values[:, :, 0, 0], dim=0)) == len(codes)


@given(levels=SOME, seed=st.integers(0, 99))
def test_numbers_are_rounded_to_the_nearest_level_from_minus_one_to_one(levels, seed):
    z = 4 * torch.randn(2, len(levels), 5, 6, generator=torch.Generator().manual_seed(seed))
    values = quantised(z, levels)
    for channel, count in enumerate(levels):
        steps = (values[:, channel] + 1) * (count - 1) / 2
        assert torch.allclose(steps, steps.round(), atol=1e-5)
        assert (steps - (count - 1) * torch.sigmoid(z[:, channel])).abs().max() <= 0.5 + 1e-5
    assert values.abs().max() <= 1
    assert torch.equal(to_values(to_codes(values, levels), levels), values)


def test_the_gradient_passes_the_rounding_as_if_it_were_not_there():
    z = torch.linspace(-3, 3, 7).reshape(1, 1, 1, 7).requires_grad_()
    quantised(z, (5,)).sum().backward()
    sigmoid = torch.sigmoid(z.detach())
    assert torch.allclose(z.grad, 2 * sigmoid * (1 - sigmoid))


def test_an_unknown_code_is_zero_which_tells_nothing():
    codes = torch.tensor([[[3, UNKNOWN], [UNKNOWN, 0]]])
    values = to_values(codes, (4, 3))
    assert not values[0, :, 0, 1].any()
    assert not values[0, :, 1, 0].any()
    assert values[0, :, 1, 1].tolist() == [-1, -1]


@pytest.mark.parametrize(("name", "levels"), LEVELS.items())
def test_a_codebook_holds_as_many_codes_as_it_is_called_by(name, levels):
    assert math.prod(levels) == int(name)
