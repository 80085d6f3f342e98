"""What is kept by content: given back to the bit, made anew where it is damaged, kept within bounds."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from synthscope.services.evaluation.feature_store import FeatureStore

KEY = "ab" * 32


def the_file(store: FeatureStore) -> Path:
    (path,) = store.folder.glob("*/*.npy")
    return path


def test_an_array_comes_back_to_the_bit(tmp_path: Path) -> None:
    store = FeatureStore(tmp_path)
    array = np.array([("porosity", np.nan), ("chord", 0.1)], dtype=[("name", "<U8"), ("value", "<f8")])
    store.put(KEY, array)
    found = store.get(KEY)
    assert found is not None
    assert found.dtype == array.dtype
    assert found.tobytes() == array.tobytes()
    assert store.get("cd" * 32) is None


@pytest.mark.parametrize("at", [0, 40, 140, -1], ids=["magic", "header", "value", "hash"])
def test_a_file_with_one_damaged_byte_gives_nothing(tmp_path: Path, at: int) -> None:
    store = FeatureStore(tmp_path)
    store.put(KEY, np.arange(4.0))
    path = the_file(store)
    damaged = bytearray(path.read_bytes())
    damaged[at] ^= 1
    path.write_bytes(damaged)
    assert store.get(KEY) is None
    store.put(KEY, np.arange(4.0))
    np.testing.assert_array_equal(store.get(KEY), np.arange(4.0))


@pytest.mark.parametrize("kept", [0, 10, 100])
def test_a_file_that_was_cut_short_gives_nothing(tmp_path: Path, kept: int) -> None:
    store = FeatureStore(tmp_path)
    store.put(KEY, np.arange(4.0))
    path = the_file(store)
    path.write_bytes(path.read_bytes()[:kept])
    assert store.get(KEY) is None


def test_objects_are_not_kept(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pickle"):
        FeatureStore(tmp_path).put(KEY, np.array([{}], dtype=object))


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    store = FeatureStore(tmp_path)
    for i, key in enumerate(("aa", "bb", "cc")):
        store.put(key, np.arange(100.0))
        os.utime(tmp_path / key / f"{key}.npy", (i, i))
    assert store.get("aa") is not None  # used now
    store.trim(2 * the_size(tmp_path / "aa" / "aa.npy"))
    assert [key for key in ("aa", "bb", "cc") if store.get(key) is not None] == ["aa", "cc"]


def the_size(path: Path) -> int:
    return path.stat().st_size
