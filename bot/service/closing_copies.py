"""The last good copies of calendars that are fetched by address, and how the fetching went.

The office hours are read with these copies: a calendar that answers garbage, or never, changes
nothing. Copies stand in the database, sealed; the names under which they stand do not tell their
addresses, which may be secret ones.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from bot.content.closing_calendars import ClosingAddress, ClosingCalendar, read
from bot.content.model_booking import Booking
from bot.domain.errors import LotseError
from bot.storage import accounts
from bot.storage.transaction import Tx

_INDEX = "closing calendars"


class FetchTrouble(StrEnum):
    """Why there is no new copy."""

    DOWN = "down"
    REFUSED = "refused"
    TOO_LARGE = "too-large"
    GARBAGE = "garbage"


class FetchError(LotseError):
    """A calendar could not be fetched."""

    def __init__(self, trouble: FetchTrouble) -> None:
        super().__init__(f"the calendar could not be fetched: {trouble.value}")
        self.trouble = trouble


Fetch = Callable[[str], Awaitable[bytes]]
"""Returns what stands at an address, or raises `FetchError`; never takes long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """When a calendar was last tried, when it was last fetched, and what went wrong since."""

    tried: datetime
    good: datetime | None = None
    trouble: FetchTrouble | None = None


def known(tx: Tx) -> Mapping[str, Copy]:
    """Return the copies by the name of their address (`name_of`)."""
    raw = accounts.get(tx, _INDEX)
    index: Mapping[str, Mapping[str, Any]] = json.loads(raw) if raw is not None else {}
    return {
        name: Copy(
            tried=datetime.fromisoformat(row["tried"]),
            good=datetime.fromisoformat(row["good"]) if row["good"] else None,
            trouble=FetchTrouble(row["trouble"]) if row["trouble"] else None,
        )
        for name, row in index.items()
    }


def name_of(tx: Tx, url: str) -> str:
    """Return the name under which the copy of an address stands."""
    return tx.keys.index("closing calendar", url).hex()[:32]


def keep(
    tx: Tx, urls: tuple[str, ...], url: str, content: bytes | FetchTrouble, now: datetime
) -> bool:
    """Note what became of an address; returns whether its copy is another one now. Copies of
    addresses that are not among `urls` are forgotten.
    """
    index = dict(known(tx))
    wanted = {name_of(tx, each) for each in urls}
    for name in index.keys() - wanted:
        accounts.remove(tx, f"{_INDEX} {name}")
        del index[name]
    name = name_of(tx, url)
    before = index.get(name)
    changed = False
    if isinstance(content, bytes):
        index[name] = Copy(tried=now, good=now)
        changed = accounts.get(tx, f"{_INDEX} {name}") != content
        if changed:
            accounts.put(tx, f"{_INDEX} {name}", content)
    else:
        index[name] = Copy(tried=now, good=before.good if before else None, trouble=content)
    rows = {
        name: {
            "tried": copy.tried.isoformat(),
            "good": copy.good.isoformat() if copy.good else None,
            "trouble": copy.trouble,
        }
        for name, copy in index.items()
    }
    accounts.put(tx, _INDEX, json.dumps(rows).encode())
    return changed


def closed(tx: Tx, booking: Booking) -> Booking:
    """Return what can be booked with the fetched calendars that close it."""
    if not booking.addresses:
        return booking
    fetched = [
        calendar
        for address in booking.addresses
        if (calendar := _calendar(tx, address)) is not None
    ]
    return replace(booking, closing=(*booking.closing, *fetched))


def _calendar(tx: Tx, address: ClosingAddress) -> ClosingCalendar | None:
    content = accounts.get(tx, f"{_INDEX} {name_of(tx, address.url)}")
    return None if content is None else _parsed(content, address.place, address.zone)


@lru_cache(maxsize=16)
def _parsed(content: bytes, place: str | None, zone: str) -> ClosingCalendar | None:
    """Return a copy as a calendar: parsed once, not at every change of the office hours."""
    try:
        return read(content, place=place, zone=zone)
    except ValueError:  # a newer version of the program is stricter
        return None
