"""Shamir's scheme: a secret in n shares, of which any k give it back and fewer say nothing.

Each byte is the constant term of a polynomial of degree k - 1 over GF(256) with the modulus
x^8 + x^4 + x^3 + x + 1 (A. Shamir, How to share a secret, Communications of the ACM 22, 1979). It was taken rather
than nested wraps, which need one wrap for each choice of k holders and thus change size with n over k.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

from synthscope.errors import InputError

_MODULUS = 0x11B
MOST = 255


def split(secret: bytes, needed: int, holders: int) -> dict[int, bytes]:
    """Give the shares, numbered from 1; each is as long as the secret.

    Raises
    ------
    InputError
        Unless 1 <= needed <= holders <= 255.
    """
    if not 1 <= needed <= holders <= MOST:
        raise InputError(f"{needed} of {holders} holders is not possible; choose 1 <= needed <= holders <= {MOST}.")
    polynomials = [bytes([byte]) + secrets.token_bytes(needed - 1) for byte in secret]
    return {x: bytes(_value(polynomial, x) for polynomial in polynomials) for x in range(1, holders + 1)}


def join(shares: Mapping[int, bytes]) -> bytes:
    """Give the secret of exactly as many shares as were needed, or more; fewer give another, random one.

    Raises
    ------
    InputError
        If there are none, one has an impossible number, or they differ in length.
    """
    if not shares or not all(1 <= x <= MOST for x in shares) or len({len(share) for share in shares.values()}) > 1:
        raise InputError("These shares do not belong together; use those of one sealed key.")
    weights = {x: _weight(x, shares) for x in shares}
    length = len(next(iter(shares.values())))
    return bytes(_sum(_product(weights[x], share[i]) for x, share in shares.items()) for i in range(length))


def _weight(x: int, others: Mapping[int, bytes]) -> int:
    weight = 1
    for other in others:
        if other != x:
            weight = _product(weight, _product(other, _inverse(other ^ x)))
    return weight


def _value(polynomial: bytes, x: int) -> int:
    value = 0
    for coefficient in reversed(polynomial):
        value = _product(value, x) ^ coefficient
    return value


def _sum(parts: Iterable[int]) -> int:
    total = 0
    for part in parts:
        total ^= part
    return total


def _product(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a, b = a << 1, b >> 1
        if a & 0x100:
            a ^= _MODULUS
    return product


def _inverse(a: int) -> int:
    power = 1
    for _ in range(254):  # a^254 = 1/a in GF(256)
        power = _product(power, a)
    return power
