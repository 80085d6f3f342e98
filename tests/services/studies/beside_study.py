"""Small studies whose pictures have a known quality, for tests of ratings beside metrics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from synthscope.records.study import AnalysisPlan, Paradigm, Question
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_beside import MetricValue
from synthscope.records.study_events import Mark
from synthscope.records.study_key import StimulusKey
from synthscope.records.study_ratings import Rating
from synthscope.studies.design.paradigms import CONFIDENCE, QUALITY

REAL = "R"
SCALE = Question("overall", "scale", "How good is it?", QUALITY)
CHOICE = Question("choice", "choice", "Which is better?", tie=True)
REALNESS = Question("real", "confidence", "Is it real?", CONFIDENCE)
MARKS = Question("marks", "marks", "Mark what looks wrong.", reasons=("blur",), required=False)


def stimuli_of(
    generators: int = 2, images: int = 15, real: int = 12, *, shared: bool = False
) -> tuple[StimulusKey, ...]:
    """Give pictures of a real arm R and generators A, B, ...; shared cases are those of references."""
    arms = [(REAL, real), *(("ABCDEFGHIJKLMNOPQ"[g], images) for g in range(generators))]
    return tuple(
        StimulusKey(
            f"{letter.lower()}{i:03d}", f"{letter}-{i}", f"arm {letter}", letter,
            f"case {i}" if shared else f"{letter} {i}", letter == REAL,
        )
        for letter, count in arms
        for i in range(count)
    )  # fmt: skip


def qualities(stimuli: tuple[StimulusKey, ...], seed: int = 0, apart: float = 1.0) -> dict[str, float]:
    """Give every picture a quality: generators get better by the letter, real pictures are best."""
    rng = np.random.default_rng(seed)
    of_arm = {letter: apart * i for i, letter in enumerate(sorted({one.letter for one in stimuli} - {REAL}))}
    of_arm[REAL] = apart * len(of_arm)
    return {one.code: of_arm[one.letter] + float(rng.normal()) for one in stimuli}


def rated(
    stimuli: tuple[StimulusKey, ...], quality: Mapping[str, float], question: Question = SCALE,
    paradigm: Paradigm = "rating", *, raters: int = 8, noise: float = 0.7, seed: int = 1, real: bool = True,
    **plan: Any,
) -> StudyAnswers:  # fmt: skip
    """Let raters see every picture once and answer by its quality."""
    rng = np.random.default_rng(seed)
    shown = [one for one in stimuli if real or not one.is_real]
    middle, spread = np.mean([quality[s.code] for s in shown]), np.std([quality[s.code] for s in shown])
    rows = []
    for rater in range(raters):
        lean = rng.normal(0, 0.3)
        for n, one in enumerate(shown):
            seen = (quality[one.code] - middle) / spread + lean + rng.normal(0, noise)
            rows.append(_row(rater, n, question, (one,), _answer(question, seen, rng)))
    return made(rows, question, paradigm, **plan)


def chosen(
    stimuli: tuple[StimulusKey, ...], quality: Mapping[str, float], *, raters: int = 8, trials: int = 60, seed: int = 2,
    noise: float = 0.7, **plan: Any,
) -> StudyAnswers:  # fmt: skip
    """Let every rater choose in the same pairs of pictures of two arms."""
    rng = np.random.default_rng(seed)
    arms = sorted({one.letter for one in stimuli} - {REAL})
    own = {letter: [one for one in stimuli if one.letter == letter] for letter in arms}
    pairs = []
    for _ in range(trials):
        two = rng.permutation(arms)[:2]
        pairs.append(tuple(own[letter][int(rng.integers(len(own[letter])))] for letter in two))
    rows = []
    for rater in range(raters):
        for n, pair in enumerate(pairs):
            away = quality[pair[1].code] - quality[pair[0].code] + rng.normal(0, noise)
            rows.append(_row(rater, n, CHOICE, pair, -1 if abs(away) < 0.1 else int(away > 0)))
    return made(rows, CHOICE, "pairs", **plan)


def made(rows: list[Rating], question: Question, paradigm: Paradigm, *more: Question, **plan: Any) -> StudyAnswers:
    letters = sorted({letter for row in rows for letter in row.letters})
    analysis = AnalysisPlan(**{"resamples": 300, **plan})
    return StudyAnswers(
        "study-1", "A study", paradigm, (question, *more), len(rows[0].codes), analysis, "S", tuple(rows),
        blind=False, letters={letter: f"arm {letter}" for letter in letters}, real=(REAL,),
    )  # fmt: skip


def values_of(
    quality: Mapping[str, float], sd: float, metric: str = "near", seed: int = 3, *, higher: bool = True
) -> tuple[MetricValue, ...]:
    """Give a metric of images: the quality with noise, turned round where lower is better."""
    rng = np.random.default_rng(seed)
    sign = 1 if higher else -1
    return tuple(
        MetricValue(metric, metric, "image", code, sign * (q + float(rng.normal(0, sd))), higher_is_better=higher)
        for code, q in sorted(quality.items())
    )


def pictures_of(stimuli: tuple[StimulusKey, ...], side: int = 32, seed: int = 4) -> dict[str, np.ndarray]:
    """Give every picture white noise of a contrast that says nothing: uint8 (1, Y, X, 1)."""
    rng = np.random.default_rng(seed)
    return {
        one.code: np.clip(rng.normal(128, rng.uniform(25, 35), (1, side, side, 1)), 0, 255).astype(np.uint8)
        for one in stimuli
    }


def assert_alike(one: Any, other: Any) -> None:
    """Numbers may differ in their last digits, which depend on where sums lie in memory."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name, value in one.items():
            assert_alike(value, other[name])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for value, peer in zip(one, other, strict=True):
            assert_alike(value, peer)
    else:
        assert other == (pytest.approx(one, rel=1e-5, abs=1e-8, nan_ok=True) if isinstance(one, float) else one)


def marked(stimuli: tuple[StimulusKey, ...], at: tuple[float, float], raters: int = 4) -> list[Rating]:
    """Let raters mark one point of every generated picture."""
    return [
        _row(rater, n, MARKS, (one,), (Mark("point", (at,), reason="blur"),))
        for rater in range(raters)
        for n, one in enumerate(one for one in stimuli if not one.is_real)
    ]


def _answer(question: Question, seen: float, rng: np.random.Generator) -> int:
    if question.kind == "scale":
        return int(np.digitize(seen, [-1.2, -0.4, 0.4, 1.2])) + 1
    return 1 + int(np.digitize(-seen + rng.normal(0, 0.1), [-1.2, -0.5, 0.0, 0.5, 1.2]))


def _row(rater: int, n: int, question: Question, shown: tuple[StimulusKey, ...], value: Any) -> Rating:
    return Rating(
        f"rater-{rater:02d}", f"t{rater}-{n}", n, 1, "test", question.id, tuple(one.code for one in shown),
        tuple(one.letter for one in shown), tuple(one.case for one in shown), value, rt_ms=2000.0,
        truth=tuple(one.is_real for one in shown),
    )  # fmt: skip
