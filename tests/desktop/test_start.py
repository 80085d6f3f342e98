"""What the start page shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from synthscope.desktop.closing import sentence
from synthscope.desktop.recent import RecentProject
from synthscope.desktop.start import read_picture, start_rows, when_words
from synthscope.phantoms.samples import SAMPLES

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)


def test_samples_have_pictures_and_words() -> None:
    rows = start_rows((), NOW)
    assert [card.id for card in rows.samples] == [sample.key for sample in SAMPLES]
    assert all(card.picture is not None and card.size and card.words for card in rows.samples)


def test_recent_projects_that_are_there_are_shown_with_their_picture(tmp_path: Path) -> None:
    pixels = np.arange(7 * 5 * 3, dtype=np.uint8).reshape(7, 5, 3)
    Picture.fromarray(pixels).save(tmp_path / "thumbnail.png")
    recent = (RecentProject(str(tmp_path), NOW.isoformat()), RecentProject(str(tmp_path / "gone"), NOW.isoformat()))
    (card,) = start_rows(recent, NOW).recent
    assert card.title == tmp_path.name
    assert card.picture is not None
    np.testing.assert_array_equal(card.picture, pixels)


def test_a_missing_picture_is_none(tmp_path: Path) -> None:
    assert read_picture(tmp_path / "none.png") is None


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (1, "yesterday"), (5, "5 days ago"), (40, "24 March 2026")])
def test_days_are_said_as_people_say_them(days: int, words: str) -> None:
    assert when_words(NOW - timedelta(days=days), NOW) == words


def test_closing_says_what_is_safe() -> None:
    assert sentence(1).startswith("One job is not finished.")
    assert "Everything that is finished is kept" in sentence(3)
