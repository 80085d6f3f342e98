"""The commands of blinded studies."""

from __future__ import annotations

import typer

from synthscope.cli import study_beside, study_central, study_collect, study_design, study_erase, study_notes, study_out
from synthscope.rating import rate


def build() -> typer.Typer:
    """Assemble the commands, in the order in which a study needs them."""
    group = typer.Typer(name="study", help="Blinded studies by experts.", rich_markup_mode=None, no_args_is_help=True)
    for command in (
        study_design.create, study_out.power, study_design.audit, study_design.decide, study_design.rehearse,
        study_design.holder, study_design.freeze, study_central.install, study_central.free, rate,
    ):  # fmt: skip
        group.command()(command)
    group.command("import")(study_collect.import_)
    for command in (
        study_collect.status, study_erase.erase, study_collect.close, study_collect.screen, study_collect.analyse,
        study_collect.ask, study_collect.sign, study_collect.unblind, study_beside.beside, study_out.report,
        study_out.publish, study_out.verify, study_out.export, study_notes.notes,
    ):  # fmt: skip
        group.command()(command)
    return group
