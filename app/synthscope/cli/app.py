"""The list of commands."""

from __future__ import annotations

from typing import Annotated

import typer

from synthscope.cli import (
    edges,
    families,
    growing,
    judging,
    lineup,
    looking,
    making,
    masking,
    models,
    reporting,
    restoring,
    studying,
    training,
)
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


def restorations() -> typer.Typer:
    """Assemble what comes after the word ``restore``."""
    words = "Undo what an image suffered."
    group = typer.Typer(name="restore", rich_markup_mode=None, no_args_is_help=True, help=words)
    for command in (
        restoring.denoise, restoring.upscale, restoring.isotropic, growing.interpolate, restoring.artefacts
    ):  # fmt: skip
        group.command()(command)
    return group


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
        demo, looking.generators, looking.info, making.inpaint, making.generate, making.vary,
        growing.extend, masking.mask, edges.edges, looking.compare, looking.replay, training.train,
        families.families, lineup.lineup, judging.evaluate, reporting.report,
    ):  # fmt: skip
        app.command()(command)
    app.add_typer(models.build())
    app.add_typer(studying.build())
    app.add_typer(restorations())
    return app
