"""Values of the program's metrics for the very pictures that raters saw: of each picture and of each arm."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthscope.errors import InputError, Unavailable
from synthscope.records.evaluation import EvaluationRecipe, ImageSet
from synthscope.records.events import Job, Progress
from synthscope.records.metric import Domain, Frame, MetricSpec
from synthscope.records.study_beside import MetricValue
from synthscope.records.study_key import StimulusKey
from synthscope.records.study_ratings import NAN, Rating
from synthscope.services.evaluation.choosing import Choice, choose
from synthscope.services.evaluation.feature_store import FeatureStore
from synthscope.services.evaluation.features import Implement, Measuring, placed
from synthscope.services.evaluation.fields import Fields, kept
from synthscope.services.evaluation.framing import framed
from synthscope.services.evaluation.scoring import Draws
from synthscope.services.studies.beside_pictures import Shown, shown_in
from synthscope.services.studies.beside_sets import Setting, of_extractor_job
from synthscope.services.weights import is_installed

Pictures = Callable[[str], np.ndarray]
"""From a code to its picture, uint8 (Z, Y, X, C)."""
RESAMPLES = 200
SAMPLE = 4_000_000
NO_REAL = (
    "No real picture was shown, so that no metric has anything to compare with; add a real arm, or rate beside a "
    "reference."
)


@dataclass(frozen=True)
class Taking:
    """By what values are taken.

    Parameters
    ----------
    implement : callable
        Makes the implementation of a spec; handed down by the composition root, as for an evaluation.
    domain : str
        Metrics of other domains are left out.
    encoders : tuple of str
        Ids of the encoders that sets are compared by.
    resamples : int
        Draws of the intervals of arms.
    device : str
        Where networks look: ``auto``, ``cpu``, ``cuda`` or ``mps``.
    """

    implement: Implement
    domain: Domain = "any"
    encoders: tuple[str, ...] = ("materials",)
    resamples: int = RESAMPLES
    seed: int = 0
    device: str = "cpu"


def metric_values_job(
    pictures: Pictures, stimuli: Sequence[StimulusKey], rows: Sequence[Rating], metrics: Sequence[str] | None = None,
    *, taking: Taking, references: Mapping[str, str] | None = None,
) -> Job[tuple[MetricValue, ...]]:  # fmt: skip
    """Take metrics of the pictures that raters saw, exactly as they saw them.

    Parameters
    ----------
    pictures : callable
        From a code to its picture, uint8 (Z, Y, X, C), all of one shape.
    stimuli : sequence of StimulusKey
        Of the opened key: values know what is real, so that none can be taken before unblinding.
    rows : sequence of Rating
        What was shown: test trials and their repeats.
    metrics : sequence of str, optional
        Ids, such as ``ssim`` or ``phase-quantities:porosity``; all that fit, if left out.

    references : mapping, optional
        From a picture to the reference beside it, see `references_of`; told from the key, if left out.

    Returns
    -------
    tuple of MetricValue
        Level ``image``: how far each picture is from the real ones (a real one from the other real ones), and paired
        metrics where trials show a reference. Level ``arm``: each generator against one half of the real pictures,
        and under the letter of the real arm one part of them against another. A metric that cannot be taken here is a
        row without a subject that says why.

    Raises
    ------
    InputError
        If nothing was shown, or pictures are not what they should be.
    """
    shown = shown_in(stimuli, rows, references)
    if not shown.real:
        return (_left_out("", "", NO_REAL),)
    with tempfile.TemporaryDirectory(prefix="synthscope-beside-") as scratch:
        return (yield from _values_job(pictures, shown, metrics, taking, Path(scratch)))


def _values_job(
    pictures: Pictures, shown: Shown, metrics: Sequence[str] | None, taking: Taking, scratch: Path
) -> Job[tuple[MetricValue, ...]]:
    yield Progress(0, 1, "Reading the pictures")
    frame = _frame(pictures, shown)
    real, arms = _fields(pictures, shown, scratch)
    choice, found = _chosen(metrics, shown, frame, taking)
    measuring = Measuring(taking.implement, FeatureStore.of_user(), None, taking.device)
    draws = Draws(taking.resamples, taking.seed)
    setting = Setting(shown, real, arms, frame, measuring, draws, _quantities(metrics or ()))
    for number, (extractor, specs) in enumerate(choice.by_extractor):
        yield Progress(number, len(choice.by_extractor), extractor.title)
        found += yield from of_extractor_job(extractor, specs, setting)
    for spec in choice.paired:
        yield Progress(0, 1, spec.title)
        found += _paired(spec, pictures, shown, frame, taking)
    return tuple(found)


def _frame(pictures: Pictures, shown: Shown) -> Frame:
    """Fix limits and thresholds on the real pictures; every picture has the shape of the first."""
    first = pictures(shown.real[0].code)
    if first.ndim != 4 or first.dtype != np.uint8:
        raise InputError(
            f"Picture {shown.real[0].code} is {first.dtype} of shape {first.shape}; give uint8 (Z, Y, X, C)."
        )
    step = max(1, len(shown.real) * first[..., 0].size // SAMPLE)
    values = [pictures(one.code).reshape(-1, first.shape[-1])[i % step :: step] for i, one in enumerate(shown.real)]
    return framed(np.concatenate(values).astype(np.float64), "real", (first.shape[0], first.shape[1], first.shape[2]))


def _fields(pictures: Pictures, shown: Shown, scratch: Path) -> tuple[Fields, tuple[Fields, ...]]:
    """Lay the pictures down as fields of an evaluation: the real ones, and those of each generator."""

    def lay(name: str, stimuli: Sequence[StimulusKey]) -> Fields:
        folder = scratch / f"{len(list(scratch.iterdir())):03d}"
        folder.mkdir()
        units = np.array([shown.unit_of[one.code] for one in stimuli], np.int64)
        return kept(name, folder, (pictures(one.code) for one in stimuli), units)

    return lay("real", shown.real), tuple(lay(letter, own) for letter, own in shown.arms.items())


def _chosen(
    metrics: Sequence[str] | None, shown: Shown, frame: Frame, taking: Taking
) -> tuple[Choice, list[MetricValue]]:
    """Choose as an evaluation does; what is named and cannot be taken is a row that says why, not the end."""
    nothing = tuple(ImageSet(letter, ()) for letter in shown.arms)
    recipe = EvaluationRecipe(
        ImageSet("real", ()), nothing, domain=taking.domain, partners=bool(shown.partners), encoders=taking.encoders,
        seed=taking.seed, resamples=taking.resamples,
    )  # fmt: skip
    if metrics is None:
        choice = choose(recipe, frame, is_installed)
        return choice, [_left_out("", "", sentence) for sentence in choice.left_out]
    nothing_learned = ImageSet("training", ())
    by_extractor: dict[str, tuple] = {}
    paired: list[MetricSpec] = []
    left: list[MetricValue] = []
    for name in dict.fromkeys(one.partition(":")[0] for one in metrics):
        try:
            # what is held against training images is told with the others, in the words of a study
            one = choose(replace(recipe, metrics=(name,), training=nothing_learned), frame, is_installed)
        except (InputError, Unavailable) as error:
            left.append(_left_out(name, name, error.sentence))
            continue
        paired += one.paired
        for extractor, specs in one.by_extractor:
            known = by_extractor.get(extractor.id, (extractor, ()))
            by_extractor[extractor.id] = (extractor, (*known[1], *specs))
    return Choice(tuple(by_extractor.values()), tuple(paired), ()), left


def _quantities(metrics: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Give the single quantities that were named, by metric."""
    found: dict[str, tuple[str, ...]] = {}
    for name, _, quantity in (one.partition(":") for one in metrics):
        found[name] = (*found.get(name, ()), *((quantity,) if quantity else ()))
    return found


def _paired(
    spec: MetricSpec, pictures: Pictures, shown: Shown, frame: Frame, taking: Taking
) -> list[MetricValue]:
    """Measure every picture beside its reference; an arm has the mean of its pictures."""
    try:
        (metric, _), by_code = placed(taking.implement(spec), taking.device), {}
        for code, reference in shown.partners.items():
            by_code[code] = float(metric.measure(pictures(reference), pictures(code), None, frame))
    except (InputError, Unavailable) as error:
        return [_left_out(spec.id, spec.title, f"{spec.title} was left out: {error.sentence}")]
    higher = spec.better == "high"
    found = [
        MetricValue(spec.id, spec.title, "image", code, value, higher_is_better=higher)
        for code, value in by_code.items()
        if np.isfinite(value)
    ]
    for letter, own in shown.arms.items():
        values = [by_code[one.code] for one in own if np.isfinite(by_code.get(one.code, NAN))]
        if values:
            found.append(
                MetricValue(spec.id, spec.title, "arm", letter, float(np.mean(values)), higher_is_better=higher)
            )
    return found


def _left_out(metric: str, title: str, why: str) -> MetricValue:
    return MetricValue(metric, title, "arm", "", NAN, why=why)
