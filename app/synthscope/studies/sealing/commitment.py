"""A commitment to a key: told at the start, checked when the key is opened."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from synthscope.errors import InputError
from synthscope.records.documents import canonical
from synthscope.records.study_key import StudyKey

NONCE_BYTES = 32


def new_nonce() -> bytes:
    """Draw what keeps a commitment from being guessed: 32 bytes from the operating system."""
    return secrets.token_bytes(NONCE_BYTES)


def commitment_of(key: StudyKey, nonce: bytes) -> str:
    """Give SHA-256 (hex) of the nonce (32 bytes) followed by the canonical JSON of the key.

    Raises
    ------
    InputError
        If the nonce has another length: then one commitment could be read in two ways.
    """
    if len(nonce) != NONCE_BYTES:
        raise InputError(f"The nonce has {len(nonce)} bytes where {NONCE_BYTES} are needed; draw a new one.")
    return hashlib.sha256(nonce + canonical(key)).hexdigest()


def check_commitment(key: StudyKey, nonce: bytes, commitment: str) -> None:
    """Refuse a key that is not the one that was committed to.

    Raises
    ------
    InputError
        If it is another one.
    """
    found = commitment_of(key, nonce)
    if not hmac.compare_digest(found, commitment):
        raise InputError(
            f"The key of study {key.study} is not the one that was committed to: its hash is {found[:12]} where "
            f"{commitment[:12]} was frozen; ask its holders for the right one."
        )
