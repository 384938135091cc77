"""Calendars elsewhere, as settings and content name them: the counsellors' own on a CalDAV server,
and those with closed days that are fetched. What is not named is not imported.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.app.finding import Finding, doubtful, good, of_channel
from bot.content.catalogue import Catalogue
from bot.domain.errors import ConfigurationError
from bot.service.calendar_job import MESSAGES, CalendarSync, beside
from bot.service.calendars import CalendarError, Calendars, Trouble
from bot.service.closing_feeds import ClosingFeeds
from bot.service.jobs import Jobs
from bot.service.notifier import Notifier
from bot.service.ports import ChannelStatus
from bot.service.preview import CONTENT_CHANGED
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.transaction import Tx

PART, CLOSURES = "caldav", "closures"
SECONDS = 15.0
INSTALL = ".venv/bin/python -m pip install -c constraints.txt -e '.[caldav]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCalendars:
    """All of them, with their jobs registered."""

    sync: CalendarSync
    feeds: ClosingFeeds
    calendars: Calendars | None
    database: Database
    catalogue: Callable[[], Catalogue]
    clock: Callable[[], datetime]
    notifier: Notifier
    jobs: Jobs

    @classmethod
    def of(
        cls,
        calendars: Calendars | None,
        *,
        database: Database,
        catalogue: Callable[[], Catalogue],
        notifier: Notifier,
        clock: Callable[[], datetime],
        jobs: Jobs,
    ) -> OfficeCalendars:
        """Return them, with their jobs registered. `calendars`: see `calendars_of`."""
        sync = CalendarSync(
            database=database,
            catalogue=catalogue,
            calendars=calendars,
            notifier=notifier,
            clock=clock,
        )
        feeds = ClosingFeeds(
            database=database, catalogue=catalogue, fetch=_fetch, notifier=notifier, clock=clock
        )
        sync.register(jobs)
        feeds.register(jobs)
        return cls(
            sync=sync,
            feeds=feeds,
            calendars=calendars,
            database=database,
            catalogue=catalogue,
            clock=clock,
            notifier=notifier,
            jobs=jobs,
        )

    async def run(self) -> None:
        """See that the jobs wait: now, and after every change of the content."""
        async for _ in self.notifier.subscribe(*CONTENT_CHANGED):
            await self.database.write(self._wanted)
            self.jobs.committed()

    def _wanted(self, tx: Tx) -> None:
        self.sync.want(tx, self.clock())
        self.feeds.want(tx, self.clock())

    async def ready(self) -> dict[str, ChannelStatus]:
        """Say how those are doing that are named."""
        found: dict[str, ChannelStatus] = {}
        if self.calendars is not None and self.catalogue().desk.calendars:
            found[PART] = self.sync.status()
        if self.catalogue().booking.addresses:
            found[CLOSURES] = await self.feeds.status()
        return found

    async def findings(self) -> list[Finding]:
        """Look at them for `lotse doctor`: the server is asked, closed days are not fetched."""
        found = [await self._account_finding()]
        if self.catalogue().booking.addresses:
            found.append(of_channel(CLOSURES, await self.feeds.status()))
        return found

    async def _account_finding(self) -> Finding:
        named = self.catalogue().desk.calendars
        if self.calendars is None:
            hint = "to switch it on set LOTSE_CALDAV_URL, LOTSE_CALDAV_USER, LOTSE_CALDAV_PASSWORD"
            if named:
                return doubtful(PART, "desk.yaml names calendars, but no server is set", hint)
            return good(PART, "not configured", hint)
        if not named:
            hint = "write `calendar: NAME` below people in desk.yaml"
            return good(PART, "configured, but desk.yaml names no calendar", hint)
        calendars = self.calendars
        try:
            missing = await beside(lambda: calendars.missing(sorted(named.values())), SECONDS)
        except (CalendarError, TimeoutError) as error:
            trouble = error.trouble if isinstance(error, CalendarError) else Trouble.DOWN
            return doubtful(PART, *MESSAGES[trouble])
        if missing:
            message = f"{len(missing)} of {len(named)} calendars of desk.yaml are not there"
            return doubtful(PART, message, MESSAGES[Trouble.MISSING][1])
        return good(PART, f"{len(named)} calendars")


async def _fetch(url: str) -> bytes:
    from bot.calendars.fetching import fetch

    return await fetch(url)


def calendars_of(settings: Settings) -> Calendars | None:
    """Return the office's account on a calendar server, None where no server is set.

    Raises:
        ConfigurationError: something is missing.
    """
    if settings.caldav_url is None:
        return None
    if settings.caldav_user is None or settings.caldav_password is None:
        raise ConfigurationError(
            "LOTSE_CALDAV_URL is set: LOTSE_CALDAV_USER and LOTSE_CALDAV_PASSWORD are missing"
        )
    if importlib.util.find_spec("caldav") is None:
        raise ConfigurationError(
            f"LOTSE_CALDAV_URL is set, but the package caldav is not installed: {INSTALL}"
        )
    from bot.calendars.caldav_account import CalDavAccount

    password = settings.caldav_password.get_secret_value()
    return CalDavAccount(settings.caldav_url, settings.caldav_user, password)
