"""The command that sets metrics beside the ratings of a study."""

from __future__ import annotations

from typing import Annotated

import typer

from synthscope.cli.options import Device, Json
from synthscope.cli.output import run_with_bar, say
from synthscope.cli.study_design import Study, opened
from synthscope.errors import InputError
from synthscope.records.documents import to_json
from synthscope.records.study_beside import BesideMetrics
from synthscope.records.study_key import StudyKey
from synthscope.records.study_pack import PackManifest
from synthscope.services.studies.beside import beside_job
from synthscope.services.studies.beside_pictures import references_of
from synthscope.services.studies.beside_values import Taking, metric_values_job
from synthscope.services.studies.collecting import answers_of
from synthscope.services.studies.freezing import PACK
from synthscope.services.studies.publishing import BESIDE
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.pack.reading import Pack, open_pack
from synthscope.worker import implement

TOLD = frozenset({"srcc", "2afc", "2afc-crossed", "noise-ceiling", "map-area"})


def beside(
    folder: Study,
    metric: Annotated[list[str] | None, typer.Option(help="Only these metrics, such as intensity:noise.")] = None,
    encoder: Annotated[list[str] | None, typer.Option(help="Encoders that sets of pictures are compared by.")] = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Set metrics of the very pictures beside the ratings of an unblinded study; the report then shows both."""
    with opened(folder) as study, _pack_of(study) as pack:
        answers, key = answers_of(study), study.get("key", StudyKey)
        references = references_of(study.get("manifest", PackManifest))
        taking = Taking(implement, study.design.domain, tuple(encoder or Taking.encoders), seed=answers.plan.seed,
                        device=device)  # fmt: skip
        values = run_with_bar(
            metric_values_job(
                pack.picture, key.stimuli, answers.ratings, metric or None, taking=taking, references=references
            )
        )
        found = run_with_bar(
            beside_job(answers, values, pack.picture, stimuli=key.stimuli, references=references)
        )
        study.put(BESIDE, found)
    say({"format": "synthscope/study-beside/1", "beside": to_json(found)}, in_words(found), as_json=as_json)


def _pack_of(study: StudyFile) -> Pack:
    if study.state not in ("unblinded", "reported"):
        raise InputError(f"The study is {study.state}; metrics are set beside its ratings once it is unblinded.")
    return open_pack(study.folder / PACK)


def in_words(found: BesideMetrics) -> str:
    """Give what matters most of a comparison as lines, then everything that must be minded."""
    lines = [
        f"{row.title}{f' ({row.subject})' if row.subject else ''}: {row.value:.3f}  {row.low:.3f} to {row.high:.3f}"
        for heading, rows in found.estimates.items()
        for row in rows
        if row.name in TOLD and heading != "Trivial properties"
    ]
    return "\n".join([*lines, *found.warnings])
