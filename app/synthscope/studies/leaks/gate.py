"""The gate before freezing: which features tell arms apart, and whether that blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synthscope.records.events import Job, Progress
from synthscope.records.leaks import LeakGroup, LeakReport, Severity, SourceFacts
from synthscope.studies.leaks.classifying import LEAST_CASES, Scorer, Sides, logistic, trees
from synthscope.studies.leaks.family import LeakTest, corrected, enough_draws, too_few_cases
from synthscope.studies.leaks.features import Features, flattened, picture_features
from synthscope.studies.leaks.sources import source_features

SOFT: tuple[LeakGroup, ...] = ("histogram", "border", "spectrum", "blocks", "noise", "slices")
HARD: tuple[LeakGroup, ...] = ("picture", "voxel size")
LEVELLED: tuple[LeakGroup, ...] = ("source grey", "source size", "source file")


@dataclass(frozen=True)
class GateItem:
    """One picture, and what its source tells.

    Parameters
    ----------
    picture : callable
        Gives (Z, Y, X, C) of uint8.
    source : SourceFacts, optional
    """

    arm: str
    case: str
    is_real: bool
    picture: Callable[[], np.ndarray]
    source: SourceFacts | None = None


@dataclass(frozen=True)
class GateSettings:
    """How the gate looks.

    Parameters
    ----------
    permutations : int
        At least; more are drawn where so many tests are made that none of them could otherwise reach its share of
        the level.
    level : float
        Chance of any false alarm, over all tests of all comparisons.
    magnification : float
        Pixels of a picture for a pixel of its source.
    rendered : bool
        Whether all pictures were made by one rule, so that sizes, files and grey steps of the sources are
        levelled. Without, they block.
    """

    permutations: int = 500
    level: float = 0.05
    seed: int = 0
    magnification: float = 1.0
    rendered: bool = True


@dataclass(frozen=True)
class _Measured:
    item: GateItem
    features: Features


def gate_job(items: Sequence[GateItem], settings: GateSettings | None = None) -> Job[LeakReport]:
    """Look for leaks between real images and those of each generator; without real ones, between each arm and the rest.

    Yields
    ------
    Progress

    Returns
    -------
    LeakReport
        Hard findings: shape of pictures, voxel size (and, unless pictures are rendered, everything about sources).
        Soft: each group of features by itself, and all together by two classifiers. Which of all these are found is
        said by Holm's method over all comparisons.
    """
    settings = settings or GateSettings()
    measured = []
    for number, item in enumerate(items):
        yield Progress(number, len(items), "Leaks: pictures are measured")
        features = picture_features(item.picture(), settings.magnification)
        if item.source is not None:
            features |= source_features(item.source)
        measured.append(_Measured(item, features))
    planned: list[LeakTest] = []
    notes = _of_unknown_scale(measured)
    for names in _comparisons(items):
        own, said = _planned(measured, names, settings)
        planned += own
        notes += said
    draws = enough_draws(planned, settings.permutations, settings.level)
    notes += too_few_cases(planned, settings.level)
    findings = []
    for number, one in enumerate(planned):
        yield Progress(number, len(planned), f"Leaks: {one.names[0]} against {one.names[1]}")
        findings.append(one.finding(draws))
    found = corrected(planned, findings, settings.level)
    return LeakReport(found, settings.level, draws, settings.seed, notes=tuple(notes))


def _of_unknown_scale(measured: Sequence[_Measured]) -> list[str]:
    """Say once which arms have images whose voxel size no source tells."""
    arms = sorted({one.item.arm for one in measured if "voxel size" not in one.features})
    if not arms or all(one.item.source is None for one in measured):
        return []
    whose = f"The voxel size of some images of {', '.join(arms)} is not known"
    return [f"{whose}: that all are shown at one magnification must be known from elsewhere."]


def _comparisons(items: Sequence[GateItem]) -> Iterator[tuple[str, str]]:
    """Give the sides to compare: an arm of each kind, or an arm and all others (``others``)."""
    real = sorted({item.arm for item in items if item.is_real})
    synthetic = sorted({item.arm for item in items if not item.is_real})
    if real and synthetic:
        yield from ((REAL, arm) for arm in synthetic)
    elif len(real + synthetic) == 2:
        yield (real + synthetic)[0], (real + synthetic)[1]
    elif len(real + synthetic) > 2:
        yield from ((OTHERS, arm) for arm in real + synthetic)


REAL, OTHERS = "all real", "all others"


def _side(item: GateItem, names: tuple[str, str]) -> int:
    """Give 1 for the second side, 0 for the first, -1 for neither."""
    if item.arm == names[1]:
        return 1
    return 0 if item.arm == names[0] or (names[0] == REAL and item.is_real) or names[0] == OTHERS else -1


def _planned(
    measured: Sequence[_Measured], names: tuple[str, str], settings: GateSettings
) -> tuple[list[LeakTest], list[str]]:
    """Give the tests of two sides, and what has to be said of them."""
    labelled = [(one, _side(one.item, names)) for one in measured if _side(one.item, names) >= 0]
    labels = np.array([label for _, label in labelled])
    rows = [one for one, _ in labelled]
    cases, notes = _cases(rows, labels, names)
    if min((labels == 0).sum(), (labels == 1).sum()) < LEAST_CASES:
        return [], [f"{names[0]} and {names[1]} could not be compared: each needs at least {LEAST_CASES} images."]
    test = _Test(rows, labels, cases, names, settings)
    hard = [test.planned(group, (group,), logistic) for group in (*HARD, *LEVELLED) if test.has(group)]
    soft_groups = tuple(group for group in SOFT if test.has(group))
    soft = [test.planned(group, (group,), logistic) for group in soft_groups]
    soft += [test.planned("together", soft_groups, logistic), test.planned("together, trees", soft_groups, trees)]
    return [*hard, *soft], notes


def _cases(rows: Sequence[_Measured], labels: np.ndarray, names: tuple[str, str]) -> tuple[np.ndarray, list[str]]:
    """Give each row its case; where a side has too few for folds, each image is one, and a note says so."""
    known = [one.item.case or f"image {i}" for i, one in enumerate(rows)]
    cases = np.unique(known, return_inverse=True)[1]
    if Sides(np.empty((len(rows), 0)), labels, cases).least_cases() >= LEAST_CASES:
        return cases, []
    note = (
        f"{names[0]} or {names[1]} has fewer than {LEAST_CASES} cases: what is found between them may be the specimen "
        "itself; name finer cases."
    )
    return np.arange(len(rows)), [note]


@dataclass(frozen=True, eq=False)
class _Test:
    """Two sides that are compared by one group of features after the other."""

    rows: Sequence[_Measured]
    labels: np.ndarray
    cases: np.ndarray
    names: tuple[str, str]
    settings: GateSettings

    def has(self, group: LeakGroup) -> bool:
        """Whether every picture has such features."""
        return all(group in one.features for one in self.rows)

    def planned(self, group: LeakGroup, groups: Sequence[LeakGroup], scorer: Scorer) -> LeakTest:
        """Lay out some groups of features for a test."""
        tables = [flattened({one: row.features[one] for one in groups}) for row in self.rows]
        columns = sorted({name for table in tables for name in table})
        features = np.array([[table.get(name, 0.0) for name in columns] for table in tables])
        seed = (self.settings.seed, len(columns), len(groups))
        sides = Sides(features, self.labels, self.cases)
        return LeakTest(group, self._severity(group), self.names, sides, tuple(columns), scorer, seed)

    def _severity(self, group: LeakGroup) -> Severity:
        if group in LEVELLED:
            return "levelled" if self.settings.rendered else "hard"
        return "hard" if group in HARD else "soft"
