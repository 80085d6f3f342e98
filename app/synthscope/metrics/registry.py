"""The lists of metrics and of what they measure by: specs on demand, broken ones as rows that say why."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from synthscope.records.listing import Listing, find_in, list_specs
from synthscope.records.metric import ExtractorSpec, MetricSpec

METRICS = "synthscope.metrics"
EXTRACTORS = "synthscope.extractors"


def list_metrics() -> tuple[Listing[MetricSpec], ...]:
    """Load the spec of every metric."""
    return list_specs(METRICS, MetricSpec)


def list_extractors() -> tuple[Listing[ExtractorSpec], ...]:
    """Load the spec of every extractor."""
    return list_specs(EXTRACTORS, ExtractorSpec)


def find_metric(metric_id: str) -> MetricSpec:
    """Give the spec of a metric; `Unavailable` where there is none of that name."""
    return find_in(METRICS, MetricSpec, metric_id, "metric")


def find_extractor(extractor_id: str) -> ExtractorSpec:
    """Give the spec of an extractor; `Unavailable` where there is none of that name."""
    return find_in(EXTRACTORS, ExtractorSpec, extractor_id, "extractor")


def resolve(spec: MetricSpec | ExtractorSpec) -> Any:
    """Import and make the implementation of a spec: for composition roots only."""
    return load(spec.implementation)


def load(implementation: str) -> Any:
    """Import and make ``module:Class``: for composition roots only."""
    module, _, name = implementation.partition(":")
    return getattr(import_module(module), name)()
