"""Utility in a report card: what a segmenter learns from real, from synthetic and from both, as scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version

import numpy as np

from synthscope.errors import InputError
from synthscope.metrics.resampling import Range
from synthscope.metrics.trust.utility import (
    PIXELS,
    PROXY,
    RESAMPLES,
    SEEDS,
    SEGMENTER,
    TOLD,
    Lessons,
    findings_of,
    utility_job,
)
from synthscope.records.documents import digest
from synthscope.records.evaluation import Role, Score
from synthscope.records.events import Job
from synthscope.records.metric import Frame
from synthscope.records.trust import ARMS, Dice, UtilityFindings
from synthscope.records.trust import Arm as Source
from synthscope.services.evaluation.arms import Arm, Arms
from synthscope.services.evaluation.controls import HELD_OUT
from synthscope.services.evaluation.copying import LazyFields
from synthscope.services.evaluation.families import UTILITY
from synthscope.services.evaluation.feature_store import FeatureStore
from synthscope.services.evaluation.fields import Fields, field_hash
from synthscope.services.evaluation.informing import verdict_on_learning
from synthscope.services.evaluation.labelled import LabelMaps, check_values, maps_of_made
from synthscope.services.evaluation.statistics import TRAINED_ON_REAL, statistics_of

DRAWN = "bootstrap, seeds and held-out specimens both drawn with replacement"
VERSION = "1"
"""Of how a segmenter is taught and tested (`synthscope.metrics.trust.utility`)."""
NEARLY_ALL = 0.98
"""A phase that covers as much leaves the other too few pixels to learn from."""
TITLES: dict[Source, str] = {
    "real": "Dice, trained on real",
    "synthetic": "Dice, trained on synthetic",
    "both": "Dice, trained on both",
}
PHASES = (
    "Labels are no annotations: they are the two phases of the first channel by the threshold frozen on the real set, "
    "to be told from the image with added noise of 20 % of its limits."
)
MAPS = (
    "Labels are the label maps that were given for the real images, and those that the generated ones were made from; "
    "Dice is the mean over labels other than 0. Controls have no label maps, so that nothing judges this number."
)
LEARNED = "The value of real against real is the Dice of the segmenter that was trained on as many real pixels."


def check_phases(frame: Frame) -> None:
    """Refuse a real set in which there is nothing to learn.

    Raises
    ------
    InputError
        If one of the two phases of the first channel covers more than `NEARLY_ALL`.
    """
    bright = frame.fractions[0] if frame.fractions else 0.5
    most = max(bright, 1 - bright)
    if most > NEARLY_ALL:
        words = "brighter" if bright > 0.5 else "darker"
        raise InputError(
            f"The {words} phase covers {100 * most:.1f} % of the real set, so that a segmenter has nothing to learn; "
            "leave the utility out, or choose images that show both phases."
        )


def check_lessons(arms: Arms, frame: Frame, maps: LabelMaps | None) -> None:
    """Refuse what a segmenter could not learn from, before anything is measured.

    Raises
    ------
    InputError
        As `check_phases` says, where a generated set is to be learned from by the two phases; as `check_values` says.
    """
    told = _made_from(arms, maps)
    known = maps.values(arms.real) if maps and told else []
    for one in (arm.fields for arm in arms.judged if arm.fields.name in told):
        check_values(one.name, known, told[one.name].values(one))
    if any(arm.role == "generated" and arm.fields.name not in told for arm in arms.judged):
        check_phases(frame)


def learning_job(
    arms: Arms, frame: Frame, store: FeatureStore | None = None, maps: LabelMaps | None = None
) -> Job[list[Score]]:
    """Train on the reference half, on every set and on both; take Dice on the held-out half.

    Controls but for held-out real, which it is tested on, are learned from too: by these the figure is judged.

    Parameters
    ----------
    store : FeatureStore, optional
        Where it is kept what controls taught, which no generated set plays a part in.
    maps : LabelMaps, optional
        Of the real images. Generated sets that were made from label maps are then learned from by these; all others
        by the two phases, without which there are no controls.

    Returns
    -------
    list of Score
        Three for each generated set: ``utility:real``, ``utility:synthetic`` and ``utility:both``; the two latter for
        each control.
    """
    by_maps = _made_from(arms, maps)
    scores = (yield from _by_maps_job(arms, frame, maps, by_maps)) if maps and by_maps else []
    left = [arm for arm in arms.judged if arm.fields.name not in by_maps]
    if any(arm.role == "generated" for arm in left):
        scores += yield from _by_phases_job(replace(arms, judged=tuple(left)), frame, store)
    return scores


def _made_from(arms: Arms, maps: LabelMaps | None) -> Mapping[str, LabelMaps]:
    """Give the label maps of each generated set that tells them, where those of the real images are known."""
    generated = (arm.fields for arm in arms.judged if arm.role == "generated" and maps is not None)
    found = ((one.name, maps_of_made(one)) for one in generated)
    return {name: one for name, one in found if one is not None}


def _by_maps_job(
    arms: Arms, frame: Frame, maps: LabelMaps, by_maps: Mapping[str, LabelMaps]
) -> Job[list[Score]]:
    """Learn from the label maps of real images and those that generated ones were made from; no control has any."""
    real, test = (maps.lessons(one, _specimens(one)) for one in (arms.reference, arms.held_out))
    sets = [arm.fields for arm in arms.judged if arm.fields.name in by_maps]
    made = [by_maps[one.name].lessons(one, _specimens(one)) for one in sets]
    found = yield from utility_job(real, made, test, frame, seeds=SEEDS, pixels=PIXELS, resamples=RESAMPLES)
    return [
        score
        for one, taught in zip(sets, found, strict=True)
        for score in _scores(one.name, "generated", taught, arms.count, {}, frame)
    ]


def _by_phases_job(arms: Arms, frame: Frame, store: FeatureStore | None) -> Job[list[Score]]:
    """Learn from the two phases of every set, controls among them."""
    real, test = _lessons(arms.reference), _lessons(arms.held_out)
    sets = [arm for arm in arms.judged if arm.fields.name != HELD_OUT]
    taught = _Taught(arms, frame, store)
    found = {arm.fields.name: one for arm in sets if (one := taught.get(arm)) is not None}
    left = [arm for arm in sets if arm.fields.name not in found]
    learned = yield from utility_job(
        real, [_lessons(arm.fields) for arm in left], test, frame, seeds=SEEDS, pixels=PIXELS, resamples=RESAMPLES
    )
    for arm, one in zip(left, learned, strict=True):
        found[arm.fields.name] = one
        taught.put(arm, one)
    tried = {arm.fields.name: dict(found[arm.fields.name].dice) for arm in sets if arm.role == "control"}
    return [
        score
        for arm in sets
        for score in _scores(arm.fields.name, arm.role, found[arm.fields.name], arms.count, tried, frame)
    ]


@dataclass(frozen=True, eq=False)
class _Taught:
    """What controls taught, kept by the pixels of both halves of the real set and of the control."""

    arms: Arms
    frame: Frame
    store: FeatureStore | None

    def get(self, arm: Arm) -> UtilityFindings | None:
        """Give what was kept of an arm; None for a generated set, or where nothing was."""
        if self.store is None or arm.role != "control":
            return None
        names = tuple(dict.fromkeys(_specimens(self.arms.held_out)))
        runs = self.store.get(self._key(arm))
        if runs is None or runs.shape != (len(ARMS), len(SEEDS), len(names)):
            return None
        return findings_of(runs, PROXY, tuple(SEEDS), names, PIXELS, RESAMPLES)

    def put(self, arm: Arm, found: UtilityFindings) -> None:
        """Keep what a control taught."""
        if self.store is not None and arm.role == "control":
            self.store.put(self._key(arm), np.asarray(found.runs))

    def _key(self, arm: Arm) -> str:
        sets = (self.arms.reference, self.arms.held_out, arm.fields)
        pixels = [[field_hash(one.read(i)) for i in range(len(one))] for one in sets]
        how = (VERSION, SEGMENTER, version("scikit-learn"), tuple(SEEDS), PIXELS)
        return digest(("taught", how, self.frame, pixels, [_specimens(one) for one in sets]))


def _lessons(fields: Fields) -> Lessons:
    return Lessons(LazyFields([fields]), specimens=_specimens(fields))


def _specimens(fields: Fields) -> tuple[str, ...]:
    return tuple(f"specimen {unit}" for unit in fields.units)


def _scores(
    subject: str, role: Role, found: UtilityFindings, count: int, tried: Mapping[str, Mapping[Source, Dice]],
    frame: Frame,
) -> list[Score]:  # fmt: skip
    nothing = Dice(float("nan"), float("nan"), float("nan"))
    scores = []
    for arm, dice in found.dice:
        if arm == "real" and role == "control":
            continue
        floor = nothing if arm == "real" else dict(found.dice)["real"]
        controls = {name: Range(own[arm].value, own[arm].low, own[arm].high) for name, own in tried.items()}
        beside = Range(floor.value, floor.low, floor.high)
        informative, why = verdict_on_learning(controls, beside)
        words = MAPS if found.labels == TOLD else PHASES
        caveats = (words,) if arm == "real" else (words, LEARNED)
        scores.append(
            Score(
                metric=f"{UTILITY}:{arm}", subject=subject, title=TITLES[arm], group="sets", role=role,
                value=dice.value, low=dice.low, high=dice.high, n=count,
                floor=floor.value, floor_low=floor.low, floor_high=floor.high, better="high",
                informative=informative, why=why, caveats=caveats if role == "generated" else (),
                settings={
                    "segmenter": found.segmenter,
                    "labels": found.labels,
                    "weights": "none",
                    "field": list(frame.shape),
                    "resize": "none",
                    "map": f"{frame.limits_words} become 0 to 1: fixed on the real set, the same for every set",
                    "seeds": list(found.seeds),
                    "training pixels of each source": found.pixels,
                    "held-out specimens": len(found.specimens),
                    **statistics_of(Range(dice.value, dice.low, dice.high), DRAWN, RESAMPLES, beside, TRAINED_ON_REAL),
                    "gain over real": {name: [gain.value, gain.low, gain.high] for name, gain in found.gain},
                },
            )
        )  # fmt: skip
    return scores
