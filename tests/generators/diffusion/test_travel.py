"""Time travel: the published number of moves, nothing changed without it, exact distributions kept with it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from synthscope.errors import ParameterError
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.generators.diffusion.samplers import SOLVERS, Move, sample
from synthscope.generators.diffusion.schedules import schedule
from synthscope.generators.diffusion.travel import ONCE, Travel, travel_of

COVARIANCE = torch.tensor([[0.30, 0.18], [0.18, 0.20]], dtype=torch.float64)


def gaussian(x: Tensor, sigma: Tensor) -> Tensor:
    """E[x0 | x] for x0 ~ N(0, COVARIANCE)."""
    return x @ (COVARIANCE @ torch.linalg.inv(COVARIANCE + sigma**2 * torch.eye(2, dtype=torch.float64))).T


def source(seed: int):
    generator = torch.Generator().manual_seed(seed)
    return lambda shape: torch.randn(shape, generator=generator, dtype=torch.float64)


def test_the_moves_of_repaint_are_as_many_as_its_schedule_has():
    """Lugmayr et al. 2022, Appendix B: T 250, jumps of 10, 10 resamplings; 2 410 looks, counted in its schedule."""
    assert len(Travel(10, 10).route(250)) == 2410


@pytest.mark.parametrize(("travel", "steps", "route"), [
    (ONCE, 4, (0, 1, 2, 3)),
    (Travel(3, 1), 5, (0, 1, 2, 3, 4)),
    (Travel(2, 3), 6, (0, 1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4, 5)),
    (Travel(1, 2), 3, (0, 0, 1, 1, 2)),
    (Travel(9, 2), 4, (0, 1, 2, 0, 1, 2, 3)),
    (Travel(9, 2), 1, (0,)),
])  # fmt: skip
def test_stretches_are_gone_through_one_after_the_other(travel, steps, route):
    assert travel.route(steps) == route


@pytest.mark.parametrize(("length", "repeats"), [(0, 2), (3, 0)])
def test_stretches_of_nothing_are_refused_in_a_sentence(length, repeats):
    with pytest.raises(ParameterError, match="give at least 1"):
        Travel(length, repeats)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("travel", [ONCE, Travel(3, 1)])
def test_once_is_the_plain_loop_bit_for_bit(solver, travel):
    levels, draw, other = schedule("edm", 12), source(3), source(3)
    x = draw((5, 2)) * levels.sigmas[0]
    before = None
    for sigma, after in zip(levels.sigmas, levels.sigmas[1:], strict=False):
        x, denoised = SOLVERS[solver](Move(x, sigma, after, levels.steps, gaussian, draw, before))
        before = (sigma, denoised)
    *_, last = sample(gaussian, other((5, 2)), levels, SOLVERS[solver], draw=other, travel=travel)
    assert torch.equal(last.x, x)


@pytest.mark.parametrize("solver", ["heun", "edm-stochastic", "predictor-corrector"])
def test_an_exact_denoiser_keeps_its_distribution_however_often_it_goes_back(solver):
    n, draw = 4000, source(4)
    steps = list(sample(gaussian, draw((n, 2)), schedule("edm", 60), SOLVERS[solver], draw=draw, travel=Travel(6, 4)))
    assert [step.index for step in steps] == list(range(steps[0].total))
    spread = COVARIANCE.diagonal().sqrt()
    assert (steps[-1].x.mean(dim=0) / spread).abs().max() < 4.5 / n**0.5
    off = (torch.cov(steps[-1].x.T) - COVARIANCE).abs() / torch.outer(spread, spread)
    assert off.max() < 4.5 * (2 / n) ** 0.5 + 0.03  # sampling, and the steps' own error


def test_noise_is_put_back_up_to_the_level_gone_back_to():
    """A denoiser that knows x0 = 0: what is left is noise of each step's own level."""
    n, draw = 20_000, source(5)
    levels, travel = schedule("edm", 8), Travel(2, 3)
    for step in sample(lambda x, _: 0 * x, draw((n, 1)), levels, SOLVERS["euler"], draw=draw, travel=travel):
        assert float(step.x.std()) == pytest.approx(step.sigma, rel=0.03)


def test_only_projection_goes_back():
    assert travel_of(PriorParameters(lead="projection", travel_length=5, travel_repeats=3)) == Travel(5, 3)
    assert {travel_of(PriorParameters(lead=lead)) for lead in ("condition", "moments", "pseudoinverse")} == {ONCE}
