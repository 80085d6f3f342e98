"""Writing a rater pack: the same content gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from synthscope.errors import InputError
from synthscope.io.atomic import replacing
from synthscope.io.documents import json_text
from synthscope.records.documents import to_json
from synthscope.records.study_pack import PackManifest
from synthscope.studies.pack.layout import MANIFEST, check_manifest, entry, picture_name, picture_size


def write_pack(path: Path, manifest: PackManifest, pictures: Callable[[str], np.ndarray]) -> Path:
    """Write a pack, whole or not at all.

    Parameters
    ----------
    path : Path
        Of the zip, in a folder that exists.
    pictures : callable
        From a code to its picture, uint8 (Z, Y, X, C) of ``manifest.shape``; asked for one after the other.

    Raises
    ------
    InputError
        If the manifest contradicts itself, or a picture has another shape or data type.
    DiskFull, FileError
        If the file cannot be written.
    """
    check_manifest(manifest)
    needed = picture_size(manifest) * len(manifest.codes)
    with replacing(path, needed=needed) as partial, ZipFile(partial, "w") as file:
        file.writestr(entry(MANIFEST), json_text(to_json(manifest)))
        for code in manifest.codes:
            file.writestr(entry(picture_name(code)), _checked(pictures(code), code, manifest).tobytes())
    return Path(path)


def _checked(picture: np.ndarray, code: str, manifest: PackManifest) -> np.ndarray:
    if picture.shape != manifest.shape or picture.dtype != np.uint8:
        raise InputError(
            f"Picture {code} is {picture.dtype} {picture.shape} where uint8 {manifest.shape} is needed; "
            "render all pictures in one way."
        )
    return np.ascontiguousarray(picture)
