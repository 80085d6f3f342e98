"""The list of commands."""

from __future__ import annotations

import typer

from synthscope.cli import looking, making
from synthscope.cli.demo import demo


def build() -> typer.Typer:
    """Assemble the commands."""
    app = typer.Typer(
        name="synthscope",
        help="Repair, generate and judge scientific image stacks. Without a command the window opens.",
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for command in (
        demo, looking.generators, looking.info, making.inpaint, making.generate, making.vary, looking.compare,
        looking.replay,
    ):  # fmt: skip
        app.command()(command)
    return app
