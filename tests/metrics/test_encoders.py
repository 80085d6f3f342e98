"""Encoders: what they see, what they refuse, and the numbers that a fixed picture gives."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import ndimage
from tests.metrics.grainy import frame_of, grains

from synthscope.errors import DocumentError, InputError, Unavailable
from synthscope.imaging.random_features import kernel_distance
from synthscope.io import weights as store
from synthscope.metrics.encoders import inception
from synthscope.metrics.encoders.materials import Materials, bundled_encoder
from synthscope.metrics.encoders.oriented_filters import (
    ORIENTATIONS,
    WAVELENGTHS,
    OrientedFilters,
    filter_bank,
)
from synthscope.metrics.encoders.random_pyramid import RandomPyramid
from synthscope.metrics.encoders.resizing import check_range, pictures_of
from synthscope.metrics.sets.frechet import frechet_distance
from synthscope.records.metric import Frame
from synthscope.services.taking_weights import import_weights

UNIT = Frame((1, 64, 64), 1, ((0.0, 1.0),), (0.5,), 1.0, dtype="float64")
WEIGHT_FREE = (RandomPyramid, OrientedFilters, Materials)


def plate(side: int = 64) -> np.ndarray:
    """Draw a picture that every machine draws alike: waves, a disc and a ramp, from 0 to 1."""
    y, x = np.mgrid[:side, :side] / side
    waves = 0.25 * np.sin(40 * x + 13 * y) + 0.15 * np.cos(9 * y * y * 8)
    disc = 0.3 * (np.hypot(x - 0.4, y - 0.6) < 0.2)
    picture = 0.4 + waves + disc + 0.1 * x
    return np.clip(picture, 0, 1)[None, None, :, :, None]


def figures(features: np.ndarray) -> tuple[float, float]:
    return float(features.mean()), float(features.std())


@pytest.mark.parametrize(
    ("encoder", "dimensions", "mean", "spread"),
    [
        # Of this program's first release: another number means that scores cannot be compared with older ones.
        (RandomPyramid, 384, 0.102178, 0.0639144),
        (OrientedFilters, 2 + 2 * ORIENTATIONS * len(WAVELENGTHS), -1.19215, 1.68419),
        (Materials, 304, 0.589649, 1.40671),
    ],
)
def test_a_fixed_picture_gives_its_known_features(encoder, dimensions: int, mean: float, spread: float) -> None:
    features = encoder().extract(plate(), UNIT)
    assert features.shape == (1, dimensions)
    assert figures(features) == pytest.approx((mean, spread), rel=1e-3)


@pytest.mark.parametrize("encoder", WEIGHT_FREE)
def test_slices_are_averaged_and_original_units_do_not_matter(encoder) -> None:
    fields = grains(2, (2, 48, 48))
    frame = frame_of(fields)
    stack = encoder().extract(fields, frame)
    alone = [encoder().extract(fields[:, z : z + 1], frame) for z in (0, 1)]
    np.testing.assert_allclose(stack, np.mean(alone, axis=0), rtol=1e-4, atol=1e-6)
    wide = replace(frame, limits=tuple((256 * a, 256 * b) for a, b in frame.limits), dtype="uint16")
    np.testing.assert_allclose(encoder().extract(fields.astype(np.uint16) * 256, wide), stack, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("encoder", WEIGHT_FREE)
def test_blur_and_random_phases_lie_further_from_real_than_real_does(encoder, rng) -> None:
    real, other = grains(16, seed=1), grains(16, seed=2)
    frame = frame_of(real)
    blurred = ndimage.gaussian_filter(other.astype(float), (0, 0, 1.0, 1.0, 0))
    noise = np.fft.fft2(rng.standard_normal(other.shape), axes=(2, 3))
    mean = other.mean(axis=(2, 3), keepdims=True)
    amplitudes = np.abs(np.fft.fft2(other - mean, axes=(2, 3)))
    phases = np.fft.ifft2(amplitudes * noise / np.abs(noise), axes=(2, 3)).real + mean
    sets = [encoder().extract(fields, frame) for fields in (real, other, blurred, phases)]
    scale = sets[0].std(axis=0) + 1e-9
    null, blur, phase = (kernel_distance(sets[0] / scale, one / scale) for one in sets[1:])
    assert blur > 5 * abs(null)
    assert phase > 5 * abs(null)


@pytest.mark.parametrize("encoder", WEIGHT_FREE)
def test_fields_that_are_too_small_are_refused(encoder) -> None:
    with pytest.raises(InputError, match=r"at least (32|28)"):
        encoder().extract(np.zeros((1, 1, 20, 64, 1)), UNIT)


def test_a_wave_lies_in_the_band_and_direction_that_it_has() -> None:
    y, x = np.mgrid[:96, :96]
    angle = np.pi * 3 / ORIENTATIONS
    wave = 0.5 + 0.3 * np.sin(2 * np.pi / WAVELENGTHS[2] * (x * np.cos(angle) + y * np.sin(angle)))
    features = OrientedFilters().extract(wave[None, None, :, :, None], UNIT)[0]
    energies = features[2::2].reshape(len(WAVELENGTHS), ORIENTATIONS)
    assert np.unravel_index(energies.argmax(), energies.shape) == (2, 3)
    # A wave of amplitude a has the local energy a^2 in the filter that is centred on it.
    assert 10 ** energies.max() == pytest.approx(0.09, rel=0.1)


def test_filters_pass_no_mean_and_only_one_half_of_the_plane() -> None:
    bank = filter_bank(64, 48)
    assert bank[:, 0, 0].max() == 0
    opposite = np.roll(bank[:, ::-1, ::-1], 1, axis=(1, 2))
    both = np.delete(np.delete(bank * opposite, 32, axis=1), 24, axis=2)  # the highest frequency is its own opposite
    assert float(both.max()) < 0.05


def test_turning_a_picture_by_a_right_angle_turns_the_directions() -> None:
    picture = grains(1, (1, 64, 64)).astype(float) / 255
    turned = np.rot90(picture, axes=(2, 3))
    energies = [
        OrientedFilters().extract(p, UNIT)[0][2::2].reshape(len(WAVELENGTHS), ORIENTATIONS) for p in (picture, turned)
    ]
    np.testing.assert_allclose(energies[1], np.roll(energies[0], ORIENTATIONS // 2, axis=1), atol=0.1)


def test_the_bundled_encoder_is_small_and_its_card_names_only_permissive_images() -> None:
    from synthscope.io.models import check_weights, read_card

    card = read_card(bundled_encoder())
    check_weights(bundled_encoder(), card)
    assert (bundled_encoder() / "model.safetensors").stat().st_size < 3 * 2**20
    assert {image.licence for image in card.images} <= {"MIT", "BSD-3-Clause", "Apache-2.0"}
    assert all(image.held_out and image.source for image in card.images)
    assert card.figures["held_out_sees_blur_0.7"] > card.figures["held_out_sees_nothing"]


def test_resizing_keeps_a_mean_and_does_not_alias() -> None:
    fine = (np.indices((600, 600)).sum(axis=0) % 2).astype(float)[None, :, :, None]
    resized = pictures_of(fine, UNIT, 299)
    assert resized.shape == (1, 3, 299, 299)
    assert float((resized - 0.5).abs()[..., 2:-2, 2:-2].max()) < 0.05
    same = pictures_of(plate()[0], UNIT, 64)
    np.testing.assert_array_equal(same[0, 1].numpy(), plate()[0, 0, :, :, 0].astype(np.float32))


def test_encoders_of_photographs_refuse_two_channels() -> None:
    with pytest.raises(InputError, match="1 or 3 channels, not 2"):
        pictures_of(np.zeros((1, 32, 32, 2)), UNIT, 0)


@pytest.mark.parametrize(("low", "high"), [(0.0, 255.0), (-1.0, 1.1), (-2.0, 0.0)])
def test_the_range_of_an_encoder_is_held_to(low: float, high: float) -> None:
    with pytest.raises(InputError, match="takes -1 to 1"):
        check_range(torch.linspace(low, high, 12), -1, 1, "Inception")


def test_a_program_of_another_hash_is_never_opened(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(store, "weights_home", lambda: tmp_path)
    with pytest.raises(Unavailable, match="synthscope models fetch inception-fid"):
        inception.load_inception()
    folder = tmp_path / "inception-fid"
    folder.mkdir()
    (folder / "fid_inception_v3_torchscript.pt").write_bytes(b"a program")
    digest = store.file_hash(folder / "fid_inception_v3_torchscript.pt")
    from synthscope.io.documents import write_document
    from synthscope.records.weights import StoredFile, StoredWeights

    file = StoredFile("fid_inception_v3_torchscript.pt", 9, digest)
    write_document(
        folder / "weights.json", StoredWeights("inception-fid", "", "", (file,), "a file", digest, "first use")
    )
    with pytest.raises(DocumentError, match="not the known file"):
        inception.load_inception()


@pytest.fixture
def inception_weights(real_data: Path, tmp_path: Path, monkeypatch) -> None:
    path = real_data.parent / "weights" / "fid" / "fid_inception_v3_torchscript.pt"
    if not path.is_file():
        pytest.skip("the Inception weights are not here (docs/data.md)")
    monkeypatch.setattr(store, "weights_home", lambda: tmp_path)
    monkeypatch.setattr("synthscope.services.taking_weights.weights_home", lambda: tmp_path)
    import_weights(path, lambda _name: None)


@pytest.mark.weights
def test_frechet_distance_of_inception_features_is_that_of_the_formula(inception_weights) -> None:
    fields = grains(12, (1, 64, 64))
    frame = frame_of(fields)
    encoder = inception.Inception()
    real, other = encoder.extract(fields[:6], frame), encoder.extract(fields[6:], frame)
    assert real.shape == (6, 2048)
    with pytest.raises(InputError, match="takes -1 to 1"):
        encoder.features(torch.rand(1, 3, 299, 299) * 255)
    assert frechet_distance(real, other) == pytest.approx(published_distance(real, other), rel=1e-3)


def published_distance(real: np.ndarray, other: np.ndarray) -> float:
    """Give the distance of pytorch-fid, or, where it is not installed, of another formula for all columns.

    Dowson & Landau 1982, Eq. 4: the trace of the root of A B is that of the root of the symmetric R B R, R the root
    of A. (Ours is of the nuclear norm of rows by rows, and knows no matrix of columns by columns.)
    """
    means = [x.mean(axis=0) for x in (real, other)]
    a, b = (np.cov(x, rowvar=False) for x in (real, other))
    if find_spec("pytorch_fid"):
        from pytorch_fid.fid_score import calculate_frechet_distance

        return float(calculate_frechet_distance(means[0], a, means[1], b))
    values, vectors = np.linalg.eigh(a)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    crossed = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ b @ root), 0)).sum()
    return float(np.square(means[0] - means[1]).sum() + np.trace(a) + np.trace(b) - 2 * crossed)


@pytest.mark.weights
def test_inception_gives_the_known_features_of_a_fixed_picture(inception_weights) -> None:
    # A range, a resize rule or a file other than the recorded ones gives other numbers.
    assert figures(inception.Inception().extract(plate(), UNIT)) == pytest.approx((0.190806, 0.269842), rel=1e-3)


def test_features_are_those_of_one_thread_and_the_number_of_threads_stays_as_it_was() -> None:
    fields, before = grains(4, (1, 48, 48), 3), torch.get_num_threads()
    found = []
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            found.append(Materials().extract(fields, frame_of(fields)))
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])
