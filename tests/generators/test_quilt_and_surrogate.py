"""Quilts and phase surrogates against what must hold exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from synthscope.imaging.spectra import spectrum_distance


def test_a_quilt_of_a_constant_is_constant(make, make_inputs):
    inputs = make_inputs("synthesize", "stack", "uint16")
    flat = np.full_like(inputs.source, 1234)
    assert (make("quilt", replace(inputs, source=flat, limits=None)) == 1234).all()


@pytest.mark.parametrize("task", ["synthesize", "vary"])
def test_a_quilt_holds_real_values_only(make, make_inputs, task):
    inputs = make_inputs(task, "colour", "uint8")
    made = make("quilt", inputs)
    real = {tuple(colour) for colour in inputs.source.reshape(-1, 3)}
    assert {tuple(colour) for colour in made.reshape(-1, 3)} <= real


def texture(rng):
    return (1000 * ndimage.gaussian_filter(rng.exponential(size=(1, 96, 96, 1)), (0, 0.6, 0.6, 0), mode="wrap")).round()


def test_a_surrogate_has_exactly_the_grey_values_of_its_source(make, make_inputs, rng):
    image = texture(rng).astype(np.uint16)
    made = make("phase-surrogate", replace(make_inputs("vary", "plane", "uint16"), source=image, limits=None))
    assert np.array_equal(np.sort(made, axis=None), np.sort(image, axis=None))


def test_a_surrogate_keeps_the_spectrum_and_loses_the_places(make, make_inputs, rng):
    image = texture(rng).astype(np.uint16)
    made = make("phase-surrogate", replace(make_inputs("vary", "plane", "uint16"), source=image, limits=None))
    shuffled = rng.permuted(image.ravel()).reshape(image.shape)
    kept = spectrum_distance(made[0, ..., 0], image[0, ..., 0])
    assert kept < 0.2 < spectrum_distance(shuffled[0, ..., 0], image[0, ..., 0])
    assert abs(np.corrcoef(made.ravel(), image.ravel())[0, 1]) < 0.3


def test_without_matching_the_periodic_spectrum_is_kept_exactly(make, make_inputs, rng):
    image = rng.normal(size=(1, 32, 32, 1))
    image = np.concatenate([image, image[:, ::-1]], axis=1)
    image = np.concatenate([image, image[:, :, ::-1]], axis=2)  # opposite edges meet: no smooth part
    inputs = replace(make_inputs("vary", "plane", "float32"), source=image, limits=((-1e9, 1e9),))
    made = make("phase-surrogate", inputs, match_values=False)
    before, after = (np.abs(np.fft.fft2(v[0, ..., 0] - v.mean())) for v in (image, made))
    np.testing.assert_allclose(after, before, atol=1e-6 * before.max())
