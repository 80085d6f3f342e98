"""napari's writer and the saving of layers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_synthscope.canvas.layers import labels_data, layer_data
from napari_synthscope.contributions.writing import targets_of, write_layers
from napari_synthscope.files.saving import completed, kept_words, safe_name, with_suffix
from synthscope.errors import InputError
from synthscope.io.opening import open_image
from synthscope.records.image import Image
from synthscope.records.space import Space

SPACE = Space("zyx", (2.0, 0.5, 0.5), "µm")


@pytest.mark.parametrize("suffix", [".ome.tif", ".ome.zarr"])
def test_what_is_written_is_read_back(tmp_path: Path, suffix: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 60000, (4, 20, 30)).astype(np.uint16)
    image = Image(pixels, SPACE, name="rock", synthetic=pixels > 50000)
    (written,) = write_layers(str(tmp_path / f"a{suffix}"), [layer_data(image)])
    again = open_image(Path(written))
    np.testing.assert_array_equal(np.asarray(again.pixels), pixels)
    np.testing.assert_array_equal(np.asarray(again.synthetic), image.synthetic)
    assert again.space == SPACE


def test_several_layers_go_to_files_of_their_own(tmp_path: Path) -> None:
    image = Image(np.zeros((4, 20, 30), np.uint8), SPACE, name="rock")
    labels = Image(np.ones((4, 20, 30), np.uint16), SPACE, name="grains")
    written = write_layers(str(tmp_path / "all.ome.tif"), [layer_data(image), labels_data(labels)])
    assert [Path(path).name for path in written] == ["all-rock.ome.tif", "all-grains.ome.tif"]
    assert open_image(Path(written[1])).dtype == np.uint16


def test_nothing_selected_is_said() -> None:
    with pytest.raises(InputError, match="no layer"):
        write_layers("a.ome.tif", [])


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_targets_never_meet_and_stay_in_their_folder(names: list[str]) -> None:
    folder = Path("folder")
    targets = targets_of(folder / "a.ome.tif", names)
    assert len(set(targets)) == len(names)
    assert all(t.parent == folder and t.name.endswith(".ome.tif") for t in targets)


@given(st.text(max_size=30))
def test_any_layer_name_makes_a_file_name(name: str) -> None:
    made = safe_name(name)
    assert made
    assert not set(made) & set('/\\:*?"<>|.')


@pytest.mark.parametrize(
    ("given_", "chosen", "wanted"),
    [
        ("a", "OME-TIFF (*.ome.tif)", "a.ome.tif"),
        ("a", "OME-Zarr (*.ome.zarr)", "a.ome.zarr"),
        ("a.tif", "OME-Zarr (*.ome.zarr)", "a.tif"),
    ],
)
def test_a_missing_suffix_is_that_of_the_chosen_kind(given_: str, chosen: str, wanted: str) -> None:
    assert with_suffix(Path(given_), chosen).name == wanted


@pytest.mark.parametrize("name", ["result", "result.v2"])
def test_a_file_that_the_dialog_did_not_ask_about_is_kept(tmp_path: Path, name: str) -> None:
    taken = tmp_path / f"{name}.ome.tif"
    taken.write_bytes(b"mine")
    path = with_suffix(tmp_path / name, "OME-TIFF (*.ome.tif)")
    assert path.name == f"{name}-2.ome.tif"
    assert kept_words(tmp_path / name, path) == f" {name}.ome.tif was there already and is kept."


def test_a_file_that_was_named_in_full_is_the_one_that_is_replaced(tmp_path: Path) -> None:
    for name in ("result.ome.tif", "notes.csv"):
        (tmp_path / name).write_bytes(b"mine")
    assert with_suffix(tmp_path / "result.ome.tif", "") == tmp_path / "result.ome.tif"
    assert completed(tmp_path / "notes.csv", (".csv",), ".csv") == tmp_path / "notes.csv"
    assert kept_words(tmp_path / "notes.csv", tmp_path / "notes.csv") == ""


def test_a_name_without_its_suffix_is_completed_silently_where_it_is_free(tmp_path: Path) -> None:
    path = completed(tmp_path / "notes", (".csv",), ".csv")
    assert path == tmp_path / "notes.csv"
    assert kept_words(tmp_path / "notes", path) == ""
