"""The cache of translations: per conversation, overwritten, several at once."""

from __future__ import annotations

from functools import partial

from bot.storage import translations
from bot.storage.database import Database
from bot.storage.transaction import Tx
from tests.storage.rows import LATER, NOW, made


def put(tx: Tx, digest: bytes, body: bytes, address: str = "42") -> None:
    translations.put(tx, made(tx, address), digest, body, NOW)


async def test_a_translation_is_kept_and_replaced(database: Database) -> None:
    assert await database.write(lambda tx: translations.get(tx, made(tx), b"\x00d")) is None
    await database.write(partial(put, digest=b"\x00d", body=b"one"))
    await database.write(lambda tx: translations.put(tx, made(tx), b"\x00d", b"two", LATER))
    assert await database.write(lambda tx: translations.get(tx, made(tx), b"\x00d")) == b"two"


async def test_several_are_read_at_once(database: Database) -> None:
    for digest in (b"a", b"b"):
        await database.write(partial(put, digest=digest, body=digest.upper()))
    await database.write(partial(put, digest=b"c", body=b"foreign", address="other"))
    some = lambda tx: translations.some(tx, made(tx), [b"b", b"a", b"c"])  # noqa: E731
    assert await database.write(some) == {b"a": b"A", b"b": b"B"}
    assert await database.write(lambda tx: translations.some(tx, made(tx), [])) == {}
