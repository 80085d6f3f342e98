"""What a blinded study asks: arms, paradigm, questions, how images are shown, and how answers will be analysed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from synthscope.errors import InputError
from synthscope.records.limits import Ge, Help, Le, More, Title, Unit
from synthscope.records.metric import Domain
from synthscope.records.request import Input

DESIGN_FORMAT = "synthscope/study-design"
VERSION = 1

Paradigm = Literal[
    "real-or-synthetic",
    "forced-choice",
    "rating",
    "pairs",
    "reference",
    "triplet",
    "exposure",
    "marking",
    "task",
]
PARADIGMS: Mapping[Paradigm, str] = {
    "real-or-synthetic": "Real or synthetic, with confidence",
    "forced-choice": "Which one is real?",
    "rating": "Rate each image",
    "pairs": "Which of two is better?",
    "reference": "Result beside its reference",
    "triplet": "Which is nearer to the reference?",
    "exposure": "Real or synthetic, at short sight",
    "marking": "Mark what looks wrong",
    "task": "Count or trace",
}
QuestionKind = Literal["confidence", "choice", "scale", "marks", "count", "trace", "text"]
State = Literal["draft", "audited", "frozen", "collecting", "closed", "screened", "analysed", "unblinded", "reported"]
STATES: tuple[State, ...] = (
    "draft", "audited", "frozen", "collecting", "closed", "screened", "analysed", "unblinded", "reported",
)  # fmt: skip
Grade = Literal["A", "B", "S", "0"]
"""Of blinding: A key elsewhere and two signatures; B key at another account; S self-blinded; 0 open label."""


@dataclass(frozen=True)
class Arm:
    """Images that are compared as one: the real ones, or those of one generator.

    Parameters
    ----------
    name : str
        The designer's word for it; raters and analysts never see it before unblinding.
    images : tuple of Input
    cases : tuple of str
        Of each image: what it was taken from (a specimen, a block, a source image). Images of one case are never
        neighbours in a schedule and are resampled together. None: each image is a case of its own.
    generator : str
        Id of what made it; empty for real images.
    """

    name: str
    is_real: bool
    images: tuple[Input, ...]
    cases: tuple[str, ...] = ()
    generator: str = ""

    def __post_init__(self) -> None:
        """Refuse cases that do not match the images."""
        if self.cases and len(self.cases) != len(self.images):
            raise InputError(
                f"Arm {self.name!r} has {len(self.images)} images and {len(self.cases)} cases; name a case for each."
            )


@dataclass(frozen=True)
class Question:
    """One question of a trial.

    Parameters
    ----------
    labels : tuple of str
        Of the steps of a scale in their order, from 1 on; of a choice, nothing: its answers are the places.
    tie : bool
        Whether a choice may be "no difference".
    reasons : tuple of str
        Of marks: what may be wrong there.
    required : bool
        Whether a trial ends without an answer to it.
    """

    id: str
    kind: QuestionKind
    prompt: str
    labels: tuple[str, ...] = ()
    tie: bool = False
    reasons: tuple[str, ...] = ()
    required: bool = True

    @property
    def steps(self) -> int:
        """Steps of a scale, from 1 on; one without labels has 6."""
        return len(self.labels) or 6


@dataclass(frozen=True)
class Rendering:
    """How every image of every arm becomes the 8-bit picture that is shown.

    Parameters
    ----------
    side : int
        Of the square picture, in pixels.
    depth : int
        Slices of it; 1 for single images.
    field : int
        Side of the square of source voxels that is shown; 0 for the largest that fits all images.
    low, high : float
        Percentiles of all arms together that become black and white.
    quantise : bool
        Whether all arms are brought to the coarsest grey steps and the narrowest data type among them first.
    """

    side: Annotated[
        int, Ge(64), Le(2048), Title("Picture"), Unit("px"), Help("Side of every picture on the screen.")
    ] = 512
    depth: Annotated[
        int, Ge(1), Le(512), Title("Slices"), Help("Slices that a rater can scroll through; 1 for single images.")
    ] = 1
    field: Annotated[
        int,
        Ge(0),
        Le(8192),
        Title("Field"),
        Unit("px"),
        Help("Side of the square of source pixels in a picture; 0 for the largest that fits all images."),
    ] = 0
    low: Annotated[float, Ge(0), Le(49), Title("Black at"), Unit("%"), More(), Help("Percentile of all arms.")] = 0.5
    high: Annotated[float, Ge(51), Le(100), Title("White at"), Unit("%"), More(), Help("Percentile of all arms.")] = (
        99.5
    )
    quantise: Annotated[
        bool,
        Title("Same grey steps"),
        More(),
        Help("Brings all arms to the coarsest grey steps among them: otherwise the steps tell what is synthetic."),
    ] = True


@dataclass(frozen=True)
class Showing:
    """How a trial runs; times in milliseconds.

    Parameters
    ----------
    interval : int
        Grey mask between two trials, always of the same length.
    least, most : int
        Before it no answer is taken; after it the picture is hidden (0: never).
    exposure : int
        For how long the picture is seen (0: until the answer). In the paradigm `exposure` the longest of the
        exposures that are mixed (0: 1000 ms).
    flicker : bool
        Whether reference and result may be changed in place with the space bar.
    zoom : float
        Largest magnification that a rater may choose; 1 for none.
    viewing : bool
        Whether zoom, slices and flips are logged (the consent says so).
    """

    interval: Annotated[
        int, Ge(300), Le(5000), Title("Pause"), Unit("ms"), More(), Help("Grey screen between two trials.")
    ] = 500
    least: Annotated[
        int, Ge(0), Le(10000), Title("Earliest answer"), Unit("ms"), More(), Help("Keys before it are not taken.")
    ] = 300
    most: Annotated[
        int,
        Ge(0),
        Le(600000),
        Title("Hidden after"),
        Unit("ms"),
        More(),
        Help("0 leaves the picture until the answer."),
    ] = 0
    exposure: Annotated[
        int, Ge(0), Le(60000), Title("Seen for"), Unit("ms"), Help("How long a picture is seen; 0 until the answer.")
    ] = 0
    flicker: Annotated[bool, Title("Flicker"), Help("The space bar changes reference and result in place.")] = False
    zoom: Annotated[float, Ge(1), Le(16), Title("Zoom up to"), Unit("×"), More(), Help("1 for none.")] = 4.0
    viewing: Annotated[
        bool,
        Title("Log viewing"),
        More(),
        Help("Zoom, slices and flips are kept with the answers; the consent says so."),
    ] = True


@dataclass(frozen=True)
class Plan:
    """How many trials of which kind each rater sees, and in which order they may come.

    Parameters
    ----------
    raters : int
        Slots; one schedule for each.
    per_arm : int
        Images of each arm that a rater sees; 0 for all.
    places : int
        Images side by side in a forced choice.
    repeats : float
        Part of the trials that is shown again, at least `lag` trials later and never in the same third.
    catches : int
        Trials whose answer is obvious.
    training : int
        Trials before the study, of images that do not come again; they are not analysed.
    block : int
        Trials between two breaks.
    run : int
        At most this many trials of one kind (real or synthetic) in a row; of one arm at most two.
    """

    raters: Annotated[int, Ge(1), Le(500), Title("Raters"), Help("Each gets a schedule of their own.")] = 6
    per_arm: Annotated[int, Ge(0), Le(5000), Title("Images per arm"), Help("That each rater sees; 0 for all.")] = 20
    places: Annotated[
        int, Ge(2), Le(8), Title("Side by side"), More(), Help("Images of a forced choice; one of them is real.")
    ] = 2
    repeats: Annotated[
        float, Ge(0), Le(0.5), Title("Repeats"), More(), Help("Part of the trials that is shown twice, unannounced.")
    ] = 0.1
    lag: Annotated[int, Ge(1), Le(500), Title("Repeat after"), Unit("trials"), More(), Help("At least.")] = 20
    catches: Annotated[
        int, Ge(0), Le(200), Title("Catch trials"), More(), Help("Trials whose answer is obvious: who attends, passes.")
    ] = 4
    training: Annotated[
        int, Ge(0), Le(100), Title("Training"), Unit("trials"), More(), Help("Before the study; not analysed.")
    ] = 6
    block: Annotated[
        int, Ge(5), Le(500), Title("Break after"), Unit("trials"), More(), Help("At most 25 minutes are advised.")
    ] = 50
    run: Annotated[
        int, Ge(1), Le(20), Title("In a row"), More(), Help("Most trials of one kind, real or synthetic, in a row.")
    ] = 3


@dataclass(frozen=True)
class AnalysisPlan:
    """What will be computed and what will be left out, fixed before the first answer.

    `margin` is that of equivalence, `alpha` holds for a family of tests by Holm's method.
    """

    hypothesis: Annotated[str, Title("Hypothesis"), Help("What you expect, in a sentence; it is registered.")] = ""
    margin: Annotated[
        float, Ge(0.01), Le(0.3), Title("Margin"), Help("How far from chance may still be called indistinguishable.")
    ] = 0.05
    alpha: Annotated[float, Ge(0.001), Le(0.2), Title("Level"), More(), Help("Of tests, after Holm's correction.")] = (
        0.05
    )
    catch_least: Annotated[
        float, Ge(0), Le(1), Title("Catch pass"), More(), Help("Part of catch trials that a rater must answer rightly.")
    ] = 0.8
    fastest: Annotated[
        int, Ge(0), Le(5000), Title("Too fast"), Unit("ms"), More(), Help("Answers below it are left out.")
    ] = 200
    resamples: Annotated[int, Ge(100), Le(20000), Title("Draws"), More(), Help("Of bootstraps and permutations.")] = (
        2000
    )
    seed: Annotated[int, Ge(0), Le(2**31 - 1), Title("Seed"), More(), Help("Of the draws of the analysis.")] = 0


@dataclass(frozen=True)
class StudyDesign:
    """Everything that a designer decides.

    Parameters
    ----------
    signers : tuple of str
        Key holders whose signatures are needed to unblind; at least `signatures` of them.
    """

    title: str
    paradigm: Paradigm
    arms: tuple[Arm, ...]
    questions: tuple[Question, ...] = ()
    domain: Domain = "any"
    rendering: Rendering = field(default_factory=Rendering)
    showing: Showing = field(default_factory=Showing)
    plan: Plan = field(default_factory=Plan)
    analysis: AnalysisPlan = field(default_factory=AnalysisPlan)
    introduction: str = ""
    consent: str = ""
    signers: tuple[str, ...] = ()
    signatures: int = 1
    grade: Grade = "S"
    seed: int = 0
    format: str = DESIGN_FORMAT
    version: int = VERSION
