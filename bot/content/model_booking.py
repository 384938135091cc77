"""What can be booked: services, and the office hours in which it can; frozen and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from bot.content.closing_calendars import ClosingAddress, ClosingCalendar
from bot.content.recurrence import Recurrence
from bot.domain.appointment import Service, SlotKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """One rule of office hours. `first` and `last` are the wall times of the first time, `days` the
    dates on which it begins.

    `place` None: an interpreter who helps everywhere. `resources`: whose time it is, see
    `domain.appointment.Slot`. `every`: how long one slot is. `explicit`: dates named one by one,
    which hold on closed days too. `breaks`: as in
    `domain.hours.Rule`. `zone`: of the place.
    """

    kind: SlotKind
    place: str | None
    zone: str
    resources: tuple[str, ...]
    services: frozenset[str]
    languages: tuple[str, ...]
    seats: int
    every: timedelta
    first: datetime
    last: datetime
    recurrence: Recurrence | None
    explicit: frozenset[date]
    left_out: frozenset[date] = frozenset()
    breaks: tuple[tuple[time, time], ...] = ()
    valid_from: date = date.min
    valid_until: date = date.max
    on_holidays: bool = False
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """All that can be booked, and the calendars that say when nobody is there: files, and addresses
    where more of them are fetched.
    """

    services: Mapping[str, Service] = field(default_factory=lambda: MappingProxyType({}))
    hours: tuple[Hours, ...] = ()
    closing: tuple[ClosingCalendar, ...] = ()
    addresses: tuple[ClosingAddress, ...] = ()

    @property
    def horizon(self) -> timedelta:
        """How far ahead anything can be booked."""
        return max((each.horizon for each in self.services.values()), default=timedelta(0))

    def places(self, service: str) -> tuple[str, ...]:
        """Return the places that offer a service, in the order of the office hours."""
        return tuple(
            dict.fromkeys(
                hours.place
                for hours in self.hours
                if service in hours.services and hours.place is not None
            )
        )
