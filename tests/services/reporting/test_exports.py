"""A report goes out as CSV, JSON, Markdown and LaTeX, whole, escaped, and without anything of this computer."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from pylatexenc.latexwalker import (
    LatexEnvironmentNode,
    LatexMacroNode,
    LatexNode,
    LatexWalker,
    LatexWalkerParseError,
    get_default_latex_context_db,
)
from pylatexenc.macrospec import std_environment, std_macro
from tests.services.reporting.cards import GENERATED, make_report, renamed, without_controls

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.records.documents import canonical, to_json
from synthscope.records.evaluation import Report, Score
from synthscope.services.printing import PDF
from synthscope.services.reporting.csv_table import COLUMNS
from synthscope.services.reporting.document import read_report, report_digest, report_json
from synthscope.services.reporting.latex import escaped as tex_escaped
from synthscope.services.reporting.publishing import exported
from synthscope.services.reporting.words import interval, number
from synthscope.services.reporting.writing import ENDINGS, write_report

TEXTS = [one for one in ENDINGS if one != PDF]
HOSTILE = "<script>x</b> & 5 %_i | \\input{x} $y$ #1 ^~\n[a](b) *c* `d`"


@pytest.fixture
def report(tmp_path: Path) -> Report:
    return make_report(tmp_path)


def written(report: Report, folder: Path, ending: str) -> str:
    return write_report(report, folder, folder / f"card{ending}").read_text(encoding="utf-8")


def same(a: Report, b: Report) -> bool:
    """Equal, not-a-number beside not-a-number too."""
    return repr(to_json(a)) == repr(to_json(b))


def test_the_document_reads_back_as_the_exported_report(report: Report, tmp_path: Path) -> None:
    report = replace(report, samples={GENERATED[0]: (8, 11)})
    write_report(report, tmp_path, tmp_path / "report.json")
    assert same(read_report(tmp_path), exported(report))
    assert same(read_report(tmp_path / "report.json"), exported(report))


def test_the_document_knows_null_and_no_nan(report: Report) -> None:
    def refuse(word: str) -> float:
        raise AssertionError(word)

    endless = replace(report.scores[0], value=math.inf)
    document = json.loads(report_json(replace(report, scores=(endless, *report.scores[1:]))), parse_constant=refuse)
    assert document["scores"][0]["value"] is None
    ssim = next(one for one in document["scores"] if one["metric"] == "ssim")
    assert ssim["floor"] is None
    assert ssim["informative"] is None


def test_the_digest_is_that_of_the_file(report: Report, tmp_path: Path) -> None:
    import hashlib

    path = write_report(report, tmp_path, tmp_path / "report.json")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == report_digest(report)


def test_a_missing_a_foreign_and_a_newer_document_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"report\.json"):
        read_report(tmp_path)
    (tmp_path / "report.json").write_text('{"format": "synthscope/run", "version": 1}')
    with pytest.raises(DocumentError, match="synthscope/run"):
        read_report(tmp_path)
    (tmp_path / "report.json").write_text('{"format": "synthscope/report", "version": 99}')
    with pytest.raises(DocumentError, match="99"):
        read_report(tmp_path)
    (tmp_path / "report.json").write_text('{"format": "synthscope/report", "version": 1, "scores": [4]}')
    with pytest.raises(DocumentError):
        read_report(tmp_path)


def test_the_table_reads_back_equal(report: Report, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(written(report, tmp_path, ".csv"))))
    assert [parsed(row) for row in rows] == [canonical(score) for score in report.scores]
    assert tuple(rows[0]) == COLUMNS


def parsed(row: dict[str, str]) -> bytes:
    kinds = {one.name: one.type for one in fields(Score)}
    values = {name: value_of(str(kinds[name]), row[name]) for name in kinds}
    return canonical(Score(**values))


def value_of(kind: str, text: str) -> object:
    if kind == "Figure":
        return float(text) if text else math.nan
    if kind == "int":
        return int(text)
    if kind.startswith("bool"):
        return {"yes": True, "no": False, "": None}[text]
    return json.loads(text) if kind.startswith(("tuple", "Mapping")) else text


def test_each_row_of_the_table_is_bound_to_the_hashes_of_both_sets(report: Report, tmp_path: Path) -> None:
    facts = {one.name: one for one in report.sets}
    for row in csv.DictReader(io.StringIO(written(report, tmp_path, ".csv"))):
        assert row["real_sha256"] == report.sets[0].sha256
        if row["role"] == "generated":
            assert row["sha256"] == facts[row["subject"]].sha256


def test_a_name_is_no_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    text = written(renamed(tmp_path, "=HYPERLINK(1)"), tmp_path, ".csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["subject"] for row in rows} >= {"'=HYPERLINK(1)"}
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row.values())


@pytest.mark.parametrize("ending", [".md", ".tex"])
def test_every_judged_number_stands_with_its_n_interval_and_floor(ending: str, tmp_path: Path) -> None:
    report = make_report(tmp_path)
    escape = tex_escaped if ending == ".tex" else str
    lines = [line.replace("\\(", "(").replace("\\)", ")") for line in written(report, tmp_path, ending).splitlines()]
    for score in (one for one in report.scores if one.role == "generated"):
        value = escape(number(score.value, score.low, score.high))
        found = [line for line in lines if value in line and escape(interval(score.low, score.high)) in line]
        assert any(str(score.n) in re.split(r"[|&{}\s]+", line) for line in found), score
        if math.isfinite(score.floor):
            assert any(escape(number(score.floor, score.floor_low, score.floor_high)) in line for line in found)


@pytest.mark.parametrize("ending", TEXTS)
def test_the_same_report_gives_the_same_bytes(ending: str, report: Report, tmp_path: Path) -> None:
    assert written(report, tmp_path, ending) == written(report, tmp_path, ending)


@pytest.mark.parametrize("ending", TEXTS)
def test_nothing_of_this_computer_goes_out(ending: str, report: Report, tmp_path: Path) -> None:
    told = replace(
        report, warnings=(f"{tmp_path}/a.tif is a copy.",), environment={"weights": "/home/ada/weights/x.safetensors"}
    )
    text = written(told, tmp_path, ending)
    assert "/home/" not in text
    assert "ada" not in re.findall(r"[a-z]+", text)
    assert str(tmp_path) not in text


def test_latex_takes_no_letter_of_a_name_for_a_command(tmp_path: Path) -> None:
    text = written(renamed(tmp_path, HOSTILE), tmp_path, ".tex")
    assert r"\textless{}script\textgreater{}" in text
    assert r"\textbackslash{}" in text
    assert r"\input" not in text
    body = [line for line in text.splitlines() if not line.startswith("%")]
    assert not [line for line in body if re.search(r"(?<!\\)[%#_]", line)]
    assert all(line.count("{") - line.count(r"\{") == line.count("}") - line.count(r"\}") for line in blocks(body))


def test_letters_that_latex_knows_by_commands_are_written_so() -> None:
    assert tex_escaped("σ² of λ₂, Δx in µm⁻¹, 3.10 × 10^−6") == (
        r"$\sigma$\textsuperscript{2} of $\lambda$\textsubscript{2}, $\Delta$x in "
        r"\textmu{}m\textsuperscript{$-$}\textsuperscript{1}, 3.10 $\times 10^{-6}$"
    )
    assert tex_escaped("Bińkowski") == "Bińkowski"


def blocks(lines: list[str]) -> list[str]:
    """Paragraphs: a brace may close on a later line of the same one."""
    return "\n".join(lines).split("\n\n\n")


def nodes_of(text: str) -> list[LatexNode]:
    """Every node of a text; what is no LaTeX (an open brace, a wrong end) raises."""
    known = get_default_latex_context_db()
    macros = [std_macro("textcolor", "{{"), std_macro("caption", "{")]
    known.add_context_category("tables", macros, [std_environment("longtable", "{")], prepend=True)
    walker = LatexWalker(text, latex_context=known, tolerant_parsing=False)
    waiting, found = list(walker.get_latex_nodes()[0]), []
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += [one for one in getattr(node, "nodelist", None) or [] if one is not None]
        given = getattr(node, "nodeargd", None)
        waiting += [one for one in (given.argnlist if given else None) or [] if one is not None]
    return found


@pytest.mark.parametrize("name", [HOSTILE, "soil", "50 % & {a}"])
def test_a_parser_reads_the_latex_and_meets_only_commands_of_the_house(tmp_path: Path, name: str) -> None:
    nodes = nodes_of(written(renamed(tmp_path, name), tmp_path, ".tex"))
    tables = [node.environmentname for node in nodes if isinstance(node, LatexEnvironmentNode)]
    assert set(tables) == {"longtable", "table", "tabular"}
    commands = {node.macroname for node in nodes if isinstance(node, LatexMacroNode)}
    assert {"toprule", "midrule", "bottomrule", "endhead", "caption", "paragraph"} <= commands
    assert not commands & {"input", "write", "def"}


@pytest.mark.parametrize("broken", [r"\begin{table}\end{tabular}", r"{\footnotesize", r"a } b"])
def test_the_parser_refuses_what_is_no_latex(broken: str) -> None:
    with pytest.raises(LatexWalkerParseError):
        nodes_of(broken)


def test_rows_of_latex_tables_have_equal_cells(tmp_path: Path) -> None:
    text = written(renamed(tmp_path, HOSTILE), tmp_path, ".tex")
    begun = r"\\begin\{(?:longtable|tabular)\}\{((?:[lr]|p\{[\d.]+cm\})+)\}"
    tables = re.findall(begun + r"(.*?)\\end\{(?:longtable|tabular)\}", text, re.DOTALL)
    assert len(tables) >= 5
    for columns, body in tables:
        rows = [line for line in body.splitlines() if line.endswith(r" \\")]
        assert {len(re.findall(r"(?<!\\)&", row)) + 1 for row in rows} == {
            len(re.findall(r"[lrp]", columns.replace("cm", "")))
        }


def test_markdown_takes_no_letter_of_a_name_for_a_mark(tmp_path: Path) -> None:
    text = written(renamed(tmp_path, HOSTILE), tmp_path, ".md")
    prose = text.partition("```")[0]
    assert "<script>" not in prose
    named = [line for line in prose.splitlines() if "script" in line]
    rows = [re.sub(r"`[0-9a-f]{64}`|\*not informative here\*", "", line) for line in named]
    assert len(rows) > 15
    assert not [row for row in rows if re.search(r"(?<!\\)[*`<_$]", row)]


def test_markdown_tables_are_whole(report: Report, tmp_path: Path) -> None:
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").enable("table").render(written(renamed(tmp_path, HOSTILE), tmp_path, ".md"))
    assert "<script" not in html
    for table in re.findall(r"<table>.*?</table>", html, re.DOTALL):
        rows = re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
        assert len({len(re.findall(r"<t[hd]", row)) for row in rows}) == 1
    assert html.count("<table>") == len({score.group for score in report.scores}) + 4


def test_a_very_long_name_does_not_fill_the_page(tmp_path: Path) -> None:
    text = written(renamed(tmp_path, "n" * 5000), tmp_path, ".md")
    assert "n" * 100 not in text
    assert "n" * 20 + "…" in text


def test_the_document_keeps_a_hostile_name_as_it_is(tmp_path: Path) -> None:
    write_report(renamed(tmp_path, HOSTILE), tmp_path, tmp_path / "report.json")
    assert read_report(tmp_path).recipe.generated[0].name == HOSTILE


@pytest.mark.parametrize("name", ["card.docx", "card"])
def test_another_ending_is_refused_with_those_that_are_known(name: str, report: Report, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.html, \.pdf, \.csv, \.json, \.md, \.tex") as refused:
        write_report(report, tmp_path, tmp_path / name)
    assert name in refused.value.sentence
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("ending", TEXTS)
def test_a_report_without_controls_figures_or_numbers_is_still_one(ending: str, tmp_path: Path) -> None:
    bare = without_controls(replace(make_report(tmp_path), bands=(), evidence=(), spots=(), warnings=()))
    assert GENERATED[0].split()[0] in written(bare, tmp_path, ending)
    assert written(replace(bare, scores=()), tmp_path, ending)
