"""Bring a database to the schema that this version of the program needs. Imports alembic only where
there is work.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from bot.storage.engines import Role, make_engine, sqlite_path
from bot.storage.errors import SchemaMissing, Unavailable
from bot.storage.migrations import HEAD

_TABLE = "alembic_version"
_LOCK = 0x6C6F747365  # any number that all processes of this program agree on


def head() -> str:
    """Return the newest revision."""
    return HEAD


def current(url: str) -> str | None:
    """Return the revision of a database, None where there is no schema yet. Raises Unavailable."""
    path = sqlite_path(url)
    if path is not None and not path.exists():
        return None
    try:
        with make_engine(url, Role.READ).connect() as connection:
            return revision(connection)
    except DBAPIError as error:
        raise Unavailable("the database cannot be opened") from error


def upgrade(url: str) -> None:
    """Bring the schema to the newest revision, whole or not at all. Raises Unavailable or
    SchemaMissing.
    """
    if current(url) == HEAD:
        return
    path = sqlite_path(url)
    if path is not None and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    try:
        with make_engine(url, Role.MIGRATE).begin() as connection:
            if path is None:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            if revision(connection) != HEAD:  # another process may have been faster
                _run(connection)
            if path is not None:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if broken is not None:
                    raise SchemaMissing(
                        "the upgrade would have broken a reference; nothing was changed"
                    )
    except DBAPIError as error:
        raise Unavailable("the database could not be upgraded; nothing was changed") from error


def revision(connection: Connection) -> str | None:
    """Return the revision of the schema that a connection sees."""
    if not inspect(connection).has_table(_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {_TABLE}")).scalar()  # noqa: S608 - a constant


def _run(connection: Connection) -> None:
    # Here and not above: alembic costs 0.2 s of start-up that few starts need.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise SchemaMissing(
            "the database is of a newer version than this program: install that version"
        ) from error
