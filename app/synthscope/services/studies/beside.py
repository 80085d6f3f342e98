"""Ratings beside metrics: by image, by pair, by generator, with what raters themselves would reach."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from synthscope.errors import InputError, SynthscopeError
from synthscope.records.events import Job, Progress
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_beside import BesideMetrics, DisagreedPicture, Level, MetricValue
from synthscope.records.study_events import Mark
from synthscope.records.study_ratings import Curve, Estimate, Rating
from synthscope.services.studies.beside_values import Picture
from synthscope.studies.analysis.rows import rows_of
from synthscope.studies.correspondence.ceiling import leave_one_out, split_half
from synthscope.studies.correspondence.comparing import compare_metrics
from synthscope.studies.correspondence.disagreement import disagreements
from synthscope.studies.correspondence.levels import FEW_MODELS, correspond, correspond_apart, few_models
from synthscope.studies.correspondence.pairs import krasula, pair_agreement
from synthscope.studies.tables import RatingTable, make_table

IMAGE, PAIR, ARM, CEILING = "Each image", "Each pair", "Each generator", "What raters reach"
GALLERY = 6
"""Pictures of each kind that are shown."""
FEWEST = 4


@dataclass(frozen=True, eq=False)
class Rated:
    """A number of each answer, higher for better, and what it is in words."""

    rows: tuple[Rating, ...]
    number: Callable[[Rating, int], float]
    words: str


def beside_job(answers: StudyAnswers, values: Sequence[MetricValue], picture: Picture) -> Job[BesideMetrics]:
    """Set metrics beside the ratings of a study.

    Parameters
    ----------
    answers : StudyAnswers
        Unblinded.
    values : sequence of MetricValue
        See `metric_values_job`.
    picture : callable
        From a code to uint8 (Z, Y, X, C): what is trivial in a picture is taken from it.

    Yields
    ------
    Progress

    Raises
    ------
    InputError
        If the answers are blind, or hold no rating that can be a number.
    """
    if answers.blind:
        raise InputError("Metrics are set beside ratings only after unblinding; until then nobody may see them.")
    rated = rated_of(answers)
    made = _Making(answers, rated, tuple(values), picture)
    for number, (title, part) in enumerate(made.parts().items()):
        yield Progress(number, len(made.parts()), title)
        part()
    return BesideMetrics(
        tuple(values), {heading: tuple(rows) for heading, rows in made.estimates.items() if rows}, tuple(made.curves),
        tuple(made.disagreements), tuple(dict.fromkeys(made.warnings)), made.methods(),
    )  # fmt: skip


def rated_of(answers: StudyAnswers) -> Rated:
    """Choose what stands beside the metrics: the first question that can be a number.

    Raises
    ------
    InputError
        If there is none.
    """
    for question in answers.questions:
        rows = rows_of(answers.ratings, question.id)
        if question.kind == "confidence" and rows:
            steps = len(question.labels) or 6
            return Rated(rows, partial(_confidence, steps), "confidence that it is real")
        if question.kind == "scale" and rows:
            return Rated(rows, lambda row, _: float(row.value), f"step of the scale “{question.prompt}”")
        if question.kind == "choice" and rows:
            return Rated(rows, _chosen, "part of choices")
    raise InputError("No question of this study gives a number for a picture; metrics cannot be set beside it.")


def table_by(rated: Rated, name: Callable[[Rating, int], str]) -> RatingTable:
    """Lay out the numbers as raters by pictures or arms; `name` gives "" for what is left out."""
    cells = [
        (row.rater, item, rated.number(row, place))
        for row in rated.rows
        for place in range(len(row.codes))
        if (item := name(row, place))
    ]
    if not cells:
        raise InputError("No rated picture has a value of this metric.")
    raters, items, numbers = zip(*cells, strict=True)
    return make_table(np.array(raters), np.array(items), np.array(numbers, float))


class _Making:
    """The parts of a comparison, each added to what was found."""

    def __init__(
        self, answers: StudyAnswers, rated: Rated, values: tuple[MetricValue, ...], picture: Picture
    ) -> None:
        self.answers = answers
        self.rated = rated
        self.estimates: dict[str, list[Estimate]] = {CEILING: [], IMAGE: [], PAIR: [], ARM: []}
        self.curves: list[Curve] = []
        self.disagreements: list[DisagreedPicture] = []
        self.warnings: list[str] = []
        self._values = values
        self._picture = picture

    def parts(self) -> dict[str, Callable[[], None]]:
        """Give the parts by their titles, in their order."""
        return {"By image": self._images, "By pair": self._pairs, "By generator": self._arms}

    def methods(self) -> str:
        """Say in words what was done."""
        return (
            f"Ratings ({self.rated.words}, higher for better) were set beside metrics of the very pictures. "
            f"Intervals draw raters and images (or generators) together, {self.answers.plan.resamples} times; the "
            "ceiling is the root of the raters' split-half reliability (Spearman-Brown). Metrics are turned so that "
            "more is better."
        )

    def _images(self) -> None:
        found: dict[str, tuple[RatingTable, np.ndarray]] = {}
        for name, own in self._by_metric("image").items():
            known = {one.subject: one.value for one in own if np.isfinite(one.value)}
            table = self._attempt(IMAGE, partial(table_by, self.rated, partial(_code, known)))
            if table is None or len(table.items) < FEWEST:
                continue
            sign = 1 if own[0].higher_is_better else -1
            metric = np.array([known[code] for code in table.items])
            found[name] = (table, sign * metric)
            self._extend(IMAGE, partial(self._correspond, table, metric, own[0], "image"))
            self._extend(IMAGE, partial(self._apart, table, sign * metric, own[0].title))
            self._extend(IMAGE, partial(self._krasula, table, sign * metric, own[0].title))
            self.curves.append(_scatter(own[0], metric, table, "image"))
        if found:
            self._of_images(found)

    def _of_images(self, found: Mapping[str, tuple[RatingTable, np.ndarray]]) -> None:
        table = next(iter(found.values()))[0]
        self._extend(CEILING, lambda: split_half(table, self._rng("ceiling")))
        self._extend(CEILING, lambda: [leave_one_out(table)])
        alike = {name: metric for name, (one, metric) in found.items() if one.items == table.items}
        order = sorted(alike, key=lambda name: (-abs(_rank(table, alike[name])), name))
        if len(order) > 1:
            names = (order[0], order[1])
            one, other = (alike[name] for name in names)
            self._extend(IMAGE, lambda: compare_metrics(table, one, other, names, "image", self._rng("two")))
        if order:
            self._gallery(order[0], table, alike[order[0]])

    def _pairs(self) -> None:
        rows = [row for row in self.rated.rows if len(row.codes) == 2]
        if not rows:
            return
        for own in self._by_metric("image").values():
            sign = 1 if own[0].higher_is_better else -1
            known = {one.subject: sign * one.value for one in own if np.isfinite(one.value)}
            both = [row for row in rows if set(row.codes) <= set(known)]
            if len({frozenset(row.codes) for row in both}) >= FEWEST:
                self._extend(PAIR, partial(self._agree, both, known, own[0].title))

    def _agree(self, rows: Sequence[Rating], known: Mapping[str, float], title: str) -> tuple[Estimate, ...]:
        pairs = ["|".join(sorted(row.codes)) for row in rows]
        second = [self.rated.number(row, row.codes.index(max(row.codes))) for row in rows]
        table = make_table(np.array([row.rater for row in rows]), np.array(pairs), np.array(second))
        ends = [item.split("|") for item in table.items]
        difference = np.array([known[b] - known[a] for a, b in ends])
        return pair_agreement(table, difference, title, self._rng(f"pairs {title}"), resamples=self._resamples)

    def _arms(self) -> None:
        for own in self._by_metric("arm").values():
            known = {one.subject: one.value for one in own if np.isfinite(one.value)}
            if len(known) < 2:
                continue
            table = self._attempt(ARM, partial(table_by, self.rated, partial(_letter, known)))
            if table is None or len(table.items) < 2:
                continue
            metric = np.array([known[letter] for letter in table.items])
            if len(table.items) < FEW_MODELS:
                self.warnings.append(few_models(len(table.items)))
            if len(table.items) >= FEWEST:
                self._extend(ARM, partial(self._correspond, table, metric, own[0], "model"))
            named = replace(table, items=tuple(self.answers.letters.get(one, one) for one in table.items))
            self.curves.append(_scatter(own[0], metric, named, "arm"))
        if len({one.subject for one in self._values if one.level == "arm"}) == 1:
            self.warnings.append(few_models(1))

    def _correspond(
        self, table: RatingTable, metric: np.ndarray, own: MetricValue, level: str
    ) -> tuple[Estimate, ...]:
        return correspond(
            table, metric, own.title, "image" if level == "image" else "model", self._rng(f"{level} {own.metric}"),
            higher_is_better=own.higher_is_better, resamples=self._resamples,
        )  # fmt: skip

    def _apart(self, table: RatingTable, metric: np.ndarray, title: str) -> list[Estimate]:
        trivial = np.array([_trivial(self._picture(code)) for code in table.items])
        return [correspond_apart(table, metric, trivial, title, "image", self._rng(f"apart {title}"), resamples=200)]

    def _krasula(self, table: RatingTable, metric: np.ndarray, title: str) -> Iterator[Estimate]:
        found = krasula(table, metric)
        words = f"{found.apart} of {found.pairs} pairs of images told apart by raters (paired t test)"
        for name, text, value in (
            ("krasula-different", "Area: different against similar", found.different),
            ("krasula-better", "Area: better against worse", found.better),
        ):
            if np.isfinite(value):
                row = Estimate(name, text, value, n=found.pairs, method=words, subject=title)
                yield replace(row, citation="Krasula et al. 2016")

    def _gallery(self, name: str, table: RatingTable, metric: np.ndarray) -> None:
        letters = {code: letter for row in self.rated.rows for code, letter in zip(row.codes, row.letters, strict=True)}
        marks = _marks(self.answers)
        for side in disagreements(table, metric, GALLERY):
            self.disagreements += [
                DisagreedPicture(
                    one.item, letters[one.item], name, one.metric_place, one.human_place, marks.get(one.item, ())
                )
                for one in side
            ]

    @property
    def _resamples(self) -> int:
        return self.answers.plan.resamples

    def _by_metric(self, level: Level) -> dict[str, list[MetricValue]]:
        found: dict[str, list[MetricValue]] = {}
        for one in self._values:
            if one.level == level:
                found.setdefault(one.metric, []).append(one)
        return found

    def _rng(self, part: str) -> np.random.Generator:
        return np.random.default_rng([self.answers.plan.seed, zlib.crc32(part.encode())])

    def _extend(self, heading: str, compute: Callable[[], Iterable[Estimate]]) -> None:
        try:
            self.estimates[heading] += compute()
        except SynthscopeError as error:
            self.warnings.append(f"{heading}: {error.sentence}")

    def _attempt(self, heading: str, compute: Callable[[], RatingTable]) -> RatingTable | None:
        try:
            return compute()
        except SynthscopeError as error:
            self.warnings.append(f"{heading}: {error.sentence}")
            return None


def _chosen(row: Rating, place: int) -> float:
    return 0.5 if row.value < 0 else float(row.value == place)


def _confidence(steps: int, row: Rating, _: int) -> float:
    return float(steps + 1 - row.value)


def _code(known: Mapping[str, float], row: Rating, place: int) -> str:
    code = row.codes[place]
    return code if code in known else ""


def _letter(known: Mapping[str, float], row: Rating, place: int) -> str:
    letter = row.letters[place]
    return letter if letter in known else ""


def _rank(table: RatingTable, metric: np.ndarray) -> float:
    means = table.means
    if np.ptp(metric) == 0 or np.ptp(means) == 0:
        return 0.0
    return float(np.corrcoef(np.argsort(np.argsort(metric)), np.argsort(np.argsort(means)))[0, 1])


def _trivial(picture: np.ndarray) -> tuple[float, float, float]:
    """Give mean, contrast and sharpness: what a rater may like without looking at structure."""
    grey = picture.astype(float).mean(axis=3)
    edges = np.diff(grey, axis=1)[:, :, :-1] ** 2 + np.diff(grey, axis=2)[:, :-1] ** 2
    return float(grey.mean()), float(grey.std()), float(np.log1p(edges.mean()))


def _scatter(own: MetricValue, metric: np.ndarray, table: RatingTable, level: Level) -> Curve:
    subject = ", ".join(table.items) if level == "arm" else ""
    return Curve(
        f"beside-{level}", f"Ratings beside {own.title}", tuple(map(float, metric)), tuple(map(float, table.means)),
        own.title, "Mean rating", subject,
    )  # fmt: skip


def _marks(answers: StudyAnswers) -> dict[str, tuple[Mark, ...]]:
    kinds = {question.id for question in answers.questions if question.kind == "marks"}
    found: dict[str, tuple[Mark, ...]] = {}
    for row in answers.ratings:
        if row.question in kinds:
            for place, code in enumerate(row.codes):
                found[code] = (*found.get(code, ()), *(mark for mark in row.value if mark.place == place))
    return found
