"""Features by content: what was measured once of the same pixels in the same way is not measured again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from appdirs import user_cache_dir

from synthscope.records.documents import digest
from synthscope.records.metric import ExtractorSpec, Frame

MOST_BYTES = 2 * 2**30
"""What the store may hold; the files that were not used for longest go first."""


@dataclass(frozen=True)
class FeatureStore:
    """A folder of features, one file for each batch of fields; losing it costs time, nothing else."""

    folder: Path

    @classmethod
    def of_user(cls) -> FeatureStore:
        """Give the store that all projects of this user share."""
        return cls(Path(user_cache_dir("synthscope", appauthor=False)) / "features")

    def get(self, key: str) -> np.ndarray | None:
        """Give what was kept under a key; None where nothing was, or it is damaged."""
        path = self._path(key)
        try:
            found: np.ndarray = np.load(path, allow_pickle=False)
            os.utime(path)
        except (OSError, ValueError, EOFError):
            return None
        return found

    def put(self, key: str, features: np.ndarray) -> None:
        """Keep features; a full disk or a folder that cannot be written costs nothing but the next look."""
        path = self._path(key)
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                np.save(file, features, allow_pickle=False)
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)

    def trim(self, most: int = MOST_BYTES) -> None:
        """Remove what was not used for longest, until at most `most` bytes are left."""
        try:
            files = [(path.stat().st_mtime, path.stat().st_size, path) for path in self.folder.glob("*/*.npy")]
        except OSError:
            return
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= most:
                return
            path.unlink(missing_ok=True)
            total -= size

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.npy"


def key_of(spec: ExtractorSpec, frame: Frame, hashes: tuple[str, ...], weights: str = "") -> str:
    """Name features by all that they depend on: the extractor, its weights, the frame, and the pixels."""
    return digest((spec.id, spec.version, spec.implementation, weights, frame, hashes))
