"""Transactions, threads and failures, on both databases."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import ConfigurationError
from bot.storage import accounts, engines
from bot.storage.database import _POSTGRESQL_WRITERS, Database
from bot.storage.errors import SchemaMissing, Unavailable, WrongSecret
from bot.storage.transaction import Tx
from bot.storage.workers import GROUP
from tests.storage.conftest import SECRET, Postgres


def put(name: str) -> Callable[[Tx], None]:
    return lambda tx: accounts.put(tx, name, b"1")


async def names(database: Database) -> list[str]:
    rows = await database.read(
        lambda tx: tx.core(text("SELECT name FROM sealed_values ORDER BY name")).all()
    )
    return [row[0] for row in rows]


class Gate:
    """Holds the writers of a database, so that what comes meanwhile queues up behind them."""

    def __init__(self, database: Database, kind: str) -> None:
        self._database = database
        self._writers = 1 if kind == "sqlite" else 8
        self._reached = threading.Semaphore(0)
        self._opened = threading.Event()

    def _hold(self, _tx: Tx) -> bool:
        self._reached.release()
        return self._opened.wait(10)

    async def shut(self) -> None:
        self._held = [
            asyncio.ensure_future(self._database.write(self._hold)) for _ in range(self._writers)
        ]
        for _ in self._held:
            assert await asyncio.to_thread(self._reached.acquire, timeout=10)

    async def open(self) -> None:
        await asyncio.sleep(0)  # what was started before has reached the queue
        self._opened.set()
        assert await asyncio.gather(*self._held) == [True] * self._writers


async def test_returns_what_the_function_returned_after_the_commit(database: Database) -> None:
    def work(tx: Tx) -> int:
        accounts.put(tx, "a", b"1")
        return 7

    assert await database.write(work) == 7
    assert await names(database) == ["a"]


async def test_what_raises_reaches_the_caller_and_is_undone(database: Database) -> None:
    def work(tx: Tx) -> None:
        accounts.put(tx, "a", b"1")
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await database.write(work)
    assert await names(database) == []
    await database.write(put("b"))
    assert await names(database) == ["b"]


async def test_one_that_raises_takes_nobody_along(database: Database, kind: str) -> None:
    def fail(tx: Tx) -> None:
        accounts.put(tx, "bad", b"1")
        raise LookupError("mine")

    gate = Gate(database, kind)
    await gate.shut()
    tasks = [
        asyncio.ensure_future(database.write(fail if number == 70 else put(f"{number:03}")))
        for number in range(2 * GROUP + 20)
    ]
    await gate.open()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [number for number, outcome in enumerate(outcomes) if outcome is not None] == [70]
    assert isinstance(outcomes[70], LookupError)
    assert await names(database) == [f"{n:03}" for n in range(2 * GROUP + 20) if n != 70]


async def test_a_broken_constraint_in_a_group_takes_nobody_along(
    database: Database, kind: str
) -> None:
    def fail(tx: Tx) -> None:
        accounts.put(tx, "bad", b"1")
        tx.core(text("INSERT INTO conversation_keys VALUES (999, '')"))

    gate = Gate(database, kind)
    await gate.shut()
    tasks = [asyncio.ensure_future(database.write(work)) for work in (put("a"), fail, put("b"))]
    await gate.open()
    good, bad, other = await asyncio.gather(*tasks, return_exceptions=True)
    assert (good, other) == (None, None)
    assert isinstance(bad, DBAPIError)
    assert await names(database) == ["a", "b"]


def dangle(tx: Tx) -> None:
    """Write what only the commit, and nothing before it, refuses."""
    accounts.put(tx, "lost", b"1")
    tx.core(
        text(
            "CREATE TEMPORARY TABLE probe (id BIGINT PRIMARY KEY, parent BIGINT"
            " REFERENCES probe (id) DEFERRABLE INITIALLY DEFERRED)"
        )
    )
    tx.core(text("INSERT INTO probe VALUES (1, 2)"))


async def test_a_failed_commit_is_told(database: Database) -> None:
    with pytest.raises(Unavailable):
        await database.write(dangle)
    assert await names(database) == []
    await database.write(put("a"))
    assert await names(database) == ["a"]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_failed_commit_is_told_to_the_whole_group(database: Database, kind: str) -> None:
    gate = Gate(database, kind)
    await gate.shut()
    tasks = [asyncio.ensure_future(database.write(each)) for each in (put("a"), dangle, put("b"))]
    await gate.open()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3
    assert await names(database) == []


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_full_disk_is_unavailable_and_passes(database: Database, kind: str) -> None:
    def limit(tx: Tx) -> None:
        pages = tx.core(text("PRAGMA page_count")).scalar_one()
        tx.core(text(f"PRAGMA max_page_count = {pages + 4}"))

    def fill(name: str) -> Callable[[Tx], None]:
        return lambda tx: accounts.put(tx, name, bytes(40_000))

    await database.write(limit)
    gate = Gate(database, kind)
    await gate.shut()
    works = [put("a"), fill("big"), put("b")]
    tasks = [asyncio.ensure_future(database.write(work)) for work in works]
    await gate.open()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(outcomes[1], Unavailable)
    kept = await names(database)
    for name, outcome in zip(("a", "big", "b"), outcomes, strict=True):
        assert (name in kept) == (outcome is None)
    # A dropped connection has forgotten the limit, as a disk that was given room.
    await database.write(limit)
    with pytest.raises(Unavailable):
        await database.write(fill("big"))
    await database.write(fill("later"))
    assert "later" in await names(database)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_locked_file_is_unavailable_and_passes(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_BUSY_MS", 20)
    database = Database.open(url, secret=SECRET)
    with closing(sqlite3.connect(tmp_path / "lotse.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable):
            await database.write(put("a"))
        await database.read(lambda tx: accounts.get(tx, "a"))
        other.execute("ROLLBACK")
    await database.write(put("a"))
    assert await names(database) == ["a"]
    await database.close()


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises((DBAPIError, sqlite3.Error, Unavailable)):
        await database.read(put("a"))
    assert await names(database) == []


async def test_a_reader_sees_one_moment(database: Database) -> None:
    first, written = threading.Event(), threading.Event()

    def look(tx: Tx) -> tuple[bytes | None, bytes | None]:
        before = accounts.get(tx, "a")
        first.set()
        written.wait(10)
        return before, accounts.get(tx, "a")

    reading = asyncio.ensure_future(database.read(look))
    await asyncio.to_thread(first.wait, 10)
    await database.write(put("a"))
    written.set()
    assert await reading == (None, None)


async def test_closing_finishes_what_is_queued(url: str, kind: str) -> None:
    database = await asyncio.to_thread(Database.open, url, secret=SECRET)
    gate = Gate(database, kind)
    await gate.shut()
    tasks = [asyncio.ensure_future(database.write(put(f"{number}"))) for number in range(9)]
    await gate.open()
    closing_ = asyncio.ensure_future(database.close())
    await asyncio.gather(*tasks)
    await closing_
    with pytest.raises(Unavailable):
        await database.write(put("late"))
    again = await asyncio.to_thread(Database.open, url, secret=SECRET)
    assert await names(again) == [f"{number}" for number in range(9)]
    await again.close()


async def test_a_caller_that_went_away_stops_nothing(database: Database, kind: str) -> None:
    gate = Gate(database, kind)
    await gate.shut()
    gone = asyncio.ensure_future(database.write(put("gone")))
    stays = asyncio.ensure_future(database.write(put("stays")))
    await asyncio.sleep(0)
    gone.cancel()
    await gate.open()
    await stays
    assert "stays" in await names(database)


def test_open_says_what_is_missing(empty_url: str, kind: str) -> None:
    with pytest.raises(SchemaMissing, match="lotse db upgrade"):
        Database.open(empty_url, secret=SECRET)
    if kind == "sqlite":
        Path(empty_url.removeprefix("sqlite:///")).touch()
        with pytest.raises(SchemaMissing, match="lotse db upgrade"):
            Database.open(empty_url, secret=SECRET)


@pytest.mark.parametrize(
    "wrong", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "postgresql://x/y", "nonsense"]
)
def test_urls_that_cannot_work_are_refused(wrong: str) -> None:
    with pytest.raises(ConfigurationError):
        engines.sqlite_path(wrong)


async def test_another_secret_does_not_open_it(database: Database) -> None:
    with pytest.raises(WrongSecret, match="LOTSE_SECRET_KEY"):
        await asyncio.to_thread(Database.open, database.url, secret=bytes(32))
    with pytest.raises(WrongSecret, match="32 bytes"):
        await asyncio.to_thread(Database.open, database.url, secret=b"short")


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
class TestPostgres:
    """What only a server does."""

    async def test_recovers_from_cut_connections(
        self, database: Database, postgres: Postgres
    ) -> None:
        await asyncio.gather(*(database.write(put(f"{n:02}")) for n in range(20)))
        await asyncio.gather(*(names(database) for _ in range(10)))
        await asyncio.to_thread(postgres.cut, database.url)
        await asyncio.gather(*(database.write(put(f"{n:02}")) for n in range(20, 40)))
        assert await names(database) == [f"{n:02}" for n in range(40)]

    async def test_is_unavailable_while_the_server_refuses_and_recovers(
        self, database: Database, postgres: Postgres
    ) -> None:
        await database.write(put("a"))
        await asyncio.to_thread(postgres.close_door, database.url, True)
        await asyncio.to_thread(postgres.cut, database.url)
        with pytest.raises(Unavailable):
            await database.write(put("b"))
        with pytest.raises(Unavailable):
            await names(database)
        await asyncio.to_thread(postgres.close_door, database.url, False)
        await database.write(put("c"))
        assert await names(database) == ["a", "c"]

    async def test_work_that_lost_its_connection_is_run_again(self, database: Database) -> None:
        every_thread = threading.Barrier(_POSTGRESQL_WRITERS)  # each has used its connection before
        warm = (
            database.write(lambda tx: every_thread.wait(20) and None)
            for _ in range(_POSTGRESQL_WRITERS)
        )
        await asyncio.gather(*warm)
        runs = []

        def work(tx: Tx) -> None:
            runs.append(1)
            accounts.put(tx, "a", b"1")
            if len(runs) == 1:
                tx.core(text("SELECT pg_terminate_backend(pg_backend_pid())"))

        await database.write(work)
        assert len(runs) == 2
        assert "a" in await names(database)

    async def test_a_deadlock_is_run_again(self, database: Database) -> None:
        await database.write(put("a"))
        await database.write(put("b"))
        meet = threading.Barrier(2)
        runs = []

        def both(first: str, second: str) -> Callable[[Tx], None]:
            def work(tx: Tx) -> None:
                runs.append(first)
                accounts.put(tx, first, b"2")
                if runs.count(first) == 1:
                    meet.wait(10)
                accounts.put(tx, second, b"2")

            return work

        await asyncio.gather(database.write(both("a", "b")), database.write(both("b", "a")))
        assert len(runs) >= 3

    def test_an_unreachable_server_is_unavailable(self, kind: str) -> None:
        with pytest.raises(Unavailable):
            Database.open("postgresql+psycopg://u:p@127.0.0.1:1/x", secret=SECRET)
