"""What a training takes, foretold without torch, against what torch then allocates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.generators.grains import grain_data, grains, run
from tests.generators.heights import height_of

from synthscope.generators.diffusion import refilling
from synthscope.generators.diffusion.configuration import WIDTHS, NetworkConfiguration
from synthscope.generators.diffusion.costs import prior_training_memory
from synthscope.generators.diffusion.network import PriorNetwork, count_parameters
from synthscope.generators.diffusion.parameters import PriorTraining
from synthscope.generators.diffusion.trainer import train_prior
from synthscope.generators.schooling import school
from synthscope.generators.schooling.costs import BESIDE
from synthscope.generators.training import Budget
from synthscope.records.generator import Taught

OURS: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "deep": {"blocks": 3, "widths": WIDTHS["XS"]},
    "two levels": {"widths": (16, 16)},
    "of colour, with neighbours, planes, classes and labels": {
        "channels": 3, "context": 2, "planes": True, "classes": 4, "label_values": (0, 1, 2),
        "mean": (0.0,) * 3, "spread": (1.0,) * 3,
    },
}  # fmt: skip


@pytest.mark.parametrize("choices", OURS.values(), ids=OURS)
def test_the_numbers_of_a_network_are_counted_without_building_it(choices):
    configuration = NetworkConfiguration(**choices)
    assert configuration.numbers == count_parameters(PriorNetwork(configuration))


@pytest.mark.parametrize(
    ("training", "channels"),
    [
        pytest.param(PriorTraining(size="XS", patch=32, batch=64), 1, id="mostly a batch"),
        pytest.param(PriorTraining(size="XS", patch=48, batch=4, blocks=2), 3, id="mostly a look"),
        pytest.param(PriorTraining(size="S", patch=32, batch=4), 1, id="mostly copies of the network"),
    ],
)
def test_the_memory_of_a_training_is_within_a_factor_of_one_and_a_half_of_what_is_allocated(
    training, channels, tmp_path, monkeypatch
):
    monkeypatch.setattr(refilling, "LEAST_PLACES", 1)
    monkeypatch.setattr(school, "computes_in_bfloat16", lambda _device: False)  # in which a batch leaves less
    block = grains((4, 64, 72, channels), 0)
    data = replace(grain_data(), train=(block,), held_out=(grains((4, 48, 48, channels), 1),))
    taken = height_of(lambda: run(train_prior(data, training, Budget(2.0, 3), 0, tmp_path, "cpu")))
    foretold = prior_training_memory(Taught(channels, 4), training) - BESIDE
    assert foretold / 1.5 < taken < foretold * 1.5


def test_a_larger_batch_patch_or_network_takes_more():
    least = PriorTraining(size="XS", patch=32, batch=128)
    more = [replace(least, **one) for one in ({"batch": 256}, {"patch": 64}, {"size": "S"}, {"blocks": 2})]
    small = prior_training_memory(Taught(1, 1), least)
    assert all(prior_training_memory(Taught(1, 1), one) > small for one in more)
    assert prior_training_memory(Taught(3, 1), least) > small
    assert prior_training_memory(Taught(1, 8), least) > small
