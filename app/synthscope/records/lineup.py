"""A line-up: the same images, masks and words for several generators, and what was measured of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from synthscope.records.documents import Figure
from synthscope.records.families import MeasureKind
from synthscope.records.metric import Domain
from synthscope.records.request import Input, Prompts
from synthscope.records.run import AdapterUse

LINEUP_FORMAT = "synthscope/lineup"
CONTENDERS_FORMAT = "synthscope/contenders"
RESULT_FORMAT = "synthscope/lineup-result"
VERSION = 1

NAN = float("nan")
LineupTask = Literal["inpaint", "vary"]
LINEUP_TASKS: tuple[LineupTask, ...] = ("inpaint", "vary")

STUDY_MEASURES: Mapping[str, MeasureKind] = {
    "ssim": MeasureKind("SSIM", better="high", about="Structural similarity with the source, mean ± SD."),
    "lpips-alex": MeasureKind("LPIPS", about="Learned perceptual distance from the source (AlexNet), mean ± SD."),
    "fid": MeasureKind("FID", about="Fréchet distance of Inception features to real windows: one number for a set."),
    "clip-score": MeasureKind("CLIPScore", better="high", about="Fit of windows and prompt (100 × cosine), "
                              "mean ± SD; real is that of real windows with the same words."),
}
"""The columns of the reference study's table, by the ids of their metrics."""
HONEST_MEASURES: Mapping[str, MeasureKind] = {
    "psnr": MeasureKind("PSNR", "dB", "high", "Peak signal-to-noise ratio beside the source, mean ± SD."),
    "kid": MeasureKind(
        "Kernel distance", about="Unbiased distance of the features of windows to those of real ones, times 1000, with "
        "its 95 % interval; real against real is the same number for two halves of the real windows.",
    ),
    "sharpness_ratio": MeasureKind(
        "Sharpness ratio", better="one", about="Variance of the Laplacian in windows over that of real windows."
    ),
    "seam_ratio": MeasureKind(
        "Seam ratio", better="one", about="Steps across the border of the mask over steps beside it; real is the "
        "untouched source at the same border.",
    ),
    "texture_ratio": MeasureKind("Texture ratio", better="one", about="Fine detail of the fill over its surroundings."),
    "longest_copy": MeasureKind("Longest copy", "voxels", "none", "The largest piece copied as it stands from nearby."),
    "chroma_mean": MeasureKind("Invented colour", better="low", about="Mean chroma that a colour model put into grey."),
    "seconds": MeasureKind("Time per candidate", "s", "low", "As it took on this computer."),
}
"""The program's own columns."""
LINEUP_MEASURES: Mapping[str, MeasureKind] = {**STUDY_MEASURES, **HONEST_MEASURES}


@dataclass(frozen=True)
class Contender:
    """One row of a line-up: a generator with its model, adapters and parameters.

    Parameters
    ----------
    name : str
        What folders and tables call it; one of its own, of letters, digits, dots and hyphens.
    parameters : mapping
        Those that differ from the generator's own, as JSON.
    """

    generator: str
    model: str = ""
    adapters: tuple[AdapterUse, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True)
class Contenders:
    """A file of contenders, to be given again and again."""

    contenders: tuple[Contender, ...]
    format: str = CONTENDERS_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class Subject:
    """One image of a line-up with its mask, where it has one."""

    image: Input
    mask: Input | None = None


@dataclass(frozen=True)
class LineupRecipe:
    """Everything that is needed to make a line-up again.

    Parameters
    ----------
    intact : bool
        What lies under the masks is undamaged: then, and only then, candidates are compared with it.
    seeds : int
        Candidates of each generator and image, the first with `seed`.
    context : float
        As in a choice: voxels around the mask that a generator may see.
    side : int
        Of the square windows (px) that sets are compared by and that a study shows; 0: as the masks are large.
    resamples : int
        Bootstrap draws of an interval.
    """

    task: LineupTask
    subjects: tuple[Subject, ...]
    contenders: tuple[Contender, ...]
    name: str = ""
    prompts: Prompts = field(default_factory=Prompts)
    intact: bool = False
    seed: int = 0
    seeds: int = 1
    context: float = 64.0
    side: int = 0
    domain: Domain = "any"
    device: str = "auto"
    resamples: int = 500
    format: str = LINEUP_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class Shot:
    """One contender with one image: its candidates' run, or why there is none.

    Parameters
    ----------
    image : int
        Which subject of the recipe.
    run : str
        Folder of the run, relative to the line-up's.
    windows : tuple of str
        The candidates in equal windows, relative to the line-up's folder; as many as `seeds`.
    figures : tuple of mapping
        What was measured of each candidate, by the names of `LINEUP_MEASURES`, and ``source_seam_ratio``.
    """

    contender: str
    image: int
    run: str = ""
    seeds: tuple[int, ...] = ()
    windows: tuple[str, ...] = ()
    figures: tuple[Mapping[str, float], ...] = ()
    remarks: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Cell:
    """One number of the table, or why there is none.

    Parameters
    ----------
    mean, spread : float
        `spread` is the standard deviation over candidates; not a number for one, and for a number of a set.
    low, high : float
        The 95 % interval, where one can be told.
    real : float
        The same number for real against real.
    n : int
        Candidates, or windows of each set, that went in.
    why : str
        A sentence where there is no number.
    """

    mean: Figure = NAN
    spread: Figure = NAN
    low: Figure = NAN
    high: Figure = NAN
    real: Figure = NAN
    n: int = 0
    why: str = ""


@dataclass(frozen=True)
class LineupRow:
    """One contender in the table; `words` are those of the prompts that its generator reads."""

    contender: Contender
    title: str
    shots: tuple[Shot, ...]
    cells: Mapping[str, Cell]
    words: tuple[str, ...] = ()

    @property
    def problem(self) -> str:
        """Why it has no candidate at all; empty where it has some."""
        return next((shot.problem for shot in self.shots), "") if all(shot.problem for shot in self.shots) else ""


@dataclass(frozen=True)
class LineupResult:
    """The table, and all that it depends on.

    Parameters
    ----------
    side : int
        Of the windows, in pixels.
    real_windows : int
        Real windows that lie clear of the masks.
    real_of : tuple of int
        Which image (from 0) each of them is of; empty in tables that were written before this was kept.
    grid : str
        Picture of candidates, relative to the folder.
    card : str
        The report card of the sets, relative to the folder; empty where there are too few windows.
    """

    recipe: LineupRecipe
    rows: tuple[LineupRow, ...]
    side: int
    real_windows: int
    grid: str = ""
    card: str = ""
    sentences: tuple[str, ...] = ()
    complete: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)
    created: str = ""
    real_of: tuple[int, ...] = ()
    format: str = RESULT_FORMAT
    version: int = VERSION
