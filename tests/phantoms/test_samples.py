from __future__ import annotations

import math
import subprocess
import sys

import pytest

from synthscope.errors import InputError
from synthscope.phantoms.phantom import finished
from synthscope.phantoms.samples import SAMPLES, Sample, find_sample
from synthscope.records.events import Progress


def test_there_are_four_samples_with_keys_of_their_own() -> None:
    assert [sample.key for sample in SAMPLES] == ["rock", "composite", "roots", "cells"]
    assert len({sample.title for sample in SAMPLES}) == 4


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.key)
def test_a_card_says_what_it_is_and_what_to_try(sample: Sample) -> None:
    assert "imulated" in sample.summary
    assert sample.summary.endswith(".")
    assert len(sample.to_try) >= 2
    assert "16-bit" in sample.size


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.key)
def test_making_one_starts_with_progress_and_can_be_cancelled(sample: Sample) -> None:
    job = sample.make(seed=1)
    assert isinstance(next(job), Progress)
    job.close()


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.key)
def test_a_sample_is_as_large_as_its_card_says(sample: Sample) -> None:
    image = finished(sample.make()).image
    counts = [int(word) for word in sample.size.split(" of ")[0].split() if word.isdigit()]
    colours = 3 if image.space.is_rgb else 1
    assert math.prod(image.shape) == math.prod(counts) * colours
    step, unit = sample.size.split(" of ")[1].split(",")[0].split()
    assert (image.space.voxel_size[image.space.spatial[-1]], image.space.unit) == (float(step), unit)
    assert sample.size.endswith(f"{image.nbytes / 1e6:.1f} MB")


def test_an_unknown_key_names_the_known_ones() -> None:
    assert find_sample("rock").key == "rock"
    with pytest.raises(InputError, match="rock, composite, roots, cells"):
        find_sample("moon")


def test_the_list_is_made_without_importing_the_simulations() -> None:
    code = (
        "import sys, synthscope.phantoms.samples\nprint(any(m.startswith(('skimage', 'scipy')) for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
