"""Composition root of the command line: the same services as the window."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

from synthscope.errors import SynthscopeError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status: 0 done, 2 wrong input, 1 failed work, 130 interrupted."""
    from synthscope.cli.output import complain

    words = with_joined_size(list(sys.argv[1:] if arguments is None else arguments))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _invoke(words)
    except SynthscopeError as error:
        complain(error.sentence)
        return error.exit_status
    except KeyboardInterrupt:
        complain("interrupted; what was finished is kept.")
        return 130
    except MemoryError:
        complain("there is not enough memory for this; choose a smaller region or fewer candidates.")
        return 1


def with_joined_size(words: list[str]) -> list[str]:
    """Join the two or three numbers after ``--size`` into one word, as the parser takes one."""
    joined: list[str] = []
    rest = iter(words)
    for word in rest:
        joined.append(word)
        if word == "--size":
            numbers, after = [], None
            for after in rest:
                if not after.isdigit() or len(numbers) == 3:
                    break
                numbers.append(after)
                after = None
            joined.append(",".join(numbers))
            joined += [after] if after is not None else []
    return joined


def _invoke(words: list[str]) -> int:
    import click

    from synthscope.cli.app import build

    try:
        result = build()(args=words, prog_name="synthscope", standalone_mode=False)
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return result if isinstance(result, int) else 0
