"""What the server takes, refuses and shows: asked as each of its roles."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace

import pg8000.dbapi
import pytest
from sqlalchemy.exc import DBAPIError
from tests.studies.central.conftest import Study
from tests.studies.central.server import OWNER, PASSWORD, ask

from synthscope.errors import DocumentError, InputError, SynthscopeError
from synthscope.records.study_events import GENESIS, Event
from synthscope.studies.central.address import address_of, engine_of, fault_of
from synthscope.studies.central.fetching import fetch_events, free_slot, slots_at
from synthscope.studies.central.installing import install, login_of, verifier_of
from synthscope.studies.central.schema import METADATA
from synthscope.studies.central.sending import hold, send
from synthscope.studies.store.chain import sealed

TABLES = ("study", "slot", "session", "event", "lease")


def bring(url: str, events: Sequence[Event], device: str = "desk") -> None:
    """Send events in one batch; what the server says comes as one of our sentences."""
    try:
        with engine_of(address_of(url)).connect() as connection:
            send(connection, events, device)
    except DBAPIError as error:
        raise fault_of(error, address_of(url)) from error


def held(url: str, device: str) -> bool:
    with engine_of(address_of(url)).connect() as connection:
        return hold(connection, device)


def test_what_comes_is_what_was_sent(study: Study, events: tuple[Event, ...]) -> None:
    bring(study.url(), events)
    assert fetch_events(study.keeper, study.manifest.study) == events


def test_events_may_come_again_in_any_overlap(study: Study, events: tuple[Event, ...]) -> None:
    for batch in (events[:5], events[:5], events[2:7], events, events[3:4]):
        bring(study.url(), batch)
    assert fetch_events(study.keeper, study.manifest.study) == events


def test_a_gap_is_refused(study: Study, events: tuple[Event, ...]) -> None:
    bring(study.url(), events[:3])
    with pytest.raises(InputError, match=r"event 4 was refused: the one before it is missing"):
        bring(study.url(), events[4:])
    with pytest.raises(InputError, match=r"event 4 was refused: the one before it is missing"):
        bring(study.url(), [*events[:4][3:], events[4], *events[6:]][1:])
    assert fetch_events(study.keeper, study.manifest.study) == events[:3]


def test_a_refused_event_takes_its_whole_batch_with_it(study: Study, events: tuple[Event, ...]) -> None:
    with pytest.raises(InputError, match="event 5 was refused"):
        bring(study.url(), [*events[:4], *events[5:]])
    assert fetch_events(study.keeper, study.manifest.study) == ()


def test_a_changed_event_is_refused_at_its_row(study: Study, events: tuple[Event, ...]) -> None:
    changed = replace(events[4], payload={**events[4].payload, "answers": {"q": 99}})
    with pytest.raises(InputError, match=r"event 4 was refused: it was changed after it was written"):
        bring(study.url(), [*events[:4], changed, *events[5:]])


def test_an_event_that_is_here_already_cannot_be_written_anew(study: Study, events: tuple[Event, ...]) -> None:
    bring(study.url(), events)
    anew = sealed(replace(events[4], payload={"answers": {"q": 99}}), events[3].hash)
    with pytest.raises(InputError, match=r"event 4 was refused: another one is here already"):
        bring(study.url(), [anew])
    assert fetch_events(study.keeper, study.manifest.study) == events


@pytest.mark.parametrize(
    ("number", "change", "reason"),
    [
        (0, {"kind": "comment"}, "it does not open a session"),
        (0, {"payload": {"study": "another", "slot": "rater-001"}}, "it is not of study"),
        (0, {"payload": {}}, "it is not of study"),
        (3, {"clock": 0}, "its clock runs backwards"),
        (3, {"clock": 2**70}, "it is no event"),
    ],
)
def test_a_sealed_event_that_cannot_be_is_refused(
    study: Study, events: tuple[Event, ...], number: int, change: dict, reason: str
) -> None:
    bring(study.url(), events[:number])
    forged = sealed(replace(events[number], **change), events[number].previous)
    with pytest.raises(InputError, match=f"event {number} was refused: {reason}"):
        bring(study.url(), [forged])


def test_an_event_that_follows_another_hash_is_refused(study: Study, events: tuple[Event, ...]) -> None:
    bring(study.url(), events[:3])
    with pytest.raises(InputError, match=r"event 3 was refused: it does not follow the one before it"):
        bring(study.url(), [sealed(events[3], GENESIS)])


def test_answers_of_another_slot_are_refused(study: Study, events: tuple[Event, ...]) -> None:
    with pytest.raises(InputError, match=r"event 0 was refused: it is not of study .*, slot rater-002"):
        bring(study.url(1), events)
    bring(study.url(0), events[:4])
    with pytest.raises(InputError, match="event 4 was refused: the session is of another slot"):
        bring(study.url(1), events[4:])


@pytest.mark.parametrize("content", ["{", "[]", '"x"', "null", '{"session": 1}'])
def test_what_is_no_event_is_refused(study: Study, content: str) -> None:
    row = f"INSERT INTO synthscope.event (session, seq, content, previous, hash, device) VALUES ('s', 0, '{content}', "
    genesis = f"repeat('0', 64), encode(sha256(convert_to(repeat('0', 64) || '{content}', 'UTF8')), 'hex'), 'd')"
    with pytest.raises(pg8000.dbapi.DatabaseError, match="event 0 was refused"):
        study.ask(0, row + genesis)


def test_a_rater_sees_the_own_slot_alone(study: Study, events: tuple[Event, ...]) -> None:
    bring(study.url(0), events)
    held(study.url(0), "desk")
    counts = {table: f"SELECT count(*) FROM synthscope.{table}" for table in TABLES}
    mine = {table: study.ask(0, count)[0][0] for table, count in counts.items()}
    others = {table: study.ask(1, count)[0][0] for table, count in counts.items()}
    assert mine == {"study": 1, "slot": 1, "session": 1, "event": len(events), "lease": 1}
    assert others == {"study": 1, "slot": 1, "session": 0, "event": 0, "lease": 0}
    assert study.ask(1, "SELECT id FROM synthscope.slot") == [["rater-002"]]


TRICKS = (
    "SET ROLE synthscope_rater",
    "SELECT set_config('session_authorization', 'keeper', false)",
    "SELECT set_config('role', 'keeper', false)",
    "SET SESSION AUTHORIZATION keeper",
    "SET ROLE synthscope_designer",
    "SET row_security = off",
    "ALTER TABLE synthscope.event DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE synthscope.event DISABLE TRIGGER ALL",
    "CREATE POLICY all_of_it ON synthscope.event USING (true)",
    "CREATE FUNCTION synthscope.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "GRANT synthscope_designer TO CURRENT_USER",
    "SET session_replication_role = replica",
)


def test_no_trick_shows_a_rater_another_slot(study: Study, events: tuple[Event, ...]) -> None:
    bring(study.url(0), events)
    refused = []
    for trick in TRICKS:
        try:
            assert study.ask(1, trick, "SELECT count(*) FROM synthscope.event") == [[0]], trick
        except pg8000.dbapi.DatabaseError as error:
            refused.append((trick, error.args[0]["C"]))
    assert refused == [(trick, "42501") for trick in TRICKS[1:]]
    assert study.ask(0, "SELECT count(*) FROM synthscope.event") == [[len(events)]]


@pytest.mark.parametrize(("who", "code"), [("rater", "42501"), ("keeper", "SY001"), ("postgres", "SY001")])
def test_nothing_is_changed_nor_deleted_by_anybody(
    study: Study, events: tuple[Event, ...], who: str, code: str
) -> None:
    bring(study.url(0), events)
    login, password = (who, PASSWORD) if who != "rater" else (study.logins[0].login, study.logins[0].password)
    changes = ("UPDATE synthscope.{} SET {} = 'x'", "DELETE FROM synthscope.{}", "TRUNCATE synthscope.{} CASCADE")
    for table in ("event", "session", "slot", "study"):
        for change in changes:
            column = "title" if table == "study" else "study"
            with pytest.raises(pg8000.dbapi.DatabaseError) as refusal:
                ask(study.server, login, password, change.format(table, column))
            assert refusal.value.args[0]["C"] == code
    assert fetch_events(study.keeper, study.manifest.study) == events


def test_a_rater_writes_what_is_sealed_and_nothing_else(study: Study) -> None:
    for statement in (
        "INSERT INTO synthscope.session VALUES ('s', 'x', 'y', 'd', true, now())",
        "INSERT INTO synthscope.slot VALUES ('x', 'y', session_user)",
        "INSERT INTO synthscope.lease VALUES ('x', 'y', 'd', now())",
        "INSERT INTO synthscope.event (session, seq, study) VALUES ('s', 0, 'x')",
        "INSERT INTO synthscope.event (session, seq, received) VALUES ('s', 0, now())",
    ):
        with pytest.raises(pg8000.dbapi.DatabaseError) as refusal:
            study.ask(0, statement)
        assert refusal.value.args[0]["C"] == "42501"


def member(study: Study, role: str) -> str:
    """A login that is a member of a role."""
    login = f"{role}_{study.manifest.study}"
    ask(
        study.server, OWNER, PASSWORD,
        f"CREATE ROLE \"{login}\" LOGIN PASSWORD '{PASSWORD}'", f'GRANT synthscope_{role} TO "{login}"',
    )  # fmt: skip
    return login


def test_an_analyst_reads_and_a_key_holder_sees_heads(study: Study, events: tuple[Event, ...]) -> None:
    bring(study.url(0), events)
    analyst, holder = member(study, "analyst"), member(study, "keyholder")
    mine = f"WHERE study = '{study.manifest.study}'"
    seen = ask(study.server, analyst, PASSWORD, f"SELECT count(content) FROM synthscope.event {mine}")
    assert seen == [[len(events)]]
    heads = ask(study.server, holder, PASSWORD, f"SELECT max(hash) FROM synthscope.event {mine} AND seq = 7")
    assert heads == [[events[-1].hash]]
    for login, forbidden in (
        (holder, "SELECT content FROM synthscope.event"),
        (holder, "SELECT login FROM synthscope.slot"),
        (analyst, "SELECT login FROM synthscope.slot"),
        (analyst, "INSERT INTO synthscope.event (session, seq) VALUES ('s', 0)"),
    ):
        with pytest.raises(pg8000.dbapi.DatabaseError, match="permission denied"):
            ask(study.server, login, PASSWORD, forbidden)


def test_a_login_that_is_no_rater_cannot_write_events(study: Study, events: tuple[Event, ...]) -> None:
    with pytest.raises(InputError, match="keeper has no slot in a study here"):
        bring(study.keeper, events)


def test_two_devices_on_one_slot_are_both_kept_and_flagged(study: Study, events: tuple[Event, ...]) -> None:
    other = sealed(replace(events[0], session="f" * 32, id="e" * 32), GENESIS)
    assert held(study.url(), "desk")
    bring(study.url(), events, "desk")
    assert not held(study.url(), "laptop")
    bring(study.url(), [other], "laptop")
    fetched = fetch_events(study.keeper, study.manifest.study)
    assert sorted(fetched, key=lambda one: one.id) == sorted((*events, other), key=lambda one: one.id)
    (slot,) = slots_at(study.keeper, study.manifest.study)
    assert (slot.devices, slot.unleased, slot.answers) == (("desk", "laptop"), 1, 3)
    assert slot.flag == "rater-001 was rated on 2 devices; the answers of all are kept."


def test_a_coordinator_hands_a_slot_over(study: Study) -> None:
    assert held(study.url(), "desk")
    assert held(study.url(), "desk")
    assert not held(study.url(), "laptop")
    assert held(study.url(1), "laptop")
    free_slot(study.keeper, study.manifest.study, "rater-001")
    assert held(study.url(), "laptop")
    assert not held(study.url(), "desk")


def test_setting_up_again_changes_nothing_and_a_lost_password_is_renewed(study: Study) -> None:
    again = install(study.keeper, study.manifest, renew=("rater-002",))
    assert [bool(one.password) for one in again] == [False, True]
    ask(study.server, again[1].login, again[1].password, "SELECT 1")
    ask(study.server, study.logins[0].login, study.logins[0].password, "SELECT 1")
    with pytest.raises(pg8000.dbapi.DatabaseError, match="password authentication failed"):
        study.ask(1, "SELECT 1")


def test_another_study_under_the_same_name_is_refused(study: Study) -> None:
    with pytest.raises(DocumentError, match="frozen otherwise"):
        install(study.keeper, replace(study.manifest, key_commitment="0" * 64))
    with pytest.raises(InputError, match="no slot rater-009"):
        install(study.keeper, study.manifest, renew=("rater-009",))


def test_a_study_that_is_not_there_is_named(study: Study) -> None:
    with pytest.raises(InputError, match="no study 'other'"):
        fetch_events(study.keeper, "other")


def test_what_the_owner_changed_behind_the_guards_is_found(study: Study, events: tuple[Event, ...]) -> None:
    bring(study.url(), events)
    ask(
        study.server, OWNER, PASSWORD, "ALTER TABLE synthscope.event DISABLE TRIGGER append_only",
        f"UPDATE synthscope.event SET content = replace(content, '\"q\":1', '\"q\":9') WHERE seq = 4 "
        f"AND study = '{study.manifest.study}'",
        "ALTER TABLE synthscope.event ENABLE TRIGGER append_only",
    )  # fmt: skip
    with pytest.raises(SynthscopeError, match="event 4: it was changed after it was written"):
        fetch_events(study.keeper, study.manifest.study)


def test_the_history_ends_in_the_tables_that_the_program_knows(study: Study) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine_of(address_of(study.keeper)).connect() as connection:
        options = {"include_schemas": True, "version_table_schema": "synthscope"}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []


def test_a_login_is_a_name_that_the_server_takes() -> None:
    assert login_of("roots", "rater-001") == "rater-001_roots"
    assert len(login_of("r" * 100, "rater-001")) == 63
    with pytest.raises(InputError, match="too long"):
        login_of("roots", "r" * 80)


def test_the_verifier_of_a_password_is_that_of_the_standard() -> None:
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")  # RFC 7677, section 3: user, pencil, 4096 rounds
    assert verifier_of("pencil", salt) == (
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
        "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    )
