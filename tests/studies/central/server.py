"""A PostgreSQL server of one's own on the loopback, in a temporary folder; and a wire to it that can be cut."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "of-the-tests"
OWNER = "keeper"


@dataclass(frozen=True)
class Server:
    port: int
    host: str = "127.0.0.1"

    def url(self, login: str, database: str = "ratings", port: int = 0) -> str:
        return f"postgresql://{login}@{self.host}:{port or self.port}/{database}"


def binaries() -> Path | None:
    """The newest PostgreSQL that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parents[1].name))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _as_somebody(command: list[str], folder: Path) -> list[str]:
    """The server refuses to run for root."""
    if os.geteuid() != 0:
        return command
    shutil.chown(folder, "nobody")
    return ["setpriv", "--reuid=nobody", "--clear-groups", *command]


@contextmanager
def running(most: int = 120, certificate: tuple[bytes, bytes] | None = None) -> Iterator[Server]:
    """A server with the database `ratings`, whose owner may create roles but is no superuser.

    With a certificate and its key (PEM) it lets nobody in without encryption.
    """
    place = binaries()
    assert place is not None
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o755)
    data, secret = folder / "data", folder / "secret"
    try:
        secret.write_text(PASSWORD)
        secret.chmod(0o644)

        def run(*command: str) -> None:
            words = _as_somebody([str(place / command[0]), *command[1:]], folder)
            subprocess.run(words, check=True, capture_output=True, cwd=folder, timeout=60, env={"LC_ALL": "C"})

        run(
            "initdb", "-D", str(data), "-U", "postgres", "--pwfile", str(secret), "-A", "scram-sha-256", "-E", "UTF8",
            "--no-sync",
        )  # fmt: skip
        if certificate:
            _encrypt(data, certificate)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections={most}"
        run("pg_ctl", "-D", str(data), "-w", "-l", str(data / "log"), "-o", options, "start")
        try:
            server = Server(port)
            _prepare(server, _unchecked() if certificate else False)
            yield server
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def ask(
    server: Server, login: str, password: str, *statements: str, database: str = "ratings",
    ssl_context: ssl.SSLContext | bool = False,
) -> list[list]:  # fmt: skip
    """Run statements as somebody, each a transaction of its own; give the rows of the last."""
    import pg8000.dbapi

    connection = pg8000.dbapi.connect(
        login, host=server.host, port=server.port, database=database, password=password,
        ssl_context=ssl_context,
    )  # fmt: skip
    try:
        connection.autocommit = True
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        return [list(row) for row in cursor.fetchall()] if cursor.description else []
    finally:
        connection.close()


def _encrypt(data: Path, certificate: tuple[bytes, bytes]) -> None:
    """Let a server take encrypted connections alone; its files belong to who runs it."""
    owner = data.stat()
    for name, content in zip(("server.crt", "server.key"), certificate, strict=True):
        (data / name).write_bytes(content)
        (data / name).chmod(0o600)
        os.chown(data / name, owner.st_uid, owner.st_gid)
    (data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")
    with (data / "postgresql.conf").open("a") as settings:
        settings.write("ssl = on\n")


def _unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _prepare(server: Server, ssl_context: ssl.SSLContext | bool = False) -> None:
    ask(
        server, "postgres", PASSWORD,
        f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{PASSWORD}'",
        f"CREATE DATABASE ratings OWNER {OWNER}",
        database="postgres", ssl_context=ssl_context,
    )  # fmt: skip


class Wire:
    """Passes bytes between a port of its own and the server, until it is cut."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._open: set[socket.socket] = set()
        self._turn = threading.Lock()
        self._accepts = True
        self.passed = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> int:
        """End all connections, wherever they are; give how many there were."""
        with self._turn:
            ends, self._open = self._open, set()
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        return len(ends) // 2

    def refuse(self, *, is_down: bool) -> None:
        """Let nobody through, as a server that is down."""
        self._accepts = not is_down
        if is_down:
            self.cut()

    def close(self) -> None:
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            if not self._accepts:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._target))
            with self._turn:
                self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(4096):
                sink.sendall(data)
                self.passed += len(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            if end is source:
                end.close()
            with self._turn:
                self._open.discard(end)
