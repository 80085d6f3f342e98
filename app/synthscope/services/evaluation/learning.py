"""Utility in a report card: what a segmenter learns from real, from synthetic and from both, as scores."""

from __future__ import annotations

from synthscope.errors import InputError
from synthscope.metrics.trust.utility import Lessons, utility_job
from synthscope.records.evaluation import Score
from synthscope.records.events import Job
from synthscope.records.metric import Frame
from synthscope.records.trust import Arm, Dice, UtilityFindings
from synthscope.services.evaluation.arms import Arms
from synthscope.services.evaluation.copying import LazyFields
from synthscope.services.evaluation.families import UTILITY
from synthscope.services.evaluation.fields import Fields

NEARLY_ALL = 0.98
"""A phase that covers as much leaves the other too few pixels to learn from."""
TITLES: dict[Arm, str] = {
    "real": "Dice, trained on real",
    "synthetic": "Dice, trained on synthetic",
    "both": "Dice, trained on both",
}
PHASES = (
    "Labels are no annotations: they are the two phases of the first channel by the threshold frozen on the real set, "
    "to be told from the image with added noise of 20 % of its limits."
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


def learning_job(arms: Arms, frame: Frame) -> Job[list[Score]]:
    """Train on the reference half, on every generated set and on both; take Dice on the held-out half.

    Returns
    -------
    list of Score
        Three for each generated set: ``utility:real``, ``utility:synthetic`` and ``utility:both``.
    """
    real, test = _lessons(arms.reference), _lessons(arms.held_out)
    scores = []
    for arm in arms.judged:
        if arm.role == "generated":
            found = yield from utility_job(real, _lessons(arm.fields), test, frame)
            scores += _scores(arm.fields.name, found, arms.count)
    return scores


def _lessons(fields: Fields) -> Lessons:
    return Lessons(LazyFields([fields]), specimens=tuple(f"specimen {unit}" for unit in fields.units))


def _scores(subject: str, found: UtilityFindings, count: int) -> list[Score]:
    nothing = Dice(float("nan"), float("nan"), float("nan"))
    scores = []
    for arm, dice in found.dice:
        floor = nothing if arm == "real" else dict(found.dice)["real"]
        scores.append(
            Score(
                metric=f"{UTILITY}:{arm}", subject=subject, title=TITLES[arm], group="sets",
                value=dice.value, low=dice.low, high=dice.high, n=count,
                floor=floor.value, floor_low=floor.low, floor_high=floor.high, better="high",
                caveats=(PHASES,) if arm == "real" else (PHASES, LEARNED),
                settings={
                    "segmenter": found.segmenter,
                    "seeds": list(found.seeds),
                    "training pixels of each source": found.pixels,
                    "held-out specimens": len(found.specimens),
                    "gain over real": {name: [gain.value, gain.low, gain.high] for name, gain in found.gain},
                },
            )
        )  # fmt: skip
    return scores
