"""Looking for whatever in a pack could tell one arm from another."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from synthscope.records.documents import canonical, to_json
from synthscope.records.study_pack import PackManifest
from synthscope.studies.pack.layout import MANIFEST, MOMENT, picture_name
from synthscope.studies.pack.reading import open_pack
from synthscope.studies.pack.slots import shown_in

ASKED = frozenset({"real", "synthetic"})
"""Words that the question to the raters itself may hold; of a picture they say nothing there."""
_TEXTS = ("paradigm", "title", "questions", "introduction", "consent")
_SHORTEST = 4
"""Bytes of a word that is looked for inside pixels: shorter ones occur there by chance."""


def scan_pack(path: Path, forbidden: Iterable[str]) -> tuple[str, ...]:
    """Say what a rater could learn from the pack beside its pixels; empty for a clean one.

    Parameters
    ----------
    forbidden : iterable of str
        Names of arms and models, paths, cases: looked for in any case of letters, in names, texts and pictures.

    Raises
    ------
    FileError, DocumentError
        If it is no whole pack.
    """
    words = sorted({word.casefold() for word in forbidden if word.strip()})
    with open_pack(path) as pack, ZipFile(path) as file:
        entries = file.infolist()
        manifest = pack.manifest
        findings = [*_odd_entries(entries, manifest.codes), *_of_others(manifest)]
        findings += _in_manifest(to_json(manifest), words)
        if file.comment:
            findings.append("The zip carries a comment.")
        for info in entries:
            findings += _in_entry(info, words)
            if info.filename != MANIFEST:
                findings += _in_bytes(file.read(info), info.filename, words)
    return tuple(findings)


def _odd_entries(entries: list[ZipInfo], codes: tuple[str, ...]) -> list[str]:
    expected = [MANIFEST, *(picture_name(code) for code in codes)]
    names = [info.filename for info in entries]
    findings = [f"{name} does not belong into a pack." for name in names if name not in set(expected)]
    if not findings and names != expected:
        findings.append("The files of the pack are not in the order of their codes.")
    if len({info.file_size for info in entries if info.filename != MANIFEST}) > 1:
        findings.append("The pictures differ in their number of bytes.")
    return findings


def _of_others(manifest: PackManifest) -> list[str]:
    """Look for what belongs to other raters: what they see together could tell what is real."""
    findings = [] if len(manifest.slots) == 1 else [f"The pack holds {len(manifest.slots)} schedules, not one."]
    unseen = set(manifest.codes) - set(shown_in(manifest.slots))
    return findings + [f"No trial of the pack shows picture {code}." for code in sorted(unseen)]


def _in_entry(info: ZipInfo, words: list[str]) -> list[str]:
    findings = [f"The name {info.filename} holds {word!r}." for word in words if word in info.filename.casefold()]
    if info.date_time != MOMENT:
        findings.append(f"{info.filename} carries a time of its own.")
    if info.compress_type != ZIP_STORED:
        findings.append(f"{info.filename} is compressed: its size tells of its content.")
    if info.comment or info.extra:
        findings.append(f"{info.filename} carries a comment or extra fields.")
    return findings


def _in_manifest(document: dict[str, Any], words: list[str]) -> list[str]:
    texts = {name: document.pop(name) for name in _TEXTS}
    del document["format"], document["showing"]  # words of our own
    identifiers, prose = (canonical(list(_values(part))).decode().casefold() for part in (document, texts))
    found = [word for word in words if word in identifiers or (word in prose and word not in ASKED)]
    return [f"The manifest holds {word!r}." for word in found]


def _values(part: Any) -> Iterable[Any]:
    """Give the values of JSON-like data, without the names of its fields."""
    if isinstance(part, dict):
        part = list(part.values())
    if isinstance(part, list):
        for item in part:
            yield from _values(item)
    else:
        yield part


def _in_bytes(data: bytes, name: str, words: list[str]) -> list[str]:
    lower = data.lower()
    return [
        f"The bytes of {name} hold {word!r}."
        for word in words
        if len(word.encode()) >= _SHORTEST and word.encode() in lower
    ]
