"""Curves are shown, told apart and taken away."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from qtpy.QtGui import QImage
from qtpy.QtWidgets import QFileDialog

from synthscope.errors import FileError, InputError
from synthscope.qt.curves import Curve, CurvesView, Plot, curves_csv, histogram_plot
from synthscope.qt.theme import Tokens

LINE = Curve("original", np.linspace(0, 1, 5), np.linspace(1, 3, 5) ** 2, "real")
BARS = Curve("candidate 2", np.arange(4.0), np.array([0.2, 0.0, 0.8]), "synthetic", steps=True)


@pytest.fixture
def view(shown: Callable[..., CurvesView], tokens: Tokens) -> CurvesView:
    made = shown(CurvesView(), tokens)
    made.resize(480, 320)
    return made


def test_set_get_equal(view: CurvesView) -> None:
    plot = Plot((LINE, BARS), "distance (µm)", "grey value")
    view.set_value(plot)
    assert view.value() is plot
    assert view._canvas.isVisible()
    view.set_value(None)
    assert view.value() is None
    assert view._empty.isVisible()


def test_each_curve_is_in_the_legend_and_units_are_on_the_axes(view: CurvesView) -> None:
    view.set_value(Plot((LINE, BARS), "distance (µm)", "grey value"))
    item = view._canvas.getPlotItem()
    assert [label.text for _sample, label in item.legend.items] == ["original", "candidate 2"]
    assert item.getAxis("bottom").labelText == "distance (µm)"
    view.set_value(histogram_plot([BARS]))
    assert len(item.legend.items) == 1


@pytest.mark.parametrize("curve", [LINE, BARS], ids=["line", "steps"])
def test_logarithmic_axes_leave_out_what_they_cannot_show(view: CurvesView, curve: Curve) -> None:
    view.set_value(Plot((curve,), log_x=not curve.steps, log_y=True))
    view.grab()


def test_gaps_are_no_fault(view: CurvesView) -> None:
    view.set_value(Plot((Curve("a", np.arange(3.0), np.array([1.0, np.nan, np.inf])),)))
    view.grab()


def test_csv_holds_every_number_in_full(tmp_path: Path, view: CurvesView) -> None:
    plot = Plot((LINE, BARS), "x (µm)", "y")
    view.set_value(plot)
    view.save(tmp_path / "c.csv")
    with (tmp_path / "c.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["original: x (µm)", "original: y", "candidate 2: x (µm)", "candidate 2: y"]
    assert [float(row[1]) for row in rows] == LINE.y.tolist()
    assert [row[3] for row in rows] == ["0.2", "0.0", "0.8", "", ""]
    assert curves_csv(plot) == (tmp_path / "c.csv").read_bytes().decode()


def test_pictures_are_written(tmp_path: Path, view: CurvesView) -> None:
    view.set_value(Plot((LINE, BARS), "x (µm)", "y"))
    view.save(tmp_path / "c.png")
    assert QImage(str(tmp_path / "c.png")).width() == 1600
    view.save(tmp_path / "c.svg")
    assert "<svg" in (tmp_path / "c.svg").read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.png", "c.svg"]


def test_other_files_are_refused(tmp_path: Path, view: CurvesView) -> None:
    with pytest.raises(InputError, match="no curves"):
        view.save(tmp_path / "c.csv")
    view.set_value(Plot((LINE,)))
    with pytest.raises(FileError, match=r"neither \.csv, \.png nor \.svg"):
        view.save(tmp_path / "c.pdf")
    with pytest.raises(FileError):
        view.save(tmp_path / "nowhere" / "c.png")


def test_curves_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="4 are needed"):
        Curve("a", np.arange(3.0), np.arange(3.0), steps=True)


@pytest.mark.parametrize(("typed", "wanted"), [("result.v2", "result.v2-2.csv"), ("other", "other.csv")])
def test_a_table_that_the_dialog_did_not_ask_about_is_kept(
    view: CurvesView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, wanted: str
) -> None:
    kept = [tmp_path / "result.csv", tmp_path / "result.v2.csv"]
    for path in kept:
        path.write_text("mine")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / typed), ""))
    view.set_value(Plot((LINE,), "distance (µm)", "grey value"))
    saved: list[str] = []
    view.saved.connect(saved.append)
    view._ask_name(".csv")
    assert saved == [str(tmp_path / wanted)]
    assert Path(saved[0]).exists()
    assert [path.read_text() for path in kept] == ["mine", "mine"]
