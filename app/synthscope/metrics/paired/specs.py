"""The metrics of pairs, as the registry lists them."""

from __future__ import annotations

from synthscope.records.metric import MetricSpec

_LPIPS = "synthscope.metrics.paired.lpips"
_SUMMARY = "How differently people would see both, learned from their judgements of photographs: 0 is no difference."
_CITATION = "Zhang et al. 2018"

LPIPS_ALEX = MetricSpec(
    id="lpips-alex",
    title="Perceptual distance (LPIPS, AlexNet)",
    group="paired",
    implementation=f"{_LPIPS}:LpipsAlex",
    least=1,
    is_network=True,
    weights="alexnet-features",
    summary=_SUMMARY,
    citation=_CITATION,
)
LPIPS_VGG = MetricSpec(
    id="lpips-vgg",
    title="Perceptual distance (LPIPS, VGG-16)",
    group="paired",
    implementation=f"{_LPIPS}:LpipsVgg",
    least=1,
    is_network=True,
    weights="vgg16-features",
    summary=_SUMMARY,
    citation=_CITATION,
)
LPIPS_SQUEEZE = MetricSpec(
    id="lpips-squeeze",
    title="Perceptual distance (LPIPS, SqueezeNet)",
    group="paired",
    implementation=f"{_LPIPS}:LpipsSqueeze",
    least=1,
    is_network=True,
    weights="squeezenet-features",
    summary=_SUMMARY,
    citation=_CITATION,
)
