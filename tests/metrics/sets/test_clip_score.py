from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthscope.errors import InputError
from synthscope.metrics.sets.clip_score import ClipScores, check_one_table, clip_scores

IMAGES = np.array([[3.0, 4], [-3, 4], [0, -2]])
TEXT = np.array([0.0, 5])


def scored(**changed: str) -> ClipScores:
    return replace(clip_scores(IMAGES, TEXT, model="tiny", prompt="a root in soil"), **changed)


def test_the_score_is_100_times_the_cosine_and_never_below_zero() -> None:
    """torchmetrics 1.9.0 gives max(100 cos, 0) as well."""
    np.testing.assert_allclose(scored().values, [80, 80, 0])
    assert scored().mean == pytest.approx(160 / 3)


def test_the_bare_cosine_is_not_clipped() -> None:
    found = clip_scores(IMAGES, TEXT, model="tiny", prompt="a root in soil", scale="cosine")
    np.testing.assert_allclose(found.values, [0.8, 0.8, -1])
    assert (found.model, found.scale) == ("tiny", "cosine")


def test_lengths_of_features_do_not_matter() -> None:
    found = clip_scores(9 * IMAGES, TEXT / 7, model="tiny", prompt="a root in soil")
    np.testing.assert_allclose(found.values, scored().values)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"prompt": "a root"}, "one prompt, but 'first' has 'a root in soil' and 'second' has 'a root'"),
        ({"model": "large"}, "one model"),
        ({"scale": "cosine"}, "one scale"),
    ],
)
def test_scores_of_differing_prompts_models_or_scales_do_not_share_a_table(changed: dict[str, str], words: str) -> None:
    check_one_table({"first": scored(), "second": scored()})
    with pytest.raises(InputError, match=words):
        check_one_table({"first": scored(), "second": scored(**changed)})


def test_features_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="do not fit"):
        clip_scores(IMAGES, np.ones(3), model="tiny", prompt="")
    with pytest.raises(InputError, match="without a length"):
        clip_scores(IMAGES, np.zeros(2), model="tiny", prompt="")
    with pytest.raises(InputError, match="name of its model"):
        clip_scores(IMAGES, TEXT, model="", prompt="")
