"""The page is well-formed, stands alone, shows every number with what it is worth, and hides nothing."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from lxml import etree, html
from tests.services.reporting.cards import CONTROLS, FEW, GENERATED, SILENT, WHY, make_report, renamed, without_controls

from synthscope.records.evaluation import Evidence, Report
from synthscope.records.metric import Layout
from synthscope.services.reporting.overview import counts, printed_tables
from synthscope.services.reporting.page import figures
from synthscope.services.reporting.tabulating import honest_tables
from synthscope.services.reporting.words import NOT_INFORMATIVE, interval, number
from synthscope.services.reporting.writing import write_report

PAIRS = ".//figure[@class='pairs']/figcaption"

VOID = {"meta", "img", "col", "br", "wbr", "link", "hr", "input"}


@pytest.fixture
def report(tmp_path: Path) -> Report:
    return make_report(tmp_path)


def page_of(report: Report, folder: Path) -> str:
    return write_report(report, folder, folder / "card.html").read_text(encoding="utf-8")


def tree_of(report: Report, folder: Path):
    return html.document_fromstring(page_of(report, folder))


class Strict(HTMLParser):
    """Knows what is open, and refuses to close anything else."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def strictly(text: str) -> Strict:
    parser = Strict()
    parser.feed(text)
    parser.close()
    return parser


def test_every_tag_is_closed_in_order(report: Report, tmp_path: Path) -> None:
    assert strictly(page_of(report, tmp_path)).open == []


def test_drawings_are_well_formed(report: Report, tmp_path: Path) -> None:
    drawings = re.findall(r"<svg.*?</svg>", page_of(report, tmp_path), re.DOTALL)
    assert len(drawings) > len(GENERATED) * 10
    for drawing in drawings:
        assert etree.fromstring(drawing).get("aria-label")
        assert "nan" not in drawing.replace("dcgan", "").casefold()


def test_the_page_asks_nobody_for_anything(report: Report, tmp_path: Path) -> None:
    parser = strictly(page_of(report, tmp_path))
    assert not {"script", "link", "iframe", "object", "embed"} & {tag for tag, _ in parser.tags}
    for tag, attributes in parser.tags:
        for name in ("src", "href", "srcset", "xlink:href", "action"):
            address = attributes.get(name)
            assert address is None or address.startswith(("#", "data:image/png;base64,")), (tag, address)
        assert not [name for name in attributes if name.startswith("on")]
    assert not re.search(r"url\(|@import|https?://", page_of(report, tmp_path))


def test_links_within_the_page_find_their_part(report: Report, tmp_path: Path) -> None:
    for shown in (report, without_controls(replace(report, bands=(), evidence=(), spots=(), warnings=()))):
        tree = tree_of(shown, tmp_path)
        links = [link.get("href")[1:] for link in tree.iterfind(".//nav//a")]
        assert links
        assert set(links) <= {one.get("id") for one in tree.iterfind(".//section")}


def test_every_score_appears_with_its_n_interval_and_floor(report: Report, tmp_path: Path) -> None:
    tree = tree_of(report, tmp_path)
    rows = [
        [cell.text_content() for cell in row.iterfind("td")] for row in tree.findall(".//table[@class='honest']//tr")
    ]
    judged = [score for score in report.scores if score.role == "generated"]
    assert len([row for row in rows if row]) == len(judged)
    for score in judged:
        value, floor = (
            number(score.value, score.low, score.high),
            number(score.floor, score.floor_low, score.floor_high),
        )
        ends = interval(score.low, score.high)
        found = [
            row for row in rows
            if row and row[0].startswith(score.subject) and row[2].startswith(value) and row[3] == ends
        ]  # fmt: skip
        assert any(row[4] == str(score.n) and row[5].startswith(floor) for row in found), score


def test_a_number_that_is_missing_is_a_dash_with_a_note_that_says_why(report: Report, tmp_path: Path) -> None:
    tree = tree_of(report, tmp_path)
    for row in tree.findall(".//table[@class='honest']//tr"):
        cells = row.findall("td")
        gaps = [cell for cell in cells[2:4] + cells[5:6] if cell.text_content().startswith("–")]
        if gaps:
            assert cells[2].find("sup") is not None
    notes = " ".join(one.text_content() for one in tree.iterfind(".//ul[@class='notes']/li"))
    assert "This number cannot be told" in notes
    assert "No interval" in notes
    assert "No floor" in notes
    assert FEW in notes


def test_every_mark_has_its_note_and_every_note_its_mark(report: Report) -> None:
    for table in honest_tables(report, {}):
        used = {mark for row in table.rows for mark in row.marks}
        assert used == {mark for mark, _ in table.notes}


def test_what_is_not_informative_is_grey_and_says_why(report: Report, tmp_path: Path) -> None:
    tree = tree_of(report, tmp_path)
    grey = tree.findall(".//table[@class='honest']//tr[@class='off']")
    assert len(grey) == len(GENERATED)
    assert NOT_INFORMATIVE in grey[0].text_content()
    assert WHY in tree.find(".//section[@id='numbers']").text_content()
    assert WHY in tree.find(".//section[@id='controls']").text_content()
    assert SILENT.partition(":")[2].capitalize() in tree.find(".//section[@id='short']").text_content()


def test_the_bar_of_a_number_shows_its_value_interval_and_floor_in_order(report: Report) -> None:
    from synthscope.services.reporting.drawing import bar

    row = next(row for row in honest_tables(report, {})[1].rows if row.score.metric == "fid")
    drawn = etree.fromstring(bar(row.score, row.ends, words="FID"))
    box, line, dot = (drawn.find(f"*[@class='{name}']") for name in ("floor", "interval", "value"))
    assert float(box.get("x")) + float(box.get("width")) < float(line.get("x1")) < float(dot.get("cx"))
    assert float(dot.get("cx")) < float(line.get("x2")) <= float(drawn.get("width"))


def test_a_set_that_is_far_away_is_an_arrow_and_leaves_room_for_the_others(report: Report) -> None:
    from synthscope.services.reporting.drawing import bar

    rows = [row for row in honest_tables(report, {})[1].rows if row.score.metric == "kid"]
    near, _, far = (etree.fromstring(bar(row.score, row.ends, words="")) for row in rows)
    assert far.find("path[@class='value']") is not None
    floor = near.find("rect")
    assert float(near.find("circle").get("cx")) > float(floor.get("x")) + float(floor.get("width"))


def test_the_usual_table_has_means_with_deviations_and_one_fid_for_each_set(report: Report) -> None:
    heads = [head for part in printed_tables(report, {}) for head in part.heads]
    (part,) = [part for part in printed_tables(report, {}) if any("FID" in head for head in part.heads)]
    at = {word: next(i for i, head in enumerate(part.heads) if word in head) for word in ("SSIM", "FID")}
    assert [row[0] for row in part.rows] == list(GENERATED)
    assert part.rows[2][at["SSIM"]] == "0.067 ± 0.007"
    assert [row[at["FID"]] for row in part.rows] == ["58.4", "33.1", "269.8"]
    assert not any("Porosity" in head for head in heads)


@pytest.mark.parametrize(("mean", "said"), [(0.084, "0.084 ± 0.007"), (None, "∞ ± 0.007")])
def test_the_usual_table_has_the_mean_of_pairs_and_never_their_median(
    report: Report, mean: float | None, said: str
) -> None:
    """The median of these pairs is 0.067."""
    skewed = [replace(one, settings={**one.settings, "mean": mean}) for one in report.scores if one.metric == "ssim"]
    (part,) = printed_tables(replace(report, scores=tuple(skewed)), {})
    assert part.rows[2][1] == said


def test_numbers_that_do_not_inform_are_not_counted(report: Report) -> None:
    for tally in counts(report):
        assert tally.informative == tally.numbers - 1
        assert sum(tally.places.values()) + tally.untold == tally.informative
    quilt = next(tally for tally in counts(report) if tally.subject == "quilt")
    assert quilt.places["on the other side"] == 1


def test_names_are_text_and_never_tags(tmp_path: Path) -> None:
    name = "<script>alert(1)</script><img src=x onerror=y>\n\"' & 50 %"
    report = renamed(tmp_path, name)
    parser = strictly(page_of(report, tmp_path))
    assert parser.open == []
    assert "script" not in {tag for tag, _ in parser.tags}
    assert "<script>alert(1)</script>" in tree_of(report, tmp_path).find(".//h1").text_content()


def test_pictures_are_in_the_page_with_words_and_their_shape(report: Report, tmp_path: Path) -> None:
    for image in tree_of(report, tmp_path).iterfind(".//img"):
        assert image.get("alt")
        assert int(image.get("width")) == int(image.get("height"))
        assert image.get("src").startswith("data:image/png;base64,")


def test_a_picture_that_is_not_there_leaves_a_gap_with_words(report: Report, tmp_path: Path) -> None:
    (tmp_path / report.spots[0].picture).unlink()
    gone = tree_of(report, tmp_path).findall(".//div[@class='gone']")
    assert gone
    assert "not beside the report" in gone[0].get("aria-label")


@pytest.mark.parametrize("place", ["../secret.png", "{parent}/secret.png", "a\0b.png", ".", "notes.txt"])
def test_only_pictures_of_the_folder_are_read(place: str, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    folder.mkdir()
    report = make_report(folder)
    (tmp_path / "secret.png").write_bytes((folder / report.spots[0].picture).read_bytes())
    (folder / "notes.txt").write_text("secret")
    spot = replace(report.spots[0], picture=place.format(parent=tmp_path))
    alone = replace(report, spots=(spot,), evidence=())
    tree = tree_of(alone, folder)
    assert not tree.findall(".//img")
    assert len(tree.findall(".//div[@class='gone']")) == 1


def test_a_large_picture_is_averaged_down(report: Report, tmp_path: Path) -> None:
    from PIL import Image as Pixels

    Pixels.effect_noise((1000, 500), 60).save(tmp_path / report.spots[0].picture)
    alone = replace(report, spots=report.spots[:1], evidence=())
    (image,) = tree_of(alone, tmp_path).findall(".//img")
    assert len(image.get("src")) < 60_000
    assert (image.get("width"), image.get("height")) == ("128", "64")


def test_fields_that_were_drawn_evenly_are_shown_and_not_those_that_a_number_picked(
    report: Report, tmp_path: Path
) -> None:
    told = replace(report, samples={GENERATED[0]: (12, 9)}, evidence=())
    (words,) = [
        figure.xpath(".//img/@alt") for figure in tree_of(told, tmp_path).findall(".//figure[@class='grid generated']")
        if GENERATED[0] in figure.text_content()
    ]  # fmt: skip
    assert len(words) == 2
    assert "Drawn evenly" in page_of(told, tmp_path)
    assert "Drawn evenly" not in page_of(report, tmp_path)


def test_numbers_that_pick_the_same_fields_share_a_gallery(report: Report, tmp_path: Path) -> None:
    told = replace(report, evidence=(*report.evidence, replace(report.evidence[0], metric="fid")))
    captions = [one.text_content() for one in tree_of(told, tmp_path).findall(PAIRS)]
    assert captions == ["Kernel distance (KID × 1000) and Fréchet distance (FID) dcgan", captions[1]]


def test_a_row_says_what_lies_under_each_field_and_by_what_it_is_nearest(report: Report, tmp_path: Path) -> None:
    said = "the nearest real field, by features of materials"
    rows = tree_of(
        replace(report, evidence=(replace(report.evidence[0], beside=said), report.evidence[1])), tmp_path
    ).findall(PAIRS)  # fmt: skip
    assert [f"under each: {said}" in row.text_content() for row in rows] == [True, False]


def test_of_many_quantities_those_furthest_beyond_their_floor_are_shown(report: Report, tmp_path: Path) -> None:
    single = [
        Evidence(score.metric, score.subject, (1.0,), (24,)) for score in report.scores if score.role != "control"
    ]
    captions = [
        one.text_content() for one in
        tree_of(replace(report, evidence=tuple(single)), tmp_path).findall(PAIRS)
    ]  # fmt: skip
    assert len([one for one in captions if one.endswith(GENERATED[2])]) == 1
    assert "Porosity" not in " ".join(captions)
    assert "structure: Two-point correlation" in " ".join(captions)


def test_quantities_are_chosen_alike_with_a_nearest_field_and_without(report: Report, tmp_path: Path) -> None:
    named = [score for score in report.scores if ":" in score.metric and score.role != "control"]
    without = tuple(Evidence(score.metric, score.subject, (1.0,), (24,)) for score in named)
    beside = tuple(replace(one, nearest=(0,)) for one in without)
    layouts = {"phases": Layout(tuple({score.metric.partition(":")[2]: None for score in named}))}
    old, new = (
        [row.text_content() for row in tree_of(replace(report, evidence=one, layouts=layouts), tmp_path).findall(PAIRS)]
        for one in (without, beside)
    )
    assert old == new != []


def test_evidence_that_points_nowhere_is_left_out(report: Report, tmp_path: Path) -> None:
    broken = replace(report, evidence=(Evidence("kid", GENERATED[0], (1.0, 2.0), (999, -3), (0, 0)),))
    assert tree_of(broken, tmp_path).find(".//section[@id='behind']") is None


def test_each_curve_is_drawn_over_the_real_one_on_shared_axes(report: Report) -> None:
    (two_point, spectrum, _) = figures(report)
    assert [subject for subject, _, _ in two_point.panels] == [*GENERATED, CONTROLS[2]]
    drawn = [etree.fromstring(str(drawing)) for _, _, drawing in two_point.panels]
    assert len({tuple(one.itertext()) for one in drawn}) == 1
    assert len({one.find("path[@class='real curve']").get("d") for one in drawn}) == 1
    assert "10³" in "".join(etree.fromstring(str(spectrum.panels[0][2])).itertext())


def test_a_curve_with_gaps_is_drawn_in_pieces(report: Report) -> None:
    band = report.bands[1]
    mean = tuple(math.nan if i == 20 else value for i, value in enumerate(band.mean))
    gapped = replace(report, bands=(report.bands[0], replace(band, subject=GENERATED[0], mean=mean)))
    gapped = replace(gapped, bands=(gapped.bands[0], replace(gapped.bands[1], name="s2", title=band.title)))
    drawn = etree.fromstring(str(figures(gapped)[0].panels[0][2]))
    assert drawn.find("path[@class='judged curve']").get("d").count("M") == 2


def test_the_methods_name_what_somebody_needs_to_do_it_again(report: Report, tmp_path: Path) -> None:
    said = tree_of(report, tmp_path).find(".//section[@id='methods']").text_content()
    for needed in ("both sets drawn with replacement, 500 draws (all numbers)", "500 relabellings", "seed 7",
                   "N = 120", "12 to 240", "128, Otsu", "random-pyramid",
                   "Bińkowski", "arXiv:1801.01401", "numpy 2.4.6", "2 × 2 µm", "64 × 64", *CONTROLS):  # fmt: skip
        assert needed in said, needed


def test_the_command_that_makes_it_again_is_said_and_quoted(report: Report, tmp_path: Path) -> None:
    import shlex

    words = shlex.split(tree_of(report, tmp_path).find(".//pre").text_content())
    assert words[:6] == ["synthscope", "evaluate", "Soil core 7", *GENERATED]
    assert words[words.index("--training") + 1] == "training cores"
    assert words[words.index("--seed") + 1] == "7"
    assert [words[i + 1] for i, word in enumerate(words) if word == "--encoder"] == ["random-pyramid", "inception-v3"]


def test_colours_have_a_dark_side_and_paper_is_light(report: Report, tmp_path: Path) -> None:
    style = tree_of(report, tmp_path).find(".//style").text_content()
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style
    assert "@page" in style
    sizes = [float(size) for size in re.findall(r"(?:font-size:|font:)\s*(\d+)px", style)]
    assert min(sizes) >= 13


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(scheme: str, report: Report, tmp_path: Path) -> None:
    style = tree_of(report, tmp_path).find(".//style").text_content()
    roots = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", roots[scheme == "dark"]))
    for text in ("text", "muted", "accent", "warning"):
        assert contrast(colours[text], colours["page"]) >= 4.5, text
    assert contrast(colours["text"], colours["warning-soft"]) >= 4.5
    assert contrast(colours["warning"], colours["warning-soft"]) >= 4.5


def contrast(a: str, b: str) -> float:
    """WCAG 2.2: relative luminances."""
    bright, dark = sorted(map(luminance, (a, b)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
