"""The words that nothing in a rater's hands may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from synthscope.records.study import StudyDesign

_SHORTEST = 4
_HEX = re.compile(r"[0-9a-f]+", re.IGNORECASE)


def secret_words(design: StudyDesign) -> tuple[str, ...]:
    """Give names of arms, generators, cases and files of a design.

    Words of fewer than 4 letters, and those that hex digits alone can spell, are left out: they occur in codes by
    chance.
    """
    return tuple(sorted({word for word in _words(design) if len(word) >= _SHORTEST and not _HEX.fullmatch(word)}))


def _words(design: StudyDesign) -> Iterator[str]:
    for arm in design.arms:
        yield from (arm.name, arm.generator, *arm.cases)
        for image in arm.images:
            yield from (image.name, PurePath(image.name).name.partition(".")[0])
