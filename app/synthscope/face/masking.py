"""The Python face of what finds masks: find_mask."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synthscope.face import Listener, Source, Words, adapters_of, as_image, choice_of
from synthscope.jobs.drain import drain
from synthscope.services.finding_masks import FoundFiles, find_mask_job
from synthscope.services.prompting import prompts_of
from synthscope.worker import known_devices, resolve


def find_mask(
    source: Source,
    out: str | Path,
    *,
    model: str | Path,
    prompts: Words,
    generator: str = "diffedit",
    seed: int = 0,
    parameters: Mapping[str, Any] | None = None,
    adapters: Mapping[str, float] | None = None,
    device: str = "auto",
    on_event: Listener | None = None,
) -> FoundFiles:
    """Find where an image answers differently to two prompts, and write that as a mask.

    Parameters
    ----------
    source : Image, ndarray, str or Path
    out : str or Path
        Folder for the mask (0 and 255, with the axes and the voxel size of the image); nothing in it is overwritten.
        The map of differences is kept in ``found-masks`` in it.
    model : str or Path
        Folder or name of a pretrained model.
    prompts : Prompts or mapping
        ``source``, what the image shows, and ``target``, what it shall show.
    parameters : mapping, optional
        ``threshold``, in means of a slice, ``maps``, the number of noises, and the others of the generator.

    Returns
    -------
    FoundFiles
        ``path``, ``differences``, ``share`` of the voxels that are marked (0 to 1), and ``origin``, the record of how
        the mask was found, which is in the file too: every run with this mask carries it on.

    Raises
    ------
    SynthscopeError
        With a sentence: no model, no words, equal words, or nothing that stands out so far.
    """
    choice = choice_of(
        "vary", generator, 1, seed, parameters, model=str(model), prompts=prompts_of(prompts),
        adapters=adapters_of(adapters), device=device,
    )  # fmt: skip
    return drain(find_mask_job(as_image(source), choice, Path(out), resolve, devices=known_devices), on_event)
