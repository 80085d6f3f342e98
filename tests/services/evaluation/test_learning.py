"""Utility in a report card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.services.evaluation.sets import judged, pictures, written

from synthscope.errors import InputError
from synthscope.metrics.trust.utility import utility_job
from synthscope.records.documents import canonical, from_json, to_json
from synthscope.records.evaluation import EvaluationRecipe, Report, Score
from synthscope.services.evaluation import feature_store, learning
from synthscope.services.evaluation.controls import CONTROLS, HELD_OUT
from synthscope.services.evaluation.families import FAMILIES
from synthscope.services.reporting.writing import write_report

QUICK: dict[str, Any] = {"metrics": ("intensity",), "resamples": 20, "side": 48, "controls": False, "utility": True}


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    folder = tmp_path_factory.mktemp("card")
    real = written(folder, "real", pictures(8, 48))
    like = written(folder, "like", pictures(8, 48, seed=1))
    inverted = written(folder, "inverted", [255 - one for one in pictures(8, 48, seed=2)])
    return folder / "report", judged(folder / "report", EvaluationRecipe(real, (like, inverted), **QUICK))


def scores(report: Report, subject: str) -> dict[str, Score]:
    return {one.metric: one for one in report.scores if one.metric.startswith("utility") and one.subject == subject}


def test_three_numbers_stand_in_the_card_for_every_generated_set(card: tuple[Path, Report]) -> None:
    for subject in ("like", "inverted"):
        found = scores(card[1], subject)
        assert list(found) == ["utility:real", "utility:synthetic", "utility:both"]
        assert all(0 <= one.low <= one.value <= one.high <= 1 for one in found.values())
        assert found["utility:synthetic"].floor == found["utility:real"].value
        assert all("no annotations" in one.caveats[0] for one in found.values())
        assert list(found["utility:real"].settings["seeds"]) == [0, 1, 2, 3, 4]


def test_images_like_the_real_ones_teach_as_much_as_these(card: tuple[Path, Report]) -> None:
    found = scores(card[1], "like")
    assert found["utility:synthetic"].value == pytest.approx(found["utility:real"].value, abs=0.05)


def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("PIXELS", 300), ("SEEDS", (0, 1)), ("RESAMPLES", 50)):
        monkeypatch.setattr(learning, name, value)


def test_what_controls_taught_is_kept_and_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    taught = []

    def counted(real: Any, synthetic: Any, *more: Any, **named: Any) -> Any:
        taught.append(len(synthetic))
        return utility_job(real, synthetic, *more, **named)

    monkeypatch.setattr(learning, "utility_job", counted)
    real = written(tmp_path, "real", pictures(8, 48))
    sets = [written(tmp_path, name, pictures(4, 48, seed=seed)) for seed, name in enumerate(("one", "two"), 1)]
    cards = {}
    for cache, made in (("used", 0), ("used", 1), ("empty", 1)):
        monkeypatch.setattr(feature_store, "user_cache_dir", lambda *_, cache=cache, **__: str(tmp_path / cache))
        recipe = EvaluationRecipe(real, (sets[made],), **{**QUICK, "controls": True})
        cards[cache] = judged(tmp_path / f"card-{len(taught)}", recipe)
    learned = len(CONTROLS) - 1  # held-out real is what it is tested on
    assert taught == [1 + learned, 1, 1 + learned]
    assert canonical(cards["used"].scores) == canonical(cards["empty"].scores)
    assert len([one for one in cards["used"].scores if one.metric == "utility:both"]) == 1 + learned


def test_controls_are_learned_from_too_and_judge_the_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    sets = written(tmp_path, "real", pictures(8, 48)), written(tmp_path, "made", pictures(8, 48, seed=1))
    recipe = EvaluationRecipe(sets[0], (sets[1],), **{**QUICK, "controls": True})
    report = judged(tmp_path / "report", recipe)
    found = [one for one in report.scores if one.metric == "utility:synthetic"]
    assert {one.subject for one in found if one.role == "control"} == set(CONTROLS) - {HELD_OUT}
    (made,) = (one for one in found if one.subject == "made")
    assert made.informative is not None
    assert made.why
    assert scores(report, "made")["utility:real"].informative is None
    assert not [one for one in report.scores if one.metric == "utility:real" and one.role == "control"]


def test_the_page_names_the_family_and_the_command_makes_it_again(card: tuple[Path, Report], tmp_path: Path) -> None:
    write_report(card[1], card[0], tmp_path / "card.html")
    page = (tmp_path / "card.html").read_text(encoding="utf-8")
    assert FAMILIES["utility"] in page
    assert "Dice, trained on synthetic" in page
    assert "--utility" in page


def test_a_real_set_of_nearly_one_phase_is_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    dark = [rng.integers(10, 20, (48, 48)).astype(np.uint8) for _ in range(16)]
    for one in dark:
        one[:2, :4] = 250
    sets = written(tmp_path, "real", dark[:8]), written(tmp_path, "made", dark[8:])
    with pytest.raises(InputError, match="nothing to learn"):
        judged(tmp_path / "report", EvaluationRecipe(sets[0], (sets[1],), **QUICK))


def test_a_recipe_from_before_is_still_read_and_asks_for_no_utility(card: tuple[Path, Report]) -> None:
    document = to_json(card[1].recipe)
    del document["utility"]
    assert from_json(EvaluationRecipe, document) == replace(card[1].recipe, utility=False)
