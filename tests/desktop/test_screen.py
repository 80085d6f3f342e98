"""No screen is a sentence, never an abort."""

from __future__ import annotations

import os
import subprocess
import sys
from ctypes import CDLL
from pathlib import Path

import pytest

from synthscope.desktop.screen import connect, held_screen, wayland_answers
from synthscope.errors import Unavailable

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only here a screen may be missing")


def test_without_a_display_the_sentence_names_what_is_not_set() -> None:
    with pytest.raises(Unavailable, match="neither DISPLAY nor WAYLAND_DISPLAY"), held_screen({}):
        pass


def test_a_display_that_does_not_answer_is_named() -> None:
    with pytest.raises(Unavailable, match=r"':4711'.*does not answer"), held_screen({"DISPLAY": ":4711"}):
        pass


def test_a_missing_library_is_named_with_what_to_install() -> None:
    def load(name: str) -> CDLL:
        raise OSError(f"{name}: cannot open shared object file")

    with pytest.raises(Unavailable, match=r"libxcb-cursor\.so\.0.*install"):
        connect(":0", load)


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_always_have_a_screen(platform: str) -> None:
    with held_screen({}, platform):
        pass


@pytest.mark.parametrize("asked", ["offscreen", "vnc:size=800x600", "wayland;xcb"])
def test_a_platform_asked_for_by_name_is_taken_as_meant(asked: str) -> None:
    with held_screen({"QT_QPA_PLATFORM": asked}):
        pass


def test_a_wayland_session_is_a_screen(tmp_path: Path) -> None:
    (tmp_path / "wayland-0").touch()
    session = {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)}
    with held_screen(session):
        pass
    assert not wayland_answers(session | {"WAYLAND_DISPLAY": "wayland-1"})


def test_the_program_itself_ends_with_the_sentence() -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    program = [sys.executable, "-W", "ignore", "-m", "synthscope"]
    ended = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith("synthscope: There is no screen")
    assert ended.stderr.count("\n") == 1
