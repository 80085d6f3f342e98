"""What the window remembers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.desktop.recent import LIMIT, RecentProject, still_there, with_project, without_project
from synthscope.desktop.settings import FILE_NAME, Settings, SettingsStore

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)


def test_settings_come_back_at_the_next_start(tmp_path: Path) -> None:
    recent = (RecentProject(str(tmp_path), NOW.isoformat()),)
    changed = SettingsStore(tmp_path / "new").change(theme="light", size=(1200, 800), recent=recent)
    assert SettingsStore(tmp_path / "new").value == changed


def test_the_document_says_format_and_version(tmp_path: Path) -> None:
    SettingsStore(tmp_path).change(theme="light")
    document = json.loads((tmp_path / FILE_NAME).read_text(encoding="utf-8"))
    assert (document["format"], document["version"]) == ("synthscope/settings", 1)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": "other"}', '{"format": "synthscope/settings", "version": 9}']
)
def test_a_damaged_document_starts_afresh_and_is_kept(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    store = SettingsStore(tmp_path)
    assert store.value == Settings()
    assert (tmp_path / "settings.unreadable.json").read_text(encoding="utf-8") == text
    store.change(theme="light")
    assert SettingsStore(tmp_path).value.theme == "light"


def test_a_folder_that_cannot_be_written_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    store = SettingsStore(tmp_path / "file" / "below")
    assert store.change(theme="light").theme == "light"


def test_an_unchanged_setting_is_not_written(tmp_path: Path) -> None:
    SettingsStore(tmp_path).change(theme=Settings().theme)
    assert not (tmp_path / FILE_NAME).exists()


@given(st.lists(st.integers(0, 30), max_size=60))
def test_recent_projects_are_newest_first_each_once(numbers: list[int]) -> None:
    recent: tuple[RecentProject, ...] = ()
    for minute, number in enumerate(numbers):
        recent = with_project(recent, Path(f"/p/{number}"), NOW + timedelta(minutes=minute))
    wanted = list(dict.fromkeys(reversed(numbers)))[:LIMIT]
    assert [entry.path for entry in recent] == [str(Path(f"/p/{number}")) for number in wanted]


def test_a_project_that_is_gone_is_kept_but_not_shown(tmp_path: Path) -> None:
    recent = with_project(with_project((), tmp_path, NOW), tmp_path / "gone", NOW)
    assert [entry.path for entry in still_there(recent)] == [str(tmp_path)]
    assert without_project(recent, tmp_path / "gone") == still_there(recent)
