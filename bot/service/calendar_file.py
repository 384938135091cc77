"""An appointment as a calendar file (RFC 5545): time and code, and nothing of what it is about.

The file lies on phones and in other people's clouds, so it names no service, place, topic or
person. Its UID is that of the first appointment in a chain of moves and SEQUENCE counts them: a
calendar that is given the newer file moves what it has. `event` and `timezone` serve whoever writes
other calendars of the same appointments.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from bot.content.catalogue import Catalogue
from bot.domain.appointment import Appointment, AppointmentStatus
from bot.domain.outgoing import FSI, PDI, File
from bot.domain.texts_booking import CALENDAR_SUMMARY
from bot.storage.transaction import Tx

MEDIA_TYPE = "text/calendar"
PRODUCT = "-//Lotse//Lotse//DE"
ALARM = timedelta(hours=-2)
_DAY = timedelta(days=1)
_AROUND = timedelta(days=366)
_CANCELLED = frozenset({AppointmentStatus.CANCELLED, AppointmentStatus.CALLED_OFF})
_NO_FILE = frozenset(
    {
        AppointmentStatus.FREE,
        AppointmentStatus.HELD,
        AppointmentStatus.EXPIRED,
        AppointmentStatus.MOVED,
    }
)


def calendar_file(
    tx: Tx, appointment: Appointment, *, catalogue: Catalogue, language: str, now: datetime
) -> File | None:
    """Return the file of an appointment; None where it was never booked or has been moved."""
    if appointment.status in _NO_FILE or appointment.code is None:
        return None
    return _file(uid(tx, appointment), appointment, catalogue, language, now)


def rehearsed(
    appointment: Appointment, *, catalogue: Catalogue, language: str, now: datetime
) -> File:
    """Return the file of an appointment that is only rehearsed."""
    return _file("rehearsal@lotse", appointment, catalogue, language, now)


def _file(
    name: str, appointment: Appointment, catalogue: Catalogue, language: str, now: datetime
) -> File:
    code = appointment.code or ""
    summary = catalogue.words(CALENDAR_SUMMARY, language, code=code)
    summary = summary.replace(FSI, "").replace(PDI, "")
    text = written(event_named(name, appointment, summary=summary, language=language, now=now))
    return File(name=f"{code}.ics", media_type=MEDIA_TYPE, text=text)


def event(tx: Tx, appointment: Appointment, *, summary: str, language: str, now: datetime) -> Event:
    """Return an appointment as VEVENT; a cancelled one says so and rings no bell."""
    name = uid(tx, appointment)
    return event_named(name, appointment, summary=summary, language=language, now=now)


def event_named(
    name: str, appointment: Appointment, *, summary: str, language: str, now: datetime
) -> Event:
    """Return an appointment as VEVENT under a UID; see `event`."""
    there = ZoneInfo(appointment.zone)
    cancelled = appointment.status in _CANCELLED
    found = Event()
    found.add("uid", name)
    found.add("dtstamp", now)
    found.add("sequence", appointment.sequence + cancelled)
    found.add("dtstart", appointment.starts.astimezone(there))
    found.add("dtend", appointment.ends.astimezone(there))
    found.add("summary", summary, parameters={"LANGUAGE": language})
    found.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    found.add("class", "PRIVATE")
    found.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    if not cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary, parameters={"LANGUAGE": language})
        alarm.add("trigger", ALARM)
        found.add_component(alarm)
    return found


def uid(tx: Tx, appointment: Appointment) -> str:
    """Return the name of an appointment in calendars: the same for all its moves, and no counter
    that would tell strangers how many there were.
    """
    return uid_of(tx, appointment.uid)


def uid_of(tx: Tx, first: int) -> str:
    """Return the name of the appointments of a chain of moves, by the first of them."""
    return f"{tx.keys.index('calendar', str(first)).hex()[:32]}@lotse"


def written(*events: Event, method: str | None = "PUBLISH", name: str | None = None) -> str:
    """Return events as the text of a calendar, with the rules of the time zones they use."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    if method is not None:
        calendar.add("method", method)
    if name is not None:
        calendar.add("name", name)
    zones: dict[str, tuple[datetime, datetime]] = {}
    for each in events:
        starts, ends = each.DTSTART, each.DTEND
        first, last = zones.get(starts.tzinfo.key, (starts, ends))
        zones[starts.tzinfo.key] = min(first, starts), max(last, ends)
    for zone, (first, last) in zones.items():
        calendar.add_component(timezone(zone, first, last))
    for each in events:
        calendar.add_component(each)
    return str(calendar.to_ical().decode())


def timezone(zone: str, begin: datetime, end: datetime) -> Timezone:
    """Return a time zone as VTIMEZONE, right from `begin` to `end`: each change of the clock with
    the wall time at which it happens (RFC 5545, 3.6.5).
    """
    there = ZoneInfo(zone)
    found = Timezone()
    found.add("tzid", zone)
    changes = list(_changes(there, begin - _AROUND, end + _AROUND))
    if not changes:
        found.add_component(_observance(there, datetime(1970, 1, 1), begin))  # noqa: DTZ001  # wall time
    for change in changes:
        before = (change - timedelta(seconds=1)).astimezone(there)
        wall = before.replace(tzinfo=None) + timedelta(seconds=1)
        found.add_component(_observance(there, wall, change, before))
    return found


def _observance(
    there: ZoneInfo, wall: datetime, at: datetime, before: datetime | None = None
) -> icalendar.Component:
    local = at.astimezone(there)
    found = TimezoneDaylight() if local.dst() else TimezoneStandard()
    found.add("dtstart", wall)
    found.add("tzoffsetfrom", (before or local).utcoffset())
    found.add("tzoffsetto", local.utcoffset())
    found.add("tzname", local.tzname() or there.key)
    return found


def _changes(there: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the instants (UTC) at which the clock changes."""
    at = begin.replace(microsecond=0)
    while at < end:
        after = at + _DAY
        if at.astimezone(there).utcoffset() != after.astimezone(there).utcoffset():
            yield _between(there, at, after)
        at = after


def _between(there: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Return the first second after `low` at which the offset is another one."""
    offset = low.astimezone(there).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
        if middle.astimezone(there).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high
