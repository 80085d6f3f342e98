"""Documents of version 1 as they were written then: they must always be readable."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from synthscope.errors import DocumentError
from synthscope.services.families.beginning import read_families, read_result

INPUT = """{"name": "soil.ome.tif", "shape": [2, 96, 256], "dtype": "uint16", "space": {"axes": "zyx",
 "voxel_size": [2.0, 0.5, 0.5], "unit": "µm", "origin": [0.0, 0.0, 0.0], "channel_names": [], "time_unit": "second"},
 "sha256": "", "region_sha256": "", "path": "sources/soil.ome.tif", "dataset": "", "raw": "", "stamp": "99344-1"}"""

RECIPE = f"""{{"images": [{INPUT}], "contenders": [{{"generator": "prior", "training": {{"size": "XS"}},
 "parameters": {{}}}}, {{"generator": "quilt", "training": {{}}, "parameters": {{"block": 24}}}}], "name": "soil",
 "minutes": 10.0, "steps": 0, "seed": 0, "seeds": 3, "count": 64, "size": 64, "held_out": 0.25, "split_axis": "auto",
 "device": "auto", "resamples": 500, "encoder": "materials", "licence": "CC0", "format": "synthscope/families",
 "version": 1}}"""

RUN = """{"generator": "prior", "seed": 0, "measures": {"kernel_distance": {"value": 3.5, "low": -1.0, "high": 8.0},
 "highest_correlation": {"value": 0.5, "low": null, "high": null}}, "n": 64, "model": "models/prior-seed-0",
 "model_sha256": "ab", "runs": ["runs/prior-seed-0"], "copies": 0, "copy_threshold": 0.6, "remarks": [],
 "problem": ""}"""

SUMMARY = """{"kernel_distance": {"mean": 3.5, "spread": null, "low": -1.0, "high": 8.0, "seeds": 1}}"""

RESULT = f"""{{"recipe": {RECIPE}, "rows": [{{"generator": "prior", "title": "Diffusion prior", "family": "diffusion",
 "runs": [{RUN}], "summary": {SUMMARY}}}], "real": {{"generator": "", "title": "Real against real", "family": "real",
 "runs": [], "summary": {{}}}}, "n": 64, "blocks": 7, "encoder": "Materials", "grid": "pictures/grid.png",
 "sentences": ["One."], "complete": false, "environment": {{"python": "3.11.2"}}, "seconds": 12.5,
 "created": "2026-11-26T20:00:00Z", "format": "synthscope/families-result", "version": 1}}"""


def test_a_kept_comparison_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "comparison.json").write_text(RECIPE, encoding="utf-8")
    recipe = read_families(tmp_path)
    assert [(one.generator, one.training, one.parameters) for one in recipe.contenders] == [
        ("prior", {"size": "XS"}, {}), ("quilt", {}, {"block": 24}),
    ]  # fmt: skip
    assert (recipe.minutes, recipe.seeds, recipe.count, recipe.size) == (10.0, 3, 64, 64)


def test_a_kept_table_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "families.json").write_text(RESULT, encoding="utf-8")
    result = read_result(tmp_path)
    run = result.rows[0].runs[0]
    assert run.measures["kernel_distance"].high == 8.0
    assert math.isnan(run.measures["highest_correlation"].low)
    assert math.isnan(result.rows[0].summary["kernel_distance"].spread)
    assert (result.complete, result.blocks, result.sentences) == (False, 7, ("One.",))


def test_a_table_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    newer = RESULT.removesuffix('"version": 1}') + '"version": 2}'
    (tmp_path / "families.json").write_text(newer, encoding="utf-8")
    with pytest.raises(DocumentError, match="newer Synthscope"):
        read_result(tmp_path)
