"""Judging: arms are measured by one extractor after the other, and every number is kept with what is behind it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthscope.errors import InputError
from synthscope.metrics.registry import find_extractor
from synthscope.metrics.resampling import Sample
from synthscope.records.documents import to_json, without_infinities
from synthscope.records.evaluation import EvaluationRecipe, Evidence, Score
from synthscope.records.events import Job, Made, Progress
from synthscope.records.metric import ExtractorSpec, MetricSpec
from synthscope.services.evaluation.choosing import Choice
from synthscope.services.evaluation.closeness import closeness
from synthscope.services.evaluation.copying import copying_job
from synthscope.services.evaluation.correlating import FAMILY_OF, correlating_job, partnered_job
from synthscope.services.evaluation.evidence import Album, bands_of, evidence_of
from synthscope.services.evaluation.families import CORRELATION, FAMILIES
from synthscope.services.evaluation.feature_store import FeatureStore
from synthscope.services.evaluation.features import (
    Implement,
    Measuring,
    Pool,
    device_of,
    features_job,
    has_package,
    placed,
)
from synthscope.services.evaluation.fields import Fields
from synthscope.services.evaluation.labelled import LabelMaps
from synthscope.services.evaluation.learning import learning_job
from synthscope.services.evaluation.pairs import open_pairs, paired_job
from synthscope.services.evaluation.preparing import Prepared
from synthscope.services.evaluation.prompting import one_prompt
from synthscope.services.evaluation.scoring import Draws, Measured, scores_of
from synthscope.services.evaluation.window_seams import window_seams_job

ARTEFACTS = frozenset({"artefacts", "artefact-ratios"})


class Judging:
    """Measures arms by one extractor after the other, and keeps what was found."""

    def __init__(
        self, recipe: EvaluationRecipe, prepared: Prepared, implement: Implement, pool: Pool | None, album: Album
    ) -> None:
        self.scores: list[Score] = []
        self.bands: list[Any] = []
        self.evidence: list[Evidence] = []
        self.layouts: dict[str, Any] = {}
        self.remarks: list[str] = []
        self._devices: list[str] = []
        self._recipe = recipe
        self._frame = prepared.frame
        self._arms = prepared.arms
        self._training = prepared.training
        self._place = prepared.place
        self._implement = implement
        self._pool = pool
        self._album = album
        self._measuring = Measuring(implement, FeatureStore.of_user(), pool, recipe.device)

    def all_sets(self, choice: Choice) -> Job[None]:
        """Judge every arm by every metric of sets."""
        encoders = [extractor for extractor, _ in choice.by_extractor if extractor.is_encoder]
        guide = (yield from self._measure(encoders[0])) if encoders else None
        for number, (extractor, metrics) in enumerate(choice.by_extractor):
            yield Progress(number, len(choice.by_extractor), extractor.title)
            known = guide if guide is not None and guide.spec == extractor else None
            measured = known or (yield from self._measure(extractor))
            for spec in metrics:
                try:
                    yield from self._judge(spec, measured, guide)
                except InputError as error:
                    self._leave_out(spec, error)
            yield from self._closeness(measured)
        self._measuring.store.trim()

    def _leave_out(self, spec: MetricSpec, error: InputError) -> None:
        """Say in the card why a number is not there; one that was named ends the evaluation."""
        if self._recipe.metrics:
            raise InputError(f"{spec.title} cannot be taken: {error.sentence}", details=error.details) from error
        self.remarks.append(f"{spec.title} was left out: {error.sentence}")

    @property
    def device(self) -> str:
        """Where networks looked at fields."""
        return ", ".join(dict.fromkeys(self._devices)) or "cpu"

    def all_pairs(self, choice: Choice, project: Path | None) -> Job[None]:
        """Measure every generated image beside its declared partner."""
        for one in self._recipe.generated if choice.paired else ():
            pairs = open_pairs(self._recipe, one, project)
            for spec in choice.paired:
                try:
                    metric = self._metric(spec)
                    found = yield from paired_job(pairs, spec, metric, self._frame, self._recipe, self._album)
                except InputError as error:
                    self._leave_out(spec, error)
                    continue
                self.bands += [one for one in found.bands if one not in self.bands]  # that of the real set but once
                yield from self._tell(found.scores, found.evidence)

    def cells(self, project: Path | None) -> Job[None]:
        """Correlate features of cells with those of the partners, where nothing else was named."""
        if not self._recipe.partners or self._recipe.domain != "cell" or self._recipe.metrics:
            return
        every = [open_pairs(self._recipe, one, project) for one in self._recipe.generated]
        place = self._place.inside("partners") if self._place else None
        try:
            partnered = yield from partnered_job(every, self._recipe, place)
            for spec in filter(has_package, map(find_extractor, FAMILY_OF)):
                scores = yield from correlating_job(partnered, spec, self._frame, self._recipe, self._measuring)
                yield from self._tell(scores, ())
        except InputError as error:
            self.remarks.append(f"{FAMILIES[CORRELATION]}: left out. {error.sentence}")

    def window_seams(self) -> Job[None]:
        """Look for seams at the windows that images were made in, where these tell, along with other artefacts."""
        if self._recipe.metrics and not set(self._recipe.metrics) & ARTEFACTS:
            return
        draws = Draws(self._recipe.resamples, self._recipe.seed)
        scores, evidence, remarks = yield from window_seams_job(self._arms, self._frame, draws, self._album)
        self.remarks += remarks
        yield from self._tell(scores, evidence)

    def copies(self) -> Job[None]:
        """Look for copies of training images, where they are known."""
        if not self._training:
            return
        scores, evidence, remarks = yield from copying_job(
            self._arms, self._training, self._frame.channels, self._album, self._recipe.copy_shrink
        )
        self.remarks += remarks
        yield from self._tell(scores, evidence)

    def utility(self, maps: LabelMaps | None) -> Job[None]:
        """See what a segmenter learns from every generated set, where that was asked for."""
        if self._recipe.utility:
            scores = yield from learning_job(self._arms, self._frame, self._measuring.store, maps)
            yield from self._tell(scores, ())

    def _closeness(self, measured: Measured) -> Job[None]:
        """Tell how near to training fields generated ones lie, by an encoder."""
        if self._arms.training is not None and measured.spec.is_encoder:
            draws = Draws(self._recipe.resamples, self._recipe.seed)
            made = [arm.fields for arm in self._arms.judged if arm.role == "generated"]
            found = closeness(measured, made, self._arms.training, self._frame, draws, self._album)
            yield from self._tell(*found)

    def _tell(self, scores: Sequence[Score], evidence: Sequence[Evidence]) -> Job[None]:
        self.scores += scores
        self.evidence += evidence
        for score in scores:
            yield Made("score", document=without_infinities(to_json(score)))

    def _metric(self, spec: MetricSpec) -> Any:
        """Make a metric, where it is to compute."""
        metric, used = placed(self._implement(spec), self._recipe.device)
        self._devices += [used] if used else []
        return metric

    def _measure(self, spec: ExtractorSpec) -> Job[Measured]:
        layout = self._implement(spec).layout(self._frame)
        if spec.is_network:
            here = self._pool is None
            wanted = self._recipe.device
            used = device_of(spec, self._implement, wanted) if here else f"{wanted} of a cluster"
            self._devices.append(used)
        real = yield from self._sample(self._arms.real, spec)
        reference = yield from self._sample(self._arms.reference, spec)
        judged = []
        for arm in self._arms.judged:
            sample = yield from self._sample(arm.fields, spec)
            judged.append((arm.fields.name, arm.role, sample))
        training = memorised = None
        if self._arms.training is not None:
            training = yield from self._sample(self._arms.training, spec)
        if self._arms.memorised is not None:
            memorised = yield from self._sample(self._arms.memorised, spec)
        measured = Measured(spec, layout, real, reference, tuple(judged), training, memorised)
        self.layouts[spec.id] = layout
        self.bands += bands_of(measured, [(self._arms.real.name, reference), *((n, s) for n, _, s in judged)])
        return measured

    def _sample(self, fields: Fields, spec: ExtractorSpec) -> Job[Sample]:
        features = yield from features_job(fields, spec, self._frame, self._measuring)
        return Sample(features, fields.units)

    def _judge(self, spec: MetricSpec, measured: Measured, guide: Measured | None) -> Job[None]:
        metric = self._metric(spec)
        if spec.prompted:
            metric = metric.of_prompt(one_prompt(self._recipe)[0])
        draws = Draws(self._recipe.resamples, self._recipe.seed)
        names: dict[str, None] = {}
        for score in scores_of(spec, metric, measured, self._frame, draws, self._measuring.store):
            self.scores.append(score)
            names[score.metric.removeprefix(spec.id).removeprefix(":")] = None
            yield Made("score", document=without_infinities(to_json(score)))
        if spec.against == "training":  # the search for copies shows what lies near training images
            return
        generated = [arm.fields for arm in self._arms.judged if arm.role == "generated"]
        self.evidence += evidence_of(
            spec.id, tuple(names), metric, measured, generated, self._album, self._arms.reference, guide
        )
