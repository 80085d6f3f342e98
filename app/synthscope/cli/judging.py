"""The command that judges: evaluate."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from synthscope.cli.options import Device, Json, Reading, grouped
from synthscope.cli.output import run_with_bar, say
from synthscope.errors import InputError
from synthscope.metrics.registry import find_metric
from synthscope.records.documents import to_json
from synthscope.records.evaluation import EvaluationRecipe, Report, Score
from synthscope.records.metric import DOMAINS
from synthscope.services.evaluation.cluster import pool_at
from synthscope.services.evaluation.evaluating import Means, begin_evaluation, evaluate_job
from synthscope.services.evaluation.families import FAMILIES
from synthscope.services.evaluation.gathering import gather, gather_all
from synthscope.services.evaluation.prompting import prompted
from synthscope.services.printing import PDF, check_printer
from synthscope.services.reporting.document import read_report
from synthscope.services.reporting.tabulating import Notes
from synthscope.services.reporting.writing import ENDINGS, write_report
from synthscope.worker import implement, resolve


@grouped
def evaluate(
    real: Annotated[Path, typer.Argument(help="Real images: a file, or a folder of images (sub-folders: specimens).")],
    generated: Annotated[list[Path], typer.Argument(help="Generated images: a file or folder for each generator.")],
    reading: Reading,
    paired: Annotated[
        bool, typer.Option("--paired", help="The n-th generated image is the partner of the n-th real one.")
    ] = False,
    masks: Annotated[Path | None, typer.Option(help="With --paired: what was generated, a mask for each pair.")] = None,
    training: Annotated[Path | None, typer.Option(help="What was learned from: copies are looked for.")] = None,
    domain: Annotated[str, typer.Option(help="any, rock, fibre, root or cell: which structure is measured.")] = "any",
    metric: Annotated[list[str], typer.Option(help="Only this metric; may be given again.")] = [],  # noqa: B006
    encoder: Annotated[list[str], typer.Option(help="What features are taken by; may be given again.")] = [],  # noqa: B006
    prompt: Annotated[str, typer.Option(help="Words that all generated images were made from: for CLIPScore.")] = "",
    prompts: Annotated[
        Path | None, typer.Option(help="Table (CSV) of the columns image and prompt; one prompt for all.")
    ] = None,
    stack: Annotated[
        bool, typer.Option("--stack", help="REAL and --training are folders of slices, each a stack.")
    ] = False,
    side: Annotated[int, typer.Option(help="Side of the fields that images are cut into; 0 for what fits.")] = 0,
    depth: Annotated[int, typer.Option(help="Slices of a field; above 1 stacks are judged as volumes.")] = 1,
    most: Annotated[int, typer.Option(help="Fields of each set, at most.")] = 200,
    resamples: Annotated[int, typer.Option(help="Draws for intervals and tests.")] = 500,
    no_controls: Annotated[bool, typer.Option("--no-controls", help="Do not try the metrics on controls.")] = False,
    report: Annotated[Path | None, typer.Option(help="File for the report: .html .pdf .md .tex .csv .json")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder to keep the card and pictures in.")] = None,
    dask: Annotated[str, typer.Option(help="Address of a Dask scheduler that measures features.")] = "",
    copy_shrink: Annotated[
        int, typer.Option(help="Look for copies among averages over squares of this side first: for large stacks.")
    ] = 1,
    utility: Annotated[
        bool, typer.Option("--utility", help="Train a small segmenter on real, on generated, on both; Dice on real.")
    ] = False,
    utility_labels: Annotated[
        Path | None, typer.Option(help="With --utility: a label map for each real image, in place of two phases.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything that is drawn.")] = 0,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Judge generated images against real ones: every number with its interval and that of real against real."""
    sets = gather_all(real, generated, training, reading.open, stack=stack)
    recipe = EvaluationRecipe(
        sets.real, prompted(sets.generated, prompt, prompts), sets.training, _known_domain(domain), paired,
        gather([masks], "masks", reading.open).images if masks else (), tuple(metric),
        tuple(encoder) or EvaluationRecipe.encoders, side, depth, most, resamples, not no_controls, seed, device,
        copy_shrink, utility, stack, reading.told,
        gather([utility_labels], "label maps", reading.open).images if utility_labels else (),
    )  # fmt: skip
    if report is not None:
        _check_ending(report)
    with _folder(out) as folder, pool_at(dask) as pool:
        begin_evaluation(folder, recipe)
        run_with_bar(evaluate_job(folder, Means(resolve, implement, pool)))
        card = read_report(folder)
        if report is not None:
            write_report(card, folder, report)
    say(as_document(card, str(report or "")), in_words(card), as_json=as_json)


def as_document(card: Report, report: str) -> dict[str, Any]:
    """Give the JSON of an evaluation (docs/command-line.md)."""
    return {
        "format": "synthscope/evaluate/1",
        "n_real": card.sets[0].fields,
        "n_generated": {one.name: one.fields for one in card.sets if one.role == "generated"},
        "scores": [to_json(score) for score in card.scores],
        "warnings": list(card.warnings),
        "report": report,
    }


def in_words(card: Report) -> str:
    """Say every number of what was generated beside that of real against real, and below, once, what each means."""
    lines, notes = [], Notes()
    for subject in dict.fromkeys(score.subject for score in card.scores if score.role == "generated"):
        lines.append(subject)
        family = ""
        for score in (one for one in card.scores if one.subject == subject):
            metric, _, quantity = score.metric.partition(":")
            if quantity and metric != family:
                lines.append(f"  {FAMILIES.get(metric) or find_metric(metric).title}")
            family = metric if quantity else ""
            marks = " ".join(f"({notes.mark(sentence)})" for sentence in score.caveats)
            lines.append(f"{_line(score, '    ' if quantity else '  ')} {marks}".rstrip())
    return "\n".join([*lines, *(f"({mark}) {sentence}" for mark, sentence in notes.all()), *card.warnings])


def _line(score: Score, indent: str) -> str:
    if score.value != score.value:
        return f"{indent}{score.title}: cannot be told"
    interval = "" if score.low != score.low else f" ({score.low:.3g} to {score.high:.3g})"
    floor = "" if score.floor != score.floor else f" · real against real {score.floor:.3g}"
    doubt = " · not informative here" if score.informative is False else ""
    by = f" [{score.encoder}]" if score.encoder else ""
    return f"{indent}{score.title}{by}: {score.value:.4g}{interval}{floor} · n {score.n}{doubt}"


def _known_domain(word: str) -> Any:
    if word not in DOMAINS:
        raise InputError(f"There is no domain {word!r}; choose one of {', '.join(DOMAINS)}.")
    return word


def _check_ending(report: Path) -> None:
    """Refuse before the work what could not be written after it."""
    if report.suffix.casefold() not in ENDINGS:
        raise InputError(f"{report.name} is no kind of report; end it with one of {', '.join(ENDINGS)}.")
    if report.is_dir():
        raise InputError(f"{report.name} is a folder; name a file for the report.")
    if not report.absolute().parent.is_dir():
        raise InputError(f"Folder {report.parent} does not exist; make it or choose another one.")
    if report.suffix.casefold() == PDF:
        check_printer()


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    if out is not None:
        yield out.expanduser()
        return
    with tempfile.TemporaryDirectory(prefix="synthscope-") as folder:
        yield Path(folder)
