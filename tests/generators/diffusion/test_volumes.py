"""Volumes from planes: exact for an isotropic Gaussian, alike along every axis, refused where that cannot be."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from torch import Tensor

from synthscope.errors import InputError
from synthscope.generators.diffusion.depth import ASSUMED, assumed, through_planes
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.generators.diffusion.planes import TO_FRONT
from synthscope.generators.diffusion.pooling import ACROSS, PooledAcross, radial_covariance, spectra_of
from synthscope.generators.diffusion.samplers import SOLVERS, sample
from synthscope.generators.diffusion.schedules import schedule
from synthscope.generators.diffusion.volumes import InTurn, volume_steps
from synthscope.imaging.patches import PLANES
from synthscope.records.generator import Setting

SIDE, REACH, VOLUMES = 16, 12, 48
DISTANCES = np.arange(REACH + 1)
COVARIANCE = 0.25 * (0.9 * np.exp(-(DISTANCES**2) / 8) + 0.1 * (DISTANCES == 0))
"""Of an isotropic Gaussian field: smooth, with a tenth of its variance from voxel to voxel."""


class GaussianPlanes:
    """The exact denoiser of every slice across one axis, each by itself."""

    def __init__(self, plane) -> None:
        self.order = TO_FRONT[plane]
        places = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE), indexing="ij")).reshape(2, -1)
        apart = np.sqrt(((places[:, :, None] - places[:, None]) ** 2).sum(axis=0))
        laid = torch.from_numpy(np.interp(apart, DISTANCES, COVARIANCE, right=0.0))
        values, self.vectors = torch.linalg.eigh(laid)
        self.values = values.clamp_min(0)

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        turned = x.permute(self.order)
        waves = turned.flatten(-2).double() @ self.vectors
        clean = (waves * self.values / (self.values + sigma.double() ** 2)) @ self.vectors.T
        return clean.reshape(turned.shape).to(x.dtype).permute([self.order.index(axis) for axis in range(5)])


def draw(shape):
    return torch.randn(shape, generator=draw.generator)


@cache
def made(way: str) -> Tensor:
    """Many volumes (N, 1, Z, Y, X): as the prior makes them, by planes in turn alone, or slice by slice."""
    draw.generator = torch.Generator().manual_seed(3)
    spectra = spectra_of(COVARIANCE[None], (SIDE,) * 3, torch.device("cpu"))
    fields = [GaussianPlanes(plane) for plane in PLANES]
    planes = [PooledAcross(field, spectra, plane) for field, plane in zip(fields, PLANES, strict=True)]
    coarse, fine = schedule("edm", 24, 0.02, 80.0), schedule("edm", 16, 0.02, 1.0)
    shape = (VOLUMES, 1, SIDE, SIDE, SIDE)
    if way == "volume":
        *_, last = volume_steps(fields[0], planes, spectra, coarse, fine, PriorParameters(), draw, shape)
        assert (last.index + 1, last.sigma) == (last.total, 0)
        return last.x
    denoiser = InTurn(fields, coarse.sigmas[:-1]) if way == "turns" else fields[0]
    *_, last = sample(denoiser, draw(shape), coarse, SOLVERS["heun"], draw=draw)
    return last.x


def covariances(x: Tensor) -> np.ndarray:
    """Covariance at lags 0 to 6 along z, y and x: (3, 7)."""
    fields = x[:, 0].double().numpy()

    def at(lag: int, axis: int) -> float:
        return float((np.take(fields, range(SIDE - lag), axis) * np.take(fields, range(lag, SIDE), axis)).mean())

    return np.array([[at(lag, axis) for lag in range(7)] for axis in (1, 2, 3)])


def diagonals(x: Tensor) -> np.ndarray:
    """Covariance two voxels along both axes of each plane."""
    planes = [x[:, 0].permute(0, *(axis - 1 for axis in TO_FRONT[plane][2:])) for plane in PLANES]
    return np.array([float((p[..., :-2, :-2] * p[..., 2:, 2:]).mean()) for p in planes])


def test_the_slices_of_all_planes_have_the_covariance_of_an_isotropic_gaussian():
    found = covariances(made("volume")) / COVARIANCE[0]
    assert np.abs(found - COVARIANCE[:7] / COVARIANCE[0]).max() < 0.06
    diagonal = np.interp(8**0.5, DISTANCES, COVARIANCE)
    assert np.abs(diagonals(made("volume")) - diagonal).max() < 0.06 * COVARIANCE[0]


def test_slices_one_by_one_are_nothing_alike_and_planes_in_turn_alone_are_grey():
    alone = covariances(made("slices"))
    assert np.abs(alone[0, 1:]).max() < 0.05 * COVARIANCE[0] < alone[1, 1]
    assert covariances(made("turns"))[:, 0].max() < 0.6 * COVARIANCE[0]


@pytest.mark.parametrize("lag", [1, 2, 3])
def test_neighbouring_slices_are_as_alike_as_neighbouring_rows(lag):
    z, y, x = covariances(made("volume"))[:, lag] / covariances(made("volume"))[:, 0]
    assert abs(z - (y + x) / 2) < 0.03


@pytest.mark.parametrize("plane", PLANES)
def test_pooling_is_nothing_without_noise_and_leaves_the_mean(plane):
    spectra = spectra_of(COVARIANCE[None], (5, 9, 7), torch.device("cpu"))
    x = torch.randn(2, 1, 5, 9, 7, generator=torch.Generator().manual_seed(0)) + 3
    still = PooledAcross(lambda x, _sigma: x, spectra, plane)
    assert torch.allclose(still(x, torch.tensor(1e-6)), x, atol=1e-4)
    pooled = still(x, torch.tensor(0.5))
    assert not torch.allclose(pooled, x, atol=0.1)
    assert torch.allclose(pooled.mean(dim=(2, 3, 4)), x.mean(dim=(2, 3, 4)), atol=0.2)


@pytest.mark.parametrize("plane", PLANES)
def test_the_spectrum_of_a_plane_is_that_of_its_slices(plane):
    spectra = spectra_of(COVARIANCE[None], (6, 8, 10), torch.device("cpu"))
    laid = torch.fft.ifftn(spectra.volume[0].double()).real
    cut = laid.select(ACROSS[plane], 0)
    expected = torch.fft.fftn(cut).real.unsqueeze(ACROSS[plane])
    assert torch.allclose(spectra.planes[plane][0].double(), expected, atol=1e-5)
    assert float(laid[0, 0, 0]) == pytest.approx(COVARIANCE[0], rel=1e-5)


def test_the_covariance_of_images_is_found_at_every_distance():
    rng = np.random.default_rng(4)
    noise = rng.standard_normal((40, 1, 64, 64))
    smooth = (noise + np.roll(noise, 1, 2) + np.roll(noise, 1, 3) + np.roll(noise, (1, 1), (2, 3))) / 2
    found = radial_covariance(smooth + 5, 8)
    assert found.shape == (1, 9)
    assert found[0, :3] == pytest.approx([1.0, (4 * 0.5 + 4 * 0.25) / 8, 0.0], abs=0.03)


STACK = Setting("inpaint", 5, (0.5, 0.5, 0.5), "µm", architecture={"context": 0})


@pytest.mark.parametrize(("change", "planes", "expected"), [
    ({}, "auto", True), ({}, "xy", False), ({"slices": 1}, "all", False), ({"task": "restore"}, "all", False),
    ({"architecture": {"context": 1}}, "auto", False), ({"architecture": {"context": 1}}, "all", True),
    ({"unit": "pixel"}, "auto", False), ({"unit": "pixel"}, "all", True), ({"unit": "pixel", "task": "synthesize"},
    "auto", True), ({"voxel_size": (1.0, 0.5, 0.5)}, "auto", False), ({"is_series": True}, "auto", False),
])  # fmt: skip
def test_planes_take_part_where_that_is_asked_for_or_sure(change, planes, expected):
    setting, parameters = replace(STACK, **change), PriorParameters(planes=planes)
    assert through_planes(setting, parameters) is expected
    assert assumed(setting, parameters) == ((ASSUMED,) if expected else ())


@pytest.mark.parametrize(("change", "planes", "word"), [
    ({"voxel_size": (1.0, 0.5, 0.5)}, "all", "cubic"), ({"is_series": True}, "all", "time"),
    ({"voxel_size": (1.0, 0.5, 0.5), "task": "synthesize"}, "auto", "set planes to xy"),
])  # fmt: skip
def test_planes_that_cannot_look_alike_are_refused_in_a_sentence(change, planes, word):
    with pytest.raises(InputError, match=word):
        through_planes(replace(STACK, **change), PriorParameters(planes=planes))
