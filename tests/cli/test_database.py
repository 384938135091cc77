"""`lotse db upgrade`."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from bot.storage import migrate
from tests.program import Here


def version(here: Here) -> str:
    with closing(sqlite3.connect(here.folder / "var" / "lotse.db")) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_it_makes_the_tables_and_may_be_run_again(here: Here) -> None:
    for _ in range(2):
        ended = here("db", "upgrade")
        assert (ended.code, ended.err) == (0, "")
        assert ended.out == "SQLite in var/lotse.db: the tables are those of this version.\n"
        assert version(here) == migrate.head()
    assert (here.folder / "var" / "lotse.db").stat().st_mode & 0o077 == 0


def test_it_needs_neither_key_nor_content(here: Here) -> None:
    assert here("db", "upgrade", LOTSE_WEB_HOST="0.0.0.0", LOTSE_CONTENT_DIR="nowhere").code == 0


def test_a_newer_database_is_left_alone(here: Here) -> None:
    here("db", "upgrade")
    with closing(sqlite3.connect(here.folder / "var" / "lotse.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    ended = here("db", "upgrade")

    assert ended.code == 2
    assert "newer version than this program" in ended.err
    assert version(here) == "9999"


def test_a_file_that_is_no_database(here: Here) -> None:
    (here.folder / "notes.txt").write_text("kein SQLite " * 100)
    ended = here("db", "upgrade", LOTSE_DATABASE_URL="sqlite:///notes.txt")
    assert ended.code == 2
    assert ended.err.startswith("Lotse cannot go on: LOTSE_DATABASE_URL: ")
