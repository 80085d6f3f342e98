"""What published practice got wrong is refused, or said in a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from tests.services.evaluation.sets import judged, pictures, written

from synthscope.errors import InputError
from synthscope.metrics.registry import find_extractor
from synthscope.records.evaluation import EvaluationRecipe, Report
from synthscope.services.evaluation.copied_rows import copied_rows
from synthscope.services.evaluation.guards import check_recipe
from synthscope.services.evaluation.scoring import settings_of

QUICK: dict[str, Any] = {"metrics": ("kid",), "resamples": 20, "side": 48, "controls": False}


def card(tmp_path: Path, real: list[np.ndarray], made: list[np.ndarray], **more: Any) -> Report:
    sets = written(tmp_path, "real", real), written(tmp_path, "made", made)
    return judged(tmp_path / "report", EvaluationRecipe(sets[0], (sets[1],), **{**QUICK, **more}))


def test_one_set_under_two_names_is_refused(tmp_path: Path) -> None:
    real, made = written(tmp_path, "real", pictures(2)), written(tmp_path, "dcgan", pictures(2, seed=1))
    with pytest.raises(InputError, match="'stylegan' and 'dcgan' are the same images"):
        check_recipe(EvaluationRecipe(real, (made, replace(made, name="stylegan"))))


def test_the_real_set_as_a_generated_one_is_refused(tmp_path: Path) -> None:
    real = written(tmp_path, "real", pictures(2))
    for name in ("made", real.name):
        with pytest.raises(InputError, match=f"named twice: '{name}' is judged.*as the floor"):
            check_recipe(EvaluationRecipe(real, (replace(real, name=name),)))


def test_duplicates_inside_a_set_are_said(tmp_path: Path) -> None:
    made = pictures(4, 48, seed=1)
    report = card(tmp_path, pictures(8, 48), [*made, made[0]])
    assert any("1 of the 5 fields of 'made' are exact copies" in words for words in report.warnings)


def test_near_duplicates_inside_a_set_are_said(tmp_path: Path) -> None:
    made = pictures(4, 48, seed=1)
    trace = np.random.default_rng(0).integers(0, 2, made[0].shape, dtype=np.uint8)
    report = card(tmp_path, pictures(8, 48), [*made, np.clip(made[0], 0, 254) + trace])
    assert any("1 of the 5 fields of 'made' are others of it but for a trace" in words for words in report.warnings)
    assert not any("exact copies" in words for words in report.warnings)


def test_sets_without_repeats_are_not_warned_of(tmp_path: Path) -> None:
    report = card(tmp_path, pictures(8, 48), pictures(6, 48, seed=1))
    assert not any("smaller than it looks" in words for words in report.warnings)


def test_real_fields_among_the_generated_ones_are_said(tmp_path: Path) -> None:
    real = pictures(8, 48)
    report = card(tmp_path, real, [*pictures(4, 48, seed=1), real[3]])
    assert any("1 fields of 'made' are fields of 'real', pixel by pixel" in words for words in report.warnings)


def test_paired_figures_without_declared_partners_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no partners are declared"):
        card(tmp_path, pictures(8, 48), pictures(8, 48, seed=1), metrics=("ssim",))


def test_sets_of_unlike_number_are_no_partners(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has 7 images and the real set 8"):
        card(tmp_path, pictures(8, 48), pictures(7, 48, seed=1), partners=True)


def test_values_that_wrapped_around_are_said(tmp_path: Path) -> None:
    wrapped = [(one.astype(int) - 100).astype(np.uint8) for one in pictures(8, 48, seed=1)]
    report = card(tmp_path, pictures(8, 48), wrapped)
    assert any("may have wrapped around" in words for words in report.warnings)


def test_another_range_is_said(tmp_path: Path) -> None:
    report = card(tmp_path, pictures(8, 48), [one // 16 for one in pictures(8, 48, seed=1)])
    assert any("if it was saved with another range" in words for words in report.warnings)


def test_another_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"uint16.*uint8.*convert both"):
        card(tmp_path, pictures(8, 48), pictures(8, 48, seed=1, dtype="uint16"))


def test_the_data_range_comes_from_the_real_set_and_not_from_the_type(tmp_path: Path) -> None:
    real, made = ([one.astype(np.uint16) * 16 for one in pictures(8, 48, seed=s)] for s in (0, 1))
    report = card(tmp_path, real, made, metrics=("kid", "ssim"), partners=True)
    assert report.frame.data_range <= 255 * 16
    found = next(score for score in report.scores if score.metric == "ssim")
    assert found.value < 0.5


def test_neighbouring_slices_in_training_and_real_are_said(tmp_path: Path) -> None:
    real, made = written(tmp_path, "real", pictures(8, 48)), written(tmp_path, "made", pictures(8, 48, seed=1))
    renamed = replace(real, images=tuple(replace(one, name=f"s{i:03}.tif") for i, one in enumerate(real.images)))
    learned = written(tmp_path, "learned", pictures(1, 48, seed=2))
    training = replace(learned, images=(replace(learned.images[0], name="s008.tif"),))
    report = judged(tmp_path / "report", EvaluationRecipe(renamed, (made,), training, **QUICK))
    assert any("s007.tif is next to a training image" in words for words in report.warnings)


def stacks_of_one_core(tmp_path: Path, parts: dict[str, slice]) -> Report:
    """Judge with real and training images that are stacks of slices of one core."""
    core = gaussian_filter(np.random.default_rng(0).normal(size=(32, 96, 96)), (4, 1.5, 1.5))
    grey = np.clip(128 + 40 * core / core.std(), 0, 255).astype(np.uint8)
    real, learned = (written(tmp_path, name, [grey[part]], "zyx") for name, part in parts.items())
    made = written(tmp_path, "made", pictures(4, 96, seed=1))
    return judged(tmp_path / "report", EvaluationRecipe(real, (made,), learned, **{**QUICK, "most": 32}))


def test_slices_of_a_stack_between_those_learned_from_are_said(tmp_path: Path) -> None:
    report = stacks_of_one_core(tmp_path, {"real": slice(0, None, 2), "learned": slice(1, None, 2)})
    (said,) = [words for words in report.warnings if "held-out real fields match a training image" in words]
    found = next(score for score in report.scores if score.metric == "copies")
    assert found.settings["highest_held_out"] > 0.95
    assert f"{found.settings['threshold']:.3f}, is then too high" in said
    assert said.startswith(f"{found.settings['held_out']} of {found.settings['held_out']} held-out")


def test_a_stretch_of_a_stack_apart_from_training_is_not_warned_of(tmp_path: Path) -> None:
    report = stacks_of_one_core(tmp_path, {"real": slice(0, 10), "learned": slice(20, None)})
    assert not [words for words in report.warnings if "held-out real fields" in words]
    found = next(score for score in report.scores if score.metric == "copies")
    assert found.settings["threshold"] < 0.9


def test_training_images_in_the_real_set_are_said(tmp_path: Path) -> None:
    real, made = written(tmp_path, "real", pictures(8, 48)), written(tmp_path, "made", pictures(8, 48, seed=1))
    report = judged(tmp_path / "report", EvaluationRecipe(real, (made,), real, **QUICK))
    assert any("is in the real set and among the training images" in words for words in report.warnings)


def test_fid_below_2048_images_says_so_with_its_interval_and_resize_rule(tmp_path: Path) -> None:
    report = card(tmp_path, pictures(16, 48), pictures(16, 48, seed=1), metrics=("fid",))
    found = next(score for score in report.scores if score.metric == "fid")
    assert any("biased below 2048 images, and there are 8" in words for words in found.caveats)
    assert found.low < found.high
    assert found.floor_low <= found.floor <= found.floor_high
    assert found.settings["resize"] == "none"
    inception = settings_of(find_extractor("inception"), report.frame)
    assert str(inception["resize"]).startswith("to 299 x 299: bilinear, antialiased, in 32-bit float")


def test_equal_rows_of_different_images_are_said(tmp_path: Path) -> None:
    """Tables 6 and 8 of the reference study have one DCGAN row; its StyleGAN's FID is that of DCGAN's folder."""
    names = ("real", "gan", "style")
    sets = [written(tmp_path, name, pictures(24, 48, seed=i)) for i, name in enumerate(names)]
    recipe = EvaluationRecipe(sets[0], tuple(sets[1:]), **{**QUICK, "metrics": ("kid", "frechet-pca", "precision")})
    report = judged(tmp_path / "report", recipe)
    assert not [words for words in report.warnings if "equal to the last digit" in words]
    gan = [score for score in report.scores if score.subject == "gan"]
    copied = [replace(score, subject="style") for score in gan]
    (said,) = copied_rows([*gan, *copied], report.sets)
    assert said.startswith("2 of 2 numbers of 'gan' and 'style' are equal to the last digit, and their images are not")
    one = [replace(score, value=score.value + (score.metric != "kid") / 7) for score in copied]
    assert not list(copied_rows([*gan, *one], report.sets))
    same = [replace(facts, sha256="a") for facts in report.sets]
    assert not list(copied_rows([*gan, *copied], same))


def test_too_few_fields_are_refused_with_their_number(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gives 3 fields"):
        card(tmp_path, pictures(8, 48), pictures(3, 48, seed=1))


def test_fields_of_one_value_are_left_out(tmp_path: Path) -> None:
    report = card(tmp_path, [*pictures(8, 48), np.zeros((48, 48), np.uint8)], pictures(8, 48, seed=1))
    assert any("1 of 9 fields of 'real' hold one value" in words for words in report.warnings)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"depth": 0}, "The depth of fields is 0; give 1 or more"),
        ({"most": 0}, "The largest number of fields of a set is 0; give 4 or more"),
        ({"resamples": -5}, "The number of draws is -5; give 20 or more"),
        ({"seed": -1}, "The seed is -1; give 0 or more"),
        ({"side": -5}, "The side of fields is -5; give 0 or more"),
    ],
)
def test_numbers_out_of_range_are_refused(tmp_path: Path, numbers: dict[str, int], words: str) -> None:
    with pytest.raises(InputError, match=words):
        card(tmp_path, pictures(8, 48), pictures(8, 48, seed=1), **numbers)


def test_one_large_real_image_is_cut_into_parts_that_can_be_divided(tmp_path: Path) -> None:
    report = card(tmp_path, pictures(1, 256), pictures(6, 64, seed=1), side=0)
    assert report.frame.shape == (1, 64, 64)
    assert report.sets[0].specimens == 16


def test_masks_without_partners_are_refused(tmp_path: Path) -> None:
    real, made = written(tmp_path, "real", pictures(2)), written(tmp_path, "made", pictures(2, seed=1))
    with pytest.raises(InputError, match="Masks are for images with a declared partner"):
        check_recipe(EvaluationRecipe(real, (made,), masks=real.images))


def test_a_named_paired_metric_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the weights 'vgg16-features' are not installed"):
        card(tmp_path, pictures(8, 48), pictures(8, 48, seed=1), metrics=("lpips-vgg",), partners=True)


def test_training_fields_handed_out_again_are_said_however_few_are_held_out(tmp_path: Path) -> None:
    learned = pictures(4, 48, seed=1)
    sets = [written(tmp_path, name, one) for name, one in (("real", pictures(8, 48)), ("made", learned))]
    training = written(tmp_path, "learned", learned)
    report = judged(tmp_path / "report", EvaluationRecipe(sets[0], (sets[1],), training, **QUICK))
    assert any("4 fields of 'made' are fields of 'learned'" in words for words in report.warnings)


def test_a_set_called_like_a_control_is_refused(tmp_path: Path) -> None:
    real, made = written(tmp_path, "real", pictures(2)), written(tmp_path, "quilted", pictures(2, seed=1))
    with pytest.raises(InputError, match="A set cannot be called 'quilted'"):
        check_recipe(EvaluationRecipe(real, (made,)))


def test_two_generated_sets_of_one_content_are_said(tmp_path: Path) -> None:
    made = pictures(4, 48, seed=1)
    sets = [written(tmp_path, name, one) for name, one in (("real", pictures(8, 48)), ("gan", made), ("gan2", made))]
    report = judged(tmp_path / "report", EvaluationRecipe(sets[0], tuple(sets[1:]), **QUICK))
    assert any("4 fields of 'gan2' are fields of 'gan', pixel by pixel" in words for words in report.warnings)


def test_training_images_of_another_type_are_refused(tmp_path: Path) -> None:
    sets = [written(tmp_path, name, pictures(8, 48, seed=s)) for s, name in enumerate(("real", "made"))]
    training = written(tmp_path, "learned", pictures(4, 48, seed=2, dtype="uint16"))
    with pytest.raises(InputError, match="of 'training' has values of type uint16"):
        judged(tmp_path / "report", EvaluationRecipe(sets[0], (sets[1],), training, **QUICK))


def test_sets_of_which_nothing_can_be_measured_are_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Nothing could be measured: .* at least 32 px, these have 8\. \(and"):
        card(tmp_path, pictures(8, 8), pictures(8, 8, seed=1), metrics=(), side=8)


def test_a_metric_that_needs_more_fields_is_left_out_with_both_counts(tmp_path: Path) -> None:
    report = card(tmp_path, pictures(8, 48), pictures(8, 48, seed=1), metrics=())
    said = [words for words in report.warnings if words.startswith("Coverage was left out")]
    assert len(said) == 1
    assert "A set has 4 fields, and 8 are the least that it takes" in said[0]
    assert "coverage" not in {score.metric for score in report.scores}


def test_a_named_metric_that_needs_more_fields_or_training_images_is_refused(tmp_path: Path) -> None:
    real, made = pictures(8, 48), pictures(8, 48, seed=1)
    (tmp_path / "few").mkdir()
    with pytest.raises(InputError, match="Fréchet distance, real components cannot be taken: A set has 4 fields"):
        card(tmp_path / "few", real, made, metrics=("frechet-pca",))
    with pytest.raises(InputError, match=r"held against the training images, and none are given \(--training\)"):
        card(tmp_path, real, made, metrics=("authenticity",))


def test_a_grey_image_in_the_place_of_a_mask_is_refused_and_a_map_of_labels_is_none(tmp_path: Path) -> None:
    real, made = written(tmp_path, "real", pictures(8, 48)), written(tmp_path, "made", pictures(8, 48, seed=1))
    grey = written(tmp_path, "masks", pictures(8, 48, seed=2))
    labels = np.kron(np.arange(36).reshape(6, 6), np.ones((8, 8), int)).astype(np.uint8)
    areas = written(tmp_path, "areas", [labels] * 8)
    more = QUICK | {"metrics": ("psnr",), "partners": True}
    with pytest.raises(InputError, match=r"The mask 'masks-a.tif' has \d+ values from \d+ to \d+, as a grey image has"):
        judged(tmp_path / "refused", EvaluationRecipe(real, (made,), masks=grey.images, **more))
    report = judged(tmp_path / "report", EvaluationRecipe(real, (made,), masks=areas.images, **more))
    assert {score.metric for score in report.scores} >= {"psnr:inside", "psnr:outside"}
