"""What tells arms apart although it is no part of the question: findings of the leak gate, and decisions on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from synthscope.errors import InputError
from synthscope.records.documents import Figure

LEAK_FORMAT = "synthscope/study-leaks"
VERSION = 1

Severity = Literal["hard", "soft", "levelled"]
"""Hard: blocks. Soft: somebody decides. Levelled: sources differ, and rendering has taken care of it."""
Choice = Literal["harmonised", "part of the question"]
LeakGroup = Literal[
    "picture", "voxel size", "source grey", "source size", "source file",
    "histogram", "border", "spectrum", "blocks", "noise", "slices", "together", "together, trees",
]  # fmt: skip
LEAK_TITLES: Mapping[LeakGroup, str] = {
    "picture": "Shape and length of the pictures",
    "voxel size": "Voxel size of the sources",
    "source grey": "Data type and grey steps of the sources",
    "source size": "Size of the sources",
    "source file": "Files of the sources",
    "histogram": "Grey values",
    "border": "Borders and corners",
    "spectrum": "Fine detail (power spectrum)",
    "blocks": "Blocks of compression",
    "noise": "Noise",
    "slices": "Steps between slices",
    "together": "All of these together, weighed",
    "together, trees": "All of these together, by decision trees",
}


@dataclass(frozen=True)
class SourceFacts:
    """What a source file tells before it is looked at.

    Parameters
    ----------
    shape : tuple of int
        (Z, Y, X, C).
    voxel_size : tuple of float
        (z, y, x), all images in one unit; 0 where it is not known.
    bytes : int
        Of the file; 0 where there is none.
    suffix : str
        Of its name, in small letters.
    """

    dtype: str
    shape: tuple[int, int, int, int]
    voxel_size: tuple[float, float, float] = (1.0, 1.0, 1.0)
    bytes: int = 0
    suffix: str = ""


@dataclass(frozen=True)
class LeakFinding:
    """How well one group of features tells two sides apart.

    Parameters
    ----------
    id : str
        ``group: one | other``; decisions name it.
    auc : float
        Area under the ROC curve of a classifier that has not seen the cases it judges; 0.5 is chance.
    p_value : float
        By permutation of labels among cases; one-sided.
    found : bool
        Whether this is more than chance, by Holm's method over all tests of all sides that may stop the study (over
        all levelled ones, if it is levelled); also where one value is that of all images of a side, another that of
        all of the other, and the finding is not soft.
    features : mapping
        From the features that tell most by themselves to their own area, furthest from 0.5 first.
    """

    id: str
    group: LeakGroup
    severity: Severity
    sides: tuple[str, str]
    auc: Figure
    p_value: Figure
    n: tuple[int, int]
    found: bool
    features: Mapping[str, float]


@dataclass(frozen=True)
class LeakDecision:
    """What the designer decided on a soft finding.

    Parameters
    ----------
    finding : str
        Its id.
    reason : str
        Never empty; it is registered and reported.
    """

    finding: str
    choice: Choice
    reason: str
    by: str = ""


@dataclass(frozen=True)
class LeakReport:
    """What the gate found, and what was decided.

    Parameters
    ----------
    level : float
        Of the tests.
    notes : tuple of str
        What could not be tested, and why.
    subject : str
        Hash of what was looked at.
    """

    findings: tuple[LeakFinding, ...]
    level: float
    permutations: int
    seed: int
    decisions: tuple[LeakDecision, ...] = ()
    notes: tuple[str, ...] = ()
    subject: str = ""
    format: str = LEAK_FORMAT
    version: int = VERSION

    @property
    def blocking(self) -> tuple[LeakFinding, ...]:
        """Give hard leaks: they are repaired, never decided."""
        return tuple(one for one in self.findings if one.found and one.severity == "hard")

    @property
    def undecided(self) -> tuple[LeakFinding, ...]:
        """Give soft leaks that nobody has decided on."""
        decided = {one.finding for one in self.decisions}
        return tuple(one for one in self.findings if one.found and one.severity == "soft" and one.id not in decided)

    @property
    def passes(self) -> bool:
        """Whether the study may go on: nothing hard, nothing undecided."""
        return not self.blocking and not self.undecided

    def decided(self, decision: LeakDecision) -> LeakReport:
        """Give the report with one more decision.

        Raises
        ------
        InputError
            If there is no such soft leak, or no reason is given.
        """
        if decision.finding not in {one.id for one in self.undecided}:
            raise InputError(
                f"There is no open soft leak {decision.finding!r} to decide on; hard leaks are repaired, not decided."
            )
        if not decision.reason.strip():
            raise InputError(f"The decision on {decision.finding!r} has no reason; give one, it will be reported.")
        return replace(self, decisions=(*self.decisions, decision))
