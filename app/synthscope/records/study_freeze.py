"""What was fixed before the first answer, and what was decided on the way from it to a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from synthscope.records.study import Grade

FREEZE_FORMAT = "synthscope/study-freeze"
SCREENING_FORMAT = "synthscope/study-screening"
VERSION = 1


@dataclass(frozen=True)
class Frozen:
    """Hashes (SHA-256, hex) of everything that may not change any more.

    Parameters
    ----------
    study : str
        Opaque name of the study; packs and answers carry it.
    design, schedule, plan, leaks : str
        Of the design, of all slots, of the analysis plan with the questions, of the leak report with its decisions.
    pictures : str
        Of the pictures, in the order of their codes.
    key_commitment : str
        Of the key and a nonce: it can be checked once the key is opened, and says nothing before.
    holders : tuple of str
        Names of those among whom the key is shared; `signatures` of them open it.
    at : str
        UTC, ISO 8601.
    packs : mapping
        From a slot to the SHA-256 of its rater pack. Empty where an earlier version wrote one pack for all raters.
    """

    study: str
    title: str
    design: str
    schedule: str
    plan: str
    leaks: str
    pictures: str
    key_commitment: str
    holders: tuple[str, ...]
    signatures: int
    grade: Grade
    program: str
    at: str
    packs: Mapping[str, str] = field(default_factory=dict)
    format: str = FREEZE_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class Screening:
    """Who is left out of the analysis, decided on blinded answers.

    Parameters
    ----------
    excluded : mapping
        From a rater to the reason.
    advice : tuple of str
        What was said of raters who stayed.
    weights : mapping
        Only in documents of earlier programs, and read by nothing: raters are weighed anew on each scale, by the
        answers that are analysed.
    """

    excluded: Mapping[str, str] = field(default_factory=dict)
    advice: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    by: str = ""
    format: str = SCREENING_FORMAT
    version: int = VERSION
