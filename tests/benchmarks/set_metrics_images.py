"""FID and KID from pictures: ours beside torchmetrics and torch-fidelity, all with the one Inception network.

Run it as ``OMP_NUM_THREADS=1 python tests/benchmarks/set_metrics_images.py WEIGHTS [--images 2000]``: WEIGHTS is the
file of the weights `inception-fid`, and the peers are installed beside (``pip install torchmetrics torch-fidelity``).
Two sets of colour pictures of 256 px are made, resized to 299 px by each in its own way, and looked at; time is that of
the processor. A ratio above 1 says how many times quicker we are. KID of ours is the one exact value, with 500 draws of
its interval and 1000 permutations, as a card has it; that of the peers a mean over 100 random subsets.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import ndimage
from set_metrics_speed import let_torchvision_import
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.metrics.encoders.inception import DIMENSIONS, SIDE, Inception
from synthscope.metrics.protocol import Resamples
from synthscope.metrics.sets.frechet import RawFrechet
from synthscope.metrics.sets.kernel import KernelDistance
from synthscope.records.metric import Frame, Layout

PICTURE = 256
BATCH = 32
SUBSET = 100
Pictures = np.ndarray
"""Of uint8 (N, Y, X, 3)."""
Evaluation = Callable[[Pictures, Pictures], tuple[float, float]]
"""Gives FID, and KID times 1000."""


def pictures(count: int, width: float, seed: int) -> Pictures:
    """Make pictures of clouds."""
    rng = np.random.default_rng(seed)
    found = np.empty((count, PICTURE, PICTURE, 3), np.uint8)
    for one in found:
        cloud = ndimage.gaussian_filter(rng.standard_normal(one.shape, np.float32), (width, width, 0), mode="wrap")
        one[:] = np.clip(128 + 40 * cloud / cloud.std(), 0, 255)
    return found


def ours(network: Any) -> Evaluation:
    """Give what a card computes of both sets."""

    class Looking(Inception):
        def features(self, shown: torch.Tensor) -> np.ndarray:
            with torch.inference_mode():
                found: np.ndarray = network(shown).flatten(1).numpy()
            return found.astype(np.float64)

    def evaluate(real: Pictures, made: Pictures) -> tuple[float, float]:
        frame = Frame((1, PICTURE, PICTURE), 3, ((0.0, 255.0),) * 3, (), 255.0)
        a, b = (Looking().extract_on(one[:, None], frame, "cpu") for one in (real, made))
        layout, units, kid = Layout(), (np.arange(len(a)), np.arange(len(b))), KernelDistance()
        assert isinstance(kid, Resamples)
        kid.resample(a, b, layout, units, np.random.default_rng(0), 500)
        kid.p_value(a, b, units, np.random.default_rng(0), 1000)
        return RawFrechet().measure(a, b, layout)[""], kid.measure(a, b, layout)[""]

    return evaluate


def looked_at(network: Any, shown: torch.Tensor) -> torch.Tensor:
    """Give features (N, 2048) of pictures of uint8 (N, 3, Y, X)."""
    resized = F.interpolate(shown.float(), (SIDE, SIDE), mode="bilinear", antialias=True)
    with torch.inference_mode():
        found: torch.Tensor = network((resized - 128) / 128).flatten(1)
    return found


def torchmetrics(network: Any) -> Evaluation:
    """Give the metrics of torchmetrics, each of which looks at all pictures."""
    let_torchvision_import()
    from torchmetrics.image.fid import FrechetInceptionDistance
    from torchmetrics.image.kid import KernelInceptionDistance

    class Encoder(torch.nn.Module):
        num_features = DIMENSIONS

        def forward(self, shown: torch.Tensor) -> torch.Tensor:
            return looked_at(network, shown)

    def evaluate(real: Pictures, made: Pictures) -> tuple[float, float]:
        size, encoder = (3, PICTURE, PICTURE), Encoder()
        fid = FrechetInceptionDistance(feature=encoder, input_img_size=size).set_dtype(torch.float64)
        kid = KernelInceptionDistance(feature=encoder, subset_size=min(SUBSET, len(real)))
        for metric in (fid, kid):
            for one, is_real in ((real, True), (made, False)):
                for batch in batches(one):
                    metric.update(batch, real=is_real)
        return float(fid.compute()), 1000 * float(kid.compute()[0])

    return evaluate


class Held(torch.utils.data.Dataset):
    """Pictures as torch-fidelity takes them."""

    def __init__(self, held: Pictures) -> None:
        self._held = held

    def __len__(self) -> int:
        return len(self._held)

    def __getitem__(self, place: int) -> torch.Tensor:
        return torch.from_numpy(self._held[place]).permute(2, 0, 1)


def torch_fidelity(network: Any) -> Evaluation:
    """Give the metrics of torch-fidelity, from one look at all pictures."""
    from torch_fidelity import calculate_metrics, register_feature_extractor
    from torch_fidelity.feature_extractor_base import FeatureExtractorBase

    class Encoder(FeatureExtractorBase):
        def __init__(self, name: str, features_list: list[str], **_: Any) -> None:
            super().__init__(name, features_list)

        @staticmethod
        def get_provided_features_list() -> tuple[str, ...]:
            return (str(DIMENSIONS),)

        @staticmethod
        def get_default_feature_layer_for_metric(_metric: str) -> str:
            return str(DIMENSIONS)

        @staticmethod
        def can_be_compiled() -> bool:
            return False

        def forward(self, shown: torch.Tensor) -> tuple[torch.Tensor, ...]:
            return (looked_at(network, shown),)

    register_feature_extractor("same", Encoder)

    def evaluate(real: Pictures, made: Pictures) -> tuple[float, float]:
        found = calculate_metrics(
            input1=Held(real), input2=Held(made), fid=True, kid=True, feature_extractor="same", cuda=False, cache=False,
            batch_size=BATCH, kid_subset_size=min(SUBSET, len(real)), verbose=False, save_cpu_ram=True,
        )  # fmt: skip
        return found["frechet_inception_distance"], 1000 * found["kernel_inception_distance_mean"]

    return evaluate


def batches(held: Pictures) -> Iterator[torch.Tensor]:
    """Give pictures as torch takes them."""
    for start in range(0, len(held), BATCH):
        yield torch.from_numpy(held[start : start + BATCH]).permute(0, 3, 1, 2)


def main() -> None:
    """Measure each, and write one line of a table for it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--images", type=int, default=2000)
    chosen = parser.parse_args()
    network = torch.jit.load(str(chosen.weights), map_location="cpu").eval()
    real, made = pictures(chosen.images, 3.0, 0), pictures(chosen.images, 4.0, 1)
    sys.stdout.write("| | FID | KID x 1000 | seconds | ratio |\n|---|---|---|---|---|\n")
    own = 0.0
    for name, make in (("ours", ours), ("torchmetrics", torchmetrics), ("torch-fidelity", torch_fidelity)):
        try:
            evaluate = make(network)
        except ImportError as error:
            sys.stdout.write(f"{name} is left out: {error}\n")
            continue
        began = time.process_time()
        fid, kid = evaluate(real, made)
        seconds = time.process_time() - began
        own = own or seconds
        sys.stdout.write(f"| {name} | {fid:.3f} | {kid:.3f} | {seconds:.0f} | {seconds / own:.2f} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
