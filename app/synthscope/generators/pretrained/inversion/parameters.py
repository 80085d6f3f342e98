"""What may be chosen for editing by inversion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from synthscope.generators.pretrained.parameters import Enlarge, Guidance, InMemory, InPrecision, Overlap, Steps
from synthscope.records.limits import For, Ge, Help, Le, Lt, More, Slide, Title


@dataclass(frozen=True)
class DiffEditParameters:
    """Of `diffedit`: what two prompts tell apart is made anew."""

    steps: Annotated[Steps, For("vary")] = 50
    guidance: Annotated[Guidance, For("vary")] = 7.5
    encode_ratio: Annotated[
        float, Ge(0.02), Le(1), Slide(), For("vary"), Title("Encode ratio"),
        Help("How far towards noise the image is taken before it is led back: more changes more."),
    ] = 0.8  # fmt: skip
    threshold: Annotated[
        float, Ge(0.1), Le(10), Slide(), Title("Threshold of the mask"),
        Help("How many times the mean difference a place must have to be marked; more marks less."),
    ] = 1.5  # fmt: skip
    maps: Annotated[
        int, Ge(1), Le(100), Title("Noises of the mask"),
        Help("Over how many noises the difference of both prompts is averaged; more is steadier and slower."),
    ] = 10  # fmt: skip
    mask_strength: Annotated[
        float, Ge(0.02), Le(0.98), Slide(), More(), Title("Noise of the mask"),
        Help("How far towards noise the image is taken when both prompts are told apart."),
    ] = 0.5  # fmt: skip
    source_guidance: Annotated[
        float, Ge(1), Le(30), Slide(), More(), For("vary"), Title("Guidance of the inversion"),
        Help("How strongly the source prompt leads the inversion; above 1 it finds the image again less well."),
    ] = 1.0  # fmt: skip
    overlap: Overlap = 0.25
    enlarge: Enlarge = True
    precision: InPrecision = "auto"
    memory: InMemory = "auto"


@dataclass(frozen=True)
class LeditsParameters:
    """Of `ledits-pp`: something is put into an image, or taken out of it."""

    steps: Steps = 30
    guidance: Annotated[
        float, Ge(0), Le(30), Slide(), Title("Edit guidance"),
        Help("How strongly the target prompt works; at 0 the image comes back as the autoencoder shows it."),
    ] = 7.0  # fmt: skip
    reverse: Annotated[
        bool, Title("Reverse direction"),
        Help("Takes what the target prompt names out of the image, where it would be put in."),
    ] = False  # fmt: skip
    threshold: Annotated[
        float, Ge(0), Lt(1), Slide(), Title("Edit threshold"),
        Help("Which part of the image is left out of the edit: at 0.9 the tenth that answers most is edited."),
    ] = 0.75  # fmt: skip
    skip: Annotated[
        float, Ge(0), Le(0.9), Slide(), Title("Skip"),
        Help("Which part of the noisiest steps is left out: more stays nearer to the image."),
    ] = 0.15  # fmt: skip
    warmup: Annotated[
        int, Ge(0), Le(999), More(), Title("Warm-up steps"),
        Help("For how many steps the target prompt does not work yet."),
    ] = 0  # fmt: skip
    source_guidance: Annotated[
        float, Ge(0), Le(30), Slide(), More(), Title("Guidance of the inversion"),
        Help("How strongly the source prompt leads the inversion: 0 not at all, else 1 or more."),
    ] = 3.5  # fmt: skip
    overlap: Overlap = 0.25
    enlarge: Enlarge = True
    precision: InPrecision = "auto"
    memory: InMemory = "auto"
