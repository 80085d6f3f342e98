"""The perceptual distance: equal to the `lpips` package on the same weights, and to its published numbers."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from skimage.io import imread
from tests.metrics.grainy import frame_of, grains

from synthscope.errors import DocumentError, InputError, Unavailable
from synthscope.metrics.paired import lpips as ours
from synthscope.metrics.paired.backbone_files import AlexNetFile, SqueezeNetFile
from synthscope.metrics.paired.backbones import PLANS, Backbone, Features
from synthscope.metrics.paired.lpips import LEAST, Lpips, PerceptualDistance, check_range, distance_from
from synthscope.records.metric import Frame
from synthscope.worker import mend_torchvision

BACKBONES: tuple[Backbone, ...] = ("alex", "vgg", "squeeze")
BYTES = Frame((1, 64, 64), 3, ((0.0, 255.0),) * 3, (128.0,) * 3, 255.0)


def random_state(backbone: Backbone, seed: int = 0) -> dict[str, torch.Tensor]:
    """Draw weights that keep responses of every layer of about one size."""
    generator = torch.Generator().manual_seed(seed)
    found = {}
    for name, values in Features(backbone).state_dict().items():
        fan = float(values[0].numel()) if values.ndim > 1 else 100.0
        found[name] = torch.randn(values.shape, generator=generator) * (2 / fan) ** 0.5
    return found


@pytest.fixture
def random_distance(monkeypatch) -> None:
    """Let metrics find a backbone of random weights."""
    monkeypatch.setattr(ours, "load_distance", lambda backbone: distance_from(backbone, random_state(backbone)))


@pytest.fixture
def alexnet(real_data: Path) -> PerceptualDistance:
    path = real_data.parent / "weights" / "lpips" / "alexnet_features_imagenet.pth"
    if not path.is_file():
        pytest.skip("the AlexNet weights are not here (docs/data.md)")
    return distance_from("alex", {k: torch.from_numpy(v) for k, v in AlexNetFile().read(path).items()})


def oracle(backbone: Backbone, state: dict[str, torch.Tensor]) -> torch.nn.Module:
    """Make the `lpips` package's own module on the same backbone: its slices number layers as torchvision does."""
    mend_torchvision()
    import lpips

    model = lpips.LPIPS(net=backbone, pretrained=True, pnet_rand=True, verbose=False)
    theirs = {}
    for name in model.net.state_dict():
        _slice, rest = name.split(".", 1)
        theirs[name] = state[f"features.{rest}"]
    model.net.load_state_dict(theirs)
    return model.eval()


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("backbone", BACKBONES)
def test_the_same_weights_give_what_the_lpips_package_gives(backbone: Backbone, rng) -> None:
    first, second = (torch.from_numpy(rng.uniform(-1, 1, (2, 3, 48, 56)).astype(np.float32)) for _ in range(2))
    state = random_state(backbone)
    with torch.no_grad():
        theirs = oracle(backbone, state)(first, second).flatten()
        found = distance_from(backbone, state)(first, second)
    assert float(found.min()) > 1e-3
    torch.testing.assert_close(found, theirs, rtol=1e-5, atol=1e-7)


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning", "ignore::DeprecationWarning")
def test_the_map_is_that_of_the_lpips_package(rng) -> None:
    first, second = (torch.from_numpy(rng.uniform(-1, 1, (1, 3, 40, 40)).astype(np.float32)) for _ in range(2))
    model = oracle("alex", random_state("alex"))
    model.spatial = True
    with torch.no_grad():
        found = distance_from("alex", random_state("alex")).maps(first, second)
        torch.testing.assert_close(found, model(first, second)[:, 0], rtol=1e-5, atol=1e-7)


@pytest.mark.weights
def test_published_distances_of_the_example_images(alexnet, real_data: Path, monkeypatch) -> None:
    # K20: 0.722 and 0.138 on the page of the package's authors; more digits measured with the package itself.
    folder = real_data.parent / "known_answers" / "images"
    monkeypatch.setattr(ours, "load_distance", lambda _backbone: alexnet)
    images = {name: imread(folder / f"ex_{name}.png")[None, ..., :3] for name in ("ref", "p0", "p1")}
    metric = Lpips("alex")
    found = [metric.measure(images["ref"], images[name], None, BYTES) for name in ("p0", "p1")]
    assert found == pytest.approx([0.721881, 0.137566], abs=2e-6)
    assert metric.measure(images["ref"], images["ref"], None, BYTES) == 0
    assert metric.measure(images["p0"], images["ref"], None, BYTES) == pytest.approx(found[0], rel=1e-6)


@pytest.mark.parametrize(("low", "high"), [(0.0, 255.0), (-1.2, 1.0), (-1.0, 1.004)])
def test_another_range_is_refused(low: float, high: float) -> None:
    pictures = torch.linspace(low, high, 3 * 32 * 32).reshape(1, 3, 32, 32)
    with pytest.raises(InputError, match="takes -1 to 1"):
        check_range(pictures)
    with pytest.raises(InputError, match="scale them"):
        distance_from("alex", random_state("alex"))(pictures, torch.zeros(1, 3, 32, 32))


@pytest.mark.parametrize("backbone", BACKBONES)
def test_one_channel_is_three_equal_ones_and_slices_are_averaged(backbone: Backbone, random_distance) -> None:
    grey = grains(4, (1, 40, 40))
    frame = frame_of(grey)
    metric = Lpips(backbone)
    each = [metric.measure(grey[i], grey[i + 1], None, frame) for i in (0, 2)]
    stack = metric.measure(grey[::2, 0], grey[1::2, 0], None, frame)
    assert stack == pytest.approx(np.mean(each), rel=1e-6)
    colour = Frame(frame.shape, 3, frame.limits * 3, frame.thresholds * 3, frame.data_range)
    wide = [np.repeat(grey[i], 3, axis=-1) for i in (0, 1)]
    assert metric.measure(wide[0], wide[1], None, colour) == pytest.approx(each[0], rel=1e-6)


def test_a_mask_averages_the_map_where_it_lies(random_distance) -> None:
    real = grains(1, (2, 48, 48))[0]
    generated = real.copy()
    generated[:, :24, :24] = real[:, 24:, 24:]
    frame = frame_of(real[None])
    metric = Lpips("alex")
    found = metric.map(real, generated, frame)
    assert found.shape == real.shape[:3]
    mask = np.zeros(found.shape, bool)
    mask[:, :24, :24] = True
    inside, outside = (metric.measure(real, generated, chosen, frame) for chosen in (mask, ~mask))
    assert inside == pytest.approx(found[mask].mean())
    assert inside > 3 * outside > 0


def test_bad_pairs_are_refused_in_a_sentence(random_distance) -> None:
    metric, frame = Lpips("alex"), BYTES
    with pytest.raises(InputError, match="1 or 3 channels, not 2"):
        metric.measure(
            np.zeros((1, 64, 64, 2)),
            np.zeros((1, 64, 64, 2)),
            None,
            Frame((1, 64, 64), 2, ((0.0, 1.0),) * 2, (0.5,) * 2, 1.0),
        )
    with pytest.raises(InputError, match="at least 31 pixels"):
        metric.measure(np.zeros((1, 30, 64, 3)), np.zeros((1, 30, 64, 3)), None, frame)
    with pytest.raises(InputError, match="one shape"):
        metric.measure(np.zeros((1, 64, 64, 3)), np.zeros((2, 64, 64, 3)), None, frame)
    with pytest.raises(InputError, match="mask"):
        metric.measure(np.zeros((1, 64, 64, 3)), np.ones((1, 64, 64, 3)), np.zeros((1, 64, 64), bool), frame)


@pytest.mark.parametrize("backbone", BACKBONES)
def test_the_least_side_is_the_least_that_works(backbone: Backbone) -> None:
    features = Features(backbone)
    side = LEAST[backbone]
    with torch.no_grad():
        responses = features(torch.zeros(1, 3, side, side))
        assert [response.shape[1] for response in responses] == list(PLANS[backbone].channels)
        with pytest.raises(RuntimeError):
            features(torch.zeros(1, 3, side - 1, side - 1))


def test_weights_that_are_not_here_are_said_with_how_to_get_them() -> None:
    with pytest.raises(Unavailable, match="synthscope models fetch squeezenet-features"):
        Lpips("squeeze").measure(np.zeros((1, 64, 64, 3)), np.zeros((1, 64, 64, 3)), None, BYTES)


def test_a_file_of_another_network_or_with_a_program_in_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    torch.save(random_state("squeeze") | {"classifier.1.weight": torch.zeros(3)}, path)
    assert set(SqueezeNetFile().read(path)) == set(Features("squeeze").state_dict())
    with pytest.raises(InputError, match="no file of this network"):
        AlexNetFile().read(path)

    class Program:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "run"),)

    torch.save({"features.0.weight": Program()}, path)
    with pytest.raises(DocumentError, match="more than arrays"):
        AlexNetFile().read(path)
    assert not (tmp_path / "run").exists()
    path.write_bytes(b"nothing")
    with pytest.raises(DocumentError, match="cannot be read as weights"):
        AlexNetFile().read(path)
