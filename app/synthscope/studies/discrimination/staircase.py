"""Ever shorter sight: a weighted up-down staircase over exposures that a screen can show, as a pure state machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError


@dataclass(frozen=True)
class Staircase:
    """Which exposure comes next, told from the answers so far (Kaernbach 1991, Perception & Psychophysics 49:227).

    A right answer shortens the exposure by `step` octaves, a wrong one lengthens it by
    ``step * target / (1 - target)``: at the target part of right answers both keep the balance. The step is halved at
    each of the first `halvings` reversals. It draws nothing and keeps nothing: the same answers give the same exposure.

    Parameters
    ----------
    start_ms : float
        Of the first trial.
    target : float
        Part of right answers that is tracked, between chance (0.5) and 1.
    step : float
        Octaves of the first steps downwards.
    halvings : int
        How often the step is halved.
    least_ms, most_ms : float
        Shortest and longest exposure.
    frame_ms : float
        What exposures are multiples of: the time of one frame of the screen, at 60 Hz 16.667 ms.

    Raises
    ------
    InputError
        If a value is out of its range.
    """

    start_ms: float
    target: float = 0.75
    step: float = 0.5
    halvings: int = 2
    least_ms: float = 50 / 3
    most_ms: float = 2000.0
    frame_ms: float = 50 / 3

    def __post_init__(self) -> None:
        """Refuse what no staircase can do."""
        if not 0.5 < self.target < 1:
            raise InputError(f"A target of {self.target:g} is not between 0.5 and 1; use 0.75.")
        if not self.step > 0 or self.halvings < 0:
            raise InputError(f"Steps of {self.step:g} octaves, halved {self.halvings} times, lead nowhere; use 0.5, 2.")
        if not 0 < self.frame_ms <= self.most_ms or not 0 < self.least_ms <= self.most_ms:
            raise InputError(
                f"Exposures from {self.least_ms:g} to {self.most_ms:g} ms in frames of {self.frame_ms:g} ms cannot be "
                "shown; let the least be above 0 and below the most."
            )
        if not self.least_ms <= self.start_ms <= self.most_ms:
            raise InputError(
                f"A start at {self.start_ms:g} ms is not within {self.least_ms:g} to {self.most_ms:g} ms; start inside."
            )

    @property
    def levels(self) -> tuple[float, ...]:
        """All exposures that may come, rising, in ms."""
        return tuple(self._ms(k) for k in range(self._first, self._last + 1))

    @property
    def _first(self) -> int:
        return max(1, int(np.ceil(self.least_ms / self.frame_ms - 1e-9)))

    @property
    def _last(self) -> int:
        return max(self._first, int(np.floor(self.most_ms / self.frame_ms + 1e-9)))

    def next_ms(self, history: Sequence[bool]) -> float:
        """Give the exposure of the next trial.

        Parameters
        ----------
        history : sequence of bool
            Of every trial so far, in order: whether the answer was right.

        Returns
        -------
        float
            In ms; one of `levels`.
        """
        return self._shown(self._walk(history)[-1])

    def shown(self, history: Sequence[bool]) -> tuple[float, ...]:
        """Give the exposures that those trials had, in ms."""
        return tuple(self._shown(octaves) for octaves in self._walk(history)[:-1])

    def reversals(self, history: Sequence[bool]) -> tuple[int, ...]:
        """Give the trials (from 0) whose answer turned the staircase."""
        return tuple(k for k in range(1, len(history)) if bool(history[k]) != bool(history[k - 1]))

    def _walk(self, history: Sequence[bool]) -> list[float]:
        """Octaves of every exposure, of the next one too; between frames, so that small steps add up."""
        low, high = (float(np.log2(self.frame_ms * k)) for k in (self._first, self._last))
        found, turns = [float(np.log2(self.start_ms))], 0
        for k, right in enumerate(history):
            turns += k > 0 and bool(right) != bool(history[k - 1])
            step = self.step / 2 ** min(turns, self.halvings)
            change = -step if right else step * self.target / (1 - self.target)
            found.append(min(max(found[-1] + change, low), high))
        return found

    def _shown(self, octaves: float) -> float:
        """Give the nearest level on the scale of octaves."""
        below = max(int(2**octaves / self.frame_ms), 1)
        nearest = min((below, below + 1), key=lambda k: abs(np.log2(k * self.frame_ms) - octaves))
        return self._ms(min(max(nearest, self._first), self._last))

    def _ms(self, frames: int) -> float:
        """Give the time of so many frames; rounding never leads beyond the longest exposure."""
        return min(self.frame_ms * frames, self.most_ms)
