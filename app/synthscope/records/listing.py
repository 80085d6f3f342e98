"""Extensions by entry point: names without importing, specs on demand, broken ones as rows that say why."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, Protocol, TypeVar

from synthscope.errors import Unavailable


class Named(Protocol):
    """What every spec has."""

    @property
    def id(self) -> str:
        """The name that it is registered under."""


T = TypeVar("T", bound=Named)


@dataclass(frozen=True)
class Listing(Generic[T]):
    """One row of a list: a spec, or the reason why there is none."""

    id: str
    spec: T | None
    reason: str = ""

    @property
    def available(self) -> bool:
        """Whether it can be chosen."""
        return self.spec is not None


def points_of(group: str) -> tuple[EntryPoint, ...]:
    """Give the entry points of a group, read once for the places that Python looks in now.

    Reading them takes a fiftieth of a second, and panels ask at every change; what is installed while the program
    runs is found at its next start.
    """
    return _points_in(group, tuple(sys.path))


def registered_ids(group: str) -> tuple[str, ...]:
    """Give the names that are registered in a group, without importing anything."""
    return tuple(sorted({point.name for point in points_of(group)}))


def list_specs(group: str, kind: type[T], points: Iterable[EntryPoint] | None = None) -> tuple[Listing[T], ...]:
    """Load every spec of a group; a broken one becomes a row that says why."""
    found = points_of(group) if points is None else points
    return tuple(_load(point, kind) for point in sorted(found, key=lambda p: p.name))


def find_in(group: str, kind: type[T], wanted: str, word: str) -> T:
    """Give the spec of one name.

    Parameters
    ----------
    word : str
        What it is called in sentences, such as ``generator``.

    Raises
    ------
    Unavailable
        If none of that name is registered, or it is broken.
    """
    for point in points_of(group):
        if point.name == wanted:
            listing = _load(point, kind)
            if listing.spec is None:
                raise Unavailable(f"{word.capitalize()} {wanted!r} cannot be used: {listing.reason}")
            return listing.spec
    known = ", ".join(registered_ids(group))
    raise Unavailable(f"There is no {word} {wanted!r}; choose one of {known}.")


@cache
def _points_in(group: str, places: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    del places  # part of what is remembered
    return tuple(entry_points(group=group))


def _load(point: EntryPoint, kind: type[T]) -> Listing[T]:
    try:
        spec: Any = point.load()
    except Exception as error:  # noqa: BLE001 - whatever a foreign package raises, the list must stand
        return Listing(point.name, None, f"{type(error).__name__}: {error}")
    if not isinstance(spec, kind) or spec.id != point.name:
        return Listing(point.name, None, f"{point.value} is not the spec of {point.name!r}")
    return Listing(point.name, spec)
