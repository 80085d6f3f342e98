"""What is published can be checked by anybody, tells nothing too early, and gives the same analysis again."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.services.studies.finished import GONE, OUT, TITLE, WHY, Finished

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.records.documents import from_json, to_json
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_beside import BesideMetrics, MetricValue
from synthscope.records.study_freeze import Frozen
from synthscope.records.study_ratings import Analysis, Estimate
from synthscope.services.studies.collecting import answers_of
from synthscope.services.studies.publication import analysis_digest, documents_of, read_publication
from synthscope.services.studies.publishing import (
    CHECKSUMS,
    checksums_of,
    publication_of,
    publish_study,
    write_publication,
)
from synthscope.services.studies.rater_packs import ONE_PACK, PACKS, pack_files, pictures_in
from synthscope.services.studies.reporting.page import report_html
from synthscope.services.studies.reporting.writing import report_of_publication
from synthscope.services.studies.verifying import published_answers, reanalyse, verify_pack
from synthscope.services.studies.verifying_packs import pack_problems
from synthscope.studies.analysis.analyse import analyse
from synthscope.studies.pack.reading import open_pack
from synthscope.studies.pack.writing import write_pack


@pytest.fixture
def packs(finished: Finished) -> Finished:
    return finished


@pytest.fixture
def pack(packs: Finished, tmp_path: Path) -> Path:
    return Path(shutil.copytree(packs.open, tmp_path / "pack"))


def rows_of_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def changed(path: Path, change: Callable[[str], str]) -> None:
    """Change a file and write new checksums, as somebody would who wants it unseen."""
    before = path.read_text(encoding="utf-8")
    path.write_text(change(before), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before
    pack = next(folder for folder in path.parents if (folder / CHECKSUMS).exists())
    files = {one.relative_to(pack).as_posix(): one.read_bytes() for one in pack.rglob("*") if one.is_file()}
    del files[CHECKSUMS]
    (pack / CHECKSUMS).write_text(checksums_of(files), encoding="utf-8")


def test_an_untouched_pack_holds(packs: Finished) -> None:
    for folder in (packs.blind, packs.open):
        found = verify_pack(folder)
        assert found.holds, found.problems
        assert any("withdrew" in note for note in found.notes)


def test_a_blinded_pack_has_no_word_that_tells(packs: Finished) -> None:
    assert "my gan" in packs.words
    assert "plug 7" in packs.words
    for path in (one for one in packs.blind.rglob("*") if one.is_file()):
        text = (path.name + path.read_text(encoding="utf-8")).casefold()
        assert not [word for word in (*packs.words, "is_real", "uint16") if word.casefold() in text], path
    assert "is_real" in (packs.open / "documents" / "key.json").read_text(encoding="utf-8")
    assert not (packs.blind / "documents" / "leaks.json").exists()
    assert "arm" not in rows_of_table(packs.blind / "stimuli.tsv")[0]
    assert {row["kind"] for row in rows_of_table(packs.open / "stimuli.tsv")} == {"real", "synthetic", "n/a"}


def test_a_blinded_pack_that_would_tell_is_not_written(packs: Finished, tmp_path: Path) -> None:
    blind = read_publication(packs.blind)
    told = replace(blind, screening=replace(blind.screening, advice=("Rater 1 knew MY GAN by heart.",)))
    with pytest.raises(InputError, match=r"documents/screening\.json holds 'my gan'"):
        write_publication(told, tmp_path / "told", packs.words)
    assert list(tmp_path.iterdir()) == []


def test_a_pack_is_analysed_again_with_the_same_hash(packs: Finished) -> None:
    for folder in (packs.blind, packs.open):
        recorded = read_publication(folder).analysis
        assert analysis_digest(reanalyse(folder)) == analysis_digest(recorded)
        assert recorded.heads
        readme = (folder / "README").read_text(encoding="utf-8")
        assert analysis_digest(recorded) in readme
        assert "These answers are of simulated raters" in readme
    with pytest.raises(DocumentError, match="by another version"):
        reanalyse(packs.open, lambda answers: replace(reanalyse(packs.open), title="other"))

    def nearly(answers: StudyAnswers) -> Analysis:
        found = reanalyse(packs.open)
        heading, rows = next(iter(found.estimates.items()))
        return replace(found, estimates={**found.estimates, heading: (replace(rows[0], value=0.123), *rows[1:])})

    with pytest.raises(DocumentError, match=r"Attention, catch-pass of rater-001: 0\.123 where 1\.0 stood"):
        reanalyse(packs.open, nearly)


def test_the_last_digits_of_another_processor_make_no_difference_and_a_fourth_does(packs: Finished) -> None:
    def shifted(part: float) -> Callable[[StudyAnswers], Analysis]:
        def again(answers: StudyAnswers) -> Analysis:
            found = analyse(answers)
            rows = {
                heading: tuple(replace(one, value=one.value * (1 + part)) for one in each)
                for heading, each in found.estimates.items()
            }
            return replace(found, estimates=rows)

        return again

    for part in (1e-13, 3e-6):
        reanalyse(packs.open, shifted(part))
    with pytest.raises(DocumentError, match=r"where .* was published"):
        reanalyse(packs.open, shifted(1e-4))


def test_answers_of_a_pack_are_those_of_the_study(packs: Finished) -> None:
    expected, found = answers_of(packs.study), published_answers(read_publication(packs.open))
    assert found == expected
    assert found.flow == dict(expected.flow)
    assert len(found.ratings) > 3 * 16


def test_an_analysis_hashes_the_same_before_and_after_it_was_written(packs: Finished, tmp_path: Path) -> None:
    endless = Estimate("auc", "Area", 0.7, float("nan"), 1.0, 3, df=float("inf"))
    whole = Estimate("kappa", "Kappa", np.float64(1) / 3, 0, 1, 3, df=25, random=("cases",))
    analysis = replace(read_publication(packs.open).analysis, estimates={"Accuracy": (endless, whole)})
    publication = replace(read_publication(packs.open), analysis=analysis)
    folder = tmp_path / "endless"
    write_publication(publication, folder)
    assert analysis_digest(read_publication(folder).analysis) == analysis_digest(analysis)


def test_ratings_beside_metrics_are_published_and_reported(packs: Finished, tmp_path: Path) -> None:
    rows = (Estimate("srcc", "Rank correlation", 0.4, -0.1, 0.8, 20, subject="SSIM", df=float("inf")),)
    values = (MetricValue("ssim", "SSIM", "image", "abc", 0.25), MetricValue("fid", "FID", "arm", "A", 3.0, 2.0, 4.0))
    beside = BesideMetrics(values, {"Each image": rows}, warnings=("Few images.",))
    write_publication(replace(read_publication(packs.open), beside=beside), tmp_path / "pack")
    assert verify_pack(tmp_path / "pack").holds
    again = read_publication(tmp_path / "pack")
    assert again.beside is not None
    assert again.beside.estimates["Each image"][0].value == 0.4
    table = rows_of_table(tmp_path / "pack" / "metrics.tsv")
    assert [(row["subject"], row["value"], row["low"]) for row in table] == [("abc", "0.25", "n/a"), ("A", "3", "2")]
    page = report_html(report_of_publication(again))
    assert "Beside metrics: Each image" in page
    assert "Few images." in page


def test_sessions_of_who_withdrew_are_left_out_and_counted(packs: Finished) -> None:
    publication = read_publication(packs.open)
    assert len(publication.withheld) == 1
    assert GONE not in {str(event.payload.get("slot")) for event in publication.events}
    assert not list(packs.open.glob("sub-rater005/**/*.tsv"))
    flow = json.loads((packs.open / "flow.json").read_text(encoding="utf-8"))
    assert (flow["flow"]["withdrawn"], flow["flow"]["started"]) == (1, 5)
    assert flow["withheld"] == list(publication.withheld)
    assert flow["excluded"] == {OUT: WHY}


def test_the_layout_is_that_of_bids_and_every_column_is_described(packs: Finished) -> None:
    description = json.loads((packs.open / "dataset_description.json").read_text(encoding="utf-8"))
    assert description["Name"] == TITLE
    assert description["BIDSVersion"].count(".") == 2
    tables = sorted(path.relative_to(packs.open).as_posix() for path in packs.open.rglob("*.tsv"))
    beh = [name for name in tables if name.startswith("sub-")]
    assert beh[0] == "sub-rater001/ses-1/beh/sub-rater001_ses-1_task-realorsynthetic_beh.tsv"
    assert len(beh) == 4
    for name in tables:
        told = json.loads((packs.open / name).with_suffix(".json").read_text(encoding="utf-8"))
        rows = rows_of_table(packs.open / name)
        assert list(rows[0]) == list(told)
        assert all(entry["Description"] for entry in told.values())
        assert all(value for row in rows for value in row.values())
    participants = rows_of_table(packs.open / "participants.tsv")
    assert [row["participant_id"] for row in participants] == [f"sub-rater00{i}" for i in range(1, 6)]
    assert [row["exclusion_reason"] for row in participants] == ["n/a", "n/a", "n/a", WHY, "n/a"]


def test_the_crate_names_every_file_of_the_pack_once(packs: Finished) -> None:
    for folder in (packs.blind, packs.open):
        crate = json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))
        assert crate["@context"] == "https://w3id.org/ro/crate/1.1/context"
        graph = {one["@id"]: one for one in crate["@graph"]}
        assert len(graph) == len(crate["@graph"])
        root = graph["./"]
        assert graph["ro-crate-metadata.json"]["about"] == {"@id": "./"}
        assert root.keys() >= {"name", "description", "datePublished", "license"}
        assert root["name"].startswith(TITLE)
        there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert {one["@id"] for one in root["hasPart"]} == there - {"ro-crate-metadata.json"}
        assert all(graph[one["@id"]]["@type"] == "File" for one in root["hasPart"])


def test_rows_of_a_session_are_the_answers(packs: Finished) -> None:
    ratings = [row for row in answers_of(packs.study).ratings if row.rater == "rater-002"]
    (path,) = packs.open.glob("sub-rater002/ses-1/beh/*.tsv")
    rows = rows_of_table(path)
    assert [(row["trial"], row["response"], row["role"]) for row in rows] == [
        (one.trial, str(one.value), one.role) for one in ratings
    ]
    for row, one in zip(rows, ratings, strict=True):
        assert float(row["rt_ms"]) == pytest.approx(one.rt_ms)
        assert row["onset_utc"].endswith("+00:00")
        if one.role != "catch":
            assert row["kinds"] == ("real" if one.truth[0] else "synthetic")


def test_checksums_are_those_that_sha256sum_reads(packs: Finished) -> None:
    lines = (packs.open / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    files = {one.relative_to(packs.open).as_posix() for one in packs.open.rglob("*") if one.is_file()} - {CHECKSUMS}
    assert {line[66:] for line in lines} == files
    for line in lines:
        assert hashlib.sha256((packs.open / line[66:]).read_bytes()).hexdigest() == line[:64]


def test_a_changed_answer_is_found_at_its_row(pack: Path) -> None:
    (path,) = pack.glob("sub-rater001/ses-1/beh/*.tsv")
    row = path.read_text(encoding="utf-8").splitlines()[7].split("\t")
    other = [*row]
    other[10] = "6" if row[10] != "6" else "1"
    changed(path, lambda text: text.replace("\t".join(row), "\t".join(other)))
    (problem,) = verify_pack(pack).problems
    assert problem.startswith(f"{path.relative_to(pack).as_posix()}, line 8 says {other[10]!r}")
    assert f"give {row[10]!r}" in problem


def test_a_changed_event_is_found_at_its_line(pack: Path) -> None:
    lines = (pack / "events.jsonl").read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if '"answer_submitted"' in line)
    wrong = lines[at].replace('"exposure":1', '"exposure":3')
    changed(pack / "events.jsonl", lambda text: text.replace(lines[at], wrong))
    problems = verify_pack(pack).problems
    assert problems[0].startswith(f"events.jsonl, line {at + 1}: Session ")
    assert "was changed after it was written" in problems[0]


def test_a_missing_event_is_found(pack: Path) -> None:
    lines = (pack / "events.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    changed(pack / "events.jsonl", lambda text: text.replace(lines[3], ""))
    assert any("it is missing" in one for one in verify_pack(pack).problems)
    with pytest.raises(DocumentError, match=r"it is missing\. Use an untouched copy"):
        reanalyse(pack)


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("key.json", '"is_real": true', '"is_real": false', "key.json is not the key that its holders opened"),
        ("plan.json", '"margin": 0.05', '"margin": 0.1', "plan or the questions are not those that were frozen"),
        ("leaks.json", '"severity": "levelled"', '"severity": "soft"', "leak gate is not the one that was frozen"),
        ("manifest.json", '"mirrored": true', '"mirrored": false', "schedule is not the one that was frozen"),
        ("releases.json", '"reason": "The blind', '"reason": "My blind', "The key cannot be checked: "),
        ("frozen.json", '"key_commitment": "', '"key_commitment": "0', "different commitments"),
        ("analysis.json", '"title": "', '"titles": "', "cannot be understood"),
    ],
)
def test_a_changed_document_is_found(pack: Path, name: str, old: str, new: str, words: str) -> None:
    changed(pack / "documents" / name, lambda text: text.replace(old, new))
    assert any(words in problem for problem in verify_pack(pack).problems), verify_pack(pack).problems


def test_pictures_are_held_against_what_was_frozen(packs: Finished, tmp_path: Path) -> None:
    folder = packs.study.folder / PACKS
    found = verify_pack(packs.open, folder)
    assert found.holds, found.problems
    assert not any("rater" in note and "not looked at" in note for note in found.notes)
    ratepack = folder / "rater-002.ratepack"
    found = verify_pack(packs.blind, ratepack)
    assert found.holds
    assert "The packs of 4 other raters were not looked at; give the folder that holds all of them." in found.notes
    with open_pack(ratepack) as opened:
        pictures = {code: opened.picture(code) for code in opened.manifest.codes}
        manifest = opened.manifest
    first = manifest.codes[0]
    pictures[first] = 255 - pictures[first]
    write_pack(tmp_path / "other.ratepack", manifest, pictures.__getitem__)
    (problem,) = verify_pack(packs.open, tmp_path / "other.ratepack").problems
    assert "pictures of other.ratepack are not those that were frozen" in problem
    wrong = replace(manifest, slots=(replace(manifest.slots[0], id="rater-003"),))
    write_pack(tmp_path / "taken.ratepack", wrong, pictures.__getitem__)
    (problem,) = verify_pack(packs.open, tmp_path / "taken.ratepack").problems
    assert "taken.ratepack is no rater pack of this study, or its manifest was changed" in problem
    (tmp_path / "nothing").mkdir()
    with pytest.raises(FileError, match="holds no rater pack"):
        verify_pack(packs.open, tmp_path / "nothing")


def test_the_pictures_of_all_packs_together_are_those_that_were_frozen(packs: Finished, tmp_path: Path) -> None:
    publication, files = read_publication(packs.open), tuple((packs.study.folder / PACKS).iterdir())
    other = replace(publication, frozen=replace(publication.frozen, pictures="0" * 64))
    assert [*pack_problems(publication, files)] == []
    assert [*pack_problems(other, files)] == [
        "The pictures of these packs are not those that were frozen: their hash differs."
    ]


def test_what_an_earlier_version_froze_as_one_pack_is_still_checked(packs: Finished, tmp_path: Path) -> None:
    written = to_json(read_publication(packs.open).frozen)
    del written["packs"]  # as they stand in older studies
    old = replace(read_publication(packs.open), frozen=from_json(Frozen, written))
    with pictures_in((packs.study.folder / PACKS).iterdir()) as picture:
        good = write_pack(tmp_path / ONE_PACK, old.manifest, picture)
        bad = write_pack(tmp_path / "bad.ratepack", old.manifest, lambda code: 255 - picture(code))
    assert pack_files(tmp_path, old.manifest) == (good,)
    assert [*pack_problems(old, [good])] == []
    (problem,) = pack_problems(old, [bad])
    assert "pictures of bad.ratepack are not those that were frozen" in problem


def test_a_file_that_was_added_lost_or_touched_is_named(pack: Path) -> None:
    (pack / "notes.txt").write_text("x", encoding="utf-8")
    (pack / "flow.json").unlink()
    (pack / "README").write_text("x", encoding="utf-8")
    problems = verify_pack(pack).problems
    for expected in ("notes.txt does not belong", "flow.json is missing", "README is not the file that was written"):
        assert any(expected in problem for problem in problems)


def test_bad_folders_are_sentences(packs: Finished, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=f"there is no {CHECKSUMS}"):
        verify_pack(tmp_path)
    with pytest.raises(FileError, match="holds no publication pack"):
        reanalyse(tmp_path)
    with pytest.raises(InputError, match="holds something already"):
        publish_study(packs.study, packs.open, "Ada")
    (tmp_path / "documents").mkdir()
    with pytest.raises(FileError, match=r"has no documents/manifest\.json"):
        reanalyse(tmp_path)


def test_a_pack_that_cannot_be_written_leaves_nothing(packs: Finished, tmp_path: Path) -> None:
    with pytest.raises(FileError):
        write_publication(publication_of(packs.study), tmp_path / "nowhere" / "pack")
    assert list(tmp_path.iterdir()) == []
    assert documents_of(read_publication(packs.open)) == documents_of(publication_of(packs.study))
