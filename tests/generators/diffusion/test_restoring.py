"""The prior as a restorer: true to what was measured, turned and alternated rightly, refused in sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.generators.diffusion.tiny import prior_of

from synthscope.errors import InputError
from synthscope.generators.diffusion.field import FieldDenoiser, Scene
from synthscope.generators.diffusion.planes import Alternating, Turned
from synthscope.imaging.regridding import averaged, seen_through
from synthscope.records.request import Restoration

SIGMA = torch.tensor(0.7)


def field_of(shape: tuple[int, ...], *, alone: bool = False, window: int = 128) -> FieldDenoiser:
    scene = Scene(torch.zeros(1, *shape), torch.ones(shape, dtype=torch.bool), torch.zeros(4), alone=alone)
    return FieldDenoiser(prior_of(), scene, window)


def noisy(*shape: int, seed: int = 2) -> torch.Tensor:
    return torch.randn(1, 1, *shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("shape", [(3, 24, 32), (2, 20, 27), (2, 24, 150)])
def test_what_is_pulled_back_is_the_derivative_across_windows_and_slices(shape):
    field, x, direction, wanted = field_of(shape), noisy(*shape), noisy(*shape, seed=3), noisy(*shape, seed=4)
    step = 1e-2
    forward = (field(x + step * direction, SIGMA) - field(x - step * direction, SIGMA)) / (2 * step)
    back = field.pull_back(x, SIGMA, wanted)
    assert float((forward * wanted).sum()) == pytest.approx(float((direction * back).sum()), rel=2e-3, abs=1e-2)


def test_a_slice_that_is_shown_alone_does_not_feel_its_neighbours():
    x = noisy(3, 24, 24)
    other = x.clone()
    other[:, :, 2] = 0
    for alone in (True, False):
        field = field_of((3, 24, 24), alone=alone)
        assert torch.equal(field(x, SIGMA)[:, :, 1], field(other, SIGMA)[:, :, 1]) is alone


@pytest.mark.parametrize(("plane", "order"), [("xy", (0, 1, 2)), ("xz", (1, 0, 2)), ("yz", (2, 0, 1))])
def test_a_turned_prior_sees_the_other_plane(plane, order):
    x = noisy(16, 24, 32)
    sides = tuple(x.shape[2 + axis] for axis in order)
    field = field_of(sides)
    turned = x[0, 0].permute(order)[None, None].contiguous()
    back = tuple(order.index(axis) for axis in range(3))
    assert torch.equal(Turned(field, plane)(x, SIGMA)[0, 0], field(turned, SIGMA)[0, 0].permute(back))
    pulled = Turned(field, plane).pull_back(x, SIGMA, x)[0, 0]
    assert torch.equal(pulled, field.pull_back(turned, SIGMA, turned)[0, 0].permute(back))


def test_planes_take_turns_by_the_noise_level_alone():
    calls = []

    class Named:
        def __init__(self, name: int) -> None:
            self.name = name

        def __call__(self, x, _sigma):
            calls.append(self.name)
            return x

        def pull_back(self, x, _sigma, _cotangent):
            calls.append(self.name)
            return x

    planes = Alternating((Named(0), Named(1), Named(2)), (8.0, 4.0, 2.0, 1.0))
    for level in (8.0, 4.0, 4.0, 2.0, 1.0, 1.01):
        planes(noisy(1, 2, 2), torch.tensor(level))
    planes.pull_back(noisy(1, 2, 2), torch.tensor(4.0), noisy(1, 2, 2))
    assert calls == [0, 1, 1, 2, 0, 0, 1]


@pytest.mark.parametrize("guidance", ["moments", "projection", "pseudoinverse"])
@pytest.mark.parametrize(("wanted", "factors"), [
    (Restoration("upscale", 2, sample=True), (1, 2, 2, 1)),
    (Restoration("isotropic", 3, sample=True), (3, 1, 1, 1)),
    (Restoration("upscale", 2), (1, 2, 2, 1)),
])  # fmt: skip
def test_finer_voxels_average_to_the_measured_ones(make, make_inputs, guidance, wanted, factors):
    inputs = make_inputs("restore", "stack", "float32")
    inputs = replace(inputs, source=inputs.source[:3, :16, :16], restoration=wanted)
    made = make("prior", inputs, 3, guidance=guidance, steps=4)
    assert made.shape == tuple(n * f for n, f in zip(inputs.source.shape, factors, strict=True))
    low, high = made.min(), made.max()
    clipped = np.isin(made, (low, high)).mean()
    residual = np.abs(averaged(made, factors) - inputs.source)
    assert np.median(residual) < 1e-5 * np.ptp(inputs.source)  # but for blocks that were kept in range
    assert (residual < 1e-4).mean() > 0.7 or clipped > 0.1


@pytest.mark.parametrize("guidance", ["moments", "projection", "pseudoinverse"])
def test_finer_voxels_are_seen_as_the_measured_ones_through_the_point_spread_function(make, make_inputs, guidance):
    inputs = make_inputs("restore", "stack", "float32")
    step = inputs.space.voxel_size[1]
    wanted = Restoration("upscale", 2, sample=True, psf=1.2 * step)
    source = inputs.source[:2, :16, :16]
    made = make("prior", replace(inputs, source=source, restoration=wanted), 3, guidance=guidance, steps=4)
    assert made.shape == (2, 32, 32, source.shape[-1])
    sigma = 1.2 * 2 / 2.3548
    residual = np.abs(seen_through(made, (1, 2, 2, 1), (0.0, sigma, sigma, 0.0)) - source)
    clipped = np.isin(made, (made.min(), made.max())).mean()
    assert np.median(residual) < 1e-2 * np.ptp(source) or clipped > 0.1
    assert np.median(residual) < 0.5 * np.median(np.abs(averaged(made, (1, 2, 2, 1)) - source))


def test_the_mean_is_one_look_and_the_same_for_every_seed(make, make_inputs):
    inputs = make_inputs("restore", "plane", "uint16")
    inputs = replace(inputs, restoration=replace(inputs.restoration, sample=False))
    assert np.array_equal(make("prior", inputs, 1), make("prior", inputs, 2))


@pytest.mark.parametrize(("wanted", "word"), [
    (None, "restored"), (Restoration("denoise"), "noise"), (Restoration("isotropic", 0), "factor"),
])  # fmt: skip
def test_what_cannot_be_restored_is_refused_in_a_sentence(make, make_inputs, wanted, word):
    with pytest.raises(InputError, match=word):
        make("prior", replace(make_inputs("restore", "plane", "uint8"), restoration=wanted))


@pytest.mark.parametrize(("kind", "psf"), [("upscale", -1.0), ("upscale", float("inf")), ("denoise", 1.0)])
def test_a_point_spread_function_that_cannot_be_is_refused(kind, psf):
    with pytest.raises(InputError, match="point-spread"):
        Restoration(kind, 2, psf=psf)


@pytest.mark.parametrize(("factor", "noise"), [(-1, 0.0), (17, 0.0), (2, -1.0), (2, float("nan"))])
def test_numbers_that_cannot_be_are_refused(factor, noise):
    with pytest.raises(InputError, match="give"):
        Restoration("upscale", factor, noise)
