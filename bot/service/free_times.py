"""Which times are free for a wish: the soonest, by day, by place, by language, and the nearest to a
time that was taken. Changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.domain.appointment import Service, Slot, SlotKind
from bot.domain.booking import FreeDay, FreeTime, Wish
from bot.domain.hours import instant
from bot.storage import slots
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Where and when a use case of booking happens: transaction, content, time (UTC)."""

    tx: Tx
    catalogue: Catalogue
    now: datetime


BATCH = 64
_NEAR = timedelta(days=7)
_MANY = 10_000
_DAY = timedelta(days=1)
_MIDNIGHT = datetime.min.time()


def offer(at: Moment, wish: Wish, limit: int) -> tuple[FreeTime, ...]:
    """Return the soonest times that fit a wish; at most one for each place and moment."""
    return tuple(islice(_fitting(at, wish, max(limit, 1)), limit))


def days(at: Moment, wish: Wish, limit: int) -> tuple[FreeDay, ...]:
    """Return the next days with free times."""
    found: list[FreeDay] = []
    while len(found) < limit:
        first = next(_fitting(at, wish, 1), None)
        if first is None:
            break
        day = first.local.date()
        found.append(FreeDay(day=day, first=first))
        wish = replace(wish, earliest=instant(day + _DAY, _MIDNIGHT, ZoneInfo(first.zone)))
    return tuple(found)


def places(at: Moment, wish: Wish) -> tuple[FreeTime, ...]:
    """Return the soonest time at each place that has one, the soonest place first."""
    found = (
        next(_fitting(at, replace(wish, place=place), 1), None)
        for place in at.catalogue.booking.places(wish.service)
    )
    return tuple(sorted((each for each in found if each), key=lambda time: time.starts))


def languages(at: Moment, wish: Wish) -> tuple[tuple[str, FreeTime], ...]:
    """Return the languages in which the service can be had, each with its soonest time; those that
    need an interpreter come after the others.
    """
    service = at.catalogue.services.get(wish.service)
    if service is None:
        return ()
    spoken: dict[str, None] = {}
    interpreted: dict[str, None] = {}
    for hours in at.catalogue.office_hours:
        if service.id in hours.services and wish.place in {None, hours.place}:
            spoken |= dict.fromkeys(hours.languages)
        if hours.kind is SlotKind.INTERPRETING and service.interpreter:
            interpreted |= dict.fromkeys(hours.languages)
    found: dict[str, FreeTime] = {}
    for names, interpreter in ((spoken, False), (interpreted, True)):
        for name in names.keys() - found.keys() if interpreter else names:
            wanted = replace(wish, language=name, interpreter=interpreter)
            first = next(_fitting(at, wanted, 1), None)
            if first is not None:
                found[name] = first
    return tuple(found.items())


def alternatives(at: Moment, wish: Wish, near: datetime, limit: int = 3) -> tuple[FreeTime, ...]:
    """Return the free times nearest to a time, in order."""
    later = offer(at, replace(wish, earliest=near, latest=None), limit)
    sooner = replace(wish, earliest=near - _NEAR, latest=near)
    found = [*_fitting(at, sooner, BATCH), *later]
    nearest = sorted(found, key=lambda time: abs(time.starts - near))[:limit]
    return tuple(sorted(nearest, key=lambda time: (time.starts, time.slot)))


def as_free(slot: Slot, service: Service, seats: int, *, interpreter: bool) -> FreeTime:
    """Return a slot as a time for a service."""
    return FreeTime(
        slot=slot.id,
        place=slot.place or "",
        starts=slot.starts,
        ends=slot.starts + service.length,
        zone=slot.zone,
        local=slot.local,
        languages=slot.languages,
        interpreter=interpreter,
        seats=seats,
        sample=slot.sample,
    )


def interpreting(
    at: Moment, language: str, place: str | None, starts: datetime, ends: datetime
) -> tuple[Slot, ...]:
    """Return slots of one interpreter that cover a time together; nothing where nobody is free."""
    return Interpreters(at, language, starts, ends).covering(place, starts, ends)


class Interpreters:
    """The free time of interpreters of a language, between two instants."""

    def __init__(self, at: Moment, language: str, begin: datetime, end: datetime) -> None:
        rows = slots.free(
            at.tx,
            kind=SlotKind.INTERPRETING,
            language=language,
            begin=begin - _DAY,
            end=end,
            now=at.now,
            limit=_MANY,
        )
        self._by_person: Mapping[str, list[Slot]] = defaultdict(list)
        for slot, _ in rows:
            self._by_person[slot.resource].append(slot)

    def covering(self, place: str | None, starts: datetime, ends: datetime) -> tuple[Slot, ...]:
        """Return slots of one interpreter that cover a time together."""
        for free in self._by_person.values():
            near = [
                slot
                for slot in free
                if slot.place in {None, place} and slot.starts < ends and slot.ends > starts
            ]
            if _covers(near, starts, ends):
                return tuple(near)
        return ()


def _covers(near: Sequence[Slot], starts: datetime, ends: datetime) -> bool:
    covered = starts
    for slot in near:  # in order, and never over each other
        if slot.starts > covered:
            return False
        covered = slot.ends
    return covered >= ends


def _fitting(at: Moment, wish: Wish, about: int) -> Iterator[FreeTime]:
    """Yield the times that fit a wish, in order; `about` so many are wanted."""
    service = at.catalogue.services.get(wish.service)
    if service is None or (wish.interpreter and not service.interpreter):
        return
    begin = max(at.now + service.notice, wish.earliest or at.now)
    end = min(at.now + service.horizon, wish.latest or datetime.max.replace(tzinfo=UTC))
    interpreters = (
        Interpreters(at, wish.language, begin, end + service.length)
        if wish.interpreter and wish.language is not None
        else None
    )
    for slot, seats in _free(at, wish, begin, end, about):
        spoken = wish.language is None or wish.language in slot.languages
        ends = slot.starts + service.length
        if spoken or (interpreters and interpreters.covering(slot.place, slot.starts, ends)):
            yield as_free(slot, service, seats, interpreter=not spoken)


def _free(
    at: Moment, wish: Wish, begin: datetime, end: datetime, about: int
) -> Iterator[tuple[Slot, int]]:
    """Yield free slots in order, one for each place and moment, a batch at a time."""
    seen: set[tuple[str | None, datetime]] = set()
    batch = min(2 * about, BATCH)
    while begin < end:
        rows = slots.free(
            at.tx,
            service=wish.service,
            place=wish.place,
            language=None if wish.interpreter else wish.language,
            begin=begin,
            end=end,
            now=at.now,
            limit=batch,
        )
        for slot, seats in rows:
            if (slot.place, slot.starts) not in seen:
                seen.add((slot.place, slot.starts))
                yield slot, seats
        if len(rows) < batch:
            return
        # What begins with the last one may have been cut off; where all begin together, look wider.
        last = rows[-1][0].starts
        batch, begin = (batch * 2, begin) if last == begin else (max(batch, BATCH), last)
