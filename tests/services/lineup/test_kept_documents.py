"""Documents of version 1 as they were written then: they must always be readable."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from synthscope.errors import DocumentError
from synthscope.services.lineup.beginning import read_lineup, read_result

INPUT = """{"name": "soil.ome.tif", "shape": [96, 96], "dtype": "uint16", "space": {"axes": "yx",
 "voxel_size": [0.5, 0.5], "unit": "µm", "origin": [0.0, 0.0], "channel_names": [], "time_unit": "second"},
 "sha256": "", "region_sha256": "", "path": "sources/soil.ome.tif", "dataset": "", "raw": "", "stamp": "99344-1"}"""

CONTENDER = """{"generator": "sd-inpaint", "model": "tiny", "adapters": [{"name": "soil", "sha256": "ab",
 "weight": 0.5}], "parameters": {"steps": 2}, "name": "sd-inpaint"}"""

RECIPE = f"""{{"task": "inpaint", "subjects": [{{"image": {INPUT}, "mask": null}}], "contenders": [{CONTENDER}],
 "name": "soil", "prompts": {{"prompt": "soil", "negative": "", "source": "", "target": "", "instruction": ""}},
 "intact": true, "seed": 3, "seeds": 2, "context": 64.0, "side": 0, "domain": "any", "device": "auto",
 "resamples": 500, "format": "synthscope/lineup", "version": 1}}"""

SHOT = """{"contender": "sd-inpaint", "image": 0, "run": "runs/sd-inpaint-0001", "seeds": [3],
 "windows": ["windows/sd-inpaint/0001-seed-3.ome.tif"], "figures": [{"ssim": 0.5}], "remarks": [], "problem": ""}"""

CELL = """{"mean": 0.5, "spread": null, "low": null, "high": null, "real": null, "n": 1, "why": ""}"""

RESULT = f"""{{"recipe": {RECIPE}, "rows": [{{"contender": {CONTENDER}, "title": "Inpainting", "shots": [{SHOT}],
 "cells": {{"ssim": {CELL}}}, "words": ["Prompt: soil"]}}], "side": 32, "real_windows": 24, "grid": "grid.png",
 "card": "", "sentences": ["One."], "complete": true, "environment": {{"python": "3.11.2"}},
 "created": "2026-11-27T01:00:00Z", "format": "synthscope/lineup-result", "version": 1}}"""


def test_a_kept_line_up_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "lineup.json").write_text(RECIPE, encoding="utf-8")
    recipe = read_lineup(tmp_path)
    one = recipe.contenders[0]
    assert (one.generator, one.model, one.parameters) == ("sd-inpaint", "tiny", {"steps": 2})
    assert (one.adapters[0].name, one.adapters[0].weight) == ("soil", 0.5)
    assert (recipe.prompts.prompt, recipe.intact, recipe.seed, recipe.seeds) == ("soil", True, 3, 2)


def test_a_kept_table_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(RESULT, encoding="utf-8")
    row = read_result(tmp_path).rows[0]
    assert (row.problem, row.cells["ssim"].mean, row.shots[0].figures[0]["ssim"]) == ("", 0.5, 0.5)
    assert math.isnan(row.cells["ssim"].spread)


def test_a_table_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    newer = RESULT.removesuffix('"version": 1}') + '"version": 2}'
    (tmp_path / "result.json").write_text(newer, encoding="utf-8")
    with pytest.raises(DocumentError, match="newer Synthscope"):
        read_result(tmp_path)
