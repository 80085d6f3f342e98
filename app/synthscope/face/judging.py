"""The verb that judges, for a script or a notebook."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from synthscope.io.opening import open_image
from synthscope.jobs.drain import drain
from synthscope.records.evaluation import EvaluationRecipe, Report
from synthscope.records.events import Event
from synthscope.services.evaluation.evaluating import Means, begin_evaluation, evaluate_job
from synthscope.services.evaluation.gathering import gather, gather_all
from synthscope.services.evaluation.prompting import prompted
from synthscope.services.reporting.document import read_report
from synthscope.worker import implement, resolve


def evaluate(
    real: str | Path,
    generated: str | Path | Sequence[str | Path],
    out: str | Path = "",
    *,
    training: str | Path = "",
    stack: bool = False,
    prompt: str = "",
    prompts: str | Path = "",
    utility_labels: str | Path = "",
    on_event: Callable[[Event], None] | None = None,
    **choices: Any,
) -> Report:
    """Judge generated images against real ones.

    Parameters
    ----------
    real : str or Path
        A file, or a folder of images (in sub-folders: one for each specimen).
    generated : str, Path or sequence of them
        A file or folder for each generator.
    out : str or Path
        Folder to keep the card and its pictures in; without one they are not kept.
    training : str or Path
        What was learned from: copies are looked for in it.
    stack : bool
        `real` and `training` are folders of slices, each one stack.
    prompt : str
        Words that all generated images were made from: for CLIPScore.
    prompts : str or Path
        Or a table (CSV) of the columns ``image`` and ``prompt``.
    utility_labels : str or Path
        With ``utility=True``: a label map for each real image, in their order, in place of two phases.
    **choices
        Fields of `synthscope.records.evaluation.EvaluationRecipe`, such as ``domain="rock"``, ``utility=True`` or
        ``metrics=("kid",)``.

    Returns
    -------
    Report

    Raises
    ------
    SynthscopeError
        As `synthscope.services.evaluation.evaluating.evaluate_job` says.
    """
    paths = [generated] if isinstance(generated, str | Path) else list(generated)
    sets = gather_all(Path(real), list(map(Path, paths)), Path(training) if training else None, open_image, stack=stack)
    generated_sets = prompted(sets.generated, prompt, Path(prompts) if prompts else None)
    labels = gather([Path(utility_labels)], "label maps", open_image).images if utility_labels else ()
    recipe = EvaluationRecipe(sets.real, generated_sets, sets.training, stack=stack, utility_labels=labels, **choices)
    kept = nullcontext(str(out)) if out else tempfile.TemporaryDirectory(prefix="synthscope-")
    with kept as folder:
        begin_evaluation(Path(folder), recipe)
        drain(evaluate_job(Path(folder), Means(resolve, implement)), on_event)
        return read_report(Path(folder))
