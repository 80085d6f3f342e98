"""The report card of a line-up: its sets of windows beside real ones, by the program's own evaluation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from synthscope.errors import Cancelled, DiskFull, SynthscopeError, WorkerLost
from synthscope.io.weights import missing_words
from synthscope.jobs.retelling import retold
from synthscope.metrics.registry import find_extractor
from synthscope.records.documents import digest
from synthscope.records.evaluation import EvaluationRecipe, ImageSet, Report, Score
from synthscope.records.events import Event, Job, Made
from synthscope.records.lineup import Cell, LineupResult
from synthscope.services.evaluation.arms import LEAST
from synthscope.services.evaluation.evaluating import Means, begin_evaluation, evaluate_job
from synthscope.services.lineup.windows import sets_of
from synthscope.services.reporting.document import REPORT_NAME, read_report
from synthscope.services.reporting.writing import write_report
from synthscope.services.weights import is_installed

CARD = "card"
PAGE = "card.html"
INCEPTION, OWN = "inception", "materials"
SOURCES = {"fid": ("fid", INCEPTION), "kid": ("kid", OWN)}
"""For each number of a set: the metric of the card, and the encoder that it is taken by."""


def judge_job(folder: Path, result: LineupResult, means: Means) -> Job[tuple[str, dict[str, dict[str, Cell]]]]:
    """Make the report card of all sets that have windows enough; those that have not say so.

    Returns
    -------
    card : str
        Folder of the card, relative to the line-up's; empty where there is none.
    cells : dict
        By contender and by the names of `SOURCES`.
    """
    real, made = sets_of(folder, result)
    enough = [one for one in made if len(one.images) >= LEAST]
    whys = {one.name: _few(one) for one in made if len(one.images) < LEAST}
    report, place = None, ""
    if enough:
        try:
            place = yield from _card_job(folder, _asked(result, real, enough), means)
            report = read_report(folder / place)
        except (Cancelled, DiskFull, WorkerLost):
            raise
        except SynthscopeError as error:
            whys |= {one.name: error.sentence for one in enough}
    cells = {
        one.name: {name: _cell(report, name, one, whys.get(one.name, "")) for name in SOURCES} for one in made
    }
    return place if report else "", cells


def _asked(result: LineupResult, real: ImageSet, sets: Sequence[ImageSet]) -> EvaluationRecipe:
    recipe = result.recipe
    encoders = [OWN, *([INCEPTION] if is_installed(find_extractor(INCEPTION).weights) else [])]
    return EvaluationRecipe(
        real, tuple(sets), domain=recipe.domain, encoders=tuple(encoders), side=result.side,
        resamples=recipe.resamples, seed=recipe.seed, device=recipe.device,
    )  # fmt: skip


def _card_job(folder: Path, asked: EvaluationRecipe, means: Means) -> Job[str]:
    """Make the card, or find it: its folder is named by what it judges."""
    place = f"{CARD}-{digest(asked)[:8]}"
    if not (folder / place / REPORT_NAME).is_file():
        begin_evaluation(folder / place, asked)
        yield from retold(evaluate_job(folder / place, means), _quiet)
    write_report(read_report(folder / place), folder / place, folder / place / PAGE)
    return place


def _quiet(event: Event) -> Event | None:
    """Say how far a card is; its scores are told by the table."""
    return None if isinstance(event, Made) else event


def _cell(report: Report | None, name: str, one: ImageSet, why: str) -> Cell:
    missing = _missing(name) or why
    if missing or report is None:
        return Cell(why=missing)
    metric, encoder = SOURCES[name]
    score = next((s for s in report.scores if _is_of(s, metric, encoder, one.name)), None)
    if score is None or not math.isfinite(score.value):
        title = find_extractor(encoder).title
        said = next((w for w in report.warnings if "left out" in w and metric in w.casefold()), "")
        return Cell(why=said or f"It cannot be told of these windows by {title}.")
    return Cell(score.value, score.spread, score.low, score.high, score.floor, score.n)


def _is_of(score: Score, metric: str, encoder: str, subject: str) -> bool:
    return score.metric == metric and score.subject == subject and score.encoder == encoder


def _missing(name: str) -> str:
    """Say what a number of a set lacks before anything is measured: weights."""
    needed = find_extractor(INCEPTION).weights if name == "fid" else ""
    return missing_words(needed) if needed and not is_installed(needed) else ""


def _few(one: ImageSet) -> str:
    return (
        f"{len(one.images)} windows of {one.name} are too few to be judged as a set, {LEAST} are the least; "
        "give more images or seeds."
    )
