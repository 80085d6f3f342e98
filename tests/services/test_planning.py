from __future__ import annotations

import shlex
from dataclasses import dataclass, replace

import numpy as np
import pytest

from synthscope.errors import InputError, MaskError, ParameterError, SynthscopeError, Unavailable
from synthscope.generators.classical.specs import EXEMPLAR
from synthscope.imaging.regions import painted
from synthscope.records.forms import form_fields
from synthscope.records.image import Image
from synthscope.records.request import Input, Region
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.commands import as_command
from synthscope.services.masking import fit_mask
from synthscope.services.planning import make_recipe, plan

STACK = Image(np.zeros((10, 60, 60), np.uint16), Space("zyx", (2.0, 0.5, 0.5), "µm"), "stack")


def hole() -> np.ndarray:
    mask = np.zeros(STACK.shape, bool)
    mask[4:6, 20:30, 20:30] = True
    return mask


def test_the_region_is_the_mask_with_its_context_as_wide_in_every_direction() -> None:
    planned = plan(STACK, painted(hole()), hole(), Choice("inpaint", "harmonic", context=8))
    assert planned.region == Region((2, 12, 12), (8, 38, 38))
    assert planned.workload.box == (6, 26, 26, 1)
    assert planned.workload.unknown == 200
    assert planned.cost.memory > 0


def test_a_deterministic_generator_makes_one_candidate_and_says_so() -> None:
    planned = plan(STACK, painted(hole()), hole(), Choice("inpaint", "biharmonic", count=5, seed=3))
    assert planned.seeds == (3,)
    assert "one candidate" in planned.remarks[0]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"generator": "nothing"}, Unavailable, "choose one of"),
        ({"task": "restore"}, InputError, "does not restore"),
        ({"count": 0}, ParameterError, "give 1 to"),
        ({"count": 10**9}, ParameterError, "give 1 to"),
        ({"seed": -1}, ParameterError, "Seed is -1"),
        ({"region": Region((0, 0, 0), (99, 9, 9))}, InputError, "outside the image"),
        ({"region": Region((0, 0, 0), (1, 9, 9))}, MaskError, "empty inside the chosen region"),
    ],
)
def test_what_cannot_be_done_is_said(change: dict, error: type[SynthscopeError], words: str) -> None:
    with pytest.raises(error, match=words):
        plan(STACK, painted(hole()), hole(), replace(Choice("inpaint", "harmonic"), **change))


def test_missing_inputs_are_named() -> None:
    with pytest.raises(MaskError, match="mask is empty"):
        plan(STACK, None, None, Choice("inpaint", "harmonic"))
    with pytest.raises(InputError, match="open one first"):
        plan(None, None, None, Choice("inpaint", "harmonic"))
    with pytest.raises(ParameterError, match="Size is"):
        plan(STACK, None, None, Choice("synthesize", "quilt", size=(0, 4)))


def test_parameters_out_of_range_are_named_together() -> None:
    limited = next(field for field in form_fields(EXEMPLAR.parameters) if field.low is not None)
    bad = replace(EXEMPLAR.parameters(), **{limited.name: limited.kind(limited.low - 1)})
    with pytest.raises(ParameterError) as caught:
        plan(STACK, painted(hole()), hole(), Choice("inpaint", "exemplar", bad))
    assert list(caught.value.problems) == [limited.name]


@dataclass(frozen=True)
class Foreign:
    size: int = 1


def test_parameters_of_another_generator_are_refused() -> None:
    with pytest.raises(InputError, match="are not those of"):
        plan(STACK, painted(hole()), hole(), Choice("inpaint", "exemplar", Foreign()))


def test_a_recipe_becomes_the_command_that_does_the_same() -> None:
    planned = plan(STACK, painted(hole()), hole(), Choice("inpaint", "exemplar", count=3, seed=11))
    source = Input("my stack.ome.tif", STACK.shape, "uint16", STACK.space, path="data/my stack.ome.tif")
    words = shlex.split(as_command(make_recipe(planned, source), mask="mask.tif", out="out"))
    assert words[:3] == ["synthscope", "inpaint", "data/my stack.ome.tif"]
    assert words[words.index("--seed") + 1] == "11"
    assert words[words.index("--box") + 1] == "0:10,0:60,0:60"


def test_a_parameter_that_the_task_does_not_use_is_neither_in_the_recipe_nor_in_the_command() -> None:
    choice = Choice("inpaint", "exemplar", EXEMPLAR.parameters(patch=31, fidelity=0.9))
    recipe = make_recipe(plan(STACK, painted(hole()), hole(), choice), None)
    assert recipe.parameters["fidelity"] == EXEMPLAR.parameters().fidelity
    older = replace(recipe, parameters={**recipe.parameters, "fidelity": 0.9})
    for one in (recipe, older):
        assert [word for word in as_command(one).split() if "=" in word] == ["patch=31"]
    varied = plan(STACK, None, None, replace(choice, task="vary"))
    assert "fidelity=0.9" in as_command(make_recipe(varied, None), source="core.tif")


def test_a_2d_mask_on_a_stack_must_say_which_slices() -> None:
    plane = Image(np.eye(60, dtype=np.uint8), Space("yx"), "plane")
    with pytest.raises(MaskError, match="--slices"):
        fit_mask(plane, STACK)
    fitted = fit_mask(plane, STACK, slices=(3, 5))
    assert np.flatnonzero(np.asarray(fitted).any(axis=(1, 2))).tolist() == [3, 4]
    assert np.asarray(fit_mask(plane, STACK, all_slices=True)).any(axis=(1, 2)).all()
    with pytest.raises(MaskError, match="not in this stack"):
        fit_mask(plane, STACK, slices=(3, 50))


def test_a_colour_mask_counts_any_colour_and_no_opacity() -> None:
    pixels = np.zeros((60, 60, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[5, 5, 1] = 9
    fitted = fit_mask(Image(pixels, Space("yxs"), "mask"), Image(np.zeros((60, 60)), Space("yx")))
    assert np.argwhere(fitted).tolist() == [[5, 5]]


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(MaskError, match="draw it on this image"):
        fit_mask(Image(np.zeros((5, 5)), Space("yx"), "mask"), STACK)


def test_a_mask_whose_file_names_another_order_is_turned() -> None:
    image = Image(np.zeros((9, 9, 9), np.uint8), Space("xyz"), "turned")
    pixels = np.zeros((9, 9, 9), np.uint8)
    pixels[2, 5, 8] = 1
    fitted = fit_mask(Image(pixels, Space("zyx"), "mask"), image)
    assert np.argwhere(fitted).tolist() == [[8, 5, 2]]


def test_the_command_tells_how_the_file_was_read() -> None:
    planned = plan(STACK, painted(hole()), hole(), Choice("inpaint", "harmonic"))
    words = shlex.split(as_command(make_recipe(planned, Input("a.tif", STACK.shape, "uint16", STACK.space))))
    assert words[words.index("--axes") + 1] == "zyx"
    assert words[words.index("--voxel-size") + 1] == "2.0,0.5,0.5"
    assert words[words.index("--unit") + 1] == "µm"
