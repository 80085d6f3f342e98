"""A small server that plays the hub: lists, redirects to a store of large files, goes on with a part."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from safetensors.numpy import save

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def pipeline_files(kind: str = "StableDiffusionPipeline") -> dict[str, bytes]:
    """Give the files of a pipeline with one network of a few numbers, and others that are not to be taken."""
    index = {
        "_class_name": kind, "unet": ["diffusers", "UNet2DConditionModel"],
        "scheduler": ["diffusers", "DDIMScheduler"], "safety_checker": ["stable_diffusion", "SafetyChecker"],
    }  # fmt: skip
    full = {"weight": np.arange(5000, dtype=np.float32)}
    return {
        "README.md": b"# A pipeline",
        "model.ckpt": b"\x80\x02pickle",
        "model_index.json": json.dumps(index).encode(),
        "safety_checker/config.json": b"{}",
        "scheduler/scheduler_config.json": b"{}",
        "unet/config.json": json.dumps({"_class_name": "UNet2DConditionModel", "in_channels": 4}).encode(),
        "unet/diffusion_pytorch_model.bin": b"PK\x03\x04",
        "unet/diffusion_pytorch_model.fp16.safetensors": save({k: v.astype(np.float16) for k, v in full.items()}),
        "unet/diffusion_pytorch_model.safetensors": save(full),
    }


@dataclass
class Hub:
    """What the hub has, how it behaves, and what it was asked."""

    repository: str
    files: dict[str, bytes] = field(default_factory=pipeline_files)
    commit: str = COMMIT
    status: int = 200
    breaks_after: int = 0
    lies: str = ""
    also: list[dict] = field(default_factory=list)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    address: str = ""

    def tree(self) -> list[dict]:
        """List the files as the hub does: SHA-256 of the large ones, git's names of the small ones."""
        folder = {"type": "directory", "path": "unet", "oid": "0" * 40, "size": 0}
        return [folder, *map(self._entry, self.files), *self.also]

    def _entry(self, name: str) -> dict:
        data = self.files[name]
        git = hashlib.sha1(f"blob {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()
        entry = {"type": "file", "path": name, "size": len(data), "oid": git}
        if name.endswith(".safetensors"):
            entry["lfs"] = {"oid": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
        return entry


class Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_GET(self) -> None:
        hub = self.hub
        hub.asked.append((self.path, self.headers.get("Range")))
        hub.headers.append(dict(self.headers))
        resolve = f"/{hub.repository}/resolve/{hub.commit}/"
        if hub.status != 200:
            self.send_error(hub.status)
        elif self.path.startswith(f"/api/models/{hub.repository}/revision/"):
            self._give(json.dumps({"sha": hub.commit}).encode())
        elif self.path == f"/api/models/{hub.repository}/tree/{hub.commit}?recursive=true":
            self._give(json.dumps(hub.tree()).encode())
        elif self.path.startswith(resolve) and self.path.endswith(".safetensors"):
            self.send_response(302)
            self.send_header("Location", f"{hub.address}/store/{self.path.removeprefix(resolve)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path.startswith(resolve):
            self._file(self.path.removeprefix(resolve))
        elif self.path.startswith("/store/"):
            self._file(self.path.removeprefix("/store/"))
        else:
            self.send_error(404)

    def _file(self, name: str) -> None:
        data = self.hub.files[name]
        self._give(data[:-4] + b"lies" if name == self.hub.lies else data, large=name.endswith(".safetensors"))

    def _give(self, data: bytes, *, large: bool = False) -> None:
        tag, wanted = f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"', self.headers.get("Range")
        go_on = wanted and self.headers.get("If-Range") == tag
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and go_on else 0
        rest = data[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(rest[: self.hub.breaks_after] if large and self.hub.breaks_after else rest)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """Let a hub answer on this computer for a while."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"hub": hub}))
    server.handle_error = lambda *_args: None  # type: ignore[method-assign] - a client that hangs up is the point here
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
