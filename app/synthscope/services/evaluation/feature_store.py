"""Arrays by content: features, figures and controls that were made once in the same way are not made again."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from appdirs import user_cache_dir

from synthscope.records.documents import digest
from synthscope.records.metric import ExtractorSpec, Frame

MOST_BYTES = 2 * 2**30
"""What the store may hold; the files that were not used for longest go first."""
SEAL = 32
"""Bytes of the hash that ends a file: what was damaged on the disk is made anew."""


@dataclass(frozen=True)
class FeatureStore:
    """A folder of arrays, each in a file that its own hash ends; losing it costs time, nothing else.

    A file holds the features of a batch of fields, figures of the real set, or a control.
    """

    folder: Path

    @classmethod
    def of_user(cls) -> FeatureStore:
        """Give the store that all projects of this user share."""
        return cls(Path(user_cache_dir("synthscope", appauthor=False)) / "features")

    def get(self, key: str) -> np.ndarray | None:
        """Give what was kept under a key; None where nothing was, or it is damaged."""
        path = self._path(key)
        try:
            kept = path.read_bytes()
            body, seal = kept[:-SEAL], kept[-SEAL:]
            if hashlib.sha256(body).digest() != seal:
                return None
            found: np.ndarray = np.load(io.BytesIO(body), allow_pickle=False)
            os.utime(path)
        except (OSError, ValueError, EOFError):
            return None
        return found

    def put(self, key: str, array: np.ndarray) -> None:
        """Keep an array; a full disk or a folder that cannot be written costs nothing but the next look."""
        path = self._path(key)
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            body = io.BytesIO()
            np.save(body, array, allow_pickle=False)
            part.write_bytes(body.getvalue() + hashlib.sha256(body.getvalue()).digest())
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
