"""Records to JSON and back, and the hash of what they say."""

from __future__ import annotations

import hashlib
import json
import math
import sys
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from synthscope.errors import DocumentError, InputError

T = TypeVar("T")

Figure = Annotated[float, "null in JSON where it is not a number"]
"""A number that may be missing: NaN here, null in JSON, which knows no NaN."""


def to_json(value: Any) -> Any:
    """Turn a record (or a tuple, mapping or plain value) into what `json` can write."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    return value


def without_infinities(value: Any) -> Any:
    """Put null where a number of JSON-like data is infinite or none: JSON knows neither."""
    if isinstance(value, dict):
        return {name: without_infinities(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_infinities(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def from_json(record_type: type[T], data: Any) -> T:
    """Make a record from what `to_json` gave.

    Unknown names are refused and missing ones take their defaults, so that a damaged document is
    never half read.

    Raises
    ------
    DocumentError
        If a name is unknown or missing, or a value has another type than its field or is not possible.
    """
    try:
        built: T = _build(record_type, data, record_type.__name__)
    except (InputError, RecursionError) as error:
        if isinstance(error, DocumentError):
            raise
        said = "is nested too deeply" if isinstance(error, RecursionError) else f"holds what cannot be ({error})"
        raise DocumentError(f"{record_type.__name__} {said}; the document may be damaged.") from error
    return built


def canonical(value: Any) -> bytes:
    """Give the one byte string of a record's JSON: sorted names, no spaces, UTF-8."""
    text = json.dumps(to_json(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode(errors="backslashreplace")  # a file name may hold bytes that are no text


def digest(value: Any) -> str:
    """Hash a record: SHA-256 (hex) of its canonical JSON."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _build(hint: Any, data: Any, where: str) -> Any:
    if hint is Any or (hint == Figure and data is None):
        return math.nan if hint == Figure else data
    if hasattr(hint, "__metadata__"):
        hint = get_args(hint)[0]
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _build_union(hint, data, where)
    if origin is Literal:
        return _expect(data in get_args(hint), data, f"one of {get_args(hint)}", where)
    if origin is not None and origin in _COLLECTIONS:
        return _COLLECTIONS[origin](hint, data, where)
    if isinstance(hint, type) and is_dataclass(hint):
        return _build_record(hint, data, where)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(_expect(data in {member.value for member in hint}, data, f"a {hint.__name__}", where))
    return _build_plain(hint, data, where)


def _build_plain(hint: Any, data: Any, where: str) -> Any:
    if hint is float and isinstance(data, int) and not isinstance(data, bool):
        return float(_expect(abs(data) <= sys.float_info.max, data, "a number of at most 1.8e308", where))
    right = isinstance(data, hint) and (hint is bool or not isinstance(data, bool))
    return _expect(right, data, hint.__name__, where)


def _build_union(hint: Any, data: Any, where: str) -> Any:
    options = get_args(hint)
    if data is None and type(None) in options:
        return None
    failures = []
    for option in options:
        if option is type(None):
            continue
        try:
            return _build(option, data, where)
        except DocumentError as error:
            failures.append(error)
    raise failures[-1]


def _build_tuple(hint: Any, data: Any, where: str) -> tuple[Any, ...]:
    _expect(isinstance(data, list | tuple), data, "a list", where)
    arguments = get_args(hint)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(_build(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(data))
    _expect(len(data) == len(arguments), data, f"a list of {len(arguments)}", where)
    pairs = enumerate(zip(arguments, data, strict=True))
    return tuple(_build(argument, item, f"{where}[{i}]") for i, (argument, item) in pairs)


def _build_mapping(hint: Any, data: Any, where: str) -> dict[str, Any]:
    _expect(isinstance(data, Mapping), data, "an object", where)
    item = get_args(hint)[1]
    return {str(key): _build(item, value, f"{where}.{key}") for key, value in data.items()}


def _build_record(record_type: type, data: Any, where: str) -> Any:
    _expect(isinstance(data, Mapping), data, "an object", where)
    hints = _hints(record_type)
    known = {f.name: f for f in fields(record_type)}
    unknown = sorted(set(data) - set(known))
    _expect(not unknown, ", ".join(unknown), "no name but " + ", ".join(known), where)
    missing = [n for n, f in known.items() if n not in data and f.default is MISSING and f.default_factory is MISSING]
    _expect(not missing, data, "a value for " + ", ".join(missing), where)
    return record_type(**{name: _build(hints[name], data[name], f"{where}.{name}") for name in data})


@cache
def _hints(record_type: type) -> Mapping[str, Any]:
    """Give the types of a record's fields; reading them takes longer than making the record."""
    return get_type_hints(record_type, include_extras=True)


def _expect(right: bool, data: Any, wanted: str, where: str) -> Any:
    if not right:
        raise DocumentError(
            f"{where} holds {str(data)[:80]!r} where {wanted} is expected; the document may be damaged."
        )
    return data


_COLLECTIONS: dict[Any, Any] = {
    tuple: _build_tuple,
    Mapping: _build_mapping,
    dict: _build_mapping,
}
