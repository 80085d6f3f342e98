"""A display to draw on: the one that is there, or a virtual one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

VIRTUAL_SCREEN = "1440x900x24"


def has_display() -> bool:
    """Tell whether a window could be seen."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def virtual_display() -> Iterator[bool]:
    """Start a virtual display for as long as the block lasts; gives False where there is none to start."""
    program = shutil.which("Xvfb")
    if program is None:
        yield False
        return
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", VIRTUAL_SCREEN, "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading, encoding="ascii") as pipe:
            number = pipe.readline().strip()
        if number:
            os.environ["DISPLAY"] = f":{number}"
        yield bool(number)
    finally:
        os.environ.pop("DISPLAY", None)
        server.terminate()
        server.wait()
