"""The Python face of training: a model learns from images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from synthscope.face import Listener, Source, as_image, as_labels
from synthscope.jobs.drain import drain
from synthscope.records.training import SplitAxis, TrainingRecipe
from synthscope.services.training import begin_training, goes_on, train_job
from synthscope.worker import known_devices, resolve


def train(
    generator: str,
    sources: Sequence[Source],
    out: str | Path,
    *,
    minutes: float = 10.0,
    steps: int = 0,
    seed: int = 0,
    parameters: Mapping[str, Any] | None = None,
    held_out: float = 0.25,
    split_axis: SplitAxis = "auto",
    device: str = "auto",
    name: str = "",
    licence: str = "",
    classes: Sequence[str] = (),
    label_maps: Sequence[Source] = (),
    base: str | Path = "",
    resume: bool = False,
    on_event: Listener | None = None,
) -> dict[str, Any]:
    """Train a model on images and give what came of it: folder, steps, figures on held-out data, card.

    Parameters
    ----------
    sources : sequence of Image, ndarray, str or Path
        What is learned from; with `resume` those of the beginning count.
    out : str or Path
        Folder of the model, which must be new; with `resume` that of a training that has not ended.
    minutes, steps : float, int
        Time budget, or number of steps: with it the training can be made again.
    parameters : mapping, optional
        What is chosen for the training, by name.
    held_out : float
        The part of each image, 0 to 0.5, that is kept out of the training in one block and measured on.
    split_axis : str
        The axis along which that block is cut: ``auto``, ``z``, ``y`` or ``x``.
    classes : sequence of str
        A class for each source (a plain word, or nothing for a source of none), or none at all.
    label_maps : sequence of Image, ndarray, str or Path
        For each source an image of whole numbers that says what each voxel shows, or none at all.
    base : str or Path
        Folder or name of the pretrained model that is tuned, for generators that learn an adapter beside one.

    Raises
    ------
    SynthscopeError
        With a sentence that names the thing, the value and the remedy.
    """
    folder = Path(out)
    if not (resume and goes_on(folder, generator)):
        recipe = TrainingRecipe(
            generator, dict(parameters or {}), (), name, float(minutes), steps, seed, float(held_out), split_axis,
            device=device, licence=licence, labels=tuple(classes), base=str(base),
        )  # fmt: skip
        images = [as_image(source) for source in sources]
        begin_training(folder, recipe, images, [as_labels(one) for one in label_maps], devices=known_devices)
    return drain(train_job(folder, resolve), on_event)
