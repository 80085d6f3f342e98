"""Images of files, each opened once for as long as its file stays as it is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from synthscope.io.opening import open_image
from synthscope.records.image import Image
from synthscope.services.sources import file_stamp

MOST_BYTES = 2**30
"""Of opened images that are kept: small ones are held in memory. What is more is opened anew each time."""


class OpenedImages:
    """Keeps opened images; asked on one thread."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._kept: dict[Path, tuple[str, Image]] = {}

    def open_all(self, paths: Iterable[Path]) -> list[Image]:
        """Open images, and let go of all others.

        Raises
        ------
        FileError, InputError
            If one cannot be read.
        """
        before, self._kept, room = self._kept, {}, self._most
        found = []
        for path in paths:
            stamp = file_stamp(path)
            known = before.get(path)
            image = known[1] if known is not None and known[0] == stamp else open_image(path)
            if image.nbytes <= room:
                room -= image.nbytes
                self._kept[path] = (stamp, image)
            found.append(image)
        return found
