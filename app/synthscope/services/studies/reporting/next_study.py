"""How large a next study of one or two generators must be, from the variances that this one found."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from synthscope.records.study_ratings import Estimate
from synthscope.services.reporting.words import count
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.studies.discrimination.area_estimates import VARIANCES
from synthscope.studies.discrimination.mrmc import ArmVariances, Variances
from synthscope.studies.discrimination.sizing import (
    MOST_CASES,
    arm_pilot,
    arm_power,
    equivalence_power,
    least_cases,
    pilot_from,
    power,
)

AIM = 0.8
MARGIN, LEVEL = 0.05, 0.05
"""Of areas under the curve, and of the test, where the plan is not known."""
TIMES = (1.0, 1.5, 2.0, 3.0)
"""As many raters as there were, and more."""
BOUNDLESS = 10**7
"""Cases that stand for any number of them."""
PARTS = tuple(f"variance-{name.replace('_', '-')}" for name in VARIANCES)
PowerOf = Callable[[int, int], float]
"""From numbers of raters and cases."""


def next_study(report: StudyReport) -> str:
    """Say how many raters and cases would tell generators whose areas differ by the margin of the plan.

    Where there is one generator: how many would tell that its area is not chance, and how many that it is within the
    margin of chance. Hillis, Obuchowski & Berbaum 2011, Academic Radiology 18:129, with raters and cases at random.

    Returns
    -------
    str
        Empty where the study has no components of variance: it takes steps of confidence, and an opened key.
    """
    rows = [row for own in report.analysis.estimates.values() for row in own]
    raters, found = _raters(rows), _components(rows)
    if raters < 2 or not found:
        return ""
    cases = next(row.n for row in rows if row.name == "variance-case")
    margin, level = (report.plan.margin, report.plan.alpha) if report.plan else (MARGIN, LEVEL)
    questions = _of_two(found, cases, margin, level) if len(found) > 3 else _of_one(found, cases, margin, level)
    told = [_sizes(words, power_of, raters) for words, power_of in questions]
    if not told:
        return ""
    here = f"With the variances found here ({count(raters, 'rater')}, {cases} cases of all sets together), "
    power = f"a power of {AIM * 100:g} % "
    return (
        here + " ".join((power if place == 0 else power.capitalize()) + one for place, one in enumerate(told))
        + " Sets are taken in the same proportion (Hillis, Obuchowski & Berbaum 2011). Variances of few raters are "
        "uncertain themselves: take this as a rough guide."
    )  # fmt: skip


def _of_two(found: Mapping[str, float], cases: int, margin: float, level: float) -> Iterator[tuple[str, PowerOf]]:
    pilot = pilot_from(Variances(**found), cases)
    c = pilot.components
    if c.variance - c.cov1 - max(c.cov2 - c.cov3, 0.0) <= 0:
        return
    words = f"to tell two generators whose areas differ by {margin:g} would take"
    yield words, lambda raters, many: power(pilot, margin, raters, many, alpha=level)


def _of_one(found: Mapping[str, float], cases: int, margin: float, level: float) -> Iterator[tuple[str, PowerOf]]:
    pilot = arm_pilot(ArmVariances(**found), cases)
    if pilot.variance <= pilot.shared:
        return
    yield (
        f"to find that an area of {0.5 + margin:g} is not chance would take",
        lambda raters, many: arm_power(pilot, margin, raters, many, alpha=level),
    )
    yield (
        f"to show that an area of 0.5 is within {margin:g} of chance would take",
        lambda raters, many: equivalence_power(pilot, margin, raters, many, alpha=level),
    )


def _sizes(words: str, power_of: PowerOf, raters: int) -> str:
    """Tell how many cases do for numbers of raters."""
    sizes = {
        many: least_cases(partial(power_of, many), AIM)
        for many in dict.fromkeys(math.ceil(raters * times) for times in TIMES)
    }
    enough = [f"{count(many, 'rater')} and {cases} cases" for many, cases in sizes.items() if cases is not None]
    lacking = [many for many, cases in sizes.items() if cases is None]
    beyond = [many for many in lacking if power_of(many, BOUNDLESS) >= AIM]
    never = [many for many in lacking if many not in beyond]
    nothing = f"more than {MOST_CASES} cases, or " * bool(beyond) + "more than three times as many raters"
    told = f"{words} {', or '.join(enough) if enough else nothing}."
    if beyond:
        told += f" With {', '.join(map(str, beyond))} raters more than {MOST_CASES} cases would be needed."
    if never:
        who = ", ".join(map(str, never))
        told += f" With {who} raters no number of cases is enough: they differ too much among each other."
    return told


def _raters(rows: Sequence[Estimate]) -> int:
    arms = sum(row.name == "auc-equivalence" for row in rows)
    return sum(row.name == "reader-auc" for row in rows) // arms if arms else 0


def _components(rows: Sequence[Estimate]) -> dict[str, float]:
    """Read the components of variance of two generators or more, or of one; none where one is not known."""
    own = {row.name.removeprefix("variance-").replace("-", "_"): row.value for row in rows if row.name in PARTS}
    return own if all(map(math.isfinite, own.values())) else {}
