"""Words under a name: those of the program, and those that a person saves in a project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from synthscope.errors import InputError
from synthscope.io.documents import read_document, write_document
from synthscope.records.generator import GeneratorSpec
from synthscope.records.prompt_sets import PromptSet, PromptSetsDocument
from synthscope.records.request import Prompts
from synthscope.services.naming import file_stem

NAME = "prompt-sets.json"
LONGEST_TITLE = 60


@cache
def bundled_sets() -> tuple[PromptSet, ...]:
    """Give the sets that the program brings along, those of the reference study first."""
    return _read(Path(str(files("synthscope_resources"))) / "prompts" / NAME)


def own_sets(project: Path) -> tuple[PromptSet, ...]:
    """Read the sets that were saved in the folder of a project, in the order of their titles.

    Raises
    ------
    FileError, DocumentError
        If the document is damaged, or of a newer program.
    """
    path = project / NAME
    return _read(path) if path.exists() else ()


def keep_sets(project: Path, sets: Iterable[PromptSet]) -> None:
    """Write the own sets of a project, whole or not at all."""
    write_document(project / NAME, PromptSetsDocument(tuple(sorted(sets, key=lambda one: one.title.casefold()))))


def save_set(project: Path, title: str, prompts: Prompts) -> PromptSet:
    """Save words in a project under a name; an own set of that name is replaced.

    Raises
    ------
    InputError
        If the name is empty or too long, or there are no words.
    """
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise InputError(f"The name of a prompt set is {title[:80]!r}; give 1 to {LONGEST_TITLE} letters.")
    if prompts == Prompts():
        raise InputError("All fields of words are empty; write some before they are saved.")
    made = PromptSet(file_stem(title.casefold(), "own"), title, prompts)
    keep_sets(project, (*(one for one in own_sets(project) if one.id != made.id), made))
    return made


def delete_set(project: Path, wanted: str) -> None:
    """Delete an own set of a project.

    Raises
    ------
    InputError
        If it has none of that id.
    """
    sets = own_sets(project)
    find_set(wanted, sets)
    keep_sets(project, (one for one in sets if one.id != wanted))


def find_set(wanted: str, sets: Iterable[PromptSet] | None = None) -> PromptSet:
    """Find a set by its id, among the program's own where no others are given.

    Raises
    ------
    InputError
        If there is none.
    """
    known = {one.id: one for one in (bundled_sets() if sets is None else sets)}
    if wanted not in known:
        raise InputError(f"There is no prompt set {wanted!r}; give one of: {', '.join(known) or 'none yet'}.")
    return known[wanted]


def with_set(prompts: Prompts, one: PromptSet, spec: GeneratorSpec) -> Prompts:
    """Fill the words that a generator reads and nobody gave from a set; what was given stays.

    Raises
    ------
    InputError
        If the generator reads none of them.
    """
    read = words_for(one, spec)
    if not read:
        raise InputError(f"{spec.title} reads no words of the prompt set {one.id!r}; choose another, or leave it out.")
    missing: dict[str, Any] = {name: words for name, words in read.items() if not getattr(prompts, name)}
    return replace(prompts, **missing)


def words_for(one: PromptSet, spec: GeneratorSpec) -> dict[str, str]:
    """Give the words of a set that a generator reads, by their field."""
    return {name: words for name, words in asdict(one.prompts).items() if words and name in spec.prompts}


def describe_sets() -> list[dict[str, Any]]:
    """List the program's own sets as plain values."""
    return [asdict(one) for one in bundled_sets()]


def _read(path: Path) -> tuple[PromptSet, ...]:
    return read_document(path, PromptSetsDocument).sets
