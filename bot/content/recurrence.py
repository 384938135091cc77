"""The part of RRULE (RFC 5545, 3.3.10) that office hours need: whole days, never finer.

A rule may go on for ever; it is asked for a stretch of days only. What it means beyond the days is
not known here. Expansion is the business of python-dateutil.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

MAX_COUNT = 5_000
MAX_INTERVAL = 100
EARLIEST = date(2020, 1, 1)
YEARS = 9  # within which a rule takes place at least once: from one 29 February to the next
_ONE_DAY = timedelta(days=1)
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_DAY = r"(MO|TU|WE|TH|FR|SA|SU)"
_MONTH = r"(0?[1-9]|1[0-2])"
_MONTH_DAY = r"-?(0?[1-9]|[12]\d|3[01])"
_FORMS = {
    "FREQ": "|".join(_FREQUENCIES),
    "INTERVAL": r"\d{1,4}",
    "COUNT": r"\d{1,6}",
    "UNTIL": r"[0-9TZ]{1,16}",
    "BYDAY": rf"[+-]?\d{{0,2}}{_DAY}(,[+-]?\d{{0,2}}{_DAY})*",
    "BYMONTHDAY": rf"{_MONTH_DAY}(,{_MONTH_DAY})*",
    "BYMONTH": rf"{_MONTH}(,{_MONTH})*",
    "BYSETPOS": r"-?[1-9]\d?(,-?[1-9]\d?)*",
    "WKST": _DAY,
}
_LONGEST = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_FINER = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """Days that recur: the rule as dateutil takes it, without its ends; the first day; and where
    it ends, if it does: after so many times, or with the day `last`.
    """

    rule: str
    first: date
    count: int | None = None
    last: date | None = None

    def days(self, begin: date, end: date) -> Iterator[date]:
        """Yield the days of the rule from `begin` until before `end`, in order."""
        from dateutil.rrule import rrulestr

        # The end stands in the rule itself: one that never takes place would be sought for ever.
        until = min(self.last or date.max, end - _ONE_DAY)
        if until < self.first:
            return
        bounded = f"{self.rule};UNTIL={until:%Y%m%d}"
        times = rrulestr(bounded, dtstart=datetime.combine(self.first, time.min))
        yield from (day for at in islice(times, self.count) if (day := at.date()) >= begin)


def recurrence(text: str, first: date) -> Recurrence:
    """Read a rule that begins on the day `first`.

    Raises:
        ValueError: it cannot be used; the message says why.
    """
    parts = _parts(text)
    until, count = parts.pop("UNTIL", None), parts.pop("COUNT", None)
    if first < EARLIEST:
        raise ValueError(f"the first day lies before {EARLIEST}")
    if until is not None and count is not None:
        raise ValueError("a rule has COUNT or UNTIL, not both")
    if not _exists(parts):
        raise ValueError("this rule never takes place: its month has no such day")
    if parts["FREQ"] in {"DAILY", "WEEKLY"} and "BYSETPOS" in parts:
        raise ValueError("BYSETPOS needs FREQ=MONTHLY or FREQ=YEARLY")
    if not 1 <= int(parts.get("INTERVAL", "1")) <= MAX_INTERVAL:
        raise ValueError(f"INTERVAL is a number from 1 to {MAX_INTERVAL}")
    if not 1 <= int(count or "1") <= MAX_COUNT:
        raise ValueError(f"COUNT is a number from 1 to {MAX_COUNT}")
    found = Recurrence(
        rule=";".join(f"{name}={value}" for name, value in parts.items()),
        first=first,
        count=None if count is None else int(count),
        last=None if until is None else _until(until, first),
    )
    try:
        never = next(found.days(first, date(first.year + YEARS, 1, 1)), None) is None
    except (ValueError, IndexError, OverflowError):
        raise ValueError("this rule means nothing; a day or a month in it does not exist") from None
    if never:
        raise ValueError("this rule never takes place: no day fits all of it")
    return found


def _parts(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, equals, value = part.partition("=")
        if name in _FINER or (name == "FREQ" and value in {"HOURLY", "MINUTELY", "SECONDLY"}):
            raise ValueError("office hours recur by days; the hours stand in `start` and `end`")
        if not equals or name not in _FORMS:
            raise ValueError(f"`{part}` is not known in a rule such as FREQ=WEEKLY;BYDAY=TU,TH")
        if not re.fullmatch(_FORMS[name], value, re.ASCII):
            raise ValueError(f"`{part}` does not have the right form")
        if name in found:
            raise ValueError(f"{name} stands there twice")
        found[name] = value
    if "FREQ" not in found:
        raise ValueError("the rule has no FREQ (DAILY, WEEKLY, MONTHLY or YEARLY)")
    return found


def _exists(parts: dict[str, str]) -> bool:
    """Return whether one of the months has one of the days; else it would be sought for ever."""
    wanted = [int(each) for each in parts.get("BYMONTHDAY", "1").split(",")]
    months = [int(each) for each in parts.get("BYMONTH", "1").split(",")]
    longest = max(_LONGEST.get(month, 31) for month in months)
    return any(abs(each) <= longest for each in wanted)


def _until(value: str, first: date) -> date:
    try:
        last = datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ValueError("UNTIL is a day here, such as 20271231") from None
    if last < first:
        raise ValueError("UNTIL lies before the first day")
    return last
