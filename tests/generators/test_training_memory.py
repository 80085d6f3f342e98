"""What trainings of every family take, foretold without torch, against what torch then allocates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.generators.grains import grain_data, grains, run
from tests.generators.heights import height_of
from torch import nn

from synthscope.generators.adversarial.configuration import DcganConfiguration
from synthscope.generators.adversarial.dcgan import DcganDiscriminator, DcganGenerator
from synthscope.generators.adversarial.examining import LOOKED_AT
from synthscope.generators.adversarial.style.configuration import StyleConfiguration, widths_for
from synthscope.generators.adversarial.style.course import StyleRivals
from synthscope.generators.autoencoding import trainer as vae
from synthscope.generators.autoencoding.configuration import WIDTHS, VaeConfiguration
from synthscope.generators.autoencoding.network import Autoencoder as VaeNetwork
from synthscope.generators.autoencoding.quantised import trainer as vqvae
from synthscope.generators.autoencoding.quantised.configuration import LEVELS, QuantisedConfiguration
from synthscope.generators.autoencoding.quantised.network import QuantisedAutoencoder
from synthscope.generators.coding.autoencoder import Autoencoder
from synthscope.generators.coding.configuration import CoderConfiguration
from synthscope.generators.diffusion import trainer as prior
from synthscope.generators.diffusion.latent import costs as latent_costs
from synthscope.generators.diffusion.network import count_parameters
from synthscope.generators.registry import find_spec, list_generators
from synthscope.generators.schooling.costs import BESIDE, EXAMINED
from synthscope.generators.training import Budget
from synthscope.records.generator import Taught
from synthscope.worker import resolve

CODES = LEVELS["4375"]
RGB: dict[str, Any] = {"mean": (0.0,) * 3, "spread": (1.0,) * 3}
SLICES = 4


def dcgan_networks(configuration: DcganConfiguration) -> nn.Module:
    return nn.ModuleList([DcganGenerator(configuration), DcganDiscriminator(configuration)])


def style_networks(configuration: StyleConfiguration) -> nn.Module:
    return StyleRivals(configuration, (1.0,) * configuration.channels)


NETWORKS = [
    (VaeNetwork, VaeConfiguration()),
    (VaeNetwork, VaeConfiguration(3, 5, WIDTHS["XS"], mixing=2, classes=4, **RGB)),
    (Autoencoder, CoderConfiguration()),
    (Autoencoder, CoderConfiguration(3, 12, 16, (24, 16), 1)),
    (QuantisedAutoencoder, QuantisedConfiguration()),
    (QuantisedAutoencoder, QuantisedConfiguration(CoderConfiguration(3, 5), CODES, (16, 24), classes=2, **RGB)),
    (dcgan_networks, DcganConfiguration()),
    (dcgan_networks, DcganConfiguration(3, 10, **RGB)),
    (style_networks, StyleConfiguration()),
    (style_networks, StyleConfiguration(3, widths_for("XS", 48), 16, 2, classes=2, patch=48, **RGB)),
]


@pytest.mark.parametrize(("build", "configuration"), NETWORKS, ids=lambda one: type(one).__name__)
def test_the_numbers_of_networks_are_counted_without_building_them(build, configuration):
    assert configuration.numbers == count_parameters(build(configuration))


TRAININGS = [
    pytest.param("vae", {"batch": 32, "size": "XS"}, 1, id="vae: mostly a batch"),
    pytest.param("vae", {"batch": 2, "patch": 96, "size": "XS"}, 3, id="vae: mostly a look"),
    pytest.param("vqvae", {"batch": 32, "size": "XS"}, 3, id="vqvae: mostly what is kept"),
    pytest.param("vqvae", {"batch": 8, "size": "XS", "codes": "4375"}, 1, id="vqvae: mostly odds"),
    pytest.param("dcgan", {"batch": 64, "width": 8}, 1, id="dcgan: mostly a batch"),
    pytest.param("dcgan", {"batch": 2, "width": 48}, 3, id="dcgan: mostly copies of the networks"),
    pytest.param("stylegan", {"batch": 16, "size": "XS"}, 1, id="stylegan: with penalties"),
    pytest.param("stylegan", {"batch": 16, "size": "XS", "penalty": 0.0}, 1, id="stylegan: without penalties"),
    pytest.param("stylegan", {"batch": 2, "patch": 32, "size": "M"}, 3, id="stylegan: mostly copies of the networks"),
    pytest.param("latent-prior", {"batch": 64, "patch": 64, "size": "XS"}, 1, id="latent-prior: mostly rebuilding"),
    pytest.param("latent-prior", {"batch": 2, "patch": 128, "size": "XS"}, 1, id="latent-prior: mostly looks"),
    pytest.param("latent-prior", {"batch": 2, "patch": 64}, 1, id="latent-prior: mostly copies of the networks"),
]


@pytest.mark.parametrize(("generator", "choices", "channels"), TRAININGS)
def test_the_memory_of_a_training_is_within_a_factor_of_one_and_a_half_of_what_is_allocated(
    generator: str, choices: Mapping[str, Any], channels: int, tmp_path
) -> None:
    spec = find_spec(generator)
    assert spec.training is not None
    training, made = spec.training(**choices), resolve(generator)
    side = training.patch + 8
    block, unseen = (grains((SLICES, side, side, channels), seed) for seed in range(2))
    data = replace(grain_data(), train=(block,), held_out=(unseen,))
    taken = height_of(lambda: run(made.train(data, training, Budget(2.0, 2), 0, tmp_path, "cpu")))
    foretold = spec.training_memory(Taught(channels, SLICES), training) - BESIDE
    assert foretold / 1.5 < taken < foretold * 1.5


MORE: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "prior": ({"batch": 256}, {"patch": 96}, {"size": "S"}, {"blocks": 2}),
    "latent-prior": ({"batch": 256}, {"patch": 256}, {"size": "S"}, {"blocks": 2}, {"latents": 8}),
    "vae": ({"batch": 256}, {"patch": 96}, {"size": "S"}),
    "vqvae": ({"batch": 256}, {"patch": 96}, {"size": "S"}, {"codes": "4375"}),
    "dcgan": ({"batch": 256}, {"width": 64}),
    "stylegan": ({"batch": 256}, {"patch": 96}, {"size": "S"}, {"penalty": 1.0}),
}
LEAST: Mapping[str, Mapping[str, Any]] = {"dcgan": {"width": 32}, "stylegan": {"size": "XS", "penalty": 0.0}}


@pytest.mark.parametrize(("generator", "choices"), [(name, one) for name, more in MORE.items() for one in more])
def test_a_larger_batch_patch_or_network_takes_more(generator: str, choices: Mapping[str, Any]) -> None:
    spec = find_spec(generator)
    assert spec.training is not None
    least = spec.training(**({"batch": 128} | dict(LEAST.get(generator, {"size": "XS"}))))
    more = replace(least, **choices)
    assert spec.training_memory(Taught(1, 1), more) > spec.training_memory(Taught(1, 1), least)
    assert spec.training_memory(Taught(3, 1), more) > spec.training_memory(Taught(1, 1), more)


def test_the_size_of_a_network_alone_takes_more_for_its_copies():
    for generator in ("prior", "latent-prior", "vae", "vqvae", "stylegan"):
        spec = find_spec(generator)
        assert spec.training is not None
        taken = [spec.training_memory(Taught(1, 1), spec.training(size=size, batch=2)) for size in ("XS", "S", "M")]
        assert taken == sorted(set(taken))


def test_every_generator_that_trains_a_network_of_its_own_says_what_that_takes():
    found = [row.spec for row in list_generators() if row.spec is not None]
    own = {spec.id: spec for spec in found if spec.training is not None and not spec.trains_adapter}
    assert set(own) == set(MORE)
    for spec in own.values():
        assert spec.training is not None
        assert spec.training_memory(Taught(1, 1), spec.training()) > BESIDE


def test_looks_are_counted_for_as_many_patches_as_are_looked_at():
    assert {LOOKED_AT, vae.LOOKED_AT, vqvae.LOOKED_AT, prior.LOOKED_AT} == {EXAMINED}
    assert latent_costs.SHOWN == prior.SHOWN
