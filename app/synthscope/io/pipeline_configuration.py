"""How a pipeline is put together, told from its folder: names, classes and configurations, without any weights."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.faults import reading_faults
from synthscope.records.pretrained import PARTS, SERVES, Configuration, FoundFile

INDEX, CONFIG = "model_index.json", "config.json"
LIBRARIES = ("diffusers", "transformers")
TAKEN = (".json", ".txt", ".model")
"""Endings of files that are taken in beside weights; all others (programs, pickles, pictures) stay behind."""
LEFT_OUT = ("safety_checker",)
"""Components that no generator of ours uses: a judge of photographs has no word in science."""
MOST_JSON = 64 * 2**20
_COMPONENT = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def find_configuration(folder: Path, name: str) -> Configuration:
    """Tell how the pipeline, or the network, of a folder is put together; weights need not be there.

    Parameters
    ----------
    folder : Path
        With ``model_index.json`` (a pipeline) or ``config.json`` (one network).
    name : str
        What it is called in sentences.

    Raises
    ------
    FileError
        If a component's configuration is missing.
    DocumentError
        If a file is damaged.
    InputError
        If it is of a kind that no generator works with.
    """
    if (folder / INDEX).is_file():
        return _of_pipeline(folder, name)
    if (folder / CONFIG).is_file() and class_of(folder / CONFIG) in PARTS:
        told = read_json(folder / CONFIG)
        files = (FoundFile(folder / CONFIG, CONFIG),)
        return Configuration(name, folder, class_of(folder / CONFIG), files, {}, *_of_network(told))
    raise InputError(
        f"{name!r} is no pipeline: it holds neither {INDEX} nor the {CONFIG} of a ControlNet; name another one."
    )


def components_of(index: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    """Give name and class of each component, and refuse one that is a program of somebody else's."""
    for component, told in index.items():
        if component.startswith("_") or component in LEFT_OUT or not isinstance(told, list):
            continue
        library, class_name = (*told, None, None)[:2]
        if library is None or class_name is None:
            continue
        if library not in LIBRARIES and not str(library).startswith(("stable_diffusion", "stable_unclip")):
            raise InputError(
                f"Component {component} of {name} is of {library!r}: it would run a program of its own, which this "
                f"program does not do; choose a pipeline of {' and '.join(LIBRARIES)} alone."
            )
        if not _COMPONENT.fullmatch(component):
            raise InputError(
                f"{name} has a component {component!r}, which is no name of a folder in it and could reach files "
                "elsewhere; choose another pipeline."
            )
        yield component, str(class_name)


def configuration_of(folder: Path, component: str, name: str) -> list[Path]:
    """Give the files of a component that are no weights.

    Raises
    ------
    FileError
        If there is none.
    """
    found = [p for p in sorted(folder.iterdir()) if p.suffix in TAKEN and p.is_file() and not is_shard_index(p)]
    if not found:
        raise FileError(f"Component {component} of {name} has no configuration; fetch the whole folder.")
    return found


def is_shard_index(path: Path) -> bool:
    """Whether a file tells which weights lie in which of several files."""
    return path.name.endswith(".index.json")


def class_of(path: Path) -> str:
    """Give the class that a configuration names; empty where it cannot be read."""
    try:
        return str(read_json(path).get("_class_name", ""))
    except (FileError, DocumentError):
        return ""


def read_json(path: Path) -> dict[str, Any]:
    """Read a configuration.

    Raises
    ------
    FileError, DocumentError
        If it cannot be read, or is damaged.
    """
    with reading_faults(path):
        if path.stat().st_size > MOST_JSON:
            raise DocumentError(f"{path.name} of {path.parent.name} is too large for a configuration.")
        text = path.read_text(encoding="utf-8", errors="replace")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{path.parent.name}/{path.name} is damaged ({error}); fetch it again.") from error
    if not isinstance(found, dict):
        raise DocumentError(f"{path.parent.name}/{path.name} is no configuration; fetch it again.")
    return found


def _of_pipeline(folder: Path, name: str) -> Configuration:
    index = read_json(folder / INDEX)
    kind = str(index.get("_class_name", ""))
    if kind not in SERVES:
        raise InputError(f"{name!r} is a {kind or 'pipeline without a class'}, with which no generator works; "
                         "name another one.")  # fmt: skip
    components = dict(components_of(index, name))
    files = [FoundFile(folder / INDEX, INDEX)]
    for component, class_name in components.items():
        if not (folder / component).is_dir():
            raise FileError(f"{name} lacks its component {component} ({class_name}); fetch the whole folder.")
        found = configuration_of(folder / component, component, name)
        files += [FoundFile(path, f"{component}/{path.name}") for path in found]
    told = read_json(folder / "unet" / CONFIG) if "unet" in components else {}
    return Configuration(name, folder, kind, tuple(files), components, *_of_network(told))


def _of_network(told: Mapping[str, Any]) -> tuple[int, int]:
    """Give the channels of a network, and the width of the words that it attends to."""
    words = told.get("cross_attention_dim")
    words = words[0] if isinstance(words, list) and words else words
    channels, width = (one if isinstance(one, int) else 0 for one in (told.get("in_channels"), words))
    return channels, width
