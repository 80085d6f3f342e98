"""How a recipe names an image: by its file, by its place in a project, or by the copy that is kept of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.sources import open_input, refer, within

IMAGE = Image(np.arange(12, dtype=np.uint16).reshape(3, 4), Space("yx", (1.0, 1.0), "µm"), "soil")


def test_an_image_of_a_file_is_named_by_its_absolute_path_and_another_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_image(Path("soil.ome.tif"), IMAGE)
    assert refer(open_image(Path("soil.ome.tif")), tmp_path / "kept").path == str(tmp_path / "soil.ome.tif")
    assert not (tmp_path / "kept").exists()
    kept = refer(IMAGE, Path("kept"))
    assert Path(kept.path).parent == tmp_path / "kept"
    assert np.array_equal(open_input(kept).pixels, IMAGE.pixels)


def test_a_file_of_a_project_is_named_by_its_place_in_it_and_one_outside_by_its_own(tmp_path: Path) -> None:
    project, link = tmp_path / "project", tmp_path / "link"
    kept = refer(IMAGE, project / "sources")
    link.symlink_to(project)
    inside = within(kept, project)
    assert inside.path == f"sources/{Path(kept.path).name}"
    assert within(kept, link) == inside
    assert within(inside, project) == inside
    for source, home in ((kept, tmp_path / "other"), (kept, None), (replace(kept, path=""), Path())):
        assert within(source, home) == source
