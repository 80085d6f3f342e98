"""What may be chosen for pipelines that are led by an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from synthscope.generators.pretrained.parameters import (
    Enlarge,
    Guidance,
    InMemory,
    InPrecision,
    Overlap,
    Steps,
    Strength,
)
from synthscope.records.control import Control, ControlOfHole
from synthscope.records.limits import Ge, Help, Le, More, Slide, Title, Unit

Weight = Annotated[
    float, Ge(0), Le(2), Slide(), Title("Weight of the control"),
    Help("How strongly the control leads: 0 not at all, 1 as it was trained; times the weight of the adapter."),
]  # fmt: skip
Sigma = Annotated[
    float, Ge(0), Le(20), Slide(), Title("Smoothing"), Unit("px"),
    Help("How far the image is smoothed before its edges are sought; more finds fewer and coarser ones."),
]  # fmt: skip
Low = Annotated[
    float, Ge(0), Le(1), Slide(), Title("Lower threshold"),
    Help("An edge is followed while its contrast stays above this; more leaves shorter edges."),
]  # fmt: skip
High = Annotated[
    float, Ge(0), Le(1), Slide(), Title("Upper threshold"),
    Help("An edge begins where its contrast is above this, of the range from black to white; more finds fewer."),
]  # fmt: skip
Ends = Annotated[
    float, Ge(0.01), Le(1), Slide(), More(), Title("Led until"),
    Help("Part of the steps after which the control is let go."),
]  # fmt: skip


@dataclass(frozen=True)
class CannyParameters:
    """Of `controlnet-canny`: another image with the same edges."""

    steps: Steps = 30
    guidance: Guidance = 7.5
    control: Annotated[
        Control, Title("Led by"),
        Help("What the ControlNet is shown; a control image as it is serves ControlNets of other kinds."),
    ] = "edges of the image"  # fmt: skip
    weight: Weight = 1.0
    sigma: Sigma = 1.4
    low: Low = 0.05
    high: High = 0.15
    ends: Ends = 1.0
    overlap: Overlap = 0.25
    enlarge: Enlarge = True
    precision: InPrecision = "auto"
    memory: InMemory = "auto"


@dataclass(frozen=True)
class HoleParameters:
    """Of `controlnet-inpaint`: a hole filled by words, held to a picture."""

    steps: Steps = 30
    guidance: Guidance = 7.5
    strength: Strength = 0.75
    control: Annotated[
        ControlOfHole, Title("Led by"),
        Help("What the ControlNet is shown: the masked image, if it was taught to fill; otherwise what it knows."),
    ] = "the masked image"  # fmt: skip
    weight: Weight = 1.0
    sigma: Sigma = 1.4
    low: Low = 0.05
    high: High = 0.15
    ends: Ends = 1.0
    overlap: Overlap = 0.25
    enlarge: Enlarge = True
    precision: InPrecision = "auto"
    memory: InMemory = "auto"


@dataclass(frozen=True)
class InstructParameters:
    """Of `instruct-pix2pix`: an image changed as an instruction says."""

    steps: Steps = 30
    guidance: Guidance = 7.5
    image_guidance: Annotated[
        float, Ge(1), Le(10), Slide(), Title("Guidance by the image"),
        Help("How strongly the result keeps to the image; more changes less."),
    ] = 1.5  # fmt: skip
    overlap: Overlap = 0.25
    enlarge: Enlarge = True
    precision: InPrecision = "auto"
    memory: InMemory = "auto"
