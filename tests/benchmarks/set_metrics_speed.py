"""How quick metrics are beside torchmetrics, torch-fidelity and scikit-image: the same features, pixels and values.

Run it as ``OMP_NUM_THREADS=1 python tests/benchmarks/set_metrics_speed.py [--rows N] [--columns D] [--json OUT]``;
the peers are installed beside (``pip install torchmetrics torch-fidelity``); one that is absent is left out with its
reason. Time is that of the processor: the best of two runs of ours and of scikit-image, one run of the peers of sets.
A ratio above 1 says how many times quicker we are. The peers' KID is a mean over 100 random subsets, which takes longer
than the one exact value that we give; both estimate the same.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from skimage.metrics import structural_similarity

from synthscope.imaging.similarity import ssim
from synthscope.metrics.protocol import Resamples
from synthscope.metrics.sets.frechet import RawFrechet, ReducedFrechet
from synthscope.metrics.sets.kernel import KernelDistance
from synthscope.metrics.sets.neighbours import manifolds
from synthscope.records.metric import Layout

RUNS = 2
SUBSET = 1000
SSIM_SIDE = 1024
PLAIN = Layout()
Figures = Callable[[], float]


@dataclass(frozen=True)
class Peer:
    """What another library does with the same arrays: a figure in our unit, to be told by a function."""

    name: str
    figure: Figures


def best(figure: Figures, runs: int = RUNS) -> tuple[float, float]:
    """Give the value, and the seconds of the processor of the quickest run."""
    seconds = []
    for _ in range(runs):
        began = time.process_time()
        value = figure()
        seconds.append(time.process_time() - began)
    return value, min(seconds)


def let_torchvision_import() -> None:
    """Name two operators that torchvision looks for, where its own library does not fit the torch that is here."""
    import torch

    if not hasattr(torch.ops.torchvision, "nms"):
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        KEPT.append(library)


KEPT: list[Any] = []


def torch_fidelity(real: np.ndarray, generated: np.ndarray) -> dict[str, Peer]:
    """Give the functions that torch-fidelity computes its statistics by."""
    import torch
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
    from torch_fidelity.metric_kid import KEY_METRIC_KID_MEAN, kid_features_to_metric
    from torch_fidelity.metric_prc import KEY_METRIC_PRECISION, prc_features_to_metric

    a, b = (torch.from_numpy(x) for x in (real, generated))
    quiet = {"verbose": False}

    def fid() -> float:
        first, second = (fid_features_to_statistics(x) for x in (a, b))
        return float(next(iter(fid_statistics_to_metric(first, second, verbose=False).values())))

    def kid() -> float:
        found = kid_features_to_metric(a, b, kid_subset_size=min(SUBSET, len(real)), **quiet)
        return 1000 * float(found[KEY_METRIC_KID_MEAN])

    def precision() -> float:
        # its first set is the generated one
        return float(prc_features_to_metric(b, a, prc_neighborhood=5, **quiet)[KEY_METRIC_PRECISION])

    return {
        "fid": Peer("torch-fidelity", fid),
        "kid": Peer("torch-fidelity, 100 subsets", kid),
        "precision, recall": Peer("torch-fidelity", precision),
    }


def torchmetrics(real: np.ndarray, generated: np.ndarray) -> dict[str, Peer]:
    """Give what torchmetrics computes from features: its metrics with an encoder that passes them on."""
    import torch
    from torchmetrics.image.fid import FrechetInceptionDistance
    from torchmetrics.image.kid import KernelInceptionDistance

    class Passed(torch.nn.Module):
        num_features = real.shape[1]

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return images.flatten(1)

    sets = [torch.from_numpy(x) for x in (real, generated)]

    def figure(metric: Any) -> float:
        metric.update(sets[0], real=True)
        metric.update(sets[1], real=False)
        found = metric.compute()
        return float(found[0] if isinstance(found, tuple) else found)

    def fid() -> float:
        size = (1, 1, real.shape[1])
        return figure(FrechetInceptionDistance(feature=Passed(), input_img_size=size).set_dtype(torch.float64))

    def kid() -> float:
        return 1000 * figure(
            KernelInceptionDistance(feature=Passed(), subset_size=min(SUBSET, len(real))).set_dtype(torch.float64)
        )

    return {"fid": Peer("torchmetrics", fid), "kid": Peer("torchmetrics, 100 subsets", kid)}


def ours(real: np.ndarray, generated: np.ndarray) -> dict[str, Figures]:
    """Give our figures of the same names, and what else a report card holds."""
    rows = (np.arange(len(real)), np.arange(len(generated)))
    rng = np.random.default_rng(0)

    def spread(metric: Resamples) -> float:
        return float(metric.resample(real, generated, PLAIN, rows, rng, 500)[""].std())

    return {
        "fid": lambda: RawFrechet().measure(real, generated, PLAIN)[""],
        "kid": lambda: KernelDistance().measure(real, generated, PLAIN)[""],
        "precision, recall": lambda: manifolds(real, generated).precision,
        "frechet-pca": lambda: ReducedFrechet().measure(real, generated, PLAIN)[""],
        "kid, interval (500)": lambda: spread(KernelDistance()),
        "kid, p (1000)": lambda: KernelDistance().p_value(real, generated, rows, rng, 1000),
        "fid, interval (500)": lambda: spread(RawFrechet()),
    }


def similarity_rows(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Compare SSIM of planes and volumes with scikit-image's, with the same window and statistics."""
    found = []
    for name, shape in (("ssim, plane", (SSIM_SIDE, SSIM_SIDE)), ("ssim, volume", (96, 96, 96))):
        a = rng.normal(size=shape).cumsum(axis=0)
        b = a + rng.normal(size=shape)
        told = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
        value, seconds = best(lambda a=a, b=b: ssim(a, b, data_range=50.0))
        peer = best(lambda a=a, b=b, told=told: float(structural_similarity(a, b, data_range=50.0, **told)))
        found.append(row(name, value, seconds, "scikit-image", *peer))
    return found


def set_rows(figures: dict[str, Figures], peers: list[dict[str, Peer]]) -> Iterator[dict[str, Any]]:
    """Measure figures of sets one after the other, each beside the peers that have it."""
    for name, figure in figures.items():
        mine = best(figure)
        beside = [peer[name] for peer in peers if name in peer]
        yield from (row(name, *mine, peer.name, *best(peer.figure, 1)) for peer in beside)
        if not beside:
            yield row(name, *mine)


def row(name: str, value: float, seconds: float, peer: str = "", theirs: float = np.nan, took: float = np.nan) -> dict:
    """Lay one comparison out."""
    return {
        "figure": name, "value": value, "seconds": round(seconds, 3), "peer": peer, "its value": theirs,
        "its seconds": round(took, 3), "ratio": round(took / seconds, 2),
    }  # fmt: skip


def peers_of(real: np.ndarray, generated: np.ndarray) -> tuple[list[dict[str, Peer]], list[str]]:
    """Give the peers that are here, and a sentence for each that is not."""
    here, absent = [], []
    for name, make in (("torch-fidelity", torch_fidelity), ("torchmetrics", torchmetrics)):
        try:
            let_torchvision_import()
            here.append(make(real, generated))
        except ImportError as error:
            absent.append(f"{name} is left out: {error}")
    return here, absent


def main() -> int:
    """Measure everything and write one line for each comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--columns", type=int, default=2048)
    parser.add_argument("--json", type=Path, help="file for the figures")
    chosen = parser.parse_args()
    rng = np.random.default_rng(0)
    spread = 1 / np.sqrt(np.arange(1, chosen.columns + 1))
    real = rng.normal(size=(chosen.rows, chosen.columns)) * spread
    generated = (0.05 + 1.1 * rng.normal(size=real.shape)) * spread
    peers, absent = peers_of(real, generated)
    for line in absent:
        sys.stdout.write(line + "\n")
    found = []
    for one in chain(similarity_rows(rng), set_rows(ours(real, generated), peers)):
        found.append(one)
        sys.stdout.write("  ".join(f"{value}" for value in one.values()) + "\n")
        sys.stdout.flush()
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
