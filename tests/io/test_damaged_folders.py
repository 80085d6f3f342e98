"""Damaged folders: OME-Zarr of both versions, our own, and slices."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.io.samples import STACK, ngff, slices

from synthscope.errors import FileError, SynthscopeError
from synthscope.io.opening import open_image, probe
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space

NAMES = ("0.4", "0.5", "own", "slices")
ODD = st.sampled_from([0, -1, 1.5, 10**12, None, True, "", "x", [], {}, [None], {"a": 1}])


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("folders")
    ngff(folder / "0.4", "0.4")
    ngff(folder / "0.5", "0.5")
    slices(folder / "slices")
    own = Image(STACK, Space("zyx", (2, 0.5, 0.25), "µm", (1, 2, 3)), "a", STACK > 100, {"seed": 1})
    write_image(folder / "own.zarr", own)
    (folder / "own.zarr").rename(folder / "own")
    return folder


def open_or_refuse(path: Path) -> None:
    sentence = "."
    try:
        probe(path)
        image = open_image(path)
        for pixels in (image.pixels, *image.levels):
            if np.prod(pixels.shape, dtype=object) < 10**6:
                np.asarray(pixels)
    except SynthscopeError as error:
        sentence = error.sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def fresh(originals: Path, name: str, folder: Path) -> tuple[Path, list[Path]]:
    path = folder / name
    shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(originals / name, path)
    return path, sorted(p for p in path.rglob("*") if p.is_file())


def replace_one(document: Any, steps: list[int], value: Any) -> Any:
    """Replace one value somewhere in a JSON document: `steps` say where to turn at each branch."""
    if not steps or not isinstance(document, dict | list) or not document:
        return value
    keys = list(document) if isinstance(document, dict) else range(len(document))
    key = keys[steps[0] % len(keys)]
    document[key] = replace_one(document[key], steps[1:], value)
    return document


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.integers(0, 1000),
    changes=st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), max_size=4),
    fate=st.sampled_from(["change", "cut", "remove"]),
)
def test_changed_cut_and_removed_files_give_an_image_or_a_sentence(originals, tmp_path, name, which, changes, fate):
    path, files = fresh(originals, name, tmp_path)
    victim = files[which % len(files)]
    data = bytearray(victim.read_bytes())
    for position, value in changes:
        data[position % len(data)] = value
    victim.write_bytes(data[: len(data) // 2] if fate == "cut" else data)
    if fate == "remove":
        victim.unlink()
    open_or_refuse(path)


@pytest.mark.parametrize("name", NAMES[:3])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0, 1000), steps=st.lists(st.integers(0, 20), min_size=1, max_size=8), value=ODD)
def test_odd_values_in_the_metadata_give_an_image_or_a_sentence(originals, tmp_path, name, which, steps, value):
    path, files = fresh(originals, name, tmp_path)
    documents = [p for p in files if p.suffix == ".json" or p.name.startswith(".z")]
    victim = documents[which % len(documents)]
    victim.write_text(json.dumps(replace_one(json.loads(victim.read_text()), steps, value)))
    open_or_refuse(path)


def test_chunks_too_large_for_memory_are_refused(originals, tmp_path):
    path, _ = fresh(originals, "0.5", tmp_path)
    document = json.loads((path / "0" / "zarr.json").read_text())
    document["chunk_grid"]["configuration"]["chunk_shape"] = [10**4, 10**4, 10**4]
    (path / "0" / "zarr.json").write_text(json.dumps(document))
    with pytest.raises(FileError, match="too large to read in parts"):
        probe(path)
