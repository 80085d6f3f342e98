"""Ratings beside metrics: values of metrics for the pictures of a study, and how far both go together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from synthscope.records.documents import Figure
from synthscope.records.study_events import Mark
from synthscope.records.study_ratings import NAN, Curve, Estimate

BESIDE_FORMAT = "synthscope/study-beside-metrics"
VERSION = 1
Level = Literal["image", "pair", "arm"]


@dataclass(frozen=True)
class MetricValue:
    """One value of a metric.

    Parameters
    ----------
    metric, title : str
        Id and name of the metric.
    subject : str
        Of what: the code of a picture, or the letter of an arm (of real against real: that of the real one). Empty
        for a metric that was left out.
    why : str
        Why a metric was left out, as a sentence.
    """

    metric: str
    title: str
    level: Level
    subject: str
    value: Figure
    low: Figure = NAN
    high: Figure = NAN
    higher_is_better: bool = True
    why: str = ""


@dataclass(frozen=True)
class DisagreedPicture:
    """A picture of which a metric and raters say opposite things.

    Parameters
    ----------
    metric_place, rating_place : float
        From 0 (worst of all pictures) to 1 (best).
    marks : tuple of Mark
        Of all raters, where they marked.
    """

    code: str
    letter: str
    metric: str
    metric_place: Figure
    rating_place: Figure
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class MarkedPicture:
    """A picture that raters marked beside its reference, and how well error maps tell where.

    Parameters
    ----------
    raters, marked : int
        Raters who saw it, and those of them who marked something.
    areas : mapping
        From an error map to the area under the curve of its values at marked pixels against all others.
    """

    code: str
    letter: str
    reference: str
    raters: int
    marked: int
    areas: Mapping[str, Figure]


@dataclass(frozen=True)
class BesideMetrics:
    """Ratings beside metrics. It can be made only after unblinding.

    Parameters
    ----------
    estimates : mapping
        From a heading, such as ``Each image``, ``Each pair``, ``Each generator``, to its estimates.
    """

    values: tuple[MetricValue, ...]
    estimates: Mapping[str, tuple[Estimate, ...]]
    curves: tuple[Curve, ...] = ()
    disagreements: tuple[DisagreedPicture, ...] = ()
    warnings: tuple[str, ...] = ()
    methods: str = ""
    marked: tuple[MarkedPicture, ...] = ()
    format: str = BESIDE_FORMAT
    version: int = VERSION
