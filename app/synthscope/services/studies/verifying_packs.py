"""Holding rater packs against what was frozen and published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from synthscope.errors import FileError
from synthscope.services.studies.publication import Publication
from synthscope.services.studies.rater_packs import SUFFIX, digest_of, pictures_in
from synthscope.studies.pack.reading import open_pack
from synthscope.studies.pack.slots import manifest_of, shown_in


def packs_at(place: Path) -> tuple[Path, ...]:
    """Give the packs of a folder, or the one pack that was named.

    Raises
    ------
    FileError
        If the folder holds none.
    """
    if not place.is_dir():
        return (place,)
    found = tuple(sorted(place.glob(f"*{SUFFIX}")))
    if not found:
        raise FileError(f"{place} holds no rater pack (*{SUFFIX}); choose the folder of the packs, or one of them.")
    return found


def pack_problems(publication: Publication, packs: Sequence[Path]) -> Iterator[str]:
    """Compare manifests and pictures of rater packs with what was frozen; sentences, none where all is well.

    Raises
    ------
    FileError, DocumentError
        If a pack is missing or damaged.
    """
    if not publication.frozen.packs:
        for path in packs:
            yield from _whole(publication, path)
        return
    seen = set()
    for path in packs:
        with open_pack(path) as pack:
            manifest = pack.manifest
        slot = publication.manifest.slot(manifest.slots[0].id) if len(manifest.slots) == 1 else None
        if slot is None or manifest != manifest_of(publication.manifest, slot):
            yield f"{path.name} is no rater pack of this study, or its manifest was changed."
            continue
        seen.add(slot.id)
        if digest_of(path) != publication.frozen.packs.get(slot.id):
            yield f"The pictures of {path.name} are not those that were frozen: the hash of the pack differs."
    if seen == set(publication.frozen.packs):
        yield from _pictures(publication, packs)


def packs_missing(publication: Publication, packs: Sequence[Path]) -> int:
    """Count the raters whose packs are not among those that were given."""
    return max(0, len(publication.frozen.packs) - len(packs))


def _whole(publication: Publication, path: Path) -> Iterator[str]:
    """Check the one pack of all raters, as earlier versions froze it."""
    with open_pack(path) as pack:
        is_same = pack.manifest == publication.manifest
    if not is_same:
        yield f"{path.name} is not the rater pack of this study, or its manifest was changed."
    yield from _pictures(publication, [path])


def _pictures(publication: Publication, packs: Sequence[Path]) -> Iterator[str]:
    found = hashlib.sha256()
    with pictures_in(packs) as picture:
        for code in shown_in(publication.manifest.slots):
            found.update(code.encode() + picture(code).tobytes())
    if found.hexdigest() != publication.frozen.pictures:
        names = packs[0].name if len(packs) == 1 else "these packs"
        yield f"The pictures of {names} are not those that were frozen: their hash differs."
