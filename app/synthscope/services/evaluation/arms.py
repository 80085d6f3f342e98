"""The arms of an evaluation: two halves of the real set, the sets that are judged, the controls; equal in number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthscope.errors import InputError
from synthscope.metrics.resampling import divided
from synthscope.records.evaluation import Role
from synthscope.services.evaluation.fields import Fields

LEAST = 4
"""Fields in each arm, at least."""


@dataclass(frozen=True, eq=False)
class Arm:
    """One set that is judged against the reference half."""

    fields: Fields
    role: Role


@dataclass(frozen=True, eq=False)
class Arms:
    """Everything that is measured.

    Parameters
    ----------
    real : Fields
        All of the real set, whose two halves are
    reference, held_out : Fields
        which share no unit.
    judged : tuple of Arm
    training : Fields, optional
        As many fields of the training images, where they are known.
    memorised : Fields, optional
        Their control: what a memoriser of them would hand out.
    """

    real: Fields
    reference: Fields
    held_out: Fields
    judged: tuple[Arm, ...]
    training: Fields | None = None
    memorised: Fields | None = None

    @property
    def count(self) -> int:
        """Fields of every arm."""
        return len(self.reference)

    def with_controls(self, controls: Sequence[Fields]) -> Arms:
        """Add controls."""
        return replace(self, judged=(*self.judged, *(Arm(fields, "control") for fields in controls)))


def make_arms(real: Fields, generated: Sequence[Fields], training: Fields | None, seed: int) -> Arms:
    """Divide the real set in two halves and take as many fields of every set as the smallest of them has.

    Raises
    ------
    InputError
        If there are too few fields.
    """
    rng = np.random.default_rng([seed, 1])
    for count in range(min(len(real) // 2, *(len(one) for one in generated)), LEAST - 1, -1):
        halves = divided(real.units, count, rng)
        if halves is not None:
            break
    else:
        raise InputError(_too_few(real, generated))
    reference, held_out = (real.part(half) for half in halves)
    judged = tuple(Arm(_evenly(one, count), "generated") for one in generated)
    return Arms(real, reference, held_out, judged, training and _evenly(training, min(count, len(training))))


def _too_few(real: Fields, generated: Sequence[Fields]) -> str:
    smallest = min(generated, key=len)
    units = len(np.unique(real.units))
    if len(smallest) < LEAST:
        return (
            f"The set {smallest.name!r} gives {len(smallest)} fields, and {LEAST} are the least that can be judged; "
            "make more images or choose smaller fields."
        )
    return (
        f"The real set {real.name!r} gives {len(real)} fields of {units} specimens or blocks, too few for two halves "
        f"of {LEAST} fields that share none; add real images or choose smaller fields."
    )


def _evenly(fields: Fields, count: int) -> Fields:
    return fields.part(np.linspace(0, len(fields) - 1, count).round().astype(int))
