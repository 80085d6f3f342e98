"""The metrics of sets, as the registry lists them."""

from __future__ import annotations

import math

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

FRECHET_PCA = MetricSpec(
    id="frechet-pca",
    bounds=(0.0, math.inf),
    title="Fréchet distance, real components",
    group="sets",
    implementation=f"{_HERE}.frechet:ReducedFrechet",
    extractor="encoder",
    least=10,
    summary="Fréchet distance on at most 16 principal components of the real set: a tenth of the bias of FID.",
    citation="Dowson & Landau 1982",
)

FID = MetricSpec(
    id="fid",
    bounds=(0.0, math.inf),
    title="Fréchet distance (FID)",
    group="sets",
    implementation=f"{_HERE}.frechet:RawFrechet",
    extractor="encoder",
    least=4,
    trusted_from=2048,
    summary="Fréchet distance on all features: well known, and biased upwards where images are few.",
    citation="Heusel et al. 2017",
)

PRECISION = MetricSpec(
    id="precision",
    bounds=(0.0, 1.0),
    title="Precision",
    group="sets",
    implementation=f"{_HERE}.neighbours:Precision",
    extractor="encoder",
    better="high",
    least=8,
    summary="Part of the generated images that lie within the 5 nearest neighbours of a real one.",
    citation="Kynkäänniemi et al. 2019",
)

RECALL = MetricSpec(
    id="recall",
    bounds=(0.0, 1.0),
    title="Recall",
    group="sets",
    implementation=f"{_HERE}.neighbours:Recall",
    extractor="encoder",
    better="high",
    least=8,
    summary="Part of the real images that lie within the 5 nearest neighbours of a generated one.",
    citation="Kynkäänniemi et al. 2019",
)

DENSITY = MetricSpec(
    id="density",
    bounds=(0.0, math.inf),
    title="Density",
    group="sets",
    implementation=f"{_HERE}.neighbours:Density",
    extractor="encoder",
    better="one",
    least=8,
    summary="Real neighbourhoods that a generated image lies in, over their expected number: 1 for two sets of one "
    "kind, above 1 where generated images crowd in the middle of the real ones.",
    citation="Naeem et al. 2020",
)

COVERAGE = MetricSpec(
    id="coverage",
    bounds=(0.0, 1.0),
    title="Coverage",
    group="sets",
    implementation=f"{_HERE}.neighbours:Coverage",
    extractor="encoder",
    better="high",
    least=8,
    summary="Part of the real neighbourhoods that hold a generated image: about 0.97 for two sets of one kind and "
    "number, in any dimension.",
    citation="Naeem et al. 2020",
)

DIVERSITY = MetricSpec(
    id="diversity",
    bounds=(0.0, math.inf),
    title="Diversity, generated over real",
    group="sets",
    implementation=f"{_HERE}.diversity:Diversity",
    extractor="encoder",
    better="one",
    least=4,
    summary="Mean distance of generated images from each other over that of real ones: below 1 they are too alike.",
)

VENDI = MetricSpec(
    id="vendi",
    bounds=(0.0, math.inf),
    title="Effective number of images (Vendi), generated over real",
    group="sets",
    implementation=f"{_HERE}.diversity:Vendi",
    extractor="encoder",
    better="one",
    least=4,
    summary="How many different images the generated set holds in effect, over the same for the real one.",
    citation="Friedman & Dieng 2023",
)

MIND = MetricSpec(
    id="mind",
    bounds=(0.0, math.inf),
    title="Sliced transport distance (MIND)",
    group="sets",
    implementation=f"{_HERE}.sliced:SlicedDistance",
    extractor="encoder",
    least=4,
    trusted_from=2048,
    summary="Mean squared transport distance along 512 directions or more: cheap, and biased upwards where images are "
    "few.",
    citation="arXiv 2605.06797",
)

TWO_SAMPLE = MetricSpec(
    id="two-sample",
    bounds=(0.0, 1.0),
    title="Classifier, area under the curve",
    group="sets",
    implementation=f"{_HERE}.two_sample:ClassifierTest",
    extractor="encoder",
    better="low",
    least=10,
    summary="Whether a logistic regression tells generated from real images: 0.5 where it cannot, 1 where it always "
    "does.",
    citation="Lopez-Paz & Oquab 2017",
)

CLIP_SCORE = MetricSpec(
    id="clip-score",
    bounds=(0.0, 100.0),
    title="CLIPScore (100 × cosine)",
    group="sets",
    implementation=f"{_HERE}.prompted:PromptScore",
    extractor="clip",
    better="high",
    least=4,
    is_network=True,
    prompted=True,
    summary="How well images fit the one prompt they were made from, by CLIP; real images, judged by the same words, "
    "are its floor.",
    citation="Hessel et al. 2021",
)

AUTHENTICITY = MetricSpec(
    id="authenticity",
    bounds=(0.0, 100.0),
    title="Authenticity, held against the training set",
    group="trust",
    implementation=f"{_HERE}.neighbours:Authenticity",
    extractor="encoder",
    better="high",
    unit="%",
    least=4,
    sees_structure=False,
    against="training",
    summary="Part of the generated images that are no nearer to a training image than that one's nearest other: copies "
    "give 0, honest samples some 70, so that it is read beside held-out real images.",
    citation="Alaa et al. 2022",
)
