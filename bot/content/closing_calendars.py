"""Calendars in the iCalendar format (RFC 5545) that say when nobody is there.

An event closes: a whole day or some hours. Free time (`TRANSP:TRANSPARENT`) and cancelled events
close nothing. The same reader serves files of the content and calendars that are fetched.
Recurrence is the business of recurring-ical-events; both libraries are imported when there is a
calendar to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.hours import instant

MAX_BYTES = 2_000_000
MAX_EVENTS = 2_000
EVERYWHERE = "all"
"""Name of a file that closes every place; any other is the id of a place."""
_FINER = {"SECONDLY", "MINUTELY", "HOURLY"}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A stretch in which nobody is there, in UTC. `place` None: everywhere."""

    place: str | None
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingAddress:
    """Where a calendar is fetched that closes a place, or all of them. Somebody else fetches it."""

    url: str = field(repr=False)  # it may be a secret one
    place: str | None
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingCalendar:
    """A calendar that closes a place, or all of them."""

    place: str | None
    zone: str
    calendar: Any = field(repr=False)

    def between(self, begin: datetime, end: datetime) -> tuple[Closing, ...]:
        """Return what it closes between two instants."""
        import recurring_ical_events  # type: ignore[import-untyped]

        # A whole day is one of the place, and the library counts days in UTC.
        found = recurring_ical_events.of(self.calendar).between(begin - _DAY, end + _DAY)
        return tuple(
            each for each in self._closings(found) if each.starts < end and each.ends > begin
        )

    def _closings(self, events: list[Any]) -> Iterator[Closing]:
        for event in events:
            if event.get("TRANSP") == "TRANSPARENT" or event.get("STATUS") == "CANCELLED":
                continue
            starts, ends = self.instant_of(event.start), self.instant_of(event.end)
            if starts < ends:
                yield Closing(place=self.place, starts=starts, ends=ends)

    def instant_of(self, moment: date | datetime) -> datetime:
        """Return an instant; days and times without a zone are those of the place."""
        zone = ZoneInfo(self.zone)
        if not isinstance(moment, datetime):
            return instant(moment, time.min, zone)
        if moment.tzinfo is None:
            return instant(moment.date(), moment.time(), zone)
        return moment.astimezone(UTC)


def read(content: bytes, *, place: str | None, zone: str) -> ClosingCalendar:
    """Read a calendar.

    Raises:
        ValueError: it is none, or none that can be used; the message says why.
    """
    from icalendar import Calendar

    if len(content) > MAX_BYTES:
        raise ValueError(f"the calendar has {len(content):,} bytes; {MAX_BYTES:,} is the most")
    try:
        calendar = Calendar.from_ical(content)
    except (ValueError, IndexError, KeyError, TypeError, UnicodeError):
        raise ValueError("this is not a calendar in the iCalendar format") from None
    if calendar.name != "VCALENDAR":
        raise ValueError("this is not a calendar in the iCalendar format")
    events = calendar.walk("VEVENT")
    if len(events) > MAX_EVENTS:
        raise ValueError(f"the calendar has {len(events):,} events; {MAX_EVENTS:,} is the most")
    for event in events:
        _check(event)
    found = ClosingCalendar(place=place, zone=zone, calendar=calendar)
    _try(found, events)
    return found


def _check(event: Any) -> None:
    from icalendar import vRecur

    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if not isinstance(rule, vRecur):
            raise ValueError("an event recurs in a way that means nothing")  # noqa: TRY004 - garbage
        if set(rule.get("FREQ", ())) & _FINER or {"BYHOUR", "BYMINUTE", "BYSECOND"} & set(rule):
            raise ValueError("an event recurs by hours or minutes; days are the finest")
        if any(not isinstance(each, int) or each < 1 for each in rule.get("INTERVAL", ())):
            raise ValueError("an event has an INTERVAL that is no number from 1")


def _try(found: ClosingCalendar, events: list[Any]) -> None:
    """Expand it once, so that what cannot be expanded is known at the door."""
    try:
        starts = [found.instant_of(event.start) for event in events]
        if starts:
            begin = max(starts)
            found.between(begin - _DAY, begin + 366 * _DAY)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError):
        raise ValueError("an event of this calendar has no usable time") from None
