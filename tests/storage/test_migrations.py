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
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.storage import migrate, migrations
from bot.storage.database import Database
from bot.storage.engines import Role, make_engine
from bot.storage.errors import SchemaMissing, Unavailable
from bot.storage.schema import metadata
from tests.storage.conftest import SECRET


def described(connection: Connection) -> set[Any]:
    """Return every table, column, constraint and index in the words of the database."""
    if connection.dialect.name == "sqlite":
        query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        rows = connection.execute(text(query)).all()
        # The order inside CREATE TABLE says nothing, nor does the quotation of a table built anew.
        return {
            (
                row.type,
                row.name,
                frozenset(line.strip(" ,\t").replace('"', "") for line in row.sql.splitlines()),
            )
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


def brought_to(url: str, revision: str) -> None:
    """Make the schema that an older program knew."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with make_engine(url, Role.MIGRATE).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


FILLED = """
INSERT INTO secrets VALUES ('index', 'w1'), ('site', 'w2');
INSERT INTO sealed_values VALUES ('cursor web', 'v');
INSERT INTO conversations VALUES
    (3, 'web', 'i3', 'a3', 7, 's3', true, 1, 2), (4, 'web', 'i4', 'a4', 0, NULL, false, 3, 4),
    (9, 'web', 'i9', 'a9', 0, NULL, true, 3, 4);
INSERT INTO conversation_keys VALUES (3, 'k3'), (4, 'k4');
INSERT INTO messages VALUES (3, 1, 'e1', NULL, 'b1', 5);
INSERT INTO outbox VALUES
    (11, 3, 2, 'web', 'say', NULL, 'b2', 'sent', 1, 0, 6, NULL, 'r', 'x', 6),
    (12, 3, 3, 'web', 'edit', 2, 'b3', 'pending', 0, 0, 6, NULL, NULL, NULL, 6),
    (13, 4, 1, 'web', 'say', NULL, 'b4', 'sending', 0, 1, 6, 'me', NULL, NULL, 6),
    (99, 4, 2, 'web', 'say', NULL, 'b5', 'failed', 2, 1, 6, NULL, NULL, NULL, 6);
INSERT INTO jobs VALUES (5, 'expire', '{}', NULL, 7, 0, 'waiting', NULL, NULL);
INSERT INTO quarantine VALUES (6, 'web', 'q', 3, 'raw', 'ValueError', 8);
DELETE FROM outbox WHERE id = 99;
DELETE FROM conversations WHERE id = 9;
"""
OLD = ("secrets", "sealed_values", "conversations", "conversation_keys", "messages", "outbox",
       "jobs", "quarantine")  # fmt: skip


def filled(url: str) -> None:
    """Put rows into the first schema, of which the highest ids are gone again."""
    with make_engine(url, Role.WRITE).begin() as connection:
        for statement in FILLED.strip().split(";"):
            if statement.strip():
                connection.execute(text(statement))
        if connection.dialect.name == "postgresql":
            for table, highest in (("conversations", 9), ("outbox", 99)):
                connection.execute(text(f"SELECT setval('{table}_id_seq', {highest})"))


def rows(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    return {
        table: [
            {name: value for name, value in row._asdict().items() if name != "moved_into"}
            for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))
        ]
        for table in OLD
    }


def test_an_upgrade_from_the_first_schema_keeps_every_row(empty_url: str) -> None:
    brought_to(empty_url, "0001")
    filled(empty_url)
    with make_engine(empty_url, Role.READ).connect() as connection:
        before = rows(connection)
    migrate.upgrade(empty_url)
    assert migrate.current(empty_url) == migrate.head()
    with make_engine(empty_url, Role.WRITE).begin() as connection:
        assert rows(connection) == before
        assert [len(before[table]) for table in OLD] == [2, 1, 2, 2, 1, 3, 1, 1]
        fresh = "VALUES ('web', :index, 'a', 0, true, 1, 1) RETURNING id"
        columns = "account, address_index, address, version, reachable, created_at, updated_at"
        added = text(f"INSERT INTO conversations ({columns}) {fresh}")
        assert connection.execute(added, {"index": b"n"}).scalar_one() == 10
        post = text(
            "INSERT INTO outbox (conversation_id, seq, account, kind, body, status, attempts,"
            " unknowns, not_before, created_at)"
            " VALUES (4, 9, 'web', 'post', 'b', 'pending', 0, 0, 1, 1) RETURNING id"
        )
        assert connection.execute(post).scalar_one() == 100  # an idempotency key, never used twice
        connection.execute(text("DELETE FROM conversations WHERE id = 3"))
        left = rows(connection)
        assert [len(left[table]) for table in OLD] == [2, 1, 2, 1, 0, 2, 1, 0]


def test_an_upgrade_that_fails_in_the_middle_leaves_the_first_schema(empty_url: str) -> None:
    brought_to(empty_url, "0001")
    filled(empty_url)
    with make_engine(empty_url, Role.WRITE).begin() as connection:
        connection.execute(text("CREATE TABLE translations (in_the_way INTEGER)"))
        before = described(connection), rows(connection)
    with pytest.raises(Unavailable):
        migrate.upgrade(empty_url)
    with make_engine(empty_url, Role.READ).connect() as connection:
        assert (described(connection), rows(connection)) == before
    assert migrate.current(empty_url) == "0001"
