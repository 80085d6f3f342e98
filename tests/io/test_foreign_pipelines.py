"""Folders and files that are no pipelines, or bad ones: one sentence each, and nothing is written but the model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from synthscope.errors import DiskFull, DocumentError, FileError, InputError, SynthscopeError
from synthscope.io.pipeline_reading import find_pipeline
from synthscope.jobs.drain import drain
from synthscope.services.models import verify_model
from synthscope.services.pretrained import import_pretrained

INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "unet": ["diffusers", "UNet2DConditionModel"],
    "scheduler": ["diffusers", "DDIMScheduler"],
}


def pipeline(folder: Path, **changed: object) -> Path:
    """Write a pipeline of one network of a hundred numbers."""
    for name in ("unet", "scheduler"):
        (folder / name).mkdir(parents=True)
    (folder / "model_index.json").write_text(json.dumps(INDEX | changed))
    (folder / "scheduler" / "scheduler_config.json").write_text("{}")
    (folder / "unet" / "config.json").write_text(json.dumps({"in_channels": 4}))
    save_file({"weight": np.zeros(100, np.float32)}, weights(folder))
    return folder


def weights(folder: Path) -> Path:
    return folder / "unet" / "diffusion_pytorch_model.safetensors"


def lose_unet(folder: Path) -> None:
    for path in (folder / "unet").iterdir():
        path.unlink()
    (folder / "unet").rmdir()


def pickle_only(folder: Path) -> None:
    weights(folder).rename(folder / "unet" / "diffusion_pytorch_model.bin")


def huge_header(folder: Path) -> None:
    weights(folder).write_bytes((2**62).to_bytes(8, "little") + b"{}")


def pickled_under_another_name(folder: Path) -> None:
    weights(folder).write_bytes(b"PK\x03\x04" + b"0" * 100)


CASES: dict[str, tuple[Callable[[Path], object], type[SynthscopeError], str]] = {
    "no index": (lambda f: (f / "model_index.json").unlink(), InputError, r"holds no model_index\.json; give"),
    "no component": (lose_unet, FileError, r"lacks its component unet \(UNet2DConditionModel\); fetch"),
    "no configuration": (lambda f: (f / "unet" / "config.json").unlink(), FileError, "has no configuration; fetch"),
    "no weights": (lambda f: weights(f).unlink(), FileError, "has no weights"),
    "pickle": (pickle_only, DocumentError, "a pickled checkpoint, which could run any program; ask"),
    "disguised pickle": (pickled_under_another_name, DocumentError, "pickled checkpoint"),
    "cut short": (lambda f: weights(f).write_bytes(weights(f).read_bytes()[:-7]), DocumentError, "cut short"),
    "longer": (lambda f: weights(f).write_bytes(weights(f).read_bytes() + b"more"), DocumentError, "or changed"),
    "empty": (lambda f: weights(f).write_bytes(b""), DocumentError, "damaged or no safetensors"),
    "huge header": (huge_header, DocumentError, "damaged or no safetensors"),
    "damaged index": (lambda f: (f / "model_index.json").write_text("{"), DocumentError, "damaged .*; fetch it again"),
    "index that is a list": (lambda f: (f / "model_index.json").write_text("[]"), DocumentError, "is no configuration"),
    "deep index": (lambda f: (f / "model_index.json").write_text("[" * 10**5), DocumentError, "damaged"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_folder_is_refused_in_one_sentence_and_leaves_nothing(case: str, tmp_path: Path) -> None:
    spoil, kind, words = CASES[case]
    source = pipeline(tmp_path / "source")
    spoil(source)
    with pytest.raises(kind, match=words) as told:
        drain(import_pretrained(source, tmp_path / "models", "new"))
    assert "\n" not in str(told.value)
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ({"unet": ["some_company", "TheirUNet"]}, "is of 'some_company': it would run a program of its own"),
        ({"_class_name": "StableVideoDiffusionPipeline"}, "is a StableVideoDiffusionPipeline, with which no generator"),
        ({"_class_name": None}, "with which no generator works"),
    ],
)
def test_a_pipeline_of_another_kind_is_refused(tmp_path: Path, index: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        find_pipeline(pipeline(tmp_path / "source", **index))


@pytest.mark.parametrize("name", ["../outside", "/etc", "unet/../../outside", "..", "a/b"])
def test_a_component_outside_the_folder_is_never_taken(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "config.json").write_text("{}")
    save_file({"weight": np.zeros(4, np.float32)}, outside / "secret.safetensors")
    source = pipeline(tmp_path / "source", **{name: ["diffusers", "UNet2DConditionModel"]})
    with pytest.raises(SynthscopeError, match=r"has a component .* could reach files elsewhere"):
        drain(import_pretrained(source, tmp_path / "models", "new"))
    assert not (tmp_path / "models").exists()


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch) -> None:
    source = pipeline(tmp_path / "source")

    def no_room(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(DiskFull):
        drain(import_pretrained(source, tmp_path / "models", "new"))
    assert list((tmp_path / "models").iterdir()) == []


def test_an_import_that_is_closed_at_any_event_leaves_no_half_model(tmp_path: Path) -> None:
    source, models = pipeline(tmp_path / "source"), tmp_path / "models"
    for n in range(1, 50):
        job = import_pretrained(source, models, "new")
        try:
            for _ in range(n):
                next(job)
        except StopIteration:
            break
        job.close()
        assert list(models.iterdir()) == []
    assert n == 5
    assert verify_model(models / "new").parameters == 100


KILLED = """
import os, signal, sys
from pathlib import Path
from synthscope.services.pretrained import import_pretrained
job = import_pretrained(Path(sys.argv[1]), Path(sys.argv[2]), "new")
next(job), next(job)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that cannot be caught")
def test_what_a_killed_import_left_goes_with_the_next_one_and_a_living_one_stays(tmp_path: Path) -> None:
    source, models = pipeline(tmp_path / "source"), tmp_path / "models"
    subprocess.run([sys.executable, "-c", KILLED, str(source), str(models)], check=False)
    assert len(list(models.iterdir())) == 2, "a folder that nobody fills any more, and its lock"
    living = import_pretrained(source, models, "other")
    next(living)
    drain(import_pretrained(source, models, "new"))
    drain(living)
    assert sorted(path.name for path in models.iterdir()) == ["new", "other"]


NAMES = st.text(st.sampled_from("ab./\\_-:~ \x00é"), max_size=8)
TOLD = st.one_of(
    st.none(), st.integers(), st.lists(st.one_of(st.none(), st.text(max_size=4)), max_size=3),
    st.just(["diffusers", "UNet2DConditionModel"]),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(index=st.dictionaries(NAMES, TOLD, max_size=3))
def test_whatever_an_index_says_nothing_is_written_outside_the_model(tmp_path_factory, index: dict) -> None:
    home = tmp_path_factory.mktemp("home")
    source = pipeline(home / "source", **index)
    before = set(home.rglob("*"))
    with suppress(SynthscopeError):
        drain(import_pretrained(source, home / "models", "new"))
    new = set(home.rglob("*")) - before
    assert all(path == home / "models" or (home / "models" / "new") in (path, *path.parents) for path in new)
