"""Metrics beside ratings at each level: images, pairs, generators; the ceiling; one metric against another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations

import numpy as np
from scipy.stats import t as student

from synthscope.errors import SynthscopeError
from synthscope.records.study_ratings import Curve, Estimate
from synthscope.services.studies.beside_metrics import FEWEST, NUISANCES, Metric, nuisances, of_items
from synthscope.services.studies.beside_numbers import Numbers
from synthscope.studies.analysis.work import LEVEL, Work
from synthscope.studies.correspondence.ceiling import leave_one_out, split_half
from synthscope.studies.correspondence.comparing import compare_metrics
from synthscope.studies.correspondence.levels import FEW_MODELS, correspond, correspond_apart, few_models
from synthscope.studies.correspondence.mapping import fit_mapping
from synthscope.studies.correspondence.pairs import agreement_scores, krasula, pair_agreement
from synthscope.studies.discrimination.crossed import crossed_mean
from synthscope.studies.discrimination.multiplicity import holm
from synthscope.studies.tables import RatingTable

APART_DRAWS = 500
"""At most, of correlations with trivial properties taken out: each fits anew."""
COMPARED = 6
"""Metrics that are compared with each other, drawn as curves and searched for disagreements: the first ones given."""
IMAGES, PAIRS, GENERATORS = "Each image", "Each pair", "Each generator"
CEILING, COMPARISON, TRIVIAL = "Noise ceiling", "One metric against another", "Trivial properties"
Pictures = Callable[[str], np.ndarray]


def named(title: str, numbers: Numbers, work: Work) -> str:
    """Give a metric's name, with the question where several were asked."""
    return title if len(work.answers.questions) == 1 else f"{title} ({numbers.question})"


def at_images(work: Work, numbers: Numbers, metrics: tuple[Metric, ...], pictures: Pictures) -> Iterator[str]:
    """Set every metric beside the ratings of single images; yields the name of what comes next."""
    trivial = dict(zip(numbers.images.items, nuisances(pictures, numbers.images.items), strict=True))
    for metric in metrics:
        name = named(metric.title, numbers, work)
        yield name
        table, values = metric.beside(numbers.images)
        if len(values) < FEWEST:
            work.warnings.append(f"{IMAGES}: {name} has a value of {len(values)} rated images; {FEWEST} are needed.")
            continue
        count = work.answers.plan.resamples
        work.attempt(
            IMAGES,
            partial(
                correspond, table, values, name, "image", work.rng(f"image {name}"), resamples=count, confidence=LEVEL
            ),
        )
        extra = np.array([trivial[item] for item in table.items])
        work.attempt(IMAGES, partial(_apart, work, table, values, extra, name))
        if numbers.pairs is None:
            work.attempt(PAIRS, partial(_krasula, work, table, values, name))


def _apart(work: Work, table: RatingTable, values: np.ndarray, extra: np.ndarray, name: str) -> list[Estimate]:
    draws = min(APART_DRAWS, work.answers.plan.resamples)
    rng = work.rng(f"apart {name}")
    return [correspond_apart(table, values, extra, name, "image", rng, resamples=draws, confidence=LEVEL)]


def trivial_properties(work: Work, numbers: Numbers, pictures: Pictures) -> None:
    """Correlate ratings with what is trivial of the images: a metric that is no better than these is none."""
    found = nuisances(pictures, numbers.images.items)
    for column, words in zip(found.T, NUISANCES, strict=True):
        name = named(words, numbers, work)
        work.attempt(TRIVIAL, partial(_ranked, work, numbers.images, column, name))


def _ranked(work: Work, table: RatingTable, values: np.ndarray, name: str) -> tuple[Estimate, ...]:
    rng, draws = work.rng(f"trivial {name}"), work.answers.plan.resamples
    return correspond(table, values, name, "image", rng, resamples=draws, confidence=LEVEL)[:1]


def at_pairs(work: Work, numbers: Numbers, metrics: tuple[Metric, ...]) -> Iterator[str]:
    """Ask every metric which of two images raters chose."""
    if numbers.pairs is None:
        return
    for metric in metrics:
        name = named(metric.title, numbers, work)
        yield name
        sides = [item.split("|") for item in numbers.pairs.items]
        places = np.array([i for i, both in enumerate(sides) if all(code in metric.values for code in both)], int)
        if not len(places):
            work.warnings.append(f"{PAIRS}: {name} has no value of both images of any pair.")
            continue
        difference = np.array([metric.values[sides[i][1]] - metric.values[sides[i][0]] for i in places])
        table = of_items(numbers.pairs, places)
        work.attempt(
            PAIRS,
            partial(
                pair_agreement, table, difference, name, work.rng(f"pair {name}"),
                resamples=work.answers.plan.resamples, confidence=LEVEL,
            ),
        )  # fmt: skip
        work.attempt(PAIRS, partial(_answers_agreed, table, difference, name))


def _answers_agreed(table: RatingTable, difference: np.ndarray, name: str) -> list[Estimate]:
    """Give the part of single answers that agree with a metric, which also holds where few raters saw a pair."""
    there = np.isfinite(table.values)
    agreed = np.where(there, agreement_scores(difference, table.values), np.nan)
    found = crossed_mean(agreed, null=0.5, level=LEVEL)
    return [
        Estimate(
            "2afc-crossed", "Answers that agree with the metric", found.value, found.low, found.high, found.n,
            "mean over answers, two-way U-statistic variance, Student's t with Satterthwaite's freedom, against 0.5",
            name, se=found.se, df=found.df, statistic=found.statistic, p_value=found.p_value, level=LEVEL,
            random=("raters", "pairs"), citation="Gallas et al. 2009, Communications in Statistics 38:2586",
        )
    ]  # fmt: skip


def at_generators(work: Work, numbers: Numbers, metrics: tuple[Metric, ...]) -> Iterator[str]:
    """Set every metric of sets beside the ratings of generators."""
    count = len(numbers.arms.items)
    if count < FEW_MODELS and few_models(count) not in work.warnings:
        work.warnings.append(few_models(count))
    if count < FEWEST:
        return
    for metric in metrics:
        name = named(metric.title, numbers, work)
        table, values = metric.beside(numbers.arms)
        if len(values) < FEWEST:
            continue
        yield name
        work.attempt(
            GENERATORS,
            partial(
                correspond, table, values, name, "model", work.rng(f"model {name}"),
                resamples=work.answers.plan.resamples, confidence=LEVEL,
            ),
        )  # fmt: skip


def ceiling(work: Work, numbers: Numbers) -> None:
    """Say how far the ratings agree with themselves: no metric can be expected to agree more."""

    def rows() -> list[Estimate]:
        found = [*split_half(numbers.images, work.rng(f"halves {numbers.question}")), leave_one_out(numbers.images)]
        return [replace(row, subject=f"{numbers.question} by image") for row in found]

    work.attempt(CEILING, rows)


def comparison(work: Work, numbers: Numbers, metrics: tuple[Metric, ...]) -> None:
    """Compare metrics of images in pairs, p-values by Holm's method."""
    found: list[Estimate] = []
    for one, other in combinations(metrics[:COMPARED], 2):
        shared = [i for i, item in enumerate(numbers.images.items) if item in one.values and item in other.values]
        table = of_items(numbers.images, np.array(shared, int))
        if len(shared) < FEWEST:
            continue
        first, second = (np.array([each.values[item] for item in table.items]) for each in (one, other))
        names = named(one.title, numbers, work), named(other.title, numbers, work)
        try:
            found += compare_metrics(
                table, first, second, names, "image", work.rng(f"against {names}"),
                resamples=work.answers.plan.resamples, confidence=LEVEL,
            )  # fmt: skip
        except SynthscopeError as error:
            work.warnings.append(f"{COMPARISON}: {' and '.join(names)}: {error.sentence}")
    for kind in ("srcc-difference", "steiger"):
        own = [row for row in found if row.name == kind and np.isfinite(row.p_value)]
        adjusted = holm(np.array([row.p_value for row in own])) if own else ()
        work.add(
            COMPARISON,
            [
                replace(row, p_value=float(p), method=f"{row.method}; p by Holm's method over {len(own)} comparisons")
                for row, p in zip(own, adjusted, strict=True)
            ],
        )
    if len(metrics) > COMPARED:
        work.warnings.append(
            f"{len(metrics)} metrics of images were taken; the first {COMPARED} are compared with each other and "
            "searched for disagreements. Name the ones that you care for to choose others."
        )


def curves(work: Work, numbers: Numbers, images: tuple[Metric, ...], arms: tuple[Metric, ...]) -> None:
    """Draw the logistic curve of each of the first metrics of images, and generators by the first metrics of sets."""
    for metric in images[:COMPARED]:
        work.draw(partial(_mapping, work, numbers, metric))
    for metric in arms[:COMPARED]:
        table, values = metric.beside(numbers.arms)
        if len(values) >= FEWEST:
            work.curves.append(_by_generator(work, numbers, metric, table.values, values))


def _mapping(work: Work, numbers: Numbers, metric: Metric) -> Curve:
    table, values = metric.beside(numbers.images)
    told = fit_mapping(values, table.means)
    x = np.linspace(values.min(), values.max(), 41)
    title = f"Ratings by {named(metric.title, numbers, work)}: logistic curve"
    return Curve(
        f"mapping {metric.id}", title, tuple(x.tolist()), tuple(told(x).tolist()), f"{metric.title}, higher is better",
        numbers.words,
    )  # fmt: skip


def _by_generator(
    work: Work, numbers: Numbers, metric: Metric, ratings: np.ndarray, values: np.ndarray
) -> Curve:
    """Draw generators in the order of a metric, with standard errors over raters."""
    order = np.argsort(values, kind="stable")
    count = np.isfinite(ratings).sum(axis=0)
    with np.errstate(invalid="ignore"):
        error = np.nanstd(ratings, axis=0) / np.sqrt(np.maximum(count - 1, 1))
    mean = np.nanmean(ratings, axis=0)
    x, y, low, high = (tuple(one[order].tolist()) for one in (values, mean, mean - error, mean + error))
    return Curve(
        f"generators {metric.id}", f"Generators by {named(metric.title, numbers, work)}", x, y,
        f"{metric.title}, higher is better", f"{numbers.words}; bars are standard errors over raters", "", low, high,
    )  # fmt: skip


def _krasula(work: Work, table: RatingTable, values: np.ndarray, name: str) -> list[Estimate]:
    """Give Krasula's areas: pairs of images are told apart by a paired t test of the raters of both."""
    found = krasula(table, values, alpha=work.answers.plan.alpha)
    words = (
        f"{found.pairs} pairs of images with raters in common, {found.apart} told apart by a paired t test at "
        f"{work.answers.plan.alpha:g}"
    )
    kinds = (
        ("krasula-different", "Different from similar pairs, area under the curve", found.different, found.pairs),
        ("krasula-better", "Better from worse, area under the curve", found.better, found.apart),
        ("krasula-right", "Right about the better image", found.right, found.apart),
    )
    return [
        Estimate(key, title, value, n=n, method=words, subject=name, citation="Krasula et al. 2016")
        for key, title, value, n in kinds
        if np.isfinite(value)
    ]


def mean_interval(values: np.ndarray, level: float = LEVEL) -> tuple[float, float, float]:
    """Give the mean of values (n,) with Student's interval; no ends for a single one."""
    mean = float(values.mean())
    if len(values) < 2:
        return mean, float("nan"), float("nan")
    reach = float(values.std(ddof=1) / np.sqrt(len(values)) * student.ppf((1 + level) / 2, len(values) - 1))
    return mean, mean - reach, mean + reach
