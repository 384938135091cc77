"""How a connection is made and set up, on SQLite and on PostgreSQL. Knows no table.

There is no pool here: every thread of `workers` keeps one connection, so that a closed one is
simply opened anew.
"""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from bot.domain.errors import ConfigurationError

_BUSY_MS = 5_000
_CONNECT_SECONDS = 5
_LOCK_MS = 10_000


class Role(Enum):
    """What a connection is for."""

    WRITE = auto()
    READ = auto()
    MIGRATE = (
        auto()
    )  # SQLite's foreign keys are off: rebuilding a table must not delete what refers to it


def sqlite_path(url: str) -> Path | None:
    """Return the file of an SQLite URL, None for PostgreSQL; raises ConfigurationError for anything
    else.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError
        raise ConfigurationError("LOTSE_DATABASE_URL is not a database URL") from None
    if parsed.drivername == "postgresql+psycopg":
        return None
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise ConfigurationError(
            f"LOTSE_DATABASE_URL: {parsed.drivername} is not supported;"
            " use sqlite:///FILE or postgresql+psycopg://..."
        )
    if not parsed.database or parsed.database == ":memory:" or parsed.query:
        raise ConfigurationError("LOTSE_DATABASE_URL: SQLite needs a plain file name")
    return Path(parsed.database)


def make_engine(url: str, role: Role) -> Engine:
    """Return an engine without a pool. Parameters never appear in its errors."""
    if sqlite_path(url) is None:
        return create_engine(
            url,
            poolclass=NullPool,
            hide_parameters=True,
            isolation_level="REPEATABLE READ" if role is Role.READ else "READ COMMITTED",
            connect_args={
                "connect_timeout": _CONNECT_SECONDS,
                "application_name": "lotse",
                "options": f"-c lock_timeout={_LOCK_MS}"
                + (" -c default_transaction_read_only=on" if role is Role.READ else ""),
            },
        )
    engine = create_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        paramstyle="named",  # as on PostgreSQL: keywords are parameters
        connect_args={"check_same_thread": False, "timeout": _BUSY_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # this program begins its transactions by itself
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(
            "PRAGMA synchronous=FULL"
        )  # an acknowledged message survives a power cut
        connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten
        connection.execute(f"PRAGMA foreign_keys={'OFF' if role is Role.MIGRATE else 'ON'}")
        if role is Role.WRITE:
            connection.execute("PRAGMA cache_size=-8192")  # KiB; readers keep SQLite's 2 MiB
        connection.execute("PRAGMA temp_store=MEMORY")  # nothing of a row in a file elsewhere
        if role is Role.READ:
            connection.execute("PRAGMA query_only=ON")

    # A deferred BEGIN that writes later fails with "database is locked" instead of waiting.
    begin = "BEGIN" if role is Role.READ else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def begin_now(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.execute(begin)

    return engine
