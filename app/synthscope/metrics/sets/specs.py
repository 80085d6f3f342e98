"""The metrics of sets, as the registry lists them."""

from __future__ import annotations

from synthscope.records.metric import MetricSpec

_HERE = "synthscope.metrics.sets"

KID = MetricSpec(
    id="kid",
    title="Kernel distance (KID × 1000)",
    group="sets",
    implementation=f"{_HERE}.kernel:KernelDistance",
    extractor="encoder",
    least=4,
    summary="Squared maximum mean discrepancy with the cubic kernel, without bias: about 0 for two sets of one kind.",
    citation="Bińkowski et al. 2018",
)
