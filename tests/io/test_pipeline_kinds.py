"""Folders of image embeddings, of transformers and of Kandinsky, looked at before they are taken in."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.generators.pretrained.tiny import save

from synthscope.errors import DocumentError, FileError
from synthscope.io.pipeline_reading import find_pipeline


@pytest.fixture(scope="module")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made: dict[tuple[str, int], Path] = {}

    def give(kind: str, **options: Any) -> Path:
        key = (kind, options.get("channels", 0))
        if key not in made:
            made[key] = save(kind, tmp_path_factory.mktemp("published") / "pipeline", **options)
        return made[key]

    return give


@pytest.mark.parametrize(
    ("kind", "options", "serves", "channels", "side", "multiple"),
    [
        ("stable-unclip", {}, ("stable-unclip",), 4, 32, 0),
        ("stable-diffusion-xl", {}, ("sdxl-inpaint",), 4, 32, 0),
        ("stable-diffusion-xl", {"channels": 9}, ("sdxl-inpaint",), 9, 32, 0),
        ("kandinsky", {}, ("kandinsky-2.2",), 4, 32, 4),
        ("kandinsky", {"channels": 9}, ("kandinsky-2.2",), 9, 32, 4),
        ("kandinsky-decoder", {}, ("kandinsky-2.2",), 4, 32, 4),
        ("pixart", {}, ("pixart",), 4, 32, 4),
        ("dit", {}, ("dit",), 4, 64, 8),
    ],
)
def test_what_a_folder_serves_and_at_which_sides(folder_of, kind, options, serves, channels, side, multiple) -> None:
    found = find_pipeline(folder_of(kind, **options))
    assert (found.serves, found.part) == (serves, "")
    assert (found.channels, found.side, found.multiple) == (channels, side, multiple)
    assert found.architecture["multiple"] == multiple


def test_a_prior_is_a_part_and_no_model(folder_of) -> None:
    found = find_pipeline(folder_of("kandinsky-prior"))
    assert (found.part, found.serves) == ("prior", ())
    assert {"prior/config.json", "image_processor/preprocessor_config.json"} <= {file.name for file in found.files}


def test_the_normaliser_of_embeddings_is_taken_in_with_its_weights(folder_of) -> None:
    found = find_pipeline(folder_of("stable-unclip"))
    names = {file.name for file in found.files}
    assert {"image_normalizer/config.json", "image_normalizer/diffusion_pytorch_model.safetensors"} <= names
    assert "image_noising_scheduler/scheduler_config.json" in names


@pytest.mark.parametrize("lost", ["image_normalizer", "image_noising_scheduler"])
def test_a_lost_part_is_named(folder_of, tmp_path: Path, lost: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder_of("stable-unclip"), copy)
    shutil.rmtree(copy / lost)
    with pytest.raises(FileError, match=lost):
        find_pipeline(copy)


def test_classes_have_their_first_word_and_a_number_where_two_share_it(folder_of) -> None:
    assert find_pipeline(folder_of("dit")).labels == ("tench", "goldfish", "crane (2)", "hen", "crane (4)")


@pytest.mark.parametrize("numbers", [("1", "2"), ("0", "x"), ("0", "2")])
def test_classes_that_are_not_numbered_from_0_are_refused(folder_of, tmp_path: Path, numbers: tuple[str, str]) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder_of("dit"), copy)
    index = json.loads((copy / "model_index.json").read_text("utf-8"))
    index["id2label"] = dict.fromkeys(numbers, "hen")
    (copy / "model_index.json").write_text(json.dumps(index), "utf-8")
    with pytest.raises(DocumentError, match="not numbered from 0 to 1"):
        find_pipeline(copy)
