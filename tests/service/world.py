"""The service on a real database with a channel that a test holds in its hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.content.catalogue import Catalogue
from bot.domain.capabilities import Capabilities, Choices, LengthUnit, Rich
from bot.domain.delivery import Outcome, Sent
from bot.domain.inbound import ButtonPress, Content, Inbound, Sender, TextMessage
from bot.domain.staff import Role
from bot.service.cases import Acting, Cases
from bot.service.delivery import Deliverer
from bot.service.door import DESK, FrontDoor
from bot.service.jobs import Jobs
from bot.service.notifier import Notifier
from bot.service.office import Office
from bot.service.outputs import Account
from bot.service.ports import ChannelStatus, Delivery, Door, Health
from bot.storage import jobs, staff
from bot.storage.database import Database

NAME = "post:1"


class PostChannel:
    """A channel whose answers the test decides. Everything that was sent stands in `sent`."""

    def __init__(self, *, idempotent: bool = False) -> None:
        self.account = NAME
        self.capabilities = Capabilities(
            max_text=4096,
            unit=LengthUnit.UTF16,
            rich=Rich.ENTITIES,
            choices=Choices.BUTTONS,
            edits=True,
            edits_in_place=True,
            idempotent=idempotent,
        )
        self.sent: list[Delivery] = []
        self.outcomes: list[Outcome] = []
        self.arrived = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def run(self, door: Door) -> None:
        await asyncio.Event().wait()

    async def send(self, delivery: Delivery) -> Outcome:
        self.sent.append(delivery)
        self.arrived.set()
        await self.open.wait()
        if self.outcomes:
            return self.outcomes.pop(0)
        return Sent(reference=str(1000 + len(self.sent)))

    async def close(self) -> None:
        return None

    async def status(self) -> ChannelStatus:
        return ChannelStatus(health=Health.GOOD)

    @property
    def texts(self) -> list[str]:
        return [piece.text for delivery in self.sent for piece in delivery.parts.pieces]

    async def wait_for(self, number: int) -> None:
        """Wait until so many sends were tried."""
        async with asyncio.timeout(10):
            while len(self.sent) < number:
                self.arrived.clear()
                await self.arrived.wait()


@dataclass
class World:
    """Door, deliverer and a clock that can be moved."""

    database: Database
    catalogue: Catalogue
    channel: PostChannel
    owner: str = "me"
    now: datetime = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    notifier: Notifier = field(default_factory=Notifier)
    office: Office = field(default_factory=Office)
    numbers: int = 0

    def __post_init__(self) -> None:
        self.deliverer = Deliverer(
            database=self.database,
            channel=self.channel,
            owner=self.owner,
            catalogue=lambda: self.catalogue,
            clock=lambda: self.now,
            failed=lambda: self.notifier.changed(*DESK),
        )
        self.jobs = Jobs()
        self.door = FrontDoor(
            database=self.database,
            catalogue=lambda: self.catalogue,
            notifier=self.notifier,
            office=self.office,
            jobs=self.jobs,
        )
        self.cases = Cases(
            database=self.database,
            catalogue=lambda: self.catalogue,
            door=self.door,
            office=self.office,
            clock=lambda: self.now,
        )
        self.cases.register(self.jobs)
        self.door.add_account(
            Account(
                name=NAME,
                capabilities=self.channel.capabilities,
                owner=self.owner,
                busy=self.deliverer.busy,
            ),
            self.deliverer.accept,
        )

    def inbound(self, content: Content, *, who: str = "anna", event: str | None = None) -> Inbound:
        self.numbers += 1
        return Inbound(
            account=NAME,
            external_id=event or f"e{self.numbers}",
            sender=Sender(address=who, language="de"),
            at=self.now,
            content=content,
        )

    async def write(self, text: str, *, who: str = "anna") -> None:
        await self.door.receive(self.inbound(TextMessage(text=text), who=who))

    async def press(self, token: str, *, who: str = "anna") -> None:
        await self.door.receive(self.inbound(ButtonPress(token=token), who=who))

    async def counsellor(self, name: str, *roles: Role, shown: str | None = None) -> Acting:
        """Add somebody to the desk."""
        person = await self.database.write(
            lambda tx: staff.add(
                tx,
                name=name,
                shown_name=shown or name.title(),
                roles=frozenset(roles or (Role.COUNSELLOR,)),
                languages=("de",),
                now=self.now,
            )
        )
        return Acting.of(person)

    async def run_due(self) -> int:
        """Do the jobs of cases that are due, as the runner does; return how many."""
        done = 0
        while found := await self.database.write(
            lambda tx: jobs.claim_due(tx, self.now, 50, self.owner)
        ):
            for job in found:
                handler = self.jobs.handler(job.name)
                assert handler is not None, job.name
                await handler(job.args)
                await self.database.write(lambda tx, job=job: jobs.finish(tx, job))  # type: ignore[misc]
                done += 1
        return done

    async def settle(self) -> None:
        """Wait until nothing is under way from memory."""
        async with asyncio.timeout(10):
            await self.deliverer.settle()

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[None]:
        """Let the claim loop run beside the block."""
        running = asyncio.create_task(self.deliverer.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.wait({running})
