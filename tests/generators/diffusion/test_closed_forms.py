"""Samplers against distributions whose exact denoiser is known: Gaussian data and a Gaussian mixture."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from synthscope.errors import ParameterError
from synthscope.generators.diffusion.formulations import FORMULATIONS, ddpm_sigmas
from synthscope.generators.diffusion.samplers import SOLVERS, Ancestral, sample
from synthscope.generators.diffusion.schedules import Schedule, schedule
from synthscope.generators.diffusion.travel import Travel

MEAN = torch.tensor([0.4, -0.3], dtype=torch.float64)
COVARIANCE = torch.tensor([[0.30, 0.18], [0.18, 0.20]], dtype=torch.float64)
STOCHASTIC = ("edm-stochastic", "ddpm", "euler-maruyama", "predictor-corrector")


def gaussian(x: Tensor, sigma: Tensor) -> Tensor:
    """E[x0 | x] for x0 ~ N(MEAN, COVARIANCE): the mean of a product of Gaussians."""
    gain = COVARIANCE @ torch.linalg.inv(COVARIANCE + sigma**2 * torch.eye(2, dtype=torch.float64))
    return MEAN + (x - MEAN) @ gain.T


def mixture(x: Tensor, sigma: Tensor) -> Tensor:
    """E[x0 | x] for one third at -1 and two thirds at +1, each with standard deviation 0.1."""
    centres = torch.tensor([-1.0, 1.0], dtype=torch.float64)
    variance = 0.1**2 + sigma**2
    logits = torch.log(torch.tensor([1 / 3, 2 / 3], dtype=torch.float64)) - (x - centres) ** 2 / (2 * variance)
    means = centres + 0.1**2 / variance * (x - centres)
    return (logits.softmax(dim=-1) * means).sum(dim=-1, keepdim=True)


def run(denoiser, size: int, name: str, solver: str, steps: int, seed: int = 0, width: int = 2) -> Tensor:
    generator = torch.Generator().manual_seed(seed)

    def draw(shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    *_, last = sample(denoiser, draw((size, width)), schedule(name, steps), SOLVERS[solver], draw=draw)
    assert last.sigma == 0
    return last.x


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("name", FORMULATIONS)
def test_every_solver_on_every_schedule_reproduces_a_gaussian(name, solver):
    n = 4000
    made = run(gaussian, n, name, solver, 200)
    error = (made.mean(dim=0) - MEAN).abs() / (COVARIANCE.diagonal() / n).sqrt()
    assert error.max() < 4.5  # standard errors of a mean of n
    spread = COVARIANCE.diagonal().sqrt()
    off = (torch.cov(made.T) - COVARIANCE).abs() / torch.outer(spread, spread)
    assert off.max() < 4.5 * math.sqrt(2 / n) + 0.06  # sampling, and the steps' own error


@pytest.mark.parametrize("solver", SOLVERS)
def test_every_solver_keeps_the_weights_and_widths_of_a_mixture(solver):
    n = 3000
    made = run(mixture, n, "edm", solver, 120, width=1)[:, 0]
    right = made > 0
    assert abs(right.double().mean() - 2 / 3) < 4 * math.sqrt(2 / 9 / n) + 0.02
    for side, centre in ((right, 1.0), (~right, -1.0)):
        assert abs(made[side].mean() - centre) < 0.02
        assert abs(made[side].std() - 0.1) < 0.015


@pytest.mark.parametrize(("solver", "order"), [("euler", 1.0), ("heun", 2.0), ("dpm-solver", 2.0)])
def test_orders_of_convergence_are_those_of_the_methods(solver, order):
    noise = torch.randn((64, 2), generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    errors, counts = [], [16, 32, 64, 128, 256]
    # the exact solution of the probability-flow ODE: each principal axis shrinks by itself
    values, axes = torch.linalg.eigh(COVARIANCE)
    first = schedule("edm", 8).sigmas[0]
    start = (noise * first - MEAN) @ axes
    exact = MEAN + (start * (values / (values + first**2)).sqrt()) @ axes.T
    for steps in counts:
        *_, last = sample(gaussian, noise, schedule("edm", steps), SOLVERS[solver], draw=torch.zeros)
        errors.append(float((last.x - exact).square().mean().sqrt()))
    slope = -np.polyfit(np.log(counts), np.log(errors), 1)[0]
    assert slope == pytest.approx(order, abs=0.25)


def test_dpm_solver_is_nearer_than_heun_at_the_same_number_of_looks():
    """Fine texture has little power: its axis shrinks where a few steps cross its spread (here 0.01 of 0.5)."""
    fine = torch.tensor([0.5, 0.005], dtype=torch.float64) ** 2

    def denoiser(x: Tensor, sigma: Tensor) -> Tensor:
        return fine / (fine + sigma**2) * x

    noise = torch.ones((1, 2), dtype=torch.float64)
    exact = 80 * (fine / (fine + 80**2)).sqrt()
    errors = {}
    for solver, steps in (("heun", 18), ("dpm-solver", 36)):
        levels = schedule("edm", steps, 0.0005)
        *_, last = sample(denoiser, noise, levels, SOLVERS[solver], draw=torch.zeros)
        errors[solver] = float((last.x / exact - 1).abs().max())
    assert errors["dpm-solver"] < 0.3 * errors["heun"]


def test_dpm_solver_forgets_what_was_before_noise_was_put_back():
    seen = []

    def watched(move):
        seen.append(move.before is None)
        return SOLVERS["dpm-solver"](move)

    levels, travel = schedule("edm", 8), Travel(2, 2)
    list(sample(gaussian, torch.zeros(1, 2, dtype=torch.float64), levels, watched, draw=torch.zeros, travel=travel))
    route = travel.route(8)
    assert seen == [i == 0 or level <= route[i - 1] for i, level in enumerate(route)]


def test_ddim_without_noise_is_eulers_method():
    assert torch.allclose(run(gaussian, 8, "ddpm", "ddim", 20), run(gaussian, 8, "ddpm", "euler", 20), atol=1e-12)


def test_ancestral_steps_are_those_of_ddpm():
    """Ho et al. 2020, Eq. 7, written out for one step in its own coordinates."""
    levels = ddpm_sigmas()
    before, after = levels[500], levels[499]
    alpha_bar, alpha_bar_after = 1 / (1 + before**2), 1 / (1 + after**2)
    beta = 1 - alpha_bar / alpha_bar_after
    x = torch.tensor([[0.7, -0.2]], dtype=torch.float64)
    fresh = torch.tensor([[0.3, 1.1]], dtype=torch.float64)
    denoised = gaussian(x, before)
    x_t = alpha_bar.sqrt() * x
    mean = alpha_bar_after.sqrt() * beta / (1 - alpha_bar) * denoised + (
        (1 - beta).sqrt() * (1 - alpha_bar_after) / (1 - alpha_bar) * x_t
    )
    variance = (1 - alpha_bar_after) / (1 - alpha_bar) * beta
    expected = (mean + variance.sqrt() * fresh) / alpha_bar_after.sqrt()
    levels = Schedule((float(before), float(after), 0.0))
    step = next(sample(gaussian, x / before, levels, Ancestral(eta=1.0), draw=lambda _shape: fresh))
    assert torch.allclose(step.x, expected, atol=1e-10)


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_sample_depends_on_its_own_noise_alone(solver):
    """Image 3 of a batch is the one made alone, when it is given the same noise."""

    def made(rows: slice) -> Tensor:
        generator = torch.Generator().manual_seed(5)

        def draw(_shape):
            return torch.randn((6, 2), generator=generator, dtype=torch.float64)[rows]

        *_, last = sample(gaussian, draw(()), schedule("edm", 12), SOLVERS[solver], draw=draw)
        return last.x

    assert torch.allclose(made(slice(0, 6))[3], made(slice(3, 4))[0], atol=1e-12)


@pytest.mark.parametrize("name", FORMULATIONS)
def test_preconditioning_turns_the_exact_network_into_the_exact_denoiser(name):
    """The F that makes D exact for N(0, sigma_data^2) data, put through the factors, gives it back."""
    formulation, sd = FORMULATIONS[name], 0.5
    sigma = torch.logspace(-2, 1.5, 20, dtype=torch.float64)
    parts = formulation.preconditioning(sigma, sd)
    x = torch.linspace(-2, 2, 20, dtype=torch.float64)
    wanted = sd**2 / (sd**2 + sigma**2) * x
    network = (wanted - parts.c_skip * x) / parts.c_out
    assert torch.allclose(parts.c_skip * x + parts.c_out * network, wanted)
    assert (formulation.weight(sigma, sd) > 0).all()


def test_edm_gives_the_network_inputs_and_targets_of_unit_variance():
    """Karras et al. 2022, Appendix B.6."""
    sd, sigma = 0.5, torch.logspace(-2.5, 1.8, 30, dtype=torch.float64)
    parts = FORMULATIONS["edm"].preconditioning(sigma, sd)
    assert torch.allclose(parts.c_in**2 * (sd**2 + sigma**2), torch.ones_like(sigma))
    target = ((1 - parts.c_skip) ** 2 * sd**2 + parts.c_skip**2 * sigma**2) / parts.c_out**2
    assert torch.allclose(target, torch.ones_like(sigma))
    assert torch.allclose(FORMULATIONS["edm"].weight(sigma, sd) * parts.c_out**2, torch.ones_like(sigma))


def test_flow_matching_is_its_own_straight_path():
    """x_t = (1 - t) x0 + t n, and D = x_t - t v with v = n - x0."""
    t = torch.linspace(0.05, 0.95, 10, dtype=torch.float64)
    x0, n = torch.tensor(0.3, dtype=torch.float64), torch.tensor(-1.2, dtype=torch.float64)
    sigma = t / (1 - t)
    parts = FORMULATIONS["flow"].preconditioning(sigma, 0.5)
    x = x0 + sigma * n
    assert torch.allclose(parts.c_in * x, (1 - t) * x0 + t * n)
    assert torch.allclose(parts.c_skip * x + parts.c_out * (n - x0), x0.expand(10))


@pytest.mark.parametrize("name", FORMULATIONS)
def test_levels_drawn_for_training_cover_what_samplers_visit(name):
    uniform = torch.linspace(0.0005, 0.9995, 4001, dtype=torch.float64)
    drawn = FORMULATIONS[name].draw_sigma(uniform)
    assert (drawn.diff() >= 0).all()
    assert torch.isfinite(drawn).all()
    visited = schedule(name, 50).sigmas
    assert drawn.min() < 20 * visited[-2]
    assert drawn.max() > 0.1 * visited[0]


def test_edm_draws_log_normal_levels():
    """Karras et al. 2022, Table 1: ln sigma ~ N(-1.2, 1.2^2)."""
    drawn = FORMULATIONS["edm"].draw_sigma(torch.tensor([0.158655, 0.5, 0.841345], dtype=torch.float64)).log()
    assert torch.allclose(drawn, torch.tensor([-2.4, -1.2, 0.0], dtype=torch.float64), atol=1e-4)


@given(st.sampled_from(sorted(FORMULATIONS)), st.integers(2, 200), st.floats(0.03, 5.0))
def test_schedules_fall_to_zero_within_their_ends_and_can_begin_anywhere(name, steps, sigma):
    levels = schedule(name, steps, 0.02, 5.0)
    assert levels.steps == steps
    assert 0.0199 < levels.sigmas[-2] <= levels.sigmas[0] < 5.001
    part = levels.below(sigma)
    assert part.sigmas[0] == sigma
    assert part.steps <= steps + 1


@pytest.mark.parametrize(("name", "steps"), [("edm", 1), ("ddpm", 1001), ("karras", 20)])
def test_a_schedule_that_cannot_be_is_refused_in_a_sentence(name, steps):
    with pytest.raises(ParameterError, match=r"choose one of|give 2 to"):
        schedule(name, steps)


@pytest.mark.parametrize("ends", [(0.002, 80.0), (0.02, 5.0), (0.02, 0.3)])
def test_more_steps_than_ddpm_has_levels_between_the_ends_are_refused_with_how_many_there_are(ends):
    """Ho et al. 2020, Section 4: a thousand values of beta, evenly from 1e-4 to 0.02."""
    alpha = np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))
    sigma = np.sqrt((1 - alpha) / alpha)
    count = int(((sigma >= ends[0]) & (sigma <= ends[1])).sum())
    every = schedule("ddpm", count, *ends)
    assert every.sigmas[:-1] == pytest.approx(sorted(sigma[(sigma >= ends[0]) & (sigma <= ends[1])], reverse=True))
    with pytest.raises(ParameterError, match=rf"Steps is {count + 1} .* at most {count}, or choose another schedule"):
        schedule("ddpm", count + 1, *ends)


def test_where_there_is_hardly_a_level_between_the_ends_another_schedule_is_advised_and_no_number_of_steps():
    with pytest.raises(ParameterError, match=r"has 1 level between 0.02 and 0.025; choose another schedule"):
        schedule("ddpm", 12, 0.02, 0.025)


@pytest.mark.parametrize("levels", [(1.0, 2.0, 0.0), (2.0, 2.0, 0.0), (2.0, 1.0), (0.0,)])
def test_levels_that_do_not_fall_to_zero_are_refused(levels):
    with pytest.raises(ParameterError, match="must fall"):
        Schedule(levels)
