"""The rater packs in a study's folder: written one for each slot, found again, and read as one set of pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from synthscope.errors import FileError, InputError
from synthscope.io.atomic import replacing
from synthscope.io.faults import reading_faults, writing_faults
from synthscope.records.events import Job, Progress
from synthscope.records.study_pack import PackManifest
from synthscope.studies.pack.layout import picture_size
from synthscope.studies.pack.reading import Pack, open_pack
from synthscope.studies.pack.scanning import scan_pack
from synthscope.studies.pack.slots import manifest_of
from synthscope.studies.pack.writing import write_pack

PACKS, SUFFIX = "packs", ".ratepack"
"""Folder of the packs in that of a frozen study, and how they end: ``packs/SLOT.ratepack``."""
ONE_PACK = "study.ratepack"
"""The one pack of all raters, as earlier versions of the program froze it."""
Read = Callable[[str], np.ndarray]


def write_packs_job(folder: Path, whole: PackManifest, words: Iterable[str], read: Read) -> Job[dict[str, str]]:
    """Write a pack for each slot into the folder of a study, all of them or none.

    Parameters
    ----------
    whole : PackManifest
        Of all slots.
    words : iterable of str
        That no pack may hold.
    read : callable
        From a code to its picture, uint8 (Z, Y, X, C).

    Yields
    ------
    Progress

    Returns
    -------
    dict
        From a slot to the SHA-256 of its pack.

    Raises
    ------
    InputError
        If a pack would tell what it must not.
    FileError, DiskFull
        If they cannot be written.
    """
    words, found = tuple(words), {}
    manifests = [manifest_of(whole, slot) for slot in whole.slots]
    needed = sum(picture_size(one) * len(one.codes) for one in manifests)
    with replacing(folder / PACKS, needed=needed) as partial:
        with writing_faults(partial):
            partial.mkdir()
        for number, one in enumerate(manifests):
            yield Progress(number, len(manifests), "Rater packs are written")
            name = one.slots[0].id
            path = write_pack(partial / f"{name}{SUFFIX}", one, read)
            if findings := scan_pack(path, words):
                raise InputError(
                    f"The rater pack would tell what it must not: {findings[0]} Rename it, or change the text that "
                    "says so."
                )
            found[name] = digest_of(path)
    return found


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with reading_faults(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack_files(folder: Path, whole: PackManifest) -> tuple[Path, ...]:
    """Name the packs of a study in the order of its slots, whether they are there or not.

    Of a study that an earlier version froze: the one pack of all its raters.
    """
    if (folder / ONE_PACK).is_file() and not (folder / PACKS).is_dir():
        return (folder / ONE_PACK,)
    return tuple(folder / PACKS / f"{slot.id}{SUFFIX}" for slot in whole.slots)


@contextmanager
def pictures_in(paths: Iterable[Path]) -> Iterator[Read]:
    """Read the pictures of several packs by their codes, for a block.

    Only packs with pictures that those before them lack are kept open.

    Raises
    ------
    FileError
        If a pack is missing.
    DocumentError
        If one is damaged.
    """
    holders: dict[str, Pack] = {}
    with ExitStack() as kept:
        for path in paths:
            pack = open_pack(path)
            new = dict.fromkeys(set(pack.manifest.codes) - set(holders), pack)
            if new:
                kept.enter_context(pack)
                holders |= new
            else:
                pack.close()

        def read(code: str) -> np.ndarray:
            if code not in holders:
                raise FileError(f"None of these packs holds picture {code}; put the packs of all raters together.")
            return holders[code].picture(code)

        yield read
