"""The commands of trained models, as a person types them."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path

import numpy as np
import psutil
import pytest
from tests.services.gaussian import ID, Gaussian, field, register

import synthscope
from synthscope.__main__ import command_names
from synthscope.cli import main
from synthscope.errors import OutOfMemory
from synthscope.io.models import read_card, read_weights
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.project import Project

SPACE = Space("zyx", (2.0, 0.5, 0.5), "µm")


@pytest.fixture(autouse=True)
def gaussian(monkeypatch, tmp_path):
    register(monkeypatch)
    monkeypatch.setattr("synthscope.services.models.user_models", lambda: tmp_path / "installed")


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    return write_image(tmp_path / "soil.ome.tif", Image(field((4, 40, 90)), SPACE, "soil"))


def call(capsys, *words: object) -> tuple[int, dict, str]:
    status = main([*map(str, words), "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else {}, said.err


def test_train_then_fill_make_vary_and_replay(capsys, stack: Path, tmp_path: Path) -> None:
    model = tmp_path / "prior"
    status, trained, _ = call(
        capsys, "train", ID, stack, "--out", model, "--steps", 10, "--set", "every=5", "--licence", "CC0", "--seed", 3
    )
    assert status == 0
    assert (trained["format"], trained["model"], trained["name"]) == ("synthscope/train/1", str(model), "prior")
    assert (trained["generator"], trained["steps"]) == (ID, 10)
    assert "spectrum_distance_real" in trained["held_out"]
    assert (trained["card"]["licence"], trained["card"]["seed"]) == ("CC0", 3)
    mask = np.zeros((4, 40, 90), bool)
    mask[1:3, 10:20, 30:40] = True
    holes = write_image(tmp_path / "mask.ome.tif", Image(mask, SPACE))
    commands = (
        ["inpaint", stack, "--mask", holes],
        ["vary", stack],
        ["generate", "--size", 2, 24, 30],
    )
    for words in commands:
        status, made, error = call(capsys, *words, "-g", ID, "--model", model, "--out", tmp_path / "out")
        assert status == 0, error
        assert made["device"] == "cpu"
        path = made["candidates"][0]["path"]
        status, replayed, _ = call(capsys, "replay", path, "--model", model, "--source", stack)
        assert (status, replayed["reproduced"]) == (0, True)
        assert call(capsys, "replay", path)[0] == 2


def test_minutes_become_steps(capsys, stack: Path, tmp_path: Path) -> None:
    assert call(capsys, "train", ID, stack, "-o", tmp_path / "m", "--minutes", "0.1")[1]["steps"] == 6


def test_an_interrupted_training_keeps_its_model_and_goes_on(capsys, stack: Path, tmp_path: Path, monkeypatch) -> None:
    words = ("train", ID, stack, "--out", tmp_path / "m", "--steps", 20, "--name", "soil")
    real = Gaussian.train

    def interrupted(self, *arguments):
        for event in real(self, *arguments):
            yield event
            if getattr(event, "done", 0) == 12:
                signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Gaussian, "train", interrupted)
    status, _, error = call(capsys, *words)
    assert status == 130
    assert "what was finished is kept" in error
    card = read_card(tmp_path / "m")
    assert (card.state, card.steps) == ("stopped", 10)
    assert read_weights(tmp_path / "m", card)
    monkeypatch.undo()
    register(monkeypatch)
    assert call(capsys, *words)[0] == 2
    status, resumed, _ = call(capsys, "train", ID, "--out", tmp_path / "m", "--resume")
    assert (status, resumed["steps"], resumed["name"]) == (0, 20, "soil")
    _, whole, _ = call(capsys, "train", ID, stack, "--out", tmp_path / "w", "--steps", 20, "--name", "soil")
    assert resumed["card"]["weights_sha256"] == whole["card"]["weights_sha256"]
    assert call(capsys, "train", ID, "--out", tmp_path / "m", "--resume")[2].count("has ended") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["harmonic", "STACK"], "learns nothing"),
        ([ID], "at least one image"),
        ([ID, "STACK", "--set", "pach=3"], "names no parameter"),
        ([ID, "STACK", "--set", "patch=1"], "Patch is 1"),
        ([ID, "STACK", "--minutes", "-3"], "time budget"),
        ([ID, "STACK", "--held-out", "0.9"], "hold out"),
        ([ID, "STACK", "--split-axis", "c"], "choose auto"),
        ([ID, "STACK", "--device", "abacus"], "abacus"),
        ([ID, "STACK", "--device", "cuda"], "not here"),
        ([ID, "nowhere.tif"], "nowhere.tif"),
    ],
)
def test_what_cannot_be_trained_is_one_sentence(capsys, stack, tmp_path, monkeypatch, words, said) -> None:
    monkeypatch.chdir(tmp_path)
    told = [str(stack) if word == "STACK" else word for word in words]
    status, _, error = call(capsys, "train", *told, "--out", tmp_path / "m")
    assert status == 2
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("generator", ["prior", "latent-prior", "vae", "vqvae", "dcgan", "stylegan"])
def test_a_training_that_would_not_fit_is_refused_before_it_begins(capsys, tmp_path, monkeypatch, generator) -> None:
    large = write_image(tmp_path / "large.ome.tif", Image(field((4, 160, 400)), SPACE, "soil"))
    real = psutil.virtual_memory()
    monkeypatch.setattr(psutil, "virtual_memory", lambda: real._replace(available=600 << 20))
    words = ("train", generator, large, "--out", tmp_path / "m", "--device", "cpu", "--set", "batch=512", "--steps", 1)
    status, _, error = call(capsys, *words)
    assert status == 1
    assert re.search(r"The training needs about \S+ .B of memory and 629 MB are free; choose a smaller", error), error
    assert error.count("\n") == 1
    assert not (tmp_path / "m").exists()
    with pytest.raises(OutOfMemory, match="629 MB are free"):
        synthscope.train(generator, [large], tmp_path / "m", steps=1, device="cpu", parameters={"batch": 512})


def test_models_are_taken_in_listed_verified_and_removed(capsys, stack: Path, tmp_path: Path) -> None:
    call(capsys, "train", ID, stack, "--out", tmp_path / "prior", "--steps", 5)
    status, taken, _ = call(capsys, "models", "import", tmp_path / "prior", "--name", "soil")
    assert (status, taken["name"]) == (0, "soil")
    _, listed, _ = call(capsys, "models", "list")
    (row,) = [row for row in listed["models"] if row["place"] == "user"]
    assert (row["name"], row["generator"], row["state"], row["steps"]) == ("soil", ID, "finished", 5)
    assert call(capsys, "models", "verify", "soil")[1]["verified"]
    status, made, _ = call(capsys, "generate", "-g", ID, "--model", "soil", "--size", 20, 20, "-o", tmp_path / "out")
    assert status == 0
    assert call(capsys, "replay", made["candidates"][0]["path"])[1]["reproduced"]
    weights = tmp_path / "installed" / "soil" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4])
    status, _, error = call(capsys, "models", "verify", "soil")
    assert status == 2
    assert "cut short" in error
    assert call(capsys, "models", "remove", "soil")[0] == 0
    status, _, error = call(capsys, "models", "remove", "soil")
    assert status == 2
    assert not weights.exists()


def test_a_project_has_models_of_its_own(capsys, stack: Path, tmp_path: Path) -> None:
    Project.create(tmp_path / "project").close()
    call(capsys, "train", ID, stack, "--out", tmp_path / "prior", "--steps", 5)
    call(capsys, "models", "import", tmp_path / "prior", "--project", tmp_path / "project")
    _, listed, _ = call(capsys, "models", "list", "--project", tmp_path / "project")
    assert ("prior", "project") in [(row["name"], row["place"]) for row in listed["models"]]
    status, _, error = call(capsys, "models", "list", "--project", tmp_path)
    assert status == 2
    assert "holds no project" in error


def test_every_command_is_known_before_files_of_its_name() -> None:
    assert {"train", "models", "replay"} <= command_names()


def test_generators_say_what_may_be_chosen_for_a_training(capsys) -> None:
    rows = {row["id"]: row for row in call(capsys, "generators")[1]["generators"]}
    assert rows[ID]["needs_model"]
    assert "patch" in rows[ID]["training"]["properties"]
    assert rows["harmonic"]["training"] is None


def test_the_same_from_python(stack: Path, tmp_path: Path) -> None:
    seen = []
    result = synthscope.train(ID, [stack], tmp_path / "m", steps=6, parameters={"every": 3}, on_event=seen.append)
    assert result["steps"] == 6
    assert seen
    made = synthscope.generate((20, 24), tmp_path / "out", generator=ID, model=tmp_path / "m", device="cpu")
    assert open_image(made.candidates[0].path).shape == (20, 24)
    assert synthscope.replay(made.candidates[0].path, model=tmp_path / "m").reproduced
    pixels = np.asarray(open_image(stack).pixels)
    again = synthscope.train(ID, [pixels], tmp_path / "array", steps=6, parameters={"every": 3})
    assert again["card"]["images"][0]["shape"] == [4, 40, 90]
    assert not (tmp_path / "array" / "state").exists()
    assert "m" not in [row["name"] for row in synthscope.models()]


def test_a_training_made_to_collapse_is_named_as_it_happens_in_its_json_and_on_its_card(capsys, tmp_path: Path) -> None:
    stack = write_image(tmp_path / "soil.ome.tif", Image(field((4, 64, 144)), SPACE, "soil"))
    words = ("train", ID, stack, "--out", tmp_path / "installed" / "m", "--steps", 20, "--set", "patch=32")
    status, trained, error = call(capsys, *words, "--set", "collapses=true")
    assert status == 0
    (alarm,) = [one for one in trained["alarms"] if one["kind"] == "mode collapse"]
    assert alarm["step"] == 10
    assert alarm["passed"] == 0
    assert alarm["sentence"].startswith("Mode collapse at step 10: samples differ from each other 0.00 times")
    assert f"synthscope: {alarm['sentence']}\n" in error
    assert error.count("Mode collapse") == 1
    assert alarm["sentence"] in trained["card"]["remarks"]
    _, listed, _ = call(capsys, "models", "list")
    assert alarm["sentence"] in json.dumps(listed)


def test_a_training_that_learns_raises_no_alarm(capsys, tmp_path: Path) -> None:
    stack = write_image(tmp_path / "soil.ome.tif", Image(field((4, 64, 144)), SPACE, "soil"))
    status, trained, error = call(
        capsys, "train", ID, stack, "--out", tmp_path / "m", "--steps", 20, "--set", "patch=32"
    )
    assert (status, trained["alarms"], error) == (0, [], "")


def test_a_model_that_makes_one_image_from_every_seed_ends_with_a_sentence_and_one_file(
    capsys, stack: Path, tmp_path: Path
) -> None:
    assert call(capsys, "train", ID, stack, "--out", tmp_path / "m", "--steps", 10)[0] == 0
    words = ("generate", "-g", ID, "--model", tmp_path / "m", "--size", 24, 30, "--count", 3, "--out", tmp_path / "out")
    status, made, error = call(capsys, *words, "--set", "contrast=0")
    assert (status, made) == (1, {})
    assert "Candidates 1 and 2 (seeds 0 and 1) have the same pixels" in error
    assert "1 of 3 images are written" in error
    assert [path.name for path in (tmp_path / "out").glob("new-*-0.ome.tif")] == ["new-synthesize-gaussian-0.ome.tif"]
