"""The sealed key: readable once enough of its holders bring their shares."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from synthscope.errors import InputError
from synthscope.records.documents import canonical, from_json
from synthscope.records.study_key import StudyKey
from synthscope.studies.sealing.commitment import NONCE_BYTES, check_commitment, commitment_of, new_nonce
from synthscope.studies.sealing.holders import Holder, HolderKeys
from synthscope.studies.sealing.shares import join, split

SEALED_FORMAT = "synthscope/sealed-study-key"
VERSION = 1
_ZERO = bytes(12)  # every key below encrypts one message, so that its nonce may be fixed
_INFO = b"synthscope study key share"


@dataclass(frozen=True)
class SealedShare:
    """One holder's share, sealed for that holder by X25519, HKDF-SHA256 and ChaCha20-Poly1305 (hex)."""

    number: int
    holder: Holder
    ephemeral: str
    sealed: str


@dataclass(frozen=True)
class SealedKey:
    """The key of a study, sealed; `needed` shares open it."""

    study: str
    commitment: str
    needed: int
    shares: tuple[SealedShare, ...]
    body: str
    format: str = SEALED_FORMAT
    version: int = VERSION


def seal(key: StudyKey, holders: Sequence[Holder], needed: int) -> SealedKey:
    """Seal a key for its holders, any `needed` of whom can open it.

    Raises
    ------
    InputError
        If `needed` is impossible, or a holder comes twice.
    """
    if len({holder.opens for holder in holders}) != len(holders):
        raise InputError("A key holder comes twice; name each holder once.")
    nonce, secret = new_nonce(), secrets.token_bytes(32)
    commitment = commitment_of(key, nonce)
    body = ChaCha20Poly1305(secret).encrypt(_ZERO, nonce + canonical(key), commitment.encode())
    parts = split(secret, needed, len(holders))
    shares = tuple(_sealed(parts[x], x, holder, commitment) for x, holder in enumerate(holders, 1))
    return SealedKey(key.study, commitment, needed, shares, body.hex())


def open_share(sealed: SealedKey, keys: HolderKeys) -> tuple[int, bytes]:
    """Open the share of one holder.

    Raises
    ------
    InputError
        If this holder has none, or it was changed.
    """
    share = next((share for share in sealed.shares if share.holder.opens == keys.holder.opens), None)
    if share is None:
        raise InputError(f"{keys.holder.name} holds no share of the key of study {sealed.study}; ask another holder.")
    try:
        public = bytes.fromhex(share.ephemeral)
        common = keys.opening.exchange(X25519PublicKey.from_public_bytes(public))
        cipher = ChaCha20Poly1305(_derived(common, public, share.holder))
        return share.number, cipher.decrypt(_ZERO, bytes.fromhex(share.sealed), _bound(share.number, sealed.commitment))
    except (InvalidTag, ValueError) as error:
        raise InputError(f"The share of {keys.holder.name} was changed; use a copy of the sealed key.") from error


def unseal(sealed: SealedKey, shares: Mapping[int, bytes]) -> StudyKey:
    """Open a key and check that it is the one that was committed to.

    Raises
    ------
    InputError
        If there are too few shares, they do not belong to this key, or the key is not the one committed to.
    """
    if len(shares) < sealed.needed:
        raise InputError(f"{len(shares)} of the {sealed.needed} shares that are needed were given; ask more holders.")
    try:
        cipher = ChaCha20Poly1305(join(shares))
        content = cipher.decrypt(_ZERO, bytes.fromhex(sealed.body), sealed.commitment.encode())
    except (InvalidTag, ValueError) as error:
        raise InputError(f"The key of study {sealed.study} does not open with these shares; use its own.") from error
    key = from_json(StudyKey, json.loads(content[NONCE_BYTES:]))
    check_commitment(key, content[:NONCE_BYTES], sealed.commitment)
    return key


def _sealed(share: bytes, number: int, holder: Holder, commitment: str) -> SealedShare:
    ephemeral = X25519PrivateKey.generate()
    public = ephemeral.public_key().public_bytes_raw()
    common = ephemeral.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(holder.opens)))
    cipher = ChaCha20Poly1305(_derived(common, public, holder))
    return SealedShare(number, holder, public.hex(), cipher.encrypt(_ZERO, share, _bound(number, commitment)).hex())


def _derived(common: bytes, ephemeral: bytes, holder: Holder) -> bytes:
    salt = ephemeral + bytes.fromhex(holder.opens)
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=_INFO).derive(common)


def _bound(number: int, commitment: str) -> bytes:
    return f"{number} {commitment}".encode()
