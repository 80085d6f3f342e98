"""What an evaluation is asked for, and its report card."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from synthscope.records.documents import Figure
from synthscope.records.metric import Better, Domain, Frame, Group, Layout
from synthscope.records.request import Input

EVALUATION_FORMAT = "synthscope/evaluation"
REPORT_FORMAT = "synthscope/report"
VERSION = 1

NAN = math.nan
Role = Literal["generated", "control"]


@dataclass(frozen=True)
class ImageSet:
    """Images that are judged together.

    Parameters
    ----------
    name : str
        What tables call it: a generator, a folder, a layer.
    images : tuple of Input
    specimens : tuple of str
        Of each image; or none, and then each image is a specimen of its own.
    generator, prompt : str
        What made it, where that is known.
    """

    name: str
    images: tuple[Input, ...]
    specimens: tuple[str, ...] = ()
    generator: str = ""
    prompt: str = ""


@dataclass(frozen=True)
class EvaluationRecipe:
    """Everything that is needed to make a report card again.

    Parameters
    ----------
    real : ImageSet
    generated : tuple of ImageSet
        One for each generator that is compared.
    training : ImageSet, optional
        What the generators learned from: copies are looked for in it.
    partners : bool
        The n-th generated image has the n-th real one as its declared partner.
    masks : tuple of Input
        For pairs: what was generated, one for each pair, or none.
    metrics : tuple of str
        Ids, or none for all that fit.
    encoders : tuple of str
        Ids of the encoders that metrics of features are taken with.
    side : int
        Of the square fields that sets are cut into, in pixels; 0 for the largest that fits all images, or a
        quarter of the real ones where these are fewer than eight and no specimens are told.
    depth : int
        Slices of a field; above 1 stacks are judged as volumes.
    most : int
        Fields of each set, at most, drawn evenly.
    resamples : int
        Bootstrap and permutation draws.
    device : str
        Where networks look at fields: ``auto``, ``cpu``, ``cuda`` or ``mps``.
    copy_shrink : int
        Above 1: copies are first looked for among averages over squares of that side, for stacks of gigabytes.
    utility : bool
        Train a small segmenter on real, on generated and on both, and take its Dice on held-out real.
    stack : bool
        The real set and the training images were given as folders of slices, each one stack.
    reading : mapping
        How files were read that do not tell, by the option of the command: ``axes``, ``dataset``, ``raw``,
        ``voxel-size``, ``unit``.
    utility_labels : tuple of Input
        Label maps of the real images, one for each: what a segmenter learns of them and of generated images that were
        made from label maps, in place of the two phases.
    """

    real: ImageSet
    generated: tuple[ImageSet, ...]
    training: ImageSet | None = None
    domain: Domain = "any"
    partners: bool = False
    masks: tuple[Input, ...] = ()
    metrics: tuple[str, ...] = ()
    encoders: tuple[str, ...] = ("materials",)
    side: int = 0
    depth: int = 1
    most: int = 200
    resamples: int = 500
    controls: bool = True
    seed: int = 0
    device: str = "auto"
    copy_shrink: int = 1
    utility: bool = False
    stack: bool = False
    reading: Mapping[str, str] = field(default_factory=dict)
    utility_labels: tuple[Input, ...] = ()
    format: str = EVALUATION_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class Score:
    """One number of the card, and what it is worth.

    Parameters
    ----------
    metric : str
        Its id; ``id:name`` for one of several quantities.
    subject : str
        Name of the set that is judged.
    value, low, high : float
        With its 95 % interval over specimens; not a number where it cannot be told.
    n : int
        Fields (or pairs) of each set that went into it.
    floor, floor_low, floor_high : float
        The same number for real against real, at equal n.
    spread : float
        Standard deviation over pairs or fields around their mean: the value, or ``mean`` of the settings of pairs,
        whose value is their median.
    p_value : float
        Of "both are of one kind", where there is a test.
    informative : bool or None
        Whether it ranks the controls sensibly on these data; None where that was not tried.
    caveats : tuple of str
        A sentence each.
    settings : mapping
        Encoder, resize rule, bit-depth map and whatever else the number depends on.
    """

    metric: str
    subject: str
    title: str
    group: Group
    value: Figure
    low: Figure = NAN
    high: Figure = NAN
    n: int = 0
    floor: Figure = NAN
    floor_low: Figure = NAN
    floor_high: Figure = NAN
    p_value: Figure = NAN
    better: Better = "low"
    unit: str = ""
    encoder: str = ""
    role: Role = "generated"
    informative: bool | None = None
    why: str = ""
    caveats: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    spread: Figure = NAN


@dataclass(frozen=True)
class Spot:
    """One field that was judged: where it was cut from, and its thumbnail.

    Parameters
    ----------
    subject : str
        Name of its set.
    image : int
        Which image of the set.
    start, stop : tuple of int
        The box in that image's block, (Z, Y, X).
    picture : str
        PNG beside the report.
    moment : int
        Which time point, of a series of stacks.
    """

    subject: str
    image: int
    start: tuple[int, int, int]
    stop: tuple[int, int, int]
    picture: str = ""
    moment: int = 0


@dataclass(frozen=True)
class Evidence:
    """The images behind a number, the furthest from real first.

    Parameters
    ----------
    values : tuple of float
        One for each field of `spots`.
    nearest : tuple of int
        Index into `Report.spots` of each one's nearest real (or training) field; -1 where there is none.
    spots : tuple of int
        Indices into `Report.spots`.
    encoder : str
        As that of the score; a card from before has none.
    beside : str
        What `nearest` holds and by what it is nearest, in words; a card from before has none.
    """

    metric: str
    subject: str
    values: tuple[Figure, ...]
    spots: tuple[int, ...]
    nearest: tuple[int, ...] = ()
    encoder: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Band:
    """A curve of one set: its mean over fields and the spread (standard deviation) of fields, by x."""

    extractor: str
    name: str
    title: str
    subject: str
    x: tuple[float, ...]
    mean: tuple[Figure, ...]
    spread: tuple[Figure, ...]
    x_title: str
    y_title: str = ""


@dataclass(frozen=True)
class SetFacts:
    """What is known of a set: how many images and fields, of how many specimens, and the hash of them all."""

    name: str
    role: str
    images: int
    fields: int
    specimens: int
    sha256: str


@dataclass(frozen=True)
class Report:
    """The report card, as it lies in ``report.json``; pictures lie beside it.

    Parameters
    ----------
    samples : mapping
        For each set, indices into `spots` of fields that were drawn evenly from it, and not picked by any number.
    """

    recipe: EvaluationRecipe
    frame: Frame
    sets: tuple[SetFacts, ...]
    scores: tuple[Score, ...]
    warnings: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    spots: tuple[Spot, ...] = ()
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    created: str = ""
    samples: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    format: str = REPORT_FORMAT
    version: int = VERSION

    def behind(self, score: Score) -> Evidence | None:
        """Give the images behind a number; None where there are none, or an old card does not say of which encoder."""
        own = [one for one in self.evidence if (one.metric, one.subject) == (score.metric, score.subject)]
        told = [one for one in own if one.encoder == score.encoder]
        told = told or [one for one in own if len(own) == 1 and not one.encoder]
        return told[0] if told else None
