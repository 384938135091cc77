"""What is old is deleted, every night: the site's `retention` says after how many days.

`history`: what was said in both directions. `quarantine`: events that could not be worked on.
`conversations`: whole conversations in which nothing has happened for so long, keys and all.
`cases`: closed cases with their notes. `audit`: the log of who did what at the desk. What the site
does not name, or names without a length, is kept; a conversation with an open case or a booked
appointment always. Appointments go with the slots (`slots`).
Sessions, codes and forgotten drafts go by themselves. Knows no table and no threads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from bot.content.catalogue import Catalogue
from bot.service.jobs import Args, Handler, defer
from bot.storage import audit, backlog, retention
from bot.storage.database import Database
from bot.storage.retention import Stretch
from bot.storage.transaction import Tx

log = structlog.get_logger(__name__)

EXPIRE = "expire"
NIGHT = time(3, 30)  # local time that no change of the clock skips or repeats in Europe
STRETCH = 200  # conversations in one transaction
EVENTS = 500
DRAFTS = timedelta(days=30)
"""How long a draft is kept that nobody touches, and an absence that is over."""


_OF_CONVERSATIONS: Mapping[str, Callable[[Tx, Stretch, datetime], int]] = {
    "conversations": retention.expire_conversations,
    "cases": retention.expire_cases,
    "history": retention.expire_history,
}
_OLDEST_FIRST: Mapping[str, Callable[..., int]] = {
    "quarantine": retention.expire_quarantine,
    "audit": audit.expire,
}


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
    rows: Mapping[str, int]


def sweep(tx: Tx, after: int, *, before: Mapping[str, datetime]) -> Swept | None:
    """Delete what is older than its time in the next stretch of conversations behind the id
    `after`; None behind the last one.
    """
    where = retention.stretch(tx, after, STRETCH)
    if where is None:
        return None
    rows = {
        what: expire_these(tx, where, before[what])
        for what, expire_these in _OF_CONVERSATIONS.items()
        if what in before
    }
    return Swept(last=where.last, rows=rows)


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
        total = Counter[str]()
        if before.keys() & _OF_CONVERSATIONS.keys():
            after: int | None = 0
            while after is not None:
                swept = await database.write(partial(sweep, after=after, before=before))
                after = swept.last if swept else None
                if swept:
                    total.update(swept.rows)
        for what, expire_oldest in _OLDEST_FIRST.items():
            deleted = EVENTS if what in before else 0
            while deleted == EVENTS:
                deleted = await database.write(
                    partial(expire_oldest, before=before[what], limit=EVENTS)
                )
                total[what] += deleted
        total["leftovers"] = await database.write(
            partial(retention.expire_leftovers, now=now, drafts_before=now - DRAFTS)
        )
        log.info("retention.expired", **total)

    return handle
