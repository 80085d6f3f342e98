"""What a demo judges: new images against a sample that no generator has seen, and the report of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from synthscope.generators.registry import resolve as listed
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.phantoms.samples import find_sample
from synthscope.records.evaluation import EvaluationRecipe
from synthscope.records.image import Image
from synthscope.services.choosing import Choice
from synthscope.services.evaluation.evaluating import Means, begin_evaluation, evaluate_job
from synthscope.services.evaluation.gathering import gather_all
from synthscope.services.reporting.document import read_report
from synthscope.services.reporting.writing import write_report
from synthscope.services.verbs import make_job
from synthscope.worker import implement, resolve

HELD_OUT_SEED = 1
"""Of the sample that is held out: another plug than the one that is repaired."""
SIZE = (128, 128)
COUNT = 4
SIDE, RESAMPLES = 64, 50


@dataclass(frozen=True)
class Judged:
    """Folders of what is judged: held-out real images, and one of new images for each generator."""

    real: Path
    generated: tuple[Path, ...]


def make_sets(out: Path, sample: str, generators: tuple[tuple[str, str], ...]) -> Judged:
    """Simulate the held-out sample, and make new images by each (generator, model) from the known one."""
    known: Image = drain(find_sample(sample).make()).image
    real = out / "held-out"
    real.mkdir(parents=True)
    write_image(real / f"{sample}-held-out.ome.tif", drain(find_sample(sample).make(HELD_OUT_SEED)).image)
    folders = []
    for generator, model in generators:
        folder = out / generator
        choice = Choice("synthesize", generator, count=COUNT, model=model, size=SIZE)
        drain(make_job(known, None, choice, folder, resolve))
        folders.append(folder)
    return Judged(real, tuple(folders))


def judge_without_window(out: Path, judged: Judged, metrics: tuple[str, ...] = ()) -> Path:
    """Judge the sets in place, by all metrics that fit or by those named; give the folder of the evaluation."""
    sets = gather_all(judged.real, list(judged.generated), None, open_image)
    recipe = EvaluationRecipe(
        sets.real, sets.generated, metrics=metrics, side=SIDE, resamples=RESAMPLES, controls=False
    )
    folder = out / "evaluation"
    begin_evaluation(folder, recipe)
    drain(evaluate_job(folder, Means(listed, implement)))
    return folder


def keep_report(path: Path, folder: Path) -> Path:
    """Write the report of an evaluation as a page of its own."""
    write_report(read_report(folder), folder, path)
    return path
