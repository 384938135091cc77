"""Booking that is only rehearsed: a few plausible times from the office hours of the content, for
content tests, the exploration, the preview and pages without a conversation.

Nothing is kept. A time is known by a number that follows from when and where it is, and so is the
appointment that comes of it: whatever is asked later is answered from that number alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b

from bot.content import occurrences
from bot.content.catalogue import Catalogue
from bot.domain.appointment import (
    CODES,
    HOLD,
    Appointment,
    AppointmentStatus,
    BookingOrigin,
    Service,
    Slot,
    SlotKind,
    code,
)
from bot.domain.booking import FreeDay, FreeTime, Held, NotBooked, Reason, Wish
from bot.domain.outgoing import File
from bot.service import calendar_file
from bot.service.free_times import as_free

EACH_DAY = 2  # times that are free at a place on a day, for each service
_DAY = timedelta(days=1)


class RehearsalBooking:
    """Implements `engine.world.Booking` without a database, at one time."""

    def __init__(self, catalogue: Catalogue, at: datetime) -> None:
        self._catalogue = catalogue
        self._at = at

    def places(self, service: str) -> tuple[str, ...]:
        """Return the places with free times for a service, in the order of the content."""
        free = {time.place for time in self._free(Wish(service=service))}
        return tuple(each for each in self._catalogue.booking.places(service) if each in free)

    def languages(self, wish: Wish) -> tuple[str, ...]:
        """Return the languages that counsellors with free times speak."""
        return tuple(dict.fromkeys(code for time in self._free(wish) for code in time.languages))

    def interpreted(self, wish: Wish) -> tuple[str, ...]:
        """Return no language: nobody interprets in a rehearsal."""
        return ()

    def days(self, wish: Wish, limit: int) -> tuple[FreeDay, ...]:
        """Return the next days with free times, earliest first."""
        first: dict[date, FreeTime] = {}
        for free in self._free(wish):
            first.setdefault(free.local.date(), free)
        return tuple(FreeDay(day=day, first=free) for day, free in first.items())[:limit]

    def times(self, wish: Wish, limit: int) -> tuple[FreeTime, ...]:
        """Return free times, earliest first."""
        return tuple(self._free(wish))[:limit]

    def hold(self, slot: int, wish: Wish, *, replaces: int | None) -> Held | NotBooked:
        """Hold a time."""
        free = next((each for each in self._free(wish) if each.slot == slot), None)
        if free is None:
            return NotBooked(reason=Reason.GONE, alternatives=self.times(wish, 3))
        return Held(id=slot, time=free, until=self._at + HOLD, replaces=replaces)

    def held(self, hold: int) -> Held | None:
        """Return what is held."""
        found = self._slot(hold)
        if found is None:
            return None
        slot, service = found
        free = as_free(slot, service, 1, interpreter=False)
        return Held(id=hold, time=free, until=self._at + HOLD)

    def release(self, hold: int) -> None:
        """Keep nothing."""

    def confirm(
        self, hold: int, *, name: str | None, answers: Mapping[str, bool | int | str]
    ) -> Appointment | NotBooked:
        """Return the appointment that comes of it."""
        return self.appointment(hold) or NotBooked(reason=Reason.GONE)

    def mine(self) -> tuple[Appointment, ...]:
        """Return nothing: a rehearsal begins without appointments."""
        return ()

    def appointment(self, number: int) -> Appointment | None:
        """Return the appointment of this number."""
        found = self._slot(number)
        if found is None:
            return None
        slot, service = found
        return Appointment(
            id=number,
            slot=number,
            seat=0,
            status=AppointmentStatus.BOOKED,
            service=service.id,
            place=slot.place or "",
            language=slot.languages[0],
            interpreter=False,
            starts=slot.starts,
            ends=slot.starts + service.length,
            zone=slot.zone,
            local=slot.local,
            origin=BookingOrigin.CHAT,
            created_at=self._at,
            changed_at=self._at,
            code=code(number % CODES),
        )

    def cancel(self, number: int) -> Appointment | NotBooked:
        """Cancel it."""
        found = self.appointment(number)
        if found is None:
            return NotBooked(reason=Reason.UNKNOWN)
        return replace(found, status=AppointmentStatus.CANCELLED)

    def remind(self, number: int, wanted: bool) -> bool:
        """Say that it counts."""
        return self.appointment(number) is not None

    def comes(self, number: int) -> bool:
        """Say that it counts."""
        return self.appointment(number) is not None

    def helped(self, number: int, yes: bool) -> bool:
        """Say that it counts."""
        return self.appointment(number) is not None

    def wait(self, wish: Wish) -> bool:
        """Say that it counts."""
        return True

    def leave_waitlist(self) -> None:
        """Keep nothing."""

    def offered(self, offer: int) -> Wish | None:
        """Return nothing: nobody was offered anything."""
        return None

    def take(self, offer: int) -> Held | NotBooked:
        """Refuse: nobody was offered anything."""
        return NotBooked(reason=Reason.UNKNOWN)

    def calendar_file(self, number: int, language: str) -> File | None:
        """Return the calendar file of an appointment."""
        found = self.appointment(number)
        if found is None:
            return None
        return calendar_file.rehearsed(
            found, catalogue=self._catalogue, language=language, now=self._at
        )

    def _free(self, wish: Wish) -> Iterator[FreeTime]:
        service = self._catalogue.services.get(wish.service)
        if service is None:
            return
        begin = max(self._at + service.notice, wish.earliest or self._at)
        end = min(self._at + service.horizon, wish.latest or datetime.max.replace(tzinfo=UTC))
        for slot in _slots(self._catalogue, self._at.date()):
            if (
                begin <= slot.starts < end
                and service.id in slot.services
                and wish.place in {None, slot.place}
                and (wish.language is None or wish.language in slot.languages)
            ):
                yield as_free(slot, service, 1, interpreter=False)

    def _slot(self, number: int) -> tuple[Slot, Service] | None:
        """Return a time and the first service that it is for."""
        for slot in _slots(self._catalogue, self._at.date()):
            if slot.id == number:
                known = (each for each in self._catalogue.services.values())
                return slot, next(each for each in known if each.id in slot.services)
        return None


@lru_cache(maxsize=8)
def _slots(catalogue: Catalogue, day: date) -> tuple[Slot, ...]:
    """Return the times of a rehearsal on a day, in order: a few of each day at each place."""
    begin = datetime.combine(day, time(), UTC)
    end = begin + catalogue.booking.horizon + _DAY
    taken: Counter[tuple[str | None, date, frozenset[str]]] = Counter()
    found: list[Slot] = []
    every = occurrences.expand(catalogue.booking, begin, end, catalogue.closures)
    for slot in sorted(every, key=lambda each: each.starts):
        group = (slot.place, slot.local.date(), slot.services)
        known = slot.services & catalogue.services.keys()
        if slot.kind is SlotKind.COUNSELLING and known and taken[group] < EACH_DAY:
            taken[group] += 1
            found.append(replace(slot, id=_number(slot)))
    return tuple(found)


def _number(slot: Slot) -> int:
    """Return the number of a time: the same whenever it is asked for."""
    key = f"{slot.place}|{slot.resource}|{slot.starts.isoformat()}"
    return int.from_bytes(blake2b(key.encode(), digest_size=4).digest(), "big") + 1
