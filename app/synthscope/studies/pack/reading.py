"""Reading a rater pack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile, ZipFile

import numpy as np

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.faults import reading_faults
from synthscope.records.documents import from_json
from synthscope.records.study_pack import PACK_FORMAT, VERSION, PackManifest
from synthscope.studies.pack.layout import MANIFEST, check_manifest, picture_name, picture_size

_LARGEST_MANIFEST = 256 * 2**20
_DAMAGES = (BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError)


class Pack:
    """An open pack: `manifest`, and its pictures one by one. Close it, or use it in a ``with`` block."""

    def __init__(self, path: Path, file: ZipFile, manifest: PackManifest) -> None:
        self.path = path
        self.manifest = manifest
        self._file = file

    def picture(self, code: str) -> np.ndarray:
        """Read one picture: uint8 (Z, Y, X, C).

        Raises
        ------
        InputError
            If the pack has no picture of that code.
        DocumentError
            If the picture is damaged.
        """
        if code not in self.manifest.codes:
            raise InputError(f"{self.path.name} holds no picture {code!r}; it belongs to another study.")
        try:
            with reading_faults(self.path):
                data = self._file.read(picture_name(code))
        except _DAMAGES as error:
            raise _damaged(self.path, f"picture {code} cannot be read ({error})") from error
        return np.frombuffer(data, np.uint8).reshape(self.manifest.shape)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_pack(path: Path) -> Pack:
    """Open a pack and check that it is whole: its manifest, and the length of every picture.

    Raises
    ------
    FileError
        If the file is missing, may not be read, or is no zip.
    DocumentError
        If it is no pack, is damaged, or was written by a newer version.
    """
    path = Path(path)
    file = _opened(path)
    try:
        manifest = _manifest(path, file)
        _check_pictures(path, file, manifest)
    except BaseException:
        file.close()
        raise
    return Pack(path, file, manifest)


def _opened(path: Path) -> ZipFile:
    try:
        with reading_faults(path):
            return ZipFile(path)
    except _DAMAGES as error:
        raise FileError(f"{path.name} is no rater pack, or is damaged ({error}); ask for it again.") from error


def _manifest(path: Path, file: ZipFile) -> PackManifest:
    document = _document(path, file)
    if document.get("format") != PACK_FORMAT:
        raise DocumentError(f"{path.name} is no rater pack (its format is {str(document.get('format'))[:60]!r}).")
    version = document.get("version")
    if isinstance(version, int) and version > VERSION:
        raise DocumentError(
            f"{path.name} has version {version}, written by a newer Synthscope (this one reads up to {VERSION}); "
            "update Synthscope to open it."
        )
    try:
        manifest = from_json(PackManifest, document)
        check_manifest(manifest)
    except InputError as error:
        raise _damaged(path, error.sentence) from error
    return manifest


def _document(path: Path, file: ZipFile) -> dict[str, Any]:
    if MANIFEST not in file.namelist():
        raise DocumentError(f"{path.name} is no rater pack: it holds no {MANIFEST}; choose another file.")
    if file.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
        raise _damaged(path, f"its {MANIFEST} is too large")
    try:
        with reading_faults(path):
            document = json.loads(file.read(MANIFEST))
    except (*_DAMAGES, RecursionError) as error:
        raise _damaged(path, f"its {MANIFEST} cannot be read ({error})") from error
    if not isinstance(document, dict):
        raise _damaged(path, f"its {MANIFEST} holds no object")
    return document


def _check_pictures(path: Path, file: ZipFile, manifest: PackManifest) -> None:
    sizes = {info.filename: info.file_size for info in file.infolist()}
    wanted = picture_size(manifest)
    for code in manifest.codes:
        found = sizes.get(picture_name(code))
        if found is None:
            raise _damaged(path, f"picture {code} is missing")
        if found != wanted:
            raise _damaged(path, f"picture {code} has {found} bytes where {wanted} are expected")


def _damaged(path: Path, what: str) -> DocumentError:
    return DocumentError(f"{path.name} is damaged: {what.rstrip('.')}; ask for the pack again.")
