"""RO-Crate metadata of a publication pack: what each file is, in words that repositories and machines read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from synthscope.records.study import PARADIGMS
from synthscope.services.studies.publication import Publication

CRATE = "ro-crate-metadata.json"
_VERSION = "https://w3id.org/ro/crate/1.1"
_FORMATS = {
    ".tsv": "text/tab-separated-values", ".json": "application/json", ".jsonl": "application/jsonl",
    ".sha256": "text/plain",
}  # fmt: skip
_WORDS = {
    "README": "What this is, and how it is checked",
    "participants.tsv": "The raters, under pseudonyms",
    "stimuli.tsv": "The pictures under their codes",
    "schedule.tsv": "Who was to see what, and when",
    "metrics.tsv": "Values of metrics for the same pictures and arms",
    "events.jsonl": "Everything that happened in the sessions, a chain of hashes for each",
    "flow.json": "Raters and trials, counted",
    "environment.json": "Versions of the programs that wrote this",
    "CHECKSUMS.sha256": "SHA-256 of every other file",
    "documents/erased.json": "Raters whose answers were erased: what there was, when and why",
    "documents/analysis.json": "What was estimated, with intervals and methods",
}


def crate_of(publication: Publication, names: Iterable[str]) -> dict[str, Any]:
    """Give ``ro-crate-metadata.json`` (RO-Crate 1.1) of a pack that holds files of these names.

    The date is that of the last step of the study: the same documents give the same text.
    """
    parts = [_file(name) for name in sorted(names)]
    manifest, frozen = publication.manifest, publication.frozen
    blind = " Blinded: arms stand under letters." if publication.blind else ""
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": manifest.title + (" (blinded)" if publication.blind else ""),
        "description": f"A blinded study of images by experts: {PARADIGMS[manifest.paradigm].rstrip('?')}.{blind}",
        "identifier": frozen.study,
        "datePublished": max((step.at for step in publication.course), default=frozen.at)[:10],
        "license": {"@id": "#licence"},
        "hasPart": [{"@id": part["@id"]} for part in parts],
    }
    descriptor = {
        "@id": CRATE, "@type": "CreativeWork", "conformsTo": {"@id": _VERSION}, "about": {"@id": "./"},
    }  # fmt: skip
    licence = {
        "@id": "#licence", "@type": "CreativeWork", "name": "Not stated here",
        "description": "Who publishes the pack states its licence where it is published.",
    }  # fmt: skip
    program = {"@id": "#program", "@type": "SoftwareApplication", "name": frozen.program}
    made = {
        "@id": "#made", "@type": "CreateAction", "name": "Publication pack", "instrument": {"@id": "#program"},
        "result": {"@id": "./"},
    }  # fmt: skip
    return {"@context": f"{_VERSION}/context", "@graph": [descriptor, root, licence, program, made, *parts]}


def _file(name: str) -> dict[str, Any]:
    ending = f".{name.rpartition('.')[2]}"
    found = {"@id": name, "@type": "File", "name": name, "encodingFormat": _FORMATS.get(ending, "text/plain")}
    return found | ({"description": _WORDS[name]} if name in _WORDS else {})
