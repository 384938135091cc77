"""The days of the calendar: what each holds, read from slots, appointments and blocked times.

Theory. A cell is one slot with everybody in it and the seats that are left; somebody without an
appointment is a cell of her own. Days and times are those of the wall clock on the spot: on a day
when the clock changes everything stands where a clock on the wall says it is. Names and notes are
left behind here: only `calendar_appointment` reads them, and says so in the log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.domain.appointment import Appointment, BookingOrigin, Closed, Slot, SlotKind
from bot.storage import appointments, blocks, slots
from bot.storage.blocks import Block
from bot.storage.transaction import Tx

MANY = 20_000
"""Slots that one question may bring: more than a year of ten places."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which days, and whose. `place` and `resource` None: all."""

    first: date
    last: date
    place: str | None = None
    resource: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One slot: `booked` and the number of `free` seats. `slot` is None for somebody who came
    without an appointment. `local` and `local_end` are wall times on the spot.
    """

    slot: int | None
    place: str
    resource: str
    starts: datetime
    ends: datetime
    local: datetime
    local_end: datetime
    seats: int
    free: int
    services: frozenset[str]
    languages: tuple[str, ...]
    sample: bool
    booked: tuple[Appointment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """A stretch of office hours in which nobody is there. `reason` is for the team alone."""

    place: str
    resource: str
    local: datetime
    local_end: datetime
    block: Block | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A stretch of office hours at one place."""

    place: str
    local: datetime
    local_end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One day. `shifted`: by how much the clock changes on it."""

    day: date
    cells: tuple[Cell, ...]
    open: tuple[Open, ...]
    away: tuple[Away, ...]
    shifted: timedelta

    @property
    def places(self) -> tuple[str, ...]:
        """Where anything is on this day, in order."""
        named = (*(each.place for each in self.open), *(each.place for each in self.cells))
        return tuple(dict.fromkeys(named))


def days(tx: Tx, catalogue: Catalogue, wanted: Wanted, now: datetime) -> tuple[CalendarDay, ...]:
    """Return each of the wanted days."""
    zone = ZoneInfo(catalogue.site.zone)
    # Wall time on the spot may be a day off the site's: look wider, sort by the local day.
    begin = midnight(wanted.first, zone) - _DAY
    end = midnight(wanted.last + _DAY, zone) + _DAY
    standing = [
        slot
        for slot in slots.between(tx, begin, end)
        if slot.kind is SlotKind.COUNSELLING and _is_wanted(slot.place, slot.resource, wanted)
    ]
    free = {
        slot.id: seats for slot, seats in slots.free(tx, begin=begin, end=end, now=now, limit=MANY)
    }
    taken: Mapping[int | None, list[Appointment]] = defaultdict(list)
    for each in appointments.between(tx, begin, end):
        taken[each.slot].append(nameless(each))
    blocked = blocks.between(tx, begin, end)
    cells: Mapping[date, list[Cell]] = defaultdict(list)
    open_: Mapping[date, list[Open]] = defaultdict(list)
    away: Mapping[date, list[Away]] = defaultdict(list)
    for slot in standing:
        day, inside = slot.local.date(), tuple(taken.get(slot.id, ()))
        left = 0 if slot.closed or slot.ends <= now else free.get(slot.id, 0)
        if inside or left:
            cells[day].append(_cell(slot, inside, left))
        if slot.closed is not Closed.GONE:
            open_[day].append(
                Open(place=slot.place or "", local=slot.local, local_end=_local_end(slot))
            )
        if slot.closed is Closed.BLOCKED and not inside:
            away[day].append(_away(slot, blocked))
    for each in taken.get(None, ()):
        if wanted.resource is None and wanted.place in {None, each.place}:
            cells[each.local.date()].append(_unasked(each))
    return tuple(
        CalendarDay(
            day=day,
            cells=tuple(sorted(cells[day], key=_in_order)),
            open=_joined_open(open_[day]),
            away=_joined_away(away[day]),
            shifted=_shifted(day, zone),
        )
        for day in _each_day(wanted.first, wanted.last)
    )


def of_person(login: str) -> str:
    """Return what slots call somebody's own time."""
    return f"counsellor/{login}"


def booked_or_gone(appointment: Appointment) -> bool:
    """Return whether an appointment was ever booked; a hold that came to nothing was not."""
    return appointment.code is not None or appointment.origin is BookingOrigin.WALK_IN


def nameless(appointment: Appointment) -> Appointment:
    """Return an appointment without what a person said about herself."""
    return replace(appointment, name=None, notes=None)


def _is_wanted(place: str | None, resource: str, wanted: Wanted) -> bool:
    return wanted.place in {None, place} and wanted.resource in {None, resource}


def _cell(slot: Slot, booked: tuple[Appointment, ...], free: int) -> Cell:
    return Cell(
        slot=slot.id,
        place=slot.place or "",
        resource=slot.resource,
        starts=slot.starts,
        ends=slot.ends,
        local=slot.local,
        local_end=_local_end(slot),
        seats=slot.seats,
        free=free,
        services=slot.services,
        languages=slot.languages,
        sample=slot.sample,
        booked=booked,
    )


def _unasked(appointment: Appointment) -> Cell:
    """Return the cell of somebody who came without an appointment."""
    return Cell(
        slot=None,
        place=appointment.place,
        resource="",
        starts=appointment.starts,
        ends=appointment.ends,
        local=appointment.local,
        local_end=_wall(appointment.ends, appointment.zone),
        seats=1,
        free=0,
        services=frozenset({appointment.service}),
        languages=(appointment.language,),
        sample=False,
        booked=(appointment,),
    )


def _away(slot: Slot, blocked: Iterable[Block]) -> Away:
    block = next(
        (
            each
            for each in blocked
            if each.resource in {None, slot.resource}
            and each.place in {None, slot.place}
            and each.starts < slot.ends
            and slot.starts < each.ends
        ),
        None,
    )
    return Away(
        place=slot.place or "",
        resource=slot.resource,
        local=slot.local,
        local_end=_local_end(slot),
        block=block,
    )


def _joined_open(stretches: Sequence[Open]) -> tuple[Open, ...]:
    joined: list[Open] = []
    for each in sorted(stretches, key=lambda one: (one.place, one.local)):
        last = joined[-1] if joined else None
        if last is not None and last.place == each.place and each.local <= last.local_end:
            joined[-1] = replace(last, local_end=max(last.local_end, each.local_end))
        else:
            joined.append(each)
    return tuple(sorted(joined, key=lambda one: (one.local, one.place)))


def _joined_away(stretches: Sequence[Away]) -> tuple[Away, ...]:
    joined: list[Away] = []

    def whose(one: Away) -> tuple[str, str, int]:
        return one.place, one.resource, one.block.id if one.block is not None else 0

    for each in sorted(stretches, key=lambda one: (whose(one), one.local)):
        last = joined[-1] if joined else None
        if last is not None and whose(last) == whose(each) and each.local <= last.local_end:
            joined[-1] = replace(last, local_end=max(last.local_end, each.local_end))
        else:
            joined.append(each)
    return tuple(sorted(joined, key=lambda one: (one.local, one.place)))


def _in_order(cell: Cell) -> tuple[datetime, datetime, str, str]:
    return cell.local, cell.starts, cell.place, cell.resource


def _each_day(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _shifted(day: date, zone: ZoneInfo) -> timedelta:
    """Return by how much the clock changes on a day."""
    before = datetime.combine(day, time.min, zone).utcoffset()
    after = datetime.combine(day + _DAY, time.min, zone).utcoffset()
    return (after or timedelta()) - (before or timedelta())


def _local_end(slot: Slot) -> datetime:
    return _wall(slot.ends, slot.zone)


def _wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)
