"""Sessions of the desk: found by their token until they end."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.storage import sessions
from bot.storage.database import Database
from bot.storage.sessions import Session
from bot.storage.transaction import Tx
from tests.storage.rows import LATER, NOW, colleague


def begun(tx: Tx, token: str = "t", name: str = "jana") -> Session:
    session = Session(
        staff_id=colleague(tx, name).id,
        created_at=NOW,
        seen_at=NOW,
        expires_at=LATER,
        csrf="word",
        strong=True,
    )
    sessions.create(tx, token, session)
    return session


async def test_a_session_is_found_by_its_token_until_its_time_is_over(database: Database) -> None:
    session = await database.write(begun)
    get = partial(sessions.get, token="t")
    assert await database.read(partial(get, now=NOW)) == session
    assert await database.read(partial(get, now=LATER)) is None
    assert await database.read(partial(sessions.get, token="T", now=NOW)) is None
    assert "word" not in repr(session)


async def test_requests_are_noted(database: Database) -> None:
    session = await database.write(begun)
    assert await database.write(partial(sessions.touch, token="t", now=LATER))
    assert not await database.write(partial(sessions.touch, token="other", now=LATER))
    found = await database.read(partial(sessions.get, token="t", now=NOW))
    assert found == replace(session, seen_at=LATER)


async def test_one_session_ends_or_all_of_a_person(database: Database) -> None:
    for token, name in (("a", "jana"), ("b", "jana"), ("c", "jana"), ("d", "amal")):
        session = await database.write(partial(begun, token=token, name=name))

    async def alive() -> str:
        found = [
            token
            for token in "abcd"
            if await database.read(partial(sessions.get, token=token, now=NOW)) is not None
        ]
        return "".join(found)

    remove = partial(sessions.remove, token="a")
    assert [await database.write(remove) for _ in range(2)] == [True, False]
    assert await alive() == "bcd"
    jana = (await database.write(colleague)).id
    assert await database.write(partial(sessions.remove_all, staff_id=jana, keep="c")) == 1
    assert await alive() == "cd"
    assert await database.write(partial(sessions.remove_all, staff_id=jana)) == 1
    assert await alive() == "d"
    assert session.staff_id != jana
