"""The encoders, as the registry lists them."""

from __future__ import annotations

from synthscope.records.metric import ExtractorSpec

_HERE = "synthscope.metrics.encoders"

RANDOM_PYRAMID = ExtractorSpec(
    id="random-pyramid",
    title="Random convolutions",
    implementation=f"{_HERE}.random_pyramid:RandomPyramid",
    is_encoder=True,
    least_side=32,
    summary="Fixed random filters at three scales: nothing is learned, nothing is downloaded.",
    citation="Saxe et al. 2011",
)
