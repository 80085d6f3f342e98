"""The metrics of pairs, as the registry lists them."""

from __future__ import annotations

from synthscope.records.metric import MetricSpec

_HERE = "synthscope.metrics.paired"
_RANGE = "The data range is that of each channel of the real set, never that of the type."
_SCALES = "Five scales from 176 pixels a side on; as many as fit below, and then comparable with the same size only."
_LPIPS = "synthscope.metrics.paired.lpips"
_SUMMARY = "How differently people would see both, learned from their judgements of photographs: 0 is no difference."
_CITATION = "Zhang et al. 2018"

MSE = MetricSpec(
    id="mse",
    title="Mean squared error",
    group="paired",
    implementation=f"{_HERE}.pixelwise:MeanSquaredError",
    unit="grey value²",
    least=1,
    summary="Mean of the squared differences of grey values.",
)

PSNR = MetricSpec(
    id="psnr",
    title="Peak signal-to-noise ratio",
    group="paired",
    implementation=f"{_HERE}.pixelwise:PeakSignalToNoise",
    better="high",
    unit="dB",
    least=1,
    summary=f"The data range over the error, of each pair by itself. {_RANGE}",
    version="2",
)

NRMSE = MetricSpec(
    id="nrmse",
    title="Root mean squared error, part of the range",
    group="paired",
    implementation=f"{_HERE}.pixelwise:RootMeanSquaredError",
    least=1,
    summary=f"The root of the mean squared error over the data range. {_RANGE}",
    version="2",
)

SSIM = MetricSpec(
    id="ssim",
    title="Structural similarity (SSIM)",
    group="paired",
    implementation=f"{_HERE}.structural:PlaneSimilarity",
    better="high",
    least=1,
    summary=f"Gaussian window of 11 pixels, sigma 1.5, no down-sampling, slice by slice. {_RANGE}",
    citation="Wang et al. 2004",
    version="2",
)

SSIM_3D = MetricSpec(
    id="ssim-3d",
    title="Structural similarity of volumes",
    group="paired",
    implementation=f"{_HERE}.structural:VolumeSimilarity",
    better="high",
    least=1,
    summary=f"Gaussian window of 11 voxels in three directions: stacks of 11 slices or more. {_RANGE}",
    citation="Wang et al. 2004",
    version="2",
)

MS_SSIM = MetricSpec(
    id="ms-ssim",
    title="Multi-scale structural similarity (MS-SSIM)",
    group="paired",
    implementation=f"{_HERE}.structural:MultiScalePlaneSimilarity",
    better="high",
    least=1,
    summary=f"{_SCALES} {_RANGE}",
    citation="Wang, Simoncelli & Bovik 2003",
    version="2",
)

MS_SSIM_3D = MetricSpec(
    id="ms-ssim-3d",
    title="Multi-scale structural similarity of volumes",
    group="paired",
    implementation=f"{_HERE}.structural:MultiScaleVolumeSimilarity",
    better="high",
    least=1,
    summary=f"{_SCALES} {_RANGE}",
    citation="Wang, Simoncelli & Bovik 2003",
    version="2",
)

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
