"""Designs from the books: Williams squares, and which pairs are compared where not all are."""

from __future__ import annotations

from collections.abc import Sequence

Pair = tuple[int, int]


def williams(count: int) -> tuple[tuple[int, ...], ...]:
    """Give the rows of a Williams square: everything once in a row, and after everything else equally often.

    For an odd count the square and its mirror image are given, 2 x `count` rows (Williams 1949, Aust. J. Sci. Res.
    A 2, 149).

    Parameters
    ----------
    count : int
        Of treatments, 1 or more.
    """
    first = [(step + 1) // 2 if step % 2 else (count - step // 2) % count for step in range(count)]
    rows = [tuple((value + shift) % count for value in first) for shift in range(count)]
    if count % 2 and count > 1:
        rows += [row[::-1] for row in rows]
    return tuple(rows)


def rounds(count: int) -> tuple[tuple[Pair, ...], ...]:
    """Give all pairs in rounds in which everything stands equally often: the circle method.

    For an even count everything stands once in each of ``count - 1`` rounds; for an odd one twice in each of
    ``(count - 1) / 2`` rounds.
    """
    if count % 2:
        return tuple(tuple((i, (i + step) % count) for i in range(count)) for step in range(1, (count + 1) // 2))
    last, turning = count - 1, count - 1
    found = []
    for turn in range(turning):
        pairs = [(turn, last)]
        pairs += [((turn + i) % turning, (turn - i) % turning) for i in range(1, count // 2)]
        found.append(tuple(pairs))
    return tuple(found)


def oriented(pairs: Sequence[Pair]) -> list[Pair]:
    """Decide which of each pair stands first, so that everything stands first half of the time.

    Pairs that come twice are turned against each other; what is left is walked along in trails, each pair in
    the direction of its walk (Euler), trails between odd ones first. So each pair is turned each way equally often
    to within 1, and each thing stands first and second equally often: exactly where it stands an even number of
    times in what is left, else to within 1.

    Returns
    -------
    list of pair
        In the order of `pairs`.
    """
    turned: list[Pair | None] = [None] * len(pairs)
    waiting: dict[Pair, int] = {}
    for index, (a, b) in enumerate(pairs):
        key = (min(a, b), max(a, b))
        twin = waiting.pop(key, None)
        if twin is None:
            waiting[key] = index
        else:
            turned[twin], turned[index] = key, key[::-1]
    for index, pair in _walked(waiting):
        turned[index] = pair
    return [pair for pair in turned if pair is not None]


def _walked(edges: dict[Pair, int]) -> list[tuple[int, Pair]]:
    """Walk along a graph without double edges, trails from odd corners first."""
    near: dict[int, dict[int, int]] = {}
    for (a, b), index in edges.items():
        near.setdefault(a, {})[b] = index
        near.setdefault(b, {})[a] = index
    found = []
    while any(near.values()):
        odd = [corner for corner, others in near.items() if len(others) % 2]
        here = odd[0] if odd else next(corner for corner, others in near.items() if others)
        while near[here]:
            there, index = next(iter(near[here].items()))
            del near[here][there], near[there][here]
            found.append((index, (here, there)))
            here = there
    return found
