"""Until when: `2h`, `30 min`, `morgen`, `tomorrow 9:00`, `montag 14 uhr`, `24.12.`, `2026-12-24`.

Pure. A time without a day is the next such time, a day without a time begins at eight. Dates are
read as everywhere else (`understanding.dates`).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.understanding.dates import date_in

BEGIN = time(8)
LONGEST = timedelta(days=366)

_UNITS = {
    "m min mins minute minuten minutes": timedelta(minutes=1),
    "h std stunde stunden hour hours": timedelta(hours=1),
    "d t tag tage tagen day days": timedelta(days=1),
    "w woche wochen week weeks": timedelta(weeks=1),
}
_UNIT = {name: span for names, span in _UNITS.items() for name in names.split()}
_WEEKDAYS = (
    "mo montag mon monday",
    "di dienstag tue tuesday",
    "mi mittwoch wed wednesday",
    "do donnerstag thu thursday",
    "fr freitag fri friday",
    "sa samstag sat saturday",
    "so sonntag sun sunday",
)
_WEEKDAY = {name: day for day, names in enumerate(_WEEKDAYS) for name in names.split()}

_SPAN = re.compile(r"(?:in |für |for )?(\d{1,4}) ?([a-z]+)", re.ASCII)
_TIME = re.compile(
    r"(?P<day>.*?)(?:^|(?<= ))(?P<at>um |at )?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?"
    r"(?P<clock> ?uhr)?",
    re.ASCII,
)


def until(text: str, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the time that is meant, in UTC and after `now`; None where nothing such is said."""
    words = " ".join(text.casefold().replace(",", " ").split())
    found = _span(words, now, zone) or _moment(words, now.astimezone(zone), zone)
    if found is None or not now < found <= now + LONGEST:
        return None
    return found.astimezone(UTC)


def _span(words: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Read `2h` or `3 tage`. Whole days are days of the calendar: the time of day stays."""
    match = _SPAN.fullmatch(words)
    unit = _UNIT.get(match[2]) if match is not None else None
    if match is None or unit is None:
        return None
    span = int(match[1]) * unit
    if unit < timedelta(days=1):
        return now + span
    local = now.astimezone(zone).replace(tzinfo=None) + span
    return local.replace(tzinfo=zone)


def _moment(words: str, local: datetime, zone: ZoneInfo) -> datetime | None:
    day = _day(words, local.date())
    if day is not None:
        return datetime.combine(day, BEGIN, zone)
    match = _TIME.fullmatch(words)
    if match is None or not (match["at"] or match["clock"] or match["minute"] or match["day"]):
        return None
    try:
        at = time(int(match["hour"]), int(match["minute"] or 0))
    except ValueError:
        return None
    if not match["day"].strip():
        found = datetime.combine(local.date(), at, zone)
        return found if found > local else found + timedelta(days=1)
    day = _day(match["day"].strip(), local.date())
    return None if day is None else datetime.combine(day, at, zone)


def _day(words: str, today: date) -> date | None:
    words = words.removeprefix("am ").removeprefix("on ")
    weekday = _WEEKDAY.get(words)
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    return date_in(words, language="de", today=today, least=today)
