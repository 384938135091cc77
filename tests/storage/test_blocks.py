"""Blocked times: kept, found, replaced under a calendar's own name, sealed reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bot.storage import blocks
from bot.storage.blocks import Block
from bot.storage.database import Database
from bot.storage.tables_booking import blocks as table
from bot.storage.transaction import Tx
from tests.storage.booked import HALF, MONDAY, NOW

AWAY = Block(
    resource="counsellor/jana",
    place=None,
    starts=MONDAY,
    ends=MONDAY + 2 * HALF,
    source=blocks.DESK,
    reason="beim Arzt",
)


async def test_a_block_is_found_where_it_touches(database: Database) -> None:
    def work(tx: Tx) -> None:
        made = blocks.add(tx, AWAY)
        whole = replace(AWAY, id=made)
        assert blocks.between(tx, MONDAY - HALF, MONDAY) == []
        assert blocks.between(tx, MONDAY, MONDAY + HALF) == [whole]
        assert blocks.between(tx, MONDAY + 2 * HALF, MONDAY + 3 * HALF) == []
        assert "Arzt" not in repr(whole)
        sealed = tx.core(select(table.c.reason)).scalar_one()
        assert b"Arzt" not in sealed
        assert blocks.remove(tx, made)
        assert not blocks.remove(tx, made)

    await database.write(work)


async def test_a_calendar_replaces_what_it_knows(database: Database) -> None:
    def work(tx: Tx) -> None:
        busy = replace(AWAY, source="caldav:1", reason=None)
        first = blocks.add(tx, busy, reference="event-1.ics")
        moved = replace(busy, starts=MONDAY + HALF, ends=MONDAY + 3 * HALF)
        assert blocks.add(tx, moved, reference="event-1.ics") == first
        blocks.add(tx, replace(busy, source="caldav:2"), reference="event-1.ics")
        found = blocks.between(tx, NOW, MONDAY + timedelta(days=1))
        assert [each.source for each in found] == ["caldav:2", "caldav:1"]
        assert blocks.remove_reference(tx, "caldav:1", "event-1.ics")
        assert not blocks.remove_reference(tx, "caldav:1", "event-1.ics")

    await database.write(work)


async def test_what_is_over_goes(database: Database) -> None:
    def work(tx: Tx) -> None:
        blocks.add(tx, AWAY)
        assert blocks.forget(tx, MONDAY) == 0
        assert blocks.forget(tx, MONDAY + 3 * HALF) == 1

    await database.write(work)
