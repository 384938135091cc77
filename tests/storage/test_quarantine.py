"""Events that could not be taken are kept, once, and can be had back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete

from bot.storage import conversations, quarantine
from bot.storage.database import Database
from bot.storage.quarantine import Quarantined
from bot.storage.tables import conversations as table
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def put(tx: Tx, external_id: str = "e") -> int | None:
    return quarantine.add(
        tx, account="telegram:1", external_id=external_id, raw=b"raw", error="ValueError", at=NOW
    )


def put_of_a_conversation(tx: Tx) -> int | None:
    conversation = conversations.lock(tx, "telegram:1", "42", NOW)
    return quarantine.add(
        tx,
        account="telegram:1",
        external_id="of her",
        raw=b"hers",
        error="bot.engine.Loop",
        at=NOW,
        conversation=conversation,
    )


async def test_an_event_is_kept_once_and_opened(database: Database) -> None:
    number = await database.write(put)
    assert number is not None
    assert await database.write(put) is None
    assert await database.read(lambda tx: quarantine.raw(tx, number)) == b"raw"
    assert await database.read(quarantine.list_quarantined) == [
        Quarantined(
            id=number, account="telegram:1", conversation_id=None, error="ValueError", at=NOW
        )
    ]
    assert await database.read(quarantine.count) == 1


async def test_an_event_is_taken_out(database: Database) -> None:
    number = await database.write(put)
    assert number is not None
    assert await database.write(lambda tx: quarantine.remove(tx, number))
    assert not await database.write(lambda tx: quarantine.remove(tx, number))
    assert await database.read(lambda tx: quarantine.raw(tx, number)) is None
    assert await database.write(put) is not None


async def test_what_is_of_a_conversation_goes_with_it(database: Database) -> None:
    number = await database.write(put_of_a_conversation)
    assert number is not None
    assert await database.read(lambda tx: quarantine.raw(tx, number)) == b"hers"
    await database.write(lambda tx: tx.core(delete(table)).close())
    assert await database.read(quarantine.count) == 0


async def test_the_oldest_come_first(database: Database) -> None:
    for name in "abc":
        await database.write(lambda tx, name=name: put(tx, name))
    listed = await database.read(lambda tx: quarantine.list_quarantined(tx, 2))
    assert [each.id for each in listed] == sorted(each.id for each in listed)
    assert len(listed) == 2


@pytest.mark.parametrize("error", ["She said: help", "", "x" * 200])
async def test_an_error_is_a_name_and_no_sentence(database: Database, error: str) -> None:
    with pytest.raises(ValueError, match="name of a class"):
        await database.write(
            lambda tx: quarantine.add(
                tx, account="web", external_id="e", raw=b"", error=error, at=NOW
            )
        )
