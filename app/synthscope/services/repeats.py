"""Images that are no samples of their own: the same one again, or one latent at successive steps of a training."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from synthscope.errors import DocumentError, InputError
from synthscope.imaging.regions import to_block
from synthscope.metrics.trust.duplicates import duplicates
from synthscope.records.documents import digest
from synthscope.records.image import Image
from synthscope.records.run import Candidate, Provenance, Recipe
from synthscope.records.trust import Duplicate
from synthscope.services.provenance import provenance_of
from synthscope.services.run_folder import RunFolder

VOXELS = 1 << 16
"""Voxels of an image by which it is told from others: their correlation is then known to better than a thousandth."""
MOST_BYTES = 1 << 30
"""Pixels of a run up to which near repeats are looked for; exact ones are always known, by hash."""
NAMED = 3
"""Pairs that a sentence names."""


def repeats_of(run: RunFolder) -> tuple[Duplicate, ...]:
    """Find the candidates of a run that are the same image.

    Those with the same pixels are known by their hashes. New images are also compared by their normalised
    correlation, as `metrics.trust.duplicates` does for fields: fills of one hole share what surrounds it, and may
    rightly be all but equal.

    Returns
    -------
    tuple of Duplicate
        Pairs of indices into the run's candidates, ``first < second``.
    """
    candidates = run.candidates()
    found = {
        (first, second): Duplicate(first, second, 1.0, True)
        for first, second in combinations(range(len(candidates)), 2)
        if candidates[first].sha256 == candidates[second].sha256
    }
    if run.recipe().request.task == "synthesize" and len(candidates) > 1:
        for pair in _near(run, candidates):
            found.setdefault((pair.first, pair.second), replace(pair, exact=False))
    return tuple(found[pair] for pair in sorted(found))


def repeated(repeats: Iterable[Duplicate]) -> frozenset[int]:
    """Give the indices to leave out, so that each image is there once."""
    return frozenset(pair.second for pair in repeats)


def repeats_words(run: RunFolder, repeats: Sequence[Duplicate]) -> str:
    """Name the candidates that are the same image, say what that means, and what to do; empty for none."""
    if not repeats:
        return ""
    candidates = run.candidates()
    pairs = "; ".join(_pair_words(candidates, pair) for pair in repeats[:NAMED])
    more = f"; and so on for {len(repeats) - NAMED} more pairs" if len(repeats) > NAMED else ""
    return (
        f"{pairs}{more}: they are one sample, and cannot be exported as several. Choose settings that leave more to "
        "chance; a model that makes one image from every seed has collapsed: train it again."
    )


def check_latents(name: str, images: Iterable[Image]) -> None:
    """Refuse a set in which one latent is shown at successive steps of a training.

    Two images are that where their own records name the same recipe and seed, and weights that differ, of models
    whose training had the same images, settings and seed (`Recipe.training_sha256`). An image without a record
    of ours is passed over: nothing is known of it.

    Raises
    ------
    InputError
        Naming the set, two such images and their model.
    """
    known: dict[str, tuple[str, str]] = {}
    for image in images:
        try:
            provenance = provenance_of(image)
        except DocumentError:
            continue
        weights = provenance.recipe.model_sha256
        if not weights:
            continue
        other, before = known.setdefault(_latent(provenance), (weights, image.name))
        if other != weights:
            raise InputError(
                f"{name!r} holds {before} and {image.name}: both are seed {provenance.seed} by one recipe, made at "
                f"different steps of the training of model {provenance.recipe.model!r}. They show how one image "
                "changed while the model learned, and are no two samples; leave out those of one step, or take other "
                "seeds."
            )


def words_beside(image: Image, others: Iterable[Image]) -> str:
    """Say that an image, both with a record of ours, is no sample of its own beside others; empty where it is."""
    made = provenance_of(image)
    for other in others:
        try:
            there = provenance_of(other)
        except DocumentError:
            continue
        if there.sha256 == made.sha256:
            return f"seed {made.seed} has the same pixels as {other.name}"
        if made.recipe.model_sha256 and _latent(there) == _latent(made):
            return f"seed {made.seed} is {other.name} again, at another step of the training of its model"
    return ""


def _near(run: RunFolder, candidates: Sequence[Candidate]) -> tuple[Duplicate, ...]:
    images = [run.open(candidate) for candidate in candidates]
    if sum(image.nbytes for image in images) > MOST_BYTES or len({image.shape for image in images}) > 1:
        return ()
    blocks = (to_block(np.asarray(image.pixels[...]), image.space) for image in images)
    return duplicates(np.stack([some_voxels(block, VOXELS) for block in blocks]))


def some_voxels(block: np.ndarray, most: int) -> np.ndarray:
    """Give at most so many voxels of a block (Z, Y, X, C), the same ones of each of one size: (1, 1, V, C)."""
    voxels = block.reshape(-1, block.shape[-1])
    if len(voxels) > most:
        voxels = voxels[np.random.default_rng(0).integers(0, len(voxels), most)]
    return voxels[None, None]


def _pair_words(candidates: Sequence[Candidate], pair: Duplicate) -> str:
    first, second = candidates[pair.first], candidates[pair.second]
    names = f"Candidates {pair.first + 1} and {pair.second + 1} (seeds {first.seed} and {second.seed})"
    return f"{names} have the same pixels" if pair.exact else f"{names} correlate by {pair.value:.5f}"


def _latent(provenance: Provenance) -> str:
    return digest((_kind(provenance.recipe), provenance.seed))


def _kind(recipe: Recipe) -> str:
    """Hash a recipe without its seeds and the state of its model: what is the same at each step of a training."""
    bare = replace(recipe.exported(), seeds=(), model="", model_sha256="", normalisation=(), device="")
    return digest((bare, "" if recipe.training_sha256 else recipe.exported().model))
