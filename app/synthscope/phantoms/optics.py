"""Light through thin transparent objects, and what a camera makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

COLOURS = (0.50, 0.55, 0.60)  # µm: green light of a lamp with a broad filter


@dataclass(frozen=True)
class Microscope:
    """A wide-field microscope; lengths in µm.

    Parameters
    ----------
    pixel_size : float
        In the sample.
    aperture : float
        Numerical aperture of the objective.
    condenser : float
        Numerical aperture of the illumination: larger is less coherent, and fringes fade.
    """

    pixel_size: float
    aperture: float
    condenser: float

    def brightfield(self, path: np.ndarray, defocus: float) -> np.ndarray:
        """Give the intensity of light that passed a phase object, some way behind it.

        A phase object cannot be seen in focus; out of focus its curvature acts as a lens. The field
        exp(i k path) is carried on by the angular spectrum in Fresnel's approximation (Goodman,
        Introduction to Fourier Optics, 4.2), through the objective's pupil, for a few colours; the
        extent of the source blurs each by defocus times condenser aperture.

        Parameters
        ----------
        path : ndarray (Y, X) of float
            Optical path difference in µm; its edges should fit together.
        defocus : float
            In µm.

        Returns
        -------
        ndarray (Y, X) of float64
            Relative to the light without a sample.
        """
        squared = self._frequency_squared(path.shape)
        total = np.zeros(path.shape)
        for colour in COLOURS:
            spectrum = np.fft.fft2(np.exp(2j * np.pi / colour * path))
            pupil = squared <= (self.aperture / colour) ** 2
            carried = np.fft.ifft2(spectrum * pupil * np.exp(-1j * np.pi * colour * defocus * squared))
            total += np.abs(carried) ** 2
        blur = 0.5 * abs(defocus) * self.condenser / self.pixel_size
        seen: np.ndarray = ndimage.gaussian_filter(total / len(COLOURS), blur, mode="wrap")
        return seen

    def blur(self, depth: float, wavelength: float) -> float:
        """Give the standard deviation in pixels of a fluorescent point `depth` µm out of focus."""
        focus = 0.21 * wavelength / self.aperture  # Zhang et al. 2007, Applied Optics 46, 1819
        return float(np.hypot(focus, 0.4 * depth * self.aperture)) / self.pixel_size

    def _frequency_squared(self, shape: tuple[int, ...]) -> np.ndarray:
        y, x = (np.fft.fftfreq(n, self.pixel_size) for n in shape)
        squared: np.ndarray = y[:, None] ** 2 + x[None, :] ** 2
        return squared


@dataclass(frozen=True)
class Camera:
    """A scientific camera.

    Parameters
    ----------
    gain : float
        Grey values per electron.
    offset : float
        Grey value without light.
    read_noise : float
        Standard deviation in electrons.
    """

    gain: float
    offset: float
    read_noise: float

    def expose(self, electrons: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Give grey values (float) of expected electrons: shot noise, read noise, gain, offset."""
        caught = rng.poisson(np.maximum(electrons, 0.0)) + self.read_noise * rng.standard_normal(electrons.shape)
        grey: np.ndarray = self.offset + self.gain * caught
        return grey
