"""Addresses, passwords and devices: nothing secret on a command line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from synthscope.errors import InputError
from synthscope.studies.central.address import Address, address_of, password_line, password_of
from synthscope.studies.central.device import this_device

FAR = Address("db.institute.org", 5432, "ratings", "rater", encrypted=True)


def test_a_far_server_is_encrypted_unless_the_address_says_otherwise() -> None:
    assert address_of("postgresql://rater@db.institute.org/ratings") == FAR
    assert not address_of("postgresql://rater@db.institute.org/ratings?sslmode=disable").encrypted
    assert not address_of("postgresql://rater@localhost/ratings").encrypted
    assert address_of("postgresql://r%C3%A4@db:6000/ratings").login == "rä"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://rater:secret@db/ratings", "holds a password"),
        ("http://rater@db/ratings", "no address of a server"),
        ("postgresql://db/ratings", "no address of a server"),
        ("postgresql://rater@db", "no address of a server"),
        ("postgresql://rater@db:x/ratings", "cannot be read"),
        ("postgresql://rater@db/ratings?sslmode=prefer", "sslmode=prefer is not known"),
    ],
)
def test_a_wrong_address_is_told_without_its_password(url: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        address_of(url)
    assert "secret" not in error.value.sentence


def test_the_password_comes_from_the_variable_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "pgpass"
    mine = password_line(FAR, "rater", r"a:b\c")
    file.write_text(f"# of mine\nother:5432:ratings:rater:no\n{mine}\n*:*:*:*:last\n")
    file.chmod(0o600)
    places = {"PGPASSFILE": str(file)}
    assert password_of(FAR, {**places, "PGPASSWORD": "first"}) == "first"
    assert password_of(FAR, places) == r"a:b\c"
    assert password_of(Address("x", 1, "d", "l", encrypted=True), places) == "last"


@pytest.mark.skipif(os.name != "posix", reason="permissions of files are those of POSIX")
def test_a_password_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pgpass"
    file.write_text("*:*:*:*:x\n")
    file.chmod(0o644)
    with pytest.raises(InputError, match=r"Others may read .* chmod 600"):
        password_of(FAR, {"PGPASSFILE": str(file)})


def test_a_device_keeps_its_number(tmp_path: Path) -> None:
    assert this_device(tmp_path / "a") == this_device(tmp_path / "a") != this_device(tmp_path / "b")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://rater@db.institute.org/ratings",
        "postgresql://r%C3%A4@db:6000/ratings?sslmode=disable",
        "postgresql://r@localhost/a%2Fb",
        "postgresql://r@[::1]:7/d?sslmode=verify-full",
    ],
)
def test_an_address_is_written_as_it_is_read_and_without_its_password(url: str) -> None:
    address = address_of(url, "secret")
    assert address_of(address.url) == address
    assert password_of(address, {"PGPASSWORD": "another"}) == "secret"
    assert "secret" not in f"{address.url} {address} {address!r}"
