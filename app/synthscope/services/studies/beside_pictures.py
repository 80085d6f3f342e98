"""Which pictures raters saw, of which arm and case, and which reference stood beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synthscope.errors import InputError
from synthscope.records.study_key import StimulusKey
from synthscope.records.study_pack import PackManifest
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


def references_of(manifest: PackManifest) -> dict[str, str]:
    """Give the code of the reference that each picture was shown beside; nothing where trials show none."""
    trials = (trial for slot in manifest.slots for trial in slot.trials if trial.reference)
    return {code: trial.reference for trial in trials for code in trial.places if code != trial.reference}


def shown_in(
    stimuli: Sequence[StimulusKey], rows: Sequence[Rating], references: Mapping[str, str] | None = None
) -> Shown:
    """Sort the pictures of test trials and their repeats.

    Parameters
    ----------
    references : mapping, optional
        See `references_of`. A row names the pictures that were judged, not the reference beside them. Left out, it is
        told from the key: where real pictures exist and none was judged, they were the references, and each picture's
        is the first real one of its case, as in the schedule.

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
    beside = _by_case(known, seen) if references is None and not real else references or {}
    partners = {one.code: beside[one.code] for one in seen if beside.get(one.code, "") in known}
    judged = {one.code for one in real}
    real += [known[code] for code in sorted(set(partners.values()) - judged)]
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


def _by_case(known: Mapping[str, StimulusKey], seen: Sequence[StimulusKey]) -> dict[str, str]:
    first: dict[str, str] = {}
    for one in known.values():
        if one.is_real:
            first.setdefault(one.case, one.code)
    return {one.code: first[one.case] for one in seen if one.case in first}
