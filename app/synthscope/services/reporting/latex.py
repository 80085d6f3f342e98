r"""The report card as LaTeX: tables with booktabs, and the methods, to be put into a paper by ``\input``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from synthscope.services.reporting.card import FLOOR, HONEST, PRINTED, PRINTED_WARNING, Card
from synthscope.services.reporting.overview import Controls, Printed
from synthscope.services.reporting.tabulating import COLUMNS, Row, Table
from synthscope.services.reporting.words import NOT_INFORMATIVE

_HEAD = "% Needs \\usepackage{booktabs,longtable,xcolor}; letters beyond ASCII need UTF-8 input."
_LETTERS: Mapping[str, str] = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': "''", "`": r"\textasciigrave{}", "'": r"\textquotesingle{}",
    "−": "$-$", "±": r"$\pm$", "×": r"$\times$", "–": "--", "—": "---", "…": r"\ldots{}", "µ": r"\textmu{}",
    "μ": r"\textmu{}", "°": r"\textdegree{}", "·": r"$\cdot$",
    "∞": r"$\infty$", "↓": r"$\downarrow$", "↑": r"$\uparrow$", "→": r"$\rightarrow$", "≤": r"$\leq$", "≥": r"$\geq$",
    "≈": r"$\approx$", "“": "``", "”": "''", "‘": "`", "’": "'", "�": "?",
    "[": "{[}", "]": "{]}",
}  # fmt: skip
_NAME, _NAMES = "p{3.6cm}", "p{3.6cm}p{2.2cm}"
_RAISED = {"<super>": "textsuperscript", "<sub>": "textsubscript"}
_GREEK = re.compile(r"GREEK (SMALL|CAPITAL) LETTER ([A-Z]+)")
_UNLIKE_LATIN = frozenset({"GAMMA", "DELTA", "THETA", "XI", "PI", "SIGMA", "PHI", "PSI", "OMEGA"})
_POWER = re.compile(r"\$\\times\$ 10\\textasciicircum\{\}(\$-\$)?(\d+)")


def card_latex(card: Card) -> str:
    """Write the tables and the methods."""
    parts = [
        "\n".join(
            [_HEAD, *(f"% {escaped(one.name)}: {one.images} images, SHA-256 {one.sha256}" for one in card.report.sets)]
        ),
        *(_honest(table) for table in card.honest),
        *(_printed(part) for part in card.printed),
        _controls(card.controls),
        "\\paragraph{Methods}\n" + "\n".join(map(escaped, card.methods)),
        *(["\\paragraph{References}\n" + "\n\n".join(map(escaped, card.references))] if card.references else []),
        *(["\\paragraph{Warnings}\n" + "\n".join(map(escaped, card.report.warnings))] if card.report.warnings else []),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def escaped(text: str) -> str:
    """Write a text so that LaTeX prints it as it is."""
    plain = "".join(_letter(letter) for letter in text)
    return _POWER.sub(lambda found: f"$\\times 10^{{{'-' if found[1] else ''}{found[2]}}}$", plain)


def _letter(letter: str) -> str:
    """Write one letter; Greek ones and raised digits by commands, which every engine knows."""
    if letter.isascii() or letter in _LETTERS:
        return _LETTERS.get(letter, letter)
    kind, _, plain = unicodedata.decomposition(letter).partition(" ")
    if kind in _RAISED and " " not in plain:
        return rf"\{_RAISED[kind]}{{{_letter(chr(int(plain, 16)))}}}"
    greek = _GREEK.fullmatch(unicodedata.name(letter, ""))
    if greek and greek[2] not in ("OMICRON", "FINAL SIGMA") and (greek[1] == "SMALL" or greek[2] in _UNLIKE_LATIN):
        return rf"$\{greek[2].lower() if greek[1] == 'SMALL' else greek[2].capitalize()}$".replace("lamda", "lambda")
    return letter


def _honest(table: Table) -> str:
    heads = ("Number", "Set", *COLUMNS)
    rows = []
    for block in table.blocks:
        for place, row in enumerate(block.rows):
            rows.append(_row(block.name if place == 0 else "", row))
        rows.append(r"\addlinespace")
    notes = [rf"\textsuperscript{{{mark}}}~{escaped(sentence)}" for mark, sentence in table.notes]
    below = "\n\n{\\footnotesize\n" + "\\\\\n".join(notes) + "\n}" if notes else ""
    caption = f"{HONEST}: {table.title.lower()}. {FLOOR} Grey: {NOT_INFORMATIVE}."
    return _long(_NAMES + "rrrrrr", caption, heads, rows[:-1]) + below


def _row(title: str, row: Row) -> str:
    marks = rf"\textsuperscript{{{','.join(row.marks)}}}" if row.marks else ""
    first, *others = map(escaped, row.cells)
    cells = [escaped(title), escaped(row.score.subject), first + marks, *others]
    if row.grey:
        cells = [cells[0], *(rf"\textcolor{{gray}}{{{cell}}}" for cell in cells[1:])]
    return _line(cells)


def _printed(part: Printed) -> str:
    rows = [_line(map(escaped, row)) for row in part.rows]
    caption = f"{PRINTED}. {PRINTED_WARNING}"
    inner = [_line(map(escaped, part.heads)), r"\midrule", *rows]
    columns = "l" + "r" * (len(part.heads) - 1)
    return "\n".join([
        r"\begin{table}", r"\centering", rf"\caption{{{escaped(caption)}}}", rf"\begin{{tabular}}{{{columns}}}",
        r"\toprule", *inner, r"\bottomrule", r"\end{tabular}", r"\end{table}",
    ])  # fmt: skip


def _controls(controls: Controls) -> str:
    if not controls.rows:
        return ""
    heads = ("Number", "Floor", *controls.subjects, "Informative")
    rows = [
        _line(map(escaped, (_named(row.title, row.encoder), row.floor, *row.values, row.verdict)))
        for row in controls.rows
    ]
    caption = "Sets of known quality, and what each number makes of them."
    return _long(_NAME + "r" + "r" * len(controls.subjects) + "l", caption, heads, rows)


def _named(title: str, encoder: str) -> str:
    return f"{title}, {encoder}" if encoder else title


def _long(columns: str, caption: str, heads: Sequence[str], rows: Sequence[str]) -> str:
    return "\n".join([
        r"{\footnotesize", rf"\begin{{longtable}}{{{columns}}}", rf"\caption{{{escaped(caption)}}}\\", r"\toprule",
        _line(map(escaped, heads)), r"\midrule", r"\endhead", r"\bottomrule", r"\endlastfoot",
        *rows, r"\end{longtable}", "}",
    ])  # fmt: skip


def _line(cells: Iterable[str]) -> str:
    return " & ".join(cells) + r" \\"
