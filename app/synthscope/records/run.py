"""One execution of a recipe: recipe, candidates, provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any, Literal

from synthscope.records.generator import Determinism
from synthscope.records.labels import PackedLabels
from synthscope.records.request import Region, Request

RECIPE_FORMAT = "synthscope/recipe"
PROVENANCE_FORMAT = "synthscope/provenance"
CANDIDATE_FORMAT = "synthscope/candidate"
VERSION = 1

SourceType = Literal[
    "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia", "compositeSynthetic"
]
"""IPTC digital source types: the first two where a trained network made voxels, the others where none did."""


@dataclass(frozen=True)
class AdapterUse:
    """A part of another's model that a recipe joins to its model: by name, by hash, and how strongly it works."""

    name: str
    sha256: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Recipe:
    """Everything that is needed to make a result again.

    `parameters` is the JSON of the generator's own parameter record; `seeds` holds one seed per candidate.
    `normalisation` is the (low, high) in original units that a network saw as -1 and 1, recorded by the run, as are
    `model_sha256` of the weights and `training_sha256` of what they were trained by (`ModelCard.training_sha256`):
    the latter is the same at each step of one training.
    """

    request: Request
    generator: str
    generator_version: str
    parameters: Mapping[str, Any]
    seeds: tuple[int, ...]
    model: str = ""
    model_sha256: str = ""
    normalisation: tuple[float, ...] = ()
    device: str = "auto"
    training_sha256: str = ""
    adapters: tuple[AdapterUse, ...] = ()
    format: str = RECIPE_FORMAT
    version: int = VERSION

    def exported(self) -> Recipe:
        """Give the recipe without anything that names this computer: of a model's folder, the name stays."""
        model = PurePath(self.model.replace("\\", "/")).name
        adapters = tuple(replace(one, name=PurePath(one.name.replace("\\", "/")).name) for one in self.adapters)
        return replace(self, request=self.request.exported(), model=model, adapters=adapters)


@dataclass(frozen=True)
class Environment:
    """Versions and device that made a result; no user name, no path."""

    synthscope: str
    python: str
    platform: str
    device: str
    packages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OutsideProof:
    """SHA-256 of dtype, shape and the C-order voxels with masked ones set to zero, before and after.

    `scope` says over what: the whole ``image``, or the stored ``region`` of one too large to be read whole.
    """

    before: str
    after: str
    scope: Literal["image", "region"]

    @property
    def holds(self) -> bool:
        """Whether nothing outside the mask changed."""
        return self.before == self.after


@dataclass(frozen=True)
class Provenance:
    """How the synthetic voxels of one image were made: embedded in every output.

    Parameters
    ----------
    seed : int
        The one of this candidate.
    box : Region, optional
        Where the stored box lies in the source; None for a new image.
    source_shape : tuple of int
        Shape of the whole source; empty for a new image.
    mask : str
        `imaging.mask_codec.encode_mask` of this step's mask in the box: with it, and with the voxels
        outside it, which are the source's own, a filled image can be made again from its file alone.
    found_mask : str
        The same of the mask that the generator found itself, where none was given; all voxels outside are the source's.
    sha256 : str
        `pixel_hash` of the box.
    labels : PackedLabels, optional
        The label map in the box that led it.
    history : tuple of mapping
        Provenance of the source, where that was synthetic itself, oldest first.
    """

    recipe: Recipe
    seed: int
    environment: Environment
    determinism: Determinism
    source_type: SourceType
    seconds: float
    box: Region | None = None
    outside: OutsideProof | None = None
    source_shape: tuple[int, ...] = ()
    mask: str = ""
    sha256: str = ""
    remarks: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    made: str = ""
    history: tuple[Mapping[str, Any], ...] = ()
    labels: PackedLabels | None = None
    found_mask: str = ""
    format: str = PROVENANCE_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class Candidate:
    """One result, waiting to be accepted or rejected; it never replaces its source.

    Parameters
    ----------
    id : str
        ``<run>/<number>``, number from 1.
    path : str
        The stored box (OME-TIFF with its mask and provenance), relative to the run's folder.
    box : Region, optional
        Where the box lies in the source; None for a new image.
    sha256 : str
        `pixel_hash` of the stored box.
    figures : mapping
        What was measured when it was made: seam, texture, copied piece, outside of range.
    """

    id: str
    seed: int
    path: str
    shape: tuple[int, ...]
    sha256: str
    box: Region | None = None
    outside: OutsideProof | None = None
    seconds: float = 0.0
    figures: Mapping[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    format: str = CANDIDATE_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class Verdict:
    """What a person decided about a candidate."""

    state: Literal["waiting", "accepted", "rejected"] = "waiting"
    starred: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Note:
    """An open-label expert note on a candidate (blinding grade 0).

    `realism` and `usability` run from 1 (no) to 5 (fully), 0 where not given; `mark` is a box in the
    candidate's source where something looks wrong.
    """

    candidate: str
    realism: int = 0
    usability: int = 0
    reasons: tuple[str, ...] = ()
    text: str = ""
    mark: Region | None = None
    made: str = ""
