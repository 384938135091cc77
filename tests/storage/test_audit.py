"""The audit log: read in parts, expired from its old end, without a word of anybody."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete

from bot.storage import audit
from bot.storage.audit import AuditRow
from bot.storage.database import Database
from bot.storage.tables import conversations
from bot.storage.transaction import Tx
from tests.storage.rows import NOW, closed, colleague, opened

HOUR = timedelta(hours=1)


def filled(tx: Tx) -> None:
    for number in range(6):
        audit.add(
            tx,
            at=NOW + number * HOUR,
            staff_id=1 + number % 2,
            action="case_read",
            case_id=10 + number // 2,
            detail=f"n:{number}",
        )


async def test_acts_are_read_newest_first_and_by_what_they_are_about(database: Database) -> None:
    await database.write(filled)

    async def found(**wanted: object) -> str:
        rows = await database.read(partial(audit.read, **wanted))  # type: ignore[arg-type]
        return "".join(str(row.detail)[2:] for row in rows)

    assert await found() == "543210"
    assert await found(limit=2) == "54"
    rows = await database.read(audit.read)
    assert await found(before_id=rows[1].id, limit=2) == "32"
    assert await found(since=NOW + HOUR, until=NOW + 3 * HOUR) == "21"
    assert await found(staff_id=2) == "531"
    assert await found(case_id=11) == "32"
    assert await found(case_id=11, staff_id=1) == "2"
    assert rows[0] == AuditRow(
        id=rows[0].id,
        at=NOW + 5 * HOUR,
        staff_id=2,
        action="case_read",
        case_id=12,
        detail="n:5",
    )


@pytest.mark.parametrize(
    "wrong", [{"action": "she said hello"}, {"action": ""}, {"detail": "Олена Коваль"}]
)
async def test_words_are_refused(database: Database, wrong: dict[str, str]) -> None:
    act = {"action": "case_read"} | wrong
    with pytest.raises(ValueError, match="not a code"):
        await database.write(lambda tx: audit.add(tx, at=NOW, staff_id=None, **act))
    assert await database.read(audit.read) == []


async def test_old_acts_go_and_no_more_than_asked(database: Database) -> None:
    await database.write(filled)
    expire = partial(audit.expire, before=NOW + 3 * HOUR, limit=2)
    assert [await database.write(expire) for _ in range(3)] == [2, 1, 0]
    assert [row.detail for row in await database.read(audit.read)] == ["n:5", "n:4", "n:3"]


async def test_the_log_outlives_the_case(database: Database) -> None:
    def work(tx: Tx) -> int:
        case = closed(tx, opened(tx))
        audit.add(tx, at=NOW, staff_id=colleague(tx).id, action="erased", case_id=case.id)
        tx.core(delete(conversations))
        return case.id

    number = await database.write(work)
    assert [row.case_id for row in await database.read(audit.read)] == [number]
