"""Answers in the formats of other programs: iMRMC, choix, arena tables, SUREAL; `export_reading` reads them back."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from synthscope.errors import InputError
from synthscope.io.atomic import write_text
from synthscope.records.study import Question
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_ratings import NOWHERE, Rating
from synthscope.services.studies.export_reading import ARENA, IMRMC, REPEATED, TRUTH, PairList
from synthscope.studies.analysis.rows import repeats_of, rows_of, table_of
from synthscope.studies.analysis.work import OF_ONE

_SCALES, _CHOICES = ("confidence", "scale"), ("choice",)


def imrmc_csv(answers: StudyAnswers, question: str = "") -> str:
    """Write scores as the iMRMC programs of the FDA read them: one row for each observation.

    Reader ``truth`` says 1 of synthetic images and 0 of real ones. A case is one picture, a modality one synthetic
    arm; real pictures stand in every modality. Repeats are left out: iMRMC takes one score of a reader for a case.

    Parameters
    ----------
    question : str
        Id of a question with a scale; the first such one, if empty.

    Raises
    ------
    InputError
        If the answers are blind, the study asked nothing with a scale, or it shows no real (or synthetic) pictures.
    """
    rows = rows_of(answers.ratings, _asked(answers, question, _SCALES).id)
    _refuse_blind(answers, rows)
    truth = {row.codes[0]: int(not row.truth[0]) for row in rows}
    if len(set(truth.values())) < 2:
        raise InputError("iMRMC compares two kinds of cases, and this study was answered for one kind only.")
    arms = sorted({row.letters[0] for row in rows if not row.truth[0]})
    table = [(TRUTH, code, TRUTH, str(value)) for code, value in sorted(truth.items())]
    table += [
        (row.rater, row.codes[0], _name(answers, arm), _plain(row.value))
        for arm in arms
        for row in rows
        if row.truth[0] or row.letters[0] == arm
    ]
    return _csv((IMRMC, *table))


def choix_json(answers: StudyAnswers, question: str = "") -> str:
    """Write choices between arms as choix takes them: ``pairs`` of winner and loser, places among ``items``.

    Raises
    ------
    InputError
        If the study does not compare two arms in a trial.
    """
    found = pair_list(answers, question)
    content = {
        "items": found.items, "n_items": len(found.items), "pairs": found.pairs, "ties_left_out": found.ties,
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False) + "\n"


def pair_list(answers: StudyAnswers, question: str = "") -> PairList:
    """Give choices between arms as winners and losers; see `choix_json`."""
    rows = _choices(answers, question)
    items = _sorted(letter for row in rows for letter in row.letters)
    number = {letter: i for i, letter in enumerate(items)}
    decided = [row for row in rows if row.value != NOWHERE]
    pairs = tuple((number[row.letters[row.value]], number[row.letters[1 - row.value]]) for row in decided)
    return PairList(tuple(_name(answers, one) for one in items), pairs, len(rows) - len(pairs))


def arena_csv(answers: StudyAnswers, question: str = "") -> str:
    """Write choices between arms as arenas keep them: ``model_a,model_b,winner``, with A on the left.

    The winner is ``model_a``, ``model_b`` or ``tie``.
    """
    said = {0: ARENA[0], 1: ARENA[1], NOWHERE: "tie"}
    rows = [(*(_name(answers, one) for one in row.letters), said[row.value]) for row in _choices(answers, question)]
    return _csv((ARENA, *rows))


def sureal_csv(answers: StudyAnswers, question: str = "") -> str:
    """Write scores as SUREAL and the reference code of ITU-R BT.500 read them: rows are pictures, columns raters.

    There is no heading; ``nan`` stands where a rater has not seen a picture. Repeated presentations follow as a
    second matrix behind a row of one comma. Pictures are in the order of arms and codes, raters by name.

    Raises
    ------
    InputError
        If the study asked nothing with a scale.
    """
    asked = _asked(answers, question, _SCALES)
    first = table_of(rows_of(answers.ratings, asked.id))
    again = np.full(first.values.shape, np.nan)
    for _, row in repeats_of(rows_of(answers.ratings, asked.id, ("test", "repeat"))):
        again[first.raters.index(row.rater), first.codes.index(row.codes[0])] = float(row.value)
    blocks = [first.values.T] + ([again.T] if np.isfinite(again).any() else [])
    return f"\n{REPEATED}\n".join("\n".join(map(_line, block)) for block in blocks) + "\n"


EXPORTS: Mapping[str, Callable[[StudyAnswers], str]] = {
    "imrmc.csv": imrmc_csv, "choix.json": choix_json, "arena.csv": arena_csv, "sureal.csv": sureal_csv,
}  # fmt: skip
"""From the name of a file to what writes it."""


def write_exports(answers: StudyAnswers, folder: Path) -> tuple[Path, ...]:
    """Write every format that can hold these answers into a folder that exists.

    Raises
    ------
    InputError
        If none can.
    FileError, DiskFull
        If a file cannot be written.
    """
    written = []
    for name, write in EXPORTS.items():
        try:
            text = write(answers)
        except InputError:
            continue  # the paradigm does not ask what this format holds
        written.append(write_text(folder / name, text))
    if not written:
        raise InputError(f"No other program's format holds the answers of {answers.title!r}; use the publication pack.")
    return tuple(written)


def _asked(answers: StudyAnswers, question: str, kinds: Sequence[str]) -> Question:
    found = [one for one in answers.questions if one.kind in kinds and question in ("", one.id)]
    if not found:
        named, how = f"question {question!r}" if question else "question", " or ".join(kinds)
        raise InputError(f"{answers.title!r} has no {named} that is answered by a {how}; choose another.")
    if found[0].kind in OF_ONE and answers.places > 1:
        raise InputError(
            f"{answers.title!r} shows {answers.places} pictures in a trial; a scale does not say of which."
        )
    return found[0]


def _choices(answers: StudyAnswers, question: str) -> tuple[Rating, ...]:
    rows = rows_of(answers.ratings, _asked(answers, question, _CHOICES).id)
    if any(len(row.letters) != 2 for row in rows) or answers.paradigm == "forced-choice":
        raise InputError(f"{answers.title!r} does not compare two arms in a trial; its choices are no list of pairs.")
    return rows


def _refuse_blind(answers: StudyAnswers, rows: Sequence[Rating]) -> None:
    if answers.blind or not all(row.truth for row in rows):
        raise InputError("iMRMC needs to know which images are real, and these answers are blind; unblind the study.")


def _name(answers: StudyAnswers, letter: str) -> str:
    return answers.letters.get(letter, letter)


def _plain(value: float) -> str:
    return f"{float(value):g}"


def _line(row: np.ndarray) -> str:
    return ",".join("nan" if math.isnan(value) else f"{value:.1f}" for value in row)


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _csv(rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
