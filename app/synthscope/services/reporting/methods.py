"""The methods paragraph of a report, exact enough to be printed, and how to make the report again."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synthscope.records.evaluation import EvaluationRecipe, Report, Score, SetFacts
from synthscope.records.metric import ExtractorSpec, Frame, MetricSpec
from synthscope.services.reporting.references import references
from synthscope.services.reporting.words import count, exact, listed, shape_words

_UNTOLD = "pixel"


@dataclass(frozen=True)
class Known:
    """What is registered in this installation, by id: titles and citations of what a report was made with."""

    metrics: Mapping[str, MetricSpec]
    extractors: Mapping[str, ExtractorSpec]


def methods(report: Report, known: Known, digest: str) -> tuple[str, ...]:
    """Write the methods, a paragraph for each entry.

    Parameters
    ----------
    report : Report
    known : Known
        Where a metric or encoder is missing, its id stands and its work is not cited.
    digest : str
        SHA-256 of the exported document.
    """
    return (
        _sets_sentence(report),
        _frame_sentence(report.frame),
        _metrics_sentence(report, known),
        _statistics_sentence(report, known),
        _versions_sentence(report, digest),
    )


def cited(report: Report, known: Known) -> tuple[str, ...]:
    """Give the references of everything that the report was made with."""
    metrics = [known.metrics[one].citation for one in _metric_ids(report) if one in known.metrics]
    encoders = [known.extractors[one].citation for one in _extractor_ids(report, known) if one in known.extractors]
    return references([*metrics, *encoders])


def command_line(recipe: EvaluationRecipe) -> str:
    """Write the command that makes the report again; sets stand by their names, in place of their folders."""
    words = ["synthscope", "evaluate", recipe.real.name, *(one.name for one in recipe.generated)]
    flags = {
        "--paired": recipe.partners, "--stack": recipe.stack, "--no-controls": not recipe.controls,
        "--utility": recipe.utility,
    }  # fmt: skip
    words += [flag for flag, given in flags.items() if given]
    told: list[tuple[str, object]] = [("masks", "masks")] if recipe.masks else []
    told += [("utility-labels", "label maps")] if recipe.utility_labels else []
    if recipe.training:
        told.append(("training", recipe.training.name))
    told += recipe.reading.items()
    numbers = ("domain", "side", "depth", "most", "resamples", "seed", "device")
    told += [(name, getattr(recipe, name)) for name in numbers]
    told += [("metric", metric) for metric in recipe.metrics]
    told += [("encoder", encoder) for encoder in recipe.encoders]
    told += [("prompt", prompt) for prompt in dict.fromkeys(one.prompt for one in recipe.generated) if prompt]
    if recipe.copy_shrink != 1:
        told.append(("copy-shrink", recipe.copy_shrink))
    words += [word for name, value in (*told, ("report", "card.html")) for word in (f"--{name}", str(value))]
    return shlex.join(words)


def metric_of(score: Score) -> str:
    """Give the id of the metric that a score is of, without the name of the quantity."""
    return score.metric.partition(":")[0]


def _sets_sentence(report: Report) -> str:
    real = [one for one in report.sets if one.role == "real"]
    others = [one for one in report.sets if one.role == "generated"]
    training = [one for one in report.sets if one.role == "training"]
    words = f"Generated images were compared with real ones. Real: {_sets(real)}. Generated: {_sets(others)}."
    if training:
        words += f" The generators learned from: {_sets(training)}."
    if report.recipe.partners:
        words += " The n-th generated image has the n-th real one as its declared partner."
    prompts = [f"“{one.prompt}” ({one.name})" for one in report.recipe.generated if one.prompt]
    return words + (f" Prompts: {listed(prompts)}." if prompts else "")


def _sets(sets: Sequence[SetFacts]) -> str:
    return "; ".join(
        f"{one.name} ({count(one.images, 'image')} of {count(one.specimens, 'specimen')}, {count(one.fields, 'field')}"
        + (f", SHA-256 {one.sha256[:16]}…" if one.sha256 else "")
        + ")"
        for one in sets
    )


def _frame_sentence(frame: Frame) -> str:
    size = [exact(step) for step in (frame.voxel_size[1:] if frame.shape[0] == 1 else frame.voxel_size)]
    steps = f" of {' × '.join(size)} {frame.unit} each" if frame.unit != _UNTOLD else ""
    ranges = listed([f"{exact(low)} to {exact(high)}" for low, high in frame.limits])
    thresholds = listed([exact(one) for one in frame.thresholds])
    channels = "" if frame.channels == 1 else f", {frame.channels} channels"
    return (
        f"Every set was cut into fields of {shape_words(frame.shape)} voxels{steps} ({frame.dtype}{channels}), as many "
        f"of each set as N says. Everything that depends on grey values was fixed on the real set and used for all: "
        f"the map of values to 0 … 1 ({ranges}, percentiles), the threshold between phases ({thresholds}, Otsu), and "
        f"the data range ({listed([exact(frame.range_of(channel)) for channel in range(frame.channels)])})."
    )


def _metrics_sentence(report: Report, known: Known) -> str:
    judged = [score for score in report.scores if score.role == "generated"]
    if not judged:
        return "No number was measured."
    encoders = dict.fromkeys(score.encoder for score in judged if score.encoder)
    words = f"Encoders: {'; '.join(_encoder(one, known) for one in encoders)}. " if encoders else ""
    numbers = {score.n for score in judged}
    usual = f" (N = {min(numbers)})" if len(numbers) == 1 else ""
    said = [_metric(metric, judged, known, usual) for metric in dict.fromkeys(map(metric_of, judged))]
    return f"{words}Numbers{usual}: {'; '.join(said)}."


def _metric(metric: str, judged: Sequence[Score], known: Known, usual: str) -> str:
    scores = [score for score in judged if metric_of(score) == metric]
    spec = known.metrics.get(metric)
    encoders = list(dict.fromkeys(score.encoder for score in scores if score.encoder))
    numbers = sorted({score.n for score in scores})
    many = f"N = {numbers[0]}" + (f" to {numbers[-1]}" if len(numbers) > 1 else "")
    notes = [f"on {listed(encoders)}" if encoders else "", spec.citation if spec else ""]
    notes += [f"version {spec.version}" if spec else "", "" if usual else many]
    kept = ", ".join(filter(None, notes))
    title = _name_of(scores[0], known)
    return f"{title} ({kept})" if kept else title


def _encoder(name: str, known: Known) -> str:
    spec = known.extractors.get(name)
    if spec is None:
        return name
    return f"{spec.title} ({', '.join(filter(None, (name, 'version ' + spec.version, spec.citation)))})"


def _statistics_sentence(report: Report, known: Known) -> str:
    judged = [score for score in report.scores if score.role == "generated"]
    words = [
        _interval_sentence(judged, known),
        _floor_sentence(judged, known),
        _p_sentence(report, judged, known),
        _controls_sentence(report),
        f"Random numbers began at seed {report.recipe.seed}.",
    ]
    return " ".join(filter(None, words))


def _interval_sentence(judged: Sequence[Score], known: Known) -> str:
    """Say of each way how intervals were taken, and of which numbers."""
    ways: dict[str, list[str]] = {}
    for score in judged:
        if math.isfinite(score.low):
            way = str(score.settings.get("interval", "in a way that the card does not tell"))
            draws = score.settings.get("draws")
            ways.setdefault(f"{way}, {draws} draws" if draws else way, []).append(_name_of(score, known))
    return f"Intervals are of 95 %. {_each_way(ways)}" if ways else "No number has an interval."


def _floor_sentence(judged: Sequence[Score], known: Known) -> str:
    ways: dict[str, list[str]] = {}
    for score in judged:
        if math.isfinite(score.floor):
            way = str(score.settings.get("floor", "in a way that the card does not tell"))
            ways.setdefault(way, []).append(_name_of(score, known))
    if not ways:
        return "No number has a floor."
    return (
        "The floor of a number is the same number for real against real, at the N of the number. " + _each_way(ways)
    )


def _each_way(ways: Mapping[str, Sequence[str]]) -> str:
    """Name the numbers of each way; those of the most common one, last, are all others."""
    order = sorted(ways, key=lambda way: len(set(ways[way])))
    said = [f"{way} ({listed(list(dict.fromkeys(ways[way])))})" for way in order[:-1]]
    said.append(f"{order[-1]} ({'all others' if said else 'all numbers'})")
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}."


def _p_sentence(report: Report, judged: Sequence[Score], known: Known) -> str:
    tested = dict.fromkeys(_name_of(score, known) for score in judged if math.isfinite(score.p_value))
    if not tested:
        return ""
    return (
        f"p-values are of “both sets are of one kind”, from {report.recipe.resamples} relabellings of specimens "
        f"({listed(list(tested))})."
    )


def _controls_sentence(report: Report) -> str:
    made = [score for score in report.scores if score.role == "control"]
    if not made:
        return ""
    draws = sorted({int(score.settings["draws"]) for score in made if "draws" in score.settings})
    most = f" Their intervals have at most {draws[-1]} draws." if draws else ""
    return (
        f"Numbers also judged sets of known quality ({listed(list(dict.fromkeys(score.subject for score in made)))}); "
        f"one that does not rank them sensibly is marked as not informative.{most}"
    )


def _name_of(score: Score, known: Known) -> str:
    spec = known.metrics.get(metric_of(score))
    return spec.title if spec else (score.title if score.metric == metric_of(score) else metric_of(score))


def _versions_sentence(report: Report, digest: str) -> str:
    versions = listed([f"{name} {value}" for name, value in sorted(report.environment.items())])
    made = f" on {report.created[:10]}" if report.created else ""
    return (
        f"The report was made by Synthscope{made}"
        + (f" ({versions})" if versions else "")
        + f"; its document, report.json, has SHA-256 {digest}."
    )


def _metric_ids(report: Report) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(metric_of, report.scores)))


def _extractor_ids(report: Report, known: Known) -> tuple[str, ...]:
    used = [known.metrics[one].extractor for one in _metric_ids(report) if one in known.metrics]
    encoders = [score.encoder for score in report.scores]
    return tuple(dict.fromkeys(name for name in (*encoders, *used) if name))
