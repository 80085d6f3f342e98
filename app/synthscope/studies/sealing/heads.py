"""One root for the heads of all sessions, short enough to be noted down by a third party.

A binary Merkle tree over the sorted pairs of session and head, with different prefixes for leaves and nodes and an
odd node carried up (RFC 6962, section 2.1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from synthscope.records.documents import canonical

_GROUP = 4


def root_of(heads: Mapping[str, str]) -> str:
    """Give the root (SHA-256, hex) of a mapping from session to the hash of its last event."""
    level = [_hash(b"\0" + canonical([session, head])) for session, head in sorted(heads.items())]
    if not level:
        return _hash(b"").hex()
    while len(level) > 1:
        pairs = [_hash(b"\1" + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0].hex()


def grouped(root: str) -> str:
    """Write a root as people compare it: groups of four hex digits."""
    return " ".join(root[i : i + _GROUP] for i in range(0, len(root), _GROUP))


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
