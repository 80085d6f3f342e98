"""Where a mask comes from: what found it, by which words, and whether it was changed by hand afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MASK_RECORD_FORMAT = "synthscope/mask-record"
VERSION = 1


@dataclass(frozen=True)
class MaskOrigin:
    """A part of a mask that a generator found by two prompts.

    Parameters
    ----------
    generator, generator_version : str
        What told both prompts apart.
    parameters : mapping
        The JSON of its own parameter record.
    seed : int
        Of the noises.
    model, model_sha256 : str
        Name of the model, without folders, and the hash of its weights.
    normalisation : tuple of float
        The (low, high) in original units that the network saw as -1 and 1.
    source, target : str
        What the image shows, and what it shall show.
    threshold : float
        How many times the mean difference of its slice a place had to have.
    image_sha256 : str
        `synthscope.imaging.hashing.pixel_hash` of the voxels that were looked at.
    start, stop : tuple of int
        The box of the mask that was looked at, in the mask axes of the image; `stop` excluded.
    sha256 : str
        `pixel_hash` of what was found in that box, as bool.
    edited : bool
        Whether the mask in that box is another one by now: painted, grown, joined with another.
    made, program : str
        Time (UTC) and version of the program.
    """

    generator: str
    generator_version: str
    parameters: Mapping[str, Any]
    seed: int
    model: str
    model_sha256: str
    normalisation: tuple[float, ...]
    source: str
    target: str
    threshold: float
    image_sha256: str
    start: tuple[int, ...]
    stop: tuple[int, ...]
    sha256: str
    edited: bool = False
    made: str = ""
    program: str = ""


@dataclass(frozen=True)
class MaskRecord:
    """What a mask file says of itself: where the parts of the mask come from, the oldest first."""

    origins: tuple[MaskOrigin, ...]
    format: str = MASK_RECORD_FORMAT
    version: int = VERSION
