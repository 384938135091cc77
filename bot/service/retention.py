"""What is old is deleted, every night: the site's `retention` says after how many days.

`history`: what was said in both directions. `quarantine`: events that could not be worked on.
`conversations`: whole conversations in which nothing has happened for so long, keys and all. What
the site does not name, or names without a length, is kept. Knows no table and no threads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from bot.content.catalogue import Catalogue
from bot.service.jobs import Args, Handler, defer
from bot.storage import backlog, retention
from bot.storage.database import Database
from bot.storage.transaction import Tx

log = structlog.get_logger(__name__)

EXPIRE = "expire"
NIGHT = time(3, 30)  # local time that no change of the clock skips or repeats in Europe
STRETCH = 200  # conversations in one transaction
EVENTS = 500


def next_night(now: datetime, zone: str) -> datetime:
    """Return the next time at which old things are deleted, in UTC."""
    local = now.astimezone(ZoneInfo(zone))
    night = datetime.combine(local.date(), NIGHT, local.tzinfo)
    if night <= local:
        night = datetime.combine(local.date() + timedelta(days=1), NIGHT, local.tzinfo)
    return night.astimezone(UTC)


def schedule(tx: Tx, now: datetime, zone: str) -> bool:
    """Defer the next night's work unless it waits already; returns whether it was deferred."""
    if backlog.is_waiting(tx, EXPIRE):
        return False
    defer(tx, EXPIRE, {}, at=next_night(now, zone), lane=EXPIRE)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What was deleted in one stretch of conversations, and the last of its ids."""

    last: int
    conversations: int
    history: int


def sweep(
    tx: Tx, after: int, *, conversations: datetime | None, history: datetime | None
) -> Swept | None:
    """Delete what is older than these times in the next stretch behind the id `after`; None behind
    the last one.
    """
    where = retention.stretch(tx, after, STRETCH)
    if where is None:
        return None
    gone = retention.expire_conversations(tx, where, conversations) if conversations else 0
    rows = retention.expire_history(tx, where, history) if history else 0
    return Swept(last=where.last, conversations=gone, history=rows)


def expire(
    *, database: Database, catalogue: Callable[[], Catalogue], clock: Callable[[], datetime]
) -> Handler:
    """Return the handler of the job `expire`."""

    async def handle(_args: Args) -> None:
        site, now = catalogue().site, clock()
        # Before the work, not after it: a night that fails for good must not be the last one.
        await database.write(partial(schedule, now=now, zone=site.zone))
        before = {
            what: now - timedelta(days=days)
            for what, days in site.retention_days.items()
            if days > 0
        }
        conversations, history = before.get("conversations"), before.get("history")
        total = Counter[str]()
        if conversations or history:
            after: int | None = 0
            while after is not None:
                swept = await database.write(
                    partial(sweep, after=after, conversations=conversations, history=history)
                )
                after = swept.last if swept else None
                if swept:
                    total.update(conversations=swept.conversations, history=swept.history)
        if "quarantine" in before:
            deleted = EVENTS
            while deleted == EVENTS:
                deleted = await database.write(
                    partial(retention.expire_quarantine, before=before["quarantine"], limit=EVENTS)
                )
                total.update(quarantine=deleted)
        log.info("retention.expired", **total)

    return handle
