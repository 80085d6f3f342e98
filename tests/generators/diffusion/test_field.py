"""A prior over fields: known voxels are exact, windows agree with one look, cost follows the hole."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.denoiser import SlabDenoiser
from synthscope.generators.diffusion.field import FieldDenoiser, Scene
from synthscope.generators.diffusion.network import PriorNetwork

SIGMA = torch.tensor(0.7)


@pytest.fixture(params=[0, 1], ids=["image", "slab"])
def denoiser(request) -> SlabDenoiser:
    """A small network with random weights everywhere, so that every path is felt."""
    configuration = NetworkConfiguration(context=request.param, widths=(8, 16), blocks=1)
    torch.manual_seed(0)
    network = PriorNetwork(configuration).eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.normal_(0, 0.08)
    return SlabDenoiser(network, configuration)


def scene(unknown: np.ndarray) -> Scene:
    known = torch.randn(1, *unknown.shape, generator=torch.Generator().manual_seed(1))
    mask = torch.from_numpy(unknown)
    return Scene(known * ~mask, mask, torch.zeros(4))


def noisy(shape: tuple[int, ...]) -> torch.Tensor:
    return torch.randn(1, 1, *shape, generator=torch.Generator().manual_seed(2))


def test_known_voxels_come_out_exactly_and_unknown_ones_are_made(denoiser):
    unknown = np.zeros((3, 72, 72), bool)
    unknown[1, 30:40, 30:44] = True
    there = scene(unknown)
    made = FieldDenoiser(denoiser, there, 128)(noisy(unknown.shape), SIGMA)[0, 0]
    assert torch.equal(made[~there.unknown], there.known[0][~there.unknown])
    assert (made[there.unknown] != 0).all()


def test_one_window_that_holds_the_image_is_one_look_of_the_network(denoiser):
    unknown = np.ones((1, 64, 64), bool)
    there, x = scene(unknown), noisy((1, 64, 64))
    made = FieldDenoiser(denoiser, there, 256)(x, SIGMA)
    context = denoiser.configuration.context
    slab = torch.zeros(1, 2 * context + 1, 1, 64, 64)
    slab[:, context] = x[:, :, 0]
    field = FieldDenoiser(denoiser, there, 256)
    _, conditions = field._slabs(x[0], list(field.windows))
    assert torch.allclose(made[:, :, 0], denoiser(slab, SIGMA.expand(1), conditions), atol=1e-6)


def test_windows_agree_with_one_look_far_from_their_borders(denoiser):
    unknown = np.ones((1, 192, 192), bool)
    there, x = scene(unknown), noisy((1, 192, 192))
    whole = FieldDenoiser(denoiser, there, 256)(x, SIGMA)
    tiled = FieldDenoiser(denoiser, there, 128)
    assert len(tiled.windows) > 1
    difference = (whole - tiled(x, SIGMA)).abs()
    assert difference.mean() < 0.1 * whole.std()


@pytest.mark.parametrize("shape", [(1, 37, 53), (2, 5, 70), (1, 8, 8)])
def test_sides_that_are_no_multiple_of_the_stride_are_whole_in_the_result(denoiser, shape):
    made = FieldDenoiser(denoiser, scene(np.ones(shape, bool)), 128)(noisy(shape), SIGMA)
    assert made.shape == (1, 1, *shape)
    assert torch.isfinite(made).all()


def test_a_slice_is_made_of_its_neighbours_only_where_the_prior_knows_slabs(denoiser):
    unknown = np.zeros((3, 64, 64), bool)
    unknown[1, 20:44, 20:44] = True
    there, x = scene(unknown), noisy((3, 64, 64))
    before = FieldDenoiser(denoiser, there, 128)(x, SIGMA)
    other = x.clone()
    other[:, :, 0] += 1
    after = FieldDenoiser(denoiser, there, 128)(other, SIGMA)
    assert torch.equal(before, after) == (denoiser.configuration.context == 0)


def test_the_same_voxels_are_made_whatever_lies_far_away(denoiser):
    unknown = np.zeros((1, 64, 400), bool)
    unknown[0, 24:40, 24:40] = True
    there, x = scene(unknown), noisy(unknown.shape)
    field = FieldDenoiser(denoiser, there, 128)
    assert len(field.windows) == 1
    far = x.clone()
    far[..., 300:] = 9
    assert torch.equal(field(x, SIGMA)[..., :200], field(far, SIGMA)[..., :200])
