"""Composition root of the worker process."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when OpenMP loads: before anything else

import argparse
import faulthandler
import importlib.util
import platform
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from synthscope.generators import registry
from synthscope.generators.protocol import ImageGenerator, Resolver
from synthscope.jobs.drain import drain
from synthscope.jobs.messages import PROTOCOL
from synthscope.jobs.serving import Kind, serve
from synthscope.records.device import Device, devices_of
from synthscope.records.events import Job, Progress
from synthscope.records.metric import ExtractorSpec, MetricSpec

_BOX_SUPPRESSION = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve one window until it closes its end of the pipe; gives the exit status."""
    parser = argparse.ArgumentParser(prog="synthscope-worker", description="Does the work of one window.")
    parser.add_argument("--scratch", type=Path, help="existing folder for previews")
    scratch = parser.parse_args(arguments).scratch
    if sys.stderr is not None:
        faulthandler.enable()  # a crash in compiled code leaves its stack in the job's details
    if scratch is not None:
        serve(load_kinds, resolve, scratch, capabilities())
        return 0
    with tempfile.TemporaryDirectory(prefix="synthscope-") as folder:
        serve(load_kinds, resolve, Path(folder), capabilities())
    return 0


def capabilities() -> dict[str, Any]:
    """Say what this worker is, without importing anything large."""
    return {"synthscope": version("synthscope"), "python": platform.python_version(), "protocol": PROTOCOL}


def load_kinds() -> Mapping[str, Kind]:
    """Give all that can be done: the services' work, and what only the worker knows."""
    from synthscope.services.work import KINDS

    return {
        **KINDS, "devices": devices, "evaluate": evaluate, "families": families,
        "lineup": lineup, "study": study,
        "fetch-weights": fetch_weights, "import-weights": import_weights,
        "import-pretrained": import_pretrained, "fetch-pretrained": fetch_pretrained,
    }  # fmt: skip


def evaluate(payload: Mapping[str, Any], generators: Resolver) -> Job[dict[str, Any]]:
    """Make a report card: the payload names its ``folder``, and the ``project`` that paths are read against."""
    from synthscope.services.evaluation.evaluating import Means, evaluate_job

    project = payload.get("project")
    means = Means(generators, implement)
    return evaluate_job(Path(payload["folder"]), means, project=Path(project) if project else None)


def families(payload: Mapping[str, Any], generators: Resolver) -> Job[dict[str, Any]]:
    """Compare generators: the payload names the comparison's ``folder``, and the ``project`` of its images."""
    from synthscope.services.evaluation.evaluating import Means
    from synthscope.services.families.comparing import compare_families_job

    project = payload.get("project")
    means = Means(generators, implement)
    return compare_families_job(Path(payload["folder"]), means, project=Path(project) if project else None)


def lineup(payload: Mapping[str, Any], generators: Resolver) -> Job[dict[str, Any]]:
    """Line generators up: the payload names the line-up's ``folder``, and the ``project`` of its images."""
    from synthscope.services.evaluation.evaluating import Means
    from synthscope.services.lineup.lining_up import lineup_job

    project = payload.get("project")
    means = Means(generators, implement)
    return lineup_job(Path(payload["folder"]), means, project=Path(project) if project else None)


def study(payload: Mapping[str, Any], _resolver: object) -> Job[dict[str, Any]]:
    """Do one act for a study: the payload names its ``folder``, the ``act``, and the ``project`` of its images."""
    from synthscope.services.studies.work import study_job  # its statistics take a second to load

    project = payload.get("project")
    return study_job(Path(payload["folder"]), payload, Path(project) if project else None, implement)


def fetch_weights(payload: Mapping[str, Any], _resolver: object) -> Job[dict[str, Any]]:
    """Fetch ``weights`` of the catalogue, where the payload says that the person gave ``consent``."""
    from synthscope.metrics.registry import load
    from synthscope.services import taking_weights

    job = taking_weights.fetch_weights(str(payload["weights"]), load, consent=payload.get("consent") is True)
    stored = yield from job
    return {"weights": stored.id, "trust": stored.trust}


def import_weights(payload: Mapping[str, Any], _resolver: object) -> Job[dict[str, Any]]:
    """Take weights in from the ``path`` of a file or folder; ``weights`` says which, where it must be said."""
    from synthscope.metrics.registry import load
    from synthscope.services import taking_weights

    yield Progress(0, 1, "Taking in weights")
    stored = taking_weights.import_weights(Path(payload["path"]), load, str(payload.get("weights", "")))
    return {"weights": stored.id, "trust": stored.trust}


def import_pretrained(payload: Mapping[str, Any], _resolver: object) -> Job[dict[str, Any]]:
    """Take a pretrained model in from the ``path`` of a folder or file, under a ``name`` and with a ``licence``.

    One file of a whole pipeline is converted by the configuration of a ``base``, which may be one of the ``project``.
    """
    from synthscope.services.single_files import take_in

    told = {word: str(payload.get(word) or "") for word in ("name", "licence", "base", "project")}
    folder = yield from take_in(
        Path(payload["path"]), load_converter, None, told["name"], licence=told["licence"], base=told["base"],
        project=Path(told["project"]) if told["project"] else None,
    )  # fmt: skip
    return {"model": str(folder), "name": folder.name}


def load_converter(implementation: str) -> object:
    """Import and make ``module:Class`` of networks, which find a torchvision that imports."""
    from synthscope.metrics.registry import load

    mend_torchvision()
    return load(implementation)


def fetch_pretrained(payload: Mapping[str, Any], _resolver: object) -> Job[dict[str, Any]]:
    """Fetch ``checkpoint`` of the catalogue after ``consent``, and ``licence_accepted`` where that must be."""
    from synthscope.services import fetching_pretrained

    folder = yield from fetching_pretrained.fetch_pretrained(
        str(payload["checkpoint"]), consent=payload.get("consent") is True,
        licence_accepted=payload.get("licence_accepted") is True, half=payload.get("half") is True,
    )  # fmt: skip
    return {"model": str(folder), "name": folder.name}


def implement(spec: ExtractorSpec | MetricSpec) -> Any:
    """Make the implementation of a metric or of an extractor; networks find a torchvision that imports."""
    from synthscope.metrics.registry import resolve as make

    if spec.is_network:
        mend_torchvision()
    return make(spec)


def resolve(generator_id: str) -> ImageGenerator:
    """Make the implementation of a generator; networks find a torchvision that imports.

    Raises
    ------
    Unavailable
        If none of that name is registered, or it is broken.
    """
    if registry.find_spec(generator_id).is_network:
        mend_torchvision()
    return registry.resolve(generator_id)


@cache
def mend_torchvision() -> object:
    """Let torchvision import beside a torch of another build.

    A torchvision made for CUDA does not load its compiled operators beside a torch made for the CPU.
    Its import then ends in "operator torchvision::nms does not exist", and merely being installed it
    takes diffusers and transformers with it. Nothing of ours uses these operators: it is enough that the
    two schemas exist. To be called before the first import of torchvision, lpips, diffusers or
    transformers; where the operators load, as with any matching pair of builds, it changes nothing.

    Returns
    -------
    torch.library.Library or None
        The registration, kept alive by this function's cache; None where nothing was to be mended.
    """
    if "torchvision" in sys.modules or (found := importlib.util.find_spec("torchvision")) is None:
        return None
    import torch

    compiled = sorted(Path(found.origin or "").parent.glob("_C*.so" if os.name != "nt" else "_C*.pyd"))
    try:
        for library in compiled:
            torch.ops.load_library(str(library))
    except OSError:
        schemas = torch.library.Library("torchvision", "DEF")
        schemas.define(f"nms{_BOX_SUPPRESSION}")
        schemas.define(f"qnms{_BOX_SUPPRESSION}")
        return schemas
    return None


def devices(_payload: Mapping[str, Any], _resolver: object) -> Job[dict[str, Any]]:
    """List what this computer can compute on.

    Returns
    -------
    dict
        ``torch`` (version, empty where it does not import), ``problem`` (a sentence, or empty),
        ``cpu_count``, ``memory`` and ``memory_free`` in bytes, and ``devices``: ``id, name, memory,
        memory_free`` of each (bytes; null where the system does not say).
    """
    import psutil

    yield Progress(0, 1, "Looking for devices")
    memory = psutil.virtual_memory()
    cpu = _device("cpu", platform.processor() or platform.machine(), memory.total, memory.available)
    torch_version, problem, others = _accelerators()
    yield Progress(1, 1, "Looking for devices")
    return {
        "torch": torch_version,
        "problem": problem,
        "cpu_count": os.cpu_count() or 1,
        "memory": memory.total,
        "memory_free": memory.available,
        "devices": [cpu, *others],
    }


def known_devices() -> tuple[Device, ...]:
    """Look at once for what this computer can compute on."""
    return devices_of(drain(devices({}, None)))


def _accelerators() -> tuple[str, str, list[dict[str, Any]]]:
    try:
        import torch
    except (ImportError, OSError) as error:
        return "", f"PyTorch does not load ({error}); learned generators cannot run.", []
    found = []
    for index in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        free, total = torch.cuda.mem_get_info(index)
        found.append(_device(f"cuda:{index}", torch.cuda.get_device_name(index), total, free))
    if torch.backends.mps.is_available():
        # Shared with the CPU: torch's own recommendation is the honest bound.
        found.append(_device("mps", "Apple GPU", torch.mps.recommended_max_memory(), None))
    return str(torch.__version__), "", found


def _device(name: str, title: str, memory: int | None, free: int | None) -> dict[str, Any]:
    return {"id": name, "name": title, "memory": memory, "memory_free": free}


if __name__ == "__main__":
    raise SystemExit(main())
