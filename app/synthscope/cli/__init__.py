"""Composition root of the command line: the same services as the window."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from types import FrameType

from synthscope.errors import Cancelled, SynthscopeError

GRACE = 3.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status: 0 done, 2 wrong input, 1 failed work, 130 interrupted."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with _interruptible():
            return _run(with_joined_size(words))
    except SynthscopeError as error:
        return _complain(error.sentence, error.exit_status)
    except MemoryError:
        return _complain("there is not enough memory for this; choose a smaller region or fewer candidates.", 1)
    except BrokenPipeError:  # the reader of the output, such as `head`, has seen enough
        _close_quietly()
        return 1
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        return _complain(f"the system refused to read or write{where} ({error.strerror}); try again elsewhere.", 1)


def _run(words: list[str]) -> int:
    """Parse the words and do what they say; what the parser refuses is a sentence too."""
    from typer import BadParameter

    from synthscope.cli.app import build

    refusal: type[Exception] = BadParameter.__bases__[0]  # typer has carried its parser under two names
    try:
        status = build()(args=words, prog_name="synthscope", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()  # a closed pipe or a full disk is told here, not after the end
    except refusal as error:
        said = error.format_message() if hasattr(error, "format_message") else str(error)
        command = getattr(getattr(error, "ctx", None), "command_path", "synthscope")
        return _complain(f"{said.rstrip('.')}; see `{command} --help`.", 2)
    return status if isinstance(status, int) else 0


def _complain(sentence: str, status: int) -> int:
    if sys.stderr is not None:
        with suppress(OSError):  # nobody is left to be told
            sys.stderr.write(f"synthscope: {sentence}\n")
            sys.stderr.flush()
    _close_quietly()
    return status


def _close_quietly() -> None:
    """Send what is left in standard output nowhere, where its reader is gone: Python would complain at the end."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open until the program ends


@contextmanager
def _interruptible() -> Iterator[None]:
    """Turn Ctrl+C and a request to end into `Cancelled`, which closes the running job on its way out.

    A second one within `GRACE` seconds is not heard: files are being put in order.
    """
    heard: list[float] = []

    def stop(_number: int, _frame: FrameType | None) -> None:
        if heard and time.monotonic() - heard[-1] < GRACE:
            return
        heard.append(time.monotonic())
        raise Cancelled("interrupted; what was finished is kept.")

    numbers = [signal.SIGINT, signal.SIGTERM]
    hang_up = getattr(signal, "SIGHUP", None)
    if hang_up is not None and signal.getsignal(hang_up) is not signal.SIG_IGN:  # else told to outlive its terminal
        numbers.append(hang_up)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def is_count(word: str) -> bool:
    """Tell whether a word is a whole number from 0 that a computer can count to."""
    return word.isascii() and word.isdigit() and len(word) < 19


def with_joined_size(words: list[str]) -> list[str]:
    """Join the words after ``--size`` into one, as the parser takes one; what they say is judged later."""
    if "--size" not in words:
        return words
    first = words.index("--size") + 1
    given = list(takewhile(_is_no_option, words[first:]))
    return [*words[:first], *([",".join(given)] if given else []), *words[first + len(given) :]]


def _is_no_option(word: str) -> bool:
    return not word.startswith("-") or word[1:2].isdigit()
