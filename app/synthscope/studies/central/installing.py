"""Setting a study up on a server: tables, and a login for each rater."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError

from synthscope.errors import DocumentError, InputError
from synthscope.records.study_pack import PackManifest
from synthscope.studies.central.address import Address, address_of, engine_of, fault_of, password_line
from synthscope.studies.central.schema import RATER, SCHEMA, SLOT, STUDY

_LONGEST_NAME = 63
_ODD = frozenset({'"', "\\", *map(chr, range(32))})
_FROZEN = ("design_sha256", "schedule_sha256", "key_commitment")
_SAFETY = {
    "synchronous_commit": "on",
    "idle_in_transaction_session_timeout": "30s",
    "statement_timeout": "60s",
    "lock_timeout": "30s",
}


@dataclass(frozen=True)
class RaterLogin:
    """The login of one slot.

    Parameters
    ----------
    password : str
        Drawn here, told once; empty where the login was there already.
    line : str
        For the rater's password file; empty as the password.
    """

    slot: str
    login: str
    password: str
    line: str


def install(url: Address | str, manifest: PackManifest, renew: tuple[str, ...] = ()) -> tuple[RaterLogin, ...]:
    """Set a study up; what is there already is left as it is.

    Parameters
    ----------
    url : Address or str
        Of a database of its own, with a login that may create roles and schemas there.
    renew : tuple of str
        Slots whose login shall have a new password.

    Returns
    -------
    tuple of RaterLogin
        One for each slot of the pack. The passwords stand nowhere else: the server keeps only what checks them.

    Raises
    ------
    InputError
        If the login may not do this, the database is not in UTF-8, or `renew` names an unknown slot.
    DocumentError
        If the server has another study under this name, or tables of a newer version.
    Unavailable
        If the server cannot be reached.
    """
    if unknown := set(renew) - {slot.id for slot in manifest.slots}:
        raise InputError(f"The study has no slot {', '.join(sorted(unknown))}; name slots of its pack.")
    if odd := [name for name in (manifest.study, *(slot.id for slot in manifest.slots)) if set(name) & _ODD]:
        raise InputError(f"{odd[0]!r} cannot be the name of a login; use letters, digits and hyphens.")
    address = address_of(url)
    with _transaction(address) as connection:
        _check_encoding(connection, address)
        migrate(connection)
        _register(connection, manifest)
        return tuple(_login(connection, address, manifest.study, slot.id, slot.id in renew) for slot in manifest.slots)


def migrate(connection: Connection) -> None:
    """Bring the tables to the version of this program, within the transaction of `connection`.

    Raises
    ------
    DocumentError
        If they are of a newer version.
    """
    from alembic.util import CommandError

    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    config = Config()
    config.set_main_option("script_location", "synthscope.studies.central:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise DocumentError(
            f"The tables on the server are of a newer Synthscope ({error}); update Synthscope to use them."
        ) from error


def login_of(study: str, slot: str) -> str:
    """Give the name of the login of a slot: at most 63 characters.

    Raises
    ------
    InputError
        If the names are too long for that.
    """
    name = f"{slot}_{study}"
    if len(name.encode()) > _LONGEST_NAME:
        name = f"{slot}_{study[: _LONGEST_NAME - 1 - len(slot.encode())]}"
    if len(name.encode()) > _LONGEST_NAME or len(slot) >= _LONGEST_NAME - 8:
        raise InputError(f"The name of slot {slot!r} is too long for a login; use at most 54 plain letters.")
    return name


def verifier_of(password: str, salt: bytes, rounds: int = 4096) -> str:
    """Give what the server checks a password by, so that the password itself never goes there (RFC 5802, RFC 7677).

    Parameters
    ----------
    password : str
        In ASCII, which needs no preparation.
    """
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, rounds)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    in_text = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${rounds}:{in_text[0]}${in_text[1]}:{in_text[2]}"


@contextmanager
def _transaction(address: Address) -> Iterator[Connection]:
    engine = engine_of(address).execution_options(isolation_level="READ COMMITTED")
    try:
        with engine.begin() as connection:
            yield connection
    except (DBAPIError, OSError) as error:
        raise fault_of(error, address) from error


def _check_encoding(connection: Connection, address: Address) -> None:
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise InputError(f"Database {address.database!r} is in {encoding}; create one with ENCODING 'UTF8'.")


def _register(connection: Connection, manifest: PackManifest) -> None:
    known = connection.execute(select(STUDY).where(STUDY.c.id == manifest.study)).mappings().one_or_none()
    frozen = {name: getattr(manifest, name) for name in _FROZEN}
    if known is None:
        row = {"id": manifest.study, "title": manifest.title, **frozen}
        connection.execute(insert(STUDY).values(installed=text("clock_timestamp()"), **row))
    elif any(known[name] != value for name, value in frozen.items()):
        raise DocumentError(
            f"The server has a study {manifest.study!r} that was frozen otherwise; use the pack it was set up with."
        )


def _login(connection: Connection, address: Address, study: str, slot: str, renew: bool) -> RaterLogin:
    login = login_of(study, slot)
    quoted = connection.dialect.identifier_preparer.quote_identifier(login)
    is_there = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": login}).first()
    owner = connection.execute(select(SLOT).where(SLOT.c.login == login)).mappings().one_or_none()
    if (is_there and not owner) or (owner and (owner["study"], owner["id"]) != (study, slot)):
        raise InputError(f"The server has a login {login!r} of something else; ask who keeps the server to remove it.")
    if not is_there:
        connection.exec_driver_sql(f"CREATE ROLE {quoted} LOGIN CONNECTION LIMIT 20")
        connection.exec_driver_sql(f"GRANT {RATER} TO {quoted}")
        for name, value in _SAFETY.items():
            connection.exec_driver_sql(f"ALTER ROLE {quoted} SET {name} = '{value}'")
    if owner is None:
        connection.execute(insert(SLOT).values(study=study, id=slot, login=login))
    if is_there and not renew:
        return RaterLogin(slot, login, "", "")
    password = secrets.token_urlsafe(24)
    connection.exec_driver_sql(f"ALTER ROLE {quoted} PASSWORD '{verifier_of(password, secrets.token_bytes(16))}'")
    return RaterLogin(slot, login, password, password_line(address, login, password))
