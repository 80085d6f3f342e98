"""A training, from images to a model, with a generator that learns a Gaussian field."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.services.gaussian import ID, field, register

from synthscope.errors import Cancelled, FileError, InputError, ParameterError, SynthscopeError, Unavailable
from synthscope.generators.registry import resolve
from synthscope.imaging.hashing import sampled_hash
from synthscope.io.models import read_card, read_weights
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.events import Made, Measured, Preview
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.records.training import TrainingRecipe
from synthscope.services.curves import read_curves
from synthscope.services.label_maps import check_labels
from synthscope.services.training import begin_training, can_resume, read_training, train_job

SPACES = {
    "slice": ("yx", (40, 90)),
    "stack": ("zyx", (6, 40, 90)),
    "colour": ("yxs", (40, 90, 3)),
    "channels": ("cyx", (2, 90, 40)),
    "series": ("tzyx", (2, 3, 40, 90)),
    "film": ("tyx", (5, 40, 90)),
}


@pytest.fixture(autouse=True)
def gaussian(monkeypatch):
    register(monkeypatch)


def make_image(kind: str = "stack", seed: int = 0, name: str = "soil") -> Image:
    axes, shape = SPACES[kind]
    steps = tuple({"z": 2.0, "y": 0.5, "x": 0.5}.get(a, 1.0) for a in axes)
    pixels = field(shape, seed, "uint8" if axes.endswith("s") else "uint16")
    return Image(pixels, Space(axes, steps, "µm"), name)


def recipe(**changes: object) -> TrainingRecipe:
    return replace(TrainingRecipe(ID, {}, (), steps=20), **changes)


def train(folder: Path, image: Image, **changes: object) -> dict:
    begin_training(folder, recipe(**changes), [image])
    return drain(train_job(folder, resolve))


@pytest.mark.parametrize("kind", SPACES)
def test_a_training_ends_with_a_model_that_says_what_it_learned_from(tmp_path: Path, kind: str) -> None:
    image = make_image(kind)
    result = train(tmp_path / "soil", image, licence="CC0")
    card = read_card(tmp_path / "soil")
    assert result["steps"] == card.steps == card.planned_steps == 20
    assert card.state == "finished"
    assert card.channels == {"colour": 3, "channels": 2}.get(kind, 1)
    assert card.rgb == (kind == "colour")
    assert card.depth == (kind in ("stack", "series", "film"))
    assert card.unit == "µm"
    assert card.voxel_size[1:] == (0.5, 0.5)
    assert card.licence == "CC0"
    assert card.environment.device == "cpu"
    (learned,) = card.images
    assert learned.sha256
    assert learned.train
    assert learned.held_out
    assert learned.sampled_sha256 == sampled_hash(image.pixels)
    assert len(card.limits) == card.channels
    assert read_weights(tmp_path / "soil", card)["power"].shape == (16, 16, card.channels)
    assert sorted(path.name for path in (tmp_path / "soil").iterdir()) == [
        "curves.jsonl", "model.json", "model.safetensors", "training.json",
    ]  # fmt: skip
    assert str(tmp_path) not in (tmp_path / "soil" / "model.json").read_text()
    assert str(tmp_path) not in (tmp_path / "soil" / "training.json").read_text()


def test_the_range_of_each_channel_is_kept(tmp_path: Path) -> None:
    rows = np.stack([field((40, 90), seed=channel) % 50 + 100 * channel for channel in range(2)])
    train(tmp_path / "soil", Image(rows.astype(np.uint16), Space("cyx"), "cells"))
    first, second = read_card(tmp_path / "soil").limits
    assert 0 <= first[0] <= first[1] < 50
    assert 100 <= second[0] <= second[1] < 150


def test_figures_stand_beside_those_of_real_against_real_and_get_better(tmp_path: Path) -> None:
    image = Image(field((3, 64, 160)), Space("zyx"), "soil")
    card = train(tmp_path / "soil", image, steps=60, parameters={"patch": 32})["card"]
    names = (
        "spectrum_distance", "two_point_distance", "chord_distance", "euler_difference", "sharpness_ratio",
        "kernel_distance", "diversity_ratio", "checkerboard_ratio",
    )  # fmt: skip
    assert {*names, *(f"{name}_real" for name in names), "held_out_loss"} == set(card["figures"])
    curves = read_curves(tmp_path / "soil")
    assert [point.step for point in curves] == list(range(5, 61, 5))
    assert card["figures"]["spectrum_distance"] < 4 * card["figures"]["spectrum_distance_real"]


def test_events_tell_of_figures_pictures_and_models_on_disk(tmp_path: Path) -> None:
    begin_training(tmp_path / "soil", recipe(), [make_image()])
    events = []
    drain(train_job(tmp_path / "soil", resolve), events.append)
    made = [event for event in events if isinstance(event, Made)]
    assert [event.document["step"] for event in made] == [5, 10, 15, 20, 20]
    assert {event.document["state"] for event in made} == {"in training", "finished"}
    assert any(isinstance(event, Measured) and "loss" in event.values for event in events)
    picture = next(event for event in events if isinstance(event, Preview))
    assert picture.pixels.dtype == np.uint16
    assert picture.pixels.shape == (2 * 16 + 2, 4 * 16 + 3 * 2, 1)


def test_held_out_voxels_are_not_learned_from(tmp_path: Path) -> None:
    image = make_image("slice")
    spoiled = np.asarray(image.pixels).copy()
    train(tmp_path / "a", image)
    (learned,) = read_card(tmp_path / "a").images
    spoiled[:, learned.train[0].stop[2] :] = 60000
    train(tmp_path / "b", image.with_(pixels=spoiled))
    first, second = (read_card(tmp_path / name) for name in "ab")
    assert first.weights_sha256 == second.weights_sha256
    assert first.normalisation == second.normalisation


@pytest.mark.parametrize("steps", [3, 5, 12, 26, 39])
def test_a_training_that_was_killed_ends_like_one_that_was_not(tmp_path: Path, steps: int) -> None:
    image = make_image()
    train(tmp_path / "whole", image, name="soil")
    begin_training(tmp_path / "cut", recipe(name="soil"), [image])
    job = train_job(tmp_path / "cut", resolve)
    for _ in range(steps):
        next(job)
    job.close()
    assert can_resume(tmp_path / "cut")
    if (tmp_path / "cut" / "model.json").exists():
        card = read_card(tmp_path / "cut")
        assert card.state == "stopped"
        read_weights(tmp_path / "cut", card)
    drain(train_job(tmp_path / "cut", resolve))
    whole, cut = (read_card(tmp_path / name) for name in ("whole", "cut"))
    assert replace(cut, made="") == replace(whole, made="")
    assert read_curves(tmp_path / "cut") == read_curves(tmp_path / "whole")


def test_a_finished_training_is_not_begun_again_and_its_recipe_makes_the_same_model(tmp_path: Path) -> None:
    image = make_image()
    write_image(tmp_path / "soil.ome.tif", image)
    opened = open_image(tmp_path / "soil.ome.tif")
    train(tmp_path / "first", opened, steps=0, minutes=0.2)
    with pytest.raises(InputError, match="has ended"):
        drain(train_job(tmp_path / "first", resolve))
    done = read_training(tmp_path / "first")
    assert done.steps == 12
    begin_training(tmp_path / "again", replace(done, images=(), name="first"), [opened])
    drain(train_job(tmp_path / "again", resolve))
    first, again = (read_card(tmp_path / name) for name in ("first", "again"))
    assert first.weights_sha256 == again.weights_sha256


def test_an_image_that_was_exchanged_is_noticed_when_a_training_goes_on(tmp_path: Path) -> None:
    write_image(tmp_path / "soil.ome.tif", make_image())
    begin_training(tmp_path / "m", recipe(), [open_image(tmp_path / "soil.ome.tif")])
    with pytest.raises(Cancelled):
        drain(train_job(tmp_path / "m", resolve), cancelled=lambda: (tmp_path / "m" / "model.json").exists())
    write_image(tmp_path / "soil.ome.tif", make_image(seed=1))
    with pytest.raises(FileError, match=r"was changed|does not hold"):
        drain(train_job(tmp_path / "m", resolve))


def test_images_too_small_to_be_divided_are_held_out_whole_where_there_are_several(tmp_path: Path) -> None:
    small = [Image(field((20, 24), i), Space("yx"), f"cell {i}") for i in range(4)]
    with pytest.raises(InputError, match="too small"):
        begin_training(tmp_path / "one", recipe(), small[:1])
    begin_training(tmp_path / "four", recipe(), small)
    card = drain(train_job(tmp_path / "four", resolve))["card"]
    assert [bool(image["train"]) for image in card["images"]] == [True, True, True, False]
    assert [bool(image["held_out"]) for image in card["images"]] == [False, False, False, True]
    assert any("cell 3" in remark for remark in card["remarks"])


def test_nothing_held_out_is_said(tmp_path: Path) -> None:
    card = train(tmp_path / "m", make_image(), held_out=0.0)["card"]
    assert any("Nothing was held out" in remark for remark in card["remarks"])
    assert set(card["figures"]) == {"held_out_loss"}


def test_a_large_image_is_learned_from_in_slabs_that_the_card_names(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("synthscope.services.training_data.MOST_BYTES", 16 * 40 * 90 * 2 * 3)
    image = Image(field((70, 40, 90)), Space("zyx"), "long")
    begin_training(tmp_path / "m", recipe(split_axis="x"), [image])
    card = drain(train_job(tmp_path / "m", resolve))["card"]
    (learned,) = card["images"]
    assert len(learned["train"]) > 1
    voxels = sum(int(np.prod(np.subtract(r["stop"], r["start"]))) for r in learned["train"] + learned["held_out"])
    assert voxels * 2 <= 16 * 40 * 90 * 2 * 3
    assert any("evenly spaced" in remark for remark in card["remarks"])


def test_synthetic_voxels_are_remarked(tmp_path: Path) -> None:
    made = np.zeros((6, 40, 90), bool)
    made[0, :3, :3] = True
    card = train(tmp_path / "m", make_image().with_(synthetic=made))["card"]
    assert any("9 voxels were made by a generator" in remark for remark in card["remarks"])


def test_classes_are_told_to_the_trainer_and_kept(tmp_path: Path) -> None:
    images = [make_image("slice", seed, f"s{seed}") for seed in range(3)]
    begin_training(tmp_path / "m", recipe(labels=("wet", "dry", "wet")), images)
    card = drain(train_job(tmp_path / "m", resolve))["card"]
    assert card["labels"] == ["dry", "wet"]
    assert [image["label"] for image in card["images"]] == ["wet", "dry", "wet"]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"generator": "harmonic"}, Unavailable, "learns nothing"),
        ({"generator": "nothing"}, Unavailable, "choose one of"),
        ({"parameters": {"patch": 2}}, ParameterError, "Patch is 2"),
        ({"parameters": {"size": 2}}, ParameterError, "has no parameter 'size'"),
        ({"minutes": 0.0}, ParameterError, "time budget"),
        ({"minutes": float("nan")}, ParameterError, "time budget"),
        ({"steps": -1}, ParameterError, "Number of steps"),
        ({"seed": -1}, ParameterError, "Seed is -1"),
        ({"held_out": 0.7}, ParameterError, "hold out"),
        ({"split_axis": "t"}, ParameterError, "choose auto"),
        ({"device": "tpu"}, ParameterError, "choose one of"),
        ({"percentiles": (60.0, 40.0)}, ParameterError, "Percentiles"),
        ({"labels": ("a", "b")}, InputError, "2 classes are told for 1"),
        ({"parameters": {"patch": 64}}, InputError, "smaller than a patch"),
        ({"split_axis": "y"}, InputError, "too small along y"),
    ],
)
def test_what_cannot_be_trained_is_said_before_anything_is_written(tmp_path, change, error, words) -> None:
    with pytest.raises(error, match=words):
        begin_training(tmp_path / "m", recipe(**change), [make_image()])
    assert not (tmp_path / "m").exists()


def test_images_that_do_not_go_together_are_named(tmp_path: Path) -> None:
    grey, colour = make_image("slice"), make_image("colour", name="photo")
    with pytest.raises(InputError, match="photo has 3"):
        begin_training(tmp_path / "m", recipe(), [grey, colour])
    with pytest.raises(InputError, match="float32"):
        begin_training(tmp_path / "m", recipe(), [grey, grey.with_(pixels=np.asarray(grey.pixels, np.float32))])
    with pytest.raises(InputError, match="at least one image"):
        begin_training(tmp_path / "m", recipe(), [])


def test_a_taken_folder_and_a_name_that_is_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "thesis.txt").write_text("precious")
    with pytest.raises(InputError, match="holds something"):
        begin_training(tmp_path / "m", recipe(), [make_image()])
    with pytest.raises(InputError, match="cannot be called"):
        begin_training(tmp_path / "a:b", recipe(), [make_image()])


def test_a_device_that_is_not_here_is_a_sentence(tmp_path: Path) -> None:
    begin_training(tmp_path / "m", recipe(device="cuda"), [make_image()])
    with pytest.raises(Unavailable, match="not here"):
        drain(train_job(tmp_path / "m", resolve))


def test_values_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    pixels = field((40, 90), dtype="float32")
    pixels[3, 3] = np.nan
    begin_training(tmp_path / "m", recipe(), [Image(pixels, Space("yx"), "cropped")])
    with pytest.raises(InputError, match="cropped holds values that are not numbers"):
        drain(train_job(tmp_path / "m", resolve))
    begin_training(tmp_path / "m", recipe(), [make_image()])  # the name is free again
    assert drain(train_job(tmp_path / "m", resolve))["model"] == "m"


@pytest.mark.parametrize("most", [2**31, -(2**31) - 1])
def test_labels_of_more_than_32_bits_are_refused_and_others_kept(most: int) -> None:
    image = make_image()
    labels = np.ones(image.mask_shape, np.int64)
    labels[..., -1] = most
    told = Image(labels, image.space.mask_space(), "phases")
    with pytest.raises(InputError, match=f"'phases' holds labels from .*{most}.*; give labels below"):
        check_labels(told, image)
    kept = check_labels(told.with_(pixels=np.minimum(np.abs(labels), 7)), image)
    assert kept.dtype == np.int32
    assert set(np.unique(kept.pixels)) == {1, 7}


def test_a_damaged_recipe_of_a_training_is_a_sentence(tmp_path: Path) -> None:
    begin_training(tmp_path / "m", recipe(), [make_image()])
    document = json.loads((tmp_path / "m" / "training.json").read_text())
    for damaged in ({**document, "version": 99}, {**document, "minutes": "long"}, {**document, "generator": "gone"}):
        (tmp_path / "m" / "training.json").write_text(json.dumps(damaged))
        with pytest.raises(SynthscopeError):
            drain(train_job(tmp_path / "m", resolve))
    shutil.rmtree(tmp_path / "m")
    with pytest.raises(FileError):
        drain(train_job(tmp_path / "m", resolve))
