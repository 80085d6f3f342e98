"""Utility: what a small segmenter learns from real, from synthetic and from both, tested on held-out real."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.pixel_features import pixel_features
from synthscope.records.events import Job, Progress
from synthscope.records.metric import Frame
from synthscope.records.trust import ARMS, Arm, Dice, UtilityFindings

SEGMENTER = (
    "Extremely randomised trees (Geurts et al. 2006; 50 trees, leaves of 5 pixels or more) on smoothed values, "
    "gradients and Hessian eigenvalues at 0.7, 1.5, 3 and 6 pixels"
)
TOLD = "label maps"
PROXY = (
    "a proxy: the phases of the clean image by the threshold frozen on the real set (first channel), to be told from "
    "the image with added noise of 20 % of its limits"
)
NOISE = 0.2
TREES, LEAF = 50, 5
SEEDS = (0, 1, 2, 3, 4)
PIXELS = 10_000
RESAMPLES = 2000
TESTED = 50_000
"""Pixels of each specimen that Dice is taken over, at most."""


class Readable(Protocol):
    """Fields (Z, Y, X, C), one after the other: an array (N, Z, Y, X, C), or what reads them one by one."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[np.ndarray]: ...


@dataclass(frozen=True, eq=False)
class Lessons:
    """Fields to learn from or to be tested on.

    Parameters
    ----------
    fields : ndarray (N, Z, Y, X, C), or anything that gives them one by one
    labels : ndarray of int (N, Z, Y, X), optional, or anything that gives them one by one
        Classes (not instances), 0 is background; without them the proxy is used.
    specimens : tuple of str
        Of each field; or none, and then each field is a specimen of its own.
    """

    fields: Readable
    labels: np.ndarray | Sequence[np.ndarray] | None = None
    specimens: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Pixels:
    """Features (N, D) and classes (N,), with the specimen of each."""

    features: np.ndarray
    classes: np.ndarray
    specimens: np.ndarray


def utility_job(
    real: Lessons, synthetic: Sequence[Lessons], test: Lessons, frame: Frame, *, seeds: Sequence[int] = SEEDS,
    pixels: int = PIXELS, resamples: int = RESAMPLES,
) -> Job[tuple[UtilityFindings, ...]]:  # fmt: skip
    """Train one segmenter for each seed on real, on every synthetic set and on both; take Dice on held-out real.

    Every seed draws its own training pixels and grows its own trees. ``real`` and ``synthetic`` learn from as many
    pixels; ``both`` from all of those. Dice is the mean over classes other than background that a specimen shows
    or is said to show. The interval resamples seeds and specimens (Owen 2007), so that one specimen gives an
    interval of seeds alone.

    Parameters
    ----------
    real, synthetic, test : Lessons
        All with label maps or all without; `test` must be of other specimens than `real`.
    pixels : int
        Training pixels of each source.

    Returns
    -------
    tuple of UtilityFindings
        One for each synthetic set; what was learned from real is the same in all.

    Raises
    ------
    InputError
        If label maps are there for some only, or a specimen is in both training and test.
    """
    for one in synthetic:
        _check(real, one, test)
    lessons = [_Step("real", real, 0), _Step("test", test, 2), *(_Step("synthetic", one, 1) for one in synthetic)]
    steps = len(lessons) + len(seeds) * (1 + 2 * len(synthetic))
    ready: list[_Pixels] = []
    for step in lessons:
        yield Progress(len(ready), steps, "Looking at pixels")
        of = step.lessons
        most = _test_shares(of) if step.name == "test" else _even_shares(of, pixels * len(seeds))
        ready.append(_seen(of, frame, most, step.stream))
    learned, held_out, made = ready[0], ready[1], ready[2:]
    names = tuple(dict.fromkeys(str(s) for s in held_out.specimens))
    runs = np.zeros((len(made), len(ARMS), len(seeds), len(names)))
    done = len(lessons)
    for j, seed in enumerate(seeds):
        drawn = {"real": _drawn(learned, pixels, seed)}
        yield Progress(done, steps, f"Learning from real, seed {seed}")
        runs[:, ARMS.index("real"), j] = _tested(drawn["real"], held_out, names, seed)
        done += 1
        for k, of_set in enumerate(made):
            drawn["synthetic"] = _drawn(of_set, pixels, seed)
            for arm in (arm for arm in ARMS if arm != "real"):
                yield Progress(done, steps, f"Learning from {arm}, seed {seed}")
                runs[k, ARMS.index(arm), j] = _tested(_lesson(drawn, arm), held_out, names, seed)
                done += 1
    yield Progress(steps, steps, "Learning")
    labels = TOLD if test.labels is not None else PROXY
    return tuple(findings_of(of_set, labels, tuple(seeds), names, pixels, resamples) for of_set in runs)


@dataclass(frozen=True)
class _Step:
    """Fields whose pixels are looked at, and the stream of random numbers that these are drawn by."""

    name: str
    lessons: Lessons
    stream: int


def dice(truth: np.ndarray, found: np.ndarray) -> float:
    """Give the mean Dice coefficient over classes other than 0 that either shows; 1 where neither shows any."""
    classes = np.setdiff1d(np.union1d(truth, found), [0])
    values = [2 * np.sum((truth == c) & (found == c)) / (np.sum(truth == c) + np.sum(found == c)) for c in classes]
    return float(np.mean(values)) if values else 1.0


def _specimens(lessons: Lessons) -> tuple[str, ...]:
    return lessons.specimens or tuple(f"field {i}" for i in range(len(lessons.fields)))


def _even_shares(lessons: Lessons, pixels: int) -> list[int]:
    return [-(-pixels // len(lessons.fields))] * len(lessons.fields)


def _test_shares(lessons: Lessons) -> list[int]:
    """As many pixels of each specimen, however many fields it has."""
    names = _specimens(lessons)
    return [max(TESTED // names.count(name), 1) for name in names]


def _seen(lessons: Lessons, frame: Frame, shares: list[int], number: int) -> _Pixels:
    """Give pixels with their features, as many of each field as its share says; `number` seeds draws and noise."""
    rng = np.random.default_rng([number, 2007])
    features, classes, owners = [], [], []
    for i, (field, name) in enumerate(zip(lessons.fields, _specimens(lessons), strict=True)):
        scaled = frame.scaled(field)
        if lessons.labels is None:
            truth = frame.phases(field)[..., 0].astype(int)
            scaled = scaled + NOISE * rng.standard_normal(scaled.shape)
        else:
            truth = np.asarray(lessons.labels[i])
        chosen = rng.choice(truth.size, min(shares[i], truth.size), replace=False)
        seen = pixel_features(scaled)
        features.append(seen.reshape(-1, seen.shape[-1])[chosen])
        classes.append(truth.ravel()[chosen])
        owners.append(np.full(len(chosen), name, object))
    return _Pixels(np.concatenate(features), np.concatenate(classes), np.concatenate(owners))


def _drawn(source: _Pixels, pixels: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng([seed, 2006])
    chosen = rng.choice(len(source.classes), min(pixels, len(source.classes)), replace=False)
    return source.features[chosen], source.classes[chosen]


def _lesson(drawn: dict[str, tuple[np.ndarray, np.ndarray]], arm: Arm) -> tuple[np.ndarray, np.ndarray]:
    if arm != "both":
        return drawn[arm]
    features, classes = zip(drawn["real"], drawn["synthetic"], strict=True)
    return np.concatenate(features), np.concatenate(classes)


def _tested(lesson: tuple[np.ndarray, np.ndarray], test: _Pixels, names: tuple[str, ...], seed: int) -> list[float]:
    """Learn, and give the Dice of each specimen."""
    from sklearn.ensemble import ExtraTreesClassifier

    segmenter = ExtraTreesClassifier(TREES, min_samples_leaf=LEAF, random_state=seed, n_jobs=1).fit(*lesson)
    found = segmenter.predict(test.features)
    return [dice(test.classes[test.specimens == name], found[test.specimens == name]) for name in names]


def findings_of(
    runs: np.ndarray, labels: str, seeds: tuple[int, ...], names: tuple[str, ...], pixels: int, resamples: int
) -> UtilityFindings:
    """Sum up the Dice of every arm, seed and held-out specimen, (3, seeds, specimens)."""
    real = runs[ARMS.index("real")]
    gains: tuple[Arm, ...] = ("synthetic", "both")
    return UtilityFindings(
        segmenter=SEGMENTER,
        labels=labels,
        seeds=seeds,
        specimens=names,
        dice=tuple((arm, _interval(runs[i], resamples)) for i, arm in enumerate(ARMS)),
        gain=tuple((arm, _interval(runs[ARMS.index(arm)] - real, resamples)) for arm in gains),
        runs=tuple(tuple(tuple(float(v) for v in row) for row in arm) for arm in runs),
        pixels=pixels,
    )


def _interval(values: np.ndarray, resamples: int) -> Dice:
    """Mean and 95 % percentile interval of values (seeds, specimens), both resampled."""
    rng = np.random.default_rng(20261126)
    rows = rng.multinomial(len(values), np.full(len(values), 1 / len(values)), resamples) / len(values)
    columns = rng.multinomial(values.shape[1], np.full(values.shape[1], 1 / values.shape[1]), resamples)
    means = np.einsum("ri,ij,rj->r", rows, values, columns / values.shape[1])
    low, high = np.percentile(means, [2.5, 97.5])
    return Dice(float(values.mean()), float(low), float(high))


def _check(real: Lessons, synthetic: Lessons, test: Lessons) -> None:
    told = [lessons.labels is not None for lessons in (real, synthetic, test)]
    if any(told) and not all(told):
        raise InputError(
            "Label maps are there for some of real, synthetic and held-out fields only; give them for all, or for none."
        )
    shared = set(real.specimens) & set(test.specimens)
    if shared:
        raise InputError(
            f"Specimen {min(shared)!r} is in both training and test; hold it out of one of them: "
            "slices of one stack are alike."
        )
    for name, lessons in (("real", real), ("synthetic", synthetic), ("held-out", test)):
        if not len(lessons.fields) or (lessons.specimens and len(lessons.specimens) != len(lessons.fields)):
            raise InputError(
                f"{len(lessons.fields)} {name} fields with {len(lessons.specimens)} specimens teach nothing; "
                "give fields, and a specimen for each or none."
            )
