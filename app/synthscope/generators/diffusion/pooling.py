"""A volume from what is known of its planes: noise that neighbouring slices share, estimates pooled across them.

Slices of an isotropic volume see one covariance c(r) (Cressie 1993, Section 2.3). Its Fourier transform over the
volume, S, and over a plane, P, tell all that is needed here; P is the mean of S along the axis across the plane.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.diffusion.samplers import Denoiser, Draw
from synthscope.imaging.patches import Plane

LEAST = 1e-4
"""Of the variance: no wave is weaker, since what was measured of a covariance is never quite positive."""
ACROSS: dict[Plane, int] = {"xy": 0, "xz": 1, "yz": 2}
"""The axis of (Z, Y, X) across a plane."""


@dataclass(frozen=True, eq=False)
class Spectra:
    """Power spectra of an isotropic field on a periodic grid that is `reach` voxels larger than the volume.

    Parameters
    ----------
    volume : Tensor (C, Z', Y', X')
        S.
    planes : mapping of str to Tensor
        P of each plane, of length 1 along the axis across it.
    sides : tuple of int (Z, Y, X)
        Of the volume itself.
    """

    volume: Tensor
    planes: Mapping[Plane, Tensor]
    sides: tuple[int, ...]


def spectra_of(covariance: np.ndarray, sides: tuple[int, ...], device: torch.device) -> Spectra:
    """Lay a covariance (C, reach + 1) at distances 0, 1, 2, ... out on a grid for a volume of `sides` (Z, Y, X)."""
    reach = covariance.shape[1] - 1
    axes = [np.minimum(np.arange(n), n - np.arange(n)) for n in (side + reach for side in sides)]
    z, y, x = np.meshgrid(*axes, indexing="ij", sparse=True)
    distance = np.sqrt(z**2 + y**2 + x**2)
    laid = np.stack([np.interp(distance, np.arange(reach + 1), one, right=0.0) for one in covariance])
    volume = np.fft.fftn(laid, axes=(1, 2, 3)).real
    volume = np.maximum(volume, LEAST * covariance[:, :1, None, None])
    volume *= (covariance[:, 0] / volume.mean(axis=(1, 2, 3)))[:, None, None, None]
    planes = {plane: volume.mean(axis=1 + across, keepdims=True) for plane, across in ACROSS.items()}
    return Spectra(_tensor(volume, device), {plane: _tensor(p, device) for plane, p in planes.items()}, sides)


def shared(draw: Draw, spectra: Spectra) -> Draw:
    """Give noise that is white in every xy slice, and along z as like as the slices of the volume are.

    In Gaussian slices each wave of the noise comes out sqrt(P) times as strong, so that noise of spectrum S / P makes
    a volume of spectrum S. Whatever the slices are, each is drawn from the prior as if it were alone.
    """
    colour = (spectra.volume / spectra.planes["xy"]).sqrt()

    def drawn(shape: tuple[int, ...]) -> Tensor:
        wide = draw((shape[0], shape[1], *spectra.volume.shape[1:]))
        coloured = _filtered(wide, colour)
        return coloured[(..., *(slice(0, side) for side in spectra.sides))].contiguous()

    return drawn


@dataclass(frozen=True, eq=False)
class PooledAcross:
    """The estimates of the slices of one plane, told of each other as far as a Gaussian field links them.

    Each slice's estimate is ``P / (P + sigma^2)`` of what it saw where the volume's is ``S / (S + sigma^2)``: their
    quotient is what the other slices add. Exact for every isotropic Gaussian; 1 as sigma vanishes. Without it planes
    in turn lose variance, since none of them can tell a wave along its own normal from noise.
    """

    denoiser: Denoiser
    spectra: Spectra
    plane: Plane

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Denoise slice by slice, then pool; the mean of all stays."""
        return self._pooled(self.denoiser(x, sigma), sigma)

    def _pooled(self, estimate: Tensor, sigma: Tensor) -> Tensor:
        s, p, noise = self.spectra.volume, self.spectra.planes[self.plane], float(sigma) ** 2
        gain = s * (p + noise) / (p * (s + noise))
        mean = estimate.mean(dim=(2, 3, 4), keepdim=True)
        wide = _mirrored(estimate - mean, tuple(s.shape[1:]))
        return mean + _cut(_filtered(wide, gain), self.spectra.sides)


def radial_covariance(images: np.ndarray, reach: int) -> np.ndarray:
    """Measure the covariance of isotropic images (N, C, Y, X) at distances 0 to `reach`: (C, reach + 1).

    Means over pairs of pixels, by zero-padded Fourier transforms, about the mean of all images; brought to zero
    over the second half of the reach.
    """
    values = images - images.mean(axis=(0, 2, 3), keepdims=True)
    wide = tuple(2 * n for n in images.shape[2:])
    power = (np.abs(np.fft.rfft2(values, wide)) ** 2).mean(axis=0)
    pairs = np.fft.irfft2(np.abs(np.fft.rfft2(np.ones(images.shape[2:]), wide)) ** 2, wide)
    lags = np.fft.irfft2(power, wide) / np.maximum(pairs, 1)
    rows, columns = (np.minimum(np.arange(n), n - np.arange(n)) for n in wide)
    distance = np.rint(np.hypot(rows[:, None], columns[None])).astype(int)
    near = distance <= reach
    weight = np.where(near, np.maximum(pairs, 0), 0)
    counts = np.bincount(distance[near], weight[near], reach + 1)
    found = np.stack([np.bincount(distance[near], (weight * one)[near], reach + 1) for one in lags]) / counts
    fade = np.cos(np.pi / 2 * np.clip(2 * np.arange(reach + 1) / reach - 1, 0, 1)) ** 2
    return np.asarray(found * fade)


def _mirrored(x: Tensor, sides: tuple[int, ...]) -> Tensor:
    """Widen (B, C, Z, Y, X) to `sides` by its own mirror image, as much before as after."""
    for dim, (n, wide) in enumerate(zip(x.shape[2:], sides, strict=True), start=2):
        place = (torch.arange(wide, device=x.device) - (wide - n) // 2) % (2 * n)
        x = x.index_select(dim, torch.minimum(place, 2 * n - 1 - place))
    return x


def _cut(x: Tensor, sides: tuple[int, ...]) -> Tensor:
    first = [(wide - n) // 2 for wide, n in zip(x.shape[2:], sides, strict=True)]
    return x[(..., *(slice(a, a + n) for a, n in zip(first, sides, strict=True)))].contiguous()


def _filtered(x: Tensor, gain: Tensor) -> Tensor:
    filtered: Tensor = torch.fft.ifftn(torch.fft.fftn(x, dim=(2, 3, 4)) * gain, dim=(2, 3, 4)).real
    return filtered


def _tensor(values: np.ndarray, device: torch.device) -> Tensor:
    return torch.from_numpy(values.astype(np.float32)).to(device)
