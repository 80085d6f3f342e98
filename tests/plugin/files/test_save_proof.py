"""A saved file is read back and compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_synthscope.files import save_proof
from napari_synthscope.files.save_proof import save_job
from synthscope.errors import WorkError
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image_job
from synthscope.jobs.drain import drain
from synthscope.records.events import Job
from synthscope.records.image import Image
from synthscope.records.space import Space

SPACE = Space("zyx", (2.0, 0.5, 0.5), "µm")


@pytest.mark.parametrize("suffix", [".ome.tif", ".ome.zarr", ".tif"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.int32, np.float32, np.float64, np.bool_])
def test_what_is_written_reads_back_whatever_its_type(
    tmp_path: Path, rng: np.random.Generator, suffix: str, dtype: Any
) -> None:
    pixels = rng.normal(60, 30, (4, 20, 30)).astype(dtype)
    if pixels.dtype.kind == "f":
        pixels[0, 0, 0] = np.nan
    image = Image(pixels, SPACE, "rock", synthetic=rng.random(pixels.shape) < 0.1)
    assert drain(save_job(tmp_path / f"a{suffix}", image)) == tmp_path / f"a{suffix}"


@pytest.mark.parametrize("part", ["pixels", "synthetic"])
def test_a_file_that_holds_something_else_is_no_success(
    tmp_path: Path, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    pixels = rng.integers(0, 9, (4, 20, 30)).astype(np.uint16)
    image = Image(pixels, SPACE, "rock", synthetic=np.ones(pixels.shape, bool))
    other = np.array(getattr(image, part))
    other[3, 19, 29] = 0 if part == "synthetic" else 10

    def write_other(path: Path, _image: Image) -> Job[Path]:
        return (yield from write_image_job(path, image.with_(**{part: other})))

    monkeypatch.setattr(save_proof, "write_image_job", write_other)
    with pytest.raises(WorkError, match="does not read back"):
        drain(save_job(tmp_path / "a.ome.tif", image))
    assert open_image(tmp_path / "a.ome.tif").shape == image.shape
