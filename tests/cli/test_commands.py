"""The command line as a person and a script meet it: JSON, sentences, exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synthscope.cli import main, with_joined_size
from synthscope.imaging.hashing import pixel_hash
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space

GEN = ["--generator", "harmonic"]


@pytest.fixture
def stack(tmp_path: Path, rng: np.random.Generator) -> Path:
    pixels = rng.integers(0, 4000, (5, 40, 40)).astype(np.uint16)
    return write_image(tmp_path / "stack.ome.tif", Image(pixels, Space("zyx", (2.0, 0.5, 0.5), "µm"), "stack"))


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    pixels = np.zeros((40, 40), np.uint8)
    pixels[10:18, 10:18] = 1
    return write_image(tmp_path / "mask.ome.tif", Image(pixels, Space("yx"), "mask"))


def call(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, dict[str, Any], str]:
    status = main([*map(str, words), "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else {}, said.err


COMMANDS = [
    "info", "generators", "compare", "replay", "inpaint", "generate", "vary", "demo", "extend", "train", "report",
    "restore denoise", "restore upscale", "restore isotropic", "restore interpolate", "restore artefacts",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_json_device_and_seed(capsys, command: str) -> None:
    main([*command.split(), "--help"])
    told = capsys.readouterr().out
    assert all(option in told for option in ("--json", "--device", "--seed"))
    assert main([*command.split(), "--device", "abacus"]) == 2
    assert "abacus" in capsys.readouterr().err


def test_device_and_seed_change_nothing_where_they_mean_nothing(capsys, stack: Path) -> None:
    for words in (["info", stack], ["generators"], ["compare", stack, stack]):
        plain, told = call(capsys, *words), call(capsys, *words, "--device", "cpu", "--seed", 7)
        assert plain == told


def test_info_says_what_a_file_holds(capsys, stack: Path) -> None:
    status, document, _ = call(capsys, "info", stack)
    assert status == 0
    assert (document["shape"], document["axes"], document["dtype"]) == ([5, 40, 40], "zyx", "uint16")
    assert (document["voxel_size"], document["unit"]) == ([2.0, 0.5, 0.5], "µm")
    assert document["sha256"] == pixel_hash(open_image(stack).pixels)
    assert document["provenance"] is None


def test_generators_are_listed_with_the_schema_of_their_parameters(capsys) -> None:
    _, document, _ = call(capsys, "generators")
    rows = {row["id"]: row for row in document["generators"]}
    assert {"biharmonic", "harmonic", "exemplar", "quilt", "phase-surrogate"} <= set(rows)
    assert rows["exemplar"]["available"]
    assert rows["exemplar"]["parameters"]["type"] == "object"


def test_inpaint_then_info_then_replay(capsys, stack: Path, mask: Path, tmp_path: Path) -> None:
    status, document, _ = call(
        capsys, "inpaint", stack, "--mask", mask, "--slices", "1:3", *GEN, "--out", tmp_path / "out", "--context", 8,
        "--feather", "1.5",
    )  # fmt: skip
    assert status == 0
    (made,) = document["candidates"]
    assert made["outside_sha256_before"] == made["outside_sha256_after"]
    assert document["uncertainty"] is document["mean"] is None
    image = open_image(made["path"])
    assert made["sha256"] == pixel_hash(image.pixels)
    assert np.flatnonzero(np.asarray(image.synthetic[...]).any(axis=(1, 2))).tolist() == [1, 2]
    np.testing.assert_array_equal(
        np.asarray(open_image(made["synthetic_mask"]).pixels[...]) != 0, np.asarray(image.synthetic[...])
    )
    _, told, _ = call(capsys, "info", made["path"])
    assert told["provenance"]["recipe"]["generator"] == "harmonic"
    assert told["provenance"]["recipe"]["request"]["feather"] == 1.5
    assert str(tmp_path) not in json.dumps(told["provenance"])
    status, replayed, _ = call(capsys, "replay", made["path"], "--device", "cpu", "--seed", 9)
    assert (status, replayed["reproduced"], replayed["max_abs_difference"]) == (0, True, 0)


def test_several_candidates_leave_their_spread(capsys, stack: Path, mask: Path, tmp_path: Path) -> None:
    _, document, _ = call(
        capsys, "inpaint", stack, "--mask", mask, "--slices", "2:3", "-g", "exemplar", "--count", 2, "--out",
        tmp_path / "out", "--context", 16, "--region",
    )  # fmt: skip
    assert [c["seed"] for c in document["candidates"]] == [0, 1]
    spread = open_image(document["uncertainty"])
    assert spread.dtype == np.float32
    assert np.asarray(spread.pixels[...]).max() > 0
    made = [open_image(candidate["path"]) for candidate in document["candidates"]]
    assert made[0].shape == spread.shape
    mean = open_image(document["mean"])
    assert mean.dtype == made[0].dtype
    pixels = np.stack([np.asarray(image.pixels[...], float) for image in made])
    assert np.array_equal(np.asarray(mean.pixels[...]), np.rint(pixels.mean(axis=0)))
    assert np.array_equal(np.asarray(mean.synthetic[...]), np.asarray(made[0].synthetic[...]))


def test_extend_interpolate_and_artefacts_say_what_inpaint_says(capsys, stack: Path, tmp_path: Path) -> None:
    for words, shape in (
        (["extend", stack, "--right", 4, "--first", 1], [6, 40, 44]),
        (["restore", "interpolate", stack], [9, 40, 40]),
    ):
        status, document, _ = call(capsys, *words, *GEN, "--out", tmp_path / "out")
        assert (status, document["format"]) == (0, "synthscope/inpaint/1")
        (made,) = document["candidates"]
        assert made["outside_sha256_before"] == made["outside_sha256_after"]
        _, told, _ = call(capsys, "info", made["path"])
        assert told["shape"] == shape
    pixels = np.full((40, 40), 1000, np.uint16) + np.arange(1600, dtype=np.uint16).reshape(40, 40) % 7
    pixels[12, 20] = 60_000
    dead = write_image(tmp_path / "dead.ome.tif", Image(pixels, Space("yx"), "dead"))
    status, document, _ = call(
        capsys, "restore", "artefacts", dead, *GEN, "--kinds", "pixels", "--out", tmp_path / "out"
    )
    assert status == 0
    assert "pixel" in document["remarks"][0]
    assert call(capsys, "restore", "artefacts", dead, *GEN, "--kinds", "ghosts", "--out", tmp_path)[0] == 2


def test_generate_takes_its_size_as_words(capsys, stack: Path, tmp_path: Path) -> None:
    assert with_joined_size(["--size", "5", "64", "64", "--out", "x"]) == ["--size", "5,64,64", "--out", "x"]
    status, document, _ = call(
        capsys, "generate", "-g", "quilt", "--size", "48", "52", "--example", stack, "--box", "0:1,0:40,0:40",
        "--out", tmp_path / "out",
    )  # fmt: skip
    assert status == 0
    assert open_image(document["candidates"][0]["path"]).shape[-2:] == (48, 52)


def test_vary_inside_a_mask_leaves_the_rest(capsys, stack: Path, mask: Path, tmp_path: Path) -> None:
    status, document, _ = call(
        capsys, "vary", stack, "-g", "phase-surrogate", "--mask", mask, "--all-slices", "--box", "0:5,0:40,0:40",
        "--voxel-size", "3,1,1", "--unit", "mm", "--out", tmp_path / "out",
    )  # fmt: skip
    assert status == 0
    (made,) = document["candidates"]
    assert made["outside_sha256_before"] == made["outside_sha256_after"]
    assert open_image(made["path"]).space.unit == "mm"


def test_compare_finds_equal_images_equal(capsys, stack: Path) -> None:
    _, document, _ = call(capsys, "compare", stack, stack)
    assert document["max_abs_difference"] == 0
    assert document["ssim"] == pytest.approx(1.0)
    assert document["psnr"] is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["info", "nothing.tif"], "nothing.tif"),
        (["inpaint", "{stack}", "--mask", "{mask}", *GEN, "--out", "{out}"], "--slices"),
        (["inpaint", "{stack}", "--mask", "{mask}", "-g", "magic", "--all-slices", "--out", "{out}"], "'magic'"),
        (["inpaint", "{stack}", "--mask", "{mask}", *GEN, "--slices", "3", "--out", "{out}"], "FIRST:STOP"),
        (["inpaint", "{stack}", "--mask", "{mask}", *GEN, "--all-slices", "--set", "x=1", "--out", "{out}"], "'x=1'"),
        (
            [
                "inpaint",
                "{stack}",
                "--mask",
                "{mask}",
                "-g",
                "exemplar",
                "--all-slices",
                "--set",
                "fidelity=0.9",
                "--out",
                "{out}",
            ],
            "has no effect on 'inpaint'",
        ),
        (["inpaint", "{stack}", "--mask", "{mask}", *GEN, "--all-slices", "--box", "1:2", "--out", "{out}"], "1 axes"),
        (["generate", "-g", "quilt", "--size", "0", "5", "--example", "{stack}", "--out", "{out}"], "Size is"),
        (["generate", "-g", "quilt", "--size", "64", "64", "--out", "{out}"], "example"),
        (["replay", "{stack}"], "no record"),
        (["info", "{stack}", "--axes", "zyxq"], "zyxq"),
        (["info", "{stack}", "--raw", "4x4:uint99"], "uint99"),
    ],
)
def test_wrong_input_gets_one_sentence_and_status_2(
    capsys, stack: Path, mask: Path, tmp_path: Path, words: list[str], sentence: str
) -> None:
    filled = [word.format(stack=stack, mask=mask, out=tmp_path / "out") for word in words]
    status = main(filled)
    said = capsys.readouterr()
    assert status == 2
    assert said.out == ""
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err


@pytest.mark.slow
def test_an_interrupt_keeps_what_was_finished(stack: Path, mask: Path, tmp_path: Path) -> None:
    words = ["inpaint", stack, "--mask", mask, "--all-slices", "-g", "exemplar", "--count", 99, "--out", tmp_path / "o"]
    process = subprocess.Popen([sys.executable, "-m", "synthscope", *map(str, words)], stderr=subprocess.PIPE)
    while not list((tmp_path / "o").rglob("0002.json")):
        assert process.poll() is None
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"what was finished is kept" in said
    assert len(list((tmp_path / "o").rglob("candidates/*.json"))) >= 2
    assert not [path for path in (tmp_path / "o").rglob("*") if ".partial" in path.name]
