"""The command that erases a rater's answers from a study, and from its server."""

from __future__ import annotations

from typing import Annotated

import typer

from synthscope.cli.options import Json
from synthscope.cli.output import say
from synthscope.cli.study_design import By, Study, opened
from synthscope.records.documents import to_json
from synthscope.services.studies.erasing import erase_rater, erasure_words, packs_beside


def erase(
    folder: Study,
    rater: Annotated[str, typer.Argument(help="The rater's place, such as rater-001.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the study, and published. No name, nothing of answers.")],
    by: By = "the designer",
    demanded: Annotated[
        bool, typer.Option("--demanded", help="It was demanded in writing by a rater who did not withdraw here.")
    ] = False,
    at: Annotated[str, typer.Option("--at", help="Erase at postgresql://OWNER@HOST/DATABASE as well.")] = "",
    as_json: Json = False,
) -> None:
    """Erase all answers of a rater who withdrew; nobody can bring them back. Their number and hashes stay."""
    with opened(folder) as study:
        found = erase_rater(study, rater, by, reason, demanded=demanded, where=at or None)
        packs = packs_beside(study, found)
    document = {
        "format": "synthscope/study-erase/1", "erased": to_json(found), "packs": [str(pack) for pack in packs],
    }  # fmt: skip
    say(document, erasure_words(found, packs), as_json=as_json)
