"""What may be chosen for fine-tuning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from synthscope.records.limits import Ge, Gt, Help, Le, More, Title, Unit


@dataclass(frozen=True)
class AdapterTraining:
    """Of the fine-tuning of a pretrained model by low-rank adaptation (LoRA), with or without prior preservation.

    With `prior_weight` above 0 it is DreamBooth (Ruiz et al. 2023) by way of LoRA: `prompt` holds a rare word that
    comes to mean one's images, and images of `class_prompt`, made by the base itself, keep what it knew.
    """

    prompt: Annotated[
        str, Title("Words"),
        Help("What your images are called; a prompt calls them back by it. A rare word (sks) takes their meaning."),
    ] = "a sks micrograph"  # fmt: skip
    rank: Annotated[
        int, Ge(1), Le(256), Title("LoRA rank"),
        Help("How much each layer can change; more learns finer, and by heart."),
    ] = 8  # fmt: skip
    patch: Annotated[
        int, Ge(16), Le(2048), Unit("px"), Title("Patch"),
        Help("Side of the pieces of your image; each is shown to the model at its own resolution."),
    ] = 128  # fmt: skip
    prior_weight: Annotated[
        float, Ge(0), Le(10), Title("Prior preservation"),
        Help("Weight of the loss on images of the class words (DreamBooth: 1): the base forgets less. 0 is none."),
    ] = 0.0  # fmt: skip
    class_prompt: Annotated[
        str, Title("Class words"), Help("What the base already knows your images are, for prior preservation."),
    ] = "a micrograph"  # fmt: skip
    batch: Annotated[
        int, Ge(1), Le(64), More(), Title("Batch"),
        Help("Patches of one step; more is steadier, slower, and takes memory."),
    ] = 1  # fmt: skip
    learning_rate: Annotated[
        float, Gt(0), Le(0.1), More(), Title("Learning rate"), Help("Size of the steps at their largest."),
    ] = 1e-4  # fmt: skip
    alpha: Annotated[
        float, Gt(0), Le(256), More(), Title("LoRA alpha"),
        Help("What is learned is multiplied by alpha / rank: more learns faster."),
    ] = 8.0  # fmt: skip
    resolution: Annotated[
        int, Ge(0), Le(2048), More(), Unit("px"), Title("Resolution"),
        Help("Side at which patches are shown to the model; 0 takes that of its own training."),
    ] = 0  # fmt: skip
    text_encoder: Annotated[
        bool, More(), Title("Text encoder too"),
        Help("Adapts the reading of the words as well, not only the denoiser."),
    ] = False  # fmt: skip
    class_images: Annotated[
        int, Ge(1), Le(1000), More(), Title("Class images"),
        Help("How many images of the class words the base makes before the training, for prior preservation."),
    ] = 32  # fmt: skip
    free_orientation: Annotated[
        bool, More(), Title("Orientation is free"),
        Help("Learns from turned and mirrored pieces too; off where up and down or left and right differ."),
    ] = True  # fmt: skip
    checkpointing: Annotated[
        bool, More(), Title("Save memory"),
        Help("Computes activations again on the way back (gradient checkpointing): slower, and much less memory."),
    ] = True  # fmt: skip
