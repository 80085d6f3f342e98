"""The Python face of what makes images larger, finer or cleaner: extend, restore."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synthscope.face import Listener, Source, Words, adapters_of, as_image, choice_of, make, pixels_of
from synthscope.jobs.drain import drain
from synthscope.services.artefacts import SEARCHES, artefacts_job
from synthscope.services.growing import extend_image, interleave_image
from synthscope.services.prompting import prompts_of
from synthscope.services.restoring import restoration_of
from synthscope.services.verbs import Outcome


def extend(
    source: Source,
    out: str | Path,
    *,
    margins: Mapping[str, tuple[int, int]],
    generator: str = "exemplar",
    count: int = 1,
    seed: int = 0,
    parameters: Mapping[str, Any] | None = None,
    context: float = 64,
    model: str = "",
    label: str = "",
    labels: Source | None = None,
    prompts: Words = None,
    adapters: Mapping[str, float] | None = None,
    device: str = "auto",
    on_event: Listener | None = None,
) -> Outcome:
    """Extend an image beyond its borders; the voxels that were there stay as they are, bit for bit.

    Parameters
    ----------
    margins : mapping
        Voxels to add (before, after), by axis: ``{"x": (0, 64), "z": (2, 2)}``.
    context, label, prompts, adapters
        As in `inpaint`.
    labels : Image, ndarray, str or Path, optional
        A label map of the larger image.
    """
    grown, mask = extend_image(as_image(source), margins)
    choice = choice_of(
        "inpaint", generator, count, seed, parameters, context=context, model=model, device=device,
        label=label, labels=pixels_of(labels, grown), prompts=prompts_of(prompts), adapters=adapters_of(adapters),
    )  # fmt: skip
    return make(grown, mask, choice, out, on_event)


def restore(
    source: Source,
    out: str | Path,
    *,
    kind: str,
    generator: str = "prior",
    model: str = "",
    device: str = "auto",
    factor: int = 0,
    noise: float = 0,
    sample: bool | None = None,
    psf: float = 0,
    count: int = 1,
    seed: int = 0,
    parameters: Mapping[str, Any] | None = None,
    on_event: Listener | None = None,
) -> Outcome:
    """Undo what an image suffered: noise, coarse pixels, thick slices, missing slices, artefacts.

    Parameters
    ----------
    kind : str
        ``denoise``, ``upscale`` or ``isotropic``, for generators that restore; ``interpolate`` (slices between
        those of a stack) or ``artefacts`` (rings, streaks, dead pixels and lines are found and filled), for any
        that fills.
    factor : int
        How many times finer; 0 is 2 for ``upscale`` and ``interpolate``, and what the voxel size asks for in
        ``isotropic``.
    noise : float
        Standard deviation in the image's own units; 0 is estimated for ``denoise`` and none for the others.
    sample : bool, optional
        A sample with all detail, or the mean; left out, the mean for ``denoise`` and a sample for the others.
    psf : float
        For ``upscale`` and ``isotropic``: full width at half maximum of the instrument's Gaussian blur, in the unit
        of the voxel size; 0 takes a coarse voxel as the mean of the fine ones in it.
    """
    image = as_image(source)
    if kind in ("interpolate", "artefacts"):
        choice = choice_of("inpaint", generator, count, seed, parameters, model=model, device=device)
        if kind == "interpolate":
            return make(*interleave_image(image, factor or 2), choice, out, on_event)
        return make(image, drain(artefacts_job(image, tuple(SEARCHES)), on_event).mask, choice, out, on_event)
    wanted = restoration_of(kind, factor=factor, noise=noise, sample=sample, psf=psf)
    choice = choice_of("restore", generator, count, seed, parameters, restoration=wanted, model=model, device=device)
    return make(image, None, choice, out, on_event)
