"""Signatures under an unblinding: who agreed, to opening which key, and why."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from synthscope.errors import InputError
from synthscope.records.documents import canonical
from synthscope.studies.sealing.holders import Holder, HolderKeys


@dataclass(frozen=True)
class Consent:
    """What is signed: the study, the commitment to its key, the root of all session heads, and the reason."""

    study: str
    commitment: str
    heads_root: str
    reason: str


@dataclass(frozen=True)
class Signature:
    """An Ed25519 signature (hex) of a holder under the canonical JSON of a consent."""

    holder: Holder
    signature: str


def sign(consent: Consent, keys: HolderKeys) -> Signature:
    """Sign a consent."""
    return Signature(keys.holder, keys.signing.sign(canonical(consent)).hex())


def check_signature(consent: Consent, signature: Signature) -> None:
    """Refuse a signature that is not under this consent.

    Raises
    ------
    InputError
        It names the holder.
    """
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature.holder.signs))
        public.verify(bytes.fromhex(signature.signature), canonical(consent))
    except (InvalidSignature, ValueError) as error:
        raise InputError(
            f"The signature of {signature.holder.name} is not under this unblinding; let it be signed again."
        ) from error
