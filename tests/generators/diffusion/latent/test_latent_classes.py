"""A class that is told to a latent prior says how bright a new image is, too."""

from __future__ import annotations

import numpy as np

import synthscope
from synthscope.generators.diffusion.latent.latent_prior import _Work
from synthscope.generators.diffusion.latent.loading import load_latents
from synthscope.generators.diffusion.latent.parameters import LatentParameters
from synthscope.records.generator import Inputs
from synthscope.records.space import Space


def test_mean_and_phase_of_a_new_image_are_those_of_its_class(tmp_path, rng):
    dark = rng.integers(20, 90, (96, 96)).astype(np.uint8)
    synthscope.train(
        "latent-prior", [dark, 255 - dark], tmp_path / "told", steps=8,
        parameters={"size": "XS", "patch": 32, "batch": 2}, classes=("dark", "light"),
    )  # fmt: skip
    latents = load_latents(str(tmp_path / "told"), "cpu")
    means = {}
    for label in latents.card.labels:
        inputs = Inputs(
            "synthesize", Space("zyxc"), size=(1, 64, 64), label=label, model=str(tmp_path / "told"),
            normalisation=latents.card.normalisation, device="cpu",
        )  # fmt: skip
        scene = _Work(latents, inputs, LatentParameters(), 0)._field._scene
        means[label] = float(scene.descriptors[0])
    assert means["dark"] < -0.2 < 0.2 < means["light"]
