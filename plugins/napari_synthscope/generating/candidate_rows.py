"""Candidates of a run as the strip shows them: a slice at the source's contrast, figures in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.errors import DocumentError, SynthscopeError
from synthscope.qt.candidate_strip import CandidateRow
from synthscope.records.image import Image
from synthscope.records.run import Candidate, OutsideProof, Verdict
from synthscope.services.run_folder import RunFolder

FIGURE_WORDS = {
    "seam_ratio": "seam",
    "source_seam_ratio": "seam of the untouched source there",
    "slice_step_ratio": "steps between its slices (1 is like the stack)",
    "source_slice_step_ratio": "those of the untouched source there",
    "slice_seam_ratio": "step to known slices (1 is like the stack)",
    "source_slice_seam_ratio": "that of the untouched source there",
    "texture_ratio": "texture (1 is like the surroundings)",
    "longest_copy": "longest copied piece (voxels)",
    "chroma_mean": "invented colour, mean (levels of 255)",
    "chroma_highest": "invented colour, highest (levels of 255)",
    "chroma_share": "part of the pixels with invented colour",
    "phase_fraction": "part of the brighter phase",
    "mean": "mean (of the first channel)",
    "round_trip_psnr": "what the model can at best show (dB)",
    "round_trip_levels": "as coarse as so many grey levels",
}
_ENDS = ("_low", "_high")
"""Endings of the numbers that are an interval of another one."""
MIN_SIDE = 48
"""A thumbnail shows at least so many pixels of the image."""

SIDE = 264
"""Largest side of a thumbnail in pixels: twice what the strip draws."""


def read_rows(
    run: RunFolder, limits: tuple[float, float] | None, known: Mapping[str, CandidateRow]
) -> tuple[CandidateRow, ...]:
    """Describe all candidates of a run; pictures of `known` rows are not read again.

    A candidate whose file cannot be read is left out; damaged verdicts count as none, so that the
    candidates are still seen (deciding about one says that the document is damaged).
    """
    verdicts = _verdicts(run)
    rows = []
    for candidate in run.candidates():
        verdict = verdicts.get(candidate.id, Verdict())
        old = known.get(candidate.id)
        try:
            picture = (old.thumbnail, old.synthetic) if old else thumbnail(run.open(candidate))
        except SynthscopeError:
            continue
        rows.append(row_of(candidate, verdict, picture, limits))
    return tuple(rows)


def _verdicts(run: RunFolder) -> Mapping[str, Verdict]:
    try:
        return run.verdicts()
    except DocumentError:
        return {}


def row_of(
    candidate: Candidate,
    verdict: Verdict,
    picture: tuple[np.ndarray, np.ndarray | None],
    limits: tuple[float, float] | None,
) -> CandidateRow:
    """Put a candidate, its verdict and its picture together."""
    thumbnail_pixels, synthetic = picture
    return CandidateRow(
        id=candidate.id,
        seed=candidate.seed,
        thumbnail=thumbnail_pixels,
        state=verdict.state,
        starred=verdict.starred,
        caption=caption(candidate),
        figures=figure_words(candidate),
        limits=limits,
        synthetic=synthetic,
        reason=verdict.reason,
    )


def thumbnail(box: Image) -> tuple[np.ndarray, np.ndarray | None]:
    """Take the slice of a stored box with most synthetic voxels: (Y, X) or (Y, X, 3), and where they are.

    Long sides are thinned to at most `SIDE` pixels.
    """
    mask = None if box.synthetic is None else np.asarray(box.synthetic[...], bool)
    axes = box.space.axes
    mask_axes = box.space.mask_axes
    chosen = _fullest(mask, mask_axes)
    index = tuple(chosen.get(a, 0 if a == "c" else slice(None)) for a in axes)
    plane = np.asarray(box.pixels[index])
    left = [a for a in axes if a in "yxs"]
    plane = np.transpose(plane, [left.index(a) for a in "yxs" if a in left])
    flat = None if mask is None else mask[tuple(chosen.get(a, slice(None)) for a in mask_axes)]
    if flat is not None and mask_axes.index("x") < mask_axes.index("y"):
        flat = flat.T
    near = (slice(None), slice(None)) if flat is None else _surroundings(flat)
    plane, flat = plane[near], None if flat is None else flat[near]
    step = max(1, -(-max(plane.shape[:2]) // SIDE))
    return plane[::step, ::step], None if flat is None else flat[::step, ::step]


def caption(candidate: Candidate) -> str:
    """Say the one figure that is read first, else how long it took."""
    if "seam_ratio" in candidate.figures:
        return f"seam {candidate.figures['seam_ratio']:.2f}"
    return f"{candidate.seconds:.2g} s"


def figure_words(candidate: Candidate) -> dict[str, str]:
    """Say all that is known of a candidate, for its tooltip."""
    figures = candidate.figures
    shown = [name for name in figures if not name.endswith(_ENDS)]
    words = {FIGURE_WORDS.get(name, name.replace("_", " ")): _with_interval(figures, name) for name in shown}
    if candidate.outside is not None:
        words["outside the mask"] = proof_words(candidate.outside)
    words["made in"] = f"{candidate.seconds:.3g} s"
    return words | {f"note {i + 1}": remark for i, remark in enumerate(candidate.remarks)}


def _with_interval(figures: Mapping[str, float], name: str) -> str:
    low, high = (figures.get(name + end) for end in _ENDS)
    interval = "" if low is None or high is None else f" ({low:.3g} to {high:.3g})"
    return f"{figures[name]:.3g}{interval}"


def proof_words(proof: OutsideProof) -> str:
    """Say whether anything outside the mask changed, with the start of the hash."""
    where = "" if proof.scope == "image" else " (of the region; the image is too large to be read whole)"
    if proof.holds:
        return f"identical: sha256 {proof.after[:12]}…{where}"
    return f"CHANGED: sha256 {proof.before[:12]}… became {proof.after[:12]}…{where}"


def mask_voxels(run: RunFolder) -> int:
    """Count the voxels that a run makes."""
    mask = run.mask()
    return 0 if mask is None else int(np.count_nonzero(mask))


def _surroundings(mask: np.ndarray) -> tuple[slice, slice]:
    """Give rows and columns of what is masked with as much again around it: what a person looks at."""
    if not mask.any():
        return slice(None), slice(None)
    ends = [np.flatnonzero(mask.any(axis=axis))[[0, -1]] for axis in (1, 0)]
    side = max(MIN_SIDE, 2 * max(int(last - first) + 1 for first, last in ends))
    rows, columns = (_window(int(a + b) // 2, side, n) for (a, b), n in zip(ends, mask.shape, strict=True))
    return rows, columns


def _window(centre: int, side: int, length: int) -> slice:
    """Give `side` pixels round a centre, moved to lie within an axis of `length`."""
    start = max(0, min(centre - side // 2, length - side))
    return slice(start, min(length, start + side))


def _fullest(mask: np.ndarray | None, axes: str) -> dict[str, int]:
    """Choose a position on each axis but rows and columns: that with most synthetic voxels."""
    others = [i for i, a in enumerate(axes) if a not in "yx"]
    if not others:
        return {}
    if mask is None or not mask.any():
        return {axes[i]: 0 if mask is None else mask.shape[i] // 2 for i in others}
    sums = mask.sum(axis=tuple(i for i, a in enumerate(axes) if a in "yx"))
    best = np.unravel_index(int(np.argmax(sums)), sums.shape)
    return {axes[i]: int(n) for i, n in zip(others, best, strict=True)}
