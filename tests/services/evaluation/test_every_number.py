"""Every number of a card says what is promised: N, interval, floor, encoder, resize, map, weights, hashes."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from tests.services.evaluation.sets import judged, pictures, written

from synthscope.io.models import read_card
from synthscope.metrics.encoders.materials import bundled_encoder
from synthscope.metrics.trust.copies import false_alarms_of, threshold_of
from synthscope.records.evaluation import EvaluationRecipe, Report, Score

PROMISED = {"weights", "field", "resize", "map", "interval", "floor"}


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("every")
    real = written(folder, "real", pictures(24, 64))
    made = written(folder, "made", pictures(24, 64, seed=1))
    training = written(folder, "training", pictures(12, 64, seed=2))
    recipe = EvaluationRecipe(
        real, (made,), training, "rock", partners=True, encoders=("random-pyramid", "materials"), side=64, resamples=20,
        controls=False, utility=True,
    )  # fmt: skip
    return judged(folder / "card", recipe)


def said(score: Score) -> str:
    return " ".join((*score.caveats, score.why))


def test_every_number_has_what_the_card_promises(card: Report) -> None:
    metrics = {score.metric.partition(":")[0] for score in card.scores}
    assert {"kid", "precision", "phase-quantities", "artefacts", "copies", "ssim", "utility"} <= metrics
    for score in card.scores:
        here = (score.metric, score.encoder)
        assert set(score.settings) >= PROMISED, here
        assert score.n >= 8, here
        assert (score.settings["interval"] != "none") == math.isfinite(score.low + score.high), here
        assert (score.settings["floor"] != "none") == math.isfinite(score.floor), here
        assert str(score.settings["map"]), here
        if not math.isfinite(score.value):
            assert said(score), here


def test_numbers_of_features_name_their_encoder_and_its_weights(card: Report) -> None:
    kid = {score.encoder: score.settings for score in card.scores if score.metric == "kid"}
    assert set(kid) == {"random-pyramid", "materials"}
    assert kid["random-pyramid"]["weights"] == "none"
    assert kid["materials"]["weights"] == f"bundled, SHA-256 {read_card(bundled_encoder()).weights_sha256}"
    assert all(settings["features"].startswith(encoder) for encoder, settings in kid.items())


def test_numbers_of_pairs_say_that_nothing_was_resized_or_mapped(card: Report) -> None:
    found = {score.metric: score.settings for score in card.scores if score.group == "paired"}
    assert found["ssim"]["data_range"] == card.frame.data_range
    assert {one["resize"] for one in found.values()} == {"none"}
    assert found["mse"]["map"] == "none: grey values as they are"


def test_both_sets_are_bound_by_their_hashes(card: Report) -> None:
    assert {one.role for one in card.sets} >= {"real", "generated", "training"}
    assert all(len(one.sha256) == 64 for one in card.sets if one.role != "control")
    assert len({one.sha256 for one in card.sets}) == len(card.sets)


def test_copies_have_an_interval_and_what_held_out_fields_have(card: Report) -> None:
    (copies,) = (score for score in card.scores if score.metric == "copies")
    assert copies.value == 0
    assert copies.low == 0
    z = 1.959964
    assert copies.high == pytest.approx(100 * z**2 / (copies.n + z**2), rel=1e-5)  # Wilson 1927, none of n
    assert 0 <= copies.floor <= 10
    assert copies.floor_low <= copies.floor <= copies.floor_high


def test_held_out_fields_are_judged_by_the_threshold_of_the_others() -> None:
    honest = np.tanh(np.random.default_rng(1).gumbel(0.5, 0.05, 40))
    copied = np.append(honest, 0.9999)
    assert false_alarms_of(copied).nonzero()[0].tolist() == [40]
    every = [np.tanh(np.random.default_rng(seed).gumbel(0.5, 0.05, 40)) for seed in range(60)]
    assert np.mean([false_alarms_of(one) for one in every]) == pytest.approx(0.01, abs=0.005)
    assert threshold_of(honest).value < 0.9999


def test_lpips_says_where_it_cuts_off_and_whose_heads_it_has() -> None:
    from synthscope.metrics.paired.lpips import LpipsAlex
    from synthscope.metrics.registry import find_metric
    from synthscope.records.metric import Frame
    from synthscope.services.evaluation.features import weights_of

    settings = LpipsAlex().settings(Frame((1, 64, 64), 1, ((12.0, 240.0),), (128.0,), 255.0))
    assert "12 to 240 become -1 to 1, what lies beyond is cut off" in str(settings["map"])
    assert "lpips 0.1" in str(settings["heads"])
    assert weights_of(find_metric("lpips-alex")).startswith("alexnet-features, SHA-256 ")


def test_installed_weights_are_named_by_their_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from synthscope.metrics.registry import find_extractor
    from synthscope.services.evaluation import features

    monkeypatch.setattr(features, "is_installed", lambda _name: True)
    monkeypatch.setattr(features, "installed_hash", lambda _name: "abc")
    assert features.weights_of(find_extractor("inception")) == "inception-fid, SHA-256 abc"
