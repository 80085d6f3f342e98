"""The samples of the menu: simulated images anybody can start with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from synthscope.errors import InputError
from synthscope.phantoms.phantom import Phantom
from synthscope.records.events import Job

Maker = Callable[[int], Job[Phantom]]


@dataclass(frozen=True)
class Sample:
    """A card of the start page.

    Parameters
    ----------
    key : str
        Fixed; commands and files keep it.
    title, summary : str
        For a person; the summary is one sentence.
    to_try : tuple of str
        What can be tried with it.
    size : str
        Size in words, known before it is made.
    """

    key: str
    title: str
    summary: str
    to_try: tuple[str, ...]
    size: str
    _maker: Maker = field(repr=False, compare=False)

    def make(self, seed: int = 0) -> Job[Phantom]:
        """Make the sample: a job that yields Progress and returns a Phantom; the same seed, the same pixels."""
        return self._maker(seed)


def find_sample(key: str) -> Sample:
    """Give the sample of that key.

    Raises
    ------
    InputError
        If there is none.
    """
    for sample in SAMPLES:
        if sample.key == key:
            return sample
    known = ", ".join(sample.key for sample in SAMPLES)
    raise InputError(f"There is no sample {key!r}; choose one of {known}.")


# Simulations are imported when one is made: the start page only needs the words.


def _rock(seed: int) -> Job[Phantom]:
    from synthscope.phantoms.rock import rock_microct_job

    return rock_microct_job(seed=seed)


def _composite(seed: int) -> Job[Phantom]:
    from synthscope.phantoms.composite import ceramic_composite_job

    return ceramic_composite_job(seed=seed)


def _roots(seed: int) -> Job[Phantom]:
    from synthscope.phantoms.roots import root_scan_job

    return root_scan_job(seed=seed)


def _cells(seed: int) -> Job[Phantom]:
    from synthscope.phantoms.cells import cell_culture_job

    return cell_culture_job(seed=seed)


SAMPLES: tuple[Sample, ...] = (
    Sample(
        "rock",
        "Rock microCT",
        "A simulated sandstone plug, scanned and reconstructed, with photon noise and rings of known place.",
        (
            "find the rings and repair them with exemplar",
            "compare grain and pore fractions before and after",
            "inpaint a painted hole through several slices",
        ),
        "16 × 256 × 256 voxels of 4.5 µm, 16-bit, 2.1 MB",
        _rock,
    ),
    Sample(
        "composite",
        "Ceramic-matrix composite",
        "Simulated coated fibres in tows that drift from slice to slice, in a matrix with cracks and voids.",
        (
            "select a crack by its phase and fill it",
            "repair a region of fibres and count them",
            "see whether coatings stay closed rings",
        ),
        "24 × 320 × 320 voxels of 1.3 µm, 16-bit, 4.9 MB",
        _composite,
    ),
    Sample(
        "roots",
        "Root system",
        "A simulated plant grown on blue paper and scanned in colour, with every root's length known.",
        (
            "remove dust and lint from the paper",
            "fill gaps in thin roots and measure the total length",
            "make more paper with quilt",
        ),
        "1200 × 900 pixels of 0.17 mm, 16-bit colour, 6.5 MB",
        _roots,
    ),
    Sample(
        "cells",
        "Cells in two channels",
        "A simulated culture in brightfield and in nuclear fluorescence, the two of one and the same cells.",
        ("inpaint both channels together", "erase a cell and fill in the medium", "compare nuclei with the truth"),
        "2 × 640 × 640 pixels of 0.325 µm, 16-bit, 1.6 MB",
        _cells,
    ),
)
"""All samples, in the order of the menu."""
