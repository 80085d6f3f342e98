"""Fine-tuning as a person types it: an adapter is learned beside a base, joined to it, and what it made is replayed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.generators.grains import grains
from tests.generators.pretrained.tiny import save

import synthscope
from synthscope.cli import main
from synthscope.errors import DocumentError, FileError, InputError
from synthscope.generators.pretrained.tuning import course
from synthscope.io.models import WEIGHTS, check_weights, read_card
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.records.training import TrainingRecipe
from synthscope.services.curves import read_curves
from synthscope.services.models import export_model, find_model, import_model, remove_model
from synthscope.services.pretrained import import_pretrained
from synthscope.services.training import begin_training, read_training, train_job
from synthscope.worker import resolve

WORDS = "a sks micrograph"
SETTINGS = {"rank": 2, "patch": 32, "learning_rate": 1e-2}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a stack, and installed bases: one, another of the same kind, and one that fills."""
    home = tmp_path_factory.mktemp("tuning")
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_DATA_HOME", str(home))
    patch.setattr(course, "EXAMINED", 2)
    patch.setattr(course, "SHOWN_STEPS", 2)
    write_image(home / "soil.ome.tif", Image(grains((3, 64, 200), 0), Space("zyx", (2.0, 0.5, 0.5), "µm"), "soil"))
    models = home / "synthscope" / "models"
    for name, channels in (("base", 4), ("filling", 9)):
        published = save("stable-diffusion", home / name, channels=channels)
        drain(import_pretrained(published, models, name, licence="openrail"))
    other = home / "other"
    shutil.copytree(home / "base", other)
    scheduler = json.loads((other / "scheduler" / "scheduler_config.json").read_text())
    (other / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler | {"beta_start": 0.0009}))
    drain(import_pretrained(other, models, "other"))
    yield home
    patch.undo()


def call(capsys: Any, *words: object) -> tuple[int, dict[str, Any], str]:
    status = main([*map(str, words), "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else {}, said.err


@pytest.fixture(scope="module")
def adapter(home: Path) -> Path:
    """Give an adapter that was trained for a few steps."""
    image = open_image(home / "soil.ome.tif")
    recipe = TrainingRecipe(
        "stable-diffusion", {**SETTINGS, "prompt": WORDS}, (), steps=12, base="base", licence="CC0", device="cpu"
    )
    folder = home / "grains"
    begin_training(folder, recipe, [image])
    drain(train_job(folder, resolve))
    return folder


def test_train_with_a_base_then_generate_with_the_adapter_and_replay(capsys, home: Path) -> None:
    settings = [word for name, value in SETTINGS.items() for word in ("--set", f"{name}={value}")]
    status, said, _ = call(
        capsys, "train", "stable-diffusion", home / "soil.ome.tif", "--base", "base", "--out", home / "soil", *settings,
        "--set", f"prompt={WORDS}", "--set", "prior_weight=1", "--set", "class_images=1", "--steps", 6,
    )  # fmt: skip
    assert status == 0
    assert {"held_out_loss", "base_loss", "spectrum_distance"} <= said["held_out"].keys()
    assert (said["card"]["part"], said["card"]["base"]["name"]) == ("lora", "base")
    assert call(capsys, "models", "import", home / "soil")[0] == 0
    made = {}
    for name, joined in (("none", []), ("zero", ["--adapter", "soil=0"]), ("one", ["--adapter", "soil=1"])):
        out = home / f"out-{name}"
        status, told, _ = call(
            capsys, "generate", "--generator", "stable-diffusion", "--model", "base", "--prompt", WORDS, "--size", 32,
            32, "--set", "steps=2", "--out", out, *joined,
        )  # fmt: skip
        assert status == 0
        made[name] = Path(told["candidates"][0]["path"])
    pixels = {name: np.asarray(open_image(path).pixels) for name, path in made.items()}
    assert np.array_equal(pixels["none"], pixels["zero"])
    assert not np.array_equal(pixels["none"], pixels["one"])
    status, told, _ = call(capsys, "replay", made["one"])
    assert (status, told["reproduced"], told["max_abs_difference"]) == (0, True, 0)


def test_the_card_says_base_words_data_and_licences_and_no_place_of_this_computer(home: Path, adapter: Path) -> None:
    card = read_card(adapter)
    base = read_card(find_model("base"))
    assert (card.part, card.state, card.steps <= 12) == ("lora", "finished", True)
    assert (card.base.name, card.base.sha256, card.base.licence) == ("base", base.weights_sha256, "openrail")
    assert (card.licence, card.images[0].licence) == ("CC0", "CC0")
    assert WORDS in card.intended_use
    assert not card.is_pretrained
    assert not card.can_serve("stable-diffusion")
    assert card.figures["held_out_loss"] < card.figures["base_loss"]
    assert read_curves(adapter)
    check_weights(adapter, card)
    recipe = read_training(adapter)
    assert (recipe.base, recipe.base_sha256) == ("base", base.weights_sha256)
    assert str(home) not in (adapter / "training.json").read_text() + (adapter / "model.json").read_text()


def test_an_adapter_is_given_away_taken_in_and_found_by_its_hash(home: Path, adapter: Path, tmp_path: Path) -> None:
    given = export_model(adapter, tmp_path / "given")
    taken = import_model(given, None, "taken")
    made = [
        synthscope.generate(
            (32, 32), tmp_path / one.name, generator="stable-diffusion", model="base", prompts={"prompt": WORDS},
            adapters={str(one): 1.0}, parameters={"steps": 1}, seed=1,
        )
        for one in (adapter, taken)
    ]  # fmt: skip
    assert np.array_equal(*(np.asarray(open_image(Path(one.candidates[0].path)).pixels) for one in made))
    remove_model("taken")


def test_another_base_than_its_own_is_said_before_and_in_the_result(home: Path, adapter: Path, capsys) -> None:
    for model, expected in (("base", False), ("other", True)):
        status, told, _ = call(
            capsys, "generate", "--generator", "stable-diffusion", "--model", model, "--size", 32, 32, "--prompt",
            WORDS, "--set", "steps=1", "--adapter", adapter, "--out", home / f"with-{model}",
        )  # fmt: skip
        assert status == 0
        status, found, _ = call(capsys, "info", told["candidates"][0]["path"])
        remarks = " ".join(found["provenance"]["remarks"])
        assert ("was trained beside 'base' and is joined to 'other'" in remarks) == expected


def test_a_base_that_was_renamed_is_found_by_its_hash_and_one_that_is_gone_is_named(home: Path, tmp_path: Path) -> None:
    image = open_image(home / "soil.ome.tif")
    own = drain(import_pretrained(home / "base", tmp_path / "models", "mine"))
    recipe = TrainingRecipe("stable-diffusion", SETTINGS, (), steps=1, base=str(own), device="cpu")
    begin_training(tmp_path / "a", recipe, [image])
    own.rename(tmp_path / "models" / "moved")
    drain(train_job(tmp_path / "a", resolve))  # the same weights are installed as "base"
    assert read_card(tmp_path / "a").base.name == "base"
    third = tmp_path / "models" / "moved"
    (third / "model.json").write_text((third / "model.json").read_text().replace(read_card(third).weights_sha256, "0"))
    begin_training(tmp_path / "b", TrainingRecipe("stable-diffusion", SETTINGS, (), steps=1, base=str(third)), [image])
    shutil.rmtree(third)
    with pytest.raises(FileError, match=r"The base 'moved' .* is not here; import it"):
        drain(train_job(tmp_path / "b", resolve))


@pytest.mark.parametrize(
    ("generator", "base", "words"),
    [
        ("stable-diffusion", "", "pretrained base; import one, or choose one of: base, other"),
        ("stable-diffusion", "filling", "is one of 'sd-inpaint'"),
        ("stable-diffusion", "grains", "is a lora and no whole model"),
        ("vae", "base", "learns from your images alone; leave the base 'base' out"),
        ("stable-diffusion", "nowhere", "There is no model 'nowhere'"),
    ],
)
def test_a_base_that_cannot_be_is_refused_in_a_sentence(
    home: Path, adapter: Path, generator: str, base: str, words: str, tmp_path: Path
) -> None:
    base = str(adapter) if base == "grains" else base
    with pytest.raises((InputError, FileError), match=words):
        begin_training(
            tmp_path / "x", TrainingRecipe(generator, {}, (), base=base), [open_image(home / "soil.ome.tif")]
        )
    assert not (tmp_path / "x").exists()


def test_weights_that_were_exchanged_are_not_joined(home: Path, adapter: Path, tmp_path: Path) -> None:
    broken = export_model(adapter, tmp_path / "broken")
    data = bytearray((broken / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (broken / WEIGHTS).write_bytes(bytes(data))
    with pytest.raises(DocumentError, match="are not those of its card"):
        synthscope.generate(
            (32, 32), tmp_path / "out", generator="stable-diffusion", model="base", prompts={"prompt": WORDS},
            adapters={str(broken): 1.0}, parameters={"steps": 1},
        )  # fmt: skip
