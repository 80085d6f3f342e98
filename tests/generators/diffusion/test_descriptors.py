"""Mean and phase fraction of new images: asked for, drawn one given the other, steered to, refused in sentences."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

import synthscope_resources
from synthscope.errors import ParameterError
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.descriptors import Asked, asked_of, drawn_descriptors, missed, words_on
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.generators.diffusion.samplers import SOLVERS, sample
from synthscope.generators.diffusion.schedules import schedule
from synthscope.generators.diffusion.steering import Steered, shift_to, steered
from synthscope.generators.registry import find_spec, resolve
from synthscope.records.events import Noted
from synthscope.records.generator import Inputs, Setting
from synthscope.records.space import Space

PATCH = 64
SCALE = (0.0, 200.0)  # -1 and 1: the network's units are half the normalised ones, so that 100 + 200 x are grey values


def configured(table: np.ndarray, classes: tuple[int, ...] = ()) -> NetworkConfiguration:
    return NetworkConfiguration(
        descriptors=tuple(map(tuple, table.tolist())), descriptor_classes=classes, patch=PATCH, spread=(1.0,),
        classes=max(classes, default=0),
    )  # fmt: skip


def linked(seed: int, rho: float = 0.9, count: int = 256) -> np.ndarray:
    """Means N(0, 0.2^2) and phase fractions N(0.5, 0.1^2), correlated."""
    covariance = [[0.2**2, rho * 0.02], [rho * 0.02, 0.1**2]]
    return np.random.default_rng(seed).multivariate_normal([0.0, 0.5], covariance, count)


CONFIGURATION = configured(linked(0))


@pytest.mark.parametrize("label", [0, 1, 2])
@pytest.mark.parametrize("side", [16, 64, 500])
def test_what_is_not_asked_for_is_drawn_as_ever(side, label):
    """The formula that results made so far were drawn by."""
    table = linked(1)
    classes = tuple(1 + i % 2 for i in range(len(table)))
    drawn = drawn_descriptors(configured(table, classes), side**2, np.random.default_rng(7), label)
    rows = table[np.array(classes) == label] if label else table
    centre = rows.mean(axis=0)
    expected = centre + (rows[np.random.default_rng(7).integers(len(rows))] - centre) * min(PATCH / side, 1.0)
    assert drawn.tolist() == np.array([expected[0], 1, expected[1], 1], np.float32).tolist()


@pytest.mark.parametrize("rho", [-0.8, 0.0, 0.95])
@pytest.mark.parametrize("fraction", [0.3, 0.5, 0.62, 0.85])
def test_the_mean_is_drawn_as_that_of_patches_with_the_fraction(rho, fraction):
    """Of a bivariate Gaussian the conditional mean and spread are known; 0.85 lies beyond all patches."""
    drawn = [
        drawn_descriptors(configured(linked(seed, rho)), PATCH**2, np.random.default_rng(i), 0, Asked(None, fraction))
        for seed in range(40) for i in range(25)
    ]  # fmt: skip
    means = np.array(drawn)[:, 0]
    spread = 0.2 * math.sqrt(1 - rho**2)
    assert means.mean() == pytest.approx(rho * 2 * (fraction - 0.5), abs=0.2 * spread + 0.01)
    assert means.std() == pytest.approx(spread, rel=0.15)
    assert {(one[1], one[2], one[3]) for one in drawn} == {(1.0, np.float32(fraction), 1.0)}


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), mean=st.floats(-2, 2), side=st.integers(8, 2000))
def test_the_fraction_that_goes_with_a_mean_is_one_and_the_same_for_a_seed(seed, mean, side):
    drawn = [
        drawn_descriptors(CONFIGURATION, side**2, np.random.default_rng(seed), 0, Asked(mean, None)) for _ in (0, 1)
    ]
    assert np.array_equal(*drawn)
    assert drawn[0][0] == np.float32(mean)
    assert 0 <= drawn[0][2] <= 1


def test_of_a_large_image_what_goes_with_the_fraction_hardly_varies():
    def spread(side: int) -> float:
        rngs = map(np.random.default_rng, range(60))
        return float(np.std([drawn_descriptors(CONFIGURATION, side**2, rng, 0, Asked(None, 0.6))[0] for rng in rngs]))

    assert spread(10 * PATCH) == pytest.approx(spread(PATCH) / 10, rel=1e-3)


def test_what_is_drawn_goes_with_the_class():
    dark, light = linked(2), linked(3) + np.array([1.0, 0.0])
    configuration = configured(np.concatenate([dark, light]), (1,) * 256 + (2,) * 256)
    for label, centre in ((1, 0.0), (2, 1.0)):
        drawn = drawn_descriptors(configuration, PATCH**2, np.random.default_rng(0), label, Asked(None, 0.5))
        assert drawn[0] == pytest.approx(centre, abs=0.4)


def test_patches_that_are_all_alike_tell_what_goes_with_anything():
    drawn = drawn_descriptors(
        configured(np.tile([[0.1, 0.4]], (9, 1))), PATCH**2, np.random.default_rng(0), 0, Asked(None, 0.7)
    )
    assert drawn.tolist() == np.array([0.1, 1, 0.7, 1], np.float32).tolist()


def test_both_are_told_as_they_were_asked_for_and_nothing_where_nothing_is_known():
    asked = asked_of(PriorParameters(mean=150.0, phase_fraction=0.3), CONFIGURATION, SCALE)
    assert asked == Asked(0.25, 0.3)
    assert drawn_descriptors(CONFIGURATION, 1, np.random.default_rng(0), 0, asked).tolist() == [
        0.25, 1, np.float32(0.3), 1,
    ]  # fmt: skip
    assert not drawn_descriptors(NetworkConfiguration(), 1, np.random.default_rng(0)).any()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, ()),
        ({"phase_fraction": 0.5}, ("(values above 100) 0.5 was asked for; patches of 64 px",)),
        ({"phase_fraction": 1.0}, ("1 was asked for, but patches", "a guess")),
        ({"mean": 100.0}, ()),
        ({"mean": 260.0}, ("A mean of 260 was asked for, but", "a guess")),
        ({"mean": 190.0, "phase_fraction": 0.4}, ("0.4 was asked for;", "190 does not go with it")),
        ({"mean": 110.0, "phase_fraction": 0.52}, ("0.52 was asked for;",)),
    ],
)
def test_what_was_not_learned_is_said_with_its_range(asked, words):
    said = " ".join(words_on(PriorParameters(**asked), CONFIGURATION, SCALE))
    assert all(word in said for word in words)
    assert bool(said) == bool(words)
    assert ("guess" in said) == any("guess" in word or "does not" in word for word in words)
    low, high = (f"{100 + 200 * end:.4g}" for end in (linked(0)[:, 0].min(), linked(0)[:, 0].max()))
    assert (f"have {low} to {high}" in said) == (asked == {"mean": 260.0})


@pytest.mark.parametrize("mean", [1000.0, -900.0])
def test_a_mean_far_from_all_is_refused_in_a_sentence(mean):
    with pytest.raises(ParameterError, match=rf"Mean is {mean:g}; .*: give a value there or near"):
        words_on(PriorParameters(mean=mean), CONFIGURATION, SCALE)


@pytest.mark.parametrize(("asked", "name"), [({"mean": 1.0}, "mean"), ({"phase_fraction": 0.5}, "phase fraction")])
def test_a_model_that_knows_no_descriptors_refuses(asked, name):
    with pytest.raises(ParameterError, match=f"does not know the {name} .*; leave it empty, or choose"):
        words_on(PriorParameters(**asked), NetworkConfiguration(), SCALE)


def test_the_plan_says_it_by_the_card_and_nothing_before_there_is_a_model():
    architecture = {"descriptors": linked(0).tolist(), "patch": PATCH}
    setting = Setting("synthesize", 1, (1.0, 1.0, 1.0), "px", architecture=architecture, scale=lambda: SCALE)
    parameters, assumes = PriorParameters(phase_fraction=0.5), find_spec("prior").assumes
    assert assumes(setting, parameters) == words_on(parameters, CONFIGURATION, SCALE)
    assert assumes(setting, PriorParameters()) == ()
    assert assumes(replace(setting, architecture={}), parameters) == ()


def test_what_came_out_otherwise_is_said():
    parameters = PriorParameters(phase_fraction=0.3, mean=100.0)
    assert missed(parameters, {"phase_fraction": 0.35, "mean": 110.0}, CONFIGURATION, SCALE) == ()
    said = missed(parameters, {"phase_fraction": 0.52, "mean": 140.0}, CONFIGURATION, SCALE)
    assert "0.3 was asked for and 0.52 came out" in said[0]
    assert "100 was asked for and 140 came out" in said[1]


@pytest.mark.parametrize("fraction", [0.05, 0.4, 0.9])
@pytest.mark.parametrize("r", [0.02, 0.5])
def test_the_shift_is_that_of_a_gaussian(fraction, r):
    """Values N(0.1, 0.3^2), each known to r, lie above t after a shift of t - 0.1 + sqrt(0.3^2 + r^2) Phi^-1(f)."""
    values = torch.from_numpy(norm.ppf((np.arange(100_000) + 0.5) / 100_000, 0.1, 0.3)).view(1, 200, 500)
    expected = 0.2 - 0.1 + math.hypot(0.3, r) * norm.ppf(fraction)
    assert shift_to(values, fraction, 0.2, r) == pytest.approx(expected, abs=2e-3)
    alike = torch.full((1, 4, 4), 0.1)
    assert shift_to(alike, fraction, 0.2, r) == pytest.approx(0.1 + r * norm.ppf(fraction), abs=1e-4)


def white(x: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
    """Denoise pixels N(0, 0.5^2) exactly."""
    return x * (0.25 / (0.25 + sigma**2))


def made(asked: Asked, solver: str = "heun", channels: int = 1) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)

    def draw(shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    levels = schedule("edm", 40, 0.02)
    *_, last = sample(steered(white, asked, 0.1), draw((1, channels, 1, 128, 128)), levels, SOLVERS[solver], draw=draw)
    return last.x


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("mean", [-0.4, 0.3])
def test_a_mean_is_reached_and_nothing_else_changes(solver, mean):
    """Of white Gaussian pixels only the mean is another: below `LEAST` it goes 4 % of its way back."""
    pixels, free = made(Asked(mean, None), solver), made(Asked(), solver)
    assert float(pixels.mean()) == pytest.approx(mean, abs=0.08 * abs(mean) + 0.01)
    assert torch.allclose(pixels - pixels.mean(), free - free.mean(), atol=1e-6)


@pytest.mark.parametrize("fraction", [0.1, 0.4, 0.8])
def test_a_phase_fraction_is_reached(fraction):
    assert float((made(Asked(None, fraction)) > 0.1).double().mean()) == pytest.approx(fraction, abs=0.02)


def test_only_the_first_channel_is_moved_and_what_is_not_asked_for_stays():
    both, free = made(Asked(0.3, None), channels=2), made(Asked(), channels=2)
    assert torch.equal(both[:, 1], free[:, 1])
    assert steered(white, Asked(), 0.0) is white
    assert isinstance(steered(white, Asked(0.0, None), 0.0), Steered)  # a mean of 0 is asked for too


@pytest.fixture(scope="module")
def bundled() -> str:
    return str(Path(synthscope_resources.__file__).parent / "models" / "rock-soil")


def figures(model: str, seed: int, **asked: float) -> tuple[dict[str, float], np.ndarray]:
    inputs = Inputs("synthesize", Space("zyxc"), size=(1, 64, 64), model=model)
    job, noted = resolve("prior").generate(inputs, PriorParameters(steps=6, **asked), seed), Noted()
    while True:
        try:
            event = next(job)
        except StopIteration as stop:
            return dict(noted.figures), stop.value
        noted = event if isinstance(event, Noted) else noted


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_bundled_soil_comes_out_about_as_it_was_asked_for(bundled, seed, scale):
    """With guidance by what is told too. It is the threshold of the card that tells the phases apart."""
    threshold = 133 + 122 * (-0.133727 - 0.041284 * 0.459104 / 0.5)  # of the card, from 11 to 255 as -1 to 1
    for fraction in (0.2, 0.6):
        found, pixels = figures(bundled, seed, phase_fraction=fraction, condition_scale=scale)
        assert found["phase_fraction"] == pytest.approx(fraction, abs=0.06)
        assert (pixels > threshold).mean() == pytest.approx(found["phase_fraction"], abs=1e-4)
    found, pixels = figures(bundled, seed, mean=90.0, condition_scale=scale)
    assert found["mean"] == pytest.approx(90, abs=3)
    assert pixels.mean() == pytest.approx(found["mean"], abs=1e-3)


def test_an_image_that_was_not_asked_for_in_numbers_tells_none(bundled):
    assert figures(bundled, 0)[0] == {}
