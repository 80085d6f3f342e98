"""The command that finds a mask by two prompts, as a person types it, on a real slice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from tests.generators.pretrained.tiny import save

from synthscope.cli import main
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.pretrained import import_pretrained

TWO = ("--source-prompt", "soil with pores", "--target-prompt", "soil with roots")
QUICK = ("--set", "maps=2", "--set", "threshold=1.2")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub")
    return drain(import_pretrained(save("stable-diffusion", folder / "tiny"), folder / "models"))


@pytest.fixture
def slice_(real_data: Path, tmp_path: Path) -> Path:
    """A part of a slice of 16-bit shale, with a voxel size."""
    pixels = tifffile.imread(real_data / "rock_soil_microct/shale_slice_uint16.tif")[100:132, 100:132]
    return write_image(tmp_path / "shale.ome.tif", Image(pixels, Space("yx", (3.5, 3.5), "µm"), "shale"))


def call(capsys: Any, *words: object) -> tuple[int, dict[str, Any], str]:
    status = main([*map(str, words), "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else {}, said.err


def test_a_mask_of_a_real_slice_is_found_written_and_used(
    capsys: Any, slice_: Path, model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    status, said, error = call(capsys, "mask", slice_, *TWO, *QUICK, "--model", model, "--out", out, "--seed", 3)
    assert status == 0, error
    assert list(said) == ["format", "path", "differences", "seed", "threshold", "share", "sha256", "origin"]
    assert (said["format"], said["seed"], said["threshold"]) == ("synthscope/mask/1", 3, 1.2)
    assert Path(said["path"]).name == "shale-mask-diffedit-3.ome.tif"
    mask, image = open_image(Path(said["path"])), open_image(slice_)
    assert (mask.shape, mask.space.voxel_size, mask.space.unit) == (image.shape, (3.5, 3.5), "µm")
    assert 0 < said["share"] < 1
    edit = ("--generator", "diffedit", "--model", model, *TWO, "--set", "steps=2", "--out", out)
    status, made, error = call(capsys, "vary", slice_, "--mask", said["path"], *edit)
    assert status == 0, error
    (candidate,) = made["candidates"]
    outside = np.asarray(mask.pixels[...]) == 0
    result = open_image(Path(candidate["path"]))
    assert np.array_equal(result.pixels[...][outside], image.pixels[...][outside])
    assert result.provenance["recipe"]["request"]["mask_origins"][0]["target"] == "soil with roots"
    again = call(capsys, "mask", slice_, *TWO, *QUICK, "--model", model, "--out", out, "--seed", 3)[1]
    assert again["sha256"] == said["sha256"]
    assert again["path"] != said["path"], "nothing is overwritten"


def test_without_a_mask_the_result_holds_the_one_that_was_found_and_all_else_is_the_source(
    capsys: Any, slice_: Path, model: Path, tmp_path: Path
) -> None:
    out, seed = tmp_path / "out", ("--seed", 3)
    found = call(capsys, "mask", slice_, *TWO, *QUICK, "--model", model, "--out", out, *seed)[1]
    edit = ("--generator", "diffedit", "--model", model, *TWO, *QUICK, "--set", "steps=2", "--out", out, *seed)
    status, made, error = call(capsys, "vary", slice_, *edit)
    assert status == 0, error
    (candidate,) = made["candidates"]
    mask = np.asarray(open_image(Path(found["path"])).pixels[...]) != 0
    synthetic = np.asarray(open_image(Path(candidate["synthetic_mask"])).pixels[...]) != 0
    assert np.array_equal(synthetic, mask)
    assert candidate["outside_sha256_before"] == candidate["outside_sha256_after"] is not None
    result = open_image(Path(candidate["path"]))
    assert np.array_equal(result.pixels[...][~mask], open_image(slice_).pixels[...][~mask])
    assert result.provenance["found_mask"]
    assert result.provenance["source_type"] == "compositeWithTrainedAlgorithmicMedia"
    replayed = call(capsys, "replay", candidate["path"], "--source", slice_, "--model", model)[1]
    assert replayed["reproduced"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((*TWO, "--set", "threshold=10"), "the strongest by"),
        (("--source-prompt", "soil", "--target-prompt", "soil"), "Both prompts say 'soil'"),
        (("--source-prompt", "soil"), "'What it shall show' is empty"),
        ((*TWO, "--set", "guidance=3"), "has no effect on 'mask'"),
        ((*TWO, "--model", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_found_is_a_sentence(
    capsys: Any, slice_: Path, model: Path, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    status, _, error = call(
        capsys, "mask", slice_, "--model", model, "--set", "maps=1", "--out", tmp_path / "out", *words
    )
    assert status == 2, error
    assert sentence in error
    assert not [*(tmp_path / "out").glob("*.tif")]
