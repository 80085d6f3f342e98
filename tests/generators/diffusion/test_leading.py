"""How known voxels lead a fill: the network is told nothing, known voxels stay exact, and the contract holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.generators.diffusion.tiny import prior_of

from synthscope.generators.diffusion.costs import prior_cost
from synthscope.generators.diffusion.field import FieldDenoiser, Scene
from synthscope.generators.diffusion.leading import led
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.generators.diffusion.prior import DiffusionPrior
from synthscope.generators.diffusion.samplers import SOLVERS, sample
from synthscope.generators.diffusion.schedules import schedule
from synthscope.generators.diffusion.travel import Travel
from synthscope.records.events import Preview, Progress
from synthscope.records.generator import Workload

LEADS = ("moments", "projection", "pseudoinverse")
SIGMA = torch.tensor(0.7)
every_lead = pytest.mark.parametrize("lead", LEADS)
every_kind = pytest.mark.parametrize("kind", ["plane", "stack", "colour"])


def scene_of(unknown: np.ndarray, **more: bool) -> Scene:
    known = torch.randn(1, *unknown.shape, generator=torch.Generator().manual_seed(1))
    mask = torch.from_numpy(unknown)
    return replace(Scene(known * ~mask, mask, torch.zeros(4), told=False), **more)


def hole_in(*shape: int) -> np.ndarray:
    unknown = np.zeros(shape, bool)
    unknown[shape[0] // 2, 30:40, 30:44] = True
    return unknown


def noisy(shape: tuple[int, ...], seed: int = 2) -> torch.Tensor:
    return torch.randn(1, 1, *shape, generator=torch.Generator().manual_seed(seed))


def test_a_network_that_is_told_nothing_makes_the_same_of_the_same_noise_whatever_is_known():
    scene, x = scene_of(hole_in(1, 96, 160)), noisy((1, 96, 160))
    field = FieldDenoiser(prior_of(0), scene, 128)
    other = FieldDenoiser(prior_of(0), replace(scene, known=scene.known + 1), 128)
    (window,) = field.windows
    seen = (..., window.rows, window.columns)
    assert torch.equal(field(x, SIGMA)[seen], other(x, SIGMA)[seen])
    assert (field(x, SIGMA)[seen] != scene.known[seen]).all()
    assert torch.equal(field(x, SIGMA)[..., 120:], scene.known[None][..., 120:])  # beyond its windows


@pytest.mark.parametrize(("context", "alone", "slices"), [(0, False, [2]), (1, False, [1, 2, 3]), (1, True, [2])])
def test_windows_lie_in_the_slices_that_the_network_sees_beside_a_hole(context, alone, slices):
    scene = scene_of(hole_in(5, 64, 64), alone=alone)
    assert sorted({window.z for window in FieldDenoiser(prior_of(context), scene, 128).windows}) == slices


@pytest.mark.parametrize("shape", [(3, 64, 64), (1, 64, 200)])
def test_what_is_pulled_back_is_the_derivative_of_known_voxels_too(shape):
    unknown = hole_in(*shape)
    unknown[0, 20:50, 4:-4] = True
    field, x = FieldDenoiser(prior_of(1), scene_of(unknown), 128), noisy(shape)
    direction, wanted, step = noisy(shape, 3), noisy(shape, 4), 1e-2
    forward = (field(x + step * direction, SIGMA) - field(x - step * direction, SIGMA)) / (2 * step)
    back = field.pull_back(x, SIGMA, wanted)
    assert float((forward * wanted).sum()) == pytest.approx(float((direction * back).sum()), rel=2e-3, abs=1e-2)


@every_lead
@pytest.mark.parametrize("window", [64, 128])
def test_known_voxels_go_their_exact_way_from_noise_at_every_step(lead, window):
    unknown = np.zeros((1, 64, 150), bool)
    unknown[0, 20:44, 20:130] = True  # more than a window of 64 px holds
    scene, n = scene_of(unknown), noisy(unknown.shape)
    noise, levels = n + scene.known / 5, schedule("edm", 5, 0.02, 5.0)
    denoiser = led(lead, FieldDenoiser(prior_of(0), scene, window), scene)
    there = ~scene.unknown
    for step in sample(denoiser, noise, levels, SOLVERS["heun"], draw=torch.zeros):
        expected = scene.known[None] + step.sigma * n
        assert (step.x - expected)[..., there].abs().max() < 1e-5
        assert torch.equal(step.denoised[..., there], scene.known[None][..., there])
        assert torch.isfinite(step.x).all()


@every_lead
def test_what_is_known_changes_what_is_made_though_the_network_is_not_told(lead):
    scene, x = scene_of(hole_in(1, 72, 72)), noisy((1, 72, 72))
    other = replace(scene, known=scene.known + 0.5 * ~scene.unknown)
    first, second = (
        next(iter(sample(
            led(lead, FieldDenoiser(prior_of(0), one, 128), one), x + one.known, schedule("edm", 4, 0.02, 1.0),
            SOLVERS["heun"], draw=torch.zeros,
        ))).x[..., scene.unknown]
        for one in (scene, other)
    )  # fmt: skip
    assert (first != second).all()


@every_lead
@every_kind
@pytest.mark.parametrize("dtype", ["uint16", "float32"])
def test_the_contract_holds_however_known_voxels_lead(make, make_inputs, lead, kind, dtype):
    inputs = make_inputs("inpaint", kind, dtype)
    made = make("prior", inputs, 7, lead=lead)
    assert made.shape == inputs.source.shape
    assert made.dtype == inputs.source.dtype
    assert inputs.limits[0][0] <= made.min() <= made.max() <= inputs.limits[0][1]
    assert np.array_equal(made[~inputs.mask], inputs.source[~inputs.mask])
    soiled = inputs.source.copy()
    soiled[inputs.mask] = np.nan if dtype == "float32" else np.iinfo(dtype).max
    assert made.tobytes() == make("prior", replace(inputs, source=soiled), 7, lead=lead).tobytes()
    assert made.tobytes() != make("prior", inputs, 8, lead=lead).tobytes()
    assert made.tobytes() != make("prior", inputs, 7).tobytes()


@every_lead
def test_a_stack_is_led_through_all_planes(make, make_inputs, lead):
    inputs = make_inputs("inpaint", "stack", "uint16")
    inputs = replace(inputs, space=replace(inputs.space, voxel_size=(1.0, 1.0, 1.0, 1.0)))
    made = make("prior", inputs, 3, lead=lead, planes="all")
    assert np.array_equal(made[~inputs.mask], inputs.source[~inputs.mask])
    assert made.tobytes() != make("prior", inputs, 3, lead=lead, planes="xy").tobytes()


def test_repeats_count_with_projection_alone_and_the_lead_with_fills_alone(make, make_inputs):
    inputs = make_inputs("inpaint", "plane", "uint16")
    once, twice = (make("prior", inputs, 3, lead="projection", travel_repeats=n) for n in (1, 2))
    assert once.tobytes() != twice.tobytes()
    once, twice = (make("prior", inputs, 3, travel_repeats=n) for n in (1, 2))
    assert once.tobytes() == twice.tobytes()
    inputs = make_inputs("vary", "plane", "uint16")
    assert make("prior", inputs, 3, lead="projection").tobytes() == make("prior", inputs, 3).tobytes()


def test_time_travel_tells_how_far_it_is_and_ends_where_it_is_closed(make_inputs, equip):
    inputs = equip("prior", make_inputs("inpaint", "plane", "uint8"))
    parameters = PriorParameters(steps=5, lead="projection", travel_length=2, travel_repeats=3)
    events = list(DiffusionPrior().generate(inputs, parameters, 0))
    moves = len(Travel(2, 3).route(5))
    told = [event.text for event in events if isinstance(event, Progress) and event.text.startswith("Step")]
    assert told == [f"Step {n + 1} of {moves}" for n in range(moves)]
    assert sum(isinstance(event, Preview) for event in events) == moves
    job = DiffusionPrior().generate(inputs, parameters, 0)
    while not isinstance(next(job), Preview):
        pass
    job.close()
    with pytest.raises(StopIteration):
        next(job)


def test_the_estimate_counts_ways_back_through_the_network_and_repeats():
    def cost(**more):
        return prior_cost(Workload("inpaint", (1, 256, 256, 1), 64**2, 1, 1), PriorParameters(**more))

    plain, steps = cost(), PriorParameters().steps
    looks = {lead: (cost(lead=lead, travel_repeats=1).seconds - 1) / (plain.seconds - 1) for lead in LEADS}
    assert looks == pytest.approx({"moments": 5, "projection": 1, "pseudoinverse": 3})
    again = (cost(lead="projection", travel_length=4, travel_repeats=6).seconds - 1) / (plain.seconds - 1)
    assert again == pytest.approx(len(Travel(4, 6).route(steps)) / steps)
    assert cost(lead="projection").memory < plain.memory + 256**2 * 20  # a few fields more, no more of the network
    assert cost(lead="pseudoinverse").memory > plain.memory + 64**2 * 1000
    deep = Workload("inpaint", (9, 256, 256, 1), 64**2, 1, 1)  # taken for three slices, and the ones beside them
    ratio = prior_cost(deep, PriorParameters(lead="projection", travel_repeats=1)).seconds - 1
    assert ratio / (prior_cost(deep, PriorParameters()).seconds - 1) == pytest.approx(5 / 3)
