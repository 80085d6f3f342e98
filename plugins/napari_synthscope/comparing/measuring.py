"""A fill in numbers, with those of the classical baseline beside it; nothing here touches the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from napari_synthscope.canvas.transposing import transposed
from napari_synthscope.comparing.pair import Pair, cropped, synthetic_box
from synthscope.errors import FileError, InputError, SynthscopeError
from synthscope.qt.figures_table import Figure
from synthscope.records.request import Region
from synthscope.services.comparing import PartnerFigures, find_baseline, measure_partner
from synthscope.services.exporting import composed
from synthscope.services.figures import LARGEST, measure
from synthscope.services.project import Project
from synthscope.services.run_folder import RunFolder

MARGIN = 24
BESIDE = "baseline "
"""Before the names of the biharmonic fill's figures."""

NO_PARTNER = "the source under the mask is what was to be replaced, not the truth; tick above if it is undamaged"
NO_CLAIM = "nothing says that the two show the same; tick above if they do"
UNKNOWN = "it cannot be told here"


@dataclass(frozen=True, eq=False)
class Maker:
    """What made the compared layer: a run of the project and one of its candidates."""

    run: RunFolder
    candidate: str


@dataclass(frozen=True, eq=False)
class Measured:
    """One fill: `partner` beside the real voxels under it, `own` what was measured when it was made."""

    partner: PartnerFigures
    own: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Numbers:
    """Both fills; `wanted` is true where a baseline can be made and none is there yet."""

    fill: Measured
    baseline: Measured | None = None
    wanted: bool = False
    is_baseline: bool = False
    masked: bool = True


def measure_pair(pair: Pair, maker: Maker | None, project: Project | None) -> Numbers:
    """Measure the synthetic voxels of a pair, and those of the baseline of the same mask.

    Raises
    ------
    InputError
        If the two are of different types, or the region is too large to be read whole.
    """
    if pair.alike:
        raise InputError(pair.alike)
    region, synthetic = synthetic_box(pair, MARGIN, 0)
    if int(np.prod(region.shape, dtype=np.int64)) > LARGEST:
        raise InputError(f"A region of {region.shape} voxels is too large to be measured here; compare a crop of it.")
    real, fill = (np.asarray(cropped(image.pixels, region)) for image in (pair.part, pair.fill))
    mask = None if synthetic is None else np.asarray(synthetic, bool)
    own = _own_figures(maker) or measure(real, fill, mask, pair.fill.space)[0]
    measured = Measured(measure_partner(real, fill, mask, pair.fill.space), own)
    if maker is None or project is None or mask is None:
        return Numbers(measured, masked=mask is not None)
    beside = find_baseline(project, maker.run)
    if beside is not None and beside.path == maker.run.path:
        return Numbers(measured, is_baseline=True)
    return _with_baseline(pair, region, mask, measured, beside, project.folder)


def figures_of(numbers: Numbers, *, partner: bool) -> tuple[Figure, ...]:
    """Lay numbers out as figures; without a partner those that need one are grey, with the reason."""
    reason = "" if partner else NO_PARTNER if numbers.masked else NO_CLAIM
    fills = [("", numbers.fill)] + ([(BESIDE, numbers.baseline)] if numbers.baseline is not None else [])
    rows: list[Figure] = []
    for words in ("PSNR", "SSIM", "MSE"):
        rows += [_paired(name, words, m.partner, reason) for name, m in fills if m is not None]
    for key, words, help_ in _OWN:
        rows += [_own(name + words, key, m.own, help_) for name, m in fills if m is not None and key in m.own]
    rows += [_paired(name, "Spectrum", m.partner, reason) for name, m in fills if m is not None]
    return tuple(rows)


def _with_baseline(
    pair: Pair, region: Region, mask: np.ndarray, measured: Measured, run: RunFolder | None, folder: Path
) -> Numbers:
    candidates = run.candidates() if run is not None else ()
    if run is None or not candidates:
        return Numbers(measured, wanted=run is None)
    try:
        image = composed(run, candidates[0], folder)
    except SynthscopeError:  # a source that has moved since: the fill's own numbers still hold
        return Numbers(measured)
    pixels = transposed(image.pixels, image.space.axes, pair.real.space.axes)
    start = tuple(a + b for a, b in zip(region.start, pair.region.start, strict=True))
    place = Region(start, tuple(a + n for a, n in zip(start, region.shape, strict=True)))
    real, fill = (np.asarray(cropped(array, place)) for array in (pair.real.pixels, pixels))
    partner = measure_partner(real, fill, mask, pair.fill.space)
    return Numbers(measured, Measured(partner, candidates[0].figures))


def _own_figures(maker: Maker | None) -> Mapping[str, float]:
    if maker is None:
        return {}
    try:
        return maker.run.candidate(maker.candidate).figures
    except FileError:  # deleted since it was accepted
        return {}


_PAIRED = {
    "PSNR": ("psnr", "dB", "Peak signal to noise, range {ranges} grey values: larger is closer."),
    "SSIM": ("ssim", "", "Structural similarity, at most 1: larger is closer."),
    "MSE": ("mse", "", "Mean squared error in squared grey values: smaller is closer."),
    "Spectrum": ("spectrum", "", "Distance of the power spectra around the mask, in powers of ten: smaller is closer."),
}
"""Of a true partner, by the words of each: where it is found, its unit, and its help."""

_OWN = (
    ("seam_ratio", "Seam", "Step across the mask's border over steps beside it; the line is the untouched source."),
    ("slice_step_ratio", "Slice steps", "Change from slice to slice of the fill over that of the stack: 1 is alike."),
    ("slice_seam_ratio", "Slice seam", "Step from known slices to the fill over the steps of the stack: 1 is alike."),
    ("texture_ratio", "Texture", "Fine texture of the fill over that around it: 1 is alike, below is too smooth."),
    ("longest_copy", "Copy", "Largest connected piece that was taken as it stands from nearby."),
    ("chroma_mean", "Colour", "Invented in a grey image: largest less smallest channel, of 255 levels; taken out."),
    ("chroma_highest", "Most colour", "The same of the pixel where it is largest."),
    ("chroma_share", "Coloured part", "Part of the made pixels whose channels differ by more than 8 of 255 levels."),
    ("round_trip_psnr", "Round trip", "Known pixels sent through the model's autoencoder and back: larger is closer."),
    ("round_trip_levels", "Levels", "Grey levels of an image whose rounding is as wrong as that round trip."),
)


_UNITS = {"longest_copy": "voxels", "round_trip_psnr": "dB"}


def _own(name: str, key: str, own: Mapping[str, float], help_: str) -> Figure:
    floor = own.get(f"source_{key}", 1.0 if key == "texture_ratio" else None)
    unit = _UNITS.get(key, "")
    return Figure(name, own[key], own.get(f"{key}_low"), own.get(f"{key}_high"), floor, unit=unit, help=help_)


def _paired(name: str, words: str, p: PartnerFigures, reason: str) -> Figure:
    key, unit, help_ = _PAIRED[words]
    value = getattr(p, key)
    said = help_.format(ranges=", ".join(f"{one:.5g}" for one in p.data_ranges))
    return Figure(name + words, value, n=p.voxels, unit=unit, reason=_why(value, reason), help=said)


def _why(value: float, reason: str) -> str:
    return UNKNOWN if np.isnan(value) else reason
