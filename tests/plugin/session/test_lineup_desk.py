"""Forecasts of line-ups: one at a time, the newest wish next, images opened once; and when the list is read again."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.services.lineup.scene import hole, posed, small

from napari_synthscope.session import lineup_desk, opened_images
from napari_synthscope.session.lineup_desk import Subjects
from napari_synthscope.session.opened_images import OpenedImages
from napari_synthscope.session.session import Session
from synthscope.io.documents import write_document
from synthscope.io.opening import open_image
from synthscope.jobs.messages import MadeSaid
from synthscope.records.lineup import LineupResult
from synthscope.services.lineup import beginning

Settled = Callable[[Callable[[], Any]], None]


@pytest.fixture
def images(tmp_path: Path) -> Path:
    posed(tmp_path / "images", 3)
    return tmp_path / "images"


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were opened."""
    found: list[str] = []

    def opened(path: Path) -> Any:
        found.append(path.name)
        return open_image(path)

    monkeypatch.setattr(opened_images, "open_image", opened)
    return found


def test_of_the_wishes_that_come_while_one_is_planned_only_the_newest_is(
    session: Session, settled: Settled, images: Path, openings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    planned: list[int] = []
    told: list[int] = []
    begun, held = threading.Event(), threading.Event()
    plan_all = beginning.forecasts

    def slow(recipe, *arguments):
        planned.append(recipe.seeds)
        begun.set()
        held.wait(20)
        return plan_all(recipe, *arguments)

    monkeypatch.setattr(beginning, "forecasts", slow)
    subjects = Subjects(folder=images, mask=hole())

    def want(seeds: int) -> None:
        session.lineups.forecast(small(seeds=seeds), subjects, lambda _: told.append(seeds), pytest.fail)

    want(1)
    assert begun.wait(20)
    for seeds in (2, 3, 4):
        want(seeds)
    held.set()
    settled(lambda: told)
    assert (planned, told) == ([1, 4], [4])
    assert openings == ["slice-0.ome.tif", "slice-1.ome.tif", "slice-2.ome.tif"]


def test_nothing_is_planned_for_a_card_that_was_closed(session: Session, settled: Settled, images: Path) -> None:
    told: list[str] = []
    for name in ("first", "second"):
        session.lineups.forecast(
            small(), Subjects(folder=images, mask=hole()), lambda _, name=name: told.append(name), pytest.fail
        )
    session.lineups.forget()
    settled(lambda: told)
    assert told == ["first"]


def test_an_image_is_opened_again_where_its_file_is_another(images: Path, openings: list[str]) -> None:
    paths = sorted(images.iterdir())
    opened = OpenedImages()
    first = opened.open_all(paths)
    os.utime(paths[1], ns=(10**18, 10**18))
    second = opened.open_all(paths)
    assert openings[3:] == [paths[1].name]
    assert [a is b for a, b in zip(first, second, strict=True)] == [True, False, True]


def test_no_more_than_its_limit_is_kept_open(images: Path, openings: list[str]) -> None:
    paths = sorted(images.iterdir())
    opened = OpenedImages(2 * open_image(paths[0]).nbytes)
    opened.open_all(paths)
    opened.open_all(paths)
    assert openings[3:] == [paths[2].name]
    opened.open_all(paths[2:])
    opened.open_all(paths)
    assert openings[4:] == [paths[2].name, paths[0].name, paths[1].name]


def test_the_list_is_read_again_for_the_first_table_and_not_for_each_image(
    session: Session, settled: Settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = session.project.folder / "lineups" / "20261127-030000-abcdef"
    desk, line_of = session.lineups, lineup_desk._line
    recipe = beginning.begin_lineup(folder, small(), posed(tmp_path / "images", 1))
    read: list[Path] = []
    filled: list[Path] = []
    monkeypatch.setattr(lineup_desk, "_line", lambda one: read.append(one) or line_of(one))
    monkeypatch.setattr(desk, "_folder", lambda _job: folder)
    desk.listen()
    desk.filled.connect(filled.append)

    def made() -> None:
        count = len(filled)
        session.work.made.emit(MadeSaid("job", "lineup"))
        settled(lambda: len(filled) > count)

    desk.refresh()
    settled(lambda: [line.has_table for line in desk.lines] == [False])
    (folder / "result.json").write_text("{}")
    made()
    assert desk.lines[0].problem
    write_document(folder / "result.json", LineupResult(recipe, (), 32, 0, complete=False))
    made()
    assert desk.lines == (line_of(folder),)
    assert desk.lines[0].has_table
    for _ in range(5):
        made()
    assert read == [folder] * 3
