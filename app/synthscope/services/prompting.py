"""Words for generators that read them: which they read, and which they cannot do without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType

from synthscope.errors import InputError, ParameterError
from synthscope.records.generator import GeneratorSpec
from synthscope.records.request import Prompts

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "prompt": "Prompt",
        "negative": "Negative prompt",
        "source": "What the image shows",
        "target": "What it shall show",
        "instruction": "Instruction",
    }
)
"""What a person reads before each field of `Prompts`."""
MOST_LETTERS = 4000


def check_prompts(prompts: Prompts, spec: GeneratorSpec) -> None:
    """Refuse words that a generator does not read, and miss those that it cannot do without.

    Raises
    ------
    ParameterError
        If words are given that it does not read, or too many.
    InputError
        If words are missing.
    """
    for one in fields(Prompts):
        words, title = getattr(prompts, one.name), TITLES[one.name]
        if words and one.name not in spec.prompts:
            known = ", ".join(TITLES[name].lower() for name in spec.prompts) or "no words"
            raise ParameterError(f"{title} is {_short(words)!r}, but {spec.id!r} reads {known}; leave it out.")
        if len(words) > MOST_LETTERS:
            raise ParameterError(f"{title} has {len(words)} letters; give at most {MOST_LETTERS}.")
    missing = missing_words(prompts, spec)
    if missing:
        raise InputError(missing)


def missing_words(prompts: Prompts, spec: GeneratorSpec) -> str:
    """Say which words a generator misses; empty when all are there."""
    missing = next((name for name in spec.needs_prompts if not getattr(prompts, name).strip()), "")
    if not missing:
        return ""
    return f"{spec.title} works by words, and {TITLES[missing]!r} is empty; write what is wanted."


def prompts_of(told: Prompts | Mapping[str, str] | None) -> Prompts:
    """Give words that were told by name, or none.

    Raises
    ------
    ParameterError
        If a name is no field of `Prompts`, or what it says are no words.
    """
    if told is None or isinstance(told, Prompts):
        return told or Prompts()
    for name, words in told.items():
        if name not in TITLES:
            raise ParameterError(f"There are no words called {name!r}; give some of: {', '.join(TITLES)}.")
        if not isinstance(words, str):
            raise ParameterError(f"{TITLES[name]} is {words!r}; give words.")
    return Prompts(**told)


def _short(words: str) -> str:
    return words if len(words) <= 40 else f"{words[:40]}…"
