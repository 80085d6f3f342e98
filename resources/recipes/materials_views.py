"""What is done to a view of an image while the bundled encoder learns, and the faults it is measured with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import ndimage

Fault = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def patch(plane: np.ndarray, place: tuple[int, int], side: int) -> np.ndarray:
    """Cut a square out of a plane."""
    row, column = place
    return plane[row : row + side, column : column + side]


def seen(view: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Turn and mirror a view, and change its brightness and contrast a little: what the network shall overlook."""
    turned = np.rot90(view, int(rng.integers(4)))
    mirrored = turned[:, ::-1] if rng.random() < 0.5 else turned
    return np.ascontiguousarray(mirrored * rng.uniform(0.9, 1.1) + rng.uniform(-0.04, 0.04))


def blurred(sigma: float) -> Fault:
    """Give the fault of a blur, sigma in pixels."""
    return lambda view, _: ndimage.gaussian_filter(view, sigma, mode="reflect")


def noised(part: float) -> Fault:
    """Give the fault of white noise, as a part of the range."""
    return lambda view, rng: view + part * rng.standard_normal(view.shape)


def chequered(part: float) -> Fault:
    """Give the fault of a checkerboard of 2 pixels, as a part of the range."""
    return lambda view, _: view + part * (np.indices(view.shape).sum(axis=0) % 2 * 2 - 1)


def shifted(part: float) -> Fault:
    """Give the fault of a brightness that is too high, as a part of the range."""
    return lambda view, _: view + part


def phases(view: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give noise with the power spectrum of a view: all that shapes said is gone."""
    mean = view.mean()
    # The phases of a real random field: the result is real, and no frequency is treated apart.
    random = np.fft.fft2(rng.standard_normal(view.shape))
    spectrum = np.abs(np.fft.fft2(view - mean)) * random / np.maximum(np.abs(random), 1e-12)
    return np.asarray(np.fft.ifft2(spectrum).real + mean)


def faulty(views: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """Do one and the same random fault to both views of a pair."""
    kind = rng.integers(5)
    amount = float(rng.random())
    fault: Fault = (
        blurred(0.3 + amount),
        noised(0.01 + 0.05 * amount),
        chequered(0.005 + 0.03 * amount),
        phases,
        _coarsened,
    )[kind]
    return [fault(view, rng) for view in views]


def _coarsened(view: np.ndarray, _rng: np.random.Generator) -> np.ndarray:
    """Halve the resolution, and fill in by interpolation, as a generator's last layer may."""
    half = view.reshape(view.shape[0] // 2, 2, view.shape[1] // 2, 2).mean(axis=(1, 3))
    return np.asarray(ndimage.zoom(half, 2, order=1, mode="nearest", grid_mode=True))
