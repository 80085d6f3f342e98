"""What each paradigm shows, asks and is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from synthscope.records.metric import Domain
from synthscope.records.study import Paradigm, Question
from synthscope.studies.design.words import ARTEFACTS, ASPECTS, TASKS

Shown = Literal["single", "choice", "pair", "reference", "triplet"]
"""One image; a real one among synthetic ones; two of different arms; a result and its source; two and their source."""

CONFIDENCE = (
    "definitely real",
    "probably real",
    "possibly real",
    "possibly synthetic",
    "probably synthetic",
    "definitely synthetic",
)
"""The steps of a confidence scale: 1 is real, 6 synthetic; a catch picture asks for the last."""
QUALITY = ("bad", "poor", "fair", "good", "excellent")
"""ITU-T P.910 (2023), absolute category rating."""
IMPAIRMENT = ("very annoying", "annoying", "slightly annoying", "perceptible, not annoying", "imperceptible")
"""ITU-T P.910 (2023), degradation category rating."""


@dataclass(frozen=True)
class ParadigmRule:
    """What a paradigm fixes.

    Parameters
    ----------
    shown : str
        What a trial is made of.
    places : int
        Pictures beside each other; 0 for as many as the plan says.
    reference : bool
        Whether a reference stands beside them.
    real, synthetic : int
        How many arms of each kind it needs at least.
    least_arms : int
        Of all together.
    catch : str
        What a catch trial is answered by: ``last`` or ``first`` step of the first question, ``place`` of a picture;
        empty where no answer is obvious, and no catch trials are made.
    primary : str
        The statistic that answers the question of the paradigm.
    guide : str
        How many trials that takes.
    """

    shown: Shown
    places: int
    reference: bool
    real: int
    synthetic: int
    least_arms: int
    catch: Literal["last", "first", "place", ""]
    primary: str
    guide: str


PARADIGM_RULES: Mapping[Paradigm, ParadigmRule] = {
    "real-or-synthetic": ParadigmRule(
        "single", 1, False, 1, 1, 2, "last", "area under each rater's ROC curve, over raters and cases",
        "at least 40 real and 40 synthetic images of a generator for each rater",
    ),
    "forced-choice": ParadigmRule(
        "choice", 0, False, 1, 1, 2, "place", "part of right choices, as d'",
        "69 independent trials find 65 % right choices of two with a power of 80 %; 158 find 60 %, 620 find 55 %",
    ),
    "rating": ParadigmRule(
        "single", 1, False, 0, 1, 1, "first", "differences of arms in an ordinal model with crossed raters and cases",
        "at least 5 or 6 experts and 20 images of an arm",
    ),
    "pairs": ParadigmRule(
        "pair", 2, False, 0, 1, 2, "place", "Bradley-Terry strengths with ties and a term for the side",
        "each pair of arms about ten times over all raters; up to about ten arms all pairs can be afforded",
    ),
    "reference": ParadigmRule(
        "reference", 1, True, 1, 1, 2, "first", "differences of arms in an ordinal model with crossed raters and cases",
        "at least 5 or 6 experts and 20 images of an arm",
    ),
    "triplet": ParadigmRule(
        "triplet", 2, True, 1, 2, 3, "place", "Thurstone scale values in just noticeable differences",
        "each pair of arms about ten times over all raters",
    ),
    "exposure": ParadigmRule(
        "single", 1, False, 1, 1, 2, "last", "exposure in ms at which real and synthetic are told apart",
        "at least 40 real and 40 synthetic images of a generator for each rater",
    ),
    "marking": ParadigmRule(
        "single", 1, False, 0, 1, 1, "", "marks on an image, by reason",
        "add it to a fifth of the images: marking takes several times as long as a rating",
    ),
    "task": ParadigmRule(
        "single", 1, False, 1, 1, 2, "", "error of the measurement on synthetic images against that on real ones",
        "at least 20 images of an arm",
    ),
}  # fmt: skip


def default_questions(paradigm: Paradigm, domain: Domain = "any") -> tuple[Question, ...]:
    """Give the questions that are usually asked in a paradigm, in the words of a domain."""
    words = ASPECTS[domain]
    asked: Mapping[Paradigm, tuple[Question, ...]] = {
        "real-or-synthetic": (Question("real", "confidence", "Is this image real or synthetic?", CONFIDENCE),),
        "exposure": (Question("real", "confidence", "Is this image real or synthetic?", CONFIDENCE),),
        "forced-choice": (Question("choice", "choice", "Which image is real?"),),
        "rating": tuple(Question(name, "scale", prompt, QUALITY) for name, prompt in words.items()),
        "pairs": (Question("choice", "choice", "Which image is better for your work?", tie=True),),
        "triplet": (Question("choice", "choice", "Which image is nearer to the reference?"),),
        "reference": (
            Question("difference", "scale", "How far does the result differ from its reference?", IMPAIRMENT),
            Question("usability", "scale", words["usability"], QUALITY),
        ),
        "marking": (
            Question("marks", "marks", "Mark everything that looks wrong.", reasons=ARTEFACTS[domain], required=False),
            Question("overall", "scale", "How good is this image as a whole?", QUALITY),
        ),
        "task": (TASKS[domain],),
    }
    return asked[paradigm]
