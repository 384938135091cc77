"""The job that keeps counsellors' own calendars and Lotse together, every few minutes.

A server that does not answer is asked less and less often; until it answers, what it said last
holds, and nobody waits. Calendars are read in a thread of their own: a server that answers one byte
a minute holds up neither the event loop nor the end of the program.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot.content.catalogue import Catalogue
from bot.service import calendar_sync
from bot.service.calendars import CalendarError, Calendars, Trouble
from bot.service.jobs import Args, Jobs, defer
from bot.service.notifier import Notifier
from bot.service.ports import ChannelStatus, Health
from bot.storage import backlog
from bot.storage.database import Database
from bot.storage.transaction import Tx

T = TypeVar("T")

log = structlog.get_logger(__name__)

SYNC = "caldav.sync"
EVERY = timedelta(minutes=3)
LONGEST = timedelta(hours=1)
SECONDS = 120.0  # for one calendar
DESK = ("desk", "")

MESSAGES = {
    Trouble.DOWN: ("the calendar server does not answer", "is LOTSE_CALDAV_URL right and up?"),
    Trouble.REFUSED: (
        "the calendar server refuses the account",
        "check LOTSE_CALDAV_USER and LOTSE_CALDAV_PASSWORD",
    ),
    Trouble.MISSING: (
        "the account has not all the calendars that desk.yaml names",
        "`calendar` is a calendar's name, or its address on this server; share it with the account",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How the last round went."""

    read: int = 0
    missing: int = 0
    trouble: Trouble | None = None


class CalendarSync:
    """The calendars of a site; `calendars` is None where no server is set."""

    def __init__(
        self,
        *,
        database: Database,
        catalogue: Callable[[], Catalogue],
        calendars: Calendars | None,
        notifier: Notifier,
        clock: Callable[[], datetime],
        seconds: float = SECONDS,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._calendars = calendars
        self._notifier = notifier
        self._clock = clock
        self._seconds = seconds
        self._failures = 0
        self._again: datetime | None = None
        self._last = Round()

    def register(self, jobs: Jobs) -> None:
        """Say who does the job."""
        jobs.register(SYNC, self.handle)

    def want(self, tx: Tx, now: datetime) -> None:
        """Defer the job unless it waits already. Ring `Jobs.committed` after the commit."""
        if not backlog.is_waiting(tx, SYNC):
            defer(tx, SYNC, {}, at=now, lane=SYNC)

    async def handle(self, _args: Args) -> None:
        """Read and write every calendar once."""
        catalogue, now = self._catalogue(), self._clock()
        logins = frozenset(catalogue.desk.calendars) if self._calendars is not None else frozenset()
        released = await self._database.write(
            partial(calendar_sync.release, catalogue=catalogue, now=now, but=logins)
        )
        changed = released
        if self._calendars is not None and logins:
            # Before the work, not after it: a round that fails for good must not be the last one.
            await self._database.write(partial(self.want, now=now + EVERY))
            if self._again is None or now >= self._again:
                changed |= await self._round(self._calendars, catalogue, now)
        if changed:
            self._notifier.changed(*DESK)

    def status(self) -> ChannelStatus:
        """Say how the last round went."""
        if self._last.trouble is None:
            return ChannelStatus(health=Health.GOOD, message=f"{self._last.read} calendars read")
        message, hint = MESSAGES[self._last.trouble]
        return ChannelStatus(health=Health.DEGRADED, message=message, hint=hint)

    async def _round(self, calendars: Calendars, catalogue: Catalogue, now: datetime) -> bool:
        booked = await self._database.read(
            partial(calendar_sync.booked, catalogue=catalogue, now=now)
        )
        changed, read, missing = False, 0, 0
        trouble: Trouble | None = None
        for login, hers in booked.items():
            wished = await self._database.write(
                partial(calendar_sync.plan, catalogue=catalogue, login=login, hers=hers, now=now)
            )
            try:
                outcome = await beside(
                    partial(calendar_sync.carry_out, wished, calendars), self._seconds
                )
            except (CalendarError, TimeoutError) as error:
                trouble = error.trouble if isinstance(error, CalendarError) else Trouble.DOWN
                if trouble is not Trouble.MISSING:
                    break  # the others are on the same server
                missing += 1
                continue
            read += 1
            changed |= await self._database.write(
                partial(
                    calendar_sync.keep,
                    catalogue=catalogue,
                    wished=wished,
                    outcome=outcome,
                    now=self._clock(),
                )
            )
        trouble = trouble or (Trouble.MISSING if missing else None)
        self._ended(Round(read=read, missing=missing, trouble=trouble), now)
        return changed

    def _ended(self, now_known: Round, now: datetime) -> None:
        if now_known.trouble in {None, Trouble.MISSING}:
            self._failures, self._again = 0, None
        else:
            self._failures += 1
            self._again = now + min(EVERY * 2 ** min(self._failures, 10), LONGEST)
        if now_known.trouble is not self._last.trouble:
            log.info(
                "calendars.read", calendars=now_known.read, trouble=now_known.trouble or "none"
            )
        self._last = now_known


async def beside(work: Callable[[], T], seconds: float) -> T:
    """Do something that blocks in a thread that nobody waits for longer than `seconds`.

    Raises:
        TimeoutError: it took too long; what it comes to is not heard any more.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # None only where T allows it

    def run() -> None:
        result: T | None = None
        failed: BaseException | None = None
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  # handed on to whoever waits
            failed = error
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, result, failed)

    threading.Thread(target=run, name="calendars", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await done
