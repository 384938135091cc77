"""The hot statements read what they need and nothing else, however many conversations there are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage import (
    accounts,
    audit,
    case_entries,
    case_threads,
    cases,
    conversations,
    drafts,
    jobs,
    messages,
    one_time_codes,
    outbox,
    outbox_sql,
    sessions,
    staff,
    staff_links,
    translations,
)
from bot.storage.database import Database
from bot.storage.engines import Role, make_engine
from bot.storage.transaction import Statement, Tx

HOT = {
    f"{module.__name__.rpartition('.')[2]}.{name}": statement
    for module in (
        accounts,
        audit,
        case_entries,
        case_threads,
        cases,
        conversations,
        drafts,
        jobs,
        messages,
        one_time_codes,
        outbox_sql,
        sessions,
        staff,
        staff_links,
        translations,
    )
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
    partial = (
        "ix_cases_open",
        "ix_cases_waiting",
        "ix_jobs_due",
        "ix_jobs_lane",
        "ix_outbox_failed",
        "ix_outbox_open",
        "ix_outbox_waiting",
    )
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
        ("cases._QUEUE", "ix_cases_open"),
        ("cases._OPEN_OF", "ix_cases_open"),
        ("cases._COUNTS", "ix_cases_open"),
        ("cases._OLDEST_WAITING", "ix_cases_waiting"),
        ("cases._CLOSED", "ix_cases_closed"),
        ("cases._RATINGS", "ix_cases_closed"),
        ("cases._FOLLOW_UPS", "ix_cases_follow_up"),
        ("cases._HISTORY", "ix_cases_conversation_id"),
        ("case_entries._OF_CASE", "ix_case_entries_case_id_id"),
        ("case_threads._BY_ROOT", "ix_outbox_reference"),
        ("outbox_sql.FAILED_FOR", "ix_outbox_failed"),
        ("outbox_sql.UNDELIVERED", "ix_cases_open"),
        ("outbox_sql.UNDELIVERED", "ix_outbox_failed"),
        ("staff._BY_NAME", "sqlite_autoindex_staff_1"),
        ("staff._BY_OIDC", "sqlite_autoindex_staff_2"),
    ],
)
def test_each_index_is_used(sqlite_template: Path, name: str, index: str) -> None:
    assert any(index in step for step in plan(sqlite_template, HOT[name]))


OPEN, CLOSED = 200, 20_000


def many_cases(tx: Tx) -> None:
    """Make as many conversations as cases, and a failed message in every tenth."""
    numbers = (
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {OPEN + CLOSED})"
    )
    closed = f"i > {OPEN}"
    for target, values in (
        (
            "conversations (id, account, address_index, address, version, reachable, created_at,"
            " updated_at)",
            "i, 'web', CAST(CAST(i AS TEXT) AS {blob}), '', 0, i % 10 <> 3, 1, 1",
        ),
        (
            "cases (conversation_id, status, priority, origin, language, opened_at, waiting_since,"
            " from_seq, last_from, last_at, closed_at, version)",
            f"i, CASE WHEN {closed} THEN 'closed' ELSE 'waiting' END,"
            " CASE WHEN i = 77 THEN 'crisis' ELSE 'normal' END, 'request', 'de', i, i, 1,"
            f" 'newcomer', i, CASE WHEN {closed} THEN i END, 0",
        ),
        (
            "outbox (conversation_id, seq, account, kind, body, status, attempts, unknowns,"
            " not_before, created_at)",
            "i, 2, 'web', 'say', '', CASE WHEN i % 10 = 0 THEN 'failed' ELSE 'sent' END,"
            " 1, 0, 1, 1",
        ),
    ):
        blob = "BYTEA" if tx.locks_rows else "BLOB"
        insert = f"INSERT INTO {target} {numbers} SELECT {values.format(blob=blob)} FROM n"
        tx.core(text(insert))
    tx.core(text("ANALYZE"))


def explained(tx: Tx, statement: Statement, **values: object) -> str:
    explain = "EXPLAIN" if tx.locks_rows else "EXPLAIN QUERY PLAN"
    dialect = tx._dialect
    sql, fixed = statement.compiled(dialect)
    rows = tx._driver.execute(f"{explain} {sql}", dict(fixed) | values).fetchall()
    return "\n".join(" ".join(map(str, row)) for row in rows)


async def test_what_the_desk_reads_does_not_grow_with_closed_cases(database: Database) -> None:
    await database.write(many_cases)

    def plans(tx: Tx) -> list[str]:
        return [
            explained(tx, cases._QUEUE),
            explained(tx, cases._COUNTS),
            explained(tx, cases._OLDEST_WAITING, most=1),
            explained(tx, cases._OPEN_OF, conversation=5),
            explained(tx, outbox_sql.UNDELIVERED),
        ]

    queue, counts, oldest, one, undelivered = await database.write(plans)
    for found in (queue, counts, one, undelivered):
        assert "ix_cases_open" in found, found
    assert "ix_cases_waiting" in oldest
    assert "Seq Scan on cases" not in undelivered
    assert "Seq Scan on outbox" not in undelivered
    listed = await database.read(cases.queue)
    assert [case.id for case in listed[:3]] == [77, 1, 2]
    assert len(listed) == OPEN
    failed = await database.read(outbox.undelivered_in_open_cases)
    assert [each.conversation_id for each in failed] == list(range(10, OPEN + 1, 10))
