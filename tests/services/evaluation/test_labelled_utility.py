"""Utility by label maps: those given for the real images, and those that generated ones say they were made from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import ndimage
from tests.services.evaluation.sets import judged, written

import synthscope
from synthscope.errors import InputError
from synthscope.generators.diffusion.specs import PRIOR
from synthscope.imaging.label_codec import pack_labels
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.metrics.trust.utility import PROXY, TOLD
from synthscope.records.documents import to_json
from synthscope.records.evaluation import EvaluationRecipe, ImageSet, Report, Score
from synthscope.records.image import Image
from synthscope.records.request import Request
from synthscope.records.run import Environment, Provenance, Recipe
from synthscope.records.space import Space
from synthscope.services.evaluation import learning
from synthscope.services.evaluation.gathering import gather
from synthscope.services.reporting.methods import command_line

SIDE = 64
QUICK: dict[str, Any] = {"metrics": ("intensity",), "resamples": 20, "side": SIDE, "controls": False, "utility": True}
GREY = np.array([128, 200, 60])
SPACE = Space("yx", (1.0, 1.0), "px")


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("PIXELS", 500), ("SEEDS", (0, 1)), ("RESAMPLES", 50)):
        monkeypatch.setattr(learning, name, value)


def maps(count: int, seed: int) -> list[np.ndarray]:
    """Draw label maps: 1 and 2 are blobs in a ground of 0."""
    rng = np.random.default_rng(seed)
    smooth = ndimage.gaussian_filter(rng.standard_normal((count, SIDE, SIDE)), (0, 4, 4), mode="wrap")
    smooth /= smooth.std()
    return list((np.where(smooth > 0.4, 1, 0) + np.where(smooth < -0.4, 2, 0)).astype(np.uint8))


def shown(labels: list[np.ndarray], seed: int) -> list[np.ndarray]:
    """Give each label its grey, with noise."""
    rng = np.random.default_rng(seed)
    return [np.clip(GREY[one] + 8 * rng.standard_normal(one.shape), 0, 255).astype(np.uint8) for one in labels]


def led(folder: Path, name: str, pixels: list[np.ndarray], labels: list[np.ndarray]) -> ImageSet:
    """Write images with a record of the label maps that they were made from."""
    (folder / name).mkdir()
    wanted, parameters = Request("synthesize", size=(SIDE, SIDE)), to_json(PRIOR.parameters())
    recipe = Recipe(wanted, PRIOR.id, PRIOR.version, parameters, (0,))
    here = Environment("1", "3.11", "linux", "cpu")
    for i, (one, own) in enumerate(zip(pixels, labels, strict=True)):
        packed = pack_labels(own.astype(np.int32))
        record = Provenance(recipe, i, here, "bit-exact here", "trainedAlgorithmicMedia", 1.0, labels=packed)
        write_image(folder / name / f"{name}-{i}.ome.tif", Image(one, SPACE, f"{name}{i}", provenance=to_json(record)))
    return gather([folder / name], name, open_image)


def utility(report: Report, subject: str) -> dict[str, Score]:
    return {
        score.metric.partition(":")[2]: score
        for score in report.scores
        if score.metric.startswith("utility:") and score.subject == subject
    }


@pytest.fixture
def real(tmp_path: Path) -> tuple[ImageSet, ImageSet]:
    labels = maps(8, 1)
    return written(tmp_path, "real", shown(labels, 1)), written(tmp_path, "maps", labels)


def test_a_segmenter_learns_the_maps_that_images_were_made_from(
    tmp_path: Path, real: tuple[ImageSet, ImageSet]
) -> None:
    own = maps(4, 2)
    swapped = [np.array([0, 2, 1], np.uint8)[one] for one in own]
    right = led(tmp_path, "right", shown(own, 2), own)
    wrong = led(tmp_path, "wrong", shown(own, 3), swapped)
    plain = written(tmp_path, "plain", shown(own, 4))
    recipe = EvaluationRecipe(real[0], (right, wrong, plain), utility_labels=real[1].images, **QUICK)
    report = judged(tmp_path / "card", recipe)
    found = utility(report, "right")
    assert found["synthetic"].value > 0.9
    assert found["synthetic"].value == pytest.approx(found["real"].value, abs=0.05)
    assert found["real"].settings["labels"] == TOLD
    assert "label maps that were given" in found["real"].caveats[0]
    assert found["synthetic"].informative is None
    assert utility(report, "wrong")["synthetic"].value < 0.3  # what the maps call 1 is 2 in the real ones
    assert utility(report, "wrong")["real"].value == found["real"].value
    by_phases = utility(report, "plain")  # no map is told
    assert by_phases["real"].settings["labels"] == PROXY
    assert "no annotations" in by_phases["real"].caveats[0]
    assert by_phases["real"].value != found["real"].value
    assert "--utility-labels" in command_line(report.recipe)


def test_from_python_by_a_folder(tmp_path: Path, real: tuple[ImageSet, ImageSet]) -> None:
    own = maps(4, 2)
    led(tmp_path, "right", shown(own, 2), own)
    report = synthscope.evaluate(tmp_path / "real", tmp_path / "right", utility_labels=tmp_path / "maps", **QUICK)
    assert utility(report, "right")["real"].settings["labels"] == TOLD


def test_label_maps_that_cannot_be_are_refused_in_a_sentence(tmp_path: Path, real: tuple[ImageSet, ImageSet]) -> None:
    own = maps(4, 2)
    made = led(tmp_path, "made", shown(own, 2), own)
    recipe = EvaluationRecipe(real[0], (made,), utility_labels=real[1].images, **QUICK)
    with pytest.raises(InputError, match="7 label maps are given for 8 real images"):
        judged(tmp_path / "few", replace(recipe, utility_labels=real[1].images[:7]))
    with pytest.raises(InputError, match="ask for the utility too"):
        judged(tmp_path / "unasked", replace(recipe, utility=False))
    small = written(tmp_path, "small", [one[:, :-1] for one in maps(8, 1)])
    with pytest.raises(InputError, match="one label for each voxel"):
        judged(tmp_path / "other", replace(recipe, utility_labels=small.images))
    strange = led(tmp_path, "strange", shown(own, 2), [np.where(one == 1, 9, one) for one in own])
    with pytest.raises(InputError, match=r"label 9, and the label maps of the real images hold 0, 1, 2"):
        judged(tmp_path / "strange-card", replace(recipe, generated=(strange,)))
