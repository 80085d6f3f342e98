"""A worker whose work is made for the tests: every way in which a job can behave."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
import threading
from pathlib import Path

import numpy as np

from synthscope.jobs.serving import serve
from synthscope.records.events import Made, Preview, Progress


def count(payload, _resolver):
    for step in range(payload["steps"]):
        yield Progress(step + 1, payload["steps"], f"Step {step + 1}")
    return {"steps": payload["steps"], "pid": os.getpid(), "wait_policy": os.environ.get("OMP_WAIT_POLICY")}


def patient(payload, _resolver):
    """Goes on until it is closed, and writes that it was."""
    try:
        while True:
            yield Progress(0, 0)
    finally:
        Path(payload["closed"]).write_text("closed", encoding="utf-8")


def deaf(_payload, _resolver):
    """Once it has begun, never comes to its next step, and does not let itself be closed."""
    try:
        yield Progress(0, 1)
    finally:
        threading.Event().wait()


def picture(payload, _resolver):
    rng = np.random.default_rng(payload["seed"])
    yield Preview(rng.integers(0, 60000, (3, 5, 7, 1), dtype=payload["dtype"]), "so far")


def pictures(payload, _resolver):
    for number in range(payload["count"]):
        yield Preview(np.full((2, 2, 1), number))


def made(payload, _resolver):
    path = Path(payload["path"])
    path.write_bytes(b"pixels")
    yield Made("candidate", str(path), {"number": np.int64(1)})
    return path


def noisy(_payload, _resolver):
    print("a library says hello")  # noqa: T201 - the very thing that must do no harm
    os.write(1, b'{"say":"finished","job":"x"}\n')
    sys.stderr.write("and complains: µ\n")
    yield Progress(1, 1)
    return sys.stdin.read() if os.read(0, 1) else "no request was eaten"


def full(_payload, _resolver):
    yield Progress(1, 2)
    try:
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere/candidate.tif")
    except OSError as error:
        raise RuntimeError("writer failed") from error


def raises(payload, _resolver):
    yield Progress(1, 2)
    raise {"memory": MemoryError, "value": ValueError, "exit": SystemExit}[payload["what"]]("said so")


def opaque(_payload, _resolver):
    yield Progress(1, 1)
    return object()


def dies(payload, _resolver):
    yield Progress(1, 2)
    if payload.get("once") and Path(payload["once"]).exists():
        return "alive"
    if payload.get("once"):
        Path(payload["once"]).write_text("died", encoding="utf-8")
    if payload.get("leave_child") and os.fork() == 0:
        threading.Event().wait()
    sys.stderr.write("last words\n")
    sys.stderr.flush()
    if payload["how"] == "exit":
        os._exit(7)
    os.kill(os.getpid(), getattr(signal, payload["how"]))
    threading.Event().wait()


KINDS = {
    kind.__name__: kind for kind in (count, patient, deaf, picture, pictures, made, noisy, full, raises, opaque, dies)
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--scratch", type=Path)
    serve(lambda: KINDS, None, parser.parse_args().scratch, {"trial": True}, grace_seconds=0.2)
