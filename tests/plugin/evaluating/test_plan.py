"""What an evaluation is refused for before it begins, from the records in the images alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.services.gaussian import field, register
from tests.services.snapshots import make, two_steps

from napari_synthscope.evaluating.plan import Asked, make_plan
from napari_synthscope.parts.set_members import Opened, OpenSet
from synthscope.errors import InputError
from synthscope.io.opening import open_image
from synthscope.records.evaluation import EvaluationRecipe, ImageSet
from synthscope.records.image import Image
from synthscope.records.space import Space


def test_a_set_of_one_latent_at_two_steps_of_a_training_is_refused(tmp_path: Path, monkeypatch) -> None:
    register(monkeypatch)
    made = [
        Opened(open_image(one.path))
        for model in two_steps(tmp_path)
        for one in make(model, tmp_path / model.name / "out", count=2).candidates
    ]
    real = OpenSet("real", tuple(Opened(Image(field((64, 96), i), Space("yx"), f"r{i}")) for i in range(3)))
    recipe = EvaluationRecipe(ImageSet("real", ()), (), side=16)

    def asked(images: list[Opened]) -> Asked:
        return Asked(real, (OpenSet("Gaussian field", tuple(images)),), None, recipe)

    with pytest.raises(InputError, match=r"'Gaussian field' holds .* different steps of the training of model 'soil'"):
        make_plan(asked(made))
    assert make_plan(asked(made[:2])).size == (1, 16, 16)
    assert np.all([one.image.provenance for one in made])
