"""Tiny models for the contract: each learned generator trained for a few steps, as its trainer does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from synthscope.generators.registry import find_spec, resolve
from synthscope.generators.training import Budget, Checkpoint, TrainingData
from synthscope.imaging.normalisation import fit_normalisation
from synthscope.io.models import write_model
from synthscope.jobs.drain import drain
from synthscope.records.documents import to_json
from synthscope.records.model import ModelCard
from synthscope.records.run import Environment
from synthscope.services.pretrained import import_pretrained

SMALLEST: dict[str, dict[str, Any]] = {
    "prior": {"size": "XS", "patch": 16, "batch": 4},
    "latent-prior": {"size": "XS", "patch": 32, "batch": 4},
    "dcgan": {"width": 4, "batch": 4},
    "stylegan": {"size": "XS", "patch": 16, "batch": 4},
    "vae": {"size": "XS", "patch": 32, "batch": 4, "latents": 8},
    "vqvae": {"size": "XS", "patch": 16, "batch": 4},
}
"""The training choices that make each generator's smallest network."""
PIPELINES: dict[str, str] = {
    "stable-diffusion": "stable-diffusion",
    "sd-inpaint": "stable-diffusion",
    "controlnet-canny": "controlnet",
    "controlnet-inpaint": "controlnet",
    "instruct-pix2pix": "instruct-pix2pix",
    "sdxl-inpaint": "stable-diffusion-xl",
    "stable-unclip": "stable-unclip",
    "kandinsky-2.2": "kandinsky",
    "pixart": "pixart",
    "dit": "dit",
    "diffedit": "stable-diffusion",
    "ledits-pp": "three-levels",
}
"""Which tiny pipeline each pretrained generator is given."""
TAUGHT: dict[tuple[str, str], str] = {("kandinsky-2.2", "inpaint"): "kandinsky-inpaint"}
"""Which tiny pipeline it is given for a task that needs another one."""
QUICK: dict[str, dict[str, Any]] = {
    **{name: {"steps": 2} for name in PIPELINES},
    "kandinsky-2.2": {"steps": 2, "prior_steps": 2},
    "diffedit": {"steps": 4, "maps": 2},
    "prior": {"steps": 5},
    "latent-prior": {"steps": 5},
    "stylegan": {"fitting": 3},
    "vae": {"rounds": 2},
    "vqvae": {"rounds": 3},
}
"""The choices with which each makes an image soonest."""
STEPS = 6


def model_of(generator: str, block: np.ndarray, parent: Path, task: str = "") -> Path:
    """Train a tiny model, or take in a tiny pipeline where others train."""
    if find_spec(generator).family != "pretrained":
        return train_tiny(generator, block, parent)
    from tests.generators.pretrained.tiny import save

    kind = TAUGHT.get((generator, task), PIPELINES[generator])
    return drain(import_pretrained(save(kind, parent / "published"), parent, "taken"))


def train_tiny(generator: str, block: np.ndarray, parent: Path) -> Path:
    """Train on one block (Z, Y, X, C) and give the model's folder."""
    spec = find_spec(generator)
    assert spec.training is not None
    parameters = spec.training(**SMALLEST[generator])
    block = np.tile(block, (1, *(-(-parameters.patch // n) for n in block.shape[1:3]), 1))  # type: ignore[attr-defined]
    folder = parent / f"{generator}-{block.dtype}-{'x'.join(map(str, block.shape))}"
    state = folder / "state"
    state.mkdir(parents=True)
    normalisation = fit_normalisation(block)
    data = TrainingData((block,), (block,), normalisation, (2.0, 1.0, 1.0))
    trainable: Any = resolve(generator)
    last = finished(trainable.train(data, parameters, Budget(steps=STEPS), 0, state, "cpu"))
    write_model(folder, last.weights, card_of(generator, parameters, block, last, normalisation))
    return folder


def finished(training: Any) -> Checkpoint:
    """Run a training to its end."""
    try:
        while True:
            next(training)
    except StopIteration as stop:
        last: Checkpoint = stop.value
        return last


def card_of(generator: str, parameters: Any, block: np.ndarray, last: Checkpoint, normalisation: Any) -> ModelCard:
    """Write the card that the service would write."""
    return ModelCard(
        name="tiny",
        generator=generator,
        generator_version=find_spec(generator).version,
        architecture=last.architecture,
        training=to_json(parameters),
        images=(),
        normalisation=(normalisation.low, normalisation.high),
        limits=tuple((float(one.min()), float(one.max())) for one in np.moveaxis(block, -1, 0)),
        channels=block.shape[-1],
        dtype=block.dtype.name,
        voxel_size=(2.0, 1.0, 1.0),
        unit="µm",
        weights_sha256="",
        parameters=sum(value.size for value in last.weights.values()),
        steps=last.step,
        planned_steps=last.planned_steps,
        seed=0,
        seconds=last.seconds,
        environment=Environment("0", "3", "test", "cpu"),
        depth=block.shape[0] > 1,
    )
