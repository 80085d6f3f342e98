"""How large a next study must be to tell two generators apart, from the variances that this one found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from synthscope.records.study_ratings import Estimate
from synthscope.services.reporting.words import count
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.studies.discrimination.mrmc import Variances
from synthscope.studies.discrimination.sizing import Pilot, cases_needed, pilot_from

AIM = 0.8
MARGIN, LEVEL = 0.05, 0.05
"""Of areas under the curve, and of the test, where the plan is not known."""
TIMES = (1.0, 1.5, 2.0, 3.0)
"""As many raters as there were, and more."""
_PARTS: Mapping[str, str] = {
    "variance-reader": "reader", "variance-reader-arm": "reader_arm", "variance-case": "case",
    "variance-case-arm": "case_arm", "variance-case-reader": "case_reader", "variance-error": "error",
}  # fmt: skip


def next_study(report: StudyReport) -> str:
    """Say how many raters and cases would tell generators whose areas differ by the margin of the plan.

    Hillis, Obuchowski & Berbaum 2011, Academic Radiology 18:129, with raters and cases at random.

    Returns
    -------
    str
        Empty where the study has no components of variance: it takes two generators that were held against the same
        real images, and an opened key.
    """
    rows = [row for own in report.analysis.estimates.values() for row in own]
    raters, pilot = _raters(rows), _pilot(rows)
    if raters < 2 or pilot is None:
        return ""
    margin, level = (report.plan.margin, report.plan.alpha) if report.plan else (MARGIN, LEVEL)
    sizes = {
        many: cases_needed(pilot, margin, many, alpha=level, aim=AIM)
        for many in dict.fromkeys(math.ceil(raters * times) for times in TIMES)
    }
    enough = [f"{count(many, 'rater')} and {cases} cases" for many, cases in sizes.items() if cases is not None]
    never = [str(many) for many, cases in sizes.items() if cases is None]
    take = ", or ".join(enough) if enough else "more than three times as many raters"
    words = (
        f"With the variances found here ({count(raters, 'rater')}, {pilot.cases} cases of all sets together), a power "
        f"of {AIM * 100:g} % to tell two generators whose areas differ by {margin:g} would take {take} (Hillis, "
        "Obuchowski & Berbaum 2011; sets in the same proportion). "
    )
    if never:
        words += (
            f"With {', '.join(never)} raters no number of cases is enough: they differ too much among each other in "
            "what they make of the generators. "
        )
    return words + "Variances of few raters are uncertain themselves: take this as a rough guide."


def _raters(rows: Sequence[Estimate]) -> int:
    arms = sum(row.name == "auc-equivalence" for row in rows)
    return sum(row.name == "reader-auc" for row in rows) // arms if arms else 0


def _pilot(rows: Sequence[Estimate]) -> Pilot | None:
    own = {_PARTS[row.name]: row for row in rows if row.name in _PARTS}
    if len(own) < len(_PARTS) or not all(math.isfinite(row.value) for row in own.values()):
        return None
    pilot = pilot_from(Variances(**{name: row.value for name, row in own.items()}), own["case"].n)
    c = pilot.components
    return pilot if c.variance - c.cov1 - max(c.cov2 - c.cov3, 0.0) > 0 else None
