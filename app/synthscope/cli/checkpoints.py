"""The commands of the catalogue of pretrained models: search in it, fetch one of it."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from synthscope.cli.options import IdleDevice, IdleSeed, Json
from synthscope.cli.output import run_with_bar, say
from synthscope.io.faults import size_in_words
from synthscope.records.checkpoint import GATE_WORDS, Checkpoint
from synthscope.records.pipeline_catalogue import PIPELINES, find_checkpoint, search_checkpoints
from synthscope.services.fetching_pretrained import fetch_pretrained, licence_words, transfer_words
from synthscope.services.models import list_models

FORMAT = "synthscope/catalogue/1"


def search(
    words: Annotated[
        list[str] | None, typer.Argument(help="Words of its name, task, generator or licence; all without.")
    ] = None,
    open_only: Annotated[bool, typer.Option("--open", help="Only those that all may use.")] = False,
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """Search the catalogue of pretrained models: what each is, what it takes, and under which licence."""
    found = search_checkpoints(" ".join(words or ()), open_only=open_only)
    here = {row.name for row in list_models()}
    text = "\n".join(_words(one, installed=one.id in here) for one in found)
    nothing = f"No pretrained model of the catalogue fits; the catalogue has {', '.join(one.id for one in PIPELINES)}."
    document = {"format": FORMAT, "models": [_document(one, installed=one.id in here) for one in found]}
    say(document, text or nothing, as_json=as_json)


def is_checkpoint(name: str) -> bool:
    """Whether the catalogue of pretrained models has one of that name."""
    return any(one.id == name for one in PIPELINES)


def fetch_checkpoint(name: str, *, yes: bool, accept_licence: bool, half: bool, as_json: bool) -> None:
    """Fetch a pretrained model, after both agreements, asked for where a person sits there."""
    card = find_checkpoint(name)
    asks = sys.stdin.isatty() and not as_json and card.can_be_fetched
    agreed = yes or (asks and typer.confirm(f"{transfer_words(card)} Fetch it?"))
    if agreed and asks and card.needs_agreement and not accept_licence:
        accept_licence = typer.confirm(f"{licence_words(card)} Do you accept this licence?")
    folder = run_with_bar(fetch_pretrained(name, consent=agreed, licence_accepted=accept_licence, half=half))
    document = {"format": FORMAT, "model": str(folder), "name": folder.name, "licence": card.licence}
    say(document, f"{card.title} is installed as {folder.name!r}, licence {card.licence}", as_json=as_json)


def _document(one: Checkpoint, *, installed: bool) -> dict[str, Any]:
    return {
        "name": one.id, "title": one.title, "generators": list(one.serves), "tasks": list(one.tasks),
        "part": one.part, "hub": one.hub, "revision": one.revision, "licence": one.licence, "gate": one.gate,
        "parameters": one.parameters, "memory_float32": one.memory(half=False),
        "memory_float16": one.memory(half=True), "trained_on": one.trained_on, "upstream": one.upstream,
        "seen": one.seen, "unverified": list(one.unverified), "by_hand": one.by_hand, "citation": one.citation,
        "can_be_fetched": one.can_be_fetched, "installed": installed,
    }  # fmt: skip


def _words(one: Checkpoint, *, installed: bool) -> str:
    sizes = f"{size_in_words(one.memory(half=False))}, or {size_in_words(one.memory(half=True))} in half precision"
    state = "installed" if installed else GATE_WORDS[one.gate]
    unsure = f" Not verified: {', '.join(one.unverified)}." if one.unverified else ""
    return (
        f"{one.id:>22}  {one.title}: {', '.join(one.tasks)}; {state}\n{'':>24}for {', '.join(one.serves)}; about "
        f"{sizes}; {one.licence}\n{'':>24}{one.there}{unsure}"
    )
