"""The commands of several computers: set up, rate and send, take in."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import uuid
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.studies.central.conftest import manifest_of, open_answers, rate, set_up
from tests.studies.central.server import OWNER, PASSWORD, Server, ask

from synthscope.cli import main
from synthscope.cli.study_design import opened
from synthscope.records.study import AnalysisPlan, Plan, Question, StudyDesign
from synthscope.records.study_key import Codebook
from synthscope.records.study_pack import PackManifest, Trial
from synthscope.services.studies.collecting import add_answers
from synthscope.services.studies.serving import look_at_server
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.central.fetching import fetch_events
from synthscope.studies.central.outbox import Outbox
from synthscope.studies.central.schema import METADATA
from synthscope.studies.pack.writing import write_pack
from synthscope.studies.store.recovery import recover

PROGRAM = """
import json, runpy, sys
from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QApplication
application = QApplication([])
QTimer.singleShot(0, application.closeAllWindows)
sys.argv = sys.argv[1:]
try:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
finally:
    print(json.dumps(sorted(sys.modules)))
"""
SECRET = ("synthscope.studies.sealing", "synthscope.records.study_key", "synthscope.services.provenance")
HEAVY = ("napari", "torch", "synthscope.cli", "alembic", "synthscope.studies.central.installing")


def run(capsys: pytest.CaptureFixture[str], *words: object) -> dict:
    status = main(["study", *map(str, words), "--json"])
    caught = capsys.readouterr()
    assert status == 0, caught.err
    return json.loads(caught.out)


def frozen(folder: Path, study: str) -> StudyFile:
    manifest = manifest_of(study, 2)
    slots = tuple(replace(slot, trials=tuple(Trial(f"t{n}", 1, ()) for n in range(3))) for slot in manifest.slots)
    file = StudyFile.create(folder, StudyDesign("Roots", "rating", (), plan=Plan(), analysis=AnalysisPlan()))
    file.put("manifest", replace(manifest, slots=slots))
    file.advance("audited", "Ada", "x")
    file.advance("frozen", "Ada", "x")
    return file


def test_a_study_is_set_up_sent_to_and_taken_in_by_commands(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    frozen(tmp_path / "study", f"roots-{uuid.uuid4().hex[:8]}").close()
    passwords, keeper = tmp_path / "passwords", server.url(OWNER)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    told = run(capsys, "install", tmp_path / "study", "--to", keeper, "--passwords", passwords)
    assert [one["new"] for one in told["raters"]] == [True, True]
    assert PASSWORD not in json.dumps(told)
    if os.name == "posix":
        assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
    nothing = run(capsys, "import", tmp_path / "study", "--from", keeper)
    assert nothing["notes"] == ["Nothing has come to the server yet."]

    study = StudyFile.open(tmp_path / "study")
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    for raters_line in told["raters"]:
        answers = _answers(tmp_path / raters_line["slot"], study, raters_line["slot"])
        rate(answers, 3)
        state = Outbox(server.url(raters_line["login"]), "desk", answers.events()).close(60)
        assert state.sentence == "All answers are at the server."
        answers.close()
    study.close()
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    taken = run(capsys, "import", tmp_path / "study", "--from", keeper)
    assert (taken["added"], taken["slots"]) == (16, ["rater-001", "rater-002"])
    assert run(capsys, "import", tmp_path / "study", "--from", keeper)["added"] == 0
    with opened(tmp_path / "study") as again:
        there = look_at_server(again, keeper)
    assert [(one.slot, one.answers) for one in there] == [("rater-001", 3), ("rater-002", 3)]
    assert there[0].sentence.startswith("rater-001: 3 answers, the last news of 20")


def test_a_place_whose_computer_is_lost_is_freed_by_a_command(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = set_up(server, 2, tmp_path / "pgpass", monkeypatch)
    frozen(tmp_path / "study", place.manifest.study).close()
    assert place.ask(0, "SELECT synthscope.hold_slot('lost', 120)") == [[True]]
    assert place.ask(0, "SELECT synthscope.hold_slot('new', 120)") == [[False]]
    run(capsys, "free", tmp_path / "study", "rater-001", "--at", place.keeper)
    assert place.ask(0, "SELECT synthscope.hold_slot('new', 120)") == [[True]]
    assert main(["study", "free", str(tmp_path / "study"), "rater-009", "--at", place.keeper]) == 2
    assert "no rater 'rater-009'; it has rater-001, rater-002" in capsys.readouterr().err


def test_a_rater_is_erased_here_and_at_the_server_by_one_command(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = set_up(server, 2, tmp_path / "pgpass", monkeypatch)
    file = frozen(tmp_path / "study", place.manifest.study)
    file.put("manifest", replace(file.get("manifest", PackManifest), questions=(Question("q", "scale", "How good?"),)))
    file.put("codebook", Codebook(place.manifest.study, (), ()))
    file.close()
    for number in range(2):
        answers = open_answers(tmp_path / str(number), place, number)
        rate(answers, 3)
        answers.append("consent_withdrawn", "", {"keep": number == 1})
        Outbox(place.url(number), "desk", answers.events()).close(60)
        answers.close()
    run(capsys, "import", tmp_path / "study", "--from", place.keeper)
    words = ["erase", tmp_path / "study", "rater-001", "--reason", "A letter.", "--by", "Ada"]
    gone = "postgresql://keeper@127.0.0.1:1/ratings"
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert main(["study", *map(str, words), "--at", gone]) != 0
    assert "cannot be reached" in capsys.readouterr().err
    assert all(one["sessions"] for one in run(capsys, "status", tmp_path / "study")["raters"]), "nothing was erased"
    told = run(capsys, *words, "--at", place.keeper)["erased"]
    assert (told["rater"], told["complete"], len(told["sessions"])) == ("rater-001", True, 1)
    state = run(capsys, "status", tmp_path / "study", "--at", place.keeper)
    assert [(one["erased"], one["withdrawn"], one["answered"]) for one in state["raters"]] == [
        (True, True, 0), (False, True, 3),
    ]  # fmt: skip
    assert [bool(one["erased"]) for one in state["server"]] == [True, False]
    assert run(capsys, "import", tmp_path / "study", "--from", place.keeper)["added"] == 0
    assert main(["study", "erase", str(tmp_path / "study"), "rater-002", "--reason", "x"]) == 2
    assert "left the answers to be used" in capsys.readouterr().err
    assert main(["study", "erase", str(tmp_path / "study"), "rater-002", "--reason", "x", "--demanded"]) == 0
    assert "The answers of rater-002 are erased: 1 session, 9 events." in capsys.readouterr().out
    refused = main(["study", "import", str(tmp_path / "study"), "--from", place.keeper])
    assert refused == 2, "the server still has them"
    assert "The answers of rater-002 were erased on 20" in capsys.readouterr().err
    assert run(capsys, *["erase", tmp_path / "study", "rater-002", "--reason", "x", "--at", place.keeper])["erased"]
    nothing = run(capsys, "import", tmp_path / "study", "--from", place.keeper)
    assert nothing["notes"] == ["Nothing has come to the server yet."]


def _answers(folder: Path, study: StudyFile, slot: str):
    from synthscope.studies.store.responses import Responses

    folder.mkdir()
    name = study.get("manifest", PackManifest).study
    return Responses.open(folder / "responses.db", slot=slot, study=name, mirror=None)


def test_events_of_a_server_and_of_files_make_the_same_study(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = set_up(server, 2, tmp_path / "pgpass", monkeypatch)
    for number in range(2):
        answers = open_answers(tmp_path / str(number), place, number)
        rate(answers, 3)
        Outbox(place.url(number), "desk", answers.events()).close(60)
        answers.close()
    mirrors = [tmp_path / str(number) / "mirror" / "a.jsonl" for number in range(2)]
    local = [event for number in range(2) for event in recover(_db(tmp_path, number), mirrors[number])]
    first, second = (frozen(tmp_path / name, place.manifest.study) for name in ("files", "server"))
    fetched = fetch_events(place.keeper, place.manifest.study)
    assert add_answers(first, local).added == add_answers(second, fetched).added
    assert sorted(first.events(), key=lambda e: e.id) == sorted(second.events(), key=lambda e: e.id)
    first.close(), second.close()


def _db(folder: Path, number: int) -> Path:
    return folder / str(number) / f"responses_rater-00{number + 1}.db"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "{}/study"], "Name files of answers, or a server with --from"),
        (["install", "{}/study", "--to", "postgresql://a:b@h/d", "--passwords", "{}/p"], "holds a password"),
        (["install", "{}/study", "--to", "postgresql://a@h/d", "--passwords", "{}/study/p"], "lies within the study"),
        (["install", "{}/study", "--to", "postgresql://a@h/d", "--passwords", "{}/there"], "is there already"),
    ],
)
def test_a_command_that_cannot_be_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    frozen(tmp_path / "study", "roots").close()
    (tmp_path / "there").write_text("")
    assert main(["study", *(word.format(tmp_path) for word in words)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("entry", [["synthscope.rating"], ["synthscope", "study", "rate"]])
def test_the_window_of_a_rater_sends_and_still_loads_nothing_that_unblinds(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: list[str]
) -> None:
    place = set_up(server, 1, tmp_path / "pgpass", monkeypatch)
    (slot,) = place.manifest.slots
    manifest = replace(
        place.manifest, paradigm="rating", codes=("0a11",), questions=(Question("q", "scale", "How good?"),),
        slots=(replace(slot, trials=(Trial("t", 1, ("0a11",)),)),),
    )  # fmt: skip
    pack = write_pack(tmp_path / "s.ratepack", manifest, lambda _: np.zeros((1, 8, 8, 1), np.uint8))
    home = {"QT_QPA_PLATFORM": "offscreen", "XDG_DATA_HOME": str(tmp_path / "home")}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, *entry, str(pack), "--send", place.url()], check=False, capture_output=True,
        text=True, timeout=60, env={**os.environ, **home},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "All answers are at the server." in ran.stderr
    loaded = json.loads(ran.stdout.splitlines()[-1])
    assert "synthscope.studies.central.outbox" in loaded
    assert not [name for name in loaded if name.startswith((*SECRET, *HEAVY))]
    local = recover(tmp_path / "responses_rater-001.db", tmp_path / "mirror" / "responses_rater-001.jsonl")
    assert fetch_events(place.keeper, manifest.study) == local
    assert [event.kind for event in local] == ["session_open", "session_close"]


def test_no_table_has_room_for_a_key_or_a_label(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = set_up(server, 1, tmp_path / "pgpass", monkeypatch)
    columns = {column.name for table in METADATA.tables.values() for column in table.columns}
    there = ask(
        place.server, OWNER, PASSWORD,
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'synthscope'",
    )  # fmt: skip
    assert {name for (name,) in there} == columns | {"version_num"}
    assert not columns & {"arm", "truth", "real", "key", "secret", "picture", "schedule", "place", "letter"}
