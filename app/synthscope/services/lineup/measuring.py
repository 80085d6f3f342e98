"""What is measured of every candidate: beside its source where that is the truth, and by its own record."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from synthscope.errors import SynthscopeError
from synthscope.imaging.regions import to_block, whole
from synthscope.imaging.texture import laplacian_variance
from synthscope.io.weights import missing_words
from synthscope.metrics.registry import find_metric
from synthscope.records.image import Image
from synthscope.records.lineup import LINEUP_MEASURES, LineupRecipe, Shot
from synthscope.records.metric import Frame
from synthscope.records.run import Candidate
from synthscope.services.evaluation.features import Implement, placed
from synthscope.services.evaluation.fields import voxel_size
from synthscope.services.evaluation.framing import framed
from synthscope.services.exporting import composed
from synthscope.services.lineup.beginning import Posed
from synthscope.services.lineup.captioning import CLIP_SCORE, Fit, caption_fit
from synthscope.services.lineup.windows import WINDOWS, Views, read_window, write_window
from synthscope.services.run_folder import RunFolder
from synthscope.services.weights import is_installed

PAIRED = ("ssim", "psnr", "lpips-alex")
SOURCE_SEAM = "source_seam_ratio"
NO_TRUTH = (
    "What lies under the masks may be damaged, so that there is no truth to compare with; where it is undamaged, say "
    "so before the line-up begins (--intact)."
)


@dataclass(frozen=True, eq=False)
class Bench:
    """Where candidates are measured.

    Parameters
    ----------
    frame : Frame
        Limits and data range, fixed on the windows' slices of all images.
    real_sharpness : float
        Mean Laplacian variance of the real windows; not a number without any.
    whys : dict
        Why a measure has no number, by its name: filled as it turns out.
    home : Path, optional
        That relative paths of the images are read against.
    fit : callable, optional
        Scores a window by the prompt; None where there is no prompt, or no weights for it.
    real : dict
        The same number for real windows, by the name of a measure.
    """

    recipe: LineupRecipe
    views: Views
    frame: Frame
    implement: Implement
    real_sharpness: float = math.nan
    whys: dict[str, str] = field(default_factory=dict)
    home: Path | None = None
    fit: Fit | None = None
    real: dict[str, float] = field(default_factory=dict)


def bench_of(
    recipe: LineupRecipe, views: Views, posed: Sequence[Posed], real: Sequence[np.ndarray], implement: Implement,
    home: Path | None = None,
) -> Bench:
    """Fix on real pixels what all candidates are measured by.

    Raises
    ------
    InputError
        If a channel has one value everywhere.
    """
    first = posed[0].image
    windows = [*real, *(read_window(one.image, spot, views.side) for one, spot in zip(posed, views.spots, strict=True))]
    values = np.concatenate([one.reshape(-1, one.shape[-1]).astype(np.float64) for one in windows])
    size = (1, views.side, views.side)
    frame = framed(values, first.name, size, voxel_size(first), first.space.unit, first.dtype.name)
    sharp = float(np.mean([sharpness(one, frame) for one in real])) if real else math.nan
    fit, reason = caption_fit(recipe, frame, implement)
    bench = Bench(recipe, views, frame, implement, sharp, {CLIP_SCORE: reason} if reason else {}, home, fit)
    if fit is not None and real:
        bench.real[CLIP_SCORE] = float(np.mean([fit(one) for one in real]))
    if not real:
        bench.whys["sharpness_ratio"] = "No real window lies clear of the masks; choose a smaller side."
    return bench


def sharpness(window: np.ndarray, frame: Frame) -> float:
    """Give the variance of the Laplacian of a window (1, Y, X, C), in units of the limits squared."""
    return laplacian_variance(frame.scaled(window[0]), np.ones(window.shape[1:3], bool))


def measured_shot(folder: Path, bench: Bench, image: int, posed: Posed, run: RunFolder, name: str) -> Shot:
    """Measure the candidates of a run, and put each into its window."""
    candidates = run.candidates()
    windows, figures = [], []
    for candidate in candidates:
        path = f"{WINDOWS}/{name}/{image + 1:04d}-seed-{candidate.seed}.ome.tif"
        made = composed(run, candidate, bench.home)
        pixels = write_window(folder / path, made, bench.views.spots[image], bench.views.side)
        found = {**_recorded(candidate), **_paired(bench, posed.image, run, candidate)}
        if bench.real_sharpness > 0:
            found["sharpness_ratio"] = sharpness(pixels, bench.frame) / bench.real_sharpness
        if bench.fit is not None:
            found[CLIP_SCORE] = bench.fit(pixels)
        windows.append(path)
        figures.append({key: float(value) for key, value in found.items() if math.isfinite(value)})
    remarks = tuple(dict.fromkeys(remark for one in candidates for remark in one.remarks))
    place = str(run.path.relative_to(folder).as_posix())
    return Shot(name, image, place, tuple(one.seed for one in candidates), tuple(windows), tuple(figures), remarks)


def _recorded(candidate: Candidate) -> dict[str, float]:
    """Take from a candidate's record what the table has columns for."""
    known = {name: value for name, value in candidate.figures.items() if name in (*LINEUP_MEASURES, SOURCE_SEAM)}
    return {**known, "seconds": candidate.seconds}


def _paired(bench: Bench, source: Image, run: RunFolder, candidate: Candidate) -> dict[str, float]:
    """Measure a candidate beside its source inside the mask, where the source is the truth, or what is varied."""
    if bench.recipe.task == "inpaint" and not bench.recipe.intact:
        bench.whys.update(dict.fromkeys(PAIRED, NO_TRUTH))
        return {}
    box = candidate.box or whole(source.shape)
    space = source.space
    real = to_block(np.asarray(source.pixels[box.slices]), space)
    made = to_block(np.asarray(run.open(candidate).pixels[...]), space)
    mask = run.mask()
    inside = None if mask is None else to_block(mask, space.mask_space())[..., 0]
    frame = replace(bench.frame, shape=(real.shape[0], real.shape[1], real.shape[2]))
    return {name: _value(bench, name, real, made, inside, frame) for name in PAIRED}


def _value(
    bench: Bench, name: str, real: np.ndarray, made: np.ndarray, inside: np.ndarray | None, frame: Frame
) -> float:
    spec = find_metric(name)
    if spec.weights and not is_installed(spec.weights):
        bench.whys[name] = missing_words(spec.weights)
        return math.nan
    try:
        metric, _ = placed(bench.implement(spec), bench.recipe.device)
        return float(metric.measure(real, made, inside, frame))
    except SynthscopeError as error:
        bench.whys[name] = error.sentence
        return math.nan
