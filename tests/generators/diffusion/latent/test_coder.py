"""Cells: what is known of them leaks from nowhere, pieces agree with one look, latents are whitened."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from synthscope.errors import InputError
from synthscope.generators.coding import fields as coding
from synthscope.generators.coding.autoencoder import Autoencoder
from synthscope.generators.coding.configuration import CELL, CoderConfiguration
from synthscope.generators.coding.fields import whole_cells
from synthscope.generators.coding.reconstruction import fine_power_ratio, reconstruction_loss
from synthscope.generators.diffusion.conditions import ABSENT
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.latent.coder import Coder
from synthscope.generators.diffusion.latent.configuration import LatentConfiguration
from synthscope.generators.units import signal_to_noise
from synthscope.records.documents import from_json, to_json


@pytest.fixture
def coder() -> Coder:
    """An autoencoder with random weights everywhere, so that every path is felt."""
    configuration = LatentConfiguration(
        NetworkConfiguration(widths=(8, 16)), CoderConfiguration(encoder=16, decoder=(16, 8)), (0.1,) * 4, (0.7,) * 4
    )
    torch.manual_seed(0)
    network = Autoencoder(configuration.coder).requires_grad_(False)
    for parameter in network.parameters():
        parameter.normal_(0, 0.2)
    return Coder(network, configuration)


def picture(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def hole() -> torch.Tensor:
    """A hole whose border runs through cells."""
    mask = torch.zeros(1, 40, 44)
    mask[0, 9:23, 10:30] = 1
    return mask


def test_a_cell_outside_a_hole_is_what_it_is_without_the_hole(coder):
    pixels, mask = picture(1, 1, 40, 44), hole()
    latents, cells = coder.encode_known(pixels * (mask == 0), mask)
    known = (cells == 0)[:, None].expand_as(latents)
    assert torch.equal(latents[known], coder.encode(pixels)[known])


def test_a_cell_is_known_where_all_of_its_pixels_are_and_silent_where_none_is(coder):
    latents, cells = coder.encode_known(picture(1, 1, 40, 44) * (hole() == 0), hole())
    wanted = np.zeros((10, 11))
    wanted[2:6, 2:8] = 1
    assert np.array_equal(cells[0].numpy(), wanted)
    assert not latents[0, :, 3:5, 3:7].any()
    assert latents[0, :, 2, 2].any()


def test_a_slice_that_is_not_there_has_no_known_cell(coder):
    mask = torch.stack([torch.full((8, 8), ABSENT), torch.zeros(8, 8)])[None]
    latents, cells = coder.encode_known(picture(1, 2, 1, 8, 8), mask)
    assert (cells[0, 0] == ABSENT).all()
    assert (cells[0, 1] == 0).all()
    assert not latents[0, 0].any()


def test_pieces_of_a_field_are_decoded_as_in_one_look(coder, monkeypatch):
    latents = picture(4, 2, 30, 41)
    whole = coder.decode(latents.movedim(1, 0)).movedim(0, 1)
    monkeypatch.setattr(coding, "PIECE", 8)
    assert torch.allclose(coder.decode_field(latents, torch.ones(2, 30, 41, dtype=torch.bool)), whole, atol=1e-5)


def test_only_pieces_with_a_wanted_cell_are_decoded(coder, monkeypatch):
    monkeypatch.setattr(coding, "PIECE", 8)
    wanted = torch.zeros(1, 16, 16, dtype=torch.bool)
    wanted[0, 3, 3] = True
    made = coder.decode_field(picture(4, 1, 16, 16), wanted)
    assert made[..., : 8 * CELL, : 8 * CELL].all()
    assert not made[..., 8 * CELL :, :].any()


@pytest.mark.parametrize(("shape", "wanted"), [((1, 5), (4, 8)), ((8, 12), (8, 12))])
def test_sides_become_whole_cells_by_repeating_the_last_pixels(shape, wanted):
    field = picture(2, *shape)
    whole = whole_cells(field)
    assert whole.shape == (2, *wanted)
    assert torch.equal(whole[:, : shape[0], : shape[1]], field)
    assert torch.equal(whole[:, -1, -1], field[:, -1, -1])


def test_a_configuration_survives_json_and_one_whose_parts_do_not_fit_is_refused():
    configuration = LatentConfiguration(NetworkConfiguration(patch=128))
    assert from_json(LatentConfiguration, to_json(configuration)) == configuration
    assert configuration.prior.patch == 32
    with pytest.raises(InputError, match="does not fit"):
        LatentConfiguration(coder=CoderConfiguration(channels=3))


def test_what_is_rebuilt_exactly_keeps_all_power_and_costs_only_its_latents():
    real, mean = picture(3, 1, 32, 32), torch.zeros(3, 4, 8, 8)
    assert fine_power_ratio(real, real) == pytest.approx(1)
    assert reconstruction_loss(real, real, mean, mean).tolist() == [0, 0, 0]


def test_a_blurred_patch_has_lost_fine_power_and_costs_more_than_a_sharp_one():
    real, mean = picture(3, 1, 32, 32), torch.zeros(3, 4, 8, 8)
    blurred = torch.nn.functional.avg_pool2d(real, 3, 1, 1)
    assert fine_power_ratio(blurred, real) < 0.1
    assert (reconstruction_loss(blurred, real, mean, mean) > reconstruction_loss(0.9 * real, real, mean, mean)).all()


def test_the_signal_to_noise_ratio_is_that_of_normalised_values():
    real = torch.zeros(1, 2, 8, 8)
    rebuilt = real + torch.tensor([0.1, 0.2])[None, :, None, None]
    # spread 0.25 and 0.125 of standard deviation 0.5: errors of 0.05 each; 20 log10(2 / 0.05)
    assert signal_to_noise(rebuilt, real, (0.25, 0.125)) == pytest.approx(32.041, abs=1e-3)
