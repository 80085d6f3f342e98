"""A fill of holes that lie far apart: each is what it would be alone, and memory is foretold by the largest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.generators.grains import grains
from tests.generators.trained import QUICK, train_tiny

from synthscope.generators.registry import find_spec, resolve
from synthscope.io.models import read_card
from synthscope.jobs.drain import drain
from synthscope.records.events import Preview, Progress
from synthscope.records.generator import Inputs
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.space import Space
from synthscope.services import islands
from synthscope.services.islands import made_by_islands, parts_of, seed_of
from synthscope.services.workloads import workload_of

SPEC = find_spec("prior")
PARAMETERS = SPEC.parameters(**QUICK["prior"])
HOLES = ((slice(0, 1), slice(10, 20), slice(10, 20)), (slice(0, 1), slice(30, 44), slice(300, 310)))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a small image for a large one."""
    monkeypatch.setattr(islands, "LARGE", 64 * 360)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    block = grains((2, 64, 360, 1), 0)
    model = train_tiny("prior", block, tmp_path_factory.mktemp("models"))
    mask = np.zeros((1, 64, 360), bool)
    for hole in HOLES:
        mask[hole] = True
    source = np.where(mask[..., None], 0, block[:1]).astype(block.dtype)
    space = Space("zyxc", (1.0, 1.0, 1.0, 1.0))
    return Inputs("inpaint", space, source, mask, limits=read_card(model).limits, model=str(model))


def test_each_hole_is_filled_as_if_it_were_alone(inputs):
    generator = resolve("prior")
    made = drain(made_by_islands(SPEC, generator, inputs, PARAMETERS, 7))
    first, second = parts_of(SPEC, PARAMETERS, inputs)
    assert (first, second) == (Region((0, 0, 0), (1, 64, 80)), Region((0, 0, 240), (1, 64, 360)))
    for number, one in enumerate((first, second)):
        here = one.slices
        alone = replace(inputs, source=inputs.source[here], mask=inputs.mask[here])
        assert np.array_equal(made[here], drain(generator.generate(alone, PARAMETERS, seed_of(7, number))))
    known = ~inputs.mask
    assert np.array_equal(made[known], inputs.source[known])
    assert all(made[hole].std() > 0 for hole in HOLES)


def test_equal_holes_in_equal_surroundings_are_filled_differently(inputs):
    tile = np.roll(inputs.source[:, :, :120], 0, axis=2)
    twice = np.concatenate([tile, tile, tile], axis=2)
    mask = np.zeros(twice.shape[:3], bool)
    mask[HOLES[0]] = mask[:, 10:20, 250:260] = True
    again = replace(inputs, source=np.where(mask[..., None], 0, twice).astype(twice.dtype), mask=mask)
    made = drain(made_by_islands(SPEC, resolve("prior"), again, PARAMETERS, 7))
    assert not np.array_equal(made[HOLES[0]], made[:, 10:20, 250:260])


def test_progress_and_pictures_are_those_of_the_whole(inputs):
    events = list(made_by_islands(SPEC, resolve("prior"), inputs, PARAMETERS, 7))
    done = [event.fraction for event in events if isinstance(event, Progress)]
    assert done == sorted(done)
    assert done[-1] == pytest.approx(1.0)
    shown = [event.pixels for event in events if isinstance(event, Preview)]
    assert {one.shape for one in shown} == {inputs.source.shape}
    assert not shown[0][HOLES[1]].any(), "the second hole is not begun"
    assert shown[-1][HOLES[0]].any(), "the first one stays"


def test_one_hole_is_filled_as_ever(inputs):
    mask = np.zeros_like(inputs.mask)
    mask[HOLES[0]] = True
    one = replace(inputs, mask=mask)
    generator = resolve("prior")
    made = drain(made_by_islands(SPEC, generator, one, PARAMETERS, 7))
    assert np.array_equal(made, drain(generator.generate(one, PARAMETERS, 7)))


def test_a_small_image_is_filled_at_once(inputs, monkeypatch):
    monkeypatch.setattr(islands, "LARGE", 64 * 360 + 1)
    assert parts_of(SPEC, PARAMETERS, inputs) == ()


def test_a_generator_that_looks_everywhere_makes_all_at_once(inputs):
    spec = find_spec("exemplar")
    assert parts_of(spec, spec.parameters(), inputs) == ()


def test_memory_follows_the_largest_island_and_not_the_box():
    image = Image(np.broadcast_to(np.uint8(0), (200, 600, 600)), Space("zyx", (1.0, 1.0, 1.0)))
    specks = np.zeros(image.shape, bool)
    specks[:9, :9, :9] = specks[-9:, -9:, -9:] = True
    joined = specks.copy()
    joined[:, 300, 300] = joined[0, :, 300] = joined[-1, :, 300] = joined[0, 0] = joined[-1, -1] = True
    region, reach = Region((0, 0, 0), image.shape), SPEC.reach(PARAMETERS)
    apart, one = (workload_of(image, region, mask, "inpaint", (), None, 1, reach) for mask in (specks, joined))
    assert (apart.piece, one.piece) == (80**3, 0)
    saved = SPEC.cost(replace(apart, piece=0), PARAMETERS).memory - SPEC.cost(apart, PARAMETERS).memory
    assert saved == 24 * (specks.size - 80**3)


def test_moments_of_which_nothing_is_made_do_not_count():
    image = Image(np.broadcast_to(np.uint8(0), (3, 40, 300, 300)), Space("tzyx", (1.0, 1.0, 1.0, 1.0)))
    mask = np.zeros(image.shape, bool)
    mask[1, :3, :3, :3] = mask[1, :3, -3:, -3:] = True
    region, reach = Region((0,) * 4, image.shape), SPEC.reach(PARAMETERS)
    assert workload_of(image, region, mask, "inpaint", (), None, 1, reach).piece == 40 * 80 * 80
    mask[2, :3, :3, :3] = True
    assert workload_of(image, region, mask, "inpaint", (), None, 1, reach).piece == 0
