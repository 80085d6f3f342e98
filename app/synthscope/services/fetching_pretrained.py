"""Pretrained models of the catalogue, fetched from the hub after consent, and taken in like any other."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from synthscope.errors import DocumentError, InputError
from synthscope.io.faults import size_in_words, writing_faults
from synthscope.io.fetching import fetch_file
from synthscope.io.hub import HubFile, ask_commit, ask_files, check_digest, choose_files, file_address, hub_address
from synthscope.io.locking import alone
from synthscope.io.pipeline_configuration import INDEX
from synthscope.records.checkpoint import GATE_WORDS, Checkpoint
from synthscope.records.events import Job, Progress
from synthscope.records.pipeline_catalogue import find_checkpoint
from synthscope.services.models import user_models
from synthscope.services.pretrained import import_pretrained
from synthscope.services.run_folder import now

ARRIVING = ".arriving"
_COMMIT = "commit.txt"


def fetch_pretrained(
    checkpoint_id: str, *, consent: bool, licence_accepted: bool = False, half: bool = False
) -> Job[Path]:
    """Fetch a pretrained model of the catalogue and take it in for all projects.

    What has come stays when the job fails or is cancelled, and the next one goes on, with the same commit.

    Parameters
    ----------
    consent : bool
        Whether the person has agreed to the transfer, having seen `transfer_words`: without it nothing is asked of any
        network.
    licence_accepted : bool
        Whether the person has agreed to the licence on its own, where `Checkpoint.needs_agreement`.
    half : bool
        Take weights of half precision where they are published.

    Returns
    -------
    Path
        The model's folder.

    Raises
    ------
    InputError
        If an agreement is missing, it cannot be fetched, is here already, or came with another hash.
    WorkError, DiskFull
        If the transfer breaks off, or there is no room.
    FileError, DocumentError
        If what is published is not whole, or pickled.
    """
    card = find_checkpoint(checkpoint_id)
    check_agreements(card, consent=consent, licence_accepted=licence_accepted)
    name = card.id
    if (user_models() / name).exists():
        raise InputError(f"{name!r} is there already; remove it before it is fetched again.")
    arriving = arriving_folder(card)
    with writing_faults(arriving):
        arriving.mkdir(parents=True, exist_ok=True)
    busy = InputError(f"{card.id!r} is being fetched already; wait for that to end.")
    with alone(arriving.with_name(f"{card.id}.lock"), busy):
        commit = yield from _commit(card, arriving, half=half)
        whole = yield from _transfer(card, commit, arriving, half=half)
        folder = yield from import_pretrained(
            whole, None, name, licence=card.licence, origin=f"{card.hub}@{commit}",
            agreement=f"{card.licence}, agreed to on {now()}",
        )  # fmt: skip
        shutil.rmtree(arriving, ignore_errors=True)
    return folder


def check_agreements(card: Checkpoint, *, consent: bool, licence_accepted: bool) -> None:
    """Refuse a fetch that cannot be, or was not agreed to.

    Raises
    ------
    InputError
        With a sentence that says what is missing.
    """
    if not card.can_be_fetched:
        raise InputError(
            f"{card.title} ({card.id}) cannot be fetched by this program ({GATE_WORDS[card.gate]}); get {card.by_hand}."
        )
    if not consent:
        raise InputError(f"{transfer_words(card)} Nothing is fetched without consent; say yes to it.")
    if card.needs_agreement and not licence_accepted:
        raise InputError(f"{licence_words(card)} Nothing is fetched before you accept it: --accept-licence.")


def transfer_words(card: Checkpoint) -> str:
    """Say what a fetch means: what, how much, from where, under which licence."""
    full, small = (size_in_words(card.memory(half=half)) for half in (False, True))
    host = hub_address().split("//")[-1]
    gone = f" {card.there}" if card.gate == "removed" else ""
    return (
        f"{card.title} ({card.id}): about {full} ({small} in half precision), by its number of parameters, from "
        f"{card.hub} at {host}, licence {card.licence}.{gone}"
    )


def licence_words(card: Checkpoint) -> str:
    """Say what must be agreed to beside the transfer; empty where nothing must."""
    if not card.needs_agreement:
        return ""
    return f"{card.title} is licensed under {card.licence} ({GATE_WORDS[card.gate]})."


def arriving_folder(card: Checkpoint) -> Path:
    """Give the folder that a fetch gathers its files in; it need not exist."""
    return user_models() / ARRIVING / card.id


def _commit(card: Checkpoint, arriving: Path, *, half: bool) -> Job[str]:
    """Give the commit that was begun with, or ask for it; another precision begins anew."""
    path, precision = arriving / _COMMIT, "half" if half else "full"
    if path.is_file():
        begun, _, before = path.read_text(encoding="utf-8").partition(" ")
        if before == precision:
            return begun
        with writing_faults(arriving):
            shutil.rmtree(arriving)
            arriving.mkdir()
    commit = yield from ask_commit(card.hub, card.revision, arriving)
    with writing_faults(path):
        path.write_text(f"{commit} {precision}", encoding="utf-8")
    return commit


def _transfer(card: Checkpoint, commit: str, arriving: Path, *, half: bool) -> Job[Path]:
    """Fetch all files that are read, each held to its hash, and give their folder."""
    listed = yield from ask_files(card.hub, commit, arriving)
    whole = arriving / "whole"
    first = next((file for file in listed if file.name == INDEX), None)
    index = {}
    if first is not None:
        path = yield from _one(card, commit, first, whole)
        index = _index_of(path, card)
    chosen = choose_files(listed, index, card.hub, half=half)
    if not chosen:
        raise DocumentError(f"{card.hub} holds no pipeline; get {card.by_hand}.")
    for i, file in enumerate(chosen):
        yield Progress(i, len(chosen), f"Fetching {file.name}")
        yield from _one(card, commit, file, whole)
    return whole


def _one(card: Checkpoint, commit: str, file: HubFile, whole: Path) -> Job[Path]:
    path = whole / file.kept_as
    if path.is_file():
        return path
    coming = path.with_name(f"{path.name}.coming")  # has its own name once its hash was checked
    with writing_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    if not coming.is_file():
        yield from fetch_file(file_address(card.hub, commit, file), coming, size=file.size)
    check_digest(coming, file)
    with writing_faults(path):
        coming.replace(path)
    return path


def _index_of(path: Path, card: Checkpoint) -> dict[str, object]:
    try:
        found = json.loads(path.read_text(encoding="utf-8", errors="replace"))
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"The {INDEX} of {card.hub} is damaged; get {card.by_hand}.") from error
    if not isinstance(found, dict):
        raise DocumentError(f"The {INDEX} of {card.hub} is no index; get {card.by_hand}.")
    return found
