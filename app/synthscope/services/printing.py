"""A page as a PDF: printed by the browser engine of Qt, in a process of its own that opens no window."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from synthscope.errors import Unavailable, WorkError
from synthscope.io.atomic import write_bytes

PDF = ".pdf"
MINUTES = 10
_PRINTER = "synthscope.qt.printing"  # by name: nothing below qt knows Qt
_NO_ENGINE = 3
_REMEDY = (
    "install it by: python -m pip install PySide6-Addons, and on Debian: apt-get install libnss3 libasound2-dev "
    "libxcomposite1 libxdamage1 libxrandr2 libxtst6 libxkbfile1"
)
_INSTEAD = "or write the report as .html, and print that from a browser"
_FOLDED, _OPEN = "<details>", "<details open>"


def write_pdf(path: Path | str, page: str) -> Path:
    """Print a page into a file, whole or not at all, and give its path.

    Parameters
    ----------
    path : Path or str
    page : str
        HTML that stands alone. Its scripts are not run; what is folded on the screen is open on paper.

    Raises
    ------
    Unavailable
        If the browser engine is missing.
    WorkError
        If it ended without a PDF.
    DiskFull, FileError
        If the file cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="synthscope-") as folder:
        source, printed = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(page.replace(_FOLDED, _OPEN), encoding="utf-8", errors="backslashreplace")
        _run([str(source), str(printed)])
        return write_bytes(path, printed.read_bytes())


def check_printer() -> None:
    """Refuse, before the work, what could not be printed after it.

    Raises
    ------
    Unavailable
        If the browser engine is missing.
    """
    _run([])


def _run(words: Sequence[str]) -> None:
    command = [sys.executable, "-P", "-m", _PRINTER, *words]
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        ended = subprocess.run(
            command, env=_surroundings(os.environ), stdin=subprocess.DEVNULL, capture_output=True, check=False,
            timeout=60 * MINUTES, creationflags=hidden,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise WorkError(f"The browser engine printed no PDF within {MINUTES} minutes; {_INSTEAD}.") from error
    said = ended.stderr.decode("utf-8", "replace").strip()
    if ended.returncode == _NO_ENGINE:
        reason = said.splitlines()[-1] if said else "no reason given"
        raise Unavailable(f"A PDF needs the browser engine of Qt, which is not here ({reason}); {_REMEDY}, {_INSTEAD}.")
    if ended.returncode:
        raise WorkError(f"The browser engine printed no PDF (status {ended.returncode}); {_INSTEAD}.", details=said)


def _surroundings(known: Mapping[str, str]) -> dict[str, str]:
    """Give the environment of a printer: without a screen; without the sandbox, which containers do not allow."""
    screen = {} if sys.platform in ("win32", "darwin") else {"QT_QPA_PLATFORM": "offscreen"}
    return {**known, **screen, "QTWEBENGINE_DISABLE_SANDBOX": "1", "QTWEBENGINE_CHROMIUM_FLAGS": "--disable-gpu"}
