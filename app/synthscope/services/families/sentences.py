"""What a table of families can and cannot say, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from synthscope.metrics.resampling import FEW_UNITS
from synthscope.metrics.trust.copies import FALSE_ALARMS
from synthscope.records.families import JUDGED, MEASURES, FamiliesResult, FamilyRow
from synthscope.services.reporting.words import exact, number

SURROGATE = "phase-surrogate"
OFF = 1.25
"""How many times longer, or shorter, a training may take than it was given before that is said."""


def sentences_of(result: FamiliesResult, remarks: tuple[str, ...] = ()) -> FamiliesResult:
    """Give a result with its sentences."""
    said = (*_what(result), *_cannot(result), *_unseen(result), *_copies(result), *_budgets(result), *_failed(result))
    return replace(result, sentences=(*said, *_trainings(result, remarks), *remarks))


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
    learns = any(row.family != "control" for row in result.rows)
    if not learns:
        yield "Nothing here learns: all are controls, made anew for each seed from the training part."
    elif recipe.seeds > 1:
        yield (
            f"Every generator that learns was trained {recipe.seeds} times for {budget_words(result)} on the same "
            f"training part, each time with another seed{_same_steps(result)}; numbers are the mean ± the standard "
            "deviation over seeds."
        )
    else:
        yield (
            f"Every generator that learns was trained once for {budget_words(result)} on the same training part: with "
            "one seed there is no spread, and what sets two generators apart may be chance; three seeds are the least."
        )
    yield (
        "Real against real is the training part beside the held-out part: how far real images of this stack lie "
        "apart. What lies as near is not to be told from real by that measure; nearer still is chance, copying, or a "
        "measure that does not see what differs."
    )


def _same_steps(result: FamiliesResult) -> str:
    return "" if result.recipe.steps else " and with the steps that the first one's time came to"


def _cannot(result: FamiliesResult) -> Iterator[str]:
    count = len(result.recipe.images)
    stacks = "This is one stack" if count == 1 else f"These are {count} images"
    yield (
        f"{stacks}, one budget, one size and one choice of settings: the table says what came nearest, and not "
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


def _unseen(result: FamiliesResult) -> Iterator[str]:
    """Name the measures by which an image without structure passes for real."""
    control = next((row for row in result.rows if row.generator == SURROGATE and row.summary), None)
    if control is None:
        return
    names = [name for name in JUDGED if _as_near(control, result.real, name)]
    if names:
        titles = ", ".join(MEASURES[name].title.lower() for name in names)
        yield (
            f"{control.title}, which has spectrum and grey values of real images and none of their structure, comes as "
            f"near as real does by: {titles}. By these alone no generator is shown to be good here."
        )


def _as_near(row: FamilyRow, real: FamilyRow, name: str) -> bool:
    kind = MEASURES[name]
    if kind.better == "none" or name not in row.summary or name not in real.summary:
        return False
    own, floor = (one.summary[name].mean for one in (row, real))
    return abs(own - 1) <= abs(floor - 1) if kind.better == "one" else own <= floor


def _budgets(result: FamiliesResult) -> Iterator[str]:
    """Say which trainings took much more or less than they were given."""
    wanted = 0.0 if result.recipe.steps else 60 * result.recipe.minutes
    for row in result.rows:
        told = [run.measures["training_seconds"].value for run in row.runs if "training_seconds" in run.measures]
        far = [seconds for seconds in told if wanted and not 1 / OFF <= seconds / wanted <= OFF]
        if far:
            took = " to ".join(dict.fromkeys(f"{end:.0f}" for end in (min(far), max(far))))
            yield (
                f"{row.title}: {len(far)} of {len(told)} trainings took {took} s, not {wanted:.0f} s. A budget "
                "becomes a number of steps by the first ones, so the computer was busier, or "
                "less busy, afterwards; or the training ended by itself. Compare the steps."
            )


def _trainings(result: FamiliesResult, known: tuple[str, ...]) -> Iterator[str]:
    """Give what each training said of itself, alarms above all; what is true of the images is said once for all."""
    for row in result.rows:
        said = {remark: [run.seed for run in row.runs if remark in run.remarks] for run in row.runs
                for remark in run.remarks if remark not in known}  # fmt: skip
        for remark, seeds in said.items():
            told = ", ".join(map(str, dict.fromkeys(seeds)))
            yield f"{row.title} (seed {told}): {remark}"


def _copies(result: FamiliesResult) -> Iterator[str]:
    for row in result.rows:
        told = [run for run in row.runs if run.copies]
        if told:
            most = max(told, key=lambda run: run.copies)
            yield (
                f"{row.title}: {most.copies} of {most.n} images (seed {most.seed}) lie nearer to a training patch than "
                f"held-out ones would ({number(most.copy_threshold)}), by chance {FALSE_ALARMS * most.n:.1f} would; "
                "look at them before calling them new."
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
