"""A process full of people who all want the same few times; it is meant to be killed.

Time runs fast here, so that a hold of five minutes is over in a second and a half: what a killed
process held is soon free again. Whatever was confirmed is told on stdout after the commit.

    python -m tests.kill.booking_worker book|move URL CONTENT EPOCH FIRST LAST SEED TRIES
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.content.catalogue import Catalogue
from bot.content.load import load
from bot.domain.appointment import Appointment
from bot.domain.booking import Held, NotBooked, Wish
from bot.service import booking
from bot.service.free_times import Moment
from bot.storage import conversations, slots
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.errors import Unavailable
from bot.storage.transaction import Tx

T = TypeVar("T")
START = datetime(2026, 11, 29, 9, tzinfo=UTC)
SPEED = 200
SECRET = bytes(range(32))
WISH = Wish(service="first")
AT_ONCE = 50


class Crowd:
    """Everybody in this process."""

    def __init__(self, database: Database, catalogue: Catalogue, epoch: float, seed: int) -> None:
        self._database = database
        self._catalogue = catalogue
        self._epoch = epoch
        self._dice = random.Random(seed)
        self._turnstile = asyncio.Semaphore(AT_ONCE)

    async def all_slots(self) -> list[int]:
        found = await self._database.read(
            lambda tx: slots.between(tx, START, START + timedelta(days=30))
        )
        return [slot.id for slot in found]

    async def do(self, work: Callable[[Moment], T]) -> T:
        now = START + timedelta(seconds=(time.time() - self._epoch) * SPEED)

        def within(tx: Tx) -> T:
            return work(Moment(tx=tx, catalogue=self._catalogue, now=now))

        while True:
            try:
                return await self._database.write(within)
            except Unavailable:  # four processes on one file: try again
                await asyncio.sleep(0.01)

    async def book(self, who: str, wanted: list[int]) -> None:
        """Try the wanted slots until one is booked."""
        async with self._turnstile:
            for slot in wanted:
                held = await self.do(partial(_hold, who=who, slot=slot))
                if not isinstance(held, Held):
                    continue
                done = await self.do(partial(_confirm, who=who, held=held, draw=self._draw))
                if isinstance(done, Appointment):
                    say(f"{who} {done.code}")
                    return

    async def move(self, who: str, wanted: list[int]) -> None:
        """Move the one appointment to each of the wanted slots in turn, where there is a seat."""
        async with self._turnstile:
            for slot in wanted:
                held = await self.do(partial(_hold_to_move, who=who, slot=slot))
                if isinstance(held, Held):
                    await self.do(partial(_confirm, who=who, held=held, draw=self._draw))
        say(f"{who} done")

    def _draw(self, below: int) -> int:
        return self._dice.randrange(below)


def _person(at: Moment, who: str) -> Conversation:
    return conversations.lock(at.tx, "telegram:1", who, at.now)


def _hold(at: Moment, *, who: str, slot: int) -> Held | NotBooked:
    return booking.hold(at, _person(at, who), slot, WISH)


def _hold_to_move(at: Moment, *, who: str, slot: int) -> Held | NotBooked | None:
    person = _person(at, who)
    (own,) = booking.of_conversation(at, person)
    return booking.hold(at, person, slot, WISH, replaces=own.id) if own.slot != slot else None


def _confirm(
    at: Moment, *, who: str, held: Held, draw: Callable[[int], int]
) -> Appointment | NotBooked:
    return booking.confirm(at, _person(at, who), held.id, held.time.slot, WISH, draw=draw)


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


async def run(arguments: list[str]) -> None:
    mode, url, content, epoch, first, last, seed, tries = arguments
    catalogue = load(Path(content), Path(content).parent / "locales")
    database = await asyncio.to_thread(Database.open, url, secret=SECRET)
    crowd = Crowd(database, catalogue, float(epoch), int(seed))
    dice = random.Random(int(seed))
    try:
        every = await crowd.all_slots()
        act = crowd.book if mode == "book" else crowd.move
        say("ready")
        await asyncio.gather(
            *(
                act(str(number), dice.sample(every, min(int(tries), len(every))))
                for number in range(int(first), int(last))
            )
        )
        say("finished")
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1:]))
