"""What happens when something unforeseen does: a sentence for the person, a report for whoever mends it."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType

from synthscope.errors import SynthscopeError
from synthscope.qt.sentence import Said, said_of
from synthscope.services.diagnostics import without_names
from synthscope.services.environment import PACKAGES, describe_environment

PREFIX, SUFFIX = "crash-", ".txt"
KEPT = 20

log = logging.getLogger(__name__)

Tell = Callable[[Said], None]


class CrashReporter:
    """Receives every exception nobody caught, in any thread, as long as it is installed.

    Parameters
    ----------
    folder : Path
        Where reports are kept, newest `KEPT`.
    tell : callable
        Shows a sentence; called in the thread that failed, so it must be a Qt signal's ``emit`` or alike.
    """

    def __init__(self, folder: Path, tell: Tell) -> None:
        self._folder = folder
        self._tell = tell
        self._before = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        """Take over from Python's own hooks."""
        sys.excepthook = self.handle
        threading.excepthook = self._handle_thread

    def uninstall(self) -> None:
        """Give Python's hooks back."""
        sys.excepthook, threading.excepthook = self._before

    def handle(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Say an error of ours as the sentence it is; report any other."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        elif isinstance(error, SynthscopeError):
            self._tell(said_of(error))
        else:
            self._report(error)

    def _handle_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self.handle(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _report(self, error: BaseException) -> None:
        text = report_text(error)
        log.error("unforeseen: %s", text)
        place = save_report(self._folder, text, datetime.now().astimezone())
        kept = f" The report is kept as {place.name}; Help › Save diagnostics packs it." if place is not None else ""
        self._tell(
            Said(
                f"Something unforeseen happened ({type(error).__name__}). What is on the disk is safe; "
                f"you can go on.{kept}",
                "error",
                text,
            )
        )


def report_text(error: BaseException) -> str:
    """Describe an error with versions, without names of people and folders."""
    environment = describe_environment("not asked")
    versions = "\n".join(f"{name} {environment.packages.get(name, 'not installed')}" for name in PACKAGES)
    trace = "".join(traceback.format_exception(error))
    head = f"Synthscope {environment.synthscope}, Python {platform.python_version()}, {platform.platform()}"
    return without_names(f"{head}\n{versions}\n\n{trace}")


def save_report(folder: Path, text: str, now: datetime) -> Path | None:
    """Keep a report and forget the oldest beyond `KEPT`; a disk that refuses gives None."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{PREFIX}{now:%Y%m%d-%H%M%S-%f}{SUFFIX}"
        path.write_text(text, encoding="utf-8")
        for old in recent_reports(folder)[KEPT:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        log.warning("the crash report could not be kept: %s", error)
        return None
    return path


def recent_reports(folder: Path) -> list[Path]:
    """List the reports that are kept, newest first."""
    return sorted(folder.glob(f"{PREFIX}*{SUFFIX}"), reverse=True)
