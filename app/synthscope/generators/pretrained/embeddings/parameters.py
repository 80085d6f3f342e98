"""What may be chosen for pipelines that begin from image embeddings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from synthscope.generators.pretrained.parameters import Enlarge, Guidance, InMemory, InPrecision, Overlap, Steps
from synthscope.records.limits import For, Ge, Help, Le, More, Slide, Title

NOISIEST = 999


@dataclass(frozen=True)
class UnclipParameters:
    """Of `stable-unclip`: a variation of an image, with or without words."""

    steps: Steps = 25
    guidance: Guidance = 10.0
    noise: Annotated[
        int, Ge(0), Le(NOISIEST), Slide(), Title("Noise in the embedding"),
        Help("How much of what the image means is drowned: 0 nothing, 999 nearly all; more gives freer variations."),
    ] = 0  # fmt: skip
    overlap: Overlap = 0.25
    enlarge: Enlarge = True
    precision: InPrecision = "auto"
    memory: InMemory = "auto"


@dataclass(frozen=True)
class KandinskyParameters:
    """Of `kandinsky-2.2`: an image from words, a variation, a hole filled."""

    steps: Steps = 50
    guidance: Guidance = 4.0
    prior_steps: Annotated[
        int, Ge(1), Le(1000), Title("Steps of the prior"),
        Help("How many times the network is asked that makes an image embedding of the words."),
    ] = 25  # fmt: skip
    prior_guidance: Annotated[
        float, Ge(1), Le(30), Slide(), More(), Title("Guidance of the prior"),
        Help("How strongly the words lead the embedding."),
    ] = 4.0  # fmt: skip
    words: Annotated[
        float, Ge(0), Le(1), Slide(), For("vary"), Title("Weight of the words"),
        Help("How far from the image's own embedding to that of the words: 0 leaves the words out."),
    ] = 0.3  # fmt: skip
    strength: Annotated[
        float, Ge(0.01), Le(1), Slide(), For("vary"), Title("Strength"),
        Help("Where the work begins: 1 from noise alone, less from the image with noise, which keeps its layout."),
    ] = 1.0  # fmt: skip
    overlap: Overlap = 0.25
    enlarge: Enlarge = True
    precision: InPrecision = "auto"
    memory: InMemory = "auto"
