"""Which pictures raters saw, of which arm and case, and which reference stood beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synthscope.errors import InputError
from synthscope.records.study_key import StimulusKey
from synthscope.records.study_ratings import Rating

SHOWN_ROLES = frozenset({"test", "repeat"})


@dataclass(frozen=True)
class Shown:
    """What was shown, sorted.

    Parameters
    ----------
    real : tuple of StimulusKey
        Real pictures that were rated, or stood beside others as references.
    arms : mapping
        From the letter of a generator to its pictures.
    partners : mapping
        From the code of a picture to that of the reference it was held against; empty where trials showed none.
    unit_of : mapping
        From a code to the number of its case, counted over all arms.
    """

    real: tuple[StimulusKey, ...]
    arms: Mapping[str, tuple[StimulusKey, ...]]
    partners: Mapping[str, str]
    unit_of: Mapping[str, int]


def shown_in(stimuli: Sequence[StimulusKey], rows: Sequence[Rating]) -> Shown:
    """Sort the pictures of test trials and their repeats.

    A trial's row names the pictures that were judged, not the reference beside them. Where real pictures exist and
    none was judged, they were the references: each picture's is the first real one of its case, as in the schedule.

    Raises
    ------
    InputError
        If rows show a picture that the key does not know, or none.
    """
    codes = {code for row in rows if row.role in SHOWN_ROLES for code in row.codes}
    known = {one.code: one for one in stimuli if one.letter}
    strange = sorted(codes - set(known))
    if strange:
        raise InputError(f"Picture {strange[0]} was shown and is not in the key; take the key of this study.")
    if not codes:
        raise InputError("No picture was shown in a test trial; metrics stand beside ratings, so collect some first.")
    seen = [one for one in known.values() if one.code in codes]
    real = [one for one in seen if one.is_real]
    partners: dict[str, str] = {}
    if not real:
        of_case: dict[str, StimulusKey] = {}
        for one in known.values():
            if one.is_real:
                of_case.setdefault(one.case, one)
        partners = {one.code: of_case[one.case].code for one in seen if one.case in of_case}
        real = [one for one in of_case.values() if one.code in set(partners.values())]
    arms: dict[str, list[StimulusKey]] = {}
    for one in seen:
        if not one.is_real:
            arms.setdefault(one.letter, []).append(one)
    cases = sorted({one.case or one.code for one in (*real, *seen)})
    number = {case: i for i, case in enumerate(cases)}
    return Shown(
        tuple(sorted(real, key=lambda one: one.code)),
        {letter: tuple(sorted(arms[letter], key=lambda one: one.code)) for letter in sorted(arms)},
        dict(sorted(partners.items())),
        {one.code: number[one.case or one.code] for one in (*real, *seen)},
    )
