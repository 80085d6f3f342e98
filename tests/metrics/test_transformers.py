"""DINOv2 and CLIP from a folder: tiny models of random weights stand for the published ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.metrics.grainy import frame_of, grains
from tests.metrics.tiny_clip import write_clip

from synthscope.errors import InputError
from synthscope.io import weights as store
from synthscope.metrics.encoders.transformer import Clip, Dinov2, load_transformer
from synthscope.services import taking_weights
from synthscope.services.taking_weights import import_weights
from synthscope.worker import mend_torchvision

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path: Path) -> None:
    mend_torchvision()
    for module in (store, taking_weights):
        monkeypatch.setattr(module, "weights_home", lambda: tmp_path / "weights")


@pytest.fixture
def dinov2(tmp_path: Path) -> Path:
    from transformers import Dinov2Config, Dinov2Model

    torch.manual_seed(1)
    small = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 56, "patch_size": 14}
    Dinov2Model(Dinov2Config(**small)).save_pretrained(tmp_path / "published")
    import_weights(tmp_path / "published", lambda _name: None)
    return tmp_path / "published"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    write_clip(tmp_path / "captioned")
    import_weights(tmp_path / "captioned", lambda _name: None)
    return tmp_path / "captioned"


def test_dinov2_gives_the_class_token_of_standardised_pictures(dinov2: Path) -> None:
    from transformers import AutoModel

    pictures = torch.rand(1, 3, 56, 56, generator=torch.Generator().manual_seed(2))
    mean, spread = (torch.tensor(v)[None, :, None, None] for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    with torch.no_grad():
        theirs = AutoModel.from_pretrained(dinov2).eval()((pictures - mean) / spread).pooler_output
    np.testing.assert_allclose(Dinov2().features(pictures), theirs.numpy(), rtol=1e-4, atol=1e-5)


def test_clip_gives_the_embedding_of_its_own_image_side(clip: Path) -> None:
    from transformers import CLIPModel

    pictures = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073])[None, :, None, None]
    spread = torch.tensor([0.26862954, 0.26130258, 0.27577711])[None, :, None, None]
    with torch.no_grad():
        model = CLIPModel.from_pretrained(clip).eval()
        answer = model(input_ids=torch.tensor([[1, 2]]), pixel_values=(pictures - mean) / spread)
    np.testing.assert_allclose(Clip().features(pictures), answer.image_embeds.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("name", "encoder", "width"), [("dinov2", Dinov2, 16), ("clip", Clip, 12)])
def test_fields_of_any_size_give_rows_that_no_batch_changes(name: str, encoder, width: int, request) -> None:
    request.getfixturevalue(name)
    fields = grains(3, (2, 40, 48))
    frame = frame_of(fields)
    together = encoder().extract(fields, frame)
    assert together.shape == (3, width)
    assert together.dtype == np.float64
    alone = np.concatenate([encoder().extract(fields[i : i + 1], frame) for i in range(3)])
    np.testing.assert_allclose(together, alone, rtol=1e-6)


@pytest.mark.parametrize("name", ["dinov2", "clip"])
def test_pictures_in_another_range_are_refused(name: str, request) -> None:
    request.getfixturevalue(name)
    encoder = {"dinov2": Dinov2, "clip": Clip}[name]()
    with pytest.raises(InputError, match="takes 0 to 1"):
        encoder.features(torch.full((1, 3, 32, 32), 200.0))


def test_another_kind_of_model_is_refused(clip: Path) -> None:
    import_weights(clip, lambda _name: None, "dinov2")
    with pytest.raises(InputError, match="are a model of kind 'clip'"):
        load_transformer("dinov2")
