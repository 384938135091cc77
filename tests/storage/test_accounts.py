"""What an account remembers, sealed."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from bot.storage import accounts
from bot.storage.database import Database
from bot.storage.errors import Tampered
from bot.storage.tables import sealed_values


async def test_a_value_is_kept_replaced_and_forgotten(database: Database) -> None:
    assert await database.read(lambda tx: accounts.get(tx, "login")) is None
    await database.write(lambda tx: accounts.put(tx, "login", b"one"))
    await database.write(lambda tx: accounts.put(tx, "login", b"two"))
    assert await database.read(lambda tx: accounts.get(tx, "login")) == b"two"
    await database.write(lambda tx: accounts.remove(tx, "login"))
    assert await database.read(lambda tx: accounts.get(tx, "login")) is None


async def test_cursors_are_per_account(database: Database) -> None:
    await database.write(lambda tx: accounts.set_cursor(tx, "telegram:1", "17"))
    await database.write(lambda tx: accounts.set_cursor(tx, "matrix:@b:hs", "s1_2"))
    await database.write(lambda tx: accounts.set_cursor(tx, "telegram:1", "18"))
    assert await database.read(lambda tx: accounts.cursor(tx, "telegram:1")) == "18"
    assert await database.read(lambda tx: accounts.cursor(tx, "matrix:@b:hs")) == "s1_2"
    assert await database.read(lambda tx: accounts.cursor(tx, "telegram:2")) is None


async def test_a_value_under_another_name_does_not_open(database: Database) -> None:
    await database.write(lambda tx: accounts.put(tx, "one", b"secret"))
    await database.write(lambda tx: tx.core(update(sealed_values).values(name="two")).close())
    stored = await database.read(lambda tx: tx.core(select(sealed_values.c.value)).scalar_one())
    assert b"secret" not in stored
    with pytest.raises(Tampered):
        await database.read(lambda tx: accounts.get(tx, "two"))
