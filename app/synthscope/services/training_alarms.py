"""From the curves of a training to alarms: what is seen, what it means, and what to do about it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from synthscope.records.events import Event, Measured
from synthscope.records.training import PROGRESS, REAL, Alarm, AlarmKind
from synthscope.services.curves import merged

LOOKS = 2
"""So many looks in a row must agree before an alarm is raised, and before it has passed: one may be chance."""


ROUNDED = 1e-3
"""The part of a training is told to a few digits."""


@dataclass(frozen=True)
class Rule:
    """When a figure raises an alarm.

    Parameters
    ----------
    limit : float
        Beyond it the figure is bad. Where real against real was measured and is beyond 1 itself, on the side of the
        limit, the limit moves by that factor: what real patches do cannot be held against samples.
    below : bool
        It is bad below the limit; otherwise above.
    after : float
        The part of the training, 0 to 1, before which nothing is said.
    shown : str
        How the value is written.
    sentence : str
        With fields ``step``, ``value`` and ``real`` (words of real against real, or none).
    """

    kind: AlarmKind
    figure: str
    limit: float
    below: bool
    after: float
    shown: str
    sentence: str

    def is_bad(self, value: float, real: float) -> bool:
        """Tell whether a value is beyond the limit, beside that of real against real (1 where it is not known)."""
        return value < self.limit * min(real, 1.0) if self.below else value > self.limit * max(real, 1.0)


RULES: tuple[Rule, ...] = (
    Rule(
        "mode collapse",
        "diversity_ratio",
        limit=0.5,
        below=True,
        after=0.2,
        shown=".2f",
        sentence="Mode collapse at step {step}: samples differ from each other {value} times as much as held-out "
        "patches do{real}. The generator makes much the same image again and again, or images too blurred or too noisy "
        "to differ, and a set of them stands for less than it seems. Look at the samples: where they are blurred or "
        "noisy, train longer; else train again with a smaller learning rate, more regularisation, or more images.",
    ),
    Rule(
        "discriminator overfitting",
        "overfitting",
        limit=0.6,
        below=False,
        after=0.0,
        shown=".2f",
        sentence="Discriminator overfitting at step {step}: to the discriminator held-out patches lie {value} of "
        "the way from training patches to samples (0 is none, 1 all of it). It knows the training patches by heart, "
        "and what the generator learns from it gets worse. Stop here, or train again on more images or with more "
        "augmentation.",
    ),
    Rule(
        "checkerboard",
        "checkerboard_ratio",
        limit=2.0,
        below=False,
        after=0.2,
        shown=",.1f",
        sentence="Checkerboard at step {step}: samples have {value} times the power of held-out patches at "
        "periods of two pixels{real}. That is a grid, or noise, of the generator's own making, and no texture of the "
        "sample. Look at the samples enlarged, and train longer; if it stays, train another generator.",
    ),
    Rule(
        "posterior collapse",
        "active_latents",
        limit=0.1,
        below=True,
        after=1 / 3,
        shown=".0%",
        sentence="Posterior collapse at step {step}: {value} of the latent channels are in use. The decoder does "
        "without the others, so that images come out alike and blurred. Train again with a smaller weight of the "
        "divergence (beta), a longer warm-up, or more free bits.",
    ),
)
"""That of overfitting: r_v of Karras et al. 2020 ("limited data"), Eq. 1, held at 0.6 there. The others are our own."""


def alarms_of(points: Iterable[Measured]) -> tuple[Alarm, ...]:
    """Give the alarms of a training so far, in the order of their steps.

    Parameters
    ----------
    points : iterable of Measured
        Its curves, of one step or of several in any order; those of one step are put together. Beside a figure
        may stand ``<name>_real``, real against real, and `PROGRESS`, without which the last step is the end.

    Returns
    -------
    tuple of Alarm
        One that passed again, and was raised again, is there twice.
    """
    known = merged(points)
    found = [alarm for rule in RULES for alarm in _raised(rule, known)]
    return tuple(sorted(found, key=lambda alarm: alarm.step))


class AlarmNews:
    """Says each alarm once when it is raised and once when it has passed, while a training goes on.

    Parameters
    ----------
    points : iterable of Measured
        The curves so far; what they show was said before.
    """

    def __init__(self, points: Iterable[Measured] = ()) -> None:
        self._points = list(points)
        self._said = {alarm.words for alarm in alarms_of(self._points)}

    def heed(self, event: Event) -> tuple[str, ...]:
        """Give the sentences that an event of the training brings."""
        if not isinstance(event, Measured):
            return ()
        self._points.append(event)
        words = [alarm.words for alarm in alarms_of(self._points)]
        new = tuple(one for one in words if one not in self._said)
        self._said.update(new)
        return new


def _raised(rule: Rule, points: tuple[Measured, ...]) -> Iterator[Alarm]:
    """Walk through the looks; a change counts once `LOOKS` in a row agree on it."""
    first = (rule.after - ROUNDED) * _planned(points)
    alarm: Alarm | None = None
    against = 0
    for point in points:
        if rule.figure not in point.values or point.step < first:
            continue
        real = point.values.get(rule.figure + REAL)
        value = point.values[rule.figure]
        against = against + 1 if rule.is_bad(value, 1.0 if real is None else real) != (alarm is not None) else 0
        if against < LOOKS:
            continue
        against = 0
        if alarm is not None:
            yield replace(alarm, passed=point.step)
            alarm = None
        else:
            words = "" if real is None else f" (real against real: {real:.2f})"
            shown = format(value, rule.shown)
            alarm = Alarm(rule.kind, point.step, rule.sentence.format(step=point.step, value=shown, real=words))
    if alarm is not None:
        yield alarm


def _planned(points: tuple[Measured, ...]) -> float:
    """Give how many steps the training has: no end is known before it is planned; where none says, the last is it."""
    told = [point for point in points if PROGRESS in point.values]
    if not told:
        return points[-1].step if points else 0
    return next((one.step / one.values[PROGRESS] for one in reversed(told) if one.values[PROGRESS] > 0), math.inf)
