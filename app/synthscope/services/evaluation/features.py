"""Features of the fields of an arm: read in batches, measured here or on a cluster, kept by content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from synthscope.errors import InputError
from synthscope.io.models import read_card
from synthscope.metrics.protocol import ComputesOn, Extractor, ExtractsOn
from synthscope.records.events import Job, Progress
from synthscope.records.metric import ExtractorSpec, Frame, MetricSpec
from synthscope.services.evaluation.feature_store import FeatureStore, key_of
from synthscope.services.evaluation.fields import Fields, field_hash
from synthscope.services.weights import installed_hash, is_installed

BATCH = 16
"""Fields that are measured together: what is held in memory at a time."""
AHEAD = 8
"""Batches that may be on their way to a cluster."""

Implement = Callable[[Any], Any]
"""Makes the implementation of a spec; handed down by the composition root."""


class Pool(Protocol):
    """What measures batches elsewhere: `concurrent.futures` and Dask both do."""

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Begin a call and give its future."""
        ...


@dataclass(frozen=True)
class Measuring:
    """By what features are measured, and where they are kept.

    Parameters
    ----------
    implement : callable
        ``spec -> Extractor``.
    pool : Pool, optional
        Without one, batches are measured here.
    device : str
        Where networks look: ``auto``, ``cpu``, ``cuda`` or ``mps``.
    """

    implement: Implement
    store: FeatureStore
    pool: Pool | None = None
    device: str = "auto"


def features_job(arm: Fields, spec: ExtractorSpec, frame: Frame, measuring: Measuring) -> Job[np.ndarray]:
    """Measure all fields of an arm.

    Yields
    ------
    Progress

    Returns
    -------
    ndarray of float64 (N, D)

    Raises
    ------
    InputError
        If the fields are too small for this extractor, or it wants stacks where there are none.
    """
    reason = unfit(spec, frame)
    if reason:
        raise InputError(f"{spec.title} {reason}; choose other fields or leave it out.")
    rows: list[np.ndarray | Any] = []
    for start, batch in _batches(arm):
        yield Progress(start, len(arm), f"{spec.title}: {arm.name}")
        rows.append(_begin(batch, spec, frame, measuring))
        for waiting in rows[: max(0, len(rows) - AHEAD)]:
            _settle(waiting)
    yield Progress(len(arm), len(arm), f"{spec.title}: {arm.name}")
    return np.concatenate([_settle(row) for row in rows])


def unfit(spec: ExtractorSpec, frame: Frame) -> str:
    """Say why an extractor cannot look at fields of a frame; empty where it can."""
    if min(frame.shape[1:]) < spec.least_side:
        return f"needs fields of at least {spec.least_side} px, these have {min(frame.shape[1:])}"
    if spec.depth is True and frame.shape[0] == 1:
        return "needs fields of several slices"
    if spec.depth is False and frame.shape[0] > 1:
        return "looks at single slices only"
    return ""


def has_package(spec: ExtractorSpec) -> bool:
    """Whether the package that an extractor needs is installed; it is not imported."""
    return not spec.package or find_spec(spec.package) is not None


def version_of(spec: ExtractorSpec) -> str:
    """Name an extractor with its version and, where it is another's package that measures, with the version of that."""
    return f"{spec.id} {spec.version}" + (f" by {spec.package} {version(spec.package)}" if spec.package else "")


def weights_of(spec: ExtractorSpec | MetricSpec) -> str:
    """Name the weights that a network looks with, by their hash; ``none`` for what has learned nothing."""
    if isinstance(spec, ExtractorSpec) and spec.bundled:
        card = read_card(Path(str(files("synthscope_resources"))) / spec.bundled)
        return f"bundled, SHA-256 {card.weights_sha256}"
    if not spec.weights:
        return "none"
    return f"{spec.weights}, SHA-256 {installed_hash(spec.weights) if is_installed(spec.weights) else 'unknown'}"


def device_of(spec: ExtractorSpec, implement: Implement, wanted: str) -> str:
    """Name the device that an extractor looks by; one that cannot choose looks by the processor.

    Raises
    ------
    Unavailable
        If the wanted device is not here.
    """
    extractor = implement(spec)
    return extractor.device(wanted) if isinstance(extractor, ExtractsOn) else "cpu"


def placed(metric: Any, wanted: str) -> tuple[Any, str]:
    """Put a metric where it is to compute, and name the device; one that cannot choose stays, and none is named.

    Raises
    ------
    Unavailable
        If the wanted device is not here.
    """
    if not isinstance(metric, ComputesOn):
        return metric, ""
    used = metric.device(wanted)
    return metric.on(used), used


def extract(spec: ExtractorSpec, batch: np.ndarray, frame: Frame, implement: Implement, wanted: str) -> np.ndarray:
    """Measure one batch (N, Z, Y, X, C): the same function here and on a cluster, where each worker has own devices."""
    extractor: Extractor = implement(spec)
    if isinstance(extractor, ExtractsOn):
        return extractor.extract_on(batch, frame, extractor.device(wanted))
    return extractor.extract(batch, frame)


def _batches(arm: Fields) -> Iterator[tuple[int, np.ndarray]]:
    for start in range(0, len(arm), BATCH):
        yield start, np.stack([arm.read(i) for i in range(start, min(start + BATCH, len(arm)))])


@dataclass
class _Waiting:
    """A batch that is measured elsewhere."""

    key: str
    future: Future[np.ndarray]
    store: FeatureStore
    done: np.ndarray | None = None


def _begin(batch: np.ndarray, spec: ExtractorSpec, frame: Frame, measuring: Measuring) -> np.ndarray | _Waiting:
    weights = installed_hash(spec.weights) if spec.weights else version_of(spec) if spec.package else ""
    if measuring.device != "cpu" and measuring.pool is None:
        used = device_of(spec, measuring.implement, measuring.device)
        weights += "" if used == "cpu" else f" on {used}"  # other devices round otherwise
    key = key_of(spec, frame, tuple(field_hash(pixels) for pixels in batch), weights)
    found = measuring.store.get(key)
    if found is not None and len(found) == len(batch):
        return found
    told = (spec, batch, frame, measuring.implement, measuring.device)
    if measuring.pool is not None:
        future = measuring.pool.submit(extract, *told)
        return _Waiting(key, future, measuring.store)
    features = extract(*told)
    measuring.store.put(key, features)
    return features


def _settle(row: np.ndarray | _Waiting) -> np.ndarray:
    if isinstance(row, np.ndarray):
        return row
    if row.done is None:
        row.done = np.asarray(row.future.result())
        row.store.put(row.key, row.done)
    return row.done
