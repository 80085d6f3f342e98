"""Feathering from choice to file and back: recorded, proved, made again."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from synthscope.errors import ParameterError
from synthscope.generators.registry import resolve
from synthscope.imaging.masks.morphology import feather
from synthscope.imaging.regions import painted, spread_mask
from synthscope.io.opening import open_image
from synthscope.jobs.drain import drain
from synthscope.records.documents import from_json, to_json
from synthscope.records.image import Image
from synthscope.records.run import Recipe
from synthscope.records.space import Space
from synthscope.services.choosing import Choice, parameters_of
from synthscope.services.commands import as_command
from synthscope.services.planning import Plan, make_recipe, plan
from synthscope.services.provenance import provenance_of
from synthscope.services.replaying import replay_job
from synthscope.services.tasks import task_of
from synthscope.services.verbs import make_job

KINDS = {"slice": "yx", "stack": "zyx", "colour": "yxs", "pictures in time": "tyx", "stacks in time": "tzyx"}
SIZES = {"t": 2, "z": 6, "y": 48, "x": 44, "s": 3}
STEPS = {"z": 1.0, "y": 0.5, "x": 0.5}
WIDTH = 2.0


def make_image(kind: str, rng: np.random.Generator) -> Image:
    """Noise on a bowl: no piece of it fits another place."""
    axes = KINDS[kind]
    shape = tuple(SIZES[a] for a in axes)
    far = [np.arange(SIZES[a]).reshape([-1 if b == a else 1 for b in axes]) - SIZES[a] / 2 for a in "yx"]
    bright = 4 * (far[0] ** 2 + far[1] ** 2)
    space = Space(axes, tuple(STEPS.get(a, 1.0) for a in axes), "µm")
    return Image((rng.integers(40, 45, shape) + bright).astype(np.uint16), space, kind.replace(" ", "-"))


def make_mask(image: Image) -> np.ndarray:
    mask = np.zeros(image.mask_shape, bool)
    mask[..., 14:32, 12:30] = True
    if "z" in image.space.axes:
        mask[..., :1, :, :] = False
    return mask


def planned(image: Image, mask: np.ndarray | None, **changes: object) -> Plan:
    choice = replace(Choice("inpaint", "exemplar", context=12, seed=3), **changes)
    return plan(image, None if mask is None else painted(mask), mask, choice)


def made(image: Image, mask: np.ndarray, out: Path, **changes: object) -> Path:
    hard = parameters_of("exemplar", {"blending": 0.0, "passes": 0})
    choice = replace(Choice("inpaint", "exemplar", hard, context=12, seed=3), **changes)
    (written,) = drain(make_job(image, mask, choice, out, resolve)).candidates
    assert written.outside is not None
    assert written.outside.holds
    return Path(written.path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_feathered_fill_differs_near_the_border_only_and_is_made_again(
    kind: str, rng: np.random.Generator, tmp_path: Path
) -> None:
    image = make_image(kind, rng)
    mask = make_mask(image)
    plain = made(image, mask, tmp_path / "plain")
    soft = made(image, mask, tmp_path / "soft", feather=WIDTH)
    before, after = (np.asarray(open_image(path).pixels[...]) for path in (plain, soft))
    inside = np.broadcast_to(spread_mask(mask, image.space), image.shape)
    np.testing.assert_array_equal(after[~inside], np.asarray(image.pixels)[~inside])
    changed = (before != after).any(axis=-1) if kind == "colour" else before != after
    assert changed.any()
    size = tuple(image.space.voxel_size[image.space.axes.index(a)] for a in "zyx" if a in image.space.axes)
    one_by_one = mask if "t" in image.space.axes else mask[None]
    weights = np.stack([feather(moment, WIDTH, size) for moment in one_by_one]).reshape(mask.shape)
    assert not changed[weights == 1].any()
    assert provenance_of(open_image(soft)).recipe.request.feather == WIDTH
    assert drain(replay_job(soft, resolve)).reproduced


def test_a_variation_inside_a_mask_is_feathered_and_one_of_all_is_not(rng: np.random.Generator, tmp_path: Path) -> None:
    image = make_image("slice", rng)
    mask = make_mask(image)
    other = {"task": "vary", "generator": "phase-surrogate", "parameters": None}
    plain, soft = (open_image(made(image, mask, tmp_path, feather=width, **other)).pixels for width in (0.0, WIDTH))
    assert (np.asarray(plain[...]) != np.asarray(soft[...])).any()
    with pytest.raises(ParameterError, match="leave it out"):
        planned(image, None, task="vary", generator="quilt", feather=WIDTH)


@pytest.mark.parametrize("width", [-1.0, float("nan"), float("inf")])
def test_a_width_that_cannot_be_is_refused(width: float, rng: np.random.Generator) -> None:
    image = make_image("slice", rng)
    with pytest.raises(ParameterError, match="Feather is"):
        planned(image, make_mask(image), feather=width)


def test_a_feathered_run_says_that_it_needs_more_memory(rng: np.random.Generator) -> None:
    image = make_image("slice", rng)
    plain, soft = (planned(image, make_mask(image), feather=width).cost for width in (0, 1))
    assert soft.memory > plain.memory


def test_the_command_names_the_width_only_where_there_is_one(rng: np.random.Generator) -> None:
    image = make_image("slice", rng)
    plain, soft = (make_recipe(planned(image, make_mask(image), feather=width), None) for width in (0, 1.5))
    assert "--feather" not in as_command(plain)
    words = shlex.split(as_command(soft))
    assert words[words.index("--feather") + 1] == "1.5"


def test_a_recipe_of_before_there_was_feathering_means_none() -> None:
    image = make_image("slice", np.random.default_rng(0))
    document = to_json(make_recipe(planned(image, make_mask(image)), None))
    del document["request"]["feather"]
    assert from_json(Recipe, document).request.feather == 0.0


def test_each_channel_keeps_to_its_own_range_and_never_feels_what_is_masked(rng: np.random.Generator) -> None:
    image = make_image("colour", rng)
    pixels = np.asarray(image.pixels) + np.array([0, 500, 2000], np.uint16)
    mask = make_mask(image)
    pixels[mask] = 60000
    recipe = make_recipe(planned(image.with_(pixels=pixels), mask), None)
    region = recipe.request.region
    assert region is not None
    part = mask[region.slices[:2]]
    task = task_of(recipe, part, image.with_(pixels=pixels))
    known = pixels[region.slices][~part]
    assert task.limits == tuple(zip(known.min(axis=0).tolist(), known.max(axis=0).tolist(), strict=True))
