"""Words of a study's report: what a blinding grade promises, and what an interval holds for."""

from __future__ import annotations

from collections.abc import Mapping

from synthscope.records.study import Grade
from synthscope.records.study_ratings import Estimate
from synthscope.services.reporting.words import listed

PROMISES: Mapping[Grade, tuple[str, str]] = {
    "A": (
        "Grade A: the key was elsewhere, and two people opened it",
        (
            "The designer declares that what says which picture is real was never on a computer that a rater used; at "
            "least two key holders had to sign before it was opened. Neither a rater nor the analyst could have come "
            "to know it by accident or out of curiosity."
        ),
    ),
    "B": (
        "Grade B: the key lay behind another account",
        (
            "What says which picture is real lay in the same institution or network as the raters, behind another "
            "account. The program showed it to nobody; that nobody looked or was told rests on that account."
        ),
    ),
    "S": (
        "Grade S: self-blinded",
        (
            "Designer and rater may be one person. The key was sealed by a passphrase, so that it was not met by "
            "accident. It does not keep out somebody who wants to know, and who prepared the pictures may know them "
            "again."
        ),
    ),
    "0": (
        "Grade 0: open label",
        "Whoever judged could know what was what. Every difference below may come from knowing it.",
    ),
}
"""Of each grade: what it is, and what it promises."""
LIMIT = (
    "No grade holds against a rater who takes the pixels out of the program and compares them with images of the "
    "generator that are public."
)
SIMULATED = (
    "A rehearsal: these answers are of simulated raters, and nobody has rated the images. It shows that the study "
    "runs, and what its report will hold; none of its numbers is a finding."
)
BLIND = (
    "This report is blind: arms stand under letters, and nothing in it knows which of them is real. Who was right is "
    "not computed before the key is opened."
)
_RANDOM = {"arms": "generators"}
_FIXED = {"raters": "these raters", "cases": "these cases"}


def holds_for(estimate: Estimate) -> str:
    """Say over what the interval of an estimate generalises, and over what it does not."""
    if not estimate.random:
        return "these raters and cases alone"
    found = listed([_RANDOM.get(one, one) for one in estimate.random])
    fixed = [words for name, words in _FIXED.items() if name not in estimate.random and _tells(name, estimate)]
    return f"other {found}" + (f", {listed(fixed)}" if fixed else "")


def _tells(name: str, estimate: Estimate) -> bool:
    """Whether it is worth saying that something is fixed: cases are not, where images or arms are in their place."""
    return name == "raters" or not {"images", "arms", "pairs"} & set(estimate.random)
