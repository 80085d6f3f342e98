"""The commands of blinded studies: rate."""

from __future__ import annotations

import typer

from synthscope.rating import rate


def build() -> typer.Typer:
    """Assemble the commands."""
    group = typer.Typer(name="study", help="Blinded studies by experts.", rich_markup_mode=None)
    group.callback()(lambda: None)
    group.command("rate")(rate)
    return group
