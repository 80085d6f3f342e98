"""What editing by inversion costs: every step is gone twice, there and back."""

from __future__ import annotations

from dataclasses import replace

from synthscope.generators.pretrained.costs import pipeline_cost
from synthscope.generators.pretrained.inversion.parameters import DiffEditParameters, LeditsParameters
from synthscope.records.generator import Cost, Workload


def diffedit_cost(workload: Workload, parameters: DiffEditParameters) -> Cost:
    """Estimate a candidate whose mask is found first: one pass for each prompt and noise."""
    there_and_back = 2 * parameters.steps * parameters.encode_ratio
    return pipeline_cost(workload, replace(parameters, steps=max(1, round(there_and_back) + parameters.maps)))


def ledits_cost(workload: Workload, parameters: LeditsParameters) -> Cost:
    """Estimate a candidate."""
    return pipeline_cost(workload, replace(parameters, steps=2 * parameters.steps, guidance=2.0))
