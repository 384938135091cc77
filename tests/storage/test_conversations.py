"""Conversations: made once, locked, saved, found again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, update

from bot.storage import conversations
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.errors import StaleConversation, Tampered
from bot.storage.tables import conversations as table
from bot.storage.transaction import Tx
from tests.storage.conftest import SECRET

NOW = datetime(2026, 11, 22, 9, 30, 1, 234567, tzinfo=UTC)


def made(tx: Tx, address: str = "42", account: str = "telegram:1") -> Conversation:
    return conversations.lock(tx, account, address, NOW)


async def test_a_new_conversation_is_empty_and_found_again(database: Database) -> None:
    new = await database.write(made)
    assert (new.account, new.address, new.version, new.state) == ("telegram:1", "42", 0, None)
    assert new.reachable
    assert await database.read(lambda tx: conversations.find(tx, "telegram:1", "42")) == new
    assert await database.read(lambda tx: conversations.by_id(tx, new.id)) == new
    assert await database.write(made) == new
    assert await database.write(lambda tx: conversations.lock_by_id(tx, new.id)) == new


async def test_nobody_is_found_under_another_account_or_address(database: Database) -> None:
    new = await database.write(made)
    for account, address in (("telegram:2", "42"), ("telegram:1", "4"), ("telegram:14", "2")):
        found = await database.read(lambda tx, a=account, b=address: conversations.find(tx, a, b))
        assert found is None
    assert await database.read(lambda tx: conversations.by_id(tx, new.id + 1)) is None
    assert await database.write(lambda tx: conversations.lock_by_id(tx, new.id + 1)) is None


async def test_many_at_once_make_it_once(database: Database) -> None:
    made_ = await asyncio.gather(*(database.write(made) for _ in range(30)))
    assert len({each.id for each in made_}) == 1
    assert await database.read(conversations.count) == 1


async def test_turns_at_once_lose_no_update(database: Database) -> None:
    def turn(tx: Tx) -> None:
        conversation = made(tx)
        number = int(conversation.state or b"0")
        conversations.save(tx, conversation, b"%d" % (number + 1), NOW)

    await asyncio.gather(*(database.write(turn) for _ in range(60)))
    found = await database.read(lambda tx: conversations.find(tx, "telegram:1", "42"))
    assert found is not None
    assert (found.version, found.state) == (60, b"60")


async def test_saving_raises_the_version_in_the_object_too(database: Database) -> None:
    def turn(tx: Tx) -> Conversation:
        conversation = made(tx)
        conversations.save(tx, conversation, b"one", NOW)
        conversations.save(tx, conversation, b"two", NOW)
        return conversation

    saved = await database.write(turn)
    assert (saved.version, saved.state) == (2, b"two")
    assert await database.write(made) == saved


async def test_an_old_version_is_not_saved(database: Database) -> None:
    old = await database.write(made)
    await database.write(lambda tx: conversations.save(tx, made(tx), b"new", NOW))
    with pytest.raises(StaleConversation):
        await database.write(lambda tx: conversations.save(tx, old, b"late", NOW))
    assert (await database.write(made)).state == b"new"


async def test_reachable_is_kept(database: Database) -> None:
    await database.write(lambda tx: conversations.set_reachable(tx, made(tx), False))
    assert not (await database.write(made)).reachable
    await database.write(lambda tx: conversations.set_reachable(tx, made(tx), True))
    assert (await database.write(made)).reachable


async def test_an_address_changes_and_state_stays(database: Database) -> None:
    def move(tx: Tx) -> bool:
        conversation = made(tx)
        conversations.save(tx, conversation, b"state", NOW)
        return conversations.set_address(tx, conversation, "-100")

    assert await database.write(move)
    moved = await database.read(lambda tx: conversations.find(tx, "telegram:1", "-100"))
    assert moved is not None
    assert (moved.address, moved.state) == ("-100", b"state")
    assert await database.read(lambda tx: conversations.find(tx, "telegram:1", "42")) is None


async def test_an_address_that_is_taken_stays_with_its_owner(database: Database) -> None:
    await database.write(lambda tx: made(tx, "taken"))
    assert not await database.write(lambda tx: conversations.set_address(tx, made(tx), "taken"))
    assert (await database.write(made)).address == "42"


async def test_another_process_with_the_secret_reads_it(database: Database) -> None:
    await database.write(lambda tx: conversations.save(tx, made(tx), b"state", NOW))
    other = await asyncio.to_thread(Database.open, database.url, secret=SECRET)
    found = await other.read(lambda tx: conversations.find(tx, "telegram:1", "42"))
    await other.close()
    assert found is not None
    assert found.state == b"state"


async def test_an_id_is_never_used_twice(database: Database) -> None:
    first = await database.write(made)
    await database.write(lambda tx: tx.core(delete(table)).close())
    assert (await database.write(made)).id > first.id


@pytest.mark.parametrize("address", ["", "\udcff", "@größe:مثال.example", "x" * 3000, "a\0b"])
async def test_any_address_survives(database: Database, address: str) -> None:
    await database.write(lambda tx: made(tx, address))
    found = await database.read(lambda tx: conversations.find(tx, "telegram:1", address))
    assert found is not None
    assert found.address == address


async def test_nothing_personal_is_printed(database: Database) -> None:
    def turn(tx: Tx) -> str:
        conversation = made(tx, "canary-address")
        conversations.save(tx, conversation, b"canary-state", NOW)
        return repr(conversation)

    assert "canary" not in await database.write(turn)


async def test_many_are_read_at_once(database: Database) -> None:
    made_ = [await database.write(lambda tx, n=n: made(tx, str(n))) for n in range(5)]
    wanted = [made_[0].id, made_[3].id, made_[4].id + 1]
    found = await database.read(lambda tx: conversations.some(tx, wanted))
    assert found == {made_[0].id: made_[0], made_[3].id: made_[3]}
    assert found[made_[3].id].key.seal(b"", b"x")
    assert await database.read(lambda tx: conversations.some(tx, [])) == {}


async def test_a_damaged_address_is_told(database: Database) -> None:
    first, second = [await database.write(lambda tx, n=n: made(tx, n)) for n in "ab"]

    def swap(tx: Tx) -> None:
        address = tx.core(select(table.c.address).where(table.c.id == first.id)).scalar_one()
        tx.core(update(table).where(table.c.id == second.id).values(address=address))

    await database.write(swap)
    with pytest.raises(Tampered, match="address"):
        await database.read(lambda tx: conversations.by_id(tx, second.id))


async def test_a_conversation_goes_with_the_one_that_took_its_address(database: Database) -> None:
    def work(tx: Tx) -> list[bool]:
        old, new = made(tx, "old"), made(tx, "new")
        tx.core(update(table).where(table.c.id == old.id).values(moved_into=new.id))
        tx.core(delete(table).where(table.c.id == new.id))
        return [conversations.by_id(tx, each.id) is None for each in (old, new)]

    assert await database.write(work) == [True, True]
