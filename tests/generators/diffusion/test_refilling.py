"""Held-out holes filled again: what is seen, what is made, what it costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from synthscope.generators.diffusion.conditions import ABSENT
from synthscope.generators.diffusion.configuration import WIDTHS, NetworkConfiguration
from synthscope.generators.diffusion.denoiser import SlabDenoiser
from synthscope.generators.diffusion.field import FieldDenoiser, Scene
from synthscope.generators.diffusion.network import PriorNetwork
from synthscope.generators.diffusion.refilling import (
    FILLS,
    LEAST_PLACES,
    MOST_PLACES,
    SHARE,
    _Slabs,
    places_for,
    refill,
    steps_for,
    window_of,
)
from synthscope.imaging.calibration import coverage, ranks
from synthscope.imaging.normalisation import Normalisation
from synthscope.jobs.drain import drain

SMALL = NetworkConfiguration(context=1, widths=WIDTHS["XS"], patch=32, mean=(100.0,), spread=(10.0,))
PLAIN = Normalisation(-1.0, 1.0)


class Told:
    """In the network's place: the posterior of white noise about what is known nearby, exactly; keeps what it saw."""

    def __init__(self, configuration: NetworkConfiguration) -> None:
        self.configuration = configuration
        self.network = torch.nn.Linear(1, 1)
        self.seen: list = []

    def __call__(self, noisy, sigma, conditions):
        """D(x; sigma) = x sd^2 / (sd^2 + sigma^2) for data N(0, sd^2), sd = 0.5."""
        self.seen.append(conditions)
        variance = 0.25
        part = variance / (variance + sigma.reshape(-1, 1, 1, 1) ** 2)
        return noisy[:, self.configuration.context] * part


def white(rng: np.random.Generator, shape: tuple[int, ...] = (3, 72, 96, 1)) -> np.ndarray:
    return rng.normal(100, 10, shape)


def test_a_prior_that_knows_the_truth_fills_with_the_right_mean_and_spread(rng):
    found = drain(refill(Told(SMALL), [white(rng)], PLAIN, 6, 0))
    assert len(found.real) == len(found.made) == 6
    _, hole = window_of(SMALL)
    assert found.real[0].shape == (3 * hole**2, 1)
    assert found.made[0].shape == (FILLS, 3 * hole**2, 1)
    values = np.concatenate(found.made, axis=1)
    assert values.mean() == pytest.approx(100, abs=0.5)
    assert values.std() == pytest.approx(10, rel=0.05)
    found_ranks = [ranks(real, made, rng) for real, made in zip(found.real, found.made, strict=True)]
    assert coverage(found_ranks, FILLS, 0.9, rng).value == pytest.approx(0.9, abs=0.03)
    assert coverage(found_ranks, FILLS, 0.5, rng).value == pytest.approx(0.5, abs=0.05)


def test_the_hole_is_hidden_and_what_lies_around_is_told(rng):
    told = Told(SMALL)
    drain(refill(told, [white(rng)], PLAIN, 1, 0))
    side, hole = window_of(SMALL)
    conditions = told.seen[0]
    first = slice((side - hole) // 2, (side + hole) // 2)
    assert (conditions.known[..., first, first] == 0).all()
    middle = conditions.mask[1]  # of the middle one of three slices, both neighbours are there
    assert (middle[:, first, first] == 1).all()
    assert int((middle == 1).sum()) == 3 * hole**2
    assert (conditions.mask[0, 0] == ABSENT).all()
    assert (conditions.mask[2, 2] == ABSENT).all()
    assert float(conditions.known[1].std()) > 0.1


def test_many_fills_at_once_are_denoised_as_one_field_by_itself_is(rng):
    denoiser = SlabDenoiser(PriorNetwork(SMALL).eval(), SMALL)
    for weight in denoiser.network.parameters():
        torch.nn.init.normal_(weight, 0, 0.1, generator=torch.Generator().manual_seed(0))
    known = torch.from_numpy(rng.normal(0, 0.5, (3, 1, 24, 24)).astype(np.float32))
    inside = torch.zeros(24, 24, dtype=torch.bool)
    inside[8:16, 8:16] = True
    x = torch.from_numpy(rng.normal(0, 1, (5, 3, 1, 24, 24)).astype(np.float32))
    sigma = torch.tensor(0.7)
    with torch.no_grad():
        together = _Slabs(denoiser, known, inside)(x, sigma)
    scene = Scene((known * ~inside).movedim(1, 0), inside.expand(3, -1, -1), torch.zeros(4))
    field = FieldDenoiser(denoiser, scene, 64)
    alone = field(x[2].movedim(1, 0)[None], sigma)[0].movedim(0, 1)
    torch.testing.assert_close(together[2][..., inside], alone[..., inside], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(together[2][..., ~inside], known[..., ~inside])


def test_places_do_not_overlap_and_there_are_fewer_where_there_is_no_room(rng):
    numbered = np.arange(3 * 48 * 48, dtype=float).reshape(3, 48, 48, 1)
    found = drain(refill(Told(SMALL), [numbered], PLAIN, 24, 0))
    assert len(found.real) == 4
    everything = np.concatenate(found.real)
    assert len(np.unique(everything)) == len(everything)
    assert drain(refill(Told(SMALL), [numbered[:, :20]], PLAIN, 24, 0)).real == ()


def test_the_same_seed_gives_the_same_fills_and_a_thin_block_thinner_ones(rng):
    block = white(rng)
    first, again, other = (drain(refill(Told(SMALL), [block[:2]], PLAIN, 2, seed)) for seed in (1, 1, 2))
    assert first.real[0].shape[0] == 2 * window_of(SMALL)[1] ** 2
    assert all(np.array_equal(a, b) for a, b in zip(first.made, again.made, strict=True))
    assert not np.array_equal(first.made[0], other.made[0])


@pytest.mark.parametrize("context", [0, 1])
def test_it_takes_a_tenth_of_a_training_at_most_or_the_fewest_places(context):
    configuration = replace(SMALL, context=context, patch=64)
    for planned in (1, 500, 2000, 10_000, 10**9):
        places = places_for(configuration, 16, planned)
        assert LEAST_PLACES <= places <= MOST_PLACES
        assert places == LEAST_PLACES or places * steps_for(configuration, 16) <= SHARE * planned
    assert places_for(configuration, 16, 10**9) == MOST_PLACES
