"""What a training is asked for, and the curves that it draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from synthscope.records.request import Input

TRAINING_FORMAT = "synthscope/training"
VERSION = 1

SplitAxis = Literal["auto", "z", "y", "x"]


@dataclass(frozen=True)
class Figure:
    """One curve: its title, its unit, and whether a smaller value is better."""

    title: str
    unit: str = ""
    smaller_is_better: bool = True


FIGURES: Mapping[str, Figure] = {
    "loss": Figure("Loss on training patches"),
    "held_out_loss": Figure("Loss on held-out patches"),
    "base_loss": Figure("Loss of the base alone"),
    "spectrum_distance": Figure("Spectrum: distance to held-out"),
    "two_point_distance": Figure("Two-point correlation: distance to held-out"),
    "chord_distance": Figure("Chord lengths: distance to held-out, in mean lengths"),
    "euler_difference": Figure("Euler number: difference to held-out", "per 10 000 px"),
    "kernel_distance": Figure("Kernel distance to held-out"),
    "sharpness_ratio": Figure("Sharpness of samples / held-out", smaller_is_better=False),
    "diversity_ratio": Figure("Diversity of samples / held-out", smaller_is_better=False),
    "checkerboard_ratio": Figure("Checkerboard: power of samples / held-out", smaller_is_better=False),
    "reconstruction_loss": Figure("Autoencoder: loss on held-out patches"),
    "reconstruction_psnr": Figure("Autoencoder: PSNR of held-out patches", "dB", smaller_is_better=False),
    "reconstruction_power": Figure("Autoencoder: fine power rebuilt / held-out", smaller_is_better=False),
    "divergence": Figure("Divergence of the latents from their prior", "nats/px"),
    "active_latents": Figure("Latent channels in use", smaller_is_better=False),
    "code_surprise": Figure("Surprise at held-out codes", "nats/code"),
    "codes_in_use": Figure("Codes in use", smaller_is_better=False),
    "weighted_loss": Figure("Loss on held-out patches, with the divergence at its full weight"),
    "beta": Figure("Weight of the divergence", smaller_is_better=False),
    "discriminator_loss": Figure("Loss of the discriminator"),
    "generator_loss": Figure("Loss of the generator"),
    "discriminator_accuracy": Figure("Accuracy of the discriminator on held-out and samples", smaller_is_better=False),
    "overfitting": Figure("Overfitting of the discriminator"),
    "augmentation": Figure("Probability of an augmentation", smaller_is_better=False),
    "choice_distance": Figure("Distance by which the best weights are chosen"),
    "gradient_norm": Figure("Gradient norm"),
    "discriminator_gradient": Figure("Gradient norm of the discriminator"),
    "generator_gradient": Figure("Gradient norm of the generator"),
    "steps_per_second": Figure("Speed", "steps/s", smaller_is_better=False),
}
"""The figures that a training may report, by the name that files and messages use."""

EULER_AREA = 10_000
"""Pixels for which the Euler number is told."""

REAL = "_real"
"""Ending of the name under which the same figure of real data against real data is told."""
PROGRESS = "progress"
"""Beside the figures of a look: the part of the training, 0 to 1, that was done then; 0 before it is planned."""

AlarmKind = Literal["mode collapse", "discriminator overfitting", "checkerboard", "posterior collapse"]


@dataclass(frozen=True)
class Alarm:
    """What looks at a training show that speaks against its images.

    Parameters
    ----------
    step : int
        After which it was raised.
    sentence : str
        What is seen, with its value and its step, what it means, and what to do.
    passed : int
        The step after which it was seen no more; 0 as long as it is.
    """

    kind: AlarmKind
    step: int
    sentence: str
    passed: int = 0

    @property
    def words(self) -> str:
        """The sentence, and whether it has passed."""
        return f"{self.sentence} It had passed at step {self.passed}." if self.passed else self.sentence


@dataclass(frozen=True)
class TrainingRecipe:
    """Everything that is needed to train a model again.

    Parameters
    ----------
    generator : str
        Id of the generator that is trained.
    parameters : mapping
        JSON of its training record.
    images : tuple of Input
        What is learned from.
    minutes : float
        Time budget; it becomes `steps` after the first timed steps.
    steps : int
        Number of steps, 0 until it is known. One that is given counts, whatever the minutes.
    held_out : float
        The part of each image, 0 to 0.5, that is kept out of the training in one block.
    split_axis : str
        The axis along which that block is cut; ``auto`` takes the longest one in the plane, or ``z`` for
        stacks of at least 64 slices.
    percentiles : tuple of float
        Of the values of all images that the network sees as -1 and 1.
    labels : tuple of str
        A class for each image, empty for an image of none; or no word at all.
    label_maps : tuple of Input
        A label map for each image, or none at all.
    base : str
        Folder or name of the pretrained model that is tuned; empty where a model is trained from nothing.
    base_sha256 : str
        By which it is found again, whatever it is called then.
    """

    generator: str
    parameters: Mapping[str, Any]
    images: tuple[Input, ...]
    name: str = ""
    minutes: float = 10.0
    steps: int = 0
    seed: int = 0
    held_out: float = 0.25
    split_axis: SplitAxis = "auto"
    percentiles: tuple[float, float] = (0.1, 99.9)
    device: str = "auto"
    licence: str = ""
    labels: tuple[str, ...] = field(default=())
    label_maps: tuple[Input, ...] = ()
    base: str = ""
    base_sha256: str = ""
    format: str = TRAINING_FORMAT
    version: int = VERSION
