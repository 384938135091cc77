"""ISO 8601 durations of whole days, weeks, months and years, as the content writes them (`-P14D`,
`P2W`, `P1Y6M`), and of hours and minutes (`PT2H`, `PT1H30M`); never both in one.

Adding months keeps the day where the month has it, else takes the month's last day (as ISO 8601
leaves open and civil calendars do).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_DURATION = re.compile(
    r"(?P<sign>[+-]?)P(?=\d)(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?"
    r"(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
)
_HOURS = re.compile(r"PT(?=\d)(?:(?P<hours>\d{1,4})H)?(?:(?P<minutes>\d{1,5})M)?")
_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length on the calendar: whole months and whole days, both with one sign."""

    months: int = 0
    days: int = 0


def parse_span(text: str) -> Span:
    """Read an ISO 8601 duration without a time part.

    Raises:
        ValueError: it is none.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError("not a duration such as P14D, P2W, P6M or P1Y")
    sign = -1 if match["sign"] == "-" else 1
    years, months, weeks, days = (int(match[k] or 0) for k in ("years", "months", "weeks", "days"))
    return Span(months=sign * (years * _MONTHS + months), days=sign * (weeks * 7 + days))


def parse_hours(text: str) -> timedelta:
    """Read an ISO 8601 duration of hours and minutes.

    Raises:
        ValueError: it is none.
    """
    match = _HOURS.fullmatch(text)
    if match is None:
        raise ValueError("not a duration such as PT2H, PT90M or PT1H30M")
    return timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))


def shift(day: date, span: Span) -> date:
    """Return `day` moved by `span`, kept within the years that a date can name."""
    month = day.year * _MONTHS + day.month - 1 + span.months
    year = month // _MONTHS
    if not date.min.year <= year <= date.max.year:
        return date.min if span.months < 0 else date.max
    number = month % _MONTHS + 1
    moved = date(year, number, min(day.day, monthrange(year, number)[1]))
    try:
        return moved + timedelta(days=span.days)
    except OverflowError:
        return date.min if span.days < 0 else date.max


def relative_date(bound: str, today: date) -> date:
    """Read an ISO date, or a duration from `today`.

    Raises:
        ValueError: it is neither.
    """
    if bound.lstrip("+-").startswith("P"):
        return shift(today, parse_span(bound))
    return date.fromisoformat(bound)
