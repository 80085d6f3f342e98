"""The network: nothing of its own at borders, fields as in one look, classes that are felt."""

from __future__ import annotations

import pytest
import torch
from tests.generators.autoencoding.textures import untaught, whole

from synthscope.errors import DocumentError, InputError
from synthscope.generators.autoencoding import fields
from synthscope.generators.autoencoding.configuration import CELL, VaeConfiguration
from synthscope.generators.autoencoding.fields import decode, encode, latent_shape
from synthscope.generators.autoencoding.network import KEPT, LEAST, Autoencoder
from synthscope.generators.weights import fill

NONE = torch.zeros(1, dtype=torch.int64)


@pytest.mark.parametrize("size", [(32, 32), (33, 50), (7, 1), (64, 16)])
def test_a_field_of_any_size_is_encoded_and_decoded_at_its_size(size):
    network = untaught(channels=3)
    pixels = torch.randn(3, *size)
    mean, log_variance = whole(encode(network, pixels, NONE))
    assert mean.shape == log_variance.shape == latent_shape(network.configuration, *size)
    assert whole(decode(network, mean, NONE, *size)).shape == (3, *size)


def test_a_field_in_pieces_is_the_field_in_one_look(monkeypatch):
    network, pixels = untaught(), torch.randn(1, 100, 70)
    mean, _ = whole(encode(network, pixels, NONE))
    made = whole(decode(network, mean, NONE, 100, 70))
    monkeypatch.setattr(fields, "PIECE", 2)
    in_pieces, _ = whole(encode(network, pixels, NONE))
    assert torch.allclose(in_pieces, mean, atol=1e-5)
    assert torch.allclose(whole(decode(network, mean, NONE, 100, 70)), made, atol=1e-5)


def test_a_field_is_encoded_as_a_patch_is_in_training():
    network, patch = untaught(), torch.randn(2, 1, 32, 32)
    shape = latent_shape(network.configuration, 32, 32)
    rebuilt, mean, log_variance, _ = network(patch, torch.zeros(2, dtype=torch.int64), torch.zeros(2, *shape))
    for index in range(2):
        found = whole(encode(network, patch[index], NONE))
        assert torch.allclose(found[0], mean[index], atol=1e-5)
        assert torch.allclose(found[1], log_variance[index], atol=1e-5)
        assert torch.allclose(whole(decode(network, found[0], NONE, 32, 32)), rebuilt[index], atol=1e-5)


def test_cells_that_see_nothing_of_an_image_are_as_their_prior_says():
    network = untaught()
    mean, log_variance = whole(encode(network, torch.randn(1, 32, 32), NONE))
    border = torch.ones_like(mean, dtype=torch.bool)
    border[:, 1:-1, 1:-1] = False
    assert network.configuration.margin == 2
    assert not mean[border].any()
    assert not log_variance[border].any()


def test_what_is_made_depends_on_where_latents_lie_and_not_on_the_field_around_them():
    """The decoder knows no border: a field moved by a cell is the same field, moved."""
    network = untaught()
    latents = torch.randn(6, 12, 12)
    made = whole(decode(network, latents, NONE, 128, 128))
    moved = whole(decode(network, latents[:, 1:, 1:], NONE, 112, 112))
    assert torch.allclose(made[:, CELL:, CELL:], moved, atol=1e-5)


def test_a_pixel_depends_on_no_cell_beyond_the_margin():
    network = untaught()
    latents = torch.randn(6, 11, 11)
    other = latents.clone()
    other[:, 5, 5] += 1
    changed = whole(decode(network, latents, NONE, 112, 112)) != whole(decode(network, other, NONE, 112, 112))
    rows = changed.any(dim=2).nonzero()[:, 1]
    reach = network.configuration.margin * CELL
    middle = (5 - network.configuration.margin) * CELL
    assert rows.min() >= middle - reach
    assert rows.max() < middle + CELL + reach
    assert rows.max() - rows.min() > 2 * CELL


def test_the_class_changes_what_is_encoded_and_what_is_decoded():
    network, pixels = untaught(classes=2), torch.randn(1, 32, 32)
    first, second = (torch.tensor([label]) for label in (1, 2))
    means = [whole(encode(network, pixels, label))[0] for label in (NONE, first, second)]
    made = [whole(decode(network, means[0], label, 32, 32)) for label in (NONE, first, second)]
    for values in (means, made):
        assert not torch.allclose(values[0], values[1], atol=1e-3)
        assert not torch.allclose(values[1], values[2], atol=1e-3)


def test_the_decoders_variance_is_its_mean_squared_error_while_it_learns_and_the_running_mean_afterwards():
    network = untaught(channels=2).train()
    shape = latent_shape(network.configuration, 32, 32)
    kept = None
    for _ in range(3):
        pixels = torch.randn(4, 2, 32, 32)
        rebuilt, _, _, variance = network(pixels, torch.zeros(4, dtype=torch.int64), torch.randn(4, *shape))
        found = (rebuilt - pixels).square().mean(dim=(0, 2, 3))
        assert torch.allclose(variance, found)
        count = float(network.steps)
        kept = found if kept is None else kept + max(1 / count, 1 - KEPT) * (found - kept)
    assert torch.allclose(network.variance, kept, atol=1e-6)
    *_, afterwards = network.eval()(pixels, torch.zeros(4, dtype=torch.int64), torch.randn(4, *shape))
    assert torch.equal(afterwards, network.variance)


def test_the_decoders_variance_has_a_floor():
    network = untaught().train()
    for parameter in network.decoder.head.parameters():
        torch.nn.init.zeros_(parameter)
    shape = latent_shape(network.configuration, 32, 32)
    *_, variance = network(torch.zeros(1, 1, 32, 32), NONE, torch.zeros(1, *shape))
    assert float(variance) == pytest.approx(LEAST)


@pytest.mark.parametrize(
    "changed",
    [{"latents": 0}, {"widths": (8, 8, 8, 8, 9)}, {"spread": (0.0,)}, {"order": (0, 0)}, {"mixing": -1}],
)
def test_a_card_that_describes_no_network_is_refused(changed):
    with pytest.raises(InputError, match="card may be damaged"):
        VaeConfiguration(**changed)


def test_weights_of_another_network_are_refused():
    weights = {name: value.numpy() for name, value in untaught(latents=6).state_dict().items()}
    with pytest.raises(DocumentError, match="unchanged copy"):
        fill(Autoencoder(untaught(latents=5).configuration), weights)
