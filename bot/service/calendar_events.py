"""Events of a counsellor's own calendar in the iCalendar format: ours, and when she is busy.

What is written names time and code, nobody and nothing else. What is read of other events is when
they take place; their words are never looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from bot.content.closing_calendars import read
from bot.domain.appointment import Appointment
from bot.domain.hours import instant
from bot.domain.texts_booking import CALENDAR_SUMMARY
from bot.service import calendar_file
from bot.service.calendar_rules import said

GERMAN = "de"  # the desk's language
CANCELLED, OTHERWISE = "cancelled", "otherwise"
"""What an event says that takes place no more, or in a way no appointment does (a series)."""

Stretch = tuple[datetime, datetime]

_OURS = ("DTSTART", "DTEND", "DTSTAMP", "SEQUENCE", "STATUS", "SUMMARY")


def text_of(appointment: Appointment, name: str, now: datetime) -> str:
    """Return an appointment as it is written into a counsellor's calendar. `name`: its UID."""
    summary = CALENDAR_SUMMARY.german.format(code=appointment.code)
    event = calendar_file.event_named(name, appointment, summary=summary, language=GERMAN, now=now)
    event.subcomponents = []  # whether it rings is hers to say
    return calendar_file.written(event, method=None)


def name_in(content: str) -> str | None:
    """Return the UID of the event, or the series, in a file; None where there is none."""
    try:
        return next((str(event["UID"]) for event in _events(content) if "UID" in event), None)
    except ValueError:
        return None


def said_in(content: str, zone: str) -> str:
    """Return what an event says of time and state. `zone`: of times that name none."""
    try:
        events = _events(content)
        if len(events) != 1 or "RRULE" in events[0] or "RDATE" in events[0]:
            return OTHERWISE
        if events[0].get("STATUS") == "CANCELLED":
            return CANCELLED
        starts, ends = events[0].start, events[0].end
    except (ValueError, AttributeError):
        return OTHERWISE
    if not isinstance(starts, datetime) or not isinstance(ends, datetime):
        return OTHERWISE
    return said(_instant(starts, zone), _instant(ends, zone))


def changed(content: str, ours: str) -> str:
    """Return an event with time, state and words of `ours`; all else that stands in it stays."""
    calendar, fresh = Calendar.from_ical(content), Calendar.from_ical(ours)
    event, new = calendar.walk("VEVENT")[0], fresh.walk("VEVENT")[0]
    event.pop("DURATION", None)
    for name in _OURS:
        event.pop(name, None)
        event[name] = new[name]
    zones = {str(each.get("TZID")) for each in calendar.walk("VTIMEZONE")}
    for each in fresh.walk("VTIMEZONE"):
        if str(each.get("TZID")) not in zones:
            calendar.subcomponents.insert(0, each)
    return str(calendar.to_ical().decode())


def busy(contents: Iterable[str], zone: str, begin: datetime, end: datetime) -> tuple[Stretch, ...]:
    """Return when somebody is busy between two instants, in order and without overlaps. Whole days
    are days of `zone`; what is free or cancelled does not count, nor what cannot be read.
    """
    found: list[Stretch] = []
    for content in contents:
        try:
            calendar = read(content.encode(), place=None, zone=zone)
            found += [(each.starts, each.ends) for each in calendar.between(begin, end)]
        except ValueError:
            continue
    return _joined(sorted(found))


def _joined(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    joined: list[Stretch] = []
    for starts, ends in stretches:
        if joined and starts <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(ends, joined[-1][1])
        else:
            joined.append((starts, ends))
    return tuple(joined)


def _events(content: str) -> list[Any]:
    try:
        return list(Calendar.from_ical(content).walk("VEVENT"))
    except (IndexError, KeyError, TypeError) as error:
        raise ValueError("this is no calendar") from error


def _instant(moment: datetime, zone: str) -> datetime:
    if moment.tzinfo is None:
        return instant(moment.date(), moment.time(), ZoneInfo(zone))
    return moment
