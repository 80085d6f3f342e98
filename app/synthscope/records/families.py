"""A comparison of families: one stack, one budget, several generators, and what was measured of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from synthscope.records.documents import Figure
from synthscope.records.metric import Better
from synthscope.records.request import Input
from synthscope.records.training import SplitAxis

FAMILIES_FORMAT = "synthscope/families"
RESULT_FORMAT = "synthscope/families-result"
VERSION = 1


@dataclass(frozen=True)
class MeasureKind:
    """One column of the table: its title, its unit, which values are nearer to real, and what it is."""

    title: str
    unit: str = ""
    better: Better = "low"
    about: str = ""


MEASURES: Mapping[str, MeasureKind] = {
    "spectrum_distance": MeasureKind(
        "Spectrum distance", about="Root mean square difference of the log10 radial power; 0.3 is a factor of two."
    ),
    "two_point_distance": MeasureKind(
        "Two-point distance",
        about="Root mean square difference of the probability that two points a distance apart both lie in the bright "
        "phase, by Otsu's threshold of the training part.",
    ),
    "chord_distance": MeasureKind(
        "Chord distance",
        about="Area between the distributions of how far straight lines run through the bright phase, over the mean "
        "length in held-out images; 0.1 is a tenth longer or shorter.",
    ),
    "euler_difference": MeasureKind(
        "Euler difference",
        about="Absolute difference of the Euler numbers (separate pieces less holes) of the bright phase for each "
        "10 000 pixels.",
    ),
    "kernel_distance": MeasureKind(
        "Kernel distance",
        about="Unbiased squared maximum mean discrepancy of features, times 1000 (the KID of Binkowski et al. 2018); "
        "it may fall below 0.",
    ),
    "sharpness_ratio": MeasureKind(
        "Sharpness ratio", better="one", about="Variance of the Laplacian over that of held-out images."
    ),
    "diversity_ratio": MeasureKind(
        "Diversity ratio",
        better="one",
        about="Mean distance between the features of two images over that of held-out ones.",
    ),
    "highest_correlation": MeasureKind(
        "Nearest training patch",
        better="none",
        about="Highest normalised correlation of any image with the training part, over every shift and eight "
        "symmetries; far above that of held-out images it is a copy.",
    ),
    "seconds_per_image": MeasureKind("Time per image", unit="s", about="Median over the images of a set."),
    "training_seconds": MeasureKind("Training", unit="s", about="Of computing, for each seed."),
    "training_steps": MeasureKind("Steps", better="none", about="Of the training, for each seed."),
}
"""The measures of a set, in the order of the table, by the names that files use."""
JUDGED = tuple(MEASURES)[:8]
"""Those that say how a set looks; the others say what it took."""


@dataclass(frozen=True)
class Contender:
    """One generator of a comparison: JSON of its training record (none for a control) and of its parameters."""

    generator: str
    training: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FamiliesRecipe:
    """Everything that is needed to make a comparison again.

    Parameters
    ----------
    images : tuple of Input
        What is learned from; one block of each is held out, the same for all generators.
    contenders : tuple of Contender
    minutes : float
        Of training for each learned generator and seed; `steps` counts instead where it is not 0.
    seeds : int
        How often each generator is trained and sampled anew; the first time with `seed`.
    count : int
        Images of each set that is compared.
    size : int
        Side (px) of the images that are made and compared.
    held_out : float
        Part of each image, above 0 to 0.5, that is kept out of all training in one block.
    resamples : int
        Bootstrap draws of an interval.
    encoder : str
        What takes the features of kernel distance and diversity.
    """

    images: tuple[Input, ...]
    contenders: tuple[Contender, ...]
    name: str = ""
    minutes: float = 10.0
    steps: int = 0
    seed: int = 0
    seeds: int = 3
    count: int = 64
    size: int = 64
    held_out: float = 0.25
    split_axis: SplitAxis = "auto"
    device: str = "auto"
    resamples: int = 500
    encoder: str = "materials"
    licence: str = ""
    format: str = FAMILIES_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class Measure:
    """One value with its 95 % interval over blocks of space; not numbers where there is none."""

    value: Figure
    low: Figure = float("nan")
    high: Figure = float("nan")


@dataclass(frozen=True)
class FamilyRun:
    """One generator with one seed: what was measured, or why there is nothing.

    Parameters
    ----------
    model : str
        Folder of the model, relative to the comparison's; empty for a control.
    runs : tuple of str
        Folders of the runs that made the images, relative to the comparison's.
    copies : int
        Images that correlate with a training patch more than held-out ones would (one false alarm in a hundred).
    copy_threshold : float
        The correlation from which on that is so.
    problem : str
        Why the generator failed with this seed; empty where it did not.
    """

    generator: str
    seed: int
    measures: Mapping[str, Measure] = field(default_factory=dict)
    n: int = 0
    model: str = ""
    model_sha256: str = ""
    runs: tuple[str, ...] = ()
    copies: int = 0
    copy_threshold: Figure = float("nan")
    remarks: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Summary:
    """A measure over seeds: the mean, their standard deviation, and the outer ends of their intervals.

    `spread` is not a number for a single seed.
    """

    mean: Figure
    spread: Figure
    low: Figure
    high: Figure
    seeds: int


@dataclass(frozen=True)
class FamilyRow:
    """One row of the table: a generator, or real against real; `generator` is empty for the latter."""

    generator: str
    title: str
    family: str
    runs: tuple[FamilyRun, ...]
    summary: Mapping[str, Summary] = field(default_factory=dict)


@dataclass(frozen=True)
class FamiliesResult:
    """The table, and all that it depends on.

    Parameters
    ----------
    rows : tuple of FamilyRow
        In the order of the recipe.
    real : FamilyRow
        Training part against held-out part, drawn anew for each seed.
    n : int
        Images of each set, and held-out fields that they are compared with.
    blocks : int
        Blocks of space that the held-out fields come from: intervals are over these.
    grid : str
        Picture of samples, relative to the comparison's folder.
    sentences : tuple of str
        What the table can and cannot say.
    complete : bool
        Whether every generator has run with every seed.
    """

    recipe: FamiliesRecipe
    rows: tuple[FamilyRow, ...]
    real: FamilyRow
    n: int
    blocks: int
    encoder: str
    grid: str = ""
    sentences: tuple[str, ...] = ()
    complete: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    created: str = ""
    format: str = RESULT_FORMAT
    version: int = VERSION
