"""How near generated fields lie to training ones, against held-out real ones: C_T, neighbour ratio, a verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synthscope.metrics.resampling import BOOTSTRAP, Range, Sample, floors, intervals
from synthscope.metrics.trust.neighbours import mann_whitney_z, nearest_two
from synthscope.records.evaluation import Evidence, Score
from synthscope.records.metric import Better, Frame, Layout
from synthscope.services.evaluation.controls import MEMORISED
from synthscope.services.evaluation.evidence import SHOWN, Album
from synthscope.services.evaluation.fields import Fields
from synthscope.services.evaluation.informing import nearness, verdict_on_copying
from synthscope.services.evaluation.scoring import NOTHING, Draws, Measured, settings_of
from synthscope.services.evaluation.statistics import DIVIDED, statistics_of

STATISTIC, RATIO = "copying-statistic", "neighbour-ratio"
TITLES = {
    STATISTIC: "C_T: nearness to training fields beside that of held-out real ones",
    RATIO: "Nearest over second nearest training field (median)",
}
LEAST = 4
"""Fields of each set."""


class Closeness:
    """Both figures from distances (N, 2) to the two nearest training fields; the real ones are held out."""

    def measure(self, real: np.ndarray, generated: np.ndarray, layout: Layout) -> Mapping[str, float]:  # noqa: ARG002 (a protocol)
        """Give C_T in one cell (Meehan, Chaudhuri & Dasgupta 2020) and the median ratio."""
        return {
            STATISTIC: mann_whitney_z(generated[:, 0], real[:, 0]),
            RATIO: float(np.median(_ratio(generated))),
        }


@dataclass(frozen=True, eq=False)
class Near:
    """The set that is judged: distances to the two nearest training fields, and which these are."""

    fields: Fields
    sample: Sample
    nearest: np.ndarray


@dataclass(frozen=True)
class Beside:
    """What a figure is read beside: that of held-out real, and of a memoriser of the training images."""

    floor: Range
    memorised: Range | None


def closeness(
    measured: Measured, generated: list[Fields], training: Fields, frame: Frame, draws: Draws, album: Album
) -> tuple[list[Score], list[Evidence]]:
    """Judge every generated set by its nearness to training fields, and show the closest pairs.

    Parameters
    ----------
    measured : Measured
        By an encoder, the training fields with it.
    generated : list of Fields
        In the order of the judged sets.

    Returns
    -------
    scores, evidence
        Empty where training fields are not known, or a set has fewer than four fields.
    """
    known = measured.training
    if known is None or min(len(known), len(measured.reference)) < LEAST:
        return [], []
    held_out, every = _near(measured.reference, known)[0], _near(measured.real, known)[0]
    floor = floors(Closeness(), every, len(held_out), Layout(), draws.rng(2))

    def found_of(sample: Sample) -> Mapping[str, Range]:
        return intervals(Closeness(), held_out, sample, Layout(), draws.rng(3), draws.count)

    memorised = found_of(_near(measured.memorised, known)[0]) if measured.memorised is not None else {}
    scores, evidence = [], []
    for fields, (_, _, sample) in zip(generated, measured.judged, strict=False):
        if len(sample) < LEAST:
            continue
        near = Near(fields, *_near(sample, known))
        for name, found in found_of(near.sample).items():
            beside = Beside(floor.get(name, NOTHING), memorised.get(name))
            scores.append(_score(name, fields.name, len(near.sample), found, beside, measured, frame, draws.count))
        evidence.append(_closest(near, training, album, measured.encoder))
    for name, found in memorised.items() if scores else ():
        beside = Beside(floor.get(name, NOTHING), found)
        scores.append(_score(name, MEMORISED, len(known), found, beside, measured, frame, draws.count))
    return scores, evidence


def _near(sample: Sample, training: Sample) -> tuple[Sample, np.ndarray]:
    distances, indices = nearest_two(sample.features, training.features)
    return Sample(distances, sample.units), indices[:, 0]


def _ratio(distances: np.ndarray) -> np.ndarray:
    """Divide nearest by second nearest; 1 where both are 0, as `neighbour_ratio` does."""
    first, second = distances[:, 0], distances[:, 1]
    ratio: np.ndarray = np.divide(first, second, out=np.ones(len(first)), where=second > 0)
    return ratio


def _score(
    name: str, subject: str, count: int, found: Range, beside: Beside, measured: Measured, frame: Frame, draws: int
) -> Score:
    better: Better = "none" if name == STATISTIC else "high"
    most = math.inf if name == STATISTIC else 1.0
    floor = beside.floor
    informative, why = verdict_on_copying("high", beside.memorised, floor)
    control = subject == MEMORISED
    said = name == STATISTIC and not control
    return Score(
        metric=name, subject=subject, title=TITLES[name], group="trust", value=found.value, low=found.low,
        high=min(found.high, most) if np.isfinite(found.high) else found.high, n=count, floor=floor.value,
        floor_low=floor.low, floor_high=floor.high, better=better, encoder=measured.spec.id,
        role="control" if control else "generated", informative=informative, why=why,
        caveats=(nearness("C_T", found, floor, 0.0),) if said else (),
        settings={**settings_of(measured.spec, frame), **statistics_of(found, BOOTSTRAP, draws, floor, DIVIDED)},
    )  # fmt: skip


def _closest(near: Near, training: Fields, album: Album, encoder: str) -> Evidence:
    order = [int(i) for i in np.argsort(near.sample.features[:, 0], kind="stable")[:SHOWN]]
    return Evidence(
        metric=STATISTIC,
        subject=near.fields.name,
        values=tuple(float(near.sample.features[i, 0]) for i in order),
        spots=tuple(album.add(near.fields, i) for i in order),
        nearest=tuple(album.add(training, int(near.nearest[i])) for i in order),
        encoder=encoder,
        beside=f"the nearest training field, by features of {encoder}",
    )
