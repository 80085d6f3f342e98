"""Command line entry: the window without arguments or with files, the commands with their names."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path


def main() -> int:
    """Open the window, with the files that are named, or run the command that the first word names."""
    words = sys.argv[1:]
    if wants_window(words):
        return open_window([Path(word) for word in words])
    if words[:2] == ["study", "rate"]:  # the rater's process loads no other command
        from synthscope.rating import main as rate

        return rate(words[2:])
    from synthscope.cli import main as run_command

    return int(run_command() or 0)


def wants_window(words: Sequence[str]) -> bool:
    """Tell whether the window is meant: by no word at all, or a first word that is a file and no command."""
    if not words:
        return True
    first = words[0]
    if first.startswith("-") or not Path(first).exists():
        return False
    # only a word of letters can be a command; the list of commands takes a moment to import
    return not first.isidentifier() or first not in command_names()


def command_names() -> frozenset[str]:
    """Give the names of all commands."""
    from synthscope.cli.app import build

    built = build()
    commands = {str(c.name or getattr(c.callback, "__name__", "")) for c in built.registered_commands}
    groups = {str(group.typer_instance.info.name) for group in built.registered_groups if group.typer_instance}
    return frozenset(name.replace("_", "-") for name in commands | groups)


def open_window(paths: Sequence[Path]) -> int:
    """Open the window and give the exit status; where there is no screen, say so in a sentence."""
    from synthscope.desktop.application import run
    from synthscope.errors import SynthscopeError

    try:
        return run(paths)
    except SynthscopeError as error:
        if sys.stderr is not None:
            sys.stderr.write(f"synthscope: {error.sentence}\n")
        return error.exit_status


if __name__ == "__main__":
    sys.exit(main())
