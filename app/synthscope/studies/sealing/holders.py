"""A key holder: a key to open with and one to sign with, in a file behind a passphrase."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from synthscope.errors import DocumentError, InputError
from synthscope.io.documents import read_document, write_document
from synthscope.records.documents import canonical

HOLDER_FORMAT = "synthscope/key-holder"
VERSION = 1
SCRYPT_COST = 2**15
_LEAST_PASSPHRASE = 8


@dataclass(frozen=True)
class Holder:
    """What everybody may know of a holder: a name and the public keys (X25519 and Ed25519, hex)."""

    name: str
    opens: str
    signs: str


@dataclass(frozen=True)
class HolderFile:
    """The document: the holder, and both private keys sealed by the passphrase (scrypt, ChaCha20-Poly1305; hex)."""

    holder: Holder
    salt: str
    nonce: str
    sealed: str
    format: str = HOLDER_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class HolderKeys:
    """Both private keys of a holder, opened."""

    holder: Holder
    opening: X25519PrivateKey
    signing: Ed25519PrivateKey


def make_holder(path: Path, name: str, passphrase: str) -> Holder:
    """Draw the keys of a holder and write them to a file.

    Raises
    ------
    InputError
        If the passphrase is shorter than 8 letters, or there is a file of that name: keys are never overwritten.
    DiskFull, FileError
        If the file cannot be written.
    """
    if path.exists():
        raise InputError(f"{path.name} is there already; choose another name: a key that is overwritten is lost.")
    if len(passphrase) < _LEAST_PASSPHRASE:
        raise InputError(f"The passphrase has {len(passphrase)} letters; take at least {_LEAST_PASSPHRASE}.")
    opening, signing = X25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    holder = Holder(name, opening.public_key().public_bytes_raw().hex(), signing.public_key().public_bytes_raw().hex())
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    private = opening.private_bytes_raw() + signing.private_bytes_raw()
    sealed = ChaCha20Poly1305(_stretched(passphrase, salt)).encrypt(nonce, private, canonical(holder))
    write_document(path, HolderFile(holder, salt.hex(), nonce.hex(), sealed.hex()))
    return holder


def open_holder(path: Path, passphrase: str) -> HolderKeys:
    """Open the file of a holder.

    Raises
    ------
    InputError
        If the passphrase is another one, or the file was changed.
    FileError, DocumentError
        If the file is missing or damaged.
    """
    document = read_document(path, HolderFile)
    try:
        salt, nonce, sealed = (bytes.fromhex(part) for part in (document.salt, document.nonce, document.sealed))
        private = ChaCha20Poly1305(_stretched(passphrase, salt)).decrypt(nonce, sealed, canonical(document.holder))
    except InvalidTag as error:
        raise InputError(f"{path.name} does not open: the passphrase is another one, or it was changed.") from error
    except ValueError as error:
        raise DocumentError(f"{path.name} is damaged ({error}); use a copy of it.") from error
    opening = X25519PrivateKey.from_private_bytes(private[:32])
    return HolderKeys(document.holder, opening, Ed25519PrivateKey.from_private_bytes(private[32:]))


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=SCRYPT_COST, r=8, p=1).derive(passphrase.encode())
