"""Extractors and metrics of trust, as the registry lists them."""

from __future__ import annotations

import math

from synthscope.records.metric import ExtractorSpec, MetricSpec

_HERE = "synthscope.metrics.trust"

ARTEFACTS = ExtractorSpec(
    id="artefacts",
    title="Artefacts",
    implementation=f"{_HERE}.artefacts:Artefacts",
    least_side=32,
    summary="Blur, collapse, grey values, noise, rings, patterns of upsampling, seams and repetition of each field.",
    citation="Durall et al. 2020; Donoho and Johnstone 1994; Moisan 2011",
    version="2",
)
ARTEFACT_SHIFT = MetricSpec(
    id="artefacts",
    bounds=(0.0, math.inf),
    sees_structure=False,
    title="Artefacts (shift in real deviations)",
    group="trust",
    implementation=f"{_HERE}.artefact_shifts:ArtefactShift",
    extractor="artefacts",
    least=4,
    trusted_from=20,
    summary="How far each quantity's distribution lies from the real one, in standard deviations of real fields.",
    version="2",
)
ARTEFACT_RATIO = MetricSpec(
    id="artefact-ratios",
    bounds=(0.0, math.inf),
    sees_structure=False,
    title="Artefacts (ratio to real)",
    group="trust",
    implementation=f"{_HERE}.artefact_shifts:ArtefactRatio",
    extractor="artefacts",
    better="one",
    least=2,
    trusted_from=10,
    summary="Sharpness, roll-off, contrast, edges, noise and rings over those of real fields: below 1 there is less.",
    version="2",
)
