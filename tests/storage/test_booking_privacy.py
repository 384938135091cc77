"""Nothing that a person is called or has said about an appointment can be read on the disk."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import delete, func, select

from bot.domain.appointment import BookingOrigin
from bot.storage import appointments, blocks, seats, waitlist
from bot.storage.blocks import Block
from bot.storage.database import Database
from bot.storage.tables import conversations
from bot.storage.tables_booking import appointments as table
from bot.storage.tables_booking import waitlist as waiting
from bot.storage.transaction import Tx
from tests.storage.booked import HALF, MONDAY, NOW, claim, held, person, slot, stored

CANARIES = tuple(
    f"канарка-{name}-عصفور-ż" for name in ("name", "notes", "phone", "reason", "reference")
)
NAME, NOTES, PHONE, REASON, REFERENCE = CANARIES


def planted(tx: Tx) -> None:
    first, second = stored(tx, slot(0), slot(1))
    her = person(tx)
    made = held(tx, her, first)
    assert made is not None
    assert appointments.confirm(tx, her, made, code="K7F3", now=NOW, name=NAME, notes=NOTES)
    phoned = seats.book(tx, second, claim(None, second, origin=BookingOrigin.PHONE), code="C777")
    assert phoned is not None
    appointments.set_words(tx, None, phoned, name=PHONE, notes=None)
    wish = {"place": None, "language": "uk", "latest": None, "appointment_id": made}
    waitlist.join(tx, her.id, "first", **wish, now=NOW)
    away = Block(
        resource="counsellor/jana",
        place=None,
        starts=MONDAY,
        ends=MONDAY + HALF,
        source="caldav:1",
        reason=REASON,
    )
    blocks.add(tx, away, reference=REFERENCE)


async def test_nothing_stands_on_the_disk(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "lotse.db"
    path.write_bytes(sqlite_template.read_bytes())  # noqa: ASYNC240 - a test
    database = await asyncio.to_thread(Database.open, f"sqlite:///{path}", secret=bytes(32))
    await database.write(planted)

    def on_disk() -> bytes:
        return b"".join(each.read_bytes() for each in tmp_path.glob("lotse.db*"))

    written = await asyncio.to_thread(on_disk)
    await database.close()
    written += await asyncio.to_thread(on_disk)
    assert b"K7F3" in written  # the look-up works
    assert [canary for canary in CANARIES if canary.encode() in written] == []


async def test_who_is_erased_is_gone_from_every_table(database: Database) -> None:
    await database.write(planted)

    def erase(tx: Tx) -> tuple[int, int]:
        tx.core(delete(conversations).where(conversations.c.id == person(tx).id))
        counts = (select(func.count()).select_from(each) for each in (table, waiting))
        left, on_the_list = (tx.core(each).scalar_one() for each in counts)
        return left, on_the_list

    assert await database.write(erase) == (1, 0)  # what was booked by phone is nobody's
