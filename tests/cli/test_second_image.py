"""A second image on the command line: named, recorded, needed again, refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.services import mixing

from synthscope.cli import main
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space


@pytest.fixture(autouse=True)
def mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    mixing.register(monkeypatch)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    dark = np.random.default_rng(3).integers(20, 60, (40, 44)).astype(np.uint8)
    images = Image(dark, Space("yx"), "dark"), Image(dark + np.uint8(100), Space("yx"), "bright")
    first, second = (write_image(tmp_path / f"{image.name}.tif", image) for image in images)
    return first, second


def call(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, dict[str, Any], str]:
    status = main([*map(str, words), "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else {}, said.err


def test_vary_leads_to_the_reference_and_replay_needs_it(
    capsys: pytest.CaptureFixture[str], pair: tuple[Path, Path], tmp_path: Path
) -> None:
    first, second = pair
    making = ("vary", first, "--reference", second, "-g", "mixing", "--set", "position=1", "--out", tmp_path / "out")
    status, said, _ = call(capsys, *making)
    assert status == 0
    made = said["candidates"][0]["path"]
    pixels = open_image(Path(made)).pixels[...].astype(int)
    assert np.abs(pixels - open_image(second).pixels[...]).max() <= 2
    status, _, error = call(capsys, "replay", made, "--source", first)
    assert status == 2
    assert "'bright.tif'; name that file with --reference FILE" in error
    status, said, _ = call(capsys, "replay", made, "--source", first, "--reference", second)
    assert (status, said["reproduced"]) == (0, True)
    status, said, _ = call(capsys, "info", made)
    request = said["provenance"]["recipe"]["request"]
    assert (request["reference"]["name"], request["reference"]["path"]) == ("bright.tif", "")
    assert request["reference"]["sha256"]


def test_who_takes_none_and_what_is_unlike_is_refused(
    capsys: pytest.CaptureFixture[str], pair: tuple[Path, Path], tmp_path: Path
) -> None:
    first, second = pair
    out = tmp_path / "out"
    status, _, error = call(capsys, "vary", first, "--reference", second, "-g", "quilt", "--out", out)
    assert status == 2
    assert "takes no second image to vary" in error
    small = write_image(tmp_path / "small.tif", Image(np.zeros((40, 30), np.uint8), Space("yx"), "small"))
    status, _, error = call(capsys, "vary", first, "--reference", small, "-g", "mixing", "--out", out)
    assert status == 2
    assert "40 × 30 (yx)" in error
    assert "crop" in error
    status, said, _ = call(capsys, "generators")
    taken = {row["id"]: row["takes_reference"] for row in said["generators"]}
    assert (taken["mixing"], taken["quilt"]) == (["inpaint", "vary"], [])
