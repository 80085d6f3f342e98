"""What the fields of a record are: one description for its form, its check and its JSON schema."""

from __future__ import annotations

import math
import sys
import types
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from synthscope.errors import ParameterError
from synthscope.records.limits import For, Ge, Gt, Help, Le, Lt, More, Slide, Title, Unit

T = TypeVar("T")
_JSON_TYPES = {int: "integer", float: "number", bool: "boolean", str: "string"}


@dataclass(frozen=True)
class FormField:
    """One field of a record.

    `kind` is ``int``, ``float``, ``bool`` or ``str``; `choices` is not empty for a field that
    takes one of a few words; `low` and `high` are limits, open where `open_low`/`open_high` say so; `tasks` names
    those that use it, none for all; `slide` asks for a slider between the limits; `optional` lets it be None: not set.
    """

    name: str
    kind: type
    default: Any
    title: str
    help: str = ""
    unit: str = ""
    choices: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None
    open_low: bool = False
    open_high: bool = False
    more: bool = False
    tasks: tuple[str, ...] = ()
    slide: bool = False
    optional: bool = False
    marks: tuple[object, ...] = field(default=(), repr=False)

    def serves(self, task: str) -> bool:
        """Whether a task uses the field; an empty one stands for any."""
        return not (task and self.tasks) or task in self.tasks


def form_fields(record_type: type) -> tuple[FormField, ...]:
    """Describe the fields of a frozen dataclass of plain values.

    Parameters
    ----------
    record_type : type
        A dataclass whose fields are ``int``, ``float``, ``bool``, ``str`` or ``Literal`` words, or a number
        or None, with a default each, marked by `synthscope.records.limits`.

    Raises
    ------
    TypeError
        If the type is not a dataclass, or a field has no default or another type.
    """
    if not is_dataclass(record_type):
        raise TypeError(f"{record_type!r} is not a dataclass")
    hints = get_type_hints(record_type, include_extras=True)
    return tuple(_describe(f.name, hints[f.name], f.default) for f in fields(record_type))


def problems(record: Any) -> dict[str, str]:
    """Say what is wrong with a record: a sentence per field, empty when all is well."""
    found: dict[str, str] = {}
    for described in form_fields(type(record)):
        sentence = _problem(described, getattr(record, described.name))
        if sentence:
            found[described.name] = sentence
    return found


def used_by(task: str, record: T) -> T:
    """Give a record with every field that a task does not use at its default."""
    fields = form_fields(type(record))
    values = {one.name: getattr(record, one.name) if one.serves(task) else one.default for one in fields}
    return type(record)(**values)


def check(record: Any) -> None:
    """Raise a `ParameterError` that names every field out of range."""
    found = problems(record)
    if found:
        raise ParameterError(" ".join(found.values()), problems=found)


def json_schema(record_type: type) -> dict[str, Any]:
    """Give the JSON schema (draft 2020-12) of a record of plain values."""
    properties = {described.name: _schema(described) for described in form_fields(record_type)}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _describe(name: str, hint: Any, default: Any) -> FormField:
    marks: tuple[object, ...] = ()
    if hasattr(hint, "__metadata__"):
        marks, hint = hint.__metadata__, get_args(hint)[0]
    hint, optional = _without_none(hint)
    choices = get_args(hint) if get_origin(hint) is Literal else ()
    kind = type(choices[0]) if choices else hint
    if kind not in _JSON_TYPES or default is MISSING or (optional and kind not in (int, float)):
        raise TypeError(f"field {name!r} must be a plain value with a default, not {hint!r}")
    limits: dict[str, Any] = {}
    for mark in marks:
        limits.update(_limits(mark))
    limits.setdefault("title", name.replace("_", " ").capitalize())
    return FormField(name, kind, default, choices=choices, marks=marks, optional=optional, **limits)


def _without_none(hint: Any) -> tuple[Any, bool]:
    """Give the type of a field that may be None, and whether it may."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    kinds = [one for one in get_args(hint) if one is not type(None)]
    return (kinds[0], True) if len(kinds) == 1 else (hint, False)


def _limits(mark: object) -> dict[str, Any]:
    if isinstance(mark, More):
        return {"more": True}
    if isinstance(mark, Slide):
        return {"slide": True}
    if isinstance(mark, For):
        return {"tasks": mark.tasks}
    if isinstance(mark, Ge | Gt):
        return {"low": mark.value, "open_low": isinstance(mark, Gt)}
    if isinstance(mark, Le | Lt):
        return {"high": mark.value, "open_high": isinstance(mark, Lt)}
    if isinstance(mark, Unit):
        return {"unit": mark.symbol}
    if isinstance(mark, Title | Help):
        return {type(mark).__name__.lower(): mark.text}
    return {}


def _problem(described: FormField, value: Any) -> str:
    name = described.title
    if value is None and described.optional:
        return ""
    if described.choices:
        known = ", ".join(map(str, described.choices))
        return "" if value in described.choices else f"{name} is {value!r}; choose one of {known}."
    numbers = (int, float) if described.kind is float else (described.kind,)
    if not isinstance(value, numbers) or (described.kind is not bool and isinstance(value, bool)):
        return f"{name} is {value!r}; give {_article(described.kind)}."
    return _range_problem(described, value) if described.kind in (int, float) else ""


def _range_problem(described: FormField, value: Any) -> str:
    low, high = described.low, described.high
    if isinstance(value, int) and abs(value) > sys.float_info.max:
        return f"{described.title} is beyond all numbers that count; give a value {_range_words(described)}."
    too_low = low is not None and not (value > low if described.open_low else value >= low)
    too_high = high is not None and not (value < high if described.open_high else value <= high)
    if not (too_low or too_high or math.isnan(value)):
        return ""
    unit = f" {described.unit}" if described.unit else ""
    return f"{described.title} is {value:g}{unit}; give a value {_range_words(described)}{unit}."


def _range_words(described: FormField) -> str:
    words = []
    if described.low is not None:
        words.append(f"{'above' if described.open_low else 'of at least'} {described.low:g}")
    if described.high is not None:
        words.append(f"{'below' if described.open_high else 'of at most'} {described.high:g}")
    return " and ".join(words) or "that is a number"


def _article(kind: type) -> str:
    return {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}[kind]


def _schema(described: FormField) -> dict[str, Any]:
    kind = _JSON_TYPES[described.kind]
    schema: dict[str, Any] = {"type": [kind, "null"] if described.optional else kind, "title": described.title}
    if described.help:
        schema["description"] = described.help
    if described.unit:
        schema["unit"] = described.unit
    if described.tasks:
        schema["tasks"] = list(described.tasks)
    if described.choices:
        schema["enum"] = list(described.choices)
    if described.low is not None:
        schema["exclusiveMinimum" if described.open_low else "minimum"] = described.low
    if described.high is not None:
        schema["exclusiveMaximum" if described.open_high else "maximum"] = described.high
    return schema | {"default": described.default}
