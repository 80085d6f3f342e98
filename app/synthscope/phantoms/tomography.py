"""X-ray tomography of one slice: projection, photon counting, detector gain, filtered back projection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from skimage.transform import iradon, radon

FILTER = "hann"


@dataclass(frozen=True, eq=False)
class Scanner:
    """A parallel-beam scanner with a counting detector.

    Parameters
    ----------
    views : int
        Projections over 360 degrees: only a full turn closes rings; half a turn gives half rings. An odd
        number looks along twice as many lines, because opposite views do not repeat each other.
    photons : float
        Photons per detector pixel and view without a sample.
    hardening : float
        Half width of the two-line spectrum: energies with ``1 - hardening`` and ``1 + hardening`` times
        the mean attenuation. 0 is a monochromatic beam, larger values give more cupping.
    """

    views: int
    photons: float
    hardening: float = 0.0

    @property
    def angles(self) -> np.ndarray:
        """Angle of each view in degrees."""
        return np.linspace(0.0, 360.0, self.views, endpoint=False)

    def project(self, attenuation: np.ndarray) -> np.ndarray:
        """Give the line integrals.

        Parameters
        ----------
        attenuation : ndarray (N, N) of float
            Per pixel length; zero outside the inscribed circle.

        Returns
        -------
        ndarray (N, views)
        """
        lines: np.ndarray = np.maximum(radon(attenuation, theta=self.angles, circle=True), 0.0)
        return lines

    def count(self, lines: np.ndarray, gain: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Measure line integrals with photon noise and a detector whose pixels differ.

        Parameters
        ----------
        lines : ndarray (N, views)
            True line integrals.
        gain : ndarray (N,)
            What is left of each detector pixel's gain error after the flat field; 1 for a perfect one.
        rng : Generator
            The source of randomness.

        Returns
        -------
        ndarray (N, views)
            Measured line integrals. A gain error adds ``-log(gain)`` to a pixel in all views: that is
            what back projection turns into a ring.
        """
        weak, strong = 1.0 - self.hardening, 1.0 + self.hardening
        passed = 0.5 * (np.exp(-weak * lines) + np.exp(-strong * lines))
        counts = rng.poisson(self.photons * passed * gain[:, None])
        measured: np.ndarray = -np.log(np.maximum(counts, 1) / self.photons)
        return measured

    def reconstruct(self, sinogram: np.ndarray) -> np.ndarray:
        """Give the filtered back projection (N, N) of a sinogram (N, views)."""
        image: np.ndarray = iradon(sinogram, theta=self.angles, filter_name=FILTER, circle=True)
        return image

    def rings(self, gain: np.ndarray) -> np.ndarray:
        """Give exactly what a gain error adds to the reconstruction.

        Filtered back projection is linear and a gain error is the same in every view, so that its
        image is the filtered profile q averaged over a full turn: f(r) = mean over theta of q(r cos theta).

        Parameters
        ----------
        gain : ndarray (N,)
            As for `count`.

        Returns
        -------
        ndarray (N, N)
            Signed, in attenuation per pixel length.
        """
        n = len(gain)
        one_view = iradon(-np.log(gain)[:, None], theta=[0.0], filter_name=FILTER, circle=True)
        filtered = one_view[n // 2]  # the same in every row: a back projection along y
        radii = np.arange(0.0, n // 2 + 1, 0.25)
        seen = np.interp(radii[:, None] * np.cos(np.deg2rad(self.angles)), np.arange(n) - n // 2, filtered)
        offset = np.arange(n) - n // 2
        radius = np.hypot(offset[:, None], offset[None, :])
        image = np.interp(radius, radii, seen.mean(axis=1))
        return np.where(radius <= n // 2, image, 0.0)
