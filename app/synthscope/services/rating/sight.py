"""For how long a picture was seen."""

from __future__ import annotations

from typing import Any

from synthscope.records.study import Showing
from synthscope.records.study_pack import Trial


def sight_of(showing: Showing, trial: Trial | None) -> int:
    """Tell for how long a picture may be seen, in ms; 0 for any time. Its own exposure goes before the study's."""
    exposure = trial.exposure_ms if trial else 0
    return min((each for each in (exposure or showing.exposure, showing.most) if each), default=0)


class Sight:
    """The sight of one picture from its draw, by a monotonic clock in ns; `limit` in ms, 0 for none."""

    def __init__(self, drawn: int = 0, limit: int = 0) -> None:
        self._drawn = drawn
        self._limit = limit
        self._hidden = 0
        self._frames_ms = 0.0

    def elapsed(self, now: int) -> float:
        """Give the time since the draw, in ms."""
        return (now - self._drawn) / 1e6

    def hide(self, now: int, frame_ms: float) -> dict[str, Any]:
        """Give what is kept of a picture that was hidden; the first time counts, should it be told again.

        Parameters
        ----------
        frame_ms : float
            Time of one frame of the screen; what was seen is taken for a whole number of them, at least one. 0 where it
            is not known.
        """
        self._hidden = self._hidden or now
        seen = self.elapsed(self._hidden)
        frames = max(1, round(seen / frame_ms)) if frame_ms else 0
        self._frames_ms = frames * frame_ms or seen
        return {"seen_ms": seen, "frames": frames, "frame_ms": frame_ms}

    def dwelt(self, now: int) -> float:
        """Give for how long it was in sight, in ms: as measured where it was hidden, else until now."""
        spent = self.elapsed(now)
        return self._frames_ms or min(spent, self._limit or spent)
