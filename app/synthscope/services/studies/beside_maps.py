"""Where raters marked faults, over maps of where a picture differs from its reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from scipy import ndimage
from scipy.stats import combine_pvalues

from synthscope.imaging.local_similarity import WINDOW, similarity_maps
from synthscope.records.study_events import Mark
from synthscope.records.study_ratings import Estimate
from synthscope.services.studies.beside_levels import mean_interval
from synthscope.studies.analysis.work import LEVEL, Work
from synthscope.studies.correspondence.marks import SIGMA, MapAgreement, compare_maps, mark_density

HEADING = "Marks over error maps"
SHIFTS = 200
WHITE = 255.0
Pictures = Callable[[str], np.ndarray]


def map_agreement(
    work: Work, marks: Mapping[str, Mapping[str, Sequence[Mark]]], partners: Mapping[str, str], pictures: Pictures
) -> Iterator[str]:
    """Compare marks with error maps of every picture that has marks and a reference; yields what comes next.

    Parameters
    ----------
    marks : mapping
        From a code to the marks of every rater who saw it.
    partners : mapping
        From a code to that of its reference.
    """
    codes = [code for code in sorted(marks) if code in partners and any(marks[code].values())]
    found: dict[str, list[MapAgreement]] = {}
    for code in codes:
        yield f"Marks on {code}"
        picture, reference = (np.asarray(pictures(one), float).mean(axis=-1) for one in (code, partners[code]))
        shape = (picture.shape[0], picture.shape[1], picture.shape[2])
        density = mark_density(marks[code], shape)
        for name, error in error_maps(reference, picture).items():
            rng = work.rng(f"marks {name} {code}")
            found.setdefault(name, []).append(
                compare_maps(error, density, rng, raters=len(marks[code]), shifts=SHIFTS)
            )
    for name, agreements in found.items():
        work.add(HEADING, _rows(name, agreements))


def error_maps(reference: np.ndarray, picture: np.ndarray) -> dict[str, np.ndarray]:
    """Map where two pictures (Z, Y, X) differ.

    Returns
    -------
    dict
        Absolute difference, blurred as exactly as a hand points; and 1 - SSIM where a window fits.
    """
    away = np.abs(picture - reference)
    found = {"absolute difference": ndimage.gaussian_filter(away, (0, SIGMA, SIGMA))}
    if min(picture.shape[1:]) >= WINDOW:
        planes = [1 - similarity_maps(a, b, WHITE).whole for a, b in zip(reference, picture, strict=True)]
        found["1 - SSIM"] = np.stack(planes)
    return found


def _rows(name: str, agreements: Sequence[MapAgreement]) -> list[Estimate]:
    told = [one for one in agreements if np.isfinite(one.area)]
    if not told:
        return []
    rows = []
    for key, title, values, chances in (
        ("map-area", "Marked against unmarked pixels, area under the curve", [a.area for a in told],
         [a.area_p for a in told]),
        ("map-correlation", "Rank correlation of marks and error over pixels", [a.correlation for a in told],
         [a.correlation_p for a in told]),
    ):  # fmt: skip
        mean, low, high = mean_interval(np.array(values))
        p_value = float(combine_pvalues(np.clip(chances, 1e-12, 1 - 1e-12), method="stouffer").pvalue)
        rows.append(
            Estimate(
                key, title, mean, low, high, len(told),
                f"mean over pictures; p: {SHIFTS} shifts of the marks round each picture, joined by Stouffer's method",
                name, p_value=p_value, level=LEVEL, random=("images",),
                caveats=("The interval is over pictures, for these raters.",),
            )
        )  # fmt: skip
    return rows
