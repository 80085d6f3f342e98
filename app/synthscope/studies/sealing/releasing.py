"""A holder's release of a key: the signature, and the share that goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synthscope.errors import InputError
from synthscope.records.study_key import StudyKey
from synthscope.studies.sealing.envelope import SealedKey, open_share, unseal
from synthscope.studies.sealing.holders import HolderKeys
from synthscope.studies.sealing.signing import Consent, Signature, check_signature, sign

RELEASE_FORMAT = "synthscope/key-release"
REQUEST_FORMAT = "synthscope/unblinding-request"
VERSION = 1


@dataclass(frozen=True)
class UnblindingRequest:
    """What a holder is asked to sign, with the sealed key that the own share lies in."""

    consent: Consent
    sealed: SealedKey
    format: str = REQUEST_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class KeyRelease:
    """What one holder gives out: enough of them open the key.

    Parameters
    ----------
    share : str
        Of the secret that opens the key (hex), as it lay sealed for this holder.
    """

    consent: Consent
    signature: Signature
    number: int
    share: str
    format: str = RELEASE_FORMAT
    version: int = VERSION


def release(sealed: SealedKey, consent: Consent, keys: HolderKeys) -> KeyRelease:
    """Sign a consent and open the own share.

    Raises
    ------
    InputError
        If the consent is for another key, or this holder has no share of it.
    """
    if (consent.study, consent.commitment) != (sealed.study, sealed.commitment):
        raise InputError(f"The unblinding is of study {consent.study}, the key of {sealed.study}; use its own key.")
    number, share = open_share(sealed, keys)
    return KeyRelease(consent, sign(consent, keys), number, share.hex())


def open_key(sealed: SealedKey, consent: Consent, releases: Sequence[KeyRelease]) -> StudyKey:
    """Open a key by what its holders released.

    Raises
    ------
    InputError
        If a release is for something else, by somebody who holds no share, or comes twice; if a signature does not
        hold; if there are too few.
    """
    holders = {share.number: share.holder for share in sealed.shares}
    for one in releases:
        name = one.signature.holder.name
        if one.consent != consent:
            raise InputError(f"{name} signed for other answers, or for another reason; let it be signed anew.")
        if holders.get(one.number) != one.signature.holder:
            raise InputError(f"{name} holds no share {one.number} of the key of study {sealed.study}; ask its holders.")
        check_signature(consent, one.signature)
    shares = {one.number: bytes.fromhex(one.share) for one in releases}
    if len(shares) != len(releases):
        raise InputError("One holder has signed twice; each signature must be another holder's.")
    if len(shares) < sealed.needed:
        missing = sorted(holder.name for number, holder in holders.items() if number not in shares)
        raise InputError(f"{len(shares)} of {sealed.needed} signatures are here; let {' or '.join(missing)} sign too.")
    return unseal(sealed, shares)
