"""Files of a repository on the hub: listed, chosen, and held to the hashes that the hub tells."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.faults import reading_faults
from synthscope.io.fetching import drop_partial, fetch_file
from synthscope.io.pipeline_configuration import CONFIG, INDEX, LEFT_OUT, TAKEN
from synthscope.io.safetensors_form import PICKLES
from synthscope.records.events import Job

HUB = "https://huggingface.co"
_WEIGHTS = ".safetensors"
_MOST_FILES = 1000
"""The hub lists so many in one answer; a pipeline has some thirty."""
_PIECE = 4 * 2**20
_COMMIT = re.compile(r"[0-9a-f]{40}")
_HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)?")
_HALF = re.compile(r"\.fp16(?=[.-])")
_OTHERS = (".non_ema", ".bf16")


@dataclass(frozen=True)
class HubFile:
    """One file of a repository.

    Parameters
    ----------
    name : str
        Below the repository, with slashes.
    digest : str
        SHA-256 of a large file (64 digits), or git's SHA-1 of a small one (40 digits).
    """

    name: str
    size: int
    digest: str

    @property
    def kept_as(self) -> str:
        """Its name without the word for half precision: what is kept has one precision only."""
        return _HALF.sub("", self.name)


def hub_address() -> str:
    """Give the hub's address: that of the variable ``HF_ENDPOINT``, as the hub's own tools do, or the public one."""
    return (os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")


def ask_commit(repository: str, revision: str, folder: Path) -> Job[str]:
    """Ask which commit a branch stands at: what a fetch began with is what it ends with.

    Raises
    ------
    InputError, WorkError
        As `fetch_file` does.
    DocumentError
        If the answer is none.
    """
    told = yield from _ask(f"api/models/{repository}/revision/{quote(revision, safe='')}", folder)
    commit = str(told.get("sha", "")) if isinstance(told, dict) else ""
    if not _COMMIT.fullmatch(commit):
        raise DocumentError(f"The hub's answer names no commit of {repository}; try again later.")
    return commit


def ask_files(repository: str, commit: str, folder: Path) -> Job[tuple[HubFile, ...]]:
    """Ask which files a repository has at a commit; those whose names could leave a folder are left out.

    Raises
    ------
    InputError, WorkError
        As `fetch_file` does.
    DocumentError
        If the answer is none, or is cut short.
    """
    told = yield from _ask(f"api/models/{repository}/tree/{commit}?recursive=true", folder)
    if not isinstance(told, list) or len(told) >= _MOST_FILES:
        raise DocumentError(f"The hub's list of {repository} is no list of a pipeline; fetch it by hand and import it.")
    return tuple(file for entry in told if (file := _file(entry)) is not None)


def file_address(repository: str, commit: str, file: HubFile) -> str:
    """Give the address of one file at one commit."""
    return f"{hub_address()}/{repository}/resolve/{commit}/{quote(file.name)}"


def choose_files(files: Sequence[HubFile], index: Mapping[str, Any], name: str, *, half: bool) -> tuple[HubFile, ...]:
    """Choose what a pipeline, or one network, is read from: configurations, vocabularies and safetensors.

    Parameters
    ----------
    index : mapping
        What ``model_index.json`` says; empty for a repository of one network.
    half : bool
        Take weights of half precision where they are there.

    Raises
    ------
    DocumentError
        If weights are there as pickles alone.
    FileError
        If a component is missing.
    """
    if not index:
        own = [file for file in files if file.name == CONFIG]
        return (*own, *_weights([file for file in files if "/" not in file.name], name, half=half))
    chosen = [file for file in files if file.name == INDEX]
    for component, told in index.items():
        if component.startswith("_") or component in LEFT_OUT or not isinstance(told, list) or None in told:
            continue
        inside = [file for file in files if file.name.startswith(f"{component}/")]
        if not inside:
            raise FileError(f"{name} lacks its component {component}; it cannot be used.")
        chosen += [file for file in inside if file.name.endswith(TAKEN) and not _is_list(file)]
        chosen += _weights(inside, f"{name}/{component}", half=half)
    return tuple(chosen)


def check_digest(path: Path, file: HubFile) -> None:
    """Hold a fetched file to the hash that the hub told, and delete another one.

    Raises
    ------
    InputError
        If it is another file.
    """
    large = len(file.digest) == hashlib.sha256().digest_size * 2
    # Git's name of a file is the SHA-1 of its length and its bytes; nothing rests on it but transfer.
    found = hashlib.sha256() if large else hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)
    with reading_faults(path), path.open("rb") as opened:
        while piece := opened.read(_PIECE):
            found.update(piece)
    if found.hexdigest() != file.digest:
        drop_partial(path)
        raise InputError(
            f"{file.name} came with the hash {found.hexdigest()[:16]}…, where the hub promised {file.digest[:16]}…; it "
            "was deleted. Fetch it again, or import the model from elsewhere."
        )


def _ask(question: str, folder: Path) -> Job[Any]:
    answer = folder / "answer.json"
    drop_partial(answer)
    path = yield from fetch_file(f"{hub_address()}/{question}", answer)
    try:
        return json.loads(path.read_text(encoding="utf-8", errors="replace"))
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{hub_address()} gave no answer that can be read; try again later.") from error
    finally:
        drop_partial(answer)


def _file(entry: Any) -> HubFile | None:
    if not isinstance(entry, dict) or entry.get("type") != "file":
        return None
    large = entry.get("lfs")
    told = large if isinstance(large, dict) else entry
    name, size, digest = str(entry.get("path", "")), told.get("size"), str(told.get("oid", "")).removeprefix("sha256:")
    fits = _SAFE.fullmatch(name) and isinstance(size, int) and size >= 0 and _HASH.fullmatch(digest)
    return HubFile(name, size, digest) if fits and isinstance(size, int) else None


def _is_list(file: HubFile) -> bool:
    """Whether this is the list of a network's shards, which goes with them."""
    return ".index." in PurePosixPath(file.name).name


def _weights(files: Sequence[HubFile], name: str, *, half: bool) -> list[HubFile]:
    """Choose the weights of one component, in one precision, with the list of their shards."""
    found = [one for one in files if one.name.endswith(_WEIGHTS) and not any(word in one.name for word in _OTHERS)]
    small = [one for one in found if _HALF.search(one.name)]
    full = [one for one in found if one not in small]
    chosen = small if (half and len(small) == 1) or not full else full
    if not chosen and any(one.name.endswith(PICKLES) for one in files):
        raise DocumentError(
            f"{name} has its weights as a pickled checkpoint alone, which could run any program; ask its publisher for "
            "safetensors."
        )
    if len(chosen) > 1:
        chosen += [one for one in files if one.name.endswith("safetensors.index.json")]
    return chosen
