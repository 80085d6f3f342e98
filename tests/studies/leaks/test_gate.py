"""The gate finds what was planted, and nothing where nothing was."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier

from synthscope.errors import InputError
from synthscope.jobs.drain import drain
from synthscope.phantoms.composite import CompositeParameters, ceramic_composite
from synthscope.records.documents import from_json, to_json
from synthscope.records.leaks import LeakDecision, LeakGroup, LeakReport, SourceFacts
from synthscope.records.study import Rendering
from synthscope.studies.leaks.boosting import RATE, TREES, boosted_scores
from synthscope.studies.leaks.classifying import Sides, logistic, separation, single_areas, trees
from synthscope.studies.leaks.features import picture_features
from synthscope.studies.leaks.gate import GateItem, GateSettings, gate_job
from synthscope.studies.rendering.render import render_arms

from .planted import PLANTS, to_8_bits, two_arms

SIDE = 96
QUICK = GateSettings(permutations=199)
LEAST = GateSettings(permutations=99)


@pytest.fixture(scope="module")
def tiles() -> list[np.ndarray]:
    """48 fields of simulated ceramic-matrix composite, 16-bit."""
    found = []
    for seed in (1, 2):
        pixels = np.asarray(ceramic_composite(CompositeParameters(width=480, depth=1), seed).image.pixels[...])[0]
        starts = range(0, 480 - SIDE + 1, SIDE)
        found += [pixels[y : y + SIDE, x : x + SIDE] for y in starts for x in starts]
    return found[:48]


def items_of(
    arms: tuple[tuple[np.ndarray, ...], ...], facts: tuple[SourceFacts | None, ...] = (None, None)
) -> list[GateItem]:
    names = ("scan", "gen")
    return [
        GateItem(names[a], f"{a}-{i}", a == 0, lambda picture=picture: picture, facts[a])  # type: ignore[misc]
        for a, arm in enumerate(arms)
        for i, picture in enumerate(arm)
    ]


def p_of(group: LeakGroup, arms: tuple[tuple[np.ndarray, ...], ...]) -> float:
    rows = [picture_features(one)[group] for arm in arms for one in arm]
    labels = np.repeat([0, 1], [len(arm) for arm in arms])
    features = np.array([list(row.values()) for row in rows])
    sides = Sides(features, labels, np.arange(len(labels)))
    return separation(sides, logistic, 199, np.random.default_rng(0)).p_value


def test_arms_of_one_process_pass_whatever_their_bit_depth(tiles: list[np.ndarray]) -> None:
    real, other = two_arms(tiles)
    pictures, _ = render_arms((real, [to_8_bits(one) for one in other]), Rendering(side=SIDE))
    facts = SourceFacts("uint16", (1, 96, 96, 1), suffix=".tif"), SourceFacts("uint8", (1, 128, 128, 1), suffix=".png")
    report = drain(gate_job(items_of(pictures, facts), QUICK))
    assert report.passes
    by_group = {one.group: one for one in report.findings}
    for group in ("source grey", "source size", "source file"):
        assert by_group[group].found
        assert by_group[group].severity == "levelled"
    assert not any(one.found for one in report.findings if one.severity != "levelled")
    assert from_json(LeakReport, to_json(report)) == report


def test_sources_block_where_nothing_levels_them(tiles: list[np.ndarray]) -> None:
    pictures, _ = render_arms(two_arms(tiles[:20]), Rendering(side=SIDE))
    facts = SourceFacts("uint16", (1, 96, 96, 1)), SourceFacts("uint8", (1, 96, 96, 1), (1.0, 0.5, 0.5))
    rendered = drain(gate_job(items_of(pictures, facts), LEAST))
    assert [one.group for one in rendered.blocking] == ["voxel size"]
    bare = drain(gate_job(items_of(pictures, facts), GateSettings(permutations=99, rendered=False)))
    assert [one.group for one in bare.blocking] == ["voxel size", "source grey"]
    with pytest.raises(InputError, match="repaired, not decided"):
        bare.decided(LeakDecision(bare.blocking[0].id, "harmonised", "It is so."))


def test_pictures_of_unlike_sizes_block(tiles: list[np.ndarray]) -> None:
    real, other = two_arms(tiles[:20])
    (a,), _ = render_arms((real,), Rendering(side=96))
    (b,), _ = render_arms((other,), Rendering(side=64))
    report = drain(gate_job(items_of((a, b)), LEAST))
    assert [one.group for one in report.blocking] == ["picture"]
    assert not report.passes


def test_bit_depth_is_found_where_steps_are_not_levelled(tiles: list[np.ndarray]) -> None:
    real, other = two_arms(tiles)
    pictures, _ = render_arms((real, [to_8_bits(one) for one in other]), Rendering(side=SIDE, quantise=False))
    report = drain(gate_job(items_of(pictures), QUICK))
    assert not report.passes
    assert not report.blocking
    found = {one.group: one for one in report.undecided}
    assert found["histogram"].auc > 0.95
    assert found["together"].auc > 0.9
    assert any("gaps" in name or "different" in name for name in found["histogram"].features)
    for finding in report.undecided:
        report = report.decided(LeakDecision(finding.id, "part of the question", "The generator gives 8 bits."))
    assert report.passes
    with pytest.raises(InputError, match="no open soft leak"):
        report.decided(report.decisions[0])


@pytest.mark.parametrize(
    ("plant", "groups"), [("contrast", ("histogram", "noise")), ("jpeg", ("blocks", "noise")), ("noise", ("noise",))]
)
def test_planted_leaks_are_found_where_they_are(
    plant: str, groups: tuple[LeakGroup, ...], tiles: list[np.ndarray]
) -> None:
    real, other = two_arms(tiles)
    pictures, _ = render_arms((real, [PLANTS[plant](one) for one in other]), Rendering(side=SIDE))
    assert all(p_of(group, pictures) == 1 / 200 for group in groups)
    assert p_of("border", pictures) > 0.05


def test_a_decision_needs_a_reason(tiles: list[np.ndarray]) -> None:
    rng = np.random.default_rng(0)
    separate = Sides(rng.normal(size=(20, 2)) + np.repeat([0, 5], 10)[:, None], np.repeat([0, 1], 10), np.arange(20))
    assert separation(separate, logistic, 199, rng).auc == 1
    real, other = two_arms(tiles[:24])
    pictures, _ = render_arms((real, [one // 2 for one in other]), Rendering(side=SIDE))
    report = drain(gate_job(items_of(pictures), GateSettings(permutations=199)))
    with pytest.raises(InputError, match="has no reason"):
        report.decided(LeakDecision(report.undecided[0].id, "harmonised", " "))


def test_p_values_of_nothing_are_even() -> None:
    """The level is kept: of 300 null data sets about one in twenty has p below 0.05 (binomial band of 99.9 %)."""
    rng = np.random.default_rng(4)
    found = 0
    for _ in range(300):
        features = rng.normal(size=(24, 3))
        cases = np.repeat(np.arange(12), 2)
        features += rng.normal(size=(12, 3))[cases]  # rows of a case are alike
        labels = np.repeat(np.arange(12) % 2, 2)
        found += separation(Sides(features, labels, cases), logistic, 59, rng).p_value <= 0.05
    assert 5 <= found <= 28


def test_rows_of_a_case_are_never_learned_and_judged() -> None:
    """A case that is known by heart tells nothing of others: one feature that names it, nothing else."""
    rng = np.random.default_rng(5)
    cases = np.repeat(np.arange(20), 4)
    labels = np.repeat(np.arange(20) % 2, 4)
    features = rng.normal(size=(20, 6))[cases]
    assert separation(Sides(features, labels, cases), logistic, 199, rng).p_value > 0.01
    folds = Sides(features, labels, cases).folds(rng)
    assert all(len(np.unique(folds[cases == case])) == 1 for case in range(20))


def test_cases_on_both_sides_are_relabelled_within_themselves() -> None:
    labels = np.tile([0, 1], 10)
    sides = Sides(np.zeros((20, 1)), labels, np.repeat(np.arange(10), 2))
    rng = np.random.default_rng(0)
    drawn = sides.relabelled(sides.folds(rng), 50, rng)
    assert (drawn.reshape(50, 10, 2).sum(axis=2) == 1).all()
    assert len(np.unique(drawn, axis=0)) > 40


def test_trees_see_what_no_line_does() -> None:
    rng = np.random.default_rng(6)
    features = rng.uniform(-1, 1, (60, 2))
    labels = (np.abs(features[:, 0]) > 0.5).astype(int)
    sides = Sides(features, labels, np.arange(60))
    assert separation(sides, logistic, 19, rng).auc < 0.75
    assert separation(sides, trees, 19, rng).auc > 0.9


def test_boosting_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(7)
    learned, judged = rng.normal(size=(40, 5)), rng.normal(size=(11, 5))
    labels = (learned[:, 0] + rng.normal(size=(3, 40)) > 0).astype(float)
    oracle = GradientBoostingClassifier(n_estimators=TREES, learning_rate=RATE, max_depth=1, random_state=0)
    theirs = [oracle.fit(learned, own).decision_function(judged) for own in labels]
    np.testing.assert_allclose(boosted_scores(learned, labels, judged), theirs, atol=1e-6)


def test_areas_of_single_features_have_a_sign() -> None:
    features = np.array([[0.0, 3, 1], [1, 2, 1], [2, 1, 1], [3, 0, 1]])
    np.testing.assert_array_equal(single_areas(features, np.array([0, 0, 1, 1])), [1, 0, 0.5])


def test_few_images_and_few_cases_are_said() -> None:
    rng = np.random.default_rng(0)
    pictures = tuple(tuple(rng.integers(0, 256, (1, 64, 64, 1)).astype(np.uint8) for _ in range(n)) for n in (6, 3))
    few = drain(gate_job(items_of(pictures), GateSettings(permutations=19)))
    assert few.findings == ()
    assert "at least 4 images" in few.notes[0]
    one_case = [GateItem(one.arm, "stack" if one.is_real else one.case, one.is_real, one.picture)
                for one in items_of((pictures[0], pictures[0]))]  # fmt: skip
    said = drain(gate_job(one_case, GateSettings(permutations=19)))
    assert "fewer than 4 cases" in said.notes[0]


def test_unknown_voxel_sizes_are_said_once_for_all_arms() -> None:
    rng = np.random.default_rng(0)
    facts = SourceFacts("uint8", (1, 64, 64, 1), (0.0, 0.0, 0.0)), SourceFacts("uint8", (1, 64, 64, 1), (1.0, 0.5, 0.5))
    items = [
        GateItem(arm, f"{arm}-{i}", arm == "scan", lambda one=one: one, facts[arm == "sized"])
        for arm in ("scan", "gen", "other", "sized")
        for i in range(4)
        for one in [rng.integers(0, 256, (1, 64, 64, 1)).astype(np.uint8)]
    ]
    said = [note for note in drain(gate_job(items, GateSettings(permutations=19))).notes if "voxel size" in note]
    assert len(said) == 1
    assert said[0].startswith("The voxel size of some images of gen, other, scan is not known")


def test_without_real_images_each_arm_is_held_against_the_others() -> None:
    rng = np.random.default_rng(0)
    items = [
        GateItem(f"gen{a}", f"{a}-{i}", is_real=False, picture=lambda one=one: one)
        for a in range(3)
        for i in range(4)
        for one in [rng.integers(0, 256, (1, 64, 64, 1)).astype(np.uint8)]
    ]
    report = drain(gate_job(items, GateSettings(permutations=19)))
    assert {one.sides for one in report.findings} == {("all others", f"gen{a}") for a in range(3)}


def test_stacks_have_steps_between_slices() -> None:
    rng = np.random.default_rng(0)
    smooth = np.repeat(rng.integers(0, 256, (1, 64, 64, 1)), 6, axis=0).astype(np.uint8)
    flickering = (smooth + rng.integers(0, 40, (6, 1, 1, 1))).clip(0, 255).astype(np.uint8)
    calm, restless = (picture_features(one)["slices"]["step between slices"] for one in (smooth, flickering))
    assert calm == 0 < restless
