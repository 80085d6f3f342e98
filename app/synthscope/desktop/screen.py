"""Whether there is a screen to open a window on, asked before Qt ends the program for want of one."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from synthscope.errors import Unavailable

CURSOR = "libxcb-cursor.so.0"
ELSEWHERE = "start Synthscope in a desktop session, or use its commands (synthscope --help)"


@contextmanager
def held_screen(environment: Mapping[str, str], platform: str = sys.platform) -> Iterator[None]:
    """Refuse in a sentence what Qt would answer with an abort, and keep the screen while Qt connects.

    Windows and macOS always have a screen; a Qt platform that was asked for by name is taken as meant.
    An X server without clients may begin anew, and then answers nobody for a moment: our connection
    stays until Qt has its own.

    Raises
    ------
    Unavailable
        If there is no screen, it does not answer, or a library that Qt needs for it is missing.
    """
    asked = environment.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    is_meant = not platform.startswith("linux") or asked not in ("", "xcb")
    if is_meant or (not asked and wayland_answers(environment)):
        yield
        return
    xcb, connection = connect(environment.get("DISPLAY", ""))
    try:
        if xcb.xcb_connection_has_error(connection):
            raise Unavailable(f"The screen {environment['DISPLAY']!r} (DISPLAY) does not answer; {ELSEWHERE}.")
        yield
    finally:
        xcb.xcb_disconnect(connection)


def wayland_answers(environment: Mapping[str, str]) -> bool:
    """Tell whether the socket of a Wayland session is there."""
    name = environment.get("WAYLAND_DISPLAY", "")
    return bool(name) and (Path(environment.get("XDG_RUNTIME_DIR", "/")) / name).exists()


def connect(display: str, load: Callable[[str], Any] = ctypes.CDLL) -> tuple[Any, int]:
    """Connect to an X display; gives the library and a connection, which may have an error.

    Raises
    ------
    Unavailable
        If no display is named, or a library is missing.
    """
    if not display:
        raise Unavailable(f"There is no screen (neither DISPLAY nor WAYLAND_DISPLAY is set); {ELSEWHERE}.")
    try:
        load(CURSOR)
        xcb = load("libxcb.so.1")
    except OSError as error:
        raise Unavailable(
            f"A library for windows is missing ({error}); install libxcb-cursor0 (xcb-util-cursor on Fedora)."
        ) from error
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    return xcb, int(xcb.xcb_connect(display.encode(), None))
