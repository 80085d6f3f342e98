"""A stack larger than memory: opened, repaired in one place, and exported, without being read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from synthscope.generators.registry import resolve
from synthscope.imaging.regions import painted
from synthscope.io.opening import Reading, open_image
from synthscope.jobs.drain import drain
from synthscope.records.request import Region
from synthscope.services.choosing import Choice
from synthscope.services.exporting import composed
from synthscope.services.replaying import replay_job
from synthscope.services.run_folder import RunFolder
from synthscope.services.verbs import make_job

SHAPE = (937, 2560, 2560)


def anonymous_memory() -> int:
    """Bytes that are this process's own: mapped files do not count."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("RssAnon"))


@pytest.fixture
def huge(tmp_path: Path, rng: np.random.Generator) -> Path:
    path = tmp_path / "huge.tif"
    stack = tifffile.memmap(path, shape=SHAPE, dtype=np.uint16, bigtiff=True, photometric="minisblack")
    if stack.nbytes < 12e9:
        pytest.fail("the stack is too small to show anything")
    stack[460:476, 1000:1200, 1000:1200] = rng.integers(800, 4000, (16, 200, 200))
    stack.flush()
    del stack
    return path


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="anonymous memory is read from Linux's /proc")
def test_a_region_of_a_stack_larger_than_memory_is_repaired(huge: Path, tmp_path: Path) -> None:
    if huge.stat().st_blocks * 512 > 2**30:
        pytest.skip("this file system cannot hold a sparse file of 12 GB")
    before = anonymous_memory()
    image = open_image(huge, Reading(axes="zyx"))
    assert np.asarray(image.pixels[468, 1000:1010, 1000:1010]).any()
    mask = np.zeros(SHAPE, bool)  # untouched pages of it take no memory
    mask[467:469, 1080:1100, 1080:1100] = True
    box = painted(mask[460:476])
    assert box == Region((7, 1080, 1080), (9, 1100, 1100))
    choice = Choice("inpaint", "exemplar", count=4, context=24, region=Region((463, 1050, 1050), (473, 1130, 1130)))
    outcome = drain(make_job(image, mask, choice, tmp_path / "out", resolve, region_only=True))
    assert len(outcome.candidates) == 4
    assert all(made.outside and made.outside.holds and made.outside.scope == "region" for made in outcome.candidates)
    assert RunFolder(Path(outcome.folder)).occupied() < 8e6
    assert drain(replay_job(Path(outcome.candidates[0].path), resolve)).reproduced
    run = RunFolder(Path(outcome.folder))
    whole = composed(run, run.candidates()[0])
    assert whole.shape == SHAPE
    assert np.asarray(whole.synthetic[467, 1085:1090, 1085:1090]).all()
    assert anonymous_memory() - before < 1.5e9
