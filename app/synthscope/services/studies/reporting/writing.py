"""The report of a study as a file, in the format that its ending names; gathered from the study's documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from synthscope.errors import InputError
from synthscope.io.atomic import write_text
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_freeze import Screening
from synthscope.records.study_pack import PackManifest
from synthscope.services.evaluation.features import Implement
from synthscope.services.printing import PDF, write_pdf
from synthscope.services.studies.beside_maps import Perceive, perceiving
from synthscope.services.studies.collecting import answers_of
from synthscope.services.studies.publication import Publication
from synthscope.services.studies.publishing import publication_of
from synthscope.services.studies.rater_packs import pack_files, pictures_in
from synthscope.services.studies.reporting.contents import Picture, StudyReport, deviations_of
from synthscope.services.studies.reporting.csv_table import estimates_csv
from synthscope.services.studies.reporting.markdown import report_markdown
from synthscope.services.studies.reporting.page import report_html
from synthscope.services.studies.study_file import StudyFile
from synthscope.services.studies.verifying import published_answers

_FORMATS: Mapping[str, Callable[[StudyReport, Picture | None, Perceive | None], str]] = {
    ".html": report_html,
    PDF: report_html,
    ".md": lambda report, *_: report_markdown(report),
    ".csv": lambda report, *_: estimates_csv(report),
}
ENDINGS = tuple(_FORMATS)
_PICTURED = (".html", PDF)


def write_study_report(
    report: StudyReport, path: Path | str, read: Picture | None = None, perceive: Perceive | None = None
) -> Path:  # fmt: skip
    """Write a report.

    Parameters
    ----------
    path : Path or str
        Ending in ``.html`` (one file), ``.pdf`` (that page on paper), ``.md`` or ``.csv`` (all estimates).
    read : callable, optional
        Gives pictures by their codes, for the page.
    perceive : callable, optional
        Makes the map of LPIPS, where marks were compared with it; see `perceiving`.

    Raises
    ------
    InputError
        If the ending is another one.
    Unavailable, WorkError
        If a PDF cannot be printed.
    FileError, DiskFull
        If it cannot be written.
    """
    path = Path(path)
    make = _FORMATS.get(path.suffix.casefold())
    if make is None:
        raise InputError(f"{path.name} names no format of study reports; end it with {', '.join(ENDINGS)}.")
    write = write_pdf if path.suffix.casefold() == PDF else write_text
    return write(path, make(report, read, perceive))


def report_study(study: StudyFile, path: Path | str, implement: Implement | None = None) -> Path:
    """Write the report of a study that was analysed: blind before it is unblinded, with the truth afterwards.

    Pictures come from the rater packs in the study's folder, if all of them are still there.

    Parameters
    ----------
    implement : callable, optional
        Makes the implementation of a spec, for the map of LPIPS that marks were compared with; handed down by the
        composition root.

    Raises
    ------
    InputError
        If the study was not analysed yet, or the ending of the file is unknown.
    FileError, DocumentError, DiskFull
        If a pack is damaged, or the report cannot be written.
    """
    report = report_of(study)
    packs = pack_files(study.folder, study.get("manifest", PackManifest))
    if Path(path).suffix.casefold() not in _PICTURED or not all(pack.is_file() for pack in packs):
        return write_study_report(report, path)
    with pictures_in(packs) as picture:
        return write_study_report(report, path, picture, perceiving(implement) if implement else None)


def report_of(study: StudyFile) -> StudyReport:
    """Gather what a study's report tells.

    Raises
    ------
    InputError
        If the study was not analysed yet.
    """
    return _gathered(publication_of(study), answers_of(study))


def report_of_publication(publication: Publication) -> StudyReport:
    """Gather what a publication pack tells, for a report from the pack alone."""
    return _gathered(publication, published_answers(publication))


def _gathered(publication: Publication, answers: StudyAnswers) -> StudyReport:
    screening = publication.screening
    return StudyReport(
        publication.analysis,
        publication.plan,
        publication.manifest,
        publication.frozen,
        None if screening == Screening() else screening,
        publication.leaks,
        publication.rendering,
        publication.beside,
        answers,
        publication.course,
        deviations_of(publication.events, publication.analysis, publication.manifest),
        publication.simulated,
    )
