"""The course of trials in a window: a pause, the pictures, for how long they are in sight, the next."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from synthscope.qt.rating.view import RatingView, Sending, timer
from synthscope.records.study_pack import Trial
from synthscope.services.rating.ahead import Ahead
from synthscope.services.rating.session import RatingSession


class RatingTrials(RatingView):
    """Shows one trial after the other; what keys mean is the matter of the window.

    Parameters
    ----------
    picture : callable
        From a code to uint8 (Z, Y, X, C); called in a thread of its own.
    sending : callable, optional
        See `RatingView`.
    """

    def __init__(
        self, session: RatingSession, picture: Callable[[str], np.ndarray], sending: Sending | None = None
    ) -> None:
        super().__init__(session, sending)
        self._ahead = Ahead(picture)
        self._next = timer(self, lambda: self.attempt(self._arm))
        self.canvas.drawn.connect(self._drawn)
        self.canvas.gone.connect(self._gone)

    @property
    def is_waiting(self) -> bool:
        """Whether the next trial comes by itself."""
        return bool(self._next.isActive())

    def wait_for_trial(self) -> None:
        """Show the next trial after the pause."""
        if self.session.step == "ready":
            self._ahead.begin(self.session.trial)
            self._next.start(self.session.manifest.showing.interval)

    def stay(self) -> None:
        """Let the next trial not come by itself."""
        self._next.stop()

    def clear(self) -> None:
        """Leave nothing of the trial in sight."""
        self.hiding.stop()
        self.canvas.hide_pictures()

    def leave(self) -> None:
        """Let go of what reads pictures."""
        self._next.stop()
        self._ahead.close()

    def _arm(self) -> None:
        if self.session.step == "ready" and self.session.trial:
            trial = self.session.trial
            pictures = self._ahead.take(trial)  # before it is armed: reading takes no time of the trial
            self.session.arm()
            named, flicker = bool(trial.reference), self.session.manifest.showing.flicker
            self.canvas.show_pictures(pictures, reference=named, flicker=named and flicker)

    def _drawn(self) -> None:
        if self.session.step == "armed":
            self.attempt(self._onset, again=self._show_again)

    def _gone(self) -> None:
        if self.session.step == "shown" and not self.is_stopped:
            self.attempt(lambda: self.session.offset(self.frame_ms))

    def _onset(self) -> None:
        if sight := self.session.sight:
            self.hiding.start(in_frames(sight, self.frame_ms))  # it runs while the onset is saved
        self.session.onset()
        self._ahead.begin(_after(self.session.slot.trials, self.session.trial))

    def _show_again(self) -> None:
        self.session.lose_sight()
        self.wait_for_trial()


def in_frames(sight: int, frame_ms: float) -> int:
    """Give the nearest whole number of frames, at least one, in ms."""
    return max(1, round(max(1, round(sight / frame_ms)) * frame_ms)) if frame_ms else sight


def _after(trials: tuple[Trial, ...], trial: Trial | None) -> Trial | None:
    following = trials[trials.index(trial) + 1 :] if trial else ()
    return following[0] if following else None
