"""Volumes of a model of single images, from request to file: what they assume is said, and they replay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

import synthscope
from synthscope.errors import InputError
from synthscope.generators.diffusion.depth import ASSUMED
from synthscope.generators.registry import resolve
from synthscope.io.models import read_card, write_card
from synthscope.io.opening import open_image
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.provenance import provenance_of
from synthscope.services.replaying import replay_job

from .conftest import texture
from .trained import train_tiny

FEW = {"steps": 4}
SIZE = (5, 16, 16)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = train_tiny("prior", texture("plane", "uint8", seed=1), tmp_path_factory.mktemp("models"))
    write_card(folder, replace(read_card(folder), voxel_size=(1.0, 1.0, 1.0)))
    return str(folder)


def generate(model: str, out: Path, **parameters: object) -> synthscope.Outcome:
    return synthscope.generate(SIZE, out, generator="prior", model=model, parameters=FEW | parameters)


def test_a_new_volume_says_what_it_assumes_and_replays(model: str, tmp_path: Path) -> None:
    (made,) = generate(model, tmp_path / "new").candidates
    image = open_image(made.path)
    assert image.shape == SIZE
    provenance = provenance_of(image)
    assert provenance is not None
    assert ASSUMED in provenance.remarks
    assert drain(replay_job(Path(made.path), resolve, model=model)).reproduced


def test_slice_by_slice_is_another_volume_that_assumes_nothing(model: str, tmp_path: Path) -> None:
    (through,) = generate(model, tmp_path / "all").candidates
    (alone,) = generate(model, tmp_path / "xy", planes="xy").candidates
    first, second = open_image(through.path), open_image(alone.path)
    assert not np.array_equal(np.asarray(first.pixels), np.asarray(second.pixels))
    said = provenance_of(second)
    assert said is not None
    assert ASSUMED not in said.remarks


def test_voxels_that_are_not_cubic_are_refused_before_anything_is_made(model: str, tmp_path: Path) -> None:
    write_card(Path(model), replace(read_card(Path(model)), voxel_size=(2.0, 1.0, 1.0)))
    with pytest.raises(InputError, match="not cubic"):
        generate(model, tmp_path / "new")
    write_card(Path(model), replace(read_card(Path(model)), voxel_size=(1.0, 1.0, 1.0)))
    assert not (tmp_path / "new").exists() or not any((tmp_path / "new").iterdir())


@pytest.mark.parametrize(("axes", "steps", "assumed"), [
    ("zyx", (0.5, 0.5, 0.5), True), ("zyx", (1.0, 0.5, 0.5), False), ("tyx", (1.0, 0.5, 0.5), False),
])  # fmt: skip
def test_a_hole_through_slices_is_filled_through_all_planes_only_in_cubic_voxels(
    model: str, tmp_path: Path, axes: str, steps: tuple[float, ...], assumed: bool
) -> None:
    pixels = texture("stack", "uint8", seed=2)[..., 0]
    mask = np.zeros(pixels.shape, bool)
    mask[1:4, 8:16, 8:16] = True
    source = Image(pixels, Space(axes, steps, "µm"), "core")
    outcome = synthscope.inpaint(source, mask, tmp_path / "out", generator="prior", model=model, parameters=FEW)
    made = open_image(outcome.candidates[0].path)
    assert np.array_equal(np.asarray(made.pixels)[~mask], pixels[~mask])
    said = provenance_of(made)
    assert said is not None
    assert (ASSUMED in said.remarks) is assumed
    assert (ASSUMED in outcome.remarks) is assumed


def test_a_fill_through_all_planes_says_when_the_source_is_not_the_same_from_every_side(
    model: str, tmp_path: Path
) -> None:
    field = ndimage.gaussian_filter(np.random.default_rng(0).normal(size=(48, 48, 48)), (4, 2, 2), mode="wrap")
    pixels = np.clip(128 + 40 * field / field.std(), 0, 255).astype(np.uint8)
    mask = np.zeros(pixels.shape, bool)
    mask[22:26, 20:28, 20:28] = True
    source = Image(pixels, Space("zyx", (0.5, 0.5, 0.5), "µm"), "core")
    outcome = synthscope.inpaint(
        source, mask, tmp_path / "out", generator="prior", model=model, parameters=FEW, context=20
    )
    said = provenance_of(open_image(outcome.candidates[0].path))
    assert said is not None
    for remarks in (said.remarks, outcome.remarks):
        (unlike,) = (one for one in remarks if "every side" in one)
        assert "along z its structures reach" in unlike
        assert "as if it did" in unlike
