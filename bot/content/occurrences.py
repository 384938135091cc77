"""Office hours as slots in UTC: the expansion of rules for a stretch of days. Pure.

Theory. A rule names days; on each the wall times of its beginning and end become UTC, as RFC 5545
reads times that a clock change skips (by the offset before the gap) or repeats (the first). Only
then is the time cut: breaks and closings are taken out, and what remains is divided into slots of
one length, counted from the beginning of each piece. So a night in which the clocks go back has
one hour more of slots, and none lies on another. Closed days are those of the place; dates that
are named one by one hold on closed days too, for they were put there on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content.closing_calendars import Closing
from bot.content.model_booking import Booking, Hours
from bot.domain.appointment import Slot
from bot.domain.hours import closing as closing_time
from bot.domain.hours import instant

Closures = Callable[[str | None], Container[date]]
"""The days on which a place rests."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """One time at which hours take place: the day on which it begins, and its pieces in UTC."""

    day: date
    pieces: tuple[tuple[datetime, datetime], ...]


def expand(
    booking: Booking, begin: datetime, end: datetime, closures: Closures
) -> tuple[Slot, ...]:
    """Return the slots that begin between two instants, in order."""
    closing = [
        each for calendar in booking.closing for each in calendar.between(begin - _DAY, end + _DAY)
    ]
    found = [
        slot
        for hours in booking.hours
        for slot in _slots(hours, begin, end, closures(hours.place), closing)
    ]
    return tuple(sorted(found, key=lambda slot: (slot.starts, slot.place or "", slot.resource)))


def days(hours: Hours, begin: date, end: date, closed: Container[date]) -> Iterator[date]:
    """Yield the days on which hours take place, from `begin` until before `end`, in order."""
    recurring = set(hours.recurrence.days(begin, end)) if hours.recurrence is not None else set()
    for day in sorted(recurring | hours.explicit):
        if not begin <= day < end or day in hours.left_out:
            continue
        if not hours.valid_from <= day <= hours.valid_until:
            continue
        if day in hours.explicit or hours.on_holidays or day not in closed:
            yield day


def windows(
    hours: Hours,
    begin: date,
    end: date,
    closed: Container[date] = (),
    closing: Collection[Closing] = (),
) -> Iterator[Window]:
    """Yield the times at which hours take place, begun from `begin` until before `end`."""
    zone = ZoneInfo(hours.zone)
    for day in days(hours, begin, end, closed):
        starts, ends = wall(hours, day)
        bounds = (
            instant(starts.date(), starts.time(), zone),
            instant(ends.date(), ends.time(), zone),
        )
        holes = [
            (instant(each, left, zone), closing_time(each, until, zone))
            for each in {starts.date(), ends.date()}
            for left, until in hours.breaks
        ]
        holes += [(each.starts, each.ends) for each in closing if each.place in {None, hours.place}]
        yield Window(day, tuple(_without(bounds, holes)))


def wall(hours: Hours, day: date) -> tuple[datetime, datetime]:
    """Return the wall times of beginning and end on a day."""
    shift = day - hours.first.date()
    return hours.first + shift, hours.last + shift


def _without(
    bounds: tuple[datetime, datetime], holes: list[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    """Yield what remains of a stretch, in order."""
    at, end = bounds
    for left, until in sorted(holes):
        if until <= at or left >= end:
            continue
        if at < left:
            yield at, left
        at = max(at, until)
    if at < end:
        yield at, end


def _slots(
    hours: Hours,
    begin: datetime,
    end: datetime,
    closed: Container[date],
    closing: Collection[Closing],
) -> Iterator[Slot]:
    zone = ZoneInfo(hours.zone)
    first, last = begin.astimezone(zone).date() - _DAY, end.astimezone(zone).date() + _DAY
    for window in windows(hours, first, last, closed, closing):
        for starts, ends in _divided(window, hours.every):
            if begin <= starts < end:
                local = starts.astimezone(zone).replace(tzinfo=None)
                for resource in hours.resources:
                    yield Slot(
                        kind=hours.kind,
                        place=hours.place,
                        resource=resource,
                        starts=starts,
                        ends=ends,
                        zone=hours.zone,
                        local=local,
                        seats=hours.seats,
                        services=hours.services,
                        languages=hours.languages,
                        sample=hours.sample,
                    )


def _divided(window: Window, every: timedelta) -> Iterator[tuple[datetime, datetime]]:
    for starts, ends in window.pieces:
        at = starts
        while at + every <= ends:
            yield at, at + every
            at += every
