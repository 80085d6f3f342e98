"""Where raters marked faults, over maps of where a picture differs from its reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy import ndimage
from scipy.stats import combine_pvalues

from synthscope.errors import SynthscopeError
from synthscope.imaging.local_similarity import WINDOW, similarity_maps
from synthscope.metrics.paired.specs import LPIPS_ALEX
from synthscope.records.events import Job, Progress
from synthscope.records.metric import Frame
from synthscope.records.study_beside import MarkedPicture
from synthscope.records.study_events import Mark
from synthscope.records.study_key import StimulusKey
from synthscope.records.study_ratings import Estimate
from synthscope.services.evaluation.features import Implement, placed
from synthscope.services.studies.beside_levels import mean_interval
from synthscope.services.weights import is_installed
from synthscope.studies.analysis.work import LEVEL, Work
from synthscope.studies.correspondence.marks import SIGMA, MapAgreement, compare_maps, mark_density

HEADING = "Marks over error maps"
SHIFTS = 200
WHITE = 255.0
ABSOLUTE, SIMILARITY, LPIPS = "absolute difference", "1 - SSIM", "LPIPS"
MAPS = (ABSOLUTE, SIMILARITY, LPIPS)
"""Names of the maps."""
Pictures = Callable[[str], np.ndarray]
Marks = Mapping[str, Mapping[str, Sequence[Mark]]]
"""From a code to the marks of every rater who saw it."""
Perceive = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From a reference and a picture (Z, Y, X, C) to how differently people would see both at each voxel (Z, Y, X)."""


def map_agreement_job(
    work: Work, marks: Marks, stimuli: Sequence[StimulusKey], partners: Mapping[str, str], pictures: Pictures,
    perceive: Perceive | None = None,
) -> Job[tuple[MarkedPicture, ...]]:  # fmt: skip
    """Compare marks with error maps of every picture that has marks and a reference.

    Parameters
    ----------
    partners : mapping
        From a code to that of its reference.
    perceive : callable, optional
        See `perceiving`.

    Yields
    ------
    Progress
    """
    codes = [code for code in sorted(marks) if code in partners and any(marks[code].values())]
    letters = {one.code: one.letter for one in stimuli}
    found: dict[str, list[MapAgreement]] = {}
    marked: list[MarkedPicture] = []
    for number, code in enumerate(codes):
        yield Progress(number, len(codes), f"Marks on {code}")
        picture, seen = np.asarray(pictures(code)), marks[code]
        density = mark_density(seen, (picture.shape[0], picture.shape[1], picture.shape[2]))
        maps, why = error_maps(np.asarray(pictures(partners[code])), picture, perceive)
        if why:
            work.warnings.append(f"Marks were not compared with a map of {LPIPS}: {why}")
        areas = {}
        for name, error in maps.items():
            rng = work.rng(f"marks {name} {code}")
            one = compare_maps(as_pointed(error), density, rng, raters=len(seen), shifts=SHIFTS)
            found.setdefault(name, []).append(one)
            areas[name] = one.area
        many = sum(map(bool, seen.values()))
        marked.append(MarkedPicture(code, letters[code], partners[code], len(seen), many, areas))
    for name, agreements in found.items():
        work.add(HEADING, _rows(name, agreements))
    return tuple(marked)


def error_maps(
    reference: np.ndarray, picture: np.ndarray, perceive: Perceive | None = None
) -> tuple[dict[str, np.ndarray], str]:
    """Map where two pictures differ; every slice by itself.

    Parameters
    ----------
    reference, picture : ndarray of uint8, shape (Z, Y, X, C)

    Returns
    -------
    maps : dict
        From a name to (Z, Y, X): the absolute difference; 1 - SSIM where a window fits; and what `perceive` gives.
    why : str
        Why `perceive` gave nothing, as a sentence; empty where it did, or was not asked.
    """
    one, other = (np.asarray(pixels, float).mean(axis=-1) for pixels in (reference, picture))
    found = {ABSOLUTE: np.abs(other - one)}
    if min(one.shape[1:]) >= WINDOW:
        found[SIMILARITY] = np.stack([1 - similarity_maps(a, b, WHITE).whole for a, b in zip(one, other, strict=True)])
    try:
        return found | ({LPIPS: perceive(reference, picture)} if perceive else {}), ""
    except SynthscopeError as error:
        return found, error.sentence


def as_pointed(error: np.ndarray) -> np.ndarray:
    """Blur a map (Z, Y, X) as exactly as a hand points; all alike, so that what they say of marks can be compared."""
    return np.asarray(ndimage.gaussian_filter(error, (0, SIGMA, SIGMA)))


def perceiving(implement: Implement, device: str = "cpu") -> Perceive | None:
    """Give what maps LPIPS (AlexNet), black to white as -1 to 1; nothing where its weights are not installed.

    Parameters
    ----------
    implement : callable
        Makes the implementation of a spec; handed down by the composition root. Not called before a map is asked for.
    """
    if not is_installed(LPIPS_ALEX.weights):
        return None

    def perceive(reference: np.ndarray, picture: np.ndarray) -> np.ndarray:
        depth, height, width, channels = picture.shape
        frame = Frame((depth, height, width), channels, ((0.0, WHITE),) * channels, (), WHITE)
        metric, _ = placed(implement(LPIPS_ALEX), device)
        return np.asarray(metric.map(reference, picture, frame))

    return perceive


def _rows(name: str, agreements: Sequence[MapAgreement]) -> list[Estimate]:
    rows = []
    for key, title, least, every in (
        ("map-area", "Marked against unmarked pixels, area under the curve", 0.0,
         [(one.area, one.area_p) for one in agreements]),
        ("map-correlation", "Rank correlation of marks and error over pixels", -1.0,
         [(one.correlation, one.correlation_p) for one in agreements]),
    ):  # fmt: skip
        told = [(value, chance) for value, chance in every if np.isfinite(value)]  # a map of one value has no ranks
        if not told:
            continue
        values, chances = np.array(told).T
        mean, *ends = mean_interval(values)
        low, high = (float(end) for end in np.clip(ends, least, 1.0))
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
