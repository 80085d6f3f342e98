"""Whether there is a screen to open a window on, asked before Qt ends the program for want of one."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from synthscope.errors import Unavailable

CURSOR = "libxcb-cursor.so.0"
ELSEWHERE = "start Synthscope in a desktop session, or use its commands (synthscope --help)"


def require_screen(environment: Mapping[str, str], platform: str = sys.platform) -> None:
    """Refuse in a sentence what Qt would answer with an abort.

    Windows and macOS always have a screen; a Qt platform that was asked for by name is taken as meant.

    Raises
    ------
    Unavailable
        If there is no screen, it does not answer, or a library that Qt needs for it is missing.
    """
    asked = environment.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    if not platform.startswith("linux") or asked not in ("", "xcb"):
        return
    if not asked and wayland_answers(environment):
        return
    problem = x_problem(environment.get("DISPLAY", ""))
    if problem:
        raise Unavailable(problem)


def wayland_answers(environment: Mapping[str, str]) -> bool:
    """Tell whether the socket of a Wayland session is there."""
    name = environment.get("WAYLAND_DISPLAY", "")
    return bool(name) and (Path(environment.get("XDG_RUNTIME_DIR", "/")) / name).exists()


def x_problem(display: str, load: Callable[[str], ctypes.CDLL] = ctypes.CDLL) -> str:
    """Say in a sentence why no window can be opened on an X display; empty where one can."""
    if not display:
        return f"There is no screen (neither DISPLAY nor WAYLAND_DISPLAY is set); {ELSEWHERE}."
    try:
        load(CURSOR)
        xcb = load("libxcb.so.1")
    except OSError as error:
        return f"A library for windows is missing ({error}); install libxcb-cursor0 (xcb-util-cursor on Fedora)."
    return "" if answers(xcb, display) else f"The screen {display!r} (DISPLAY) does not answer; {ELSEWHERE}."


def answers(xcb: ctypes.CDLL, display: str) -> bool:
    """Tell whether an X server lets us in."""
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed
