"""Answers that their rater erases: all of them or none, at every place where the program may die."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from synthscope.errors import FileError
from synthscope.io.erasing import ERASING, erase_file
from synthscope.studies.store.chain import heads_of, sessions_of, verify
from synthscope.studies.store.erasing import gone_from
from synthscope.studies.store.recovery import recover
from synthscope.studies.store.replaying import progress_of
from synthscope.studies.store.responses import Responses

WORDS = "rather crisp near the border"
PLACES = ("put_marker", "scrub", "erase_copies", "overwriting", "Mirror", "")


def opened(folder: Path) -> Responses:
    return Responses.open(
        folder / "responses_s.db", slot="s", study="x", mirror=folder / "mirror" / "responses_s.jsonl"
    )


def rated(folder: Path) -> dict[str, str]:
    """Give answers in two sessions, with a backup, a damaged copy and a backup that died; give the heads."""
    folder.mkdir()
    for _ in range(2):
        answers = opened(folder)
        answers.begin("r", "test")
        for number in range(40):
            answers.append("answer_submitted", f"t{number}", {"answers": {"q": WORDS}})
        answers.append("comment", "", {"text": WORDS})
        answers.append("session_close")
        events = answers.events()
        answers.close()
    shutil.copy(folder / "mirror" / "responses_s.jsonl", folder / "mirror" / "responses_s-damaged-1.jsonl")
    shutil.copy(folder / "responses_s.db", folder / ".partial-0a0a.db")
    shutil.copy(folder / "mirror" / "responses_s.jsonl", folder / "responses_other.jsonl")
    return heads_of(events)


def told(folder: Path) -> set[str]:
    """Name the files that still hold what was answered, but that of another rater."""
    found = {path.name for path in folder.rglob("*") if path.is_file() and WORDS.encode() in path.read_bytes()}
    return found - {"responses_other.jsonl"}


def test_what_is_erased_is_in_no_file_and_a_marker_says_what_it_was(tmp_path: Path) -> None:
    heads = rated(tmp_path / "a")
    assert told(tmp_path / "a") == {
        "responses_s.db", "responses_s.backup.db", "responses_s.jsonl", "responses_s-damaged-1.jsonl",
        ".partial-0a0a.db",
    }  # fmt: skip
    answers = opened(tmp_path / "a")
    sent: list[str] = []
    answers.told = lambda event: sent.append(event.kind)
    head = answers.erase()
    assert sent == ["session_open", "consent_withdrawn", "session_close"]
    assert told(tmp_path / "a") == set()
    left = answers.events()
    answers.close()
    assert told(tmp_path / "a") == set()
    assert verify(left) == ()
    assert left[-1].hash == head
    assert left[1].payload == {
        "keep": False, "erased": {session: {"events": 43, "head": one} for session, one in heads.items()},
    }  # fmt: skip
    assert left[0].payload["slot"] == "s"
    assert recover(tmp_path / "a" / "responses_s.db", tmp_path / "a" / "mirror" / "responses_s.jsonl") == left
    assert {path.name for path in (tmp_path / "a").iterdir()} == {
        "mirror", "responses_other.jsonl", "responses_s.db", "responses_s.db.lock"
    }  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
@pytest.mark.parametrize("place", PLACES)
def test_a_kill_leaves_everything_or_what_the_next_opening_erases(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "a"
    heads = rated(folder)
    script = Path(__file__).with_name("eraser.py")
    ran = subprocess.run([sys.executable, str(script), str(folder), place], check=False, timeout=60)
    assert ran.returncode == (-9 if place else 0)
    found = recover(folder / "responses_s.db", folder / "mirror" / "responses_s.jsonl")
    if place == "put_marker":
        assert heads_of(found) == heads
        return
    assert [event.kind for event in found] == ["session_open", "consent_withdrawn", "session_close"]
    if place in ("scrub", "erase_copies", "overwriting"):
        assert told(folder)
    answers = opened(folder)
    assert answers.events() == found
    assert progress_of(_Slot(), found).erased
    answers.close()
    assert told(folder) == set()
    assert not [*folder.rglob(f"*{ERASING}")]


class _Slot:
    trials = ()


def test_answers_that_are_put_back_are_erased_again(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    rated(folder)
    shutil.copytree(folder, tmp_path / "kept")
    answers = opened(folder)
    answers.erase()
    marker = answers.events()
    answers.close()
    shutil.copy(tmp_path / "kept" / "responses_s.db", folder / "responses_s.db")
    answers = opened(folder)
    assert answers.events() == marker
    answers.close()
    assert told(folder) == set()
    assert len(sessions_of(marker)) == 1
    assert set(gone_from(marker).values()) == {"s"}


def test_what_comes_from_another_computer_after_the_erasing_can_be_erased_too(tmp_path: Path) -> None:
    folder, other = tmp_path / "a", tmp_path / "b"
    rated(folder)
    shutil.copytree(folder, other)
    elsewhere = opened(other)
    session = elsewhere.begin("r", "test")
    elsewhere.append("answer_submitted", "t41", {"answers": {"q": WORDS}})
    elsewhere.append("session_close")
    elsewhere.close()
    answers = opened(folder)
    first = answers.erase()
    answers.close()
    shutil.copy(other / "mirror" / "responses_s.jsonl", folder / "mirror" / "responses_s.jsonl")
    answers = opened(folder)
    progress = progress_of(_Slot(), answers.events())
    assert (progress.erased, progress.erasable) == (False, True)
    last = answers.erase()
    assert answers.erase() == last, "once more changes nothing"
    left = answers.events()
    answers.close()
    assert progress_of(_Slot(), left).erased
    assert {chain[-1].hash for chain in sessions_of(left).values()} == {first, last}
    assert session in gone_from(left)
    assert told(folder) == set()


def test_a_file_is_written_over_before_it_goes(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"secret" * 100_000)
    other.hardlink_to(path)
    erase_file(path)
    assert not path.exists()
    assert other.read_bytes() == bytes(600_000)
    erase_file(path)
    other.unlink()
    path.symlink_to(tmp_path / "c")
    (tmp_path / "c").write_text("of somebody else")
    erase_file(path)
    assert (tmp_path / "c").read_text() == "of somebody else"


def test_what_may_not_be_erased_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a").write_text("x")
    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(FileError, match="may not be written"):
        erase_file(tmp_path / "a")
