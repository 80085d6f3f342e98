"""Restorations from image to file and back: their grid, their record, their replay."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import synthscope
from synthscope.cli import main
from synthscope.errors import FileError, InputError, MaskError
from synthscope.generators.registry import resolve
from synthscope.imaging.regions import whole
from synthscope.imaging.regridding import averaged, seen_through
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.request import Restoration
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.planning import plan
from synthscope.services.replaying import replay_job
from synthscope.services.restoring import finer_space
from synthscope.services.run_folder import RunFolder

from .conftest import texture
from .trained import train_tiny

SPACE = Space("zyx", (3.0, 1.0, 1.0), "µm", (5.0, -2.0, 7.0))
FEW = {"steps": 4, "guidance": "projection"}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(train_tiny("prior", texture("stack", "uint16", seed=1), tmp_path_factory.mktemp("models")))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    pixels = texture("stack", "uint16", seed=2)[:3, :16, :20, 0]
    return write_image(tmp_path / "core.ome.tif", Image(pixels, SPACE, "core"))


def replayed(path: str, model: str, source: Path | None = None) -> bool:
    return drain(replay_job(Path(path), resolve, source=source, model=model)).reproduced


@pytest.mark.parametrize(
    ("kind", "factor", "steps", "origin"),
    [
        ("upscale", 2, (3.0, 0.5, 0.5), (5.0, -2.25, 6.75)),
        ("isotropic", 0, (1.0, 1.0, 1.0), (4.0, -2.0, 7.0)),
        ("denoise", 0, (3.0, 1.0, 1.0), (5.0, -2.0, 7.0)),
    ],
)
def test_a_restored_file_lies_where_its_source_lies_and_replays(
    file: Path, model: str, tmp_path: Path, kind, factor, steps, origin
) -> None:
    outcome = synthscope.restore(
        file, tmp_path, kind=kind, model=model, factor=factor, noise=0 if factor else 500 * (kind == "denoise"),
        parameters=FEW,
    )  # fmt: skip
    (made,) = outcome.candidates
    image, source = open_image(made.path), open_image(file)
    assert image.space.voxel_size == pytest.approx(steps)
    assert image.space.origin == pytest.approx(origin)
    assert np.asarray(image.synthetic[...]).all()
    assert image.dtype == source.dtype
    factors = tuple(round(a / b) for a, b in zip(SPACE.voxel_size, steps, strict=True))
    assert image.shape == tuple(n * f for n, f in zip(source.shape, factors, strict=True))
    residual = averaged(np.asarray(image.pixels[...]), factors) - np.asarray(source.pixels[...])
    assert made.candidate.figures["residual"] == pytest.approx(np.sqrt(np.mean(residual**2)), rel=1e-3)
    assert any("none of the source was kept" in remark for remark in made.candidate.remarks)
    assert image.provenance is not None
    assert image.provenance["recipe"]["request"]["restoration"]["kind"] == kind
    assert replayed(made.path, model)


def test_noise_that_was_estimated_is_put_down(file: Path, model: str, tmp_path: Path) -> None:
    outcome = synthscope.restore(file, tmp_path, kind="denoise", model=model)
    wanted = RunFolder(Path(outcome.folder)).recipe().request.restoration
    assert wanted is not None
    assert wanted.noise > 0
    assert outcome.candidates[0].candidate.figures["noise_level"] == wanted.noise


def test_a_box_is_denoised_alone_and_replays(file: Path, model: str, tmp_path: Path, capsys) -> None:
    status = main([
        "restore", "denoise", str(file), "-g", "prior", "--model", model, "--noise", "400", "--sample", "--count", "2",
        "--set", "steps=4", "--box", "0:2,2:14,4:20", "--out", str(tmp_path / "out"), "--json",
    ])  # fmt: skip
    document = json.loads(capsys.readouterr().out)
    assert (status, document["format"]) == (0, "synthscope/restore/1")
    assert document["uncertainty"]
    made = open_image(document["candidates"][1]["path"])
    inside = np.zeros(made.shape, bool)
    inside[0:2, 2:14, 4:20] = True
    assert np.array_equal(np.asarray(made.synthetic[...]), inside)
    assert np.array_equal(np.asarray(made.pixels[...])[~inside], np.asarray(open_image(file).pixels[...])[~inside])
    assert replayed(document["candidates"][1]["path"], model, file)


def test_the_mean_is_one_candidate(file: Path, model: str) -> None:
    image = open_image(file)
    mean = Choice("restore", "prior", count=5, restoration=Restoration("denoise"), model=model)
    planned = plan(image, None, None, mean)
    assert planned.seeds == (0,)
    assert any("same for every seed" in remark for remark in planned.remarks)
    samples = replace(mean, restoration=Restoration("denoise", sample=True))
    assert len(plan(image, None, None, samples).seeds) == 5


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"restoration": None}, "name one"),
        ({"restoration": Restoration("upscale", 1)}, "factor"),
        ({"generator": "quilt", "model": "", "restoration": Restoration("denoise")}, "does not restore"),
        ({"restoration": Restoration("upscale", 16)}, "GiB"),
    ],
)
def test_what_cannot_be_restored_is_refused_before_it_is_begun(changes, word: str, model: str) -> None:
    image = Image(np.broadcast_to(np.uint16(0), (300, 200, 200)), Space("zyx"), "flat")
    with pytest.raises(InputError, match=word):
        plan(image, None, None, Choice("restore", **{"generator": "prior", "model": model, **changes}))


def test_a_mask_is_refused(file: Path, model: str) -> None:
    image = open_image(file)
    choice = Choice("restore", "prior", restoration=Restoration("denoise"), model=model)
    with pytest.raises(MaskError, match="leave the mask out"):
        plan(image, whole(image.shape), np.ones(image.shape), choice)


@pytest.mark.parametrize(("space", "word"), [(Space("yx"), "no stack"), (Space("zyx"), "as fine already")])
def test_slices_that_are_fine_are_not_made_finer_unasked(space: Space, word: str, model: str) -> None:
    image = Image(np.zeros((8, 8, 8)[: space.ndim], np.uint16), space, "even")
    with pytest.raises(InputError, match=word):
        plan(image, None, None, Choice("restore", "prior", restoration=Restoration("isotropic", 0), model=model))


def test_finer_voxels_fill_the_same_place() -> None:
    wanted = Restoration("upscale", 4)
    finer = finer_space(SPACE, wanted)
    for axis in range(3):
        before = SPACE.origin[axis] - SPACE.voxel_size[axis] / 2
        assert finer.origin[axis] - finer.voxel_size[axis] / 2 == pytest.approx(before)


def test_a_source_that_was_changed_is_no_source_for_a_replay(file: Path, model: str, tmp_path: Path) -> None:
    outcome = synthscope.restore(file, tmp_path / "out", kind="denoise", noise=500, model=model)
    pixels = np.asarray(open_image(file).pixels[...]).copy()
    pixels[0, 0, 0] += 1
    other = write_image(tmp_path / "other.ome.tif", Image(pixels, SPACE, "core"))
    with pytest.raises(FileError, match="voxels of the record"):
        replayed(outcome.candidates[0].path, model, other)


def test_a_point_spread_function_is_recorded_said_and_replayed(file: Path, model: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    outcome = synthscope.restore(file, out, kind="upscale", psf=1.5, model=model, parameters=FEW)
    assert any("1.5 µm full width" in remark for remark in outcome.remarks)
    path = outcome.candidates[0].path
    provenance = open_image(path).provenance
    assert provenance is not None
    assert provenance["recipe"]["request"]["restoration"]["psf"] == 1.5
    pixels = np.asarray(open_image(path).pixels, np.float64)
    seen = seen_through(pixels, (1, 2, 2), (0.0, *(1.5 / 2.35482 * 2,) * 2))
    residual = np.sqrt(np.mean((seen - np.asarray(open_image(file).pixels, np.float64)) ** 2))
    assert provenance["figures"]["residual"] == pytest.approx(residual, rel=1e-3)
    assert replayed(str(path), model, file)


@pytest.mark.parametrize(("kind", "psf", "word"), [("upscale", 9.0, "at most 8 voxels"), ("denoise", 1.0, "finer")])
def test_a_width_that_cannot_be_is_refused(file: Path, model: str, tmp_path: Path, kind, psf, word) -> None:
    with pytest.raises(InputError, match=word):
        synthscope.restore(file, tmp_path / "out", kind=kind, psf=psf, model=model, parameters=FEW)
