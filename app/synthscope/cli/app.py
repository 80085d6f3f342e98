"""The list of commands."""

from __future__ import annotations

from typing import Annotated

import typer

from synthscope.cli import looking, making, models, training
from synthscope.cli.demo import demo
from synthscope.cli.output import say
from synthscope.services.environment import program_version


def program(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Say the version and end.", is_eager=True)] = False,
) -> None:
    """Repair, generate and judge scientific image stacks.

    Without a command the window opens; files named instead of one are opened in it.
    """
    if version:
        say({}, f"synthscope {program_version()}", as_json=False)
        raise typer.Exit
    if context.invoked_subcommand is None:
        say({}, context.get_help(), as_json=False)


def build() -> typer.Typer:
    """Assemble the commands."""
    app = typer.Typer(
        name="synthscope",
        add_completion=False,
        invoke_without_command=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(program)
    for command in (
        demo, looking.generators, looking.info, making.inpaint, making.generate, making.vary, looking.compare,
        looking.replay, training.train,
    ):  # fmt: skip
        app.command()(command)
    app.add_typer(models.build())
    return app
