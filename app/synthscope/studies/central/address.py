"""Where the server of a study is, and who asks: never a password in it."""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pg8000.dbapi
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from synthscope.errors import InputError, SynthscopeError, Unavailable

SECONDS = 10.0
"""How long the network may be silent before a connection counts as lost."""
_EXAMPLE = "postgresql://LOGIN@HOST/DATABASE"
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_REFUSED, _CLOSED = "SY001", "SY002"
_LOGIN_CODES = frozenset({"28P01", "28000"})


@dataclass(frozen=True)
class Address:
    """A login at a database.

    Parameters
    ----------
    encrypted : bool
        Whether the connection is encrypted and the certificate of the server is checked.
    password : str
        Typed for this time; empty to look for it where `password_of` does. It is shown and written nowhere.
    """

    host: str
    port: int
    database: str
    login: str
    encrypted: bool
    password: str = field(default="", repr=False, compare=False)

    @property
    def url(self) -> str:
        """Give the address that says all of it but the password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        mode = "verify-full" if self.encrypted else "disable"
        start = f"postgresql://{quote(self.login, safe='')}@{host}:{self.port}/{quote(self.database, safe='')}"
        return start if (self.host in _HERE) is not self.encrypted else f"{start}?sslmode={mode}"

    def __str__(self) -> str:
        """Give it as it is written, without what is usual."""
        return f"{self.login}@{self.host}:{self.port}/{self.database}"


class _Connection(pg8000.dbapi.Connection):
    """One that may be closed after the network failed, without a word."""

    def close(self) -> None:
        """Let go of the server."""
        with suppress(pg8000.dbapi.InterfaceError):
            super().close()


def address_of(url: Address | str, password: str = "") -> Address:
    """Read ``postgresql://LOGIN@HOST[:PORT]/DATABASE[?sslmode=verify-full|disable]``; one that was read is given back.

    Connections to other computers are encrypted, and the server's certificate is checked, unless the address says
    ``sslmode=disable``.

    Parameters
    ----------
    password : str
        Typed for this time, if any.

    Raises
    ------
    InputError
        If it is none, or holds a password.
    """
    if isinstance(url, Address):
        return url
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError as error:
        raise InputError(f"The address of the server cannot be read ({error}); write {_EXAMPLE}.") from error
    if parts.password is not None:
        raise InputError(
            "The address of the server holds a password, which others could read; take it out, and put it into the "
            "variable PGPASSWORD or the file ~/.pgpass."
        )
    host, login, database = parts.hostname or "", unquote(parts.username or ""), unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgresql", "postgres") or not (host and login and database):
        raise InputError(f"{url!r} is no address of a server; write {_EXAMPLE}.")
    mode = parse_qs(parts.query).get("sslmode", ["disable" if host in _HERE else "verify-full"])[-1]
    if mode not in ("verify-full", "disable"):
        raise InputError(f"sslmode={mode} is not known here; write sslmode=verify-full or sslmode=disable.")
    return Address(host, port, database, login, mode == "verify-full", password)


def password_of(address: Address, environment: Mapping[str, str] = os.environ) -> str:
    """Take the password that was typed, else that of the variable PGPASSWORD, else of the password file of PostgreSQL.

    Raises
    ------
    InputError
        If none of them holds one, or others may read the file.
    """
    if address.password:
        return address.password
    if "PGPASSWORD" in environment:
        return environment["PGPASSWORD"]
    path = password_file(environment)
    if path.is_file():
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise InputError(f"Others may read {path}; make it yours alone with: chmod 600 {path}")
        wanted = (address.host, str(address.port), address.database, address.login)
        for *fields, password in _lines_of(path):
            if all(field in ("*", want) for field, want in zip(fields, wanted, strict=True)):
                return password
    raise InputError(f"There is no password for {address}; put it into the variable PGPASSWORD or into {path}.")


def password_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Give the place of the password file of PostgreSQL."""
    if "PGPASSFILE" in environment:
        return Path(environment["PGPASSFILE"])
    if os.name == "nt":
        return Path(environment.get("APPDATA", str(Path.home()))) / "postgresql" / "pgpass.conf"
    return Path.home() / ".pgpass"


def password_line(address: Address, login: str, password: str) -> str:
    """Give the line of a password file for another login at the same database."""
    fields = (address.host, str(address.port), address.database, login, password)
    return ":".join(re.sub(r"([\\:])", r"\\\1", field) for field in fields)


def engine_of(address: Address) -> Engine:
    """Make what opens connections; each statement is a transaction of its own, and nothing is kept open."""
    password = password_of(address)

    def connect() -> pg8000.dbapi.Connection:
        context = ssl.create_default_context(cafile=os.environ.get("PGSSLROOTCERT")) if address.encrypted else False
        wire = socket.create_connection((address.host, address.port), SECONDS)
        try:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            return _Connection(
                address.login, host=address.host, database=address.database, password=password, sock=wire,
                ssl_context=context, application_name="Synthscope",
            )  # fmt: skip
        except BaseException:
            wire.close()
            raise

    return create_engine(
        "postgresql+pg8000://", creator=connect, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
    )


def code_of(error: BaseException) -> str:
    """Give the five letters by which PostgreSQL names an error; empty where the network failed."""
    return str(_fields_of(error).get("C", ""))


def is_refusal(error: BaseException) -> bool:
    """Whether the server refused an event for what it holds."""
    return code_of(error) == _REFUSED


def is_closed(error: BaseException) -> bool:
    """Whether the server takes nothing more of this login, for its answers were erased."""
    return code_of(error) == _CLOSED


def refused_session(error: BaseException) -> str:
    """Give the session of the event that was refused."""
    return str(_fields_of(error).get("D", ""))


def fault_of(error: BaseException, address: Address) -> SynthscopeError:
    """Give the sentence for what went wrong between here and the server."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return InputError(
            f"The certificate of the server {address.host} cannot be trusted ({error.verify_message}); check the "
            "address, and name the file of your institute's own root certificate in the variable PGSSLROOTCERT."
        )
    code, said = code_of(error), str(_fields_of(error).get("M", "")) or str(getattr(error, "orig", None) or error)
    if code in _LOGIN_CODES:
        return InputError(f"The server does not let {address} in; check the login and its password with who set it up.")
    if code in (_REFUSED, _CLOSED):
        return InputError(said)
    if code == "3D000":
        return InputError(f"The server {address.host} has no database {address.database!r}; check the address.")
    if code == "42501":
        return InputError(f"{address.login} may not do this ({said}); use the login that was made for it.")
    if code in ("3F000", "42P01", "42883"):
        return InputError(f"No study was set up in {address}; its designer does that with: synthscope study install")
    if code:
        return Unavailable(f"The server {address.host} cannot do this now ({said}); try again later.")
    return Unavailable(f"The server {address.host} cannot be reached ({said}); check the network and try again.")


def _fields_of(error: BaseException) -> Mapping[str, str]:
    cause = getattr(error, "orig", error)
    first = cause.args[0] if getattr(cause, "args", ()) else None
    return first if isinstance(first, dict) else {}


def _lines_of(path: Path) -> Iterator[list[str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = [re.sub(r"\\(.)", r"\1", field) for field in re.split(r"(?<!\\):", line)]
        if len(fields) == 5 and not line.startswith("#"):
            yield fields
