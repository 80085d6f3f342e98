"""Seams at the windows that images were made in: found where they are, 1 where not, silent without a record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.services.evaluation.sets import judged, pictures, written

import synthscope
from synthscope.generators.classical.specs import HARMONIC, QUILT
from synthscope.generators.diffusion.specs import PRIOR
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.documents import to_json
from synthscope.records.evaluation import EvaluationRecipe, ImageSet, Report, Score
from synthscope.records.generator import GeneratorSpec, Whole
from synthscope.records.image import Image
from synthscope.records.request import Region, Request
from synthscope.records.run import Environment, Provenance, Recipe
from synthscope.records.space import Space
from synthscope.services.evaluation.gathering import gather
from synthscope.services.evaluation.window_seams import NOWHERE, WINDOW_SEAMS, joints_of

SIDE = 232
SPACE = Space("yx", (1.0, 1.0), "px")
QUICK: dict[str, Any] = {"metrics": ("artefact-ratios",), "resamples": 50, "side": 100, "controls": False}
PLANTED = (76, 116, 156)
"""Where windows of 192 px on 232 px, and 4 px beyond, meet: where one begins, where another ends, and midway."""


def told(spec: GeneratorSpec = PRIOR, request: Request | None = None, **parameters: Any) -> Provenance:
    """Give the record of an image that a generator made."""
    given = to_json(spec.parameters(**parameters))
    recipe = Recipe(request or Request("synthesize", size=(SIDE, SIDE)), spec.id, spec.version, given, (0,))
    here = Environment("1", "3.11", "linux", "cpu")
    return Provenance(recipe, 0, here, "bit-exact here", "trainedAlgorithmicMedia", 1.0)


def recorded(folder: Path, name: str, pixels: list[np.ndarray], provenance: Provenance | None) -> ImageSet:
    (folder / name).mkdir()
    for i, one in enumerate(pixels):
        record = None if provenance is None else to_json(provenance)
        image = Image(one, SPACE, f"{name}{i}", provenance=record)
        write_image(folder / name / f"{name}-{i}.ome.tif", image)
    return gather([folder / name], name, open_image)


def stepped(pixels: np.ndarray, step: int, at: tuple[int, ...] = PLANTED) -> np.ndarray:
    """Add a step of grey values at rows and columns, up and down in turn."""
    sign = np.sum([np.arange(SIDE) >= line for line in at], axis=0) % 2
    moved = pixels.astype(int) + step * (sign[:, None] ^ sign)
    return np.clip(moved, 0, 255).astype(np.uint8)


def seams(report: Report) -> list[Score]:
    return [score for score in report.scores if score.metric == WINDOW_SEAMS]


def test_planted_seams_are_found_and_the_same_images_without_them_lie_at_the_floor(tmp_path: Path) -> None:
    real = written(tmp_path, "real", pictures(8, SIDE))
    grains = pictures(4, SIDE, seed=1)
    made = recorded(tmp_path, "honest", grains, told(window=192))
    seamed = recorded(tmp_path, "seamed", [stepped(one, 24) for one in grains], told(window=192))
    silent = recorded(tmp_path, "silent", [stepped(one, 24) for one in pictures(4, SIDE, seed=2)], None)
    report = judged(tmp_path / "card", EvaluationRecipe(real, (made, seamed, silent), **QUICK))
    honest, found = seams(report)
    assert (honest.subject, found.subject) == ("honest", "seamed")
    assert found.value > 1.5
    assert found.low > found.floor_high
    assert honest.value == pytest.approx(1, abs=0.1)
    assert honest.floor == pytest.approx(1, abs=0.1)
    assert honest.low < 1 < honest.high
    assert found.n <= report.sets[1].fields
    assert found.better == "one"
    evidence = report.behind(found)
    assert evidence is not None
    assert {report.spots[i].subject for i in evidence.nearest} == {"real"}
    assert all(np.diff(np.abs(np.log(evidence.values))) <= 0)


def test_seams_elsewhere_than_at_the_windows_are_not_called_seams_of_windows(tmp_path: Path) -> None:
    real = written(tmp_path, "real", pictures(8, SIDE))
    elsewhere = [stepped(one, 24, (40, 90, 130, 200)) for one in pictures(4, SIDE, seed=1)]
    made = recorded(tmp_path, "made", elsewhere, told(window=192))
    (found,) = seams(judged(tmp_path / "card", EvaluationRecipe(real, (made,), **QUICK)))
    assert found.value == pytest.approx(1, abs=0.15)


def test_an_honest_quilt_shows_no_seams_at_its_blocks_and_one_without_cuts_does(tmp_path: Path) -> None:
    real = written(tmp_path, "real", pictures(8, SIDE))
    example = np.asarray(open_image(tmp_path / "real" / "real-a.tif").pixels)
    outcome = synthscope.generate(
        (SIDE, SIDE), tmp_path / "out", example=Image(example, SPACE, "example"), count=4, parameters={"block": 48}
    )
    assert outcome
    files = sorted(tmp_path.glob("out/**/*.ome.tif"))
    files = [file for file in files if joints_of(open_image(file)) != NOWHERE][:4]
    (tmp_path / "quilt").mkdir()
    (tmp_path / "pasted").mkdir()
    for file in files:
        image = open_image(file)
        rows, columns = joints_of(image)
        assert rows == columns
        assert set(range(36, SIDE - 48, 36)) <= set(rows)  # blocks of 48 px that overlap by a quarter
        write_image(tmp_path / "quilt" / file.name, image)
        write_image(tmp_path / "pasted" / file.name, replace(image, pixels=pasted(example, len(image.name))))
    sets = [gather([tmp_path / name], name, open_image) for name in ("quilt", "pasted")]
    assert [len(one.images) for one in sets] == [4, 4]
    quilt, paste = seams(judged(tmp_path / "card", EvaluationRecipe(real, tuple(sets), **QUICK)))
    assert quilt.value == pytest.approx(1, abs=0.2)
    assert paste.low > quilt.high
    assert paste.value > 1.2


def pasted(example: np.ndarray, seed: int) -> np.ndarray:
    """Lay blocks of 48 px where a quilt has them, each over the one before and none cut."""
    rng, canvas = np.random.default_rng(seed), np.zeros((SIDE, SIDE), np.uint8)
    starts = [min(a, SIDE - 48) for a in range(0, SIDE - 12, 36)]
    for y in starts:
        for x in starts:
            a, b = rng.integers(0, SIDE - 48, 2)
            canvas[y : y + 48, x : x + 48] = example[a : a + 48, b : b + 48]
    return canvas


def test_only_a_record_of_a_whole_image_of_that_size_tells_its_windows() -> None:
    pixels = np.zeros((SIDE, SIDE), np.uint8)

    def lines(provenance: Provenance, side: int = SIDE) -> Any:
        return joints_of(Image(pixels[:side], SPACE, "made", provenance=to_json(provenance)))

    whole = told(window=192)
    assert lines(whole) == (PLANTED, PLANTED)
    assert lines(told(window=256)) == NOWHERE  # one window holds it all
    assert lines(whole, SIDE - 1) == NOWHERE  # it was cut
    assert lines(replace(whole, mask="some")) == NOWHERE
    assert lines(replace(whole, recipe=replace(whole.recipe, generator_version="1"))) == NOWHERE
    assert lines(replace(whole, recipe=replace(whole.recipe, generator="of others"))) == NOWHERE
    assert lines(told(HARMONIC)) == NOWHERE  # made in one piece
    assert lines(told(QUILT)) == NOWHERE  # which example it was made of is not told
    assert joints_of(Image(pixels, SPACE, "of a camera")) == NOWHERE
    box = Region((10, 0), (10 + SIDE, SIDE))
    varied = told(request=Request("vary"), window=192)
    assert lines(replace(varied, box=box)) == (PLANTED, PLANTED)
    assert lines(replace(varied, box=replace(box, stop=(9 + SIDE, SIDE)))) == NOWHERE


def test_fields_that_no_border_crosses_are_said(tmp_path: Path) -> None:
    real, whole = written(tmp_path, "real", pictures(8, 240)), Request("synthesize", size=(240, 240))
    made = recorded(tmp_path, "made", pictures(4, 240, seed=1), told(request=whole, window=216))
    report = judged(tmp_path / "card", EvaluationRecipe(real, (made,), **{**QUICK, "side": 60}))
    assert not seams(report)  # fields begin where windows do
    assert any("Seams at the windows of 'made' were not looked for" in words for words in report.warnings)


def test_a_quilt_of_a_small_example_tells_no_blocks() -> None:
    parameters = QUILT.parameters(block=48)
    assert QUILT.joints(Whole("synthesize", (1, 200, 200), (1, 56, 55)), parameters) != NOWHERE
    assert QUILT.joints(Whole("synthesize", (1, 200, 200), (1, 54, 55)), parameters) == NOWHERE
