"""Tables of other programs, read back: iMRMC, choix, arena tables, SUREAL."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from synthscope.errors import DocumentError
from synthscope.records.study_ratings import NOWHERE
from synthscope.studies.discrimination.scores import ReaderScores

IMRMC = ("readerID", "caseID", "modalityID", "score")
TRUTH = "truth"
ARENA = ("model_a", "model_b", "winner")
REPEATED = ","
"""The row that stands between the scores of SUREAL and those of repeated presentations."""


@dataclass(frozen=True, eq=False)
class ReaderTable:
    """What an iMRMC table holds: `data` is (modalities, readers, cases); its positive cases have the truth 1."""

    modalities: tuple[str, ...]
    readers: tuple[str, ...]
    cases: tuple[str, ...]
    data: ReaderScores


@dataclass(frozen=True)
class PairList:
    """What choix takes: ``(winner, loser)`` as places among `items`; "no difference" has no place in it.

    Parameters
    ----------
    ties : int
        Answers of "no difference", which were left out.
    """

    items: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]
    ties: int = 0


def read_imrmc(text: str) -> ReaderTable:
    """Read an iMRMC table.

    Raises
    ------
    DocumentError
        If columns are missing, a case has no truth, or a reader scored one twice.
    """
    rows = [tuple(row[name].strip() for name in IMRMC) for row in _dicts(text, IMRMC, "iMRMC table")]
    truth = {case: _number(score) for reader, case, _, score in rows if reader == TRUTH}
    seen = [row for row in rows if row[0] != TRUTH]
    lost = next((case for _, case, _, _ in seen if case not in truth), None)
    if lost is not None:
        raise DocumentError(f"Case {lost!r} of the iMRMC table has no row of the reader 'truth'; add it.")
    modalities, readers = _sorted(row[2] for row in seen), _sorted(row[0] for row in seen)
    cases = tuple(truth)
    scores = np.full((len(modalities), len(readers), len(cases)), np.nan)
    place = [{name: i for i, name in enumerate(names)} for names in (modalities, readers, cases)]
    for reader, case, modality, score in seen:
        at = place[0][modality], place[1][reader], place[2][case]
        if not math.isnan(scores[at]):
            raise DocumentError(f"Reader {reader!r} scores case {case!r} twice in {modality!r}; leave one score.")
        scores[at] = _number(score)
    positive = np.array([truth[case] == 1 for case in cases], bool)
    return ReaderTable(modalities, readers, cases, ReaderScores(scores, positive, np.arange(len(cases))))


def read_choix(text: str) -> PairList:
    """Read what `choix_json` wrote.

    Raises
    ------
    DocumentError
        If it is no such list, or a pair names an item that is not there.
    """
    try:
        found = json.loads(text)
        items = tuple(str(one) for one in found["items"])
        pairs = tuple((int(winner), int(loser)) for winner, loser in found["pairs"])
        ties = int(found.get("ties_left_out", 0))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DocumentError(f"The list of pairs is damaged ({error}); write it again.") from error
    if any(not 0 <= place < len(items) for pair in pairs for place in pair):
        raise DocumentError(f"The list of pairs names an item beyond its {len(items)} items; write it again.")
    return PairList(items, pairs, ties)


def read_arena(text: str) -> tuple[tuple[str, str, int], ...]:
    """Read an arena table: of each choice what stood left and right, and 0 for left, 1 for right, -1 for a tie.

    Raises
    ------
    DocumentError
        If columns are missing, or a winner is another word; ``tie (bothbad)`` and ``both_bad`` are ties.
    """
    places = {ARENA[0]: 0, ARENA[1]: 1, "tie": NOWHERE, "tie (bothbad)": NOWHERE, "both_bad": NOWHERE}
    found = []
    for row in _dicts(text, ARENA, "arena table"):
        if row["winner"] not in places:
            raise DocumentError(f"The arena table names the winner {row['winner']!r}; use model_a, model_b or tie.")
        found.append((row[ARENA[0]], row[ARENA[1]], places[row["winner"]]))
    return tuple(found)


def read_sureal(text: str) -> tuple[np.ndarray, ...]:
    """Read matrices of scores (pictures, raters): the first presentations, then repeated ones, where there are any.

    Raises
    ------
    DocumentError
        If rows differ in length, or hold what is no number.
    """
    blocks: list[list[list[float]]] = [[]]
    for line in filter(None, map(str.strip, text.splitlines())):
        if line == REPEATED:
            blocks.append([])
        else:
            blocks[-1].append([_number(cell) for cell in line.split(",")])
    if len({len(row) for block in blocks for row in block}) != 1:
        raise DocumentError("The rows of the SUREAL matrix differ in length, or there are none; write it again.")
    return tuple(np.array(block, float) for block in blocks)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise DocumentError(f"{text!r} stands where a number is expected; the table may be damaged.") from error


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def _dicts(text: str, columns: Sequence[str], what: str) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise DocumentError(f"The {what} has no column {missing[0]!r}; it needs {', '.join(columns)}.")
    rows = list(reader)
    if any(row[name] is None for row in rows for name in columns):
        raise DocumentError(f"A row of the {what} is shorter than its heading; the table may be damaged.")
    return rows
