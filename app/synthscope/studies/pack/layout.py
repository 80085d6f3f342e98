"""What lies where in a rater pack."""

from __future__ import annotations

import math
import re
from zipfile import ZIP_STORED, ZipInfo

from synthscope.errors import InputError
from synthscope.records.study_pack import PackManifest

MANIFEST = "pack.json"
PICTURES = "pictures/"
MOMENT = (1980, 1, 1, 0, 0, 0)
"""The one time stamp of everything in a pack: the earliest that a zip can say."""
_UNIX = 3
_CODE = re.compile(r"[0-9A-Za-z_-]{1,64}")


def entry(name: str) -> ZipInfo:
    """Describe a file of a pack in a way that depends on its name alone."""
    info = ZipInfo(name, MOMENT)
    info.compress_type = ZIP_STORED
    info.create_system = _UNIX
    info.external_attr = 0o444 << 16
    return info


def picture_name(code: str) -> str:
    """Give where the picture of that code lies."""
    return PICTURES + code


def picture_size(manifest: PackManifest) -> int:
    """Give the bytes of each picture: uint8 (Z, Y, X, C)."""
    return math.prod(manifest.shape)


def check_manifest(manifest: PackManifest) -> None:
    """Refuse a manifest that cannot be a pack.

    Raises
    ------
    InputError
        For a shape that is none, codes that are unsorted, double or no plain words, or a trial that shows a picture
        the pack does not hold.
    """
    shape = manifest.shape
    if min(shape) < 1 or shape[3] not in (1, 3):
        raise InputError(f"Pictures of shape {shape} cannot be shown; (Z, Y, X, C) with 1 or 3 colours is needed.")
    if list(manifest.codes) != sorted(set(manifest.codes)):
        raise InputError("The codes of the pictures are not sorted, or one comes twice; sort them and drop doubles.")
    odd = [code for code in manifest.codes if not _CODE.fullmatch(code)]
    if odd:
        raise InputError(f"The code {odd[0]!r} is no word of letters, digits, - and _; use a code of the study.")
    _check_trials(manifest)


def _check_trials(manifest: PackManifest) -> None:
    known = set(manifest.codes)
    seen: set[str] = set()
    for trial in (trial for slot in manifest.slots for trial in slot.trials):
        shown = {*trial.places, trial.reference} - {""}
        if shown - known:
            raise InputError(f"Trial {trial.id} shows {min(shown - known)!r}, which the pack lacks; add the picture.")
        if trial.exposure_ms < 0:
            raise InputError(f"Trial {trial.id} is to be seen for {trial.exposure_ms} ms; give 0 or more.")
        if trial.id in seen:
            raise InputError(f"Trial {trial.id} comes twice; every showing needs an id of its own.")
        seen.add(trial.id)
