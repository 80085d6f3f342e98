"""Ratings beside metrics: correlations and their ceiling, choices, comparisons, disagreements, marks on error maps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from synthscope.errors import InputError, SynthscopeError
from synthscope.records.events import Job, Progress
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_beside import BesideMetrics, DisagreedPicture, MarkedPicture, MetricValue
from synthscope.records.study_key import StimulusKey
from synthscope.services.studies.beside_levels import (
    COMPARED,
    at_generators,
    at_images,
    at_pairs,
    ceiling,
    comparison,
    curves,
    named,
    trivial_properties,
)
from synthscope.services.studies.beside_maps import HEADING as MAPS
from synthscope.services.studies.beside_maps import LPIPS, Perceive, map_agreement_job
from synthscope.services.studies.beside_metrics import NUISANCES, Metric, metrics_of
from synthscope.services.studies.beside_numbers import Numbers, marks_of, numbers_of
from synthscope.services.studies.beside_pictures import shown_in
from synthscope.studies.analysis.work import Work
from synthscope.studies.correspondence.disagreement import disagreements
from synthscope.studies.correspondence.levels import FEW_MODELS
from synthscope.studies.correspondence.marks import SIGMA

EACH_WAY = 3
"""Pictures of a metric's list of disagreements, each way."""
Pictures = Callable[[str], np.ndarray]


def beside_job(
    answers: StudyAnswers, values: Sequence[MetricValue], pictures: Pictures, *, stimuli: Sequence[StimulusKey] = (),
    references: Mapping[str, str] | None = None, perceive: Perceive | None = None,
) -> Job[BesideMetrics]:  # fmt: skip
    """Set metrics beside the ratings of a study, at every level of which there are values.

    Parameters
    ----------
    answers : StudyAnswers
        Unblinded. Its plan gives the seed and the number of draws: the same answers give the same numbers.
    values : sequence of MetricValue
        See `metric_values_job`; values of a metric of one's own are welcome too.
    pictures : callable
        From a code to its picture, uint8 (Z, Y, X, C).
    stimuli : sequence of StimulusKey
        Of the opened key; with them marks are compared with error maps where trials show a reference.
    references : mapping, optional
        As for `metric_values_job`.
    perceive : callable, optional
        Gives one more error map for marks; see `perceiving`.

    Yields
    ------
    Progress

    Raises
    ------
    InputError
        If the answers are blind: a metric knows what is real.
    """
    if answers.blind:
        raise InputError(
            f"The answers of study {answers.title!r} are blind, and a metric knows what is real; unblind the study "
            "before metrics stand beside its ratings."
        )
    work = Work(answers)
    work.warnings.extend(dict.fromkeys(one.why for one in values if one.why))
    images, arms = metrics_of(values, "image"), metrics_of(values, "arm")
    found: list[DisagreedPicture] = []
    marked: tuple[MarkedPicture, ...] = ()
    numbers = numbers_of(work)
    for one in numbers:
        ceiling(work, one)
        yield from _told(at_images(work, one, images, pictures), len(images))
        yield from _told(at_pairs(work, one, images), len(images))
        yield from _told(at_generators(work, one, arms), len(arms))
        trivial_properties(work, one, pictures)
        comparison(work, one, images)
        curves(work, one, images, arms)
        found += _disagreed(work, one, images)
    if stimuli:
        shown = shown_in(stimuli, answers.ratings, references)
        marked = yield from map_agreement_job(work, marks_of(work), stimuli, shown.partners, pictures, perceive)
    return BesideMetrics(
        tuple(values), {heading: tuple(rows) for heading, rows in work.estimates.items()}, tuple(work.curves),
        tuple(found), tuple(dict.fromkeys(work.warnings)), _methods(work, numbers), marked,
    )  # fmt: skip


def _told(steps: Iterator[str], total: int) -> Job[None]:
    for number, name in enumerate(steps):
        yield Progress(number, max(total, 1), name)


def _disagreed(work: Work, numbers: Numbers, metrics: tuple[Metric, ...]) -> list[DisagreedPicture]:
    """List pictures of which the first metrics and raters say opposite things, with all marks on them."""
    marks = {code: tuple(one for own in by_rater.values() for one in own) for code, by_rater in marks_of(work).items()}
    found = []
    for metric in metrics[:COMPARED]:
        table, values = metric.beside(numbers.images)
        try:
            both = disagreements(table, values, EACH_WAY)
        except SynthscopeError:
            continue  # too few items: said where the metric was correlated
        found += [
            DisagreedPicture(
                row.item, numbers.letters[row.item], named(metric.title, numbers, work), row.metric_place,
                row.human_place, marks.get(row.item, ()),
            )
            for way in both
            for row in way
        ]  # fmt: skip
    return found


def _methods(work: Work, numbers: Sequence[Numbers]) -> str:
    """Say in words of a methods section what was done."""
    if not numbers:
        return ""
    plan = work.answers.plan
    stands = "; ".join(f"for {one.question!r} the {one.words}" for one in numbers)
    return (
        f"Automatic metrics were computed on the very pictures that raters saw. A picture's rating is one number: "
        f"{stands}. Generated pictures alone were correlated; all metrics were turned so that higher is better. Rank "
        f"correlations (Spearman, Kendall) and Pearson's are given with percentile intervals over {plan.resamples} "
        "draws of raters and items together; where eight items or more allow it, Pearson's correlation, the root mean "
        "square error and the outlier ratio follow after a logistic curve of four parameters (VQEG 2000). What raters "
        "reach among themselves is given by halves of the raters (Spearman-Brown) and by leaving one out. Choices "
        "were compared with a metric as by Zhang et al. (2018), pairs of images as by Krasula et al. (2016). Metrics "
        f"were compared by paired draws, with Steiger's test beside them and p-values by Holm's method. {_listed()} "
        "were taken out in partial rank correlations. Over fewer than "
        f"{FEW_MODELS} generators no correlation is interpreted. {_mapped(work)}Draws began with the seed {plan.seed}."
    )


def _mapped(work: Work) -> str:
    maps = {one.subject for one in work.estimates.get(MAPS, ())}
    if not maps:
        return ""
    lpips = ", and of LPIPS (AlexNet; black to white as -1 to 1)" if LPIPS in maps else ""
    return (
        f"Marks were compared with maps of the absolute difference from the reference and of 1 - SSIM (data range 255)"
        f"{lpips}, all blurred (sigma {SIGMA:g} pixels), by the area under the curve of marked against unmarked "
        "pixels; chance was told by shifting the marks. "
    )


def _listed() -> str:
    *first, last = (one.partition(" (")[0] for one in NUISANCES)
    return f"{', '.join(first).capitalize()} and {last}"
