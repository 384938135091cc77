"""Office hours become slots: breaks, closed days, both clock changes, a server in another zone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Container
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.closing_calendars import read
from bot.content.model_booking import Booking, Hours
from bot.content.occurrences import expand
from bot.content.recurrence import recurrence
from bot.domain.appointment import Slot, SlotKind

BERLIN = "Europe/Berlin"
ROOT = Path(__file__).parents[2]


def hours(first: str, last: str, rule: str | None = "FREQ=DAILY", **changes: Any) -> Hours:
    begins, ends = datetime.fromisoformat(first), datetime.fromisoformat(last)
    values: dict[str, Any] = {
        "kind": SlotKind.COUNSELLING,
        "place": "guben",
        "zone": BERLIN,
        "resources": ("",),
        "services": frozenset({"first"}),
        "languages": ("de",),
        "seats": 1,
        "every": timedelta(minutes=30),
        "first": begins,
        "last": ends,
        "recurrence": None if rule is None else recurrence(rule, begins.date()),
        "explicit": frozenset() if rule else frozenset({begins.date()}),
    }
    return Hours(**(values | changes))


def slots(
    rule: Hours, begin: str, end: str, closed: Container[date] = (), **more: Any
) -> tuple[Slot, ...]:
    zone = ZoneInfo(rule.zone)
    since, until = (
        datetime.fromisoformat(day).replace(tzinfo=zone).astimezone(UTC) for day in (begin, end)
    )
    booking = Booking(hours=(rule,), **more)
    return expand(booking, since, until, lambda _place: closed)


def shown(
    rule: Hours, begin: str, end: str, closed: Container[date] = (), **more: Any
) -> list[str]:
    return [f"{each.local:%m-%d %H:%M}" for each in slots(rule, begin, end, closed, **more)]


def test_hours_are_divided_into_slots() -> None:
    rule = hours("2026-12-01T09:00", "2026-12-01T10:45")
    found = slots(rule, "2026-12-01", "2026-12-02")
    assert [f"{each.local:%H:%M}" for each in found] == ["09:00", "09:30", "10:00"]
    assert found[0].starts == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert found[0].ends == found[1].starts
    assert {each.zone for each in found} == {BERLIN}


def test_everybody_has_slots_of_their_own() -> None:
    who = ("counsellor/jana", "counsellor/mirek")
    rule = hours("2026-12-01T09:00", "2026-12-01T09:30", resources=who)
    assert [each.resource for each in slots(rule, "2026-12-01", "2026-12-02")] == list(who)


def test_after_a_break_slots_begin_anew() -> None:
    rule = hours("2026-12-01T09:00", "2026-12-01T11:00", breaks=((clock(9, 40), clock(9, 50)),))
    assert shown(rule, "2026-12-01", "2026-12-02") == [
        "12-01 09:00",
        "12-01 09:50",
        "12-01 10:20",
    ]


def test_closed_days_rest_and_named_days_do_not() -> None:
    closed = {date(2026, 12, 25), date(2026, 12, 26)}
    rule = hours("2026-12-24T09:00", "2026-12-24T09:30", explicit=frozenset({date(2026, 12, 26)}))
    assert shown(rule, "2026-12-24", "2026-12-28", closed) == [
        "12-24 09:00",
        "12-26 09:00",
        "12-27 09:00",
    ]
    always = replace(rule, on_holidays=True)
    assert len(shown(always, "2026-12-24", "2026-12-28", closed)) == 4


def test_exceptions_and_validity() -> None:
    rule = hours(
        "2026-12-01T09:00",
        "2026-12-01T09:30",
        left_out=frozenset({date(2026, 12, 3)}),
        valid_from=date(2026, 12, 2),
        valid_until=date(2026, 12, 5),
    )
    assert shown(rule, "2026-12-01", "2026-12-31") == ["12-02 09:00", "12-04 09:00", "12-05 09:00"]


def test_a_calendar_takes_time_out() -> None:
    calendar = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20261202
DTEND;VALUE=DATE:20261203
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20261203T090000
DTEND:20261203T093000
END:VEVENT
END:VCALENDAR
"""
    rule = hours("2026-12-01T09:00", "2026-12-01T10:00")
    closing = (read(calendar.encode(), place=None, zone=BERLIN),)
    assert shown(rule, "2026-12-01", "2026-12-04", closing=closing) == [
        "12-01 09:00",
        "12-01 09:30",
        "12-03 09:30",
    ]
    elsewhere = (read(calendar.encode(), place="forst", zone=BERLIN),)
    assert len(shown(rule, "2026-12-01", "2026-12-04", closing=elsewhere)) == 6


CHANGES = [
    # The night of 28 March 2027: 02:00 becomes 03:00. Four hours of wall time are three.
    ("2027-03-27T23:00", "2027-03-28T05:00", "03-27 23:00 03-28 00:00 01:00 03:00 04:00"),
    ("2027-03-28T01:00", "2027-03-28T04:00", "03-28 01:00 03:00"),
    # 02:30 does not exist: read by the clock before the change it is 03:30.
    ("2027-03-28T02:30", "2027-03-28T05:00", "03-28 03:30"),
    ("2027-03-28T02:00", "2027-03-28T03:00", ""),
    # The night of 31 October 2027: 03:00 becomes 02:00. Three hours of wall time are four.
    ("2027-10-31T01:00", "2027-10-31T04:00", "10-31 01:00 02:00 02:00 03:00"),
    # 02:30 comes twice: the first one counts.
    ("2027-10-31T02:30", "2027-10-31T04:00", "10-31 02:30 02:30"),
    ("2027-10-31T00:00", "2027-10-31T02:00", "10-31 00:00 01:00"),
]


@pytest.mark.parametrize(("first", "last", "expected"), CHANGES)
def test_clock_changes(first: str, last: str, expected: str) -> None:
    rule = hours(first, last, None, every=timedelta(hours=1))
    found = slots(rule, "2027-03-01" if "03-2" in first else "2027-10-01", "2027-11-30")
    days: list[str] = []
    for each in found:
        day = f"{each.local:%m-%d}"
        days += [day] if day not in days else []
        days.append(f"{each.local:%H:%M}")
    assert " ".join(days) == expected
    assert all(one.ends <= other.starts for one, other in pairwise(found))
    assert all(each.ends - each.starts == timedelta(hours=1) for each in found)


def test_a_weekly_time_stays_the_same_on_the_wall() -> None:
    rule = hours("2027-03-04T13:00", "2027-03-04T13:30", "FREQ=WEEKLY")
    found = slots(rule, "2027-03-01", "2027-11-30")
    assert {f"{each.local:%H:%M}" for each in found} == {"13:00"}
    by_day = {f"{each.local:%m-%d}": each.starts.hour for each in found}
    assert (by_day["03-25"], by_day["04-01"]) == (12, 11)
    assert (by_day["10-28"], by_day["11-04"]) == (11, 12)


def test_a_server_in_another_zone_says_the_same() -> None:
    program = (
        "from tests.content.test_occurrences import *\n"
        "rule = hours('2027-03-25T22:00', '2027-03-26T06:00')\n"
        "print([each.starts.isoformat() for each in slots(rule, '2027-03-20', '2027-11-02')])"
    )

    def run(zone: str) -> str:
        environment = os.environ | {"TZ": zone, "PYTHONPATH": str(ROOT)}
        return subprocess.check_output([sys.executable, "-c", program], env=environment, text=True)

    assert run("America/Los_Angeles") == run("Asia/Tokyo") == run(BERLIN)


@given(
    st.datetimes(datetime(2026, 12, 1), datetime(2027, 12, 1)),  # noqa: DTZ001 - wall time
    st.integers(1, 24 * 60),
    st.integers(5, 90),
    st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "UTC"]),
    st.lists(st.tuples(st.times(), st.times()), max_size=3),
)
def test_slots_never_lie_over_each_other(
    first: datetime, minutes: int, every: int, zone: str, breaks: list[tuple[clock, clock]]
) -> None:
    begins = first.replace(second=0, microsecond=0)
    rule = hours(
        begins.isoformat(),
        (begins + timedelta(minutes=minutes)).isoformat(),
        "FREQ=DAILY;INTERVAL=2",
        zone=zone,
        every=timedelta(minutes=every),
        breaks=tuple(each for each in breaks if each[0] < each[1]),
    )
    day = begins.date().isoformat()
    found = slots(rule, day, (begins.date() + timedelta(days=9)).isoformat())
    for one, other in pairwise(found):
        assert one.ends <= other.starts
    for each in found:
        assert each.ends - each.starts == rule.every
        assert each.starts.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == each.local


@given(st.integers(0, 400), st.integers(0, 30))
def test_it_does_not_matter_where_one_cuts(start: int, length: int) -> None:
    rule = hours("2026-12-01T22:00", "2026-12-02T03:00", "FREQ=DAILY;INTERVAL=3")
    first = date(2026, 12, 1)
    cut, end = first + timedelta(days=start), first + timedelta(days=start + length)
    whole = slots(rule, str(first), str(end))
    parts = slots(rule, str(first), str(cut)) + slots(rule, str(cut), str(end))
    assert whole == parts


def test_a_year_of_ten_places_takes_less_than_two_seconds() -> None:
    week = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    booking = Booking(
        hours=tuple(
            hours(f"2026-12-01T{at}:00", f"2026-12-01T{at + 4}:00", week, place=f"p{place}")
            for place in range(10)
            for at in (10, 14)
        )
    )
    begin = datetime(2026, 12, 1, tzinfo=UTC)
    began = time.process_time()
    found = expand(booking, begin, begin + timedelta(days=365), lambda _place: ())
    assert time.process_time() - began < 2
    assert len(found) == 10 * 261 * 16
