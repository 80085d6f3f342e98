"""Models as recipes name them: relative to the project they belong to, and found again by name or by hash."""

from __future__ import annotations

from pathlib import Path

from synthscope.errors import DocumentError, FileError
from synthscope.io.models import read_card
from synthscope.services.models import MODELS, find_by_hash, find_model


def reference_to(folder: Path, project: Path | None) -> str:
    """Say how a recipe refers to a model: one of the project relative to it, as the project's folder may be moved."""
    inside = project is not None and folder.parent == project / MODELS
    return f"{MODELS}/{folder.name}" if inside else str(folder.resolve())


def find_recorded(name: str, sha256: str, project: Path | None) -> Path | None:
    """Find a model that a recipe refers to: where it says, else by the hash of its weights, among all that are known.

    Parameters
    ----------
    name : str
        As `reference_to` wrote it; a damaged model of that name, or another one, does not end the search.
    sha256 : str
        Of its weights; empty where the recipe does not say: then the name alone counts.

    Returns
    -------
    Path or None
        Its folder; None where it is not here.
    """
    if name:
        try:
            folder = find_model(name, project)
            if sha256 in ("", read_card(folder).weights_sha256):
                return folder
        except (FileError, DocumentError):
            pass  # it may have another name now
    return find_by_hash(sha256, project) if sha256 else None
