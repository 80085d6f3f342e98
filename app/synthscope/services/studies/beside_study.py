"""Metrics beside the ratings of an unblinded study, from its own packs, key and answers; kept in the study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from synthscope.errors import InputError
from synthscope.metrics.paired.specs import LPIPS_ALEX
from synthscope.records.events import Job
from synthscope.records.study_beside import BesideMetrics
from synthscope.records.study_key import StudyKey
from synthscope.records.study_pack import PackManifest
from synthscope.records.study_ratings import Estimate
from synthscope.services.evaluation.features import Implement
from synthscope.services.studies.beside import beside_job
from synthscope.services.studies.beside_maps import perceiving
from synthscope.services.studies.beside_pictures import references_of
from synthscope.services.studies.beside_values import Taking, metric_values_job
from synthscope.services.studies.collecting import answers_of
from synthscope.services.studies.publishing import BESIDE
from synthscope.services.studies.rater_packs import pack_files, pictures_in
from synthscope.services.studies.states import OPENED
from synthscope.services.studies.study_file import StudyFile

TOLD = frozenset({"srcc", "2afc", "2afc-crossed", "noise-ceiling", "map-area"})
"""Names of the estimates that say most."""
_TRIVIAL = "Trivial properties"


@dataclass(frozen=True)
class BesideAsked:
    """Which metrics are set beside ratings.

    Parameters
    ----------
    metrics : tuple of str
        Ids, such as ``ssim`` or ``phase-quantities:porosity``; all that fit, if empty.
    encoders : tuple of str
        Ids of the encoders that sets of pictures are compared by.
    device : str
        Where networks look: ``auto``, ``cpu``, ``cuda`` or ``mps``.
    """

    metrics: tuple[str, ...] = ()
    encoders: tuple[str, ...] = Taking.encoders
    device: str = "auto"


def beside_study_job(study: StudyFile, implement: Implement, asked: BesideAsked) -> Job[BesideMetrics]:
    """Take metrics of the very pictures that raters saw, set them beside the ratings, and keep both in the study.

    Parameters
    ----------
    implement : callable
        Makes the implementation of a spec; handed down by the composition root.

    Yields
    ------
    Progress

    Raises
    ------
    InputError
        If the study is not unblinded: a metric knows what is real.
    FileError
        If rater packs are no longer in the study's folder.
    """
    if study.state not in OPENED:
        raise InputError(f"The study is {study.state}; metrics are set beside its ratings once it is unblinded.")
    manifest = study.get("manifest", PackManifest)
    with pictures_in(pack_files(study.folder, manifest)) as picture:
        answers, key = answers_of(study), study.get("key", StudyKey)
        references = references_of(manifest)
        taking = Taking(
            implement, study.design.domain, asked.encoders, seed=answers.plan.seed, device=asked.device
        )
        values = yield from metric_values_job(
            picture, key.stimuli, answers.ratings, asked.metrics or None, taking=taking, references=references
        )
        wanted = not asked.metrics or LPIPS_ALEX.id in asked.metrics
        found = yield from beside_job(
            answers, values, picture, stimuli=key.stimuli, references=references,
            perceive=perceiving(implement, asked.device) if wanted else None,
        )  # fmt: skip
    study.put(BESIDE, found)
    return found


def told_rows(found: BesideMetrics) -> Iterator[tuple[str, Estimate]]:
    """Give what matters most of a comparison: the heading of each row, and the row."""
    for heading, rows in found.estimates.items():
        yield from ((heading, row) for row in rows if row.name in TOLD and heading != _TRIVIAL)
