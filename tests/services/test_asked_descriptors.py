"""Mean and phase fraction from a person to the result: asked for, planned, recorded, made again, refused."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

import synthscope
from synthscope.cli import main
from synthscope.errors import ParameterError
from synthscope.io.models import read_card, write_card
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.documents import from_json
from synthscope.records.image import Image
from synthscope.records.run import Provenance
from synthscope.records.space import Space
from synthscope.services.choosing import Choice, parameters_of
from synthscope.services.commands import as_command
from synthscope.services.planning import plan

NAMES = ("phase_fraction", "mean")
SMALL = {"size": "XS", "patch": 32, "batch": 4}


def texture(seed: int) -> np.ndarray:
    """Two phases, about 50 and 250, with noise."""
    rng = np.random.default_rng(seed)
    smooth = ndimage.gaussian_filter(rng.normal(size=(96, 96)), 2)
    return np.asarray(50 + 200 * (smooth > 0.02) + rng.normal(0, 6, smooth.shape)).astype("uint16")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models") / "two-phases"
    synthscope.train("prior", [texture(0)], out, steps=6, parameters=SMALL)
    return out


@pytest.mark.parametrize(
    "asked", [{"phase_fraction": 0.3}, {"mean": 120.0}, {"phase_fraction": 0.4, "mean": 130.0}], ids="+".join
)
@pytest.mark.parametrize("size", [(48, 40), (3, 24, 24)])
def test_what_was_asked_for_is_recorded_measured_and_made_again(model, tmp_path, asked, size):
    out = synthscope.generate(size, tmp_path, generator="prior", model=model, parameters={"steps": 4} | asked)
    (candidate,) = out.candidates
    provenance = from_json(Provenance, dict(open_image(Path(candidate.path)).provenance))
    parameters = provenance.recipe.parameters
    assert {name: parameters[name] for name in NAMES} == dict.fromkeys(NAMES) | asked
    assert set(NAMES) <= provenance.figures.keys()
    assert any("brighter phase" in one for one in provenance.remarks) == ("phase_fraction" in asked)
    assert synthscope.replay(candidate.path, model=model).reproduced


def test_the_command_line_makes_the_same_and_copies_itself(model, tmp_path, capsys):
    words = ["--size", "32", "32", "--set", "steps=4", "--set", "phase_fraction=0.3", "--set", "mean="]
    words += ["--generator", "prior", "--model", str(model), "--out", str(tmp_path), "--json"]
    assert main(["generate", *words]) == 0
    told = json.loads(capsys.readouterr().out)
    out = synthscope.generate(
        (32, 32), tmp_path / "api", generator="prior", model=model, parameters={"steps": 4, "phase_fraction": 0.3}
    )
    assert told["candidates"][0]["sha256"] == out.candidates[0].sha256
    recipe = from_json(Provenance, dict(open_image(Path(out.candidates[0].path)).provenance)).recipe
    copied = shlex.split(as_command(recipe))
    assert "phase_fraction=0.3" in copied
    assert not any(word.startswith("mean=") for word in copied)


@pytest.mark.parametrize("task", ["inpaint", "vary"])
def test_tasks_that_have_a_source_do_not_take_them(model, tmp_path, capsys, task):
    image = np.tile(np.uint8([[10, 200]]), (8, 4))
    write_image(tmp_path / "small.tif", Image(image, Space("yx"), "small"))
    words = [task, str(tmp_path / "small.tif"), "--generator", "prior", "--model", str(model), "--out", str(tmp_path)]
    words += ["--mask", str(tmp_path / "small.tif")] if task == "inpaint" else []
    assert main([*words, "--set", "mean=90"]) == 2
    assert "uses it for 'synthesize' alone" in capsys.readouterr().err


def test_the_scale_is_that_of_an_example(model):
    """An example ten times as bright: what is asked for, and what is said of it, are in its own units."""
    example = Image(np.asarray(texture(1) * 10), Space("yx"), "bright")

    def said(mean: float, source: Image | None) -> str:
        parameters = parameters_of("prior", {"mean": mean})
        choice = Choice("synthesize", "prior", parameters, size=(32, 32), model=str(model))
        return " ".join(plan(source, None, None, choice).remarks)

    assert "guess" not in said(1300.0, example)
    assert "guess" not in said(130.0, None)
    with pytest.raises(ParameterError, match="Mean is 1300; patches of 32 px"):
        said(1300.0, None)
    with pytest.raises(ParameterError, match="Mean is -9000"):
        said(-9000.0, example)


def test_a_model_without_descriptors_is_refused_before_the_run(model, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    for path in model.iterdir():
        if path.is_file():
            (other / path.name).write_bytes(path.read_bytes())
    card = read_card(other)
    write_card(other, replace(card, architecture={**card.architecture, "descriptors": [], "descriptor_classes": []}))
    choice = Choice(
        "synthesize", "prior", parameters_of("prior", {"phase_fraction": 0.3}), size=(32, 32), model=str(other)
    )
    with pytest.raises(ParameterError, match="does not know the phase fraction"):
        plan(None, None, None, choice)
