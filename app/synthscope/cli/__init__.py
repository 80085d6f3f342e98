"""Composition root of the command line: the same services as the window."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from types import FrameType

from synthscope.errors import Cancelled, SynthscopeError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status: 0 done, 2 wrong input, 1 failed work, 130 interrupted."""
    from synthscope.cli.app import build
    from synthscope.cli.output import complain

    words = with_joined_size(list(sys.argv[1:] if arguments is None else arguments))
    try:
        with _interruptible():
            build()(args=words, prog_name="synthscope")
    except SynthscopeError as error:
        complain(error.sentence)
        return error.exit_status
    except MemoryError:
        complain("there is not enough memory for this; choose a smaller region or fewer candidates.")
        return 1
    except SystemExit as end:  # the parser's own way to end, after its message
        return end.code if isinstance(end.code, int) else 2
    return 0


@contextmanager
def _interruptible() -> Iterator[None]:
    """Turn Ctrl+C and a request to end into `Cancelled`, which closes the running job on its way out."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Cancelled("interrupted; what was finished is kept.")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def with_joined_size(words: list[str]) -> list[str]:
    """Join the two or three numbers after ``--size`` into one word, as the parser takes one."""
    if "--size" not in words:
        return words
    first = words.index("--size") + 1
    numbers = list(takewhile(str.isdigit, words[first : first + 3]))
    return [*words[:first], ",".join(numbers), *words[first + len(numbers) :]]
