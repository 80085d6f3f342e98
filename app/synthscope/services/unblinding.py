"""Unblinding a study: what is signed, what each key holder gives, and the key that comes of it."""

from __future__ import annotations

from collections.abc import Sequence

from synthscope.errors import InputError
from synthscope.services.studies.erasures import BLIND, all_heads, analysis_of
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.sealing.envelope import SealedKey
from synthscope.studies.sealing.heads import root_of
from synthscope.studies.sealing.holders import HolderKeys
from synthscope.studies.sealing.releasing import KeyRelease, open_key, release
from synthscope.studies.sealing.signing import Consent

KEY, RELEASES, SEALED = "key", "releases", "sealed"
"""Documents of a study."""


def consent_for(study: StudyFile, reason: str) -> Consent:
    """Give what the holders sign: this key, these answers, this reason.

    Raises
    ------
    InputError
        If no reason is given, or the blind analysis does not stand: not yet, or not without answers that were erased.
    """
    if not reason.strip():
        raise InputError("An unblinding needs a reason, which is signed and reported; give one.")
    if study.state != "analysed":
        raise InputError(f"The study is {study.state}; it is unblinded only after its blind analysis, and once.")
    analysis_of(study, BLIND)
    sealed = study.get(SEALED, SealedKey)
    return Consent(sealed.study, sealed.commitment, root_of(all_heads(study)), reason.strip())


def release_key(study: StudyFile, consent: Consent, keys: HolderKeys) -> KeyRelease:
    """Sign an unblinding and open the share of one holder."""
    return release(study.get(SEALED, SealedKey), consent, keys)


def unblind_study(study: StudyFile, releases: Sequence[KeyRelease], by: str) -> None:
    """Open the key of a study that was analysed blind, check it against its commitment, and keep it.

    Raises
    ------
    InputError
        If nothing was released, signatures are missing or do not hold, answers came after they were given, or the key
        is not the one that was committed to.
    """
    if not releases:
        raise InputError("Nobody has signed the unblinding; let the key holders sign.")
    consent = consent_for(study, releases[0].consent.reason)
    key = open_key(study.get(SEALED, SealedKey), consent, releases)
    with study.whole():
        study.put(KEY, key)
        study.put(RELEASES, tuple(releases))  # with their shares: from now on anybody may check the key
        names = ", ".join(one.signature.holder.name for one in releases)
        study.advance("unblinded", by, f"{consent.reason} Signed by {names}.")
