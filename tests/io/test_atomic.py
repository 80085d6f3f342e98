import errno
import os
import stat
from pathlib import Path

import pytest
from safetensors import SafetensorError

from synthscope.errors import DiskFull, FileError
from synthscope.io.atomic import remove_partials, replacing, write_bytes, write_text
from synthscope.io.faults import writing_faults


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fail_halfway(path: Path) -> None:
    with replacing(path) as partial:
        partial.write_text("half")
        raise ZeroDivisionError


def test_written_file_holds_exactly_the_bytes_and_nothing_stays_beside(tmp_path: Path) -> None:
    assert write_bytes(tmp_path / "a.bin", b"\x00\r\n\xff").read_bytes() == b"\x00\r\n\xff"
    assert write_text(tmp_path / "b.txt", "µm\n").read_bytes() == "µm\n".encode()
    assert names(tmp_path) == ["a.bin", "b.txt"]


def test_failed_block_leaves_the_old_file_and_nothing_beside(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.txt", "old")
    with pytest.raises(ZeroDivisionError):
        fail_halfway(path)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_closed_generator_leaves_nothing(tmp_path: Path) -> None:
    def job():
        with replacing(tmp_path / "a.txt") as partial:
            partial.write_text("half")
            yield

    running = job()
    next(running)
    assert len(names(tmp_path)) == 1
    running.close()
    assert names(tmp_path) == []


def test_temporary_path_keeps_the_suffix_and_lies_beside(tmp_path: Path) -> None:
    with replacing(tmp_path / ("x" * 250 + ".tif")) as partial:
        assert partial.suffix == ".tif"
        assert partial.parent == tmp_path
        partial.write_bytes(b"")


@pytest.mark.parametrize("old", [None, "folder", "file"])
def test_folder_takes_the_place_of_what_was_there(tmp_path: Path, old: str | None) -> None:
    target = tmp_path / "a.zarr"
    if old == "folder":
        target.mkdir()
        (target / "old").write_text("old")
    if old == "file":
        write_text(target, "old")
        with pytest.raises(FileError), replacing(target) as partial:
            partial.mkdir()
        assert target.read_text() == "old"
        return
    with replacing(target) as partial:
        partial.mkdir()
        (partial / "new").write_text("new")
    assert names(target) == ["new"]
    assert names(tmp_path) == ["a.zarr"]


def test_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.txt", "old")
    path.chmod(0o640)
    write_text(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_link_stays_a_link(tmp_path: Path) -> None:
    write_text(tmp_path / "real.txt", "old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    write_text(tmp_path / "link.txt", "new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


def test_full_disk_is_said_with_path_and_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match=r"a\.bin is full; 5 bytes are needed there; free"):
        write_bytes(tmp_path / "a.bin", b"12345")
    assert names(tmp_path) == []


def test_short_write_of_numpy_is_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(DiskFull), replacing(tmp_path / "a.bin"):
        raise OSError("4096 requested and 0 written")


def test_what_safetensors_says_of_a_full_disk_is_one() -> None:
    words = "Error while serializing: I/O error: No space left on device (os error 28)"
    with pytest.raises(DiskFull, match="The disk of m is full"), writing_faults(Path("m")):
        raise SafetensorError(words)
    with pytest.raises(FileError, match="m cannot be written"), writing_faults(Path("m")):
        raise SafetensorError("invalid")


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="missing does not exist"):
        write_text(tmp_path / "missing" / "a.txt", "")


def test_leftovers_of_a_killed_program_can_be_removed(tmp_path: Path) -> None:
    (tmp_path / ".partial-00.zarr").mkdir()
    (tmp_path / ".partial-01.tif").write_bytes(b"")
    (tmp_path / "kept.tif").write_bytes(b"")
    assert remove_partials(tmp_path) == 2
    assert names(tmp_path) == ["kept.tif"]


def test_a_file_never_takes_the_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "results.html").mkdir()
    (tmp_path / "results.html" / "precious.txt").write_text("kept")
    with pytest.raises(FileError, match=r"results.html is a folder"):
        write_text(tmp_path / "results.html", "new")
    assert (tmp_path / "results.html" / "precious.txt").read_text() == "kept"
    assert names(tmp_path) == ["results.html"]
