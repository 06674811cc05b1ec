"""Opens a database to read: the address that the network guard has checked, TLS, read-only, with a time limit.

Drivers look names up by themselves, so they are handed the very address; the name stays for TLS.
"""

import socket
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
import pymysql  # type: ignore[import-untyped]
from psycopg.types.string import TextLoader
from pymysql.constants import FIELD_TYPE  # type: ignore[import-untyped]
from pymysql.converters import conversions  # type: ignore[import-untyped]
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from connectors.network import checked_addresses, rules_of
from connectors.sql.failures import explained
from connectors.sql.settings import Dialect, SqlSettings, Tls

PORTS: Final = frozenset({3306, 3307, 3308, 4000, 5432, 5433, 5434, 5439, 6432, 6543, 25060, 25061, 26257})
CONNECT_SECONDS = 10
STATEMENT_SECONDS = 300

# As text these keep what Python's types cannot hold: infinity, years before 1, the digits of a fraction.
_AS_TEXT = ("timestamp", "timestamptz", "date", "time", "timetz", "interval", "json", "jsonb")
_MYSQL_AS_TEXT = (FIELD_TYPE.DATETIME, FIELD_TYPE.TIMESTAMP, FIELD_TYPE.DATE, FIELD_TYPE.TIME)
_POSTGRESQL_READS = (
    f"set transaction read only; set local statement_timeout = '{STATEMENT_SECONDS}s'; "
    "set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'iso_8601'"
)
_PUBLIC_AUTHORITIES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


async def addresses_of(settings: SqlSettings) -> list[str]:
    """Return the addresses of the database's host that may be connected to."""
    return await checked_addresses(settings.host, settings.reached_port, rules_of(ports=PORTS))


class Link:
    """One connection to a database, with addresses that were checked before."""

    def __init__(self, settings: SqlSettings, password: str, addresses: list[str]) -> None:
        self.settings = settings
        self._password = password
        self._addresses = addresses
        self._folder = tempfile.TemporaryDirectory(prefix="belvedere-sql-")
        self._engine = self._open()

    def close(self) -> None:
        """Let go of the database and of what the driver needed on disk."""
        self._engine.dispose()
        self._folder.cleanup()

    @contextmanager
    def reading(self, doing: str) -> Iterator[Connection]:
        """Give a read-only transaction; what goes wrong in it becomes a SourceError that says `doing`."""
        with explained(self.settings, doing), self._engine.connect() as connection, connection.begin():
            if self.settings.dialect is Dialect.POSTGRESQL:
                connection.exec_driver_sql(_POSTGRESQL_READS)
            yield connection

    def _open(self) -> Engine:
        if self.settings.dialect is Dialect.POSTGRESQL:
            return create_engine("postgresql+psycopg://", creator=self._postgresql, poolclass=NullPool)
        return create_engine("mysql+pymysql://", creator=self._mysql, poolclass=NullPool)

    def _postgresql(self) -> psycopg.Connection[tuple[object, ...]]:
        settings, count = self.settings, len(self._addresses)
        mode, authorities = self._postgresql_tls()
        made = psycopg.connect(
            host=",".join([settings.host] * count),
            hostaddr=",".join(self._addresses),
            port=settings.reached_port,
            dbname=settings.database,
            user=settings.user,
            password=self._password,
            connect_timeout=CONNECT_SECONDS,
            application_name="belvedere",
            prepare_threshold=None,  # poolers between us and the database lose prepared statements
            passfile="/dev/null",
            sslmode=mode,
            sslrootcert=authorities,
        )
        for name in _AS_TEXT:
            made.adapters.register_loader(name, TextLoader)
        return made

    def _postgresql_tls(self) -> tuple[str, str | None]:
        tls = self.settings.tls
        if tls is not Tls.VERIFY:
            return ("disable" if tls is Tls.OFF else "require"), None
        if self.settings.ca:
            path = Path(self._folder.name) / "ca.pem"
            path.write_text(self.settings.ca)
            return tls.value, str(path)
        public = next((one for one in _PUBLIC_AUTHORITIES if Path(one).exists()), "system")
        return tls.value, public

    def _mysql(self) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        settings = self.settings
        decoders = {key: value for key, value in conversions.items() if key not in _MYSQL_AS_TEXT}
        made = pymysql.connect(
            host=settings.host,
            port=settings.reached_port,
            database=settings.database,
            user=settings.user,
            password=self._password,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=STATEMENT_SECONDS + 30,
            write_timeout=CONNECT_SECONDS,
            charset="utf8mb4",
            conv=decoders,
            local_infile=False,
            ssl=self._mysql_tls(),
            ssl_disabled=settings.tls is Tls.OFF,
            defer_connect=True,
        )
        made.connect(self._reach())
        limit = (
            f"max_statement_time = {STATEMENT_SECONDS}"
            if "MariaDB" in made.get_server_info()
            else f"max_execution_time = {STATEMENT_SECONDS * 1000}"
        )
        with made.cursor() as cursor:
            cursor.execute("set session transaction read only")
            cursor.execute(f"set session time_zone = '+00:00', {limit}")
        return made

    def _mysql_tls(self) -> ssl.SSLContext | None:
        if self.settings.tls is Tls.OFF:
            return None
        context = ssl.create_default_context(cadata=self.settings.ca or None)
        if self.settings.tls is Tls.ENCRYPT:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _reach(self) -> socket.socket:
        for address in self._addresses[:-1]:
            try:
                return socket.create_connection((address, self.settings.reached_port), CONNECT_SECONDS)
            except OSError:
                continue
        return socket.create_connection((self._addresses[-1], self.settings.reached_port), CONNECT_SECONDS)
