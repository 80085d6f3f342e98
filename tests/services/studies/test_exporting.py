"""What other programs read says the same as the answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import choix
import numpy as np
import pytest
from tests.services.studies.simulated import answers

from synthscope.errors import DocumentError, InputError
from synthscope.services.studies.export_reading import read_arena, read_choix, read_imrmc, read_sureal
from synthscope.services.studies.exporting import (
    arena_csv,
    choix_json,
    imrmc_csv,
    sureal_csv,
    write_exports,
)
from synthscope.studies.analysis.rows import rows_of, table_of, wins_of
from synthscope.studies.discrimination.scores import areas_of, reader_scores
from synthscope.studies.ranking.bradley_terry import fit_preferences
from synthscope.studies.ranking.comparisons import make_comparisons


@pytest.fixture(scope="module")
def yes_no():
    return answers("real-or-synthetic")


@pytest.fixture(scope="module")
def pairs():
    return answers("pairs")


def test_imrmc_gives_the_same_areas_after_it_was_read_back(yes_no) -> None:
    table = table_of(rows_of(yes_no.ratings, "real"))
    scores = np.stack([
        np.where(table.real | (np.array(table.letters) == letter), table.values, np.nan) for letter in ("A", "C")
    ])  # fmt: skip
    direct = areas_of(reader_scores(scores, ~table.real)).values
    found = read_imrmc(imrmc_csv(yes_no))
    assert found.modalities == ("my gan", "quilted")
    assert found.readers == table.raters
    np.testing.assert_allclose(areas_of(found.data).values, direct, rtol=0, atol=0)
    assert len(set(direct)) > 4


def test_imrmc_has_the_columns_and_the_truth_of_every_case_once(yes_no) -> None:
    lines = imrmc_csv(yes_no).splitlines()
    assert lines[0] == "readerID,caseID,modalityID,score"
    truth = [line.split(",") for line in lines[1:] if line.startswith("truth,")]
    assert {row[2] for row in truth} == {"truth"}
    assert {row[3] for row in truth} == {"0", "1"}
    assert len({row[1] for row in truth}) == len(truth)
    seen = {line.split(",")[1] for line in lines[1:] if not line.startswith("truth,")}
    assert seen == {row[1] for row in truth}
    observations = [line.rsplit(",", 1)[0] for line in lines[1:]]
    assert len(set(observations)) == len(observations), "iMRMC refuses replicates"


def test_choix_reads_its_export_and_ranks_as_we_do(pairs) -> None:
    """The file as choix takes it: whole numbers of items, and pairs of winner and loser (choix 0.4, MIT)."""
    told = json.loads(choix_json(pairs))
    peer = choix.opt_pairwise(len(told["items"]), [tuple(pair) for pair in told["pairs"]], tol=1e-10)
    rows = [row for row in pairs.ratings if row.role == "test" and row.value != -1]
    left, right = ([pairs.letters[row.letters[place]] for row in rows] for place in (0, 1))
    raters = np.array([row.rater for row in rows])
    fit = fit_preferences(
        make_comparisons(np.array(left), np.array(right), np.array([int(row.value) for row in rows]), raters),
        side=False,
    )
    ours = dict(zip(fit.items, fit.scores, strict=True))
    np.testing.assert_allclose(peer, [ours[item] for item in told["items"]], atol=1e-4)


def test_choices_come_back_as_the_same_wins(pairs) -> None:
    rows = rows_of(pairs.ratings, "choice")
    letters, wins, _ = wins_of(rows)
    found = read_choix(choix_json(pairs))
    assert found.items == tuple(pairs.letters[letter] for letter in letters)
    assert found.ties == sum(row.value == -1 for row in rows) > 0
    counted = np.zeros(wins.shape)
    for winner, loser in found.pairs:
        counted[winner, loser] += 1
    arena = read_arena(arena_csv(pairs))
    again = np.zeros(wins.shape)
    for left, right, place in arena:
        a, b = found.items.index(left), found.items.index(right)
        score = {0: 1, 1: 0, -1: 0.5}[place]
        again[a, b] += score
        again[b, a] += 1 - score
    np.testing.assert_array_equal(again, wins)
    ties = np.zeros(wins.shape)
    for row in (one for one in rows if one.value == -1):
        a, b = (letters.index(letter) for letter in row.letters)
        ties[a, b] += 0.5
        ties[b, a] += 0.5
    np.testing.assert_array_equal(counted + ties, wins)


def test_an_arena_table_gives_the_same_strengths(pairs) -> None:
    def strengths(left, right, place):
        return fit_preferences(make_comparisons(left, right, np.array(place)), side=False).scores

    rows = rows_of(pairs.ratings, "choice")
    names = pairs.letters
    direct = strengths(
        [names[row.letters[0]] for row in rows], [names[row.letters[1]] for row in rows], [row.value for row in rows]
    )
    np.testing.assert_allclose(strengths(*zip(*read_arena(arena_csv(pairs)), strict=True)), direct, atol=1e-9)


def test_sureal_matrices_are_pictures_by_raters_with_repeats_behind_a_comma() -> None:
    found = answers("rating")
    question = found.questions[1].id
    table = table_of(rows_of(found.ratings, question))
    text = sureal_csv(found, question)
    assert text.splitlines()[len(table.codes)] == ","
    first, again = read_sureal(text)
    np.testing.assert_array_equal(first, table.values.T)
    repeated = [row for row in found.ratings if row.role == "repeat" and row.question == question]
    assert np.isfinite(again).sum() == len(repeated) > 0
    for row in repeated:
        assert again[table.codes.index(row.codes[0]), table.raters.index(row.rater)] == row.value


def test_what_a_format_cannot_hold_is_a_sentence(yes_no, pairs) -> None:
    with pytest.raises(InputError, match="these answers are blind"):
        imrmc_csv(replace(yes_no, blind=True))
    with pytest.raises(InputError, match="has no question that is answered by a confidence or scale"):
        imrmc_csv(pairs)
    with pytest.raises(InputError, match="does not compare two arms"):
        choix_json(answers("forced-choice", per_arm=5))
    with pytest.raises(InputError, match="No other program's format"):
        write_exports(replace(pairs, questions=(replace(pairs.questions[0], kind="text"),)), Path())


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [
        (read_imrmc, "readerID,caseID,score\n", "no column 'modalityID'"),
        (read_imrmc, "readerID,caseID,modalityID,score\nr,c,m,3\n", "no row of the reader 'truth'"),
        (read_imrmc, "readerID,caseID,modalityID,score\ntruth,c,truth,1\nr,c,m,3\nr,c,m,4\n", "twice in 'm'"),
        (read_imrmc, "readerID,caseID,modalityID,score\ntruth,c,truth,x\n", "where a number is expected"),
        (read_imrmc, "readerID,caseID,modalityID,score\ntruth,c\n", "shorter than its heading"),
        (read_choix, "{", "is damaged"),
        (read_choix, '{"items": ["a"], "pairs": [[0, 1]]}', "beyond its 1 items"),
        (read_arena, "model_a,model_b,winner\na,b,c\n", "winner 'c'"),
        (read_sureal, "1,2\n1\n", "differ in length"),
    ],
)
def test_a_damaged_table_is_a_sentence(read, text: str, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        read(text)


def test_every_format_that_fits_is_written(yes_no, pairs, tmp_path: Path) -> None:
    assert [path.name for path in write_exports(yes_no, tmp_path)] == ["imrmc.csv", "sureal.csv"]
    assert [path.name for path in write_exports(pairs, tmp_path)] == ["choix.json", "arena.csv"]
    assert read_arena((tmp_path / "arena.csv").read_text(encoding="utf-8"))
