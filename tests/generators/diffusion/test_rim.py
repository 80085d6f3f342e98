"""What is made up to an edge is made a little farther, and looks there as it does inside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import synthscope_resources
from synthscope.generators.diffusion import rim
from synthscope.generators.diffusion.parameters import PriorParameters
from synthscope.generators.diffusion.rim import RIM, Rim, rim_of
from synthscope.generators.registry import resolve
from synthscope.io.models import read_card
from synthscope.jobs.drain import drain
from synthscope.records.events import Preview
from synthscope.records.generator import Inputs
from synthscope.records.space import Space

SPACE = Space("zyxc", (1.0,) * 4)


@pytest.fixture(scope="module")
def soil() -> str:
    return str(Path(synthscope_resources.__file__).parent / "models" / "rock-soil")


def unknown(*marked: tuple[slice, ...]) -> np.ndarray:
    mask = np.zeros((5, 20, 30), bool)
    for place in marked:
        mask[place] = True
    return mask


@pytest.mark.parametrize(
    ("mask", "through", "widths"),
    [
        (unknown(np.s_[:]), False, ((0, 0), (RIM, RIM), (RIM, RIM))),
        (unknown(np.s_[:]), True, ((RIM, RIM), (RIM, RIM), (RIM, RIM))),
        (unknown(np.s_[1:3, 5:9, 5:9]), True, ((0, 0), (0, 0), (0, 0))),
        (unknown(np.s_[0, 5:9, 5:9]), True, ((RIM, 0), (0, 0), (0, 0))),
        (unknown(np.s_[0, :9, 5:9]), False, ((0, 0), (RIM, 0), (0, 0))),
        (unknown(np.s_[2, 5:9, 25:]), False, ((0, 0), (0, 0), (0, RIM))),
        (unknown(np.s_[2, 5:9, 25:], np.s_[2, 18:, 3:6]), False, ((0, 0), (0, RIM), (0, RIM))),
    ],
)
def test_a_field_is_wider_where_what_is_made_touches_its_edge(mask, through, widths):
    assert rim_of(mask, closed=False, through=through).widths == widths


def test_a_field_whose_edges_meet_has_none():
    assert rim_of(unknown(np.s_[:]), closed=True, through=False) == Rim(((0, 0),) * 3)


def test_what_is_known_goes_on_as_its_mirror_image_and_is_cut_away_again():
    source = np.arange(5 * 20 * 30, dtype=np.uint16).reshape(5, 20, 30, 1)
    mask = unknown(np.s_[:, :6, 3:9])
    found = rim_of(mask, closed=False, through=False)
    wide = found.widened(Inputs("inpaint", SPACE, source, mask))
    assert wide.source is not None
    assert wide.mask is not None
    assert wide.source.shape == (5, 20 + RIM, 30, 1)
    assert np.array_equal(wide.source[:, :RIM], source[:, RIM:0:-1])
    assert np.array_equal(wide.mask[:, :RIM], mask[:, RIM:0:-1])
    assert np.array_equal(found.cut(wide.source), source)


def test_a_new_image_has_the_size_that_was_asked_for_in_every_preview_too(soil):
    inputs = Inputs("synthesize", SPACE, size=(1, 40, 24), model=soil, limits=read_card(Path(soil)).limits)
    seen = []
    made = drain(
        resolve("prior").generate(inputs, PriorParameters(steps=4), 0),
        on_event=lambda event: seen.append(event.pixels.shape) if isinstance(event, Preview) else None,
    )
    assert made.shape == (1, 40, 24, 1)
    assert set(seen) == {(1, 40, 24, 1)}


def roughness_of_edges(model: str) -> float:
    """Mean squared second difference along the outermost columns of new images, over that along inner ones."""
    limits, edge, inside = read_card(Path(model)).limits, 0.0, 0.0
    for seed in range(4):
        inputs = Inputs("synthesize", SPACE, size=(1, 64, 64), model=model, limits=limits)
        made = drain(resolve("prior").generate(inputs, PriorParameters(), seed))[0, ..., 0].astype(float)
        bent = np.square(np.diff(made, 2, axis=0)).mean(axis=0)
        edge, inside = edge + bent[[0, -1]].mean(), inside + bent[8:-8].mean()
    return edge / inside


def test_new_images_are_no_rougher_at_their_edges_than_inside(soil, monkeypatch):
    assert roughness_of_edges(soil) < 1.3
    monkeypatch.setattr(rim, "RIM", 0)
    assert roughness_of_edges(soil) > 1.4  # what it is there for
