"""Pictures from worker to window."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.jobs.previews import KEPT, PreviewSweeper, PreviewWriter, read_preview


class Clock:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "bool", ">i4"])
def test_picture_is_read_as_it_was_written_and_its_file_is_gone(tmp_path, rng, dtype):
    pixels = rng.integers(0, 200, (3, 4, 5, 2)).astype(dtype)
    path = PreviewWriter(tmp_path).write(pixels)
    back = read_preview(path)
    assert back.dtype == pixels.dtype
    np.testing.assert_array_equal(back, pixels)
    assert list(tmp_path.iterdir()) == []
    assert read_preview(path) is None


def test_at_most_five_pictures_a_second(tmp_path):
    clock = Clock()
    writer = PreviewWriter(tmp_path, clock)
    written = []
    for tick in range(1000):
        clock.seconds = tick / 250
        if writer.write(np.zeros((1, 1, 1))) is not None:
            written.append(clock.seconds)
    assert 18 <= len(written) <= 20  # four seconds
    assert min(np.diff(written)) >= 0.2 - 1e-9


def test_slow_pictures_all_pass(tmp_path):
    clock = Clock()
    writer = PreviewWriter(tmp_path, clock)
    for second in range(10):
        clock.seconds = second
        assert writer.write(np.zeros((1, 1, 1))) is not None


def test_folder_that_cannot_be_written_costs_the_picture_and_nothing_else(tmp_path):
    assert PreviewWriter(tmp_path / "missing").write(np.zeros((1, 1, 1))) is None


def test_objects_are_refused_because_nothing_is_pickled(tmp_path):
    with pytest.raises(ValueError, match="pickle"):
        PreviewWriter(tmp_path).write(np.array([object()]))
    assert list(tmp_path.iterdir()) == []


def test_sweeper_keeps_only_the_newest(tmp_path):
    clock, sweeper = Clock(), PreviewSweeper()
    writer = PreviewWriter(tmp_path, clock)
    paths = []
    for second in range(KEPT + 5):
        clock.seconds = second
        paths.append(writer.write(np.zeros((1, 1, 1))))
        sweeper.arrived(paths[-1])
    assert sorted(tmp_path.iterdir()) == paths[-KEPT:]
    (tmp_path / "preview-1-000001.npy.partial").touch()
    (tmp_path / "other.txt").touch()
    sweeper.clear(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["other.txt"]


def test_what_was_asked_for_is_written_however_soon_it_comes(tmp_path):
    writer = PreviewWriter(tmp_path, Clock())
    assert [writer.write(np.zeros((2, 2, 1)), last=last) is not None for last in (True, False, True, True, False)] == [
        True, False, True, True, False,
    ]  # fmt: skip
