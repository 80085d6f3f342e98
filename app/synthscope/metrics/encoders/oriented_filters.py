"""Energies of oriented log-Gabor filters as an encoder: nothing is learned, nothing is drawn, nothing is downloaded."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.fft import fft2, fftfreq, ifft2

from synthscope.errors import InputError
from synthscope.records.metric import Frame, Layout

WAVELENGTHS = (3.0, 5.0, 8.5, 14.0, 24.0)
"""Of the middle of each band, in pixels."""
ORIENTATIONS = 8
BANDWIDTH = 0.65
"""Ratio sigma/f0 of the log-Gabor band: about one octave."""
ANGULAR = 1.2
"""Spacing of orientations over the angular sigma: neighbours overlap at about half their height."""
LEAST_SIDE = 32
FLOOR = 1e-4
"""Energy below which a band counts as empty: of the order of the rounding of 8 bits."""


class OrientedFilters:
    """Mean and spread of the log energy in bands of frequency and direction, and of the grey values themselves.

    A log-Gabor filter passes frequencies f by exp(-ln(f/f0)^2 / (2 ln(sigma/f0)^2)) (Field 1987, Eq. 3) and
    directions by a Gaussian of the angle (Kovesi 1999); its response is complex, its squared modulus the local
    energy. Of every band come the mean and the standard deviation of ``log10(energy + floor)`` over the picture: of
    what there is, and of how unevenly it lies - the latter is what random phases take away. Every slice is looked at
    by itself without its outermost pixels, where the opposite border shines through; slices of a field are averaged.
    """

    def layout(self, _frame: Frame) -> Layout:
        """Columns have no meaning by themselves."""
        return Layout()

    def extract(self, fields: np.ndarray, frame: Frame) -> np.ndarray:
        """Give (N, D) features of fields (N, Z, Y, X, C): D = C * (2 + 2 * scales * orientations)."""
        if min(fields.shape[2:4]) < LEAST_SIDE:
            raise InputError(
                f"Oriented filters need sides of at least {LEAST_SIDE} pixels, not {fields.shape[2:4]}; "
                "choose larger fields."
            )
        scaled = frame.scaled(fields)
        rows = [np.mean([_of_slice(plane) for plane in field], axis=0) for field in scaled]
        return np.asarray(rows, dtype=np.float64)


def _of_slice(plane: np.ndarray) -> np.ndarray:
    """Give the features of one slice (Y, X, C), channel after channel."""
    return np.concatenate([_of_channel(plane[..., channel]) for channel in range(plane.shape[-1])])


def _of_channel(picture: np.ndarray) -> np.ndarray:
    spectrum = fft2(picture - picture.mean())
    rim = min(int(WAVELENGTHS[-1] / 2), (min(picture.shape) - 8) // 2)
    inner = slice(rim, -rim)
    found = [picture.mean(), picture.std()]
    for passed in filter_bank(picture.shape[0], picture.shape[1]):
        energy = np.abs(ifft2(spectrum * passed)[inner, inner]) ** 2
        decades = np.log10(energy + FLOOR)
        found += [decades.mean(), decades.std()]
    return np.asarray(found)


@lru_cache(maxsize=4)
def filter_bank(rows: int, columns: int) -> np.ndarray:
    """Give the filters in frequency (scales * orientations, rows, columns), each of one side of the plane only."""
    y, x = np.meshgrid(fftfreq(rows), fftfreq(columns), indexing="ij")
    radius, angle = np.hypot(y, x), np.arctan2(y, x)
    radius[0, 0] = 1.0  # its logarithm is not used: the mean passes no filter
    width = np.pi / ORIENTATIONS / ANGULAR
    bank = []
    for wavelength in WAVELENGTHS:
        band = np.exp(-(np.log(radius * wavelength) ** 2) / (2 * np.log(BANDWIDTH) ** 2))
        band[0, 0] = 0.0
        for index in range(ORIENTATIONS):
            apart = angle - index * np.pi / ORIENTATIONS
            apart = np.abs(np.arctan2(np.sin(apart), np.cos(apart)))
            bank.append(2 * band * np.exp(-(apart**2) / (2 * width**2)))  # 2: half the plane carries half the wave
    found = np.asarray(bank)
    found.setflags(write=False)
    return found
