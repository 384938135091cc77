"""A small office with services and hours, on both databases; time stands still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.content.catalogue import Catalogue
from bot.domain.appointment import Appointment
from bot.domain.booking import FreeTime, Held, NotBooked, Wish
from bot.service import booking, free_times, slots
from bot.service.free_times import Moment
from bot.storage import conversations
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.transaction import Tx
from tests.content.booking_pack import booking_pack

T = TypeVar("T")
NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)  # a Sunday
FIRST = Wish(service="first")
HOURS = """\
- place: town-hall
  services: [first]
  languages: [de, pl]
  seats: 2
  start: 2026-12-01T09:00
  end: 2026-12-01T11:00
  rrule: FREQ=WEEKLY;BYDAY=TU,TH
- place: park
  services: [first, letters]
  languages: [de, en]
  counsellors: [jana]
  start: 2026-11-30T13:00
  end: 2026-11-30T16:00
  rrule: FREQ=WEEKLY;BYDAY=MO
- place: market
  services: [meeting]
  languages: [de]
  seats: 3
  start: 2026-12-02T16:00
  end: 2026-12-02T17:30
  rrule: FREQ=WEEKLY
- interpreters: [olena]
  languages: [uk]
  start: 2026-12-01T09:00
  end: 2026-12-01T10:00
  rrule: FREQ=WEEKLY;BYDAY=TU
"""


class Office:
    """Use cases of booking, each in a transaction of its own."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self.database = database
        self.catalogue = catalogue
        self.now = NOW
        self._numbers = count(1)

    async def do(self, work: Callable[[Moment], T]) -> T:
        def within(tx: Tx) -> T:
            return work(Moment(tx=tx, catalogue=self.catalogue, now=self.now))

        return await self.database.write(within)

    def draw(self, below: int) -> int:
        """Return numbers that are never the same."""
        return next(self._numbers) * 7919 % below

    async def offer(self, wish: Wish = FIRST, limit: int = 50) -> tuple[FreeTime, ...]:
        return await self.do(lambda at: free_times.offer(at, wish, limit))

    async def hold(
        self, who: str, time: FreeTime, wish: Wish = FIRST, **options: Any
    ) -> Held | NotBooked:
        return await self.do(
            lambda at: booking.hold(at, self.person(at.tx, who), time.slot, wish, **options)
        )

    async def confirm(
        self, who: str, held: Held, wish: Wish = FIRST, **words: str
    ) -> Appointment | NotBooked:
        return await self.do(
            lambda at: booking.confirm(
                at,
                self.person(at.tx, who),
                held.id,
                held.time.slot,
                wish,
                draw=self.draw,
                **words,
            )
        )

    async def book(self, who: str, time: FreeTime, wish: Wish = FIRST) -> Appointment:
        held = await self.hold(who, time, wish)
        assert isinstance(held, Held), held
        done = await self.confirm(who, held, wish)
        assert isinstance(done, Appointment), done
        return done

    def person(self, tx: Tx, who: str) -> Conversation:
        return conversations.lock(tx, "telegram:1", who, self.now)

    async def sync(self) -> slots.Synced:
        return await self.do(lambda at: slots.sync(at.tx, at.catalogue, at.now))


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> Office:
    made = Office(database, booking_pack(tmp_path / "office", HOURS).load())
    await made.sync()
    return made
