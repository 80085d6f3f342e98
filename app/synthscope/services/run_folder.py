"""One run on disk: recipe, mask, candidates, verdicts; each file is whole or not there."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from synthscope.errors import DocumentError, FileError
from synthscope.imaging.label_codec import pack_labels, unpack_labels
from synthscope.imaging.mask_codec import decode_mask, encode_mask
from synthscope.io.documents import read_document, write_document
from synthscope.io.faults import writing_faults
from synthscope.io.opening import open_image
from synthscope.records.documents import digest
from synthscope.records.image import Image
from synthscope.records.project import (
    LABELS_FORMAT,
    MASK_FORMAT,
    VERDICTS_FORMAT,
    VERSION,
    LabelsDocument,
    MaskDocument,
    VerdictsDocument,
)
from synthscope.records.run import CANDIDATE_FORMAT, RECIPE_FORMAT, Candidate, Recipe, Verdict

LABELS = "labels.json"


def now() -> str:
    """Give the time, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class RunFolder:
    """The folder of one run.

    ``recipe.json``, ``mask.json`` (packed bits of the mask in the region), ``labels.json`` (its label map),
    ``candidates/0001.ome.tif`` with ``0001.json`` beside it, ``verdicts.json``, ``events.jsonl``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def begin(
        cls, parent: Path, recipe: Recipe, mask: np.ndarray | None, labels: np.ndarray | None = None
    ) -> RunFolder:
        """Make the folder of a new run; `mask` and label map `labels` are those of the recipe's region."""
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        stem = f"{stamp}-{recipe.generator}-{digest(recipe)[:6]}"
        path = _make_unused(parent, stem)
        run = cls(path)
        with writing_faults(path):
            (path / "candidates").mkdir()
        if mask is not None:
            write_document(path / "mask.json", MaskDocument(tuple(mask.shape), encode_mask(mask)))
        if labels is not None:
            write_document(path / LABELS, LabelsDocument(pack_labels(labels)))
        run.seal(recipe)
        return run

    @property
    def id(self) -> str:
        """Name of the run."""
        return self.path.name

    def recipe(self) -> Recipe:
        """Read the recipe."""
        return read_document(self.path / "recipe.json", Recipe, format=RECIPE_FORMAT, version=VERSION)

    def seal(self, recipe: Recipe) -> None:
        """Write the recipe: first without, then with the hashes of what was read."""
        write_document(self.path / "recipe.json", recipe)

    def mask(self) -> np.ndarray | None:
        """Read the mask of the recipe's region, boolean, of the mask's axes."""
        path = self.path / "mask.json"
        if not path.exists():
            return None
        try:
            packed = read_document(path, MaskDocument, format=MASK_FORMAT, version=VERSION)
            return decode_mask(packed.bits, packed.shape)
        except DocumentError as error:
            raise DocumentError(f"The mask of run {self.id} is damaged; draw it again. {error}") from error

    def labels(self) -> np.ndarray | None:
        """Read the label map of the recipe's region or new image, int32, of the mask's axes."""
        path = self.path / LABELS
        if not path.exists():
            return None
        packed = read_document(path, LabelsDocument, format=LABELS_FORMAT, version=VERSION)
        return unpack_labels(packed.labels)

    def image_path(self, number: int) -> Path:
        """Where candidate `number` (from 1) is stored."""
        return self.path / "candidates" / f"{number:04d}.ome.tif"

    def add(self, candidate: Candidate) -> None:
        """Record a candidate whose image is on disk: from here on it is finished."""
        write_document((self.path / candidate.path).with_suffix("").with_suffix(".json"), candidate)

    def candidates(self) -> tuple[Candidate, ...]:
        """Read all finished candidates, in order; a damaged one is left out."""
        found = []
        for path in sorted((self.path / "candidates").glob("*.json")):
            try:
                found.append(read_document(path, Candidate, format=CANDIDATE_FORMAT, version=VERSION))
            except (DocumentError, FileError):
                continue
        return tuple(found)

    def candidate(self, candidate_id: str) -> Candidate:
        """Find one candidate by its id."""
        for candidate in self.candidates():
            if candidate.id == candidate_id:
                return candidate
        raise FileError(f"Run {self.id} has no candidate {candidate_id!r}; it may have been deleted.")

    def open(self, candidate: Candidate) -> Image:
        """Open the stored box of a candidate, with its mask and provenance.

        Raises
        ------
        DocumentError
            If the candidate's document names a file outside this run's folder.
        """
        path = (self.path / candidate.path).resolve()
        if not path.is_relative_to(self.path.resolve()):
            raise DocumentError(
                f"Candidate {candidate.id} names the file {candidate.path!r} outside its run; delete the run."
            )
        return open_image(path)

    def verdicts(self) -> Mapping[str, Verdict]:
        """Read what a person decided, by candidate id."""
        path = self.path / "verdicts.json"
        if not path.exists():
            return {}
        return read_document(path, VerdictsDocument, format=VERDICTS_FORMAT, version=VERSION).verdicts

    def decide(self, candidate_id: str, **changes: Any) -> Verdict:
        """Change the verdict on one candidate (`state`, `starred`, `reason`)."""
        verdicts = dict(self.verdicts())
        verdict = replace(verdicts.get(candidate_id, Verdict()), **changes)
        verdicts[candidate_id] = verdict
        write_document(self.path / "verdicts.json", VerdictsDocument(verdicts))
        return verdict

    def log(self, event: str, **details: Any) -> None:
        """Append one line to the run's events."""
        line = json.dumps({"time": now(), "event": event, **details}, ensure_ascii=False)
        path = self.path / "events.jsonl"
        with writing_faults(path), path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(line + "\n")

    def occupied(self) -> int:
        """Bytes on disk."""
        return size_of_files(self.path)


def size_of_files(folder: Path) -> int:
    """Give the bytes of all files in a folder; 0 where it is not there."""
    return sum(_size(path) for path in folder.rglob("*"))


def _size(path: Path) -> int:
    """Give the bytes of a file; 0 for a folder, and for what is removed while its folder is looked at."""
    try:
        found = path.lstat()
    except OSError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _make_unused(parent: Path, stem: str) -> Path:
    with writing_faults(parent):
        parent.mkdir(parents=True, exist_ok=True)
    for number in range(1, 1000):
        path = parent / (stem if number == 1 else f"{stem}-{number}")
        with writing_faults(path):
            try:
                path.mkdir()
            except FileExistsError:
                continue
        return path
    raise FileError(f"{parent} holds a thousand runs named {stem}; clear some.")
