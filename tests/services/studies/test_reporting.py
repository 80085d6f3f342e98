"""The report of a study is well-formed, stands alone, holds every number, and claims no more than was shown."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lxml import etree, html
from tests.services.reporting.printed import text_of
from tests.services.studies.estimated import FLOW, analysis, blinded
from tests.services.studies.finished import WHY, Finished

from synthscope.errors import FileError, InputError
from synthscope.records.leaks import LeakDecision, LeakFinding, LeakReport
from synthscope.records.study import AnalysisPlan, Grade, Paradigm
from synthscope.records.study_beside import BesideMetrics, DisagreedPicture, MetricValue
from synthscope.records.study_events import Mark
from synthscope.records.study_ratings import Curve, Estimate
from synthscope.services.reporting.words import interval, number, probability
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.services.studies.reporting.csv_table import estimates_csv
from synthscope.services.studies.reporting.headline import headline
from synthscope.services.studies.reporting.markdown import report_markdown
from synthscope.services.studies.reporting.page import report_html
from synthscope.services.studies.reporting.words import BLIND, LIMIT, PROMISES, SIMULATED, holds_for
from synthscope.services.studies.reporting.writing import report_of, report_study, write_study_report
from synthscope.studies.analysis.analyse import analyse

VOID = {"meta", "img", "col", "br", "wbr"}
SIDES = ("plug seven", "my gan")
LEAKS = LeakReport(
    (
        LeakFinding("noise: r | s", "noise", "soft", SIDES, 0.81, 0.004, (12, 12), found=True, features={}),
        LeakFinding("border: r | s", "border", "soft", SIDES, 0.52, 0.4, (12, 12), found=False, features={}),
    ),
    0.05, 199, 0, (LeakDecision("noise: r | s", "part of the question", "It makes <less> noise.", "Ada"),),
)  # fmt: skip


@pytest.fixture(scope="module")
def report() -> StudyReport:
    found, answers = analysis()
    marks = (Mark("box", ((2, 3), (9, 12))),)
    value = MetricValue("SSIM", "Structural similarity", "image", answers.ratings[0].codes[0], 0.4)
    beside = BesideMetrics(
        (value,), {"Each image": (Estimate("srcc", "Rank correlation", -0.41, -0.7, 0.02, 24, subject="SSIM"),)},
        (
            Curve("beside-image", "Beside SSIM", (0.4, 0.1, 0.3, 0.2, 0.2), (2.0, 4.0, 3.0, 3.0, 2.0), "SSIM", "Mean"),
            Curve("beside-arm", "Beside FID", (9.0, 4.0, 3.0, 1.0), (2.0, 4.0, 3.0, 5.0), "FID", "", "g1, g2, g3, g4"),
            Curve("beside-arm", "Beside KID", (9.0, 4.0), (2.0, 4.0), "KID", "", "g1, g2"),
        ),
        (
            DisagreedPicture(answers.ratings[0].codes[0], "A", "SSIM", 0.9, 0.1, marks),
            DisagreedPicture(answers.ratings[1].codes[0], "C", "SSIM", 0.1, 0.9),
        ),
        warnings=("Few generators.",),
    )  # fmt: skip
    return StudyReport(
        found, AnalysisPlan(hypothesis="They are <told> apart."), leaks=LEAKS, beside=beside, answers=answers,
        deviations=("1 trial interrupted.",),
    )  # fmt: skip


def picture(code: str) -> np.ndarray:
    rng = np.random.default_rng(int(code[:6], 16))
    return rng.integers(0, 255, (1, 32, 40, 1), np.uint8)


def tree_of(text: str):
    return html.document_fromstring(text)


def rows_in(text: str) -> list[list[str]]:
    return [[cell.text_content() for cell in row.iterfind("td")] for row in tree_of(text).iterfind(".//tr")]


def test_every_estimate_is_in_the_page_with_interval_n_and_what_it_holds_for(report: StudyReport) -> None:
    rows = rows_in(report_html(report))
    estimates = [one for found in report.headings.values() for one in found]
    assert len(estimates) > 30
    for one in estimates:
        wanted = [
            report.named(one.subject) or "all", number(one.value, one.low, one.high), interval(one.low, one.high),
            str(one.n) if one.n else "–", probability(one.p_value),
        ]  # fmt: skip
        matching = [
            row for row in rows
            if len(row) == 7 and row[0] == wanted[0] and row[2].startswith(wanted[1]) and row[3].startswith(wanted[2])
            and row[4:6] == wanted[3:]
        ]  # fmt: skip
        assert matching, one
        assert not math.isfinite(one.low) or any(row[6] == holds_for(one) for row in matching)
        for caveat in one.caveats:
            assert caveat in tree_of(report_html(report)).text_content()


def test_every_estimate_is_in_the_markdown_and_the_csv(report: StudyReport) -> None:
    text = report_markdown(report)
    table = list(csv.DictReader(io.StringIO(estimates_csv(report))))
    estimates = [(heading, one) for heading, found in report.headings.items() for one in found]
    assert [(row["heading"], row["name"], row["subject"]) for row in table] == [
        (heading, one.name, one.subject) for heading, one in estimates
    ]
    for row, (_, one) in zip(table, estimates, strict=True):
        for name in ("value", "low", "high", "p_value", "df"):
            expected = getattr(one, name)
            assert row[name] == "" if math.isnan(expected) else float(row[name]) == expected
        assert number(one.value, one.low, one.high) in text


@pytest.mark.parametrize("grade", ["A", "B", "S", "0"])
def test_the_grade_stands_on_top_with_what_it_promises(report: StudyReport, grade: Grade) -> None:
    shown = replace(report, analysis=replace(report.analysis, grade=grade))
    text = tree_of(report_html(shown)).find(".//header").text_content()
    for words in (*PROMISES[grade], LIMIT):
        assert words in text
    assert PROMISES[grade][1] in report_markdown(shown).replace("\\", "")


def test_a_rehearsal_says_that_nobody_has_rated(report: StudyReport) -> None:
    rehearsed = replace(report, simulated=True)
    assert SIMULATED in tree_of(report_html(rehearsed)).find(".//header").text_content()
    assert SIMULATED in report_markdown(rehearsed).replace("\\", "")
    assert SIMULATED not in report_html(report)
    assert SIMULATED not in report_markdown(report)


def test_the_page_asks_nobody_for_anything_and_closes_every_tag(report: StudyReport) -> None:
    text = report_html(report, picture)
    tree = tree_of(text)
    assert not [one.tag for one in tree.iter() if one.tag in ("script", "link", "iframe", "object", "embed")]
    for one in tree.iter(etree.Element):
        for name in ("src", "href", "srcset", "action"):
            assert one.get(name, "#").startswith(("#", "data:image/png;base64,"))
        assert not [name for name in one.attrib if name.startswith("on")]
    assert not re.search(r"url\(|@import|https?://", text)
    opened = [tag for tag in re.findall(r"<([a-z0-9]+)[\s>]", text) if tag not in VOID]
    closed = re.findall(r"</([a-z0-9]+)>", text) + re.findall(r"<([a-z]+)[^>]*/>", text)
    assert sorted(opened) == sorted(closed)


def test_titles_and_reasons_are_escaped(report: StudyReport) -> None:
    text = report_html(report)
    assert "A &lt;b&gt;study&lt;/b&gt;" in text
    assert "<b>study" not in text
    for words in ("3 of 4 catch trials &lt;missed&gt;", "It makes &lt;less&gt; noise.", "They are &lt;told&gt; apart."):
        assert words in text


def test_drawings_are_well_formed_and_named(report: StudyReport) -> None:
    drawings = re.findall(r"<svg.*?</svg>", report_html(report), re.DOTALL)
    kinds = [etree.fromstring(one).get("class") for one in drawings]
    assert kinds.count("flow") == 1
    assert kinds.count("plot forest") == 1
    assert kinds.count("plot") == 6, "ROC of two arms, accuracy and times by third, two metrics"
    points = [one for one in drawings if 'class="point"' in one]
    assert [one.count('class="point"') for one in points] == [5, 4], "two generators show nothing"
    assert ">g3</text>" in points[1]
    assert not any("curve" in etree.fromstring(one).get("class", "") for one in points)
    assert all(etree.fromstring(one).get("aria-label") for one in drawings)
    assert not any("nan" in one.casefold() for one in drawings)
    roc = next(one for one in drawings if "ROC curve of my gan" in one)
    assert roc.count("reader curve") == 4
    assert 'class="null"' in roc


def test_links_within_the_page_find_their_part(report: StudyReport) -> None:
    for shown in (report, StudyReport(replace(report.analysis, estimates={}, curves=(), flow={}))):
        tree = tree_of(report_html(shown))
        links = [link.get("href")[1:] for link in tree.iterfind(".//nav//a")]
        assert links
        assert set(links) <= {one.get("id") for one in tree.iterfind(".//section")}


def test_the_flow_tells_who_left_and_why(report: StudyReport) -> None:
    tree = tree_of(report_html(report))
    text = " ".join(one.text_content() for one in tree.iterfind(".//svg[@class='flow']//text"))
    for words in ("Raters planned 9", "2 did not start", "Started 7", "1 withdrew; 2 left out", "Analysed 4"):
        assert words in text
    counts = [int(row.find("td").text) for row in tree.iterfind(".//table[@class='counts']/tbody/tr")]
    assert sorted(counts) == sorted(FLOW.values())
    assert "left early & silent" in tree.find(".//section[@id='raters']").text_content()


def test_arms_stand_under_their_names_once_they_are_known(report: StudyReport) -> None:
    assert report.named("A") == "my gan"
    assert report.named("A against C") == "my gan against quilted"
    assert report.named("C, rater-001") == "quilted, rater-001"
    assert report.named("Answers of A rater") == "Answers of A rater"
    assert replace(report, analysis=replace(report.analysis, letters={})).named("A against C") == "A against C"


@pytest.mark.parametrize("paradigm", ["pairs", "rating", "real-or-synthetic"])
def test_a_blind_report_shows_letters_and_nothing_that_tells(report: StudyReport, paradigm: Paradigm) -> None:
    _, answers = analysis(paradigm)
    shown = StudyReport(blinded(answers), report.plan, leaks=LEAKS, beside=report.beside, answers=answers)
    for text in (report_html(shown, picture), report_markdown(shown), estimates_csv(shown)):
        assert not [word for word in ("plug seven", "my gan", "quilted", "told&gt; apart", "SSIM") if word in text]
    page = report_html(shown, picture)
    assert BLIND in page
    assert "<img" not in page
    assert ("is not computed before the key is opened" in headline(shown)) == (paradigm == "real-or-synthetic")
    assert "auc" not in estimates_csv(shown)


def test_the_gallery_shows_examples_mistakes_and_marks(report: StudyReport) -> None:
    tree = tree_of(report_html(report, picture))
    titles = [one.text for one in tree.iterfind(".//section[@id='pictures']//figcaption/b")]
    assert titles == [
        "my gan", "plug seven", "quilted", "Synthetic, and most often taken for real",
        "Real, and most often taken for synthetic",
        "Good by “Structural similarity”, not to raters", "Good to raters, not by “Structural similarity”",
    ]  # fmt: skip
    images = tree.findall(".//section[@id='pictures']//img")
    assert len(images) > 18
    assert all(one.get("src").startswith("data:image/png;base64,") and one.get("alt") for one in images)
    missed = tree.findall(".//section[@id='pictures']//figure")[3].findall(".//p")
    parts = [re.fullmatch(r"(my gan|quilted): (\d+) of (\d+)", one.text) for one in missed]
    shares = [int(one[2]) / int(one[3]) for one in parts]
    assert shares == sorted(shares, reverse=True)


def test_a_picture_that_is_gone_leaves_a_gap(report: StudyReport) -> None:
    def gone(code: str) -> np.ndarray:
        raise FileError(f"{code} is gone.")

    tree = tree_of(report_html(report, gone))
    assert not tree.findall(".//img")
    assert "is gone." in tree.find(".//div[@class='gone']").get("aria-label")


def detection(value: float, reach: float, p_equivalence: float) -> StudyReport:
    found, answers = analysis()
    rows = (
        Estimate("auc", "Area under the curve", value, value - reach, value + reach, 90, subject="A"),
        Estimate("auc-equivalence", "Within 0.05 of 0.5", value, value - reach, value + reach, 90, subject="A",
                 p_value=p_equivalence, level=0.9),
    )  # fmt: skip
    return StudyReport(replace(found, estimates={"Detection": rows}), answers=answers)


UNSHOWN = "from real ones, nor that they cannot; guessing gives 0.5."
SAME = "from real ones no better than the margin that was fixed before allows; guessing"


@pytest.mark.parametrize(
    ("value", "reach", "p", "words", "never"),
    [
        (0.81, 0.08, 0.99, "Raters told images of my gan (area under the curve 0.810, 95", "equivalence"),
        (0.52, 0.15, 0.40, UNSHOWN, "no better"),
        (0.505, 0.02, 0.01, SAME, "not shown"),
        (0.53, 0.012, 0.01, "from real ones, but by less than the margin fixed before; guessing", "no better"),
        (0.30, 0.10, 0.99, "for real more often than real ones; guessing", "told"),
    ],
)
def test_the_answer_claims_no_more_than_was_shown(value: float, reach: float, p: float, words: str, never: str) -> None:
    said = headline(detection(value, reach, p))
    assert words in said
    assert never not in said
    assert "indistinguishable" not in said
    assert ("equivalence test passed, p = 0.010; area" in said) == (p < 0.05)
    assert said.count(". ") == 0


def test_the_answer_of_a_single_rater_is_of_that_rater_alone() -> None:
    _, answers = analysis()
    rater = answers.ratings[0].rater
    alone = replace(answers, ratings=tuple(row for row in answers.ratings if row.rater == rater))
    said = headline(StudyReport(analyse(alone), answers=alone))
    assert said.startswith("One rater answered, which says nothing of others; this rater's own areas under the curve: ")
    assert re.search(r"my gan \([\d.]+, 95 % interval [\d.]+ to [\d.]+\)", said), said
    assert said.endswith("; guessing gives 0.5.")
    assert "Raters told" not in said


ANSWERS = {
    "real-or-synthetic": r"Raters told images of my gan \(area .*\) and quilted \(area .*\) from real ones; ",
    "forced-choice": r"Raters told images of .*\(part of right answers .* from real ones.*; guessing gives 0\.5\.$",
    "rating": r"Asked “How believable is the structure\?”: an image of plug seven is rated above one of .* with a prob",
    "pairs": r"(plug seven was preferred to all others|No arm was .* beyond doubt); ranks with their intervals: plug s",
    "reference": r"Asked “How far does the result differ from its reference\?”: (no difference|an image of )",
    "triplet": r"Just noticeable differences from \w[\w ]+, the nearest: .* \d",
    "exposure": r"(Real and synthetic images are told apart from this exposure on|Raters told images of my gan )",
    "marking": r"An image of my gan got [\d.]+ more marks than one of plug seven \(95 % interval .*\)",
    "task": r"My gan: equivalen(t within|ce was not shown) .*; quilted: equivalen",
}  # fmt: skip


@pytest.mark.parametrize("paradigm", list(ANSWERS))
def test_each_paradigm_has_its_answer_and_its_page(paradigm: Paradigm) -> None:
    few = {"per_arm": 5, "training": 0} if paradigm == "forced-choice" else {"training": 0}
    found, answers = analysis(paradigm, sensitivity=2.0, **few)
    report = StudyReport(found, answers=answers, plan=answers.plan)
    said = headline(report)
    assert re.match(ANSWERS[paradigm], said), said
    assert said.count(". ") == 0
    page = tree_of(report_html(report)).text_content()
    for title in found.estimates:
        assert title in page
    assert said in page


def test_differences_are_claimed_only_below_the_corrected_level() -> None:
    ranked, _ = analysis("pairs")
    pairs = (
        Estimate("superiority", "Probability of superiority", 0.3, 0.2, 0.4, subject="A against C", p_value=0.01),
        Estimate("superiority", "Probability of superiority", 0.55, 0.4, 0.7, subject="A against B", p_value=0.4),
    )
    rated = replace(ranked, paradigm="rating", estimates={"Ratings: How?": pairs})
    assert headline(StudyReport(rated)) == (
        "Asked “How?”: an image of quilted is rated above one of my gan with a probability of 0.70, "
        "95 % interval 0.60 to 0.80."
    )
    corrected = (Estimate("latent-difference", "Difference", -0.9, subject="A against C", p_value=0.08),)
    unsure = replace(rated, estimates={"Primary tests": corrected, "Ratings: How?": pairs})
    assert "“How?”: no difference between arms was shown in 2 comparisons" in headline(StudyReport(unsure))
    areas = (Estimate("auc", "Area", 0.6, 0.52, 0.68, subject="A", p_value=0.06),)
    told = replace(ranked, paradigm="real-or-synthetic", estimates={"Primary tests": areas})
    assert headline(StudyReport(told)).startswith("It was not shown, after correction for several tests, that raters")
    assert "no answer yet" in headline(StudyReport(replace(ranked, estimates={})))
    assert "the warnings say why" in headline(StudyReport(replace(ranked, estimates={"Attention": pairs})))


def test_what_an_interval_holds_for_is_said() -> None:
    one = Estimate("auc", "Area", 0.7, 0.6, 0.8)
    assert holds_for(replace(one, random=("raters", "cases"))) == "other raters and cases"
    assert holds_for(replace(one, random=("cases",))) == "other cases, these raters"
    assert holds_for(replace(one, random=("raters",))) == "other raters, these cases"
    assert holds_for(replace(one, random=("raters", "images"))) == "other raters and images"
    assert holds_for(one) == "these raters and cases alone"


def test_a_study_is_reported_from_its_own_documents(finished: Finished, tmp_path: Path) -> None:
    study, blind = finished.study, finished.page
    page = report_study(study, tmp_path / "open.html").read_text(encoding="utf-8")
    assert "my gan" not in blind
    assert "stylegan" not in blind
    assert "Soil &lt;i&gt;&amp; roots&lt;/i&gt;" in page
    assert WHY.replace("<", "&lt;").replace(">", "&gt;") in page
    found = report_of(study)
    assert found.simulated, "its raters are a program"
    assert SIMULATED in page
    assert found.deviations == (
        "1 rater did not finish the trials.", "1 rater withdrew consent.",
        "1 rater left out by a decision on blinded answers.",
    )  # fmt: skip
    for value in (found.frozen.key_commitment, found.frozen.plan, found.frozen.pictures, found.frozen.schedule):
        assert value in page
    for words in ("rendering has taken care of it", "2 of 2 key holders (Ada and Emmy)", "64 × 64 pixels"):
        assert words in page
    assert len(tree_of(page).findall(".//section[@id='pictures']//img")) >= 12


def test_the_ending_of_the_file_is_the_format(report: StudyReport, tmp_path: Path) -> None:
    assert write_study_report(report, tmp_path / "a.MD").read_text(encoding="utf-8").startswith("# A ")
    assert write_study_report(report, tmp_path / "a.csv").read_text(encoding="utf-8").startswith("heading,name,")
    with pytest.raises(InputError, match=r"a\.docx names no format of study reports.*\.html, \.pdf"):
        write_study_report(report, tmp_path / "a.docx")


def test_the_pdf_says_what_the_page_says(report: StudyReport, tmp_path: Path) -> None:
    page = tree_of(write_study_report(report, tmp_path / "a.html").read_text(encoding="utf-8"))
    words = text_of(write_study_report(report, tmp_path / "a.pdf"))
    headings = [" ".join(one.text_content().split()) for one in page.findall(".//h2")]
    assert len(headings) > 5
    assert not [one for one in headings if one not in words]
