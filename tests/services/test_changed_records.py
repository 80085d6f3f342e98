"""Files whose record or voxels were changed after they were made: replay says so, in a sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from synthscope.errors import InputError, SynthscopeError
from synthscope.face import inpaint, replay
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.replaying import largest_difference

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def made(tmp_path: Path, rng: np.random.Generator) -> Path:
    mask = np.zeros((30, 30), bool)
    mask[8:12, 8:12] = True
    image = Image(rng.integers(0, 200, (30, 30)).astype(np.uint8), Space("yx"), "a")
    return Path(inpaint(image, mask, tmp_path / "out", generator="harmonic", context=5).candidates[0].path)


def changed(path: Path, change: Change) -> Path:
    image = open_image(path)
    record = json.loads(json.dumps(image.provenance))
    change(record)
    return write_image(path.with_name("changed.ome.tif"), image.with_(provenance=record))


BIG = {"start": [0, 0], "stop": [999, 999]}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda r: r.update(version=2), "newer Synthscope"),
        (lambda r: r.update(version="1"), "damaged: its version"),
        (lambda r: r.update(version=None), "damaged: its version"),
        (lambda r: r.update(format=5), "of format"),
        (lambda r: r.update(mask=""), "lacks its mask"),
        (lambda r: r.update(mask="!!"), "damaged"),
        (lambda r: r.update(seed=-1), "Seed is -1"),
        (lambda r: r.update(box=BIG), "lacks its mask or its box"),
        (lambda r: (r.update(box=BIG), r["recipe"]["request"].update(region=BIG)), "was cut or changed"),
        (lambda r: r.update(seconds=10**400), "seconds"),
        (lambda r: r.update(history=5), "history"),
        (lambda r: r["outside"].update(before="00"), "outside the mask"),
        (lambda r: r["recipe"].update(generator="magic"), "no generator 'magic'"),
        (lambda r: r["recipe"]["parameters"].update(bogus=1), "bogus"),
        (lambda r: r["recipe"]["request"].update(task="synthesize", size=[10**6, 10**6]), "speaks of an image"),
        (lambda r: r["recipe"]["request"].update(region=None), "lacks its mask or its box"),
    ],
)
def test_a_changed_record_is_refused_with_a_sentence(made: Path, change: Change, sentence: str) -> None:
    with pytest.raises(SynthscopeError, match=sentence) as caught:
        replay(changed(made, change))
    assert caught.value.exit_status == 2


def test_another_version_of_the_generator_is_said(made: Path) -> None:
    assert replay(made).remarks == ()
    report = replay(changed(made, lambda r: r["recipe"].update(generator_version="0")))
    assert report.reproduced
    assert "version 0 of 'harmonic'" in report.remarks[0]


def test_a_file_saved_again_by_another_program_has_no_record(made: Path) -> None:
    tifffile.imwrite(made.with_name("again.tif"), tifffile.imread(made, key=0))
    with pytest.raises(InputError, match="no record"):
        replay(made.with_name("again.tif"))


@pytest.mark.parametrize("history", [5, "abc", [3, {"format": "x"}], None])
def test_a_source_with_an_odd_history_is_still_repaired(made: Path, history: Any) -> None:
    mask = np.zeros((30, 30), bool)
    mask[20:22, 20:22] = True
    odd = changed(made, lambda r: r.update(history=history))
    outcome = inpaint(odd, mask, made.parent, generator="harmonic", context=5)
    assert replay(outcome.candidates[0].path).reproduced


def test_no_record_names_a_folder_or_this_computer(made: Path) -> None:
    import getpass
    import platform

    record = json.dumps(open_image(made).provenance)
    for word in (str(made.parent), platform.node(), f'"{getpass.getuser()}"', str(Path.home()) + "/"):
        assert word not in record
    assert str(made.parent).encode() not in made.read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        (np.uint8([0, 200]), np.uint8([255, 200]), 255.0),
        (np.int8([-128]), np.int8([127]), 255.0),
        (np.int64([-(2**63)]), np.int64([2**63 - 1]), float(2**64 - 1)),
        (np.array([True, False]), np.array([True, True]), 1.0),
        (np.float32([np.nan, np.inf]), np.float32([np.nan, np.inf]), 0.0),
        (np.float32([np.nan]), np.float32([1]), math.inf),
        (np.float32([np.inf]), np.float32([-np.inf]), math.inf),
        (np.float64([1e308]), np.float64([-1e308]), math.inf),
        (np.uint8([3]), np.float32([1.5]), 1.5),
        (np.uint8([3]), np.uint8([3, 3]), math.inf),
    ],
)
def test_the_largest_difference_never_wraps(old: np.ndarray, new: np.ndarray, difference: float) -> None:
    assert largest_difference(old, new) == largest_difference(new, old) == difference
