"""The models of a generator, those first that know images like the one that is open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from napari_synthscope.session.model_lines import model_line, usable_lines
from synthscope.qt.model_pick import row_words
from synthscope.records.image import Image
from synthscope.records.model import ModelFile
from synthscope.records.space import Space
from synthscope.services.models import ModelRow, list_models


@pytest.fixture(scope="module")
def bundled() -> ModelRow:
    return next(row for row in list_models() if row.place == "bundled" and row.card and row.card.channels == 1)


def model(
    row: ModelRow, name: str, step: float, unit: str = "µm", place: Any = "bundled", depth: bool = False
) -> ModelRow:
    assert row.card is not None
    card = replace(row.card, name=name, unit=unit, voxel_size=(step,) * 3, depth=depth)
    return replace(row, name=name, card=card, place=place)


def picture(step: float, unit: str = "µm") -> Image:
    return Image(np.zeros((64, 64), np.uint16), Space("yx", (step, step), unit), "picture")


def names(rows: list[ModelRow], image: Image | None) -> list[str]:
    assert rows[0].card is not None
    return [line.name for line in usable_lines(rows, rows[0].card.generator, image)]


def test_the_bundled_model_of_the_nearest_voxel_size_leads(bundled: ModelRow) -> None:
    rows = [model(bundled, "a", 100.0), model(bundled, "b", 2.0), model(bundled, "c", 10.0)]
    assert names(rows, picture(9.0)) == ["c", "b", "a"]
    assert names(rows, picture(0.1, "mm")) == ["a", "c", "b"]  # 100 µm


def test_a_model_of_other_units_comes_after_those_that_can_be_compared(bundled: ModelRow) -> None:
    rows = [model(bundled, "a", 9.0, "pixel"), model(bundled, "b", 900.0)]
    assert names(rows, picture(9.0)) == ["b", "a"]


def test_where_nothing_tells_them_apart_their_order_stays(bundled: ModelRow) -> None:
    rows = [model(bundled, name, 5.0) for name in "abc"]
    assert names(rows, picture(9.0)) == ["a", "b", "c"]
    assert names([model(bundled, "a", 9.0), model(bundled, "b", 1.0)], None) == ["a", "b"]


def test_a_single_slice_has_models_of_slices_first_whatever_their_voxel_size(bundled: ModelRow) -> None:
    rows = [model(bundled, "stack", 9.0, depth=True), model(bundled, "slice", 900.0)]
    assert names(rows, picture(9.0)) == ["slice", "stack"]


def test_a_person_s_own_model_leads_whatever_it_learned_from(bundled: ModelRow) -> None:
    rows = [model(bundled, "own", 900.0, place="project"), model(bundled, "theirs", 9.0)]
    assert names(rows, picture(9.0)) == ["own", "theirs"]


@pytest.mark.parametrize(
    ("source", "licence", "part", "said"),
    [
        ("stabilityai/sd", "openrail++", "", "Stable Diffusion, from stabilityai/sd · openrail++ · 1.9 MB"),
        ("taken", "", "", "Stable Diffusion, trained by others · licence not told · 1.9 MB"),
        ("lllyasviel/canny", "openrail", "controlnet", "ControlNet, from lllyasviel/canny · openrail · 1.9 MB"),
    ],
)
def test_a_model_of_others_says_what_it_is_whose_it_is_its_licence_and_its_size(
    bundled: ModelRow, source: str, licence: str, part: Any, said: str
) -> None:
    assert bundled.card is not None
    card = replace(
        bundled.card, name="taken", generator="stable-diffusion", files=(ModelFile("a", 1, "0"),), source=source,
        licence=licence, part=part,
    )  # fmt: skip
    assert row_words(model_line(replace(bundled, name="taken", card=card, bytes=1_900_000))) == said
