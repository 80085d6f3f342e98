"""Marks that sit in a field's type and drive its form, its check and its schema."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ge:
    """The value is at least `value`."""

    value: float


@dataclass(frozen=True)
class Gt:
    """The value is above `value`."""

    value: float


@dataclass(frozen=True)
class Le:
    """The value is at most `value`."""

    value: float


@dataclass(frozen=True)
class Lt:
    """The value is below `value`."""

    value: float


@dataclass(frozen=True)
class Unit:
    """The unit that is shown beside the field, such as ``px`` or ``µm``."""

    symbol: str


@dataclass(frozen=True)
class Title:
    """The words before the field; without it the name is used, underscores as spaces."""

    text: str


@dataclass(frozen=True)
class Help:
    """The tooltip: what the field is and what a larger value does."""

    text: str


@dataclass(frozen=True)
class More:
    """The field belongs to the fold *More*: good as it stands for most people."""


@dataclass(frozen=True)
class Slide:
    """A number between two limits that is felt rather than known: a slider stands beside it."""


@dataclass(frozen=True, init=False)
class For:
    """The tasks that use the field, such as ``vary``: for others it is not shown, and stays at its default."""

    tasks: tuple[str, ...]

    def __init__(self, *tasks: str) -> None:
        object.__setattr__(self, "tasks", tasks)
