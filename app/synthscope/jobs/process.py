"""One life of the worker's process: started, spoken to, listened to, buried."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, Any

from synthscope.errors import DocumentError
from synthscope.jobs.failures import memory_remedy
from synthscope.jobs.messages import Message, Ready, Request, decode, encode

LINES_KEPT = 500
LINE_BYTES = 4096
_MEMORY_ENDINGS = {0xC0000017, 0xC000012D}
"""Windows: STATUS_NO_MEMORY, STATUS_COMMITMENT_LIMIT."""
_CRASH_ENDINGS = {0xC0000005: "access violation", 0xC00000FD: "stack overflow", 0xC0000409: "buffer overrun"}


class LastWords:
    """The newest lines the workers wrote to standard error, for diagnostics; bounded."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=LINES_KEPT)

    def add(self, line: str) -> None:
        """Keep one line."""
        self._lines.append(line.rstrip("\r\n"))

    def text(self, lines: int = LINES_KEPT) -> str:
        """Give the newest lines."""
        return "\n".join(list(self._lines)[-lines:])


class Process:
    """A worker process and the thread that lives with it.

    Parameters
    ----------
    command : sequence of str
        What to start.
    words : LastWords
        Where its standard error goes.
    on_message : callable
        Called with each message, on the process's own thread.
    on_end : callable
        ``(process, exit_status)``, once, on the same thread, after the last message; None where it
        could not be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        words: LastWords,
        on_message: Callable[[Message], None],
        on_end: Callable[[Process, int | None], None],
    ) -> None:
        self._command = tuple(command)
        self._words = words
        self._on_message = on_message
        self._on_end = on_end
        self._lock = threading.Lock()
        self._popen: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._live, name="worker", daemon=True)
        self.ready: Ready | None = None
        self.doomed = False

    def start(self) -> None:
        """Start it; returns at once."""
        self._thread.start()

    def send(self, request: Request) -> None:
        """Say something to it; what a dying process does not hear is reported by its end."""
        with self._lock, suppress(OSError, ValueError):
            if self._popen is not None and self._popen.stdin is not None:
                self._popen.stdin.write(encode(request))
                self._popen.stdin.flush()

    def hang_up(self) -> None:
        """Close its standard input: it stops what it does and ends."""
        with self._lock, suppress(OSError):
            self.doomed = True
            if self._popen is not None and self._popen.stdin is not None:
                self._popen.stdin.close()

    def kill(self) -> None:
        """End it and what it started, now."""
        with self._lock:
            self.doomed = True
            if self._popen is not None and self._popen.poll() is None:
                _kill_family(self._popen)

    def join(self, seconds: float) -> bool:
        """Wait for its end; whether it came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _live(self) -> None:
        popen = self._begin()
        if popen is None:
            self._on_end(self, None)
            return
        assert popen.stdout is not None
        assert popen.stderr is not None
        burial = threading.Thread(target=_bury, args=(popen,), name="worker end", daemon=True)
        errors = threading.Thread(target=self._hear_errors, args=(popen.stderr,), name="worker errors", daemon=True)
        burial.start()
        errors.start()
        for line in popen.stdout:
            self._hear(line)
        burial.join()
        self.doomed = True
        errors.join(1.0)  # an orphan that left the family may hold the pipe; its words are not waited for
        self._on_end(self, popen.returncode)
        self._close(popen)

    def _begin(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self.doomed:
                return None
            try:
                self._popen = _spawn(self._command)
            except OSError as error:
                self._words.add(f"The worker could not be started: {error}")
            return self._popen

    def _close(self, popen: subprocess.Popen[bytes]) -> None:
        with self._lock, suppress(OSError):
            for stream in (popen.stdin, popen.stdout):
                if stream is not None:
                    stream.close()

    def _hear(self, line: bytes) -> None:
        try:
            message = decode(line)
        except DocumentError as error:
            self._words.add(error.sentence)
            return
        if isinstance(message, Ready):
            self.ready = message
        self._on_message(message)

    def _hear_errors(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(LINE_BYTES):
                self._words.add(line.decode("utf-8", "replace"))


def worker_command() -> tuple[str, ...]:
    """Give the command that starts the worker: of this Python, or of the frozen program itself."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "--worker")
    # -P: a file numpy.py in the folder the user works in must not become the worker's numpy.
    return (sys.executable, "-P", "-m", "synthscope.worker")


def describe_end(status: int | None, kind: str = "") -> str:
    """Say in a sentence how a worker process ended at work of a kind; None means it never began."""
    if status is None:
        return "The worker process could not be started; see the details, and repair the installation."
    out_of_memory = status in _MEMORY_ENDINGS or (os.name == "posix" and status == -signal.SIGKILL)
    if out_of_memory:
        return (
            "The worker process was killed, perhaps because the computer ran out of memory; "
            f"{memory_remedy(kind)}"
        )
    return f"The worker process ended by itself ({_reason(status)}); what was finished is kept. Retry the job."


def _reason(status: int) -> str:
    if status in _CRASH_ENDINGS:
        return f"crash, {_CRASH_ENDINGS[status]}"
    if status < 0:
        try:
            return f"signal {signal.Signals(-status).name}"
        except ValueError:
            return f"signal {-status}"
    return f"exit status {status}"


def _spawn(command: Sequence[str]) -> subprocess.Popen[bytes]:
    options: dict[str, Any] = {}
    if os.name == "nt":
        options["creationflags"] = subprocess.CREATE_NO_WINDOW  # type: ignore[attr-defined,unused-ignore]
    else:
        # Ctrl-C in the terminal is for the caller, who then cancels; and a family can be ended whole.
        options["start_new_session"] = True
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
        **options,
    )


def _environment() -> dict[str, str]:
    given = dict(os.environ)
    # Spinning OpenMP threads starve the window (and each other) on a busy computer.
    given.setdefault("OMP_WAIT_POLICY", "passive")
    given["PYTHONIOENCODING"] = "utf-8:backslashreplace"
    return given


def _bury(popen: subprocess.Popen[bytes]) -> None:
    """Wait for the end, then end what the process left behind: a forked child would hold the pipe open."""
    popen.wait()
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(popen.pid, signal.SIGKILL)


def _kill_family(popen: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(popen.pid, signal.SIGKILL)
    popen.kill()
