"""Marks of raters over error maps: in the report of an open study, in the right slice and place; none while blind."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lxml import html
from PIL import Image as Pixels
from scipy.ndimage import gaussian_filter
from tests.services.studies.marked import BAD, BOX, DEPTH, FAULT, RATERS, SIDE, STRAY, Marked, damage, marked_study

from synthscope.errors import FileError, InputError
from synthscope.jobs.drain import drain
from synthscope.metrics.registry import resolve
from synthscope.records.documents import from_json, to_json
from synthscope.records.study_beside import BesideMetrics, MarkedPicture
from synthscope.records.study_events import Mark
from synthscope.records.study_key import StudyKey
from synthscope.records.study_pack import PackManifest
from synthscope.services.reporting.pictures import Picture
from synthscope.services.studies.beside_maps import (
    ABSOLUTE,
    LPIPS,
    MAPS,
    SIMILARITY,
    error_maps,
    map_agreement_job,
    perceiving,
)
from synthscope.services.studies.beside_numbers import marks_of
from synthscope.services.studies.rater_packs import pack_files, pictures_in
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.services.studies.reporting.mark_maps import GONE, MapPicture, colours, marked_shelves, most_marked
from synthscope.services.studies.reporting.shelves import HALO, MARK, slice_of
from synthscope.services.studies.reporting.writing import report_of, report_study
from synthscope.services.studies.work import REPORT, study_job
from synthscope.studies.analysis.work import Work
from synthscope.studies.correspondence.marks import compare_maps, mark_density

TITLE = "Marks over error maps"
EDGE = (int(BOX.points[0][0]), 20)
"""A pixel on the upper edge of the box that raters drew."""


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marked]:
    with marked_study(tmp_path_factory.mktemp("marked")) as made:
        yield made


@pytest.fixture(scope="module")
def report(marked: Marked) -> StudyReport:
    return report_of(marked.study)


@pytest.fixture(scope="module")
def pictures(marked: Marked) -> dict[str, np.ndarray]:
    manifest = marked.study.get("manifest", PackManifest)
    with pictures_in(pack_files(marked.study.folder, manifest)) as read:
        return {code: read(code) for code in manifest.codes}


def seen(picture: Picture) -> np.ndarray:
    data = base64.b64decode(picture.source.removeprefix("data:image/png;base64,"))
    return np.asarray(Pixels.open(io.BytesIO(data)).convert("RGB"))


def steps(picture: Picture) -> np.ndarray:
    """Tell from the colours of a map which of 256 steps each pixel is; -1 where a mark is drawn."""
    known = {tuple(colour): step for step, colour in enumerate(colours().tolist())}
    return np.array([[known.get(tuple(pixel), -1) for pixel in row] for row in seen(picture).tolist()])


def test_every_marked_picture_has_a_row_that_says_where_and_by_whom(report: StudyReport, pictures) -> None:
    rows = marked_shelves(report, pictures.__getitem__)
    assert [row.title for row in rows] == [BAD] * 4, "nobody marked the others"
    areas = {one.code: one.areas for one in report.beside.marked}
    for row, (_, own) in zip(rows, sorted(areas.items()), strict=True):
        assert row.words == (
            f"3 of {RATERS} raters marked it: 4 marks, 3 of them in slice 2 of 3, which is shown. "
            f"Area: absolute difference {own[ABSOLUTE]:.3f}, 1 - SSIM {own[SIMILARITY]:.3f}."
        )
        assert [one.caption.partition(":")[0] for one in row.pictures] == [
            "Reference", "Result, all marks", "Absolute difference, grey values", "1 - SSIM",
            "Density of marks, part of the raters",
        ]  # fmt: skip
    assert all(own[ABSOLUTE] > 0.85 for own in areas.values())
    assert report.beside.marked[0].areas == from_json(BesideMetrics, to_json(report.beside)).marked[0].areas


def test_the_areas_are_those_of_marks_against_the_whole_stack(report: StudyReport, pictures) -> None:
    one = report.beside.marked[0]
    marks = marks_of(Work(report.answers))[one.code]
    assert sorted(len(own) for own in marks.values()) == [0, 1, 1, 2]
    maps, why = error_maps(pictures[one.reference], pictures[one.code])
    assert not why
    density = mark_density(marks, (DEPTH, SIDE, SIDE))
    for name, error in maps.items():
        soft = gaussian_filter(error, (0, 8, 8))
        found = compare_maps(soft, density, np.random.default_rng(0), raters=RATERS, shifts=1)
        assert one.areas[name] == pytest.approx(found.area)


def test_outlines_lie_where_raters_drew_them(report: StudyReport, pictures) -> None:
    one = report.beside.marked[0]
    reference, result, away, similar, density = marked_shelves(report, pictures.__getitem__)[0].pictures
    place = FAULT[0]
    assert (seen(reference) == pictures[one.reference][place]).all()
    drawn = seen(result)
    assert tuple(drawn[EDGE]) == MARK
    assert tuple(drawn[EDGE[0] - 1, EDGE[1]]) == tuple(drawn[EDGE[0] + 1, EDGE[1]]) == HALO
    changed = (drawn != pictures[one.code][place]).any(axis=-1)
    rows, columns = np.nonzero(changed)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (29, 43, 11, 29), "the box and its dark rim"
    assert not changed[33:40, 15:26].any(), "what is marked stays in sight"
    for one_map in (away, similar):
        assert tuple(seen(one_map)[EDGE]) == (255, 255, 255)
    assert not (steps(density) < 0).any()


def test_maps_are_brightest_at_the_fault_and_say_their_range(report: StudyReport, pictures) -> None:
    one = report.beside.marked[0]
    reference, result = (pictures[code].astype(float)[FAULT[0], ..., 0] for code in (one.reference, one.code))
    maps, _ = error_maps(pictures[one.reference], pictures[one.code])
    away, similar, density = marked_shelves(report, pictures.__getitem__)[0].pictures[2:]
    for drawn, name in ((away, ABSOLUTE), (similar, SIMILARITY)):
        plane, free = maps[name][FAULT[0]], steps(drawn) >= 0
        wanted = colours()[np.clip(np.round(plane / plane.max() * 255), 0, 255).astype(int)]
        assert free.mean() > 0.9
        assert (seen(drawn)[free] == wanted[free]).all()
        assert float(drawn.high) == pytest.approx(plane.max(), rel=0.01)
        assert drawn.caption.endswith(f"0 (dark) to {drawn.high} (bright)")
    inside, outside = steps(away)[33:40, 15:26], steps(away)[:10]
    assert inside.min() > 3 * outside.max()
    assert float(away.high) == np.abs(result - reference).max(), "grey values"
    near = steps(density)
    assert (near[30:43, 12:29] == 255).all()
    assert near[5, 55] == 0, "the stray mark lies in another slice"
    assert density.high == "0.750", "three raters of four"
    assert isinstance(density, MapPicture)


def test_the_page_holds_the_rows(marked: Marked, tmp_path: Path) -> None:
    page = report_study(marked.study, tmp_path / "open.html").read_text(encoding="utf-8")
    part = html.document_fromstring(page).find(".//section[@id='maps']")
    assert part.find("h2").text == TITLE
    assert len(part.findall("figure")) == 4
    assert len(part.findall(".//span[@class='scale']")) == 4 * 3
    assert all(one.get("alt") for one in part.iterfind(".//img"))


def test_a_blind_report_shows_no_maps(marked: Marked, report: StudyReport, pictures) -> None:
    assert TITLE not in marked.blind
    assert "<img" not in marked.blind
    assert BAD not in marked.blind
    blind = replace(report, analysis=replace(report.analysis, blind=True))
    assert marked_shelves(blind, pictures.__getitem__) == ()
    assert marked_shelves(report, None) == ()
    assert marked_shelves(replace(report, beside=None), pictures.__getitem__) == ()


def test_a_picture_that_is_missing_leaves_a_sentence(report: StudyReport, pictures) -> None:
    gone = report.beside.marked[1].reference

    def read(code: str) -> np.ndarray:
        if code == gone:
            raise FileError(f"None of these packs holds picture {code}; put the packs of all raters together.")
        return pictures[code]

    rows = marked_shelves(report, read)
    assert [len(row.pictures) for row in rows] == [5, 1, 5, 5]
    (left,) = rows[1].pictures
    assert not left.source
    assert left.caption.startswith("None of these packs holds picture")
    assert "3 of 4 raters marked it: 4 marks. Area: absolute" in rows[1].words


def test_a_picture_that_is_damaged_leaves_a_sentence_on_the_page(tmp_path: Path) -> None:
    with marked_study(tmp_path) as made:
        damage(made.study, made.marked[0].code)
    drain(study_job(tmp_path / "study", {"act": "report"}, None, resolve))
    page = (tmp_path / "study" / REPORT).read_text(encoding="utf-8")
    figures = html.document_fromstring(page).findall(".//section[@id='maps']/figure")
    said = [one for one in figures if "cannot be read" in one.text_content()]
    assert len(said) == 1
    assert "ask for the pack again" in said[0].text_content()
    assert not said[0].findall(".//img")
    assert len(figures) == 4


def test_one_more_map_is_compared_and_drawn_and_its_absence_told(marked: Marked, report: StudyReport, pictures) -> None:
    key = marked.study.get("key", StudyKey)
    partners = {one.code: one.reference for one in report.beside.marked}

    def perceive(reference: np.ndarray, picture: np.ndarray) -> np.ndarray:
        return (picture.astype(float) - reference).mean(axis=-1) ** 2

    def refuse(reference: np.ndarray, picture: np.ndarray) -> np.ndarray:
        raise InputError("LPIPS needs sides of at least 31 pixels, not (16, 16).")

    work = Work(report.answers)
    marks = marks_of(work)
    found = drain(map_agreement_job(work, marks, key.stimuli, partners, pictures.__getitem__, perceive))
    assert tuple(found[0].areas) == MAPS
    assert {row.subject for row in work.estimates[TITLE]} == set(MAPS)
    own = replace(report, beside=replace(report.beside, marked=found))
    row = marked_shelves(own, pictures.__getitem__, perceive)[0]
    assert row.pictures[4].caption.startswith("LPIPS: 0 (dark) to ")
    assert steps(row.pictures[4])[33:40, 15:26].min() > steps(row.pictures[4])[:10].max()
    gap = marked_shelves(own, pictures.__getitem__)[0].pictures[4]
    assert (gap.source, gap.caption) == ("", f"LPIPS: {GONE}")
    gap = marked_shelves(own, pictures.__getitem__, refuse)[0].pictures[4]
    assert (gap.source, gap.caption) == ("", "LPIPS: LPIPS needs sides of at least 31 pixels, not (16, 16).")
    other = Work(report.answers)
    found = drain(map_agreement_job(other, marks, key.stimuli, partners, pictures.__getitem__, refuse))
    assert LPIPS not in found[0].areas
    assert set(other.warnings) == {
        "Marks were not compared with a map of LPIPS: LPIPS needs sides of at least 31 pixels, not (16, 16)."
    }


def test_a_picture_that_is_its_reference_spoils_no_mean_and_intervals_end_where_figures_can(
    marked: Marked, report: StudyReport, pictures
) -> None:
    work, partners = Work(report.answers), {one.code: one.reference for one in report.beside.marked}
    same = report.beside.marked[0].code
    stimuli = marked.study.get("key", StudyKey).stimuli
    drain(map_agreement_job(work, marks_of(work), stimuli, partners | {same: same}, pictures.__getitem__))
    rows = {row.name: row for row in work.estimates[TITLE] if row.subject == ABSOLUTE}
    assert (rows["map-area"].n, rows["map-area"].high) == (4, 1.0), "0.5 beside three that are nearly 1"
    assert rows["map-correlation"].n == 3
    assert 0 < rows["map-correlation"].value < 1
    assert -1 <= rows["map-correlation"].low < rows["map-correlation"].high <= 1


def test_the_most_marked_pictures_of_each_arm_come_in_turn() -> None:
    many = {"a1": 3, "a2": 9, "a3": 8, "a4": 7, "b1": 2, "b2": 2, "c1": 0}
    marked = [MarkedPicture(code, code[0].upper(), "r", 4, 1, {}) for code in many]
    assert [one.code for one in most_marked(marked, many)] == ["a2", "b1", "a3", "b2"]
    assert [one.code for one in most_marked(marked[:4], many)] == ["a2", "a3", "a4", "a1"]
    wide = [MarkedPicture(f"p{letter}", letter, "r", 4, 1, {}) for letter in "ABCDEF"]
    assert len(most_marked(wide, {one.code: 1 for one in wide})) == 6, "one of each"
    assert most_marked(marked, {}) == ()


def test_the_slice_with_most_marks_is_shown() -> None:
    deep = replace(BOX, slice=7)
    assert slice_of((STRAY, BOX, BOX), 3) == BOX.slice
    assert slice_of((replace(BOX, slice=2), STRAY), 3) == STRAY.slice, "the first of several"
    assert slice_of((deep, deep, STRAY), 3) == STRAY.slice, "a slice that is not there"
    assert slice_of((), 5) == 2
    assert isinstance(deep, Mark)


@pytest.mark.weights
def test_lpips_is_a_map_where_its_weights_are_installed(
    real_data: Path, tmp_path: Path, monkeypatch, pictures, report: StudyReport
) -> None:
    from synthscope.io import weights as store
    from synthscope.metrics.registry import load
    from synthscope.services import taking_weights, weights
    from synthscope.worker import implement

    file = real_data.parent / "weights" / "lpips" / "alexnet_features_imagenet.pth"
    if not file.is_file():
        pytest.skip("the AlexNet weights are not here (docs/data.md)")
    for module in (store, taking_weights, weights):
        monkeypatch.setattr(module, "weights_home", lambda: tmp_path / "weights")
    assert perceiving(implement) is None
    taking_weights.import_weights(file, load)
    perceive = perceiving(implement)
    one = report.beside.marked[0]
    maps, why = error_maps(pictures[one.reference], pictures[one.code], perceive)
    assert not why
    found = maps[LPIPS]
    assert found.shape == (DEPTH, SIDE, SIDE)
    assert found[FAULT].mean() > 5 * found[0].mean()
    assert not error_maps(pictures[one.code], pictures[one.code], perceive)[0][LPIPS].any()
    slice_alone = perceive(pictures[one.reference][1:2], pictures[one.code][1:2])
    assert slice_alone[0] == pytest.approx(found[1], abs=1e-5)
    of_one = (replace(one, areas=dict.fromkeys(MAPS, 0.9)),)
    (row,) = marked_shelves(
        replace(report, beside=replace(report.beside, marked=of_one)), pictures.__getitem__, perceive
    )  # fmt: skip
    assert tuple(seen(row.pictures[4])[EDGE]) == (255, 255, 255)
