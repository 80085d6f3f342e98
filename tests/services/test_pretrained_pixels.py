"""What a pretrained pipeline leaves of an image: outside the mask every bit, and dtype, voxel size, axes."""

from __future__ import annotations

from pathlib import Path

import dask.array as da
import numpy as np
import pytest
from scipy import ndimage
from tests.generators.pretrained.tiny import save
from torch import nn

from synthscope.generators.pretrained.parameters import FillParameters
from synthscope.io.opening import open_image
from synthscope.jobs.drain import drain
from synthscope.records.image import Image
from synthscope.records.request import Prompts, Region
from synthscope.records.space import Space
from synthscope.services.choosing import Choice
from synthscope.services.planning import plan
from synthscope.services.pretrained import import_pretrained
from synthscope.services.verbs import Outcome, make_job
from synthscope.worker import resolve

SHAPES = {"yx": (40, 44), "yxs": (40, 44, 3), "zyx": (3, 40, 44)}
STEPS = {"y": 0.5, "x": 0.25, "z": 2.0, "s": 1.0}
FIGURES = {"chroma_mean", "chroma_highest", "chroma_share"}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    parent = tmp_path_factory.mktemp("models")
    return str(drain(import_pretrained(save("stable-diffusion", parent / "published"), parent, "taken")))


def image_of(axes: str, dtype: str) -> Image:
    """Blurred noise over most of a type's range, with steps along each axis of its own."""
    noise = ndimage.gaussian_filter(np.random.default_rng(1).normal(size=SHAPES[axes]), 1)
    unit = (noise - noise.min()) / np.ptp(noise)
    top = 1.0 if dtype.startswith("f") else 0.9 * np.iinfo(dtype).max
    return Image((unit * top).astype(dtype), Space(axes, tuple(STEPS[a] for a in axes), "µm"), "core")


def mask_of(image: Image) -> np.ndarray:
    mask = np.zeros(image.mask_shape, bool)
    mask[..., 12:24, 10:22] = True
    return mask


def make(image: Image, mask: np.ndarray, model: str, out: Path, **more: object) -> Outcome:
    choice = Choice("inpaint", "sd-inpaint", FillParameters(steps=1, guidance=1.0), context=8, model=model,
                    prompts=Prompts(prompt="soil"), device="cpu", **more)  # type: ignore[arg-type]  # fmt: skip
    return drain(make_job(image, mask, choice, out, resolve))


@pytest.mark.parametrize(("axes", "dtype"), [
    ("yx", "uint8"), ("yx", "uint16"), ("yx", "int16"), ("yx", "uint32"), ("yx", "float32"), ("yxs", "uint8"),
    ("yxs", "uint16"), ("zyx", "uint16"),
])  # fmt: skip
def test_outside_the_mask_every_bit_is_kept(model: str, tmp_path: Path, axes: str, dtype: str) -> None:
    image = image_of(axes, dtype)
    mask = mask_of(image)
    (written,) = make(image, mask, model, tmp_path).candidates
    assert written.outside is not None
    assert written.outside.holds
    result = open_image(Path(written.path))
    made = np.asarray(result.pixels[...])
    hidden = np.broadcast_to(mask[..., None] if "s" in axes else mask, image.shape)
    assert made.dtype == image.dtype
    assert np.array_equal(made[~hidden], np.asarray(image.pixels)[~hidden])
    assert not np.array_equal(made[hidden], np.asarray(image.pixels)[hidden])
    assert (result.space.axes, result.space.unit) == (axes, "µm")
    assert result.space.voxel_size == pytest.approx(image.space.voxel_size)
    grey = "s" not in axes
    figures = written.candidate.figures
    assert FIGURES.issubset(figures) == grey
    assert {"round_trip_psnr", "round_trip_levels"} <= figures.keys()
    assert result.provenance["figures"] == figures
    assert any("own autoencoder and back" in one for one in written.candidate.remarks)


def test_a_lazy_stack_is_filled_in_a_box_of_it(model: str, tmp_path: Path) -> None:
    whole = image_of("zyx", "uint16")
    lazy = Image(da.from_array(whole.pixels, chunks=(1, 20, 44)), whole.space, "core")
    mask = np.zeros(whole.shape, bool)
    mask[1:3, 14:22, 12:20] = True
    (written,) = make(lazy, mask, model, tmp_path, region=Region((1, 6, 4), (3, 34, 36))).candidates
    result = open_image(Path(written.path))
    made = np.asarray(result.pixels[...])
    assert made.shape == whole.shape
    assert np.array_equal(made[~mask], np.asarray(whole.pixels)[~mask])
    assert all(not np.array_equal(made[z][mask[z]], np.asarray(whole.pixels)[z][mask[z]]) for z in (1, 2))
    assert result.space.voxel_size == pytest.approx(whole.space.voxel_size)


def test_a_run_of_several_candidates_makes_one_round_trip(model: str, tmp_path: Path) -> None:
    asked = []
    handle = nn.modules.module.register_module_forward_hook(
        lambda network, _given, _made: asked.append(1) if type(network).__name__ == "Encoder" else None
    )
    image = image_of("yx", "uint16")
    mask = mask_of(image)
    mask[0, 0] = True  # another hole than elsewhere: nothing is remembered of it
    try:
        candidates = make(image, mask, model, tmp_path, count=3).candidates
    finally:
        handle.remove()
    # Each candidate's pipeline encodes what is known; the round trip does so once more in all.
    of_one = {one.candidate.figures["round_trip_psnr"] for one in candidates}
    assert len(candidates) == 3
    assert len(of_one) == 1
    assert len(asked) % 3 == 1


def test_before_the_run_is_said_what_grey_levels_remain(model: str) -> None:
    image = image_of("yx", "uint16")
    mask = mask_of(image)
    choice = Choice("inpaint", "sd-inpaint", model=model, prompts=Prompts(prompt="soil"))
    (said,) = (one for one in plan(image, Region((12, 10), (24, 22)), mask, choice).remarks if "255 levels" in one)
    assert "the 0.1 and 99.9 % points of what is known" in said
    known = np.asarray(image.pixels)[~mask]
    assert f"of {np.unique(known).size} values in the region" in said


def test_an_8_bit_image_is_shown_as_it_is(model: str) -> None:
    image = image_of("yx", "uint8")
    choice = Choice("inpaint", "sd-inpaint", model=model, prompts=Prompts(prompt="soil"))
    said = plan(image, Region((12, 10), (24, 22)), mask_of(image), choice).remarks
    assert any(one.startswith("0 is shown to the model as black and 255 as white; nothing is clipped.") for one in said)
