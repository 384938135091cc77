"""What waits behind a row, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.delivery import DeliveryStatus
from bot.storage import conversations, outbox, outbox_posts
from bot.storage.database import Database
from bot.storage.outbox import Outgoing
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def fill(tx: Tx, number: int, address: str = "room") -> list[Outgoing]:
    room = conversations.lock(tx, "team:1", address, NOW)
    return [
        outbox.add(tx, room, seq=seq, kind="post", body=f"{address} {seq}".encode(), now=NOW)
        for seq in range(1, number + 1)
    ]


async def test_the_rows_behind_one_come_in_order_and_no_others(database: Database) -> None:
    await database.write(lambda tx: fill(tx, 2, "other"))
    rows = await database.write(lambda tx: fill(tx, 5))

    def look(tx: Tx) -> list[bytes]:
        return [row.body for row in outbox_posts.behind(tx, rows[1], 2)]

    assert await database.read(look) == [b"room 3", b"room 4"]


async def test_what_is_claimed_is_nobody_elses(database: Database) -> None:
    rows = await database.write(lambda tx: fill(tx, 3))
    (head,) = await database.write(lambda tx: outbox.claim(tx, "team:1", NOW, 9, "me"))
    assert head.seq == 1

    def join(tx: Tx) -> None:
        (second, third) = outbox_posts.behind(tx, head, 9)
        outbox_posts.claim(tx, second, "me")
        assert [row.seq for row in outbox_posts.behind(tx, head, 9)] == [third.seq]

    await database.write(join)
    assert await database.write(lambda tx: outbox.recover(tx, "team:1", "another")) == 2
    behind = await database.read(lambda tx: outbox_posts.behind(tx, rows[0], 9))
    assert [(row.seq, row.status, row.unknowns) for row in behind] == [
        (2, DeliveryStatus.UNKNOWN, 1),
        (3, DeliveryStatus.PENDING, 0),
    ]


async def test_a_row_is_open_until_it_is_delivered(database: Database) -> None:
    await database.write(lambda tx: fill(tx, 1))

    def is_open(tx: Tx) -> bool:
        room = conversations.find(tx, "team:1", "room")
        assert room is not None
        return outbox_posts.is_open(tx, room, 1)

    assert await database.read(is_open)
    (head,) = await database.write(lambda tx: outbox.claim(tx, "team:1", NOW, 9, "me"))
    await database.write(lambda tx: outbox.mark(tx, head, DeliveryStatus.SENT, reference="7"))
    assert not await database.read(is_open)
