"""Who stands in a line-up, and what each is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields, replace

from synthscope.errors import InputError, ParameterError
from synthscope.generators.registry import find_spec
from synthscope.records.generator import GeneratorSpec
from synthscope.records.lineup import Contender, LineupRecipe
from synthscope.records.mask_origin import MaskOrigin
from synthscope.records.request import Prompts
from synthscope.services.choosing import Choice, parameters_of
from synthscope.services.prompting import TITLES

REAL = "real"
"""The name of the folder of real windows: no contender has it."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]{0,60}")


def named(contenders: Sequence[Contender]) -> tuple[Contender, ...]:
    """Give every contender a name of its own: its generator's, numbered where one comes twice.

    Raises
    ------
    InputError
        If none is there, or a name cannot be that of a folder.
    """
    if not contenders:
        raise InputError("No generator is named; give at least one, such as harmonic.")
    found: list[Contender] = []
    for one in contenders:
        found.append(replace(one, name=one.name or _unused(one.generator, [other.name for other in found])))
    _check_names([one.name for one in found])
    return tuple(found)


def check_apart(contenders: Sequence[Contender]) -> None:
    """Refuse two contenders that would make the same images.

    Raises
    ------
    InputError
    """
    bare = [replace(one, name="") for one in contenders]
    twin = next((one for number, one in enumerate(bare) if one in bare[:number]), None)
    if twin is not None:
        raise InputError(f"{twin.generator!r} is named twice with the same settings; name it once.")


def spec_of(contender: Contender) -> GeneratorSpec:
    """Find the spec of a contender."""
    return find_spec(contender.generator)


def words_for(prompts: Prompts, spec: GeneratorSpec) -> Prompts:
    """Give those of the words that a generator reads: one set serves all."""
    return Prompts(**{one.name: getattr(prompts, one.name) for one in fields(Prompts) if one.name in spec.prompts})


def words_read(prompts: Prompts, contenders: Sequence[Contender]) -> Prompts:
    """Give those of the words that at least one contender reads."""
    read = {name for one in contenders for name in spec_of(one).prompts}
    return Prompts(**{one.name: getattr(prompts, one.name) for one in fields(Prompts) if one.name in read})


def told_words(prompts: Prompts, spec: GeneratorSpec) -> tuple[str, ...]:
    """Name the words that were given to a generator."""
    read = words_for(prompts, spec)
    return tuple(f"{TITLES[one.name]}: {getattr(read, one.name)}" for one in fields(Prompts) if getattr(read, one.name))


def choice_of(recipe: LineupRecipe, contender: Contender, origins: tuple[MaskOrigin, ...] = ()) -> Choice:
    """Give what a contender is asked of an image; `origins` says what found parts of its mask.

    Raises
    ------
    Unavailable
        If there is no such generator.
    ParameterError
        If a parameter is unknown or out of range.
    """
    spec = spec_of(contender)
    return Choice(
        recipe.task, spec.id, parameters_of(spec.id, contender.parameters), recipe.seeds, recipe.seed,
        context=recipe.context, device=recipe.device, model=contender.model, prompts=words_for(recipe.prompts, spec),
        adapters=contender.adapters, mask_origins=origins,
    )  # fmt: skip


def by_model(contenders: Sequence[Contender]) -> tuple[Contender, ...]:
    """Put contenders of one model, and of one generator, after one another: each model is loaded once."""
    first: dict[tuple[str, str], int] = {}
    for number, one in enumerate(contenders):
        first.setdefault((one.model, one.generator), number)
    models: dict[str, int] = {}
    for number, one in enumerate(contenders):
        models.setdefault(one.model or one.generator, number)
    return tuple(sorted(contenders, key=lambda c: (models[c.model or c.generator], first[c.model, c.generator])))


def check_words(recipe: LineupRecipe) -> None:
    """Refuse words that none of the contenders reads.

    Raises
    ------
    ParameterError
    """
    read = words_read(recipe.prompts, recipe.contenders)
    for one in fields(Prompts):
        if getattr(recipe.prompts, one.name) != getattr(read, one.name):
            raise ParameterError(f"{TITLES[one.name]} is given, but none of these generators reads it; leave it out.")


def _unused(name: str, taken: Sequence[str]) -> str:
    number = 2
    found = name
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found


def _check_names(names: Sequence[str]) -> None:
    lowered = [name.casefold() for name in names]
    for name in names:
        if lowered.count(name.casefold()) > 1:
            raise InputError(f"Two contenders are called {name!r}; give each a name of its own.")
        if not _NAME.fullmatch(name) or name.casefold() == REAL:
            raise InputError(
                f"A contender cannot be called {name!r}; take letters, digits, dots and hyphens, and not {REAL!r}."
            )
