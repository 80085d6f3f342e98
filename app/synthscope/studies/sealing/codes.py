"""Codes that say nothing: of pictures, cases and trials."""

from __future__ import annotations

import hashlib
import hmac
import secrets

SECRET_BYTES = 32
CODE_LENGTH = 16


def new_secret() -> bytes:
    """Draw the secret of a study: 32 bytes from the operating system."""
    return secrets.token_bytes(SECRET_BYTES)


def code_of(secret: bytes, name: str) -> str:
    """Give the code of a name: the first 16 hex digits of HMAC-SHA256(secret, name) (RFC 2104)."""
    return hmac.new(secret, name.encode(errors="backslashreplace"), hashlib.sha256).hexdigest()[:CODE_LENGTH]
