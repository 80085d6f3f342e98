"""Encrypted connections: the server's certificate is checked, and nothing is sent to one that is not trusted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.studies.central.certificates import Authority
from tests.studies.central.conftest import Study, manifest_of, open_answers, rate
from tests.studies.central.server import OWNER, PASSWORD, Server, binaries, running

from synthscope.errors import InputError
from synthscope.studies.central.address import address_of, engine_of
from synthscope.studies.central.fetching import fetch_events
from synthscope.studies.central.installing import install
from synthscope.studies.central.outbox import Outbox

TLS = "?sslmode=verify-full"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def encrypted(authority: Authority) -> Iterator[Server]:
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (package postgresql)")
    with running(20, authority.sign("127.0.0.1")) as server:
        yield server


@pytest.fixture
def root(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Trust what the authority signed, as an institute's computers are made to."""
    path = tmp_path / "root.crt"
    path.write_bytes(authority.root)
    monkeypatch.setenv("PGSSLROOTCERT", str(path))
    monkeypatch.delenv("PGPASSWORD", raising=False)
    return path


@pytest.mark.usefixtures("root")
def test_a_study_is_set_up_sent_to_and_fetched_over_encrypted_connections(encrypted: Server, tmp_path: Path) -> None:
    manifest = manifest_of("roots-tls", 1)
    keeper = address_of(encrypted.url(OWNER) + TLS, PASSWORD)
    (login,) = install(keeper, manifest)
    answers = open_answers(tmp_path / "answers", Study(manifest, (login,), encrypted))
    rate(answers, 3)
    rater = address_of(encrypted.url(login.login) + TLS, login.password)
    assert Outbox(rater, "desk", answers.events()).close(30).events == 0
    assert fetch_events(keeper, manifest.study) == tuple(answers.events())
    answers.close()
    with engine_of(keeper).connect() as connection:
        ours = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert connection.exec_driver_sql(ours).scalar_one() is True


def test_a_server_whose_certificate_nobody_vouches_for_is_told_no_password(
    encrypted: Server, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.write_bytes(Authority("Somebody else").root)
    keeper = address_of(encrypted.url(OWNER) + TLS, PASSWORD)
    with pytest.raises(InputError, match=r"certificate of the server 127\.0\.0\.1 .* PGSSLROOTCERT"):
        fetch_events(keeper, "roots-tls")
    monkeypatch.delenv("PGSSLROOTCERT")
    with pytest.raises(InputError, match="certificate of the server"):
        fetch_events(keeper, "roots-tls")


@pytest.mark.usefixtures("root")
def test_a_certificate_of_another_host_is_refused(encrypted: Server) -> None:
    elsewhere = Server(encrypted.port, "localhost")  # the certificate is of 127.0.0.1
    with pytest.raises(InputError, match=r"certificate of the server localhost .*ostname mismatch"):
        fetch_events(address_of(elsewhere.url(OWNER) + TLS, PASSWORD), "roots-tls")


@pytest.mark.usefixtures("root")
def test_a_server_that_wants_encryption_is_not_spoken_to_in_the_open(encrypted: Server) -> None:
    keeper = address_of(encrypted.url(OWNER) + "?sslmode=disable", PASSWORD)
    with pytest.raises(InputError, match="does not let"):
        fetch_events(keeper, "roots-tls")
