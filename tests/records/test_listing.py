"""Extensions are read once for the places that Python looks in, and found when there are others."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthscope.records import listing

GROUP = "synthscope.tests.listing"


def install(folder: Path, name: str) -> None:
    info = folder / f"{name}-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: 1\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = builtins:object\n", encoding="utf-8")


def test_extensions_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "one")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert listing.registered_ids(GROUP) == ("one",)
    monkeypatch.setattr(listing, "entry_points", lambda **_: pytest.fail("they were read again"))
    assert listing.registered_ids(GROUP) == ("one",)


def test_another_place_to_look_in_is_looked_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "a", "one")
    install(tmp_path / "b", "two")
    monkeypatch.syspath_prepend(str(tmp_path / "a"))
    assert listing.registered_ids(GROUP) == ("one",)
    monkeypatch.syspath_prepend(str(tmp_path / "b"))
    assert listing.registered_ids(GROUP) == ("one", "two")
