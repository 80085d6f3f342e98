"""One server for all tests of the room, and a study in it for each."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.studies.central.server import OWNER, PASSWORD, Server, Wire, ask, binaries, running

from synthscope.records.study import Showing
from synthscope.records.study_events import Event
from synthscope.records.study_pack import PackManifest, Slot
from synthscope.studies.central.address import address_of, password_line
from synthscope.studies.central.installing import RaterLogin, install
from synthscope.studies.store.responses import Responses


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (package postgresql)")
    with running() as one:
        yield one


@dataclass(frozen=True)
class Study:
    """A study that was set up: its pack's document, the logins, and where."""

    manifest: PackManifest
    logins: tuple[RaterLogin, ...]
    server: Server

    @property
    def keeper(self) -> str:
        return self.server.url(OWNER)

    def url(self, number: int = 0, port: int = 0) -> str:
        return self.server.url(self.logins[number].login, port=port)

    def ask(self, number: int, *statements: str) -> list[list]:
        return ask(self.server, self.logins[number].login, self.logins[number].password, *statements)


def manifest_of(study: str, raters: int) -> PackManifest:
    slots = tuple(Slot(f"rater-{number + 1:03d}", False, ()) for number in range(raters))
    frozen = {name: name[0] * 64 for name in ("design_sha256", "schedule_sha256", "key_commitment")}
    return PackManifest(study, "Roots", "rating", (), Showing(), (1, 8, 8, 1), (), slots, **frozen)


def set_up(server: Server, raters: int, passwords: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """Set a study up, with all passwords in the password file of this process."""
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    keeper = address_of(server.url(OWNER))
    passwords.write_text(password_line(keeper, OWNER, PASSWORD) + "\n")
    passwords.chmod(0o600)
    manifest = manifest_of(f"roots-{uuid.uuid4().hex[:8]}", raters)
    logins = install(server.url(OWNER), manifest)
    lines = [f"127.0.0.1:*:ratings:{one.login}:{one.password}\n" for one in logins]
    passwords.write_text(passwords.read_text() + "".join(lines))
    return Study(manifest, logins, server)


@pytest.fixture
def study(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    return set_up(server, 2, tmp_path / "pgpass", monkeypatch)


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    one = Wire(server.port)
    yield one
    one.close()


def open_answers(folder: Path, study: Study, number: int = 0) -> Responses:
    folder.mkdir(parents=True, exist_ok=True)
    slot = study.logins[number].slot
    return Responses.open(
        folder / f"responses_{slot}.db", slot=slot, study=study.manifest.study, mirror=folder / "mirror" / "a.jsonl"
    )


def rate(answers: Responses, trials: int) -> None:
    """A session of so many answers, with characters that a careless server would stumble over."""
    answers.begin("rater", "Synthscope test")
    for number in range(trials):
        answers.append("trial_armed", f"t{number}")
        answers.append("answer_submitted", f"t{number}", {"answers": {"q": number}, "rt_ms": 0.1 + number})
    answers.append("comment", "", {"text": "π ≠ 3; 50 % \\ \u0000 \u2028 ' \"; DROP TABLE event; --", "x": 1e-300})


@pytest.fixture
def events(study: Study, tmp_path: Path) -> tuple[Event, ...]:
    """Of a session of slot 0: opening, two events for each of three trials, a comment."""
    answers = open_answers(tmp_path / "answers", study)
    rate(answers, 3)
    answers.close()
    from synthscope.studies.store.recovery import recover

    return recover(answers.path, tmp_path / "answers" / "mirror" / "a.jsonl")
