"""The hot statements read what they need and nothing else, however many conversations there are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage import accounts, conversations, jobs, messages, outbox_sql
from bot.storage.engines import Role, make_engine
from bot.storage.transaction import Statement

HOT = {
    f"{module.__name__.rpartition('.')[2]}.{name}": statement
    for module in (accounts, conversations, messages, outbox_sql, jobs)
    for name, statement in vars(module).items()
    if isinstance(statement, Statement)
} | {f"outbox.mark {status}": statement for status, statement in outbox_sql.MARK.items()}

# Reads all jobs, which are few: they are deleted when they are done.
SCANS = {"jobs._DEPTH"}


def plan(path: Path, statement: Statement) -> list[str]:
    sql, fixed = statement.compiled(make_engine(f"sqlite:///{path}", Role.READ).dialect)
    with closing(sqlite3.connect(path)) as connection:
        names = {part.split()[0].strip("(),;") for part in sql.replace(":", " :").split(":")[1:]}
        values = dict.fromkeys(names, 1) | dict(fixed)
        rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    return [row[3] for row in rows]


@pytest.mark.parametrize("name", sorted(set(HOT) - SCANS))
def test_nothing_is_scanned_but_what_is_open(sqlite_template: Path, name: str) -> None:
    partial = ("ix_outbox_open", "ix_outbox_waiting", "ix_jobs_due", "ix_jobs_lane")
    for step in plan(sqlite_template, HOT[name]):
        if step.startswith("SCAN"):
            assert any(index in step for index in partial), step


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("conversations._FIND", "sqlite_autoindex_conversations_1"),
        ("outbox_sql.BLOCKED", "ix_outbox_open"),
        ("outbox_sql.DUE", "ix_outbox_waiting"),
        ("outbox_sql.DUE", "ix_outbox_open"),
        ("outbox_sql.DEPTH", "ix_outbox_open"),
        ("outbox_sql.BY_REFERENCE", "ix_outbox_reference"),
        ("jobs._DUE", "ix_jobs_due"),
        ("jobs._DUE", "ix_jobs_lane"),
    ],
)
def test_each_index_is_used(sqlite_template: Path, name: str, index: str) -> None:
    assert any(index in step for step in plan(sqlite_template, HOT[name]))
