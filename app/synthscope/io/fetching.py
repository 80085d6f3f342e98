"""Files from the network: whole or not at all, and where a transfer broke off, the next one goes on."""

from __future__ import annotations

import http.client
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from synthscope.errors import DiskFull, InputError, WorkError
from synthscope.io.faults import size_in_words, writing_faults
from synthscope.records.events import Job, Progress

_PIECE = 2**20
_SILENCE = 60.0
"""Seconds without a byte after which a server is given up."""
_PART, _TAG = ".part", ".tag"
_SPARE = 32 * 2**20
_UNSATISFIABLE = 416
_PARTIAL_CONTENT = 206
_REASONS = {
    401: "asks for a sign-in, which this program does not do; fetch the file by hand and import it",
    403: "refuses it; fetch the file by hand and import it",
    404: "does not have it any more; import the file from elsewhere",
    410: "does not have it any more; import the file from elsewhere",
    429: "is asked too often; try again later",
}


def fetch_file(url: str, target: Path, *, size: int = 0) -> Job[Path]:
    """Fetch one file; a transfer that broke off before goes on where it stopped, if the file is still the same.

    What has come so far lies beside the target, in ``<target>.part``, and stays when the job fails or is cancelled.

    Parameters
    ----------
    url : str
        Of http or https.
    target : Path
        In a folder that exists.
    size : int
        Bytes it will take, about, where the server does not say.

    Raises
    ------
    InputError
        If the address is none, or the server does not give the file.
    WorkError
        If the server cannot be reached, or the transfer breaks off.
    DiskFull
        If there is no room.
    """
    host = _checked_host(url)
    part, tag = target.with_name(target.name + _PART), target.with_name(target.name + _TAG)
    with _answer(url, part, tag, host) as (response, start):
        total = start + _length(response) if _length(response) else size
        with writing_faults(target, needed=total):
            _check_room(target, total - start)
            tag.write_text(_tag_of(response), encoding="utf-8")
            done = yield from _received(response, part, start, total, host)
    if _length(response) and done < total:
        raise WorkError(
            f"The transfer of {target.name} from {host} broke off after {size_in_words(done)} of "
            f"{size_in_words(total)}; fetch it again, and it goes on from there."
        )
    with writing_faults(target):
        part.replace(target)
        tag.unlink(missing_ok=True)
    return target


def drop_partial(target: Path) -> None:
    """Delete what has come so far of a file that turned out to be the wrong one."""
    for suffix in ("", _PART, _TAG):
        target.with_name(target.name + suffix).unlink(missing_ok=True)


def _received(response: Any, part: Path, start: int, total: int, host: str) -> Generator[Progress, None, int]:
    done, words = start, f"Fetching from {host}"
    yield Progress(done, total, words)
    with part.open("ab" if start else "wb") as file:
        while piece := _piece(response, host):
            file.write(piece)
            done += len(piece)
            yield Progress(done, max(total, done), words)
    return done


def _piece(response: Any, host: str) -> bytes:
    try:
        found: bytes = response.read1(_PIECE)
    except http.client.IncompleteRead:
        return b""
    except (OSError, http.client.HTTPException) as error:
        raise WorkError(
            f"The transfer from {host} broke off; fetch it again, and it goes on from there.", details=repr(error)
        ) from error
    return found


@contextmanager
def _answer(url: str, part: Path, tag: Path, host: str) -> Generator[tuple[Any, int], None, None]:
    """Ask for the file, or for the rest of it, and tell from which byte on the answer is."""
    have = part.stat().st_size if part.is_file() else 0
    known = tag.read_text(encoding="utf-8") if tag.is_file() else ""
    headers = {"User-Agent": "synthscope", "Accept-Encoding": "identity"}
    if have and known:
        headers |= {"Range": f"bytes={have}-", "If-Range": known}
    try:
        response = urlopen(Request(url, headers=headers), timeout=_SILENCE)  # noqa: S310 - http and https only, checked
    except HTTPError as error:
        if error.code == _UNSATISFIABLE and have:
            drop_partial(part.with_name(part.name.removesuffix(_PART)))
            raise WorkError(f"What had come of the file from {host} does not fit any more; fetch it again.") from error
        reason = _REASONS.get(error.code, "does not give it; try again later, or import the file from elsewhere")
        raise InputError(f"{host} {reason} (answer {error.code} to {url}).") from error
    except (URLError, OSError, http.client.HTTPException) as error:
        raise WorkError(
            f"{host} cannot be reached; check the network, or import the file from a disk.", details=repr(error)
        ) from error
    with response:
        yield response, have if response.status == _PARTIAL_CONTENT else 0


def _checked_host(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"{url!r} is no address that can be fetched; give one that begins with https://.")
    return parts.hostname


def _length(response: Any) -> int:
    text = str(response.headers.get("Content-Length") or "")
    return int(text) if text.isdigit() else 0


def _tag_of(response: Any) -> str:
    """Give what the file is known again by: a strong entity tag, or the date of its last change."""
    tag = str(response.headers.get("ETag") or "")
    return tag if tag.startswith('"') else str(response.headers.get("Last-Modified") or "")


def _check_room(target: Path, needed: int) -> None:
    free = shutil.disk_usage(target.parent).free
    if needed + _SPARE > free:
        raise DiskFull(
            f"{target.name} takes {size_in_words(needed)}, and the disk of {target.parent} has "
            f"{size_in_words(free)} free; free some room there."
        )
