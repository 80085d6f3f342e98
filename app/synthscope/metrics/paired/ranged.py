"""What figures of pairs have in common that are told a data range: they say which."""

from __future__ import annotations

from collections.abc import Mapping

from synthscope.records.metric import Frame


class Ranged:
    """A figure of pairs by the data range of the real set."""

    def settings(self, frame: Frame) -> Mapping[str, object]:
        """Say which data range a value depends on, and what becomes of several channels."""
        ranges = [frame.range_of(channel) for channel in range(frame.channels)]
        if len(ranges) == 1:
            return {"data_range": ranges[0]}
        return {"data_range": ranges, "channels": "each by its own data range of the real set, then averaged"}
