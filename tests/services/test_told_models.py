"""Classes and label maps from training to result: learned, chosen, recorded, made again, refused in a sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

import synthscope
from synthscope import Image, Space
from synthscope.errors import InputError, ParameterError
from synthscope.generators.registry import find_spec
from synthscope.io.models import read_card
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.documents import from_json
from synthscope.records.run import Provenance
from synthscope.services.choosing import Choice
from synthscope.services.commands import as_command
from synthscope.services.planning import plan

QUICK = {"steps": 4}
SMALL = {"size": "XS", "patch": 32, "batch": 4}


def blocks(seed: int, side: int = 80) -> tuple[np.ndarray, np.ndarray]:
    """Give an image of squares, and the label (3 or 7) of each pixel."""
    rng = np.random.default_rng(seed)
    labels = np.where(np.kron(rng.random((side // 8, side // 8)) > 0.5, np.ones((8, 8))) > 0, 7, 3)
    return (labels * 20 + rng.normal(0, 4, labels.shape)).clip(0, 255).astype(np.uint8), labels.astype(np.uint8)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prior of two classes and two labels, trained for a few steps."""
    out = tmp_path_factory.mktemp("models") / "told"
    (first, first_labels), (second, second_labels) = blocks(0), blocks(1)
    synthscope.train(
        "prior", [first, 255 - second], out, steps=6, parameters=SMALL,
        classes=("dark", "light"), label_maps=(first_labels, second_labels),
    )  # fmt: skip
    return out


def test_the_card_names_classes_and_labels(model: Path) -> None:
    card = read_card(model)
    assert card.labels == ("dark", "light")
    assert card.label_values == (3, 7)
    assert [image.label for image in card.images] == ["dark", "light"]
    assert card.architecture["label_values"] == [3, 7]
    assert not list(model.glob("state*"))


def test_a_class_is_recorded_and_makes_another_image(model: Path, tmp_path: Path) -> None:
    made = {}
    for label in ("dark", "light", ""):
        out = synthscope.generate((32, 40), tmp_path / (label or "any"), generator="prior", model=model,
                                  parameters=QUICK, label=label)  # fmt: skip
        image = open_image(Path(out.candidates[0].path))
        made[label] = image.pixels[...]
        assert image.provenance["recipe"]["request"]["label"] == label
        assert synthscope.replay(out.candidates[0].path, model=model).reproduced
    assert not np.array_equal(made["dark"], made["light"])
    assert not np.array_equal(made["dark"], made[""])


def test_a_label_map_leads_a_new_image_and_the_file_alone_makes_it_again(model: Path, tmp_path: Path) -> None:
    labels = blocks(2)[1][:40, :48]
    path = write_image(tmp_path / "labels.tif", Image(labels, Space("yx"), "labels"))
    out = synthscope.generate((40, 48), tmp_path / "made", generator="prior", model=model, parameters=QUICK,
                              labels=path)  # fmt: skip
    other = synthscope.generate((40, 48), tmp_path / "made", generator="prior", model=model, parameters=QUICK)
    path.unlink()
    file = Path(out.candidates[0].path)
    assert synthscope.replay(file, model=model).reproduced
    pixels = [open_image(Path(one.candidates[0].path)).pixels[...] for one in (out, other)]
    assert not np.array_equal(*pixels)
    provenance = from_json(Provenance, dict(open_image(file).provenance))
    assert provenance.labels is not None
    assert provenance.labels.values == (3, 7)


def test_a_label_map_leads_a_fill_and_the_outside_stays(model: Path, tmp_path: Path) -> None:
    image, labels = blocks(3)
    mask = np.zeros(image.shape, np.uint8)
    mask[30:44, 30:50] = 1
    labels[:10] = 0  # not told
    out = synthscope.inpaint(image, mask, tmp_path, generator="prior", model=model, parameters=QUICK, label="dark",
                             labels=labels, context=24)  # fmt: skip
    assert out.candidates[0].outside is not None
    assert out.candidates[0].outside.holds
    assert synthscope.replay(out.candidates[0].path, model=model).reproduced


def test_an_extension_is_led_by_labels_of_the_larger_image(model: Path, tmp_path: Path) -> None:
    image, labels = blocks(4)
    out = synthscope.extend(image[:, :64], tmp_path, margins={"x": (0, 16)}, generator="prior", model=str(model),
                            parameters=QUICK, labels=labels, label="dark")  # fmt: skip
    assert synthscope.replay(out.candidates[0].path, model=model).reproduced


def test_a_scale_of_one_is_what_is_made_without_it_and_others_differ(model: Path, tmp_path: Path) -> None:
    made = []
    for scale in (1.0, 3.0):
        out = synthscope.generate((32, 32), tmp_path / str(scale), generator="prior", model=model, label="light",
                                  parameters=QUICK | {"condition_scale": scale})  # fmt: skip
        made.append(open_image(Path(out.candidates[0].path)).pixels[...])
    assert not np.array_equal(*made)


def test_a_closed_image_is_another_than_an_open_one_and_replays(model: Path, tmp_path: Path) -> None:
    made = []
    for closed in (True, False):
        out = synthscope.generate((40, 40), tmp_path / str(closed), generator="prior", model=model,
                                  parameters=QUICK | {"periodic": closed})  # fmt: skip
        assert synthscope.replay(out.candidates[0].path, model=model).reproduced
        made.append(open_image(Path(out.candidates[0].path)).pixels[...])
    assert not np.array_equal(*made)


def test_what_is_told_is_in_the_command_that_does_the_same(model: Path, tmp_path: Path) -> None:
    out = synthscope.generate((40, 48), tmp_path, generator="prior", model=model, parameters=QUICK, label="dark",
                              labels=blocks(2)[1][:40, :48])  # fmt: skip
    provenance = from_json(Provenance, dict(open_image(Path(out.candidates[0].path)).provenance))
    command = as_command(provenance.recipe)
    assert "--class dark" in command
    assert "--labels LABELS" in command
    assert str(tmp_path) not in json.dumps(dict(open_image(Path(out.candidates[0].path)).provenance))


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"label": "grey"}, ParameterError, "knows no class 'grey'; it knows dark, light"),
        ({"labels": np.full((32, 32), 5)}, InputError, "knows no label 5; it knows 3, 7"),
        ({"labels": np.full((32, 31), 3)}, InputError, "has shape"),
        ({"labels": np.full((32, 32), 0.5)}, InputError, "no whole numbers"),
        ({"generator": "quilt", "model": "", "label": "dark"}, ParameterError, "knows no classes"),
    ],
)
def test_what_a_model_was_never_told_is_refused(model: Path, change: dict, error: type, words: str) -> None:
    example = Image(blocks(0)[0], Space("yx"), "example")
    choice = Choice("synthesize", "prior", size=(32, 32), model=str(model))
    with pytest.raises(error, match=words):
        plan(example, None, None, replace(choice, **change))


def test_label_maps_and_classes_must_be_one_for_each_image(tmp_path: Path) -> None:
    image, labels = blocks(0)
    for told, words in (
        ({"label_maps": (labels,)}, "1 label maps are given for 2 images"),
        ({"label_maps": (labels, labels[:40])}, "one label for each voxel"),
        ({"classes": ("a",)}, "1 classes are told for 2"),
        ({"classes": ("a", "b,c")}, "give a plain word"),
        ({"label_maps": (np.arange(labels.size).reshape(labels.shape), labels)}, "not for each object"),
    ):
        with pytest.raises(InputError, match=words):
            synthscope.train("prior", [image, image], tmp_path / "m", steps=2, parameters=SMALL, **told)


def test_a_generator_that_learns_nothing_from_label_maps_says_so(tmp_path: Path) -> None:
    image, labels = blocks(0)
    with pytest.raises(InputError, match="learns nothing from label maps"):
        synthscope.train("latent-prior", [image], tmp_path / "m", steps=2, label_maps=(labels,))


def test_an_image_may_have_no_class(tmp_path: Path) -> None:
    image, _ = blocks(0)
    told = synthscope.train("prior", [image, 255 - image], tmp_path / "m", steps=2, parameters=SMALL, classes=("a", ""))
    assert told["card"]["labels"] == ["a"]
    assert [one["label"] for one in told["card"]["images"]] == ["a", ""]


def test_the_prior_says_what_it_offers_for_it() -> None:
    record = find_spec("prior").parameters()
    assert record.condition_scale == 1
    assert record.periodic is False


@pytest.mark.slow
def test_samples_of_a_class_are_like_that_class(tmp_path: Path) -> None:
    """Dark smooth blobs against bright fine grain, after half a minute of training: each in its own direction."""
    rng = np.random.default_rng(0)

    def blurred(width: float, mean: float) -> np.ndarray:
        field = ndimage.gaussian_filter(rng.normal(size=(160, 160)), width)
        return (mean + 40 * field / field.std()).clip(0, 255).astype(np.uint8)

    def coarse(image: np.ndarray) -> float:
        """Give the part of the variance that means over 8 x 8 pixels have: what noise left behind hardly changes."""
        means = image.astype(float).reshape(image.shape[0] // 8, 8, image.shape[1] // 8, 8).mean(axis=(1, 3))
        return float(means.var() / image.astype(float).var())

    images = {"smooth": blurred(4, 100), "grainy": blurred(1, 156)}
    out = tmp_path / "model"
    settings = {"size": "XS", "patch": 32, "batch": 8, "learning_rate": 3e-3}
    synthscope.train("prior", list(images.values()), out, steps=250, parameters=settings, classes=tuple(images))

    found, bright = {}, {}
    for label in images:
        made = synthscope.generate((64, 64), tmp_path / label, generator="prior", model=out, label=label, count=3,
                                   parameters={"steps": 8})  # fmt: skip
        pixels = [open_image(Path(one.path)).pixels[...] for one in made.candidates]
        found[label], bright[label] = np.mean([coarse(one) for one in pixels]), np.mean(pixels)
    assert found["smooth"] > found["grainy"]
    assert abs(bright["smooth"] - 100) < abs(bright["smooth"] - 156)
    assert abs(bright["grainy"] - 156) < abs(bright["grainy"] - 100)
