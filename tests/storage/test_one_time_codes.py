"""Codes: valid until used or too old, for their own purpose only, gone with what they open."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import delete, func, select

from bot.storage import one_time_codes
from bot.storage.database import Database
from bot.storage.tables import conversations
from bot.storage.tables_staff import one_time_codes as table
from bot.storage.tables_staff import staff
from bot.storage.transaction import Tx
from tests.storage.rows import LATER, NOW, colleague, made


def invited(tx: Tx, code: str = "abc", uses: int = 1) -> int:
    jana = colleague(tx)
    one_time_codes.issue(tx, "invitation", jana.id, code, LATER, NOW, uses)
    return jana.id


def used(tx: Tx, code: str = "abc", purpose: str = "invitation", now: datetime = NOW) -> int | None:
    return one_time_codes.redeem(tx, purpose, code, now)


async def test_a_code_opens_once(database: Database) -> None:
    jana = await database.write(invited)
    look = partial(one_time_codes.look, purpose="invitation", code="abc", now=NOW)
    assert [await database.read(look) for _ in range(2)] == [jana, jana]
    assert [await database.write(used) for _ in range(2)] == [jana, None]
    assert await database.read(look) is None


async def test_a_code_opens_as_often_as_it_may(database: Database) -> None:
    jana = await database.write(partial(invited, uses=3))
    assert [await database.write(used) for _ in range(4)] == [jana, jana, jana, None]


async def test_of_many_at_once_one_gets_it(database: Database) -> None:
    jana = await database.write(invited)
    got = await asyncio.gather(*(database.write(used) for _ in range(20)))
    assert sorted(map(str, got)) == sorted([str(jana), *["None"] * 19])


@pytest.mark.parametrize(
    "attempt",
    [{"code": "abd"}, {"code": ""}, {"purpose": "sign-in"}, {"now": LATER}, {"code": "ABC"}],
)
async def test_nothing_else_opens(database: Database, attempt: dict[str, object]) -> None:
    jana = await database.write(invited)
    assert await database.write(partial(used, **attempt)) is None  # type: ignore[arg-type]
    just = LATER - timedelta(microseconds=1)
    assert await database.write(partial(used, now=just)) == jana


async def test_a_purpose_that_is_not_known_is_refused(database: Database) -> None:
    for refused in (
        lambda tx: one_time_codes.issue(tx, "open sesame", 1, "abc", LATER, NOW),
        lambda tx: one_time_codes.withdraw(tx, "open sesame", 1),
    ):
        with pytest.raises(ValueError, match="open sesame"):
            await database.write(refused)


async def test_withdrawn_codes_are_void_and_only_these(database: Database) -> None:
    def work(tx: Tx) -> list[object]:
        jana, amal, her = colleague(tx), colleague(tx, "amal"), made(tx)
        for purpose, subject, code in (
            ("invitation", jana.id, "a"),
            ("invitation", jana.id, "b"),
            ("sign-in", jana.id, "c"),
            ("invitation", amal.id, "d"),
            ("return", her.id, "e"),
        ):
            one_time_codes.issue(tx, purpose, subject, code, LATER, NOW)
        gone = one_time_codes.withdraw(tx, "invitation", jana.id)
        assert used(tx, "c", "sign-in") == jana.id
        assert used(tx, "d") == amal.id
        assert used(tx, "e", "return") == her.id
        return [gone, used(tx, "a"), used(tx, "b")]

    assert await database.write(work) == [2, None, None]


async def test_codes_go_with_what_they_open(database: Database) -> None:
    def work(tx: Tx) -> int:
        invited(tx)
        one_time_codes.issue(tx, "return", made(tx).id, "words", LATER, NOW)
        tx.core(delete(conversations))
        assert used(tx, "words", "return") is None
        tx.core(delete(staff))
        return int(tx.core(select(func.count()).select_from(table)).scalar_one())

    assert await database.write(work) == 0


async def test_the_same_code_issued_again_counts_anew(database: Database) -> None:
    jana = await database.write(invited)
    await database.write(invited)
    assert [await database.write(used) for _ in range(2)] == [jana, None]
