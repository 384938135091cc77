"""The job that fetches calendars with closed days, every night: the content names their addresses.

What answers garbage, too much, or never leaves the last good copy as it is; it is tried again after
an hour, and `status` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.content.catalogue import Catalogue
from bot.content.closing_calendars import read
from bot.service import closing_copies, slots
from bot.service.closing_copies import Copy, Fetch, FetchError, FetchTrouble
from bot.service.jobs import Args, Jobs, defer
from bot.service.notifier import Notifier
from bot.service.ports import ChannelStatus, Health
from bot.service.retention import next_night
from bot.storage import backlog
from bot.storage.database import Database
from bot.storage.transaction import Tx

log = structlog.get_logger(__name__)

FETCH, RETRY = "closures.fetch", "closures.retry"  # every night, and in between
AGAIN = timedelta(hours=1)
FRESH = timedelta(hours=20)
DESK = ("desk", "")

REASONS = {
    FetchTrouble.DOWN: "does not answer",
    FetchTrouble.REFUSED: "answers with a refusal",
    FetchTrouble.TOO_LARGE: "is too large",
    FetchTrouble.GARBAGE: "is not a calendar that can be used",
}


class ClosingFeeds:
    """The calendars of a site that are fetched."""

    def __init__(
        self,
        *,
        database: Database,
        catalogue: Callable[[], Catalogue],
        fetch: Fetch,
        notifier: Notifier,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._fetch = fetch
        self._notifier = notifier
        self._clock = clock

    def register(self, jobs: Jobs) -> None:
        """Say who does the jobs."""
        jobs.register(FETCH, self.handle)
        jobs.register(RETRY, self.handle)

    def want(self, tx: Tx, now: datetime) -> None:
        """Defer the next night's job, and one at once where an address was not tried this day. Ring
        `Jobs.committed` after the commit.
        """
        if self._urls() and any(not _is_fresh(each, now) for each in self._copies(tx).values()):
            defer(tx, RETRY, {}, at=now)
        self._schedule(tx, now)

    async def handle(self, _args: Args) -> None:
        """Fetch every calendar once, and the next night again."""
        await self._database.write(partial(self._schedule, now=self._clock()))
        changed = failed = 0
        for url in self._urls():
            content = await self._fetched(url)
            failed += isinstance(content, FetchTrouble)
            changed += await self._database.write(
                partial(
                    closing_copies.keep,
                    urls=self._urls(),
                    url=url,
                    content=content,
                    now=self._clock(),
                )
            )
        if changed:
            await self._database.write(
                partial(slots.sync, catalogue=self._catalogue(), now=self._clock())
            )
            self._notifier.changed(*DESK)
        if failed:
            await self._database.write(partial(self._try_again, at=self._clock() + AGAIN))
        log.info("closures.fetched", changed=changed, failed=failed)

    async def status(self) -> ChannelStatus:
        """Say how the last fetching went."""
        copies = await self._database.read(self._copies)
        bad = [each for each in copies.values() if each is None or each.trouble is not None]
        if not bad:
            return ChannelStatus(health=Health.GOOD, message=f"{len(copies)} calendars fetched")
        return ChannelStatus(
            health=Health.DEGRADED,
            message=f"{len(bad)} of {len(copies)} calendars with closed days: {_why(bad[0])}",
            hint="`closures` in site.yaml names the addresses; it is tried again every hour",
        )

    def _urls(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.url for each in self._catalogue().booking.addresses))

    def _copies(self, tx: Tx) -> dict[str, Copy | None]:
        known = closing_copies.known(tx)
        return {url: known.get(closing_copies.name_of(tx, url)) for url in self._urls()}

    def _schedule(self, tx: Tx, now: datetime) -> None:
        if self._urls() and not backlog.is_waiting(tx, FETCH):
            defer(tx, FETCH, {}, at=next_night(now, self._catalogue().site.zone))

    @staticmethod
    def _try_again(tx: Tx, at: datetime) -> None:
        if not backlog.is_waiting(tx, RETRY):
            defer(tx, RETRY, {}, at=at)

    async def _fetched(self, url: str) -> bytes | FetchTrouble:
        try:
            content = await self._fetch(url)
            read(content, place=None, zone=self._catalogue().site.zone)
        except FetchError as error:
            return error.trouble
        except ValueError:
            return FetchTrouble.GARBAGE
        return content


def _is_fresh(copy: Copy | None, now: datetime) -> bool:
    return copy is not None and now - copy.tried < FRESH


def _why(copy: Copy | None) -> str:
    if copy is None or copy.trouble is None:
        return "not fetched yet"
    last = f"the last good copy is of {copy.good:%Y-%m-%d}" if copy.good else "there is no copy"
    return f"one {REASONS[copy.trouble]}; {last}"
