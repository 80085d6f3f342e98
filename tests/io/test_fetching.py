"""Files from a server: whole or not at all, and a transfer that broke off goes on."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from synthscope.errors import DiskFull, FileError, InputError, WorkError
from synthscope.io import fetching
from synthscope.io.fetching import fetch_file
from synthscope.jobs.drain import drain
from synthscope.records.events import Progress

DATA = np.random.default_rng(1).bytes(3 * 2**20 + 17)


@dataclass
class Shelf:
    """What a small server has, how it behaves, and what it was asked."""

    data: bytes = DATA
    tag: str = '"first"'
    breaks_after: int = 0
    resumes: bool = True
    asked: list[str | None] = field(default_factory=list)
    address: str = ""


class Handler(BaseHTTPRequestHandler):
    shelf: Shelf

    def do_GET(self) -> None:
        shelf, wanted = self.shelf, self.headers.get("Range")
        shelf.asked.append(wanted)
        if self.path != "/net.bin":
            self.send_error(404)
            return
        start = 0
        if wanted and shelf.resumes and self.headers.get("If-Range") == shelf.tag:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if start and start >= len(shelf.data):
            self.send_error(416)
            return
        rest = shelf.data[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.send_header("ETag", shelf.tag)
        self.end_headers()
        self.wfile.write(rest[: shelf.breaks_after] if shelf.breaks_after else rest)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    handler = type("Bound", (Handler,), {"shelf": shelf})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.handle_error = lambda *_args: None  # type: ignore[method-assign] - a client that hangs up is the point here
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    shelf.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield shelf
    server.shutdown()
    server.server_close()
    thread.join()


def fetch(shelf: Shelf, target: Path, name: str = "net.bin") -> Path:
    return drain(fetch_file(f"{shelf.address}/{name}", target))


def test_a_file_comes_whole_and_its_progress_is_told(shelf: Shelf, tmp_path: Path) -> None:
    events: list[Progress] = []
    drain(fetch_file(f"{shelf.address}/net.bin", tmp_path / "net.bin"), on_event=events.append)  # type: ignore[arg-type]
    assert (tmp_path / "net.bin").read_bytes() == DATA
    assert [path.name for path in tmp_path.iterdir()] == ["net.bin"]
    assert events[0].done == 0
    assert events[-1].done == events[-1].total == len(DATA)
    assert all(a.done <= b.done for a, b in pairwise(events))


def test_a_broken_transfer_goes_on_where_it_stopped(shelf: Shelf, tmp_path: Path) -> None:
    target = tmp_path / "net.bin"
    shelf.breaks_after = 2**20
    with pytest.raises(WorkError, match=r"broke off after 1\.05 MB of 3\.15 MB"):
        fetch(shelf, target)
    assert not target.exists()
    with pytest.raises(WorkError, match="goes on from there"):
        fetch(shelf, target)
    shelf.breaks_after = 0
    assert fetch(shelf, target).read_bytes() == DATA
    assert shelf.asked == [None, f"bytes={2**20}-", f"bytes={2**21}-"]


def test_a_cancelled_transfer_keeps_what_came(shelf: Shelf, tmp_path: Path) -> None:
    job = fetch_file(f"{shelf.address}/net.bin", tmp_path / "net.bin")
    while next(job).done < 2**20:  # type: ignore[union-attr]
        pass
    job.close()
    came = (tmp_path / "net.bin.part").stat().st_size
    assert 2**20 <= came < len(DATA)
    assert fetch(shelf, tmp_path / "net.bin").read_bytes() == DATA
    assert shelf.asked == [None, f"bytes={came}-"]


class Change(NamedTuple):
    tag: str
    resumes: bool


@pytest.mark.parametrize("change", [Change('"second"', True), Change('"first"', False)], ids=["changed", "no ranges"])
def test_what_came_of_another_file_is_not_gone_on_with(shelf: Shelf, tmp_path: Path, change: Change) -> None:
    shelf.breaks_after = 2**20
    with pytest.raises(WorkError):
        fetch(shelf, tmp_path / "net.bin")
    shelf.breaks_after, shelf.tag, shelf.resumes, shelf.data = 0, change.tag, change.resumes, DATA[::-1]
    assert fetch(shelf, tmp_path / "net.bin").read_bytes() == DATA[::-1]


def test_a_file_that_shrank_is_begun_again(shelf: Shelf, tmp_path: Path) -> None:
    shelf.breaks_after = 2**20
    with pytest.raises(WorkError):
        fetch(shelf, tmp_path / "net.bin")
    shelf.breaks_after, shelf.data = 0, DATA[: 2**19]
    with pytest.raises(WorkError, match="does not fit any more"):
        fetch(shelf, tmp_path / "net.bin")
    assert fetch(shelf, tmp_path / "net.bin").read_bytes() == DATA[: 2**19]


def test_a_file_that_is_not_there_is_said(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"127.0.0.1 does not have it any more.*404.*other.bin"):
        fetch(shelf, tmp_path / "net.bin", "other.bin")
    assert not list(tmp_path.iterdir())


def test_a_server_that_is_not_there_is_said(tmp_path: Path, shelf: Shelf) -> None:
    with pytest.raises(WorkError, match=r"127\.0\.0\.1 cannot be reached"):
        drain(fetch_file("http://127.0.0.1:9/net.bin", tmp_path / "net.bin"))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/x", "net.bin", "https://"])
def test_only_http_is_fetched(url: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no address"):
        drain(fetch_file(url, tmp_path / "net.bin"))


def test_no_room_is_said_before_anything_is_written(shelf: Shelf, tmp_path: Path, monkeypatch) -> None:
    free = type("Usage", (), {"free": 2**20})()
    monkeypatch.setattr(fetching.shutil, "disk_usage", lambda _path: free)
    with pytest.raises(DiskFull, match=r"takes 3\.15 MB.*1\.05 MB free"):
        fetch(shelf, tmp_path / "net.bin")
    assert not list(tmp_path.iterdir())


def test_a_disk_that_fills_up_is_said_and_what_came_is_kept(shelf: Shelf, tmp_path: Path, monkeypatch) -> None:
    def full(*_args: object) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    job = fetch_file(f"{shelf.address}/net.bin", tmp_path / "net.bin")
    while next(job).done < 2**20:  # type: ignore[union-attr]
        pass
    monkeypatch.setattr(fetching, "_piece", full)
    with pytest.raises(DiskFull, match="is full"):
        drain(job)
    monkeypatch.undo()
    assert fetch(shelf, tmp_path / "net.bin").read_bytes() == DATA


def test_a_folder_that_is_not_there_is_said(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(FileError):
        fetch(shelf, tmp_path / "nowhere" / "net.bin")
