"""The words that nothing in a rater's hands may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from synthscope.errors import InputError
from synthscope.records.study import StudyDesign
from synthscope.services.studies.consent import introduction_of
from synthscope.studies.design.paradigms import default_questions

_SHORTEST = 4
_HEX = re.compile(r"[0-9a-f]+", re.IGNORECASE)


def secret_words(design: StudyDesign) -> tuple[str, ...]:
    """Give names of arms, generators, cases and files of a design.

    Words of fewer than 4 letters, and those that hex digits alone can spell, are left out: they occur in codes by
    chance. So are those of the program's own questions: a set that is called ``fibres`` is not told by being asked how
    believable the fibres are.
    """
    own = _own_texts(design)
    found = {word for word in _words(design) if len(word) >= _SHORTEST and not _HEX.fullmatch(word)}
    return tuple(sorted(word for word in found if word.casefold() not in own))


def check_told_blind(design: StudyDesign, *said: str) -> None:
    """Refuse what is put down while the study is blind and would stand in its blinded pack.

    Raises
    ------
    InputError
        If it names an arm, a generator, a case or a file.
    """
    for text in said:
        word = next((word for word in secret_words(design) if word.casefold() in text.casefold()), "")
        if word:
            raise InputError(
                f"“{text}” names {word!r}, which tells of a set, case or file, and it is published while the study is "
                "blind; say it without."
            )


def _own_texts(design: StudyDesign) -> str:
    asked = default_questions(design.paradigm, design.domain)
    parts = [text for one in asked for text in (one.prompt, *one.labels, *one.reasons)]
    return " ".join([*parts, introduction_of(design)]).casefold()


def _words(design: StudyDesign) -> Iterator[str]:
    for arm in design.arms:
        yield from (arm.name, arm.generator, *arm.cases)
        for image in arm.images:
            yield from (image.name, PurePath(image.name).name.partition(".")[0])
