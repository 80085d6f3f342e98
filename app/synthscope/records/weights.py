"""Weights that others trained: what can be had, and what lies here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

STORED_FORMAT = "synthscope/weights"
VERSION = 1

Trust = Literal["known", "first use"]
"""``known``: the hash is one that we saw ourselves; ``first use``: the hash was written down when the file came."""


@dataclass(frozen=True)
class WeightsFile:
    """One file that weights come as.

    Parameters
    ----------
    name : str
        What it is called.
    url : str
        Where it is fetched from; empty where it can only be imported.
    size : int
        Bytes of what is fetched, about; 0 where that is not known.
    sha256 : str
        Of the file, where somebody of this program has seen it; otherwise empty.
    member : str
        Where it lies in the archive (a wheel, a zip) that `url` gives; empty where `url` gives the file.
    archive_sha256 : str
        Of that archive, where it was seen.
    sha256_starts : str
        What its publisher says the hash begins with.
    """

    name: str
    url: str = ""
    size: int = 0
    sha256: str = ""
    member: str = ""
    archive_sha256: str = ""
    sha256_starts: str = ""


@dataclass(frozen=True)
class KnownFile:
    """Another file that these weights come as, and that was seen."""

    sha256: str
    name: str


@dataclass(frozen=True)
class WeightsCard:
    """Weights of the catalogue.

    Parameters
    ----------
    files : tuple of WeightsFile
        All are needed.
    purpose : str
        What for: names of encoders and metrics.
    licence : str
        Of the weights.
    hub : str
        The repository on Hugging Face that they are from, where they are from there.
    source : str
        Where they can be had by hand, in words.
    conversion : str
        ``module:Class`` that reads the file as arrays and refuses another network's; what is kept is a
        safetensors file. Empty where files are kept as they are.
    pinned : bool
        The file is a program: one whose hash is not known is never opened.
    also : tuple of KnownFile
    """

    id: str
    title: str
    purpose: str
    licence: str
    files: tuple[WeightsFile, ...]
    hub: str = ""
    source: str = ""
    conversion: str = ""
    pinned: bool = False
    also: tuple[KnownFile, ...] = ()
    citation: str = ""

    @property
    def size(self) -> int:
        """Bytes that a fetch takes, about; 0 where that is not known."""
        return sum(file.size for file in self.files)

    @property
    def can_be_fetched(self) -> bool:
        """Whether every file has an address."""
        return all(file.url for file in self.files)

    def knows(self, sha256: str) -> bool:
        """Whether a file of that hash is one of these weights, or an archive with one in it."""
        own = {hash_ for file in self.files for hash_ in (file.sha256, file.archive_sha256)}
        return bool(sha256) and sha256 in own | {file.sha256 for file in self.also}


@dataclass(frozen=True)
class StoredFile:
    """One file as it lies here."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class StoredWeights:
    """What lies in a folder of weights, as ``weights.json`` says.

    Parameters
    ----------
    source : str
        Name of the file or folder that was imported, or the address that was fetched.
    source_sha256 : str
        Of that file; empty for a folder.
    converted : bool
        Whether the file here was made from that one.
    """

    id: str
    title: str
    licence: str
    files: tuple[StoredFile, ...]
    source: str
    source_sha256: str
    trust: Trust
    converted: bool = False
    taken: str = ""
    format: str = STORED_FORMAT
    version: int = VERSION

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)
