"""The command line on a bad day: odd words, odd files, full disks, two at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from synthscope.cli import main, with_joined_size
from synthscope.errors import OutOfMemory
from synthscope.face import compare, inpaint
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.environment import program_version


@pytest.fixture
def folder(tmp_path: Path, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    pixels = rng.integers(0, 200, (3, 30, 30)).astype(np.uint8)
    mask = np.zeros((30, 30), np.float32)
    mask[8:12, 8:12] = 1
    write_image("a.ome.tif", Image(pixels[0], Space("yx")))
    write_image("stack.ome.tif", Image(pixels, Space("zyx")))
    write_image("wide.ome.tif", Image(pixels[0].astype(np.float64), Space("yx")))
    write_image("long.ome.zarr", Image(pixels[0].astype(np.int64), Space("yx")))
    write_image("m.ome.tif", Image(mask, Space("yx")))
    write_image("nan.ome.tif", Image(np.where(mask > 0, np.nan, 0).astype(np.float32), Space("yx")))
    Path("file").write_text("mine")
    Path("taken").mkdir()
    Path("taken/runs").write_text("mine")
    return tmp_path


INPAINT = "inpaint a.ome.tif --mask m.ome.tif -g harmonic --out o "


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("nonsense", "No such command 'nonsense'; see `synthscope --help`"),
        ("info", "Missing argument"),
        ("info a.ome.tif --bogus", "--bogus"),
        ("info a.ome.tif --raw ²x4:uint8", "--raw"),
        (INPAINT + "--context nan", "Context is nan"),
        (INPAINT + "--context inf", "Context is inf"),
        (INPAINT + "--context -5", "Context is -5"),
        (INPAINT + "--count x", "--count"),
        (INPAINT + "--box ²:30,0:30", "--box"),
        (INPAINT + "--box 0:10,0:10", "beyond the chosen region"),
        (INPAINT + "--box 0:30", "1 axes"),
        (INPAINT + "--device gpu", "choose one of auto, cpu, cuda, mps"),
        (INPAINT + "--model rocks", "works without a model"),
        (INPAINT + "--set through=sideways", "choose one of"),
        (INPAINT.replace("harmonic", "exemplar") + f"--set patch={'9' * 400}", "beyond all numbers"),
        (INPAINT.replace("m.ome", "nan.ome"), "not a number"),
        (INPAINT.replace("a.ome.tif", "long.ome.zarr"), "int64"),
        (INPAINT.replace("a.ome", "stack.ome") + "--slices ²:3", "--slices"),
        (INPAINT.replace("a.ome", "stack.ome") + "--slices 0:1 --all-slices", "exclude each other"),
        (INPAINT.replace("--out o", "--out file"), "cannot be made"),
        (INPAINT.replace("--out o", "--out taken"), "taken"),
        ("generate -g quilt --size ²5 5 --example a.ome.tif --out o", "--size"),
        ("generate -g quilt --size 1e5 5 --example a.ome.tif --out o", "--size"),
    ],
)
def test_odd_words_end_in_one_sentence(capsys, folder: Path, words: str, sentence: str) -> None:
    status = main([*words.split(), "--json"])
    said = capsys.readouterr()
    assert (status, said.out) == (2, "")
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert Path("file").read_text() == "mine"


@pytest.mark.parametrize("size", ["300000 300000", "99999999999 99999999999"])
@pytest.mark.parametrize("generator", ["quilt", "phase-surrogate"])
def test_what_no_memory_holds_is_refused_before_it_begins(capsys, folder: Path, size: str, generator: str) -> None:
    status = main(["generate", "-g", generator, "--size", *size.split(), "--example", "a.ome.tif", "--out", "o"])
    assert status == 1
    assert "of memory" in capsys.readouterr().err
    assert not Path("o").exists()


def test_the_version_is_said(capsys) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"synthscope {program_version()}\n"


def test_a_size_is_joined_whatever_it_says() -> None:
    assert with_joined_size(["--size", "1e5", "-5", "--out", "x"]) == ["--size", "1e5,-5", "--out", "x"]
    assert with_joined_size(["--size"]) == ["--size"]
    assert with_joined_size(["--size", "--out", "x"]) == ["--size", "--out", "x"]


def test_a_changed_record_is_shown_and_its_numbers_are_json(capsys, folder: Path) -> None:
    for record in ({"recipe": []}, {"recipe": {"generator": 5}}, {"seconds": float("nan"), "more": [float("inf")]}):
        write_image("odd.ome.tif", Image(np.ones((9, 9), np.uint8), Space("yx"), provenance=record))
        assert main(["info", "odd.ome.tif"]) == 0
        capsys.readouterr()
        assert main(["info", "odd.ome.tif", "--json"]) == 0
        assert "NaN" not in capsys.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text exist on Linux alone")
def test_a_name_that_is_no_text_is_worked_with(capsys, folder: Path) -> None:
    name = os.fsdecode(b"bad\xff.ome.tif")
    Path(name).write_bytes(Path("a.ome.tif").read_bytes())
    assert main(["inpaint", name, "--mask", "m.ome.tif", "-g", "harmonic", "--out", "o", "--json"]) == 0
    (made,) = json.loads(capsys.readouterr().out)["candidates"]
    assert main(["replay", made["path"]]) == 0


@pytest.mark.parametrize("value", [7, np.nan, np.inf])
def test_what_cannot_be_compared_is_null(capsys, folder: Path, value: float) -> None:
    odd = np.zeros((9, 9), np.float32) if np.isfinite(value) else np.eye(9, dtype=np.float32)
    odd[4, 4] = 0 if np.isfinite(value) else value
    write_image("odd.ome.tif", Image(odd, Space("yx")))
    write_image("even.ome.tif", Image(np.ones((9, 9), np.float32), Space("yx")))
    for first, second in (("odd", "odd"), ("odd", "even"), ("even", "odd")):
        assert main(["compare", f"{first}.ome.tif", f"{second}.ome.tif", "--json"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert document["psnr"] is None
        assert (document["differing_voxels"] == 0) == (first == second)
    assert (document["max_abs_difference"] is None) == (not np.isfinite(value))


def test_images_too_large_to_compare_are_refused_before(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    monkeypatch.setattr("synthscope.services.memory.psutil.virtual_memory", lambda: SimpleNamespace(available=10**6))
    image = Image(np.zeros((100, 100), np.uint8), Space("yx"), "flat")
    with pytest.raises(OutOfMemory, match="1 MB are free"):
        compare(image, image)


def test_arrays_of_one_name_keep_their_own_sources(folder: Path, rng: np.random.Generator) -> None:
    mask = np.zeros((30, 30), bool)
    mask[8:12, 8:12] = True
    for _ in range(2):
        inpaint(rng.integers(0, 99, (30, 30)).astype(">u2"), mask, "o", generator="harmonic", seed=np.int64(3))
    assert len(list(Path("o/sources").iterdir())) == 2
    assert len(list(Path("o").glob("image-inpaint-harmonic-3*-synthetic.ome.tif"))) == 2


def test_two_programs_in_one_folder_take_different_names(folder: Path) -> None:
    words = [sys.executable, "-m", "synthscope", *INPAINT.split(), "--json"]
    both = [subprocess.Popen(words, stdout=subprocess.PIPE) for _ in range(2)]
    documents = [json.loads(process.communicate(timeout=120)[0]) for process in both]
    paths = {document["candidates"][0]["path"] for document in documents}
    assert len(paths) == 2
    for path in paths:
        assert open_image(path).provenance


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_output_that_nobody_takes_ends_without_a_traceback(folder: Path) -> None:
    words = [sys.executable, "-m", "synthscope", "generators"]
    with Path("/dev/full").open("w") as full:
        answer = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    reading, writing = os.pipe()
    os.close(reading)
    answer = subprocess.run(words, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (answer.returncode, answer.stderr) == (1, "")
