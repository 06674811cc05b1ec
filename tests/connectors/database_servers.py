"""Real database servers for tests, each in a folder of its own on a free port, with a certificate of its own."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pymysql  # type: ignore[import-untyped]
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "harbour-light-9"
_SECONDS = 120


@dataclass(frozen=True)
class Server:
    """A server that runs; `run` does what only its owner may do."""

    dialect: str
    port: int
    ca: str
    log: Path

    def run(self, *statements: str) -> None:
        """Run statements as the owner, each for itself."""
        if self.dialect == "postgresql":
            with psycopg.connect(
                host="127.0.0.1", port=self.port, user="owner", dbname="shop", autocommit=True
            ) as link:
                for one in statements:
                    link.execute(one.encode())
            return
        made = pymysql.connect(host="127.0.0.1", port=self.port, user="owner", database="shop", autocommit=True)
        with made, made.cursor() as cursor:
            for one in statements:
                cursor.execute(one)


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[Server]:
    """Run PostgreSQL; skip the test where it is not installed."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which("initdb")
    home = Path(found).parent if found else binaries[-1] if binaries else None
    if home is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    port, ca = _free_port(), _certificate(folder)
    data, who = folder / "pg", _user("postgres")
    _own(folder, who)
    (folder / "pg_hba.conf").write_text("host all owner 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
    _done([str(home / "initdb"), "-D", str(data), "-U", "owner", "-A", "trust", "-N", "-E", "UTF8"], who)
    settings = {
        "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "ssl": "on",
        "ssl_cert_file": folder / "server.pem", "ssl_key_file": folder / "server.key",
        "hba_file": folder / "pg_hba.conf", "timezone": "Europe/Athens", "datestyle": "German",
        "log_statement": "all",
    }  # fmt: skip
    given = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with _running([str(home / "postgres"), "-D", str(data), *given], who, folder):
        _wait(lambda: psycopg.connect(host="127.0.0.1", port=port, user="owner", dbname="postgres").close())
        with psycopg.connect(host="127.0.0.1", port=port, user="owner", dbname="postgres", autocommit=True) as link:
            link.execute("create database shop")
            link.execute(f"create role reader login password '{PASSWORD}'".encode())
        server = Server("postgresql", port, ca, folder / "log")
        server.run("alter default privileges in schema public grant select on tables to reader")
        yield server


@contextlib.contextmanager
def mariadb(folder: Path) -> Iterator[Server]:
    """Run MariaDB; skip the test where it is not installed."""
    binary, install = _which("mariadbd"), _which("mariadb-install-db")
    if binary is None or install is None:
        pytest.skip("MariaDB is not installed (Debian: apt-get install mariadb-server)")
    port, ca = _free_port(), _certificate(folder)
    data, who = folder / "my", _user("mysql")
    _own(folder, who)
    start = folder / "start.sql"
    start.write_text(
        "create database shop character set utf8mb4;\n"
        "create user owner@localhost;\n"
        "grant all on *.* to owner@localhost with grant option;\n"
        f"create user reader@localhost identified by '{PASSWORD}';\n"
        "grant select on shop.* to reader@localhost;\n"
    )
    common = [f"--datadir={data}", "--no-defaults", "--innodb-buffer-pool-size=32M", "--innodb-log-file-size=16M"]
    common[0], common[1] = common[1], common[0]  # --no-defaults comes first
    _done([install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"], who)
    command = [
        binary, *common, f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder}/s", f"--init-file={start}",
        "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin", f"--pid-file={folder}/pid",
        f"--ssl-cert={folder}/server.pem", f"--ssl-key={folder}/server.key", "--default-time-zone=+03:00",
    ]  # fmt: skip
    with _running(command, who, folder):
        _wait(lambda: pymysql.connect(host="127.0.0.1", port=port, user="owner", database="shop").close())
        yield Server("mysql", port, ca, folder / "log")


def _which(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _user(name: str) -> str | None:
    """Return who runs the server: these refuse to run as root."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam(name).pw_name
    except KeyError:
        return "nobody"


def _own(folder: Path, who: str | None) -> None:
    if who is not None:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, who)


def _as(who: str | None) -> list[str]:
    return [] if who is None else ["runuser", "-u", who, "--"]


def _done(command: Sequence[str], who: str | None) -> None:
    made = subprocess.run([*_as(who), *command], capture_output=True, text=True, timeout=_SECONDS, cwd="/")
    assert made.returncode == 0, made.stderr[-2000:] or made.stdout[-2000:]


@contextlib.contextmanager
def _running(command: Sequence[str], who: str | None, folder: Path) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        started = subprocess.Popen([*_as(who), *command], stdout=log, stderr=log, cwd="/")
        try:
            yield
        finally:
            started.terminate()
            try:
                started.wait(timeout=20)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait(timeout=20)


def _wait(attempt: "contextlib.AbstractContextManager[None] | object") -> None:
    assert callable(attempt)
    until = time.monotonic() + _SECONDS
    while True:
        try:
            attempt()
        except (psycopg.OperationalError, pymysql.MySQLError):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _certificate(folder: Path) -> str:
    """Write a certificate for localhost, signed by itself, and return it as text."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = folder / "server.key"
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    secret.chmod(0o600)
    text = made.public_bytes(serialization.Encoding.PEM).decode()
    (folder / "server.pem").write_text(text)
    return text
