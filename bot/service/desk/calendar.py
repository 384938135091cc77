"""The calendar: what a stretch of days holds, what needs a decision, how much is free, who waits.

One function, one reading transaction. What counsellors do to appointments goes through
`service.bookings`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.domain.appointment import Appointment, AppointmentStatus, SlotKind
from bot.service import slots as office_hours
from bot.service.desk.calendar_days import MANY, CalendarDay, Wanted, days, midnight, nameless
from bot.service.desk.team import Team, read_team
from bot.service.slots import Conflict
from bot.storage import appointments, blocks, calendar, slots
from bot.storage.blocks import Block
from bot.storage.database import Database
from bot.storage.transaction import Tx

WEEKS = 4
"""How many weeks of free capacity stand beside the calendar."""

_DAY = timedelta(days=1)
_OVER = frozenset({AppointmentStatus.SERVED, AppointmentStatus.MISSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Seats of one place in one week, which begins `first`: how many there are, how many free."""

    place: str
    first: date
    free: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """All that the calendar's page shows. `clashing`: appointments that must be moved."""

    days: tuple[CalendarDay, ...]
    conflicts: tuple[Conflict, ...]
    capacity: tuple[Capacity, ...]
    team: Team
    stamp: str
    at: datetime

    @property
    def clashing(self) -> frozenset[int]:
        """The appointments of the conflicts."""
        return frozenset(each.appointment.id for each in self.conflicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Free capacity by week, and how many wait, by service and place."""

    capacity: tuple[Capacity, ...]
    waiting: Mapping[tuple[str, str | None], int]


class Calendar:
    """The reading side of the calendar."""

    def __init__(
        self,
        database: Database,
        catalogue: Callable[[], Catalogue],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    async def shown(self, wanted: Wanted) -> Shown:
        """Return what stands on the wanted days."""
        catalogue, now = self._catalogue(), self._clock()
        return await self._database.read(lambda tx: read(tx, catalogue, wanted, now))

    async def figures(self, weeks: int) -> Figures:
        """Return the free capacity of the next weeks, and the waitlist."""
        catalogue, now = self._catalogue(), self._clock()
        return await self._database.read(
            lambda tx: Figures(
                capacity=capacity(tx, catalogue, now, weeks), waiting=calendar.waiting(tx)
            )
        )

    async def in_the_way(
        self, begin: datetime, end: datetime, *, place: str | None, resource: str | None
    ) -> list[Appointment]:
        """Return what is booked in a stretch of time, soonest first."""
        return await self._database.read(lambda tx: booked_within(tx, begin, end, place, resource))

    async def blocks(self) -> list[Block]:
        """Return the blocked times that are not over."""
        now = self._clock()
        return await self._database.read(lambda tx: blocks.between(tx, now, now + office_hours.FAR))

    async def team(self) -> Team:
        """Return everybody with an account."""
        now = self._clock()
        return await self._database.read(lambda tx: read_team(tx, now))


def read(tx: Tx, catalogue: Catalogue, wanted: Wanted, now: datetime) -> Shown:
    """Return what stands on the wanted days."""
    conflicts = office_hours.conflicts(tx, catalogue, now)
    return Shown(
        days=days(tx, catalogue, wanted, now),
        conflicts=tuple(
            replace(each, appointment=nameless(each.appointment)) for each in conflicts
        ),
        capacity=capacity(tx, catalogue, now, WEEKS),
        team=read_team(tx, now),
        stamp=calendar.stamp(tx),
        at=now,
    )


def capacity(tx: Tx, catalogue: Catalogue, now: datetime, weeks: int) -> tuple[Capacity, ...]:
    """Return the seats that are still to come, by week and place. The first week begins today."""
    zone = ZoneInfo(catalogue.site.zone)
    today = now.astimezone(zone).date()
    end = midnight(today + timedelta(weeks=weeks), zone)
    free = {
        slot.id: seats for slot, seats in slots.free(tx, begin=now, end=end, now=now, limit=MANY)
    }
    total: dict[tuple[int, str], int] = defaultdict(int)
    left: dict[tuple[int, str], int] = defaultdict(int)
    for slot in slots.between(tx, now, end):
        if slot.kind is SlotKind.COUNSELLING and slot.closed is None:
            week = max(0, (slot.local.date() - today).days) // 7
            total[week, slot.place or ""] += slot.seats
            left[week, slot.place or ""] += free.get(slot.id, 0)
    named = dict.fromkeys(hours.place for hours in catalogue.office_hours if hours.place)
    places = (*named, *sorted({place for _, place in total} - set(named)))
    return tuple(
        Capacity(
            place=place,
            first=today + timedelta(weeks=week),
            free=left[week, place],
            total=total[week, place],
        )
        for place in places
        for week in range(weeks)
    )


def booked_within(
    tx: Tx, begin: datetime, end: datetime, place: str | None, resource: str | None
) -> list[Appointment]:
    """Return what is booked in a stretch of time and not over yet, soonest first."""
    found = []
    for each in appointments.between(tx, begin - _DAY, end):
        slot = slots.get(tx, each.slot) if each.slot is not None else None
        if (
            slot is not None
            and each.status not in _OVER
            and each.ends > begin
            and place in {None, each.place}
            and resource in {None, slot.resource}
        ):
            found.append(nameless(each))
    return found
