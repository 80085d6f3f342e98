"""A control image and a map of edges, on real slices: by the command line and from Python, replayed bit for bit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.generators.pretrained.tiny import save

import synthscope
from synthscope.cli import main
from synthscope.errors import InputError
from synthscope.imaging.hashing import pixel_hash
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.pretrained import import_pretrained

Call = tuple[int, dict[str, Any], str]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub")
    return drain(import_pretrained(save("controlnet", folder / "tiny"), folder / "models"))


@pytest.fixture
def shale(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of a 16-bit microCT slice of shale."""
    whole = open_image(real_data / "rock_soil_microct" / "shale_slice_uint16.tif")
    part = Image(np.asarray(whole.pixels[80:128, 60:116]), Space("yx", (0.5, 0.5), "µm"), "shale")
    return write_image(tmp_path_factory.mktemp("shale") / "shale.tif", part)


def call(capsys: pytest.CaptureFixture[str], *words: object) -> Call:
    status = main([*map(str, words), "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else {}, said.err


def test_the_map_that_is_written_is_the_one_that_leads_and_replay_needs_it(
    capsys: pytest.CaptureFixture[str], model: Path, shale: Path, tmp_path: Path
) -> None:
    thresholds = ("--set", "sigma=1", "--set", "low=0.02", "--set", "high=0.08")
    status, said, _ = call(capsys, "edges", shale, *thresholds, "--out", tmp_path / "maps")
    drawn = Path(said["path"])
    edges = open_image(drawn)
    assert (status, edges.dtype, edges.space.axes, edges.space.voxel_size) == (0, np.uint8, "yx", (0.5, 0.5))
    assert set(np.unique(edges.pixels[...])) == {0, 255}
    assert said["share"] == pytest.approx(float(np.mean(edges.pixels[...] > 0)))
    assert 0.02 < said["share"] < 0.4
    vary = ("vary", shale, "-g", "controlnet-canny", "--model", model, "--set", "steps=1")
    status, sought, _ = call(capsys, *vary, *thresholds, "--out", tmp_path / "sought")
    assert status == 0
    given = ("--control-image", drawn, "--set", "control=the control image as it is")
    status, led, _ = call(capsys, *vary, *given, "--out", tmp_path / "led")
    assert status == 0
    made = [Path(one["candidates"][0]["path"]) for one in (sought, led)]
    assert pixel_hash(open_image(made[0]).pixels) == pixel_hash(open_image(made[1]).pixels)
    status, other, _ = call(capsys, *vary, "--set", "sigma=3", "--out", tmp_path / "other")
    assert pixel_hash(open_image(Path(other["candidates"][0]["path"])).pixels) != pixel_hash(open_image(made[1]).pixels)
    status, _, error = call(capsys, "replay", made[1], "--source", shale, "--model", model)
    assert status == 2
    assert "--control-image FILE" in error
    again = ("replay", made[1], "--source", shale, "--model", model, "--control-image")
    status, replayed, _ = call(capsys, *again, drawn)
    assert (status, replayed["reproduced"]) == (0, True)
    changed = write_image(tmp_path / "changed.tif", edges.with_(pixels=255 - np.asarray(edges.pixels[...])))
    status, _, error = call(capsys, *again, changed)
    assert status == 2
    status, said, _ = call(capsys, "info", made[1])
    kept = said["provenance"]["recipe"]["request"]["reference"]
    assert kept["sha256"] == pixel_hash(edges.pixels)
    assert (kept["dtype"], kept["path"]) == ("uint8", "")


def test_depth_of_one_slice_leads_a_fill_of_a_stack(real_data: Path, model: Path, tmp_path: Path) -> None:
    soil = open_image(real_data / "rock_soil_microct" / "soil_core_stack")
    part = Image(np.asarray(soil.pixels[8:12, 100:140, 100:148]), Space("zyx"), "soil")
    source = write_image(tmp_path / "soil.ome.tif", part)
    mask = np.zeros(part.shape, bool)
    mask[1:3, 12:26, 14:30] = True
    rows = np.linspace(-2.5, 7.0, 40)
    depth = np.repeat(rows[:, None], 48, axis=1).astype(np.float32)

    def filled(name: str, control: np.ndarray) -> Any:
        return synthscope.inpaint(
            source, mask, tmp_path / name, generator="controlnet-inpaint", model=model, context=8,
            parameters={"steps": 1, "control": "the control image as levels"}, control_image=control,
        )  # fmt: skip

    made, scaled, turned = (filled(*one) for one in (("a", depth), ("b", depth * 3 + 1), ("c", depth[::-1].copy())))
    pixels = [np.asarray(open_image(Path(one.candidates[0].path)).pixels[...]) for one in (made, scaled, turned)]
    assert np.array_equal(pixels[0], pixels[1]), "levels are seen over their own range"
    assert not np.array_equal(pixels[0], pixels[2])
    assert np.array_equal(pixels[0][~mask], np.asarray(part.pixels[...])[~mask])
    assert made.candidates[0].outside.holds
    assert any("one picture for all slices" in sentence for sentence in made.remarks)
    kept = next((tmp_path / "a" / "sources").glob("*.tif"))
    again = synthscope.replay(made.candidates[0].path, control_image=kept, model=model)
    assert again.reproduced
    with pytest.raises(InputError, match="leave one out"):
        synthscope.replay(made.candidates[0].path, control_image=kept, reference=kept, model=model)
    plain = synthscope.inpaint(source, mask, tmp_path / "plain", generator="biharmonic", context=8)
    with pytest.raises(InputError, match="'biharmonic' takes no control image"):
        synthscope.replay(plain.candidates[0].path, control_image=kept)


def test_labels_of_any_numbers_lead_and_the_colour_model_takes_what_it_is_given(
    shale: Path, model: Path, tmp_path: Path
) -> None:
    labels = np.zeros((48, 56), np.int64)
    labels[10:30, 8:40] = 70000
    with pytest.raises(InputError, match="whole numbers; this control image has values of type float32"):
        vary(shale, model, tmp_path, labels.astype(np.float32), "as labels")
    first, second = (vary(shale, model, tmp_path / word, labels, word) for word in ("as labels", "as it is"))
    assert np.array_equal(first, second), "whole numbers of more than 8 bits are labels by themselves"
    assert not np.array_equal(first, vary(shale, model, tmp_path / "levels", labels, "as levels"))
    with pytest.raises(InputError, match="more than 32 bits hold; number them anew"):
        vary(shale, model, tmp_path / "far", labels << 32, "as labels")


def vary(shale: Path, model: Path, out: Path, control: np.ndarray, word: str) -> np.ndarray:
    made = synthscope.vary(
        shale, out, generator="controlnet-canny", model=model, control_image=control,
        parameters={"steps": 1, "control": f"the control image {word}"},
    )  # fmt: skip
    return np.asarray(open_image(Path(made.candidates[0].path)).pixels[...])


def test_what_cannot_lead_is_refused_in_a_sentence(
    capsys: pytest.CaptureFixture[str], shale: Path, model: Path, tmp_path: Path
) -> None:
    small = write_image(tmp_path / "small.tif", Image(np.zeros((48, 50), np.uint8), Space("yx"), "small"))
    vary = ("vary", shale, "--model", model, "--out", tmp_path / "out", "-g")
    led = "control=the control image as it is"
    for words, sentence in (
        (("controlnet-canny", "--control-image", small, "--set", led), "48 × 50 (yx), shale 48 × 56 (yx)"),
        (("controlnet-canny", "--set", led), "shall lead, and there is none; choose a control image"),
        (("controlnet-canny", "--control-image", small, "--reference", small), "leave one out"),
        (("sd-inpaint", "--control-image", small), "takes no control image"),
        (("controlnet-canny", "--control-image", tmp_path / "none.tif", "--set", led), "none.tif"),
    ):
        status, _, error = call(capsys, *vary, *words)
        assert status == 2
        assert sentence in error
    status, _, error = call(capsys, "edges", shale, "--set", "high=3", "--out", tmp_path / "maps")
    assert status == 2
    assert "Upper threshold is 3" in error
    assert not (tmp_path / "maps").exists()


def test_python_finds_the_same_map(capsys: pytest.CaptureFixture[str], shale: Path, tmp_path: Path) -> None:
    _, said, _ = call(capsys, "edges", shale, "--set", "sigma=2", "--out", tmp_path)
    found = synthscope.edges(shale, parameters={"sigma": 2.0})
    assert pixel_hash(found.pixels) == said["sha256"]
