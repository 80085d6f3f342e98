"""What a table of families can and cannot say, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from synthscope.metrics.resampling import FEW_UNITS
from synthscope.records.families import FamiliesResult, FamilyRow
from synthscope.services.reporting.words import exact, number


def sentences_of(result: FamiliesResult, remarks: tuple[str, ...] = ()) -> FamiliesResult:
    """Give a result with its sentences."""
    said = (*_what(result), *_cannot(result), *_copies(result), *_failed(result), *remarks)
    return replace(result, sentences=said)


def budget_words(result: FamiliesResult) -> str:
    """Say what each training was given."""
    recipe = result.recipe
    return f"{recipe.steps} steps" if recipe.steps else f"{exact(recipe.minutes)} min"


def _what(result: FamiliesResult) -> Iterator[str]:
    recipe = result.recipe
    names = ", ".join(image.name for image in recipe.images)
    yield (
        f"Each number compares {result.n} images of {recipe.size} px with {result.n} fields of that size from "
        f"{result.blocks} blocks of the held-out part of {names}; nothing was learned from these."
    )
    if recipe.seeds > 1:
        yield (
            f"Every generator that learns was trained {recipe.seeds} times for {budget_words(result)} on the same "
            "training part, each time with another seed; numbers are the mean ± the standard deviation over seeds."
        )
    else:
        yield (
            f"Every generator that learns was trained once for {budget_words(result)} on the same training part: with "
            "one seed there is no spread, and what sets two generators apart may be chance; three seeds are the least."
        )
    yield (
        "Real against real is the training part beside the held-out part: how far real images of this stack lie "
        "apart. What lies as near is not to be told from real by that measure; nearer still is chance, or copying."
    )


def _cannot(result: FamiliesResult) -> Iterator[str]:
    stacks = "one stack" if len(result.recipe.images) == 1 else f"these {len(result.recipe.images)} stacks"
    yield (
        f"This is {stacks}, one budget, one size and one choice of settings: it says what came nearest here, and not "
        "which family is better in general, nor what a longer training would reach."
    )
    if result.blocks < FEW_UNITS:
        yield f"The held-out part has {result.blocks} block(s) of space: there are no intervals over fewer than three."
    else:
        yield (
            f"Intervals are over the {result.blocks} held-out blocks and the images of each set (95 %, bootstrap); of "
            "several seeds the outer ends are given. Two rows whose intervals overlap are not told apart."
        )
    if not result.encoder:
        yield "There is no kernel distance and no diversity: the encoder cannot look at these images."


def _copies(result: FamiliesResult) -> Iterator[str]:
    for row in result.rows:
        told = [run for run in row.runs if run.copies]
        if told:
            most = max(told, key=lambda run: run.copies)
            yield (
                f"{row.title}: {most.copies} of {most.n} images (seed {most.seed}) lie nearer to a training patch than "
                f"held-out ones would ({number(most.copy_threshold)}); look at them before calling them new."
            )


def _failed(result: FamiliesResult) -> Iterator[str]:
    for row in result.rows:
        for run in row.runs:
            if run.problem:
                yield f"{row.title} failed with seed {run.seed}: {run.problem}"
        yield from _missing(result, row)


def _missing(result: FamiliesResult, row: FamilyRow) -> Iterator[str]:
    missing = result.recipe.seeds - len(row.runs)
    if missing:
        yield f"{row.title}: {missing} of {result.recipe.seeds} seeds are still to come; resume the comparison."
