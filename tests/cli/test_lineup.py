"""The command that lines generators up, as a person types it."""

from __future__ import annotations

import json
import shlex
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.services.lineup.scene import SIDE, SPACE, hole, origin, posed

from synthscope.cli import main
from synthscope.cli.lineup import read_contenders
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.lineup import LINEUP_MEASURES, Contender, LineupRecipe
from synthscope.records.request import Prompts
from synthscope.records.run import AdapterUse
from synthscope.services.lineup.beginning import read_lineup
from synthscope.services.lineup.command import as_command
from synthscope.services.mask_origins import origins_in, with_record
from synthscope.services.run_folder import RunFolder

QUICK = ("--seeds", 1, "--context", 16, "--side", 32, "--resamples", 40)
TWO = ("--contender", "harmonic", "--contender", "biharmonic")


@pytest.fixture
def images(tmp_path: Path) -> Path:
    posed(tmp_path / "images", 1)
    return tmp_path / "images"


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    return write_image(tmp_path / "mask.ome.tif", Image(hole(), SPACE.mask_space(), "mask"))


def call(capsys, *words: object) -> tuple[int, dict, str]:
    status = main(["lineup", *map(str, words), "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else {}, said.err


def test_a_line_up_gives_the_json_of_the_documents(capsys, images: Path, mask: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    status, said, error = call(capsys, images, "--mask", mask, *TWO, "--out", out, "--intact", *QUICK)
    assert status == 0, error
    assert list(said) == [
        "format", "folder", "report", "grid", "windows", "complete", "side", "real_windows", "card", "rows", "sentences"
    ]  # fmt: skip
    assert (said["format"], said["complete"], said["side"], said["card"]) == ("synthscope/lineup/1", True, 32, "")
    assert [row["contender"]["name"] for row in said["rows"]] == ["harmonic", "biharmonic"]
    assert list(said["rows"][0]["cells"]) == list(LINEUP_MEASURES)
    assert set(said["rows"][0]["cells"]["ssim"]) == {"mean", "spread", "low", "high", "real", "n", "why"}
    assert Path(said["grid"]).is_file()
    assert Path(said["report"]).is_file()
    assert main(["lineup", "--out", str(out), "--resume"]) == 0
    words = capsys.readouterr().out
    assert "As the reference study prints it · SSIM · LPIPS · FID · CLIPScore" in words
    ssim = said["rows"][0]["cells"]["ssim"]["mean"]
    assert f"harmonic: {ssim:.3f}"[:-1] in words
    assert "No prompt was given" in words


def test_masks_of_a_folder_are_found_by_name(capsys, images: Path, tmp_path: Path) -> None:
    posed(tmp_path / "images", 2)
    (tmp_path / "masks").mkdir()
    for number, corner in enumerate((40, 70)):
        paint = np.zeros((SIDE, SIDE), np.uint8)
        paint[corner : corner + 20, corner : corner + 20] = 1
        write_image(tmp_path / f"masks/slice-{number}.ome.tif", Image(paint, SPACE.mask_space(), "mask"))
    words = (images, "--mask", tmp_path / "masks", "--contender", "harmonic", "--out", tmp_path / "out", *QUICK)
    status, said, error = call(capsys, *words)
    assert status == 0, error
    assert [len(row["shots"]) for row in said["rows"]] == [2]
    (tmp_path / "masks/slice-1.ome.tif").unlink()
    status, _, error = call(capsys, *words[:-len(QUICK) - 1], tmp_path / "other", *QUICK)
    assert status == 2
    assert "slice-1.ome.tif needs one mask of its name in masks, and there is none" in error


def test_what_found_a_mask_is_kept_with_it(capsys, images: Path, tmp_path: Path) -> None:
    painted = Image(hole(), SPACE.mask_space(), "mask")
    mask = write_image(tmp_path / "found.ome.tif", with_record(painted, [origin(hole())]))
    out = tmp_path / "out"
    status, _, error = call(capsys, images, "--mask", mask, "--contender", "harmonic", "--out", out, *QUICK)
    assert status == 0, error
    kept = read_lineup(out).subjects[0].mask
    assert kept is not None
    assert origins_in(open_image(out / kept.path)) == (origin(hole()),)
    (run,) = (out / "runs").iterdir()
    assert RunFolder(run).recipe().request.mask_origins == (origin(hole()),)


def test_contenders_of_a_file_and_settings_of_words_meet(capsys, images: Path, mask: Path, tmp_path: Path) -> None:
    table = tmp_path / "contenders.json"
    named = {"generator": "exemplar", "parameters": {"patch": 9}, "name": "small-pieces"}
    table.write_text(json.dumps({"contenders": [named], "format": "synthscope/contenders", "version": 1}))
    words = ("--contenders", table, "--contender", "exemplar", "--set", "exemplar.patch=11")
    status, said, error = call(capsys, images, "--mask", mask, *words, "--out", tmp_path / "out", *QUICK)
    assert status == 0, error
    found = [(one.name, one.generator, one.parameters["patch"]) for one in read_lineup(tmp_path / "out").contenders]
    assert found == [("exemplar", "exemplar", 11), ("small-pieces", "exemplar", 9)]
    assert said["complete"]


def test_a_line_up_is_written_as_the_command_that_it_is_read_from() -> None:
    asked = (
        Contender("exemplar", parameters={"patch": 11}, name="exemplar"),
        Contender("sd-inpaint", "/m/tiny", (AdapterUse("/m/soil", weight=0.5),), {"steps": 2}, "sd-inpaint"),
    )
    recipe = LineupRecipe("inpaint", (), asked, prompts=Prompts("--soil", "stones"), intact=True, seed=3, seeds=2)
    words = shlex.split(as_command(recipe, "-slices", mask="square.png"))
    assert words[:5] == ["synthscope", "lineup", "./-slices", "--mask", "square.png"]
    given = {name: [b for a, b in pairwise(words) if a == f"--{name}"] for name in ("contender", "set", "adapter")}
    assert read_contenders(given["contender"], None, given["set"], given["adapter"]) == asked
    assert {"--prompt=--soil", "--negative=stones", "--intact"} <= set(words)
    assert " ".join(words).endswith("--seeds 2 --seed 3 --context 64.0 --out OUT")


def test_a_check_tells_the_costs_and_what_is_missing_and_makes_nothing(
    capsys, images: Path, mask: Path, tmp_path: Path
) -> None:
    words = (images, "--mask", mask, *TWO, "--contender", "quilt", "--contender", "sd-inpaint:nowhere", "--check")
    status, said, error = call(capsys, *words, "--out", tmp_path / "out", *QUICK)
    assert status == 0, error
    assert [bool(one["problem"]) for one in said["contenders"]] == [False, False, True, True]
    assert "nowhere" in said["contenders"][3]["problem"]
    assert said["seconds"] >= 0
    assert said["memory"] > 0
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "No generator is named"),
        (("--contender", "nothing"), "nothing"),
        (("--contender", "harmonic", "--set", "exemplar.patch=3"), "names no contender; give CONTENDER.NAME=VALUE"),
        (("--contender", "exemplar", "--set", "exemplar.colour=red"), "names no parameter of 'exemplar'"),
        (("--contender", "harmonic", "--adapter", "soil"), "names no contender; give CONTENDER.NAME or CONTENDER.NAME"),
        (("--contender", "quilt"), "Generator 'quilt' does not inpaint"),
        (("--contender", "harmonic", "--prompt", "soil"), "none of these generators reads it"),
        (("--contender", "harmonic", "--domain", "moon"), "Domain is 'moon'"),
    ],
)
def test_wrong_words_end_in_a_sentence(capsys, images: Path, mask: Path, tmp_path: Path, words, sentence) -> None:
    status, _, error = call(capsys, images, "--mask", mask, "--out", tmp_path / "out", *words)
    assert status == 2
    assert sentence in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_no_image_and_no_mask_are_said(capsys, images: Path, tmp_path: Path) -> None:
    assert "No image is named" in call(capsys, "--out", tmp_path / "out")[2]
    status, _, error = call(capsys, images, "--contender", "harmonic", "--out", tmp_path / "out")
    assert status == 2
    assert "has no mask; inpainting needs one" in error
