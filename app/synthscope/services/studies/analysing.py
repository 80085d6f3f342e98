"""The analysis of a study: blind first, and again with the key."""

from __future__ import annotations

from synthscope.errors import InputError
from synthscope.records.study_ratings import Analysis
from synthscope.services.studies.collecting import answers_of
from synthscope.services.studies.erasures import BLIND, OPEN
from synthscope.services.studies.states import OPENED
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.analysis.analyse import analyse


def analyse_study(study: StudyFile, by: str = "the analyst") -> Analysis:
    """Analyse the answers: under letters before unblinding, with the truth after it.

    The blind analysis is kept before the key may be opened; the unblinded one stands beside it and can be made again.
    Where answers that it was computed with were erased afterwards, the blind one is computed anew too.

    Raises
    ------
    InputError
        If raters were not screened yet.
    """
    if study.state in OPENED:
        if not study.holds(BLIND):
            study.put(BLIND, analyse(answers_of(study, blind=True)))
        found = analyse(answers_of(study))
        study.put(OPEN, found)
        return found
    if study.state not in ("screened", "analysed"):
        raise InputError(f"The study is {study.state}; it is analysed once raters are screened.")
    found = analyse(answers_of(study))
    with study.whole():
        study.put(BLIND, found)
        if study.state == "screened":
            study.advance("analysed", by, "Analysed under letters.")
    return found
