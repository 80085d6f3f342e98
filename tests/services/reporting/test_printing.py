"""A report becomes a PDF by a browser engine in a process of its own; where that is missing a sentence says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.metrics.grainy import grains
from tests.services.reporting.cards import GENERATED, REAL, make_report
from tests.services.reporting.printed import pages_of, sizes_of, text_of
from tifffile import imwrite

from synthscope.cli import main
from synthscope.errors import FileError, Unavailable, WorkError
from synthscope.services.printing import check_printer, write_pdf
from synthscope.services.reporting.writing import write_report

A4 = (595, 842)
THREE = "<!doctype html><title>t</title>" + "".join(
    f'<p style="break-after:page">sheet {word}</p>' for word in ("alpha", "beta")
)


def spoil(folder: Path, monkeypatch: pytest.MonkeyPatch, error: str) -> None:
    """Let the browser engine raise an error in the process that loads it."""
    package = folder / "spoilt" / "qtpy"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "QtWebEngineCore.py").write_text(f"raise {error}\n")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))


@pytest.fixture
def no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt as it is installed where the libraries of its browser engine are not."""
    spoil(tmp_path, monkeypatch, "ImportError('libnss3.so: cannot open shared object file')")


def test_a_card_is_printed_without_a_display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    path = write_report(make_report(tmp_path), tmp_path, tmp_path / "card.PDF")
    assert path.read_bytes().startswith(b"%PDF-")
    pages = pages_of(path)
    assert len(pages) >= 6
    assert sizes_of(path) == {A4}
    assert all(name in pages[0] for name in (REAL, *GENERATED))
    words = " ".join(pages)
    for said in ("What was compared", "Kernel distance (KID", "58.4", "52.2 to 64.6", "31.7 (28.9 to 35.2)", "Methods"):
        assert said in words


def test_nothing_of_this_computer_stands_in_the_pdf(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", '<p id="top">Words <a href="#top">up</a></p>')
    assert text_of(path) == "Words up"
    assert b"file:" not in path.read_bytes()
    assert b"synthscope-" not in path.read_bytes()


def test_each_sheet_of_a_page_is_one_of_the_pdf_and_what_is_folded_is_open(tmp_path: Path) -> None:
    page = THREE + "<details><summary>more</summary><p>gamma</p></details>"
    assert pages_of(write_pdf(tmp_path / "a.pdf", page)) == ["sheet alpha", "sheet beta", "more gamma"]


def test_a_script_in_a_page_is_not_run(tmp_path: Path) -> None:
    page = '<p id="it">before</p><script>document.getElementById("it").textContent = "after"</script>'
    assert text_of(write_pdf(tmp_path / "a.pdf", page)) == "before"


def test_the_pdf_may_be_read_by_whom_other_files_may_be_read_by(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.touch()
    assert write_pdf(tmp_path / "a.pdf", THREE).stat().st_mode == other.stat().st_mode


def test_the_printer_loads_no_networks() -> None:
    program = (
        "import sys\nfrom synthscope.qt.printing import main\nassert main([]) == 0\n"
        "print({'torch', 'diffusers', 'napari', 'numpy'} & set(sys.modules), 'PySide6.QtWebEngineCore' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "set() True"


@pytest.mark.usefixtures("no_engine")
def test_without_the_engine_a_sentence_names_the_remedy_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "card.pdf"
    path.write_bytes(b"old")
    with pytest.raises(Unavailable, match=r"libnss3\.so.*pip install PySide6-Addons.*apt-get install.*\.html"):
        write_report(make_report(tmp_path), tmp_path, path)
    assert path.read_bytes() == b"old"
    with pytest.raises(Unavailable):
        check_printer()


@pytest.mark.usefixtures("no_engine")
def test_a_pdf_that_could_not_be_printed_is_refused_before_anything_is_measured(tmp_path: Path, capsys) -> None:
    sets = [str(tmp_path / name) for name in ("real.tif", "made.tif")]
    for name, pixels in zip(sets, grains(2, (1, 64, 64), 3)[:, 0, ..., 0], strict=True):
        imwrite(name, pixels)
    out = tmp_path / "out"
    assert main(["evaluate", *sets, "--report", str(tmp_path / "card.pdf"), "--out", str(out)]) == 2
    assert "PySide6-Addons" in capsys.readouterr().err
    assert not out.exists()


def test_a_printer_that_dies_is_told_with_what_it_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(tmp_path, monkeypatch, "MemoryError('no more')")
    with pytest.raises(WorkError, match=r"no PDF \(status 1\)") as died:
        write_pdf(tmp_path / "a.pdf", THREE)
    assert "MemoryError: no more" in died.value.details
    assert not (tmp_path / "a.pdf").exists()


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"Folder .*none does not exist"):
        write_pdf(tmp_path / "none" / "a.pdf", THREE)
