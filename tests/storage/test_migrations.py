"""The chain of revisions leads to the tables that the code knows, on both databases."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.storage import migrate, migrations
from bot.storage.database import Database
from bot.storage.engines import Role, make_engine
from bot.storage.errors import SchemaMissing, Unavailable
from bot.storage.tables import metadata
from tests.storage.conftest import SECRET


def described(connection: Connection) -> set[Any]:
    """Return every table, column, constraint and index in the words of the database."""
    if connection.dialect.name == "sqlite":
        query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        rows = connection.execute(text(query)).all()
        # The order inside CREATE TABLE says nothing.
        return {
            (row.type, row.name, frozenset(line.strip(" ,\t") for line in row.sql.splitlines()))
            for row in rows
            if row.name != "alembic_version"
        }
    queries = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    )
    rows = [tuple(row) for query in queries for row in connection.execute(text(query))]
    return {row for row in rows if "alembic_version" not in str(row)}


def test_the_chain_ends_at_the_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [migrate.head()]


def test_upgrade_leads_to_the_tables_of_the_code(empty_url: str) -> None:
    assert migrate.current(empty_url) is None
    migrate.upgrade(empty_url)
    assert migrate.current(empty_url) == migrate.head()
    with make_engine(empty_url, Role.READ).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_upgrade_and_the_tables_of_the_code_are_the_same_to_the_letter(empty_url: str) -> None:
    with make_engine(empty_url, Role.MIGRATE).begin() as connection:
        metadata.create_all(connection)
        of_the_code = described(connection)
        metadata.drop_all(connection)
    migrate.upgrade(empty_url)
    with make_engine(empty_url, Role.READ).connect() as connection:
        assert described(connection) == of_the_code


async def test_upgrading_again_changes_nothing(database: Database, url: str) -> None:
    await asyncio.to_thread(migrate.upgrade, url)
    again = await asyncio.to_thread(Database.open, url, secret=SECRET)
    await again.close()


def test_several_processes_may_upgrade_at_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate.upgrade, [empty_url] * 4))
    assert migrate.current(empty_url) == migrate.head()


def test_a_newer_database_is_left_alone(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    with make_engine(empty_url, Role.WRITE).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaMissing, match="newer"):
        migrate.upgrade(empty_url)
    assert migrate.current(empty_url) == "9999"
    with pytest.raises(SchemaMissing, match="9999"):
        Database.open(empty_url, secret=SECRET)


def test_an_upgrade_that_fails_changes_nothing(empty_url: str) -> None:
    with make_engine(empty_url, Role.WRITE).begin() as connection:
        connection.execute(text("CREATE TABLE quarantine (in_the_way INTEGER)"))
        before = described(connection)
    with pytest.raises(Unavailable):
        migrate.upgrade(empty_url)
    with make_engine(empty_url, Role.READ).connect() as connection:
        assert described(connection) == before
    assert migrate.current(empty_url) is None


def test_a_new_file_is_for_its_owner_only_and_set_up_for_durability(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "lotse.db"
    url = f"sqlite:///{path}"
    migrate.upgrade(url)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with make_engine(url, Role.WRITE).connect() as connection:
        expected = {
            "journal_mode": "wal",
            "synchronous": 2,
            "secure_delete": 1,
            "foreign_keys": 1,
            "busy_timeout": 5000,
        }
        for name, value in expected.items():
            assert connection.execute(text(f"PRAGMA {name}")).scalar_one() == value
    with closing(sqlite3.connect(path)) as connection_:
        assert connection_.execute("PRAGMA integrity_check").fetchone() == ("ok",)
