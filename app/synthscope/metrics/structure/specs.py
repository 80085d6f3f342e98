"""What is measured of the structure of fields, and how it is compared, as the registry lists it."""

from __future__ import annotations

import math

from synthscope.records.metric import ExtractorSpec, MetricSpec

_HERE = "synthscope.metrics.structure"
_QUANTITIES = f"{_HERE}.quantities:QuantityDistances"
_CURVES = f"{_HERE}.curves:CurveDistances"
_SD = "SD of real"

PHASES = ExtractorSpec(
    id="phases",
    title="Structure of two phases",
    implementation=f"{_HERE}.phases:Phases",
    domains=("rock", "fibre"),
    least_side=16,
    summary="Two phases by the threshold of the real set: fractions, boundary, Euler density, chords, local thickness, "
    "tortuosity; two-point, lineal-path, chord and size curves.",
    citation="Torquato 2002; Ohser & Mücklich 2000; Hildebrand & Rüegsegger 1997",
)
SPECTRA = ExtractorSpec(
    id="spectra",
    title="Power spectra",
    implementation=f"{_HERE}.spectra:Spectra",
    least_side=16,
    summary="Power by frequency and by direction.",
)
INTENSITY = ExtractorSpec(
    id="intensity",
    title="Grey values and texture",
    implementation=f"{_HERE}.intensity:Intensity",
    least_side=16,
    summary="Distribution of grey values, sharpness, noise, co-occurrence, local patterns, granularity.",
    citation="Haralick 1973; Ojala et al. 2002; Maragos 1989",
)
FIBRES = ExtractorSpec(
    id="fibres",
    title="Fibres",
    implementation=f"{_HERE}.fibres:Fibres",
    domains=("fibre",),
    least_side=32,
    summary="Fraction, number, radius, roundness and spacing of the sections of fibres; their directions.",
    citation="Bigün & Granlund 1987; Advani & Tucker 1987",
)
ROOTS = ExtractorSpec(
    id="roots",
    title="Roots",
    implementation=f"{_HERE}.roots:Roots",
    domains=("root",),
    least_side=32,
    depth=False,
    summary="Length, length by diameter, tips, branch points, branching angle, area, convex hull.",
    citation="Nunez-Iglesias et al. 2018; Seethepalli et al. 2021",
)
CELLS = ExtractorSpec(
    id="cells",
    title="Cells",
    implementation=f"{_HERE}.cells:Cells",
    domains=("cell",),
    least_side=32,
    depth=False,
    summary="Number, shape, brightness, texture, granularity, radial distribution and channel correlation of cells.",
    version="2",
)
CP_CELLS = ExtractorSpec(
    id="cp-cells",
    title="Cells, by CellProfiler's features",
    implementation=f"{_HERE}.cp_cells:CpCells",
    domains=("cell",),
    least_side=32,
    depth=False,
    package="cp_measure",
    summary="Shape, brightness, texture, granularity, radial distribution and channel correlation of cells, by "
    "cp_measure.",
    citation="Stirling et al. 2021",
)
PHASE_QUANTITIES = MetricSpec(
    id="phase-quantities",
    bounds=(0.0, math.inf),
    title="Numbers of the phases",
    group="structure",
    implementation=_QUANTITIES,
    extractor="phases",
    unit=_SD,
    domains=PHASES.domains,
    summary="How far each number of the generated fields lies from the real ones, in standard deviations of these.",
)
PHASE_CURVES = MetricSpec(
    id="phase-curves",
    bounds=(0.0, math.inf),
    title="Curves of the phases",
    group="structure",
    implementation=_CURVES,
    extractor="phases",
    unit=_SD,
    domains=PHASES.domains,
    summary="How far the mean curve lies from the real one, in standard deviations of real fields at each point.",
)
SPECTRUM = MetricSpec(
    id="spectrum",
    bounds=(0.0, math.inf),
    sees_structure=False,
    title="Power spectra",
    group="structure",
    implementation=_CURVES,
    extractor="spectra",
    unit=_SD,
    summary="How far the mean logarithm of power lies from the real one, in standard deviations of real fields.",
)
INTENSITY_QUANTITIES = MetricSpec(
    id="intensity",
    bounds=(0.0, math.inf),
    sees_structure=False,
    title="Grey values, sharpness, noise, texture",
    group="structure",
    implementation=_QUANTITIES,
    extractor="intensity",
    unit=_SD,
    summary="How far each number of the generated fields lies from the real ones, in standard deviations of these.",
)
INTENSITY_CURVES = MetricSpec(
    id="intensity-curves",
    bounds=(0.0, math.inf),
    sees_structure=False,
    title="Histogram, patterns, granularity",
    group="structure",
    implementation=_CURVES,
    extractor="intensity",
    unit=_SD,
    summary="How far the mean curve lies from the real one, in standard deviations of real fields at each point.",
)
FIBRE_QUANTITIES = MetricSpec(
    id="fibre-quantities",
    bounds=(0.0, math.inf),
    title="Numbers of the fibres",
    group="structure",
    implementation=_QUANTITIES,
    extractor="fibres",
    unit=_SD,
    domains=FIBRES.domains,
    summary="How far each number of the generated fields lies from the real ones, in standard deviations of these.",
)
ROOT_QUANTITIES = MetricSpec(
    id="root-quantities",
    bounds=(0.0, math.inf),
    title="Numbers of the roots",
    group="structure",
    implementation=_QUANTITIES,
    extractor="roots",
    unit=_SD,
    domains=ROOTS.domains,
    summary="How far each number of the generated fields lies from the real ones, in standard deviations of these.",
)
ROOT_CURVES = MetricSpec(
    id="root-curves",
    bounds=(0.0, math.inf),
    title="Diameters of the roots",
    group="structure",
    implementation=_CURVES,
    extractor="roots",
    unit=_SD,
    domains=ROOTS.domains,
    summary="How far the mean curve lies from the real one, in standard deviations of real fields at each point.",
)
CELL_QUANTITIES = MetricSpec(
    id="cell-quantities",
    bounds=(0.0, math.inf),
    title="Numbers of the cells",
    group="structure",
    implementation=_QUANTITIES,
    extractor="cells",
    unit=_SD,
    domains=CELLS.domains,
    summary="How far each number of the generated fields lies from the real ones, in standard deviations of these.",
)
CP_CELL_FAMILIES = MetricSpec(
    id="cp-cell-families",
    bounds=(0.0, math.inf),
    title="CellProfiler's features of the cells",
    group="structure",
    implementation=f"{_HERE}.cp_cells:CpFamilyDistances",
    extractor="cp-cells",
    unit=_SD,
    domains=CP_CELLS.domains,
    summary="How far the features of the generated cells lie from the real ones, in standard deviations of real "
    "fields: the median of each family. Where the package cp_measure is installed.",
)
