"""What the settings of a number say of how its interval and its floor came about; the methods are made of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.metrics.resampling import SPLITS, Range

INTERVAL, DRAWS, FLOOR = "interval", "draws", "floor"
NONE = "none"
DIVIDED = f"parts of the real set that share no specimen, median and range over at most {SPLITS} divisions"
HELD_OUT = "held-out real images in place of the generated ones"
STRANGERS = "real images beside a real image that is not their partner"
TRAINED_ON_REAL = "the segmenter trained on real images"
SAME_PLACES = "real fields, measured at the places at which windows of the generated ones meet"
REPLICATES = "a second real image of the specimen in place of the generated one"


def statistics_of(found: Range, way: str, draws: int, floor: Range, beside: str) -> Mapping[str, object]:
    """Say how an interval was taken, in how many draws, and what the floor is; ``none`` where there is none.

    Parameters
    ----------
    found, floor : Range
    way, beside : str
        In words that stand in a sentence.
    draws : int
        0 where nothing is drawn.
    """
    interval: dict[str, object] = {INTERVAL: NONE}
    if np.isfinite(found.low):
        interval = {INTERVAL: way, **({DRAWS: draws} if draws else {})}
    return {**interval, FLOOR: beside if np.isfinite(floor.value) else NONE}
