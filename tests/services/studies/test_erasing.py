"""A rater is erased from a study: nothing of the answers stays, and all that proves the rest does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.services.studies.finished import GONE, OUT, Finished, analysed, unblind

from synthscope.cli import main
from synthscope.errors import FileError, InputError, Unavailable
from synthscope.records.study_beside import BesideMetrics
from synthscope.records.study_erasure import Erasure, Erasures
from synthscope.records.study_events import Event
from synthscope.records.study_freeze import Screening
from synthscope.services.studies.analysing import analyse_study
from synthscope.services.studies.collecting import (
    add_answers,
    answers_of,
    check_answers,
    close_study,
    import_answers,
    rater_progress,
    read_answers,
)
from synthscope.services.studies.erasing import erase_rater, erasure_words, packs_beside
from synthscope.services.studies.erasures import ERASED, all_heads, erasures_of
from synthscope.services.studies.publication import analysis_digest, read_publication
from synthscope.services.studies.publishing import BESIDE, publish_study
from synthscope.services.studies.reporting.writing import report_study
from synthscope.services.studies.screening import screen_study
from synthscope.services.studies.study_file import StudyFile
from synthscope.services.studies.verifying import reanalyse, verify_pack
from synthscope.services.unblinding import consent_for
from synthscope.studies.sealing.heads import root_of
from synthscope.studies.sealing.holders import HolderKeys
from synthscope.studies.store.chain import heads_of
from synthscope.studies.store.responses import Responses

WHY = "A letter of 3 May."
USED = "rater-002"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[HolderKeys]]:
    """A study that is analysed blind, with the files of its raters; closed."""
    folder = tmp_path_factory.mktemp("erased")
    study, holders = analysed(folder)
    study.close()
    return folder, holders


@pytest.fixture
def copied(made: tuple[Path, list[HolderKeys]], tmp_path: Path) -> Path:
    shutil.copytree(made[0], tmp_path / "all")
    return tmp_path / "all"


@pytest.fixture
def study(copied: Path) -> Iterator[StudyFile]:
    opened = StudyFile.open(copied / "study")
    yield opened
    opened.close()


def of(study: StudyFile, rater: str) -> list[Event]:
    """Give the events of a rater."""
    events = study.events()
    mine = {event.session for event in events if event.payload.get("slot") == rater}
    return [event for event in events if event.session in mine]


def found_in(folder: Path, events: list[Event]) -> set[str]:
    """Name the files that hold any of these events; an event's own number is random, and nowhere else."""
    numbers = [event.id.encode() for event in events]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in files if any(number in path.read_bytes() for number in numbers)}


def test_who_withdrew_is_erased_and_all_else_stays(study: StudyFile, copied: Path) -> None:
    events, heads, before = of(study, GONE), all_heads(study), answers_of(study)
    beside = study.folder / "packs"
    (beside / "mirror").mkdir()
    mine = copied / "answers" / f"responses_{GONE}.db"
    for place in (f"responses_{GONE}.db", f"mirror/responses_{GONE}.backup.db", f"responses_{GONE}-damaged-1.db"):
        shutil.copy(mine, beside / place)
    stays = copied / "answers" / f"responses_{USED}.db"
    shutil.copy(stays, beside)
    (study.folder / "rehearsal" / "answers").mkdir(parents=True)
    (study.folder / "rehearsal" / "answers" / f"responses_{GONE}.db").write_text("of nobody")
    report_study(study, study.folder / "report.html")
    found = erase_rater(study, GONE, "Ada", WHY)
    assert (found.rater, found.events, found.by, found.reason, found.demanded) == (GONE, len(events), "Ada", WHY, False)
    assert found.heads == heads_of(events)
    assert found.complete
    assert not found.results
    assert all_heads(study) == heads
    check_answers(study)
    after = answers_of(study)
    assert after.ratings == before.ratings
    assert after.heads == before.heads
    assert (after.flow["started"], after.flow["withdrawn"], after.flow["erased"]) == (5, 1, 1)
    assert "erased" not in before.flow
    progress = {one.slot: one for one in rater_progress(study)}[GONE]
    assert (progress.answered, progress.withdrawn, progress.erased) == (0, True, True)
    state, by, reason, _ = study.course()[-1]
    assert (state, by) == ("analysed", "Ada")
    assert re.fullmatch(rf"The answers of {GONE} were erased \(1 session, {len(events)} events\): {WHY}", reason)
    assert found_in(study.folder, events) == set()
    study.close()
    assert found_in(study.folder, events) == set()
    assert (beside / stays.name).is_file()
    assert (study.folder / "rehearsal" / "answers" / f"responses_{GONE}.db").is_file()
    assert (study.folder / "report.html").is_file()


def test_what_was_erased_is_not_taken_in_again(made: tuple[Path, list[HolderKeys]], tmp_path: Path) -> None:
    study, answers = collecting(made[0], tmp_path)
    import_answers(study, [answers])
    root = root_of(all_heads(study))
    erase_rater(study, GONE, "Ada", WHY)
    with pytest.raises(InputError, match=rf"The answers of {GONE} were erased on 20.* \(A letter of 3 May\.\) and are"):
        import_answers(study, [answers / f"responses_{GONE}.db"])
    found = import_answers(study, [answers])
    assert (found.added, len(found.notes)) == (0, 1)
    assert "not taken in again; delete these files" in found.notes[0]
    assert of(study, GONE) == []
    assert close_study(study, "Ada", "All have finished.") == root
    check_answers(study)
    study.close()


def collecting(made: Path, folder: Path) -> tuple[StudyFile, Path]:
    """Give a frozen copy of the study, before any answer came in, and the files of the raters."""
    shutil.copytree(made / "study", folder / "study")
    shutil.copytree(made / "answers", folder / "answers")
    study = StudyFile.open(folder / "study")
    study._run("DROP TRIGGER state_no_delete")
    study._run("DELETE FROM state WHERE number > 3")
    study.take_out_sessions({event.session for event in study.events()})
    study.forget("screening", "analysis-blind")
    assert study.state == "frozen"
    return study, folder / "answers"


def test_what_a_rater_erased_alone_is_told_and_older_copies_are_not_taken_in(
    made: tuple[Path, list[HolderKeys]], tmp_path: Path
) -> None:
    study, answers = collecting(made[0], tmp_path)
    older = shutil.copy(answers / f"responses_{GONE}.db", tmp_path / f"responses_{GONE}.db")
    name = str(read_answers(answers / f"responses_{GONE}.db")[0].payload["study"])
    own = Responses.open(answers / f"responses_{GONE}.db", slot=GONE, study=name, mirror=None)
    own.erase()
    own.close()
    found = import_answers(study, [answers, Path(older)])
    assert f"{GONE} has withdrawn and erased the answers at the own computer." in found.notes
    assert [event.kind for event in of(study, GONE)] == ["session_open", "consent_withdrawn", "session_close"]
    assert import_answers(study, [Path(older)]).added == 0
    progress = {one.slot: one for one in rater_progress(study)}[GONE]
    assert (progress.withdrawn, progress.erased) == (True, True)
    flow = answers_of(study).flow
    assert (flow["started"], flow["withdrawn"], flow["erased"]) == (5, 1, 1)
    erase_rater(study, GONE, "Ada", WHY)
    assert answers_of(study).flow["erased"] == 1
    study.close()


def test_what_came_before_the_rater_erased_it_is_named(made: tuple[Path, list[HolderKeys]], tmp_path: Path) -> None:
    study, answers = collecting(made[0], tmp_path)
    import_answers(study, [answers])
    name = str(of(study, GONE)[0].payload["study"])
    own = Responses.open(answers / f"responses_{GONE}.db", slot=GONE, study=name, mirror=None)
    own.erase()
    marker = own.events()
    own.close()
    found = add_answers(study, marker)
    assert "1 session of them is still here: erase it too." in " ".join(found.notes)
    progress = {one.slot: one for one in rater_progress(study)}[GONE]
    assert (progress.erased, progress.held, progress.erasable) == (True, True, True)
    assert erase_rater(study, GONE, "Ada", WHY).heads.keys() >= {marker[0].session}
    study.close()


def test_only_who_withdrew_is_erased_unless_it_was_demanded(study: StudyFile) -> None:
    events = study.events()
    for rater, by, reason, words in (
        (USED, "Ada", WHY, "did not withdraw, or left the answers to be used"),
        ("rater-009", "Ada", WHY, "no rater 'rater-009'; it has rater-001"),
        (GONE, " ", WHY, "names who does it and why"),
        (GONE, "Ada", "", "names who does it and why"),
    ):
        with pytest.raises(InputError, match=words):
            erase_rater(study, rater, by, reason)
    assert study.events() == events
    assert study.course()[-1][0] == "analysed"


def test_a_reason_that_names_a_set_is_refused_while_the_study_is_blind(study: StudyFile) -> None:
    told = max((arm.name for arm in study.design.arms), key=len)
    with pytest.raises(InputError, match=f"names '{told}'.*say it without"):
        erase_rater(study, GONE, "Ada", f"Found {told.upper()} unbearable.")
    assert not erasures_of(study).of(GONE)


def test_answers_that_are_open_in_a_window_are_not_erased(study: StudyFile, copied: Path) -> None:
    path = Path(shutil.copy(copied / "answers" / f"responses_{GONE}.db", study.folder / "packs"))
    name = str(of(study, GONE)[0].payload["study"])
    own = Responses.open(path, slot=GONE, study=name, mirror=None)
    with pytest.raises(Unavailable, match="another window"):
        erase_rater(study, GONE, "Ada", WHY)
    assert of(study, GONE)
    own.close()
    erase_rater(study, GONE, "Ada", WHY)
    assert not path.exists()


def test_a_file_that_may_not_be_deleted_keeps_no_other_from_it(
    study: StudyFile, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events, name = of(study, GONE), f"responses_{GONE}.db"
    first, last = (Path(shutil.copy(copied / "answers" / name, study.folder / one)) for one in (".", "packs"))
    move = Path.replace

    def refused(self: Path, target: Path) -> Path:
        if self == first:
            raise PermissionError(13, "Permission denied")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(FileError, match=f"{name} may not be written; change its permissions"):
        erase_rater(study, GONE, "Ada", WHY)
    assert first.exists()
    assert not last.exists()
    assert [one.complete for one in erasures_of(study).raters] == [False]
    monkeypatch.undo()
    assert erase_rater(study, GONE, "Ada", WHY).complete
    study.close()
    assert found_in(study.folder, events) == set()


def test_results_with_answers_that_were_used_are_forgotten_and_computed_anew(
    study: StudyFile, made: tuple[Path, list[HolderKeys]], tmp_path: Path
) -> None:
    before = analyse_study(study)
    report_study(study, study.folder / "report.html")
    old = publish_study(study, study.folder / "old", "Ada")
    events = [*of(study, USED), *of(study, OUT)]
    assert OUT in study.get("screening", Screening).excluded
    found = erase_rater(study, USED, "Ada", WHY, demanded=True)
    assert found.results == {"analysis-blind": analysis_digest(before)}
    assert not (study.folder / "report.html").exists()
    assert packs_beside(study, found) == (old,)
    assert f"{old} was published with these answers in it; delete it." in erasure_words(found, [old])
    shutil.rmtree(old)
    assert packs_beside(study, found) == ()
    for verb in (
        lambda: consent_for(study, "x"),
        lambda: publish_study(study, tmp_path / "pack", "Ada"),
        lambda: report_study(study, tmp_path / "report.html"),
    ):
        with pytest.raises(InputError, match="computed with answers that were erased since; analyse the study again"):
            verb()
    again = analyse_study(study)
    assert again.estimates != before.estimates
    written = report_study(study, study.folder / "report.html")
    assert (erase_rater(study, USED, "Ada", WHY), written.exists()) == (found, True), "it is of what stands"
    unblind(study, made[1])
    publish_study(study, tmp_path / "open", "Ada")
    study.put(BESIDE, BesideMetrics((), {}))
    last = erase_rater(study, OUT, "Ada", "Another letter.", demanded=True)  # of a study that is reported
    assert last.results.keys() == {"analysis-blind", "analysis", BESIDE}
    assert last.results["analysis"] == analysis_digest(read_publication(tmp_path / "open").analysis)
    assert not study.holds(BESIDE)
    with pytest.raises(InputError, match="analyse the study again"):
        publish_study(study, tmp_path / "again", "Ada")
    assert OUT not in study.get("screening", Screening).excluded
    analyse_study(study)
    pack = publish_study(study, tmp_path / "again", "Ada")
    check_pack(pack, 2)
    readme = " ".join((pack / "README").read_text(encoding="utf-8").split())
    assert f"{OUT} ({last.at[:10]}; what had been computed with them was computed anew, the blind analysis" in readme
    study.close()
    assert found_in(study.folder, events) == found_in(pack, events) == set()
    everything = b"".join(path.read_bytes() for path in study.folder.glob("study.db*"))
    assert b"half covered" not in everything, "why the rater was left out says something of the answers"


def check_pack(pack: Path, erased: int) -> None:
    found = verify_pack(pack)
    assert found.holds, found.problems
    assert any(note.startswith(f"{erased} session") and " erased; heads stand" in note for note in found.notes)
    reanalyse(pack)
    published = read_publication(pack)
    assert len(published.erased) == erased
    assert published.blind_analysis is not None
    assert not any(one.server for one in published.erased)
    flow = json.loads((pack / "flow.json").read_text(encoding="utf-8"))["flow"]
    assert (flow["started"], flow["withdrawn"], flow["erased"], flow["excluded"]) == (5, 1 + erased, erased, 0)
    assert "erased for good" in (pack / "README").read_text(encoding="utf-8")


def test_a_pack_with_an_erased_rater_verifies_and_shows_what_was_touched(
    made: tuple[Path, list[HolderKeys]], study: StudyFile, tmp_path: Path
) -> None:
    before = analyse_study(study)
    unblind(study, made[1])
    erase_rater(study, GONE, "Ada", WHY)
    pack = publish_study(study, tmp_path / "pack", "Ada")
    assert verify_pack(pack).holds
    reanalyse(pack)
    published = read_publication(pack)
    assert published.blind_analysis is not None
    assert published.blind_analysis.estimates == before.estimates, "it stands as it was before the key was opened"
    assert published.analysis.flow["erased"] == 1
    page = report_study(study, tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Of these, answers erased" in page
    assert "1 withdrew (1 erased)" in page
    path = pack / "documents" / "erased.json"
    (session,) = published.erased[0].heads
    head = published.erased[0].heads[session]
    path.write_text(path.read_text(encoding="utf-8").replace(head, "0" * 64), encoding="utf-8")
    problems = verify_pack(pack).problems
    assert any(f"Session {session}, which was erased, is not the one that was noted" in one for one in problems)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
@pytest.mark.parametrize("place", ["take_out_sessions", "forget", "erase_file", "scrub"])
def test_a_kill_leaves_all_of_it_or_what_the_same_call_finishes(
    copied: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copied / "study"
    shutil.copy(copied / "answers" / f"responses_{USED}.db", folder / "packs")
    study = StudyFile.open(folder)
    events, heads = of(study, USED), all_heads(study)
    study.close()
    script = Path(__file__).with_name("eraser.py")
    ran = subprocess.run([sys.executable, str(script), str(folder), USED, place], check=False, timeout=120)
    assert ran.returncode == -9
    study = StudyFile.open(folder)
    if place in ("take_out_sessions", "forget"):
        assert of(study, USED) == events
        assert erasures_of(study).raters == ()
        assert study.holds("analysis-blind")
        check_answers(study)
    else:
        assert of(study, USED) == []
        assert [one.complete for one in erasures_of(study).raters] == [False]
        analyse_study(study)
        with pytest.raises(InputError, match=rf"The erasing of {USED} was interrupted; erase again"):
            publish_study(study, copied / "pack", "Ada")
        assert found_in(folder, events)
        study.close()
        assert main(["study", "status", str(folder)]) == 0
        assert f"The erasing of {USED} was interrupted: study erase again finishes it." in capsys.readouterr().out
        study = StudyFile.open(folder)
    found = erase_rater(study, USED, "Ada", WHY, demanded=True)
    assert found.complete
    assert found.heads == heads_of(events)
    assert erase_rater(study, USED, "Ada", WHY) == found, "once more changes nothing"
    assert all_heads(study) == heads
    check_answers(study)
    study.close()
    assert found_in(folder, events) == set()


def test_a_study_that_was_finished_keeps_its_digest(finished: Finished) -> None:
    """Nothing of a study without erasures is another one than before they could be."""
    assert "erased" not in read_publication(finished.open).analysis.flow
    assert not (finished.open / "documents" / "erased.json").exists()


def test_a_pack_verifies_where_the_answers_were_erased_at_the_server_before_any_came(
    made: tuple[Path, list[HolderKeys]], tmp_path: Path
) -> None:
    study, answers = collecting(made[0], tmp_path)
    import_answers(study, [answers / f"responses_{one}.db" for one in ("rater-001", USED, "rater-003")])
    study.put(ERASED, Erasures((Erasure(GONE, (), "Ada", WHY, "2026-05-04T10:00:00+00:00", complete=True),)))
    close_study(study, "Ada", "All have finished.")
    screen_study(study, {}, "Ada")
    found = analyse_study(study)
    assert (found.flow["started"], found.flow["withdrawn"], found.flow["erased"]) == (4, 1, 1)
    pack = publish_study(study, tmp_path / "pack", "Ada")
    assert verify_pack(pack).holds
    assert reanalyse(pack) == found
    readme = " ".join((pack / "README").read_text(encoding="utf-8").split())
    assert f" Answers of these raters were erased for good: {GONE} (2026-05-04)." in readme
    assert "Among them" not in readme
    study.close()


def test_a_study_whose_raters_are_all_erased_is_still_whole(study: StudyFile, tmp_path: Path) -> None:
    for rater in ("rater-001", USED, "rater-003", OUT, GONE):
        erase_rater(study, rater, "Ada", WHY, demanded=True)
    assert study.events() == ()
    check_answers(study)
    found = analyse_study(study)
    assert (found.flow["started"], found.flow["erased"], found.flow["analysed"]) == (5, 5, 0)
    pack = publish_study(study, tmp_path / "pack", "Ada")
    assert verify_pack(pack).holds
    assert reanalyse(pack) == found
    assert "withdrew (5 erased)" in report_study(study, tmp_path / "report.html").read_text(encoding="utf-8")
