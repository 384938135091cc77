"""The parts around appointments: what the desk does with them, what happens by itself, and the
times that can be booked, which follow the office hours.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.content.catalogue import Catalogue
from bot.service import slots
from bot.service.bookings import Bookings
from bot.service.cases.work import Setting
from bot.service.door import FrontDoor
from bot.service.jobs import Jobs
from bot.service.notifier import Notifier
from bot.service.office import Office
from bot.service.preview import CONTENT_CHANGED
from bot.service.reminding import Reminding
from bot.storage.database import Database
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointments:
    """All of it, with its jobs registered."""

    bookings: Bookings
    database: Database
    catalogue: Callable[[], Catalogue]
    clock: Callable[[], datetime]
    notifier: Notifier
    jobs: Jobs

    @classmethod
    def of(
        cls,
        *,
        database: Database,
        catalogue: Callable[[], Catalogue],
        door: FrontDoor,
        office: Office,
        notifier: Notifier,
        jobs: Jobs,
        clock: Callable[[], datetime],
    ) -> Appointments:
        """Open them and say who does their jobs."""

        def setting() -> Setting:
            return Setting(catalogue=catalogue(), office=office, account=door.account, now=clock())

        Reminding(database=database, door=door, setting=setting).register(jobs)
        expand = partial(slots.expand, database=database, catalogue=catalogue, clock=clock)
        nightly = partial(slots.nightly, database=database, catalogue=catalogue, clock=clock)
        jobs.register(slots.EXPAND, expand())
        jobs.register(slots.NIGHTLY, nightly())
        bookings = Bookings(
            database=database,
            catalogue=catalogue,
            door=door,
            office=office,
            notifier=notifier,
            jobs=jobs,
            clock=clock,
            draw=secrets.randbelow,
        )
        return cls(
            bookings=bookings,
            database=database,
            catalogue=catalogue,
            clock=clock,
            notifier=notifier,
            jobs=jobs,
        )

    async def run(self) -> None:
        """See that the times follow the office hours: now, after every change of the content, and
        every night.
        """
        async for _ in self.notifier.subscribe(*CONTENT_CHANGED):
            await self.database.write(self._wanted)
            self.jobs.committed()

    async def fill(self) -> None:
        """Make the times that can be booked, where no jobs run."""
        catalogue, now = self.catalogue(), self.clock()
        await self.database.write(partial(slots.sync, catalogue=catalogue, now=now))

    def _wanted(self, tx: Tx) -> None:
        now = self.clock()
        slots.request(tx, now)
        slots.schedule(tx, now, self.catalogue().site.zone)
