"""The command that sets metrics beside the ratings of a study."""

from __future__ import annotations

from synthscope.cli.options import Json
from synthscope.cli.output import run_with_bar, say
from synthscope.cli.study_design import Study, opened
from synthscope.generators.registry import resolve
from synthscope.records.documents import to_json
from synthscope.records.study_key import StudyKey
from synthscope.records.study_pack import PackManifest
from synthscope.services.evaluation.evaluating import Means
from synthscope.services.studies.beside import beside_job
from synthscope.services.studies.beside_values import metric_values_job
from synthscope.services.studies.collecting import answers_of
from synthscope.services.studies.freezing import PACK
from synthscope.services.studies.publishing import BESIDE
from synthscope.studies.pack.reading import open_pack
from synthscope.worker import implement


def beside(folder: Study, as_json: Json = False) -> None:
    """Set metrics of the very pictures beside the ratings of an unblinded study; the report then shows both."""
    with opened(folder) as study, open_pack(folder / PACK) as pack:
        answers, key = answers_of(study), study.get("key", StudyKey)
        manifest = study.get("manifest", PackManifest)
        means, domain = Means(resolve, implement), study.design.domain
        valued = run_with_bar(metric_values_job(pack.picture, key.stimuli, manifest, means, domain))
        found = run_with_bar(beside_job(answers, valued.values, pack.picture))
        study.put(BESIDE, found)
    lines = [
        f"{row.title}{f' ({row.subject})' if row.subject else ''}: {row.value:.3f}  {row.low:.3f} to {row.high:.3f}"
        for rows in found.estimates.values()
        for row in rows
        if row.name in ("srcc", "2afc", "noise-ceiling")
    ]
    document = {"format": "synthscope/study-beside/1", "beside": to_json(found), "notes": valued.notes}
    say(document, "\n".join([*lines, *found.warnings, *valued.notes]), as_json=as_json)


