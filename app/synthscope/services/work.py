"""What the worker can be asked for: a name, a JSON payload, a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from synthscope.generators.protocol import Resolver
from synthscope.records.documents import to_json
from synthscope.records.events import Job
from synthscope.services.exporting import export_job
from synthscope.services.finding_masks import finding_job
from synthscope.services.live import live_job
from synthscope.services.replaying import replay_job
from synthscope.services.run_folder import RunFolder
from synthscope.services.running import run_job
from synthscope.services.training import train_job


def _run(payload: Mapping[str, Any], resolve: Resolver) -> Job[Any]:
    made = yield from run_job(Path(payload["run"]), resolve, project=_path(payload.get("project")))
    return {"run": Path(payload["run"]).name, "candidates": made}


def _replay(payload: Mapping[str, Any], resolve: Resolver) -> Job[Any]:
    named = {name: _path(payload.get(name)) for name in ("source", "model", "project", "reference")}
    adapters = tuple(map(Path, payload.get("adapters", ())))
    job = replay_job(
        Path(payload["path"]), resolve, **named, device=str(payload.get("device", "")), adapters=adapters
    )
    report = yield from job
    return to_json(report)


def _export(payload: Mapping[str, Any], _: Resolver) -> Job[Any]:
    run = RunFolder(Path(payload["run"]))
    export = yield from export_job(
        run,
        run.candidate(payload["candidate"]),
        Path(payload["path"]),
        project=_path(payload.get("project")),
        region_only=bool(payload.get("region_only", False)),
    )
    return to_json(export)


def _train(payload: Mapping[str, Any], resolve: Resolver) -> Job[Any]:
    return (yield from train_job(Path(payload["folder"]), resolve, project=_path(payload.get("project"))))


def _live(payload: Mapping[str, Any], resolve: Resolver) -> Job[Any]:
    return (yield from live_job(Path(payload["folder"]), resolve))


def _find_mask(payload: Mapping[str, Any], resolve: Resolver) -> Job[Any]:
    return (yield from finding_job(Path(payload["folder"]), resolve, project=_path(payload.get("project"))))


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


KINDS: Mapping[str, Callable[[Mapping[str, Any], Resolver], Job[Any]]] = {
    "run": _run,
    "replay": _replay,
    "export": _export,
    "train": _train,
    "live": _live,
    "find-mask": _find_mask,
}
"""Kinds of work by name; a payload names folders and files, never pixels."""
