"""Command line entry: the window without arguments, the commands with them."""

from __future__ import annotations

import sys


def main() -> int:
    """Open the window, or run the command that the arguments name."""
    if len(sys.argv) > 1:
        from synthscope.cli import main as run_command

        return int(run_command() or 0)
    from synthscope.desktop.application import run

    return run()


if __name__ == "__main__":
    sys.exit(main())
