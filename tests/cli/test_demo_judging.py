"""What a demo leaves of its evaluation: a report of the folders that were judged, linked in the page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.services.evaluation.sets import pictures, written

from synthscope.cli import demo_judging
from synthscope.cli.demo_judging import Judged, judge_without_window, keep_report
from synthscope.cli.demo_page import Page, write_page
from synthscope.cli.demo_study import rehearse_study
from synthscope.services.reporting.document import read_report


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Where small sets were judged, and the folder of the evaluation."""
    out = tmp_path_factory.mktemp("demo")
    for name, count, seed in (("held-out", 8, 0), ("quilt", 4, 1)):
        written(out, name, pictures(count, seed=seed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo_judging, "RESAMPLES", 20)
        return out, judge_without_window(out, Judged(out / "held-out", (out / "quilt",)), ("kid", "intensity"))


def test_new_images_are_judged_against_the_held_out_ones_with_a_floor(judged: tuple[Path, Path]) -> None:
    report = read_report(judged[1])
    assert {(one.name, one.role) for one in report.sets} >= {("quilt", "generated")}
    told = [score for score in report.scores if score.subject == "quilt"]
    assert any(np.isfinite(score.value) and np.isfinite(score.floor) for score in told)


def test_the_report_lies_beside_the_page_that_links_to_it(judged: tuple[Path, Path]) -> None:
    out, folder = judged
    report = keep_report(out / "report-card.html", folder)
    assert "quilt" in report.read_text(encoding="utf-8")
    page = write_page(out / "index.html", Page("Demo", (), (), (), (), ((report, "The card & more"),)))
    assert '<a href="report-card.html">The card &amp; more</a>' in page.read_text(encoding="utf-8")


def test_the_judged_images_are_rehearsed_as_a_blinded_study(tmp_path: Path) -> None:
    for name, seed in (("held-out", 0), ("quilt", 1)):
        written(tmp_path, name, pictures(4, side=128, seed=seed))
    sets = Judged(tmp_path / "held-out", (tmp_path / "quilt",))
    report = rehearse_study(tmp_path / "study", sets, tmp_path / "study.html")
    text = report.read_text(encoding="utf-8")
    assert "quilt" in text
    assert "Area under the curve" in text
    assert list((tmp_path / "study" / "rehearsal" / "packs").glob("*.ratepack"))
