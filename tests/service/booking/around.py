"""A small office whose people are written to: the real engine, door, outbox and jobs, and a channel
that a test holds in its hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import TypeVar

from bot.domain.appointment import Appointment
from bot.domain.booking import FreeTime, Held, Wish
from bot.domain.outgoing import Message
from bot.service import free_times, slots
from bot.service.booking_world import ConversationBooking
from bot.service.bookings import Bookings
from bot.service.cases.work import Setting
from bot.service.codec import load_message
from bot.service.free_times import Moment
from bot.service.reminding import Reminding
from bot.storage import appointments, conversations, messages
from bot.storage.conversations import Conversation
from bot.storage.transaction import Tx
from tests.service.world import NAME, World

T = TypeVar("T")
FIRST = Wish(service="first")
NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)  # a Sunday, 10:00 on the spot


@dataclass
class Around(World):
    """`World` with appointments."""

    now: datetime = NOW
    draws: count[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        super().__post_init__()
        self.bookings = Bookings(
            database=self.database,
            catalogue=lambda: self.catalogue,
            door=self.door,
            office=self.office,
            notifier=self.notifier,
            jobs=self.jobs,
            clock=lambda: self.now,
            draw=self.draw,
        )
        Reminding(database=self.database, door=self.door, setting=self.setting).register(self.jobs)

    def draw(self, below: int) -> int:
        return next(self.draws) * 7919 % below

    def setting(self) -> Setting:
        return Setting(
            catalogue=self.catalogue, office=self.office, account=self.door.account, now=self.now
        )

    def moment(self, tx: Tx) -> Moment:
        return Moment(tx=tx, catalogue=self.catalogue, now=self.now)

    async def sync(self) -> None:
        await self.database.write(lambda tx: slots.sync(tx, self.catalogue, self.now))

    async def come(self, *people: str) -> None:
        """Let people choose German."""
        for who in people:
            for words in ("/start", "Deutsch"):
                await self.write(words, who=who)
                await self.settle()

    async def free(self, wish: Wish = FIRST, limit: int = 500) -> tuple[FreeTime, ...]:
        return await self.database.read(lambda tx: free_times.offer(self.moment(tx), wish, limit))

    async def booking(self, who: str, work: Callable[[ConversationBooking], T]) -> T:
        """Do something with her appointments, as a turn of hers does."""

        def act(tx: Tx) -> T:
            hers = ConversationBooking(self.moment(tx), self.conversation(tx, who), self.draw)
            return work(hers)

        return await self.database.write(act)

    async def book(
        self, who: str, time: FreeTime, *, wish: Wish = FIRST, remind: bool = True
    ) -> Appointment:
        """Book a time for somebody."""

        def act(hers: ConversationBooking) -> Appointment:
            held = hers.hold(time.slot, wish, replaces=None)
            assert isinstance(held, Held), held
            made = hers.confirm(held.id, name=f"Frau {who}", answers={"town": "guben"})
            assert isinstance(made, Appointment), made
            if remind:
                assert hers.remind(made.id, True)
            return hers.appointment(made.id) or made

        return await self.booking(who, act)

    async def move(self, who: str, old: Appointment, time: FreeTime) -> Appointment:
        def act(hers: ConversationBooking) -> Appointment:
            held = hers.hold(time.slot, FIRST, replaces=old.id)
            assert isinstance(held, Held), held
            made = hers.confirm(held.id, name=None, answers={})
            assert isinstance(made, Appointment), made
            return made

        return await self.booking(who, act)

    async def look(self, number: int) -> Appointment:
        found = await self.database.read(lambda tx: appointments.get(tx, number))
        assert found is not None
        return found

    def conversation(self, tx: Tx, who: str) -> Conversation:
        return conversations.lock(tx, NAME, who, self.now)

    async def said(self, who: str = "anna") -> list[Message]:
        """Return what the program has said to somebody, in order."""

        def read(tx: Tx) -> list[Message]:
            found = conversations.find(tx, NAME, who)
            assert found is not None
            rows = messages.history(tx, found, 0, 500)
            return [load_message(row.body) for row in rows if row.direction == "out"]

        return await self.database.read(read)

    async def words(self, who: str = "anna") -> list[str]:
        """Return the first paragraph of what the program has said."""
        return [
            "".join(span.text for span in block.spans if hasattr(span, "text"))
            for message in await self.said(who)
            for block in message.blocks[:1]
            if hasattr(block, "spans")
        ]

    async def until(self, at: datetime, who: str = "anna") -> list[str]:
        """Let the time come, do what is due, and return what is new to somebody."""
        before = len(await self.words(who))
        self.now = at
        await self.run_due()
        await self.settle()
        return [
            words.replace("\u2068", "").replace("\u2069", "")
            for words in (await self.words(who))[before:]
        ]
