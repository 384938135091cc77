"""Rules of days: what they mean, and which are refused."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.recurrence import recurrence

FIRST = date(2026, 12, 1)
END = date(2028, 1, 1)


def days(rule: str, first: date = FIRST, end: date = END) -> list[str]:
    return [str(day) for day in recurrence(rule, first).days(first, end)]


def test_every_week() -> None:
    assert days("FREQ=WEEKLY;BYDAY=TU,TH", end=date(2026, 12, 11)) == [
        "2026-12-01",
        "2026-12-03",
        "2026-12-08",
        "2026-12-10",
    ]


def test_other_programs_words_are_understood() -> None:
    assert days(" rrule:freq=weekly;byday=tu ", end=date(2026, 12, 9)) == [
        "2026-12-01",
        "2026-12-08",
    ]


def test_every_first_monday_and_the_last_friday() -> None:
    assert days("FREQ=MONTHLY;BYDAY=1MO;COUNT=2") == ["2026-12-07", "2027-01-04"]
    assert days("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1;COUNT=2") == ["2026-12-25", "2027-01-29"]


def test_where_a_rule_ends() -> None:
    assert days("FREQ=DAILY;UNTIL=20261203") == ["2026-12-01", "2026-12-02", "2026-12-03"]
    assert days("FREQ=DAILY;COUNT=2") == ["2026-12-01", "2026-12-02"]
    rule = recurrence("FREQ=DAILY;COUNT=3", FIRST)
    assert [str(day) for day in rule.days(date(2026, 12, 3), END)] == ["2026-12-03"]
    assert list(rule.days(date(2020, 1, 1), FIRST)) == []


def test_a_leap_day_is_waited_for() -> None:
    assert days("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", end=date(2033, 1, 1)) == [
        "2028-02-29",
        "2032-02-29",
    ]


BROKEN = [
    "",
    "weekly",
    "FREQ=WEEKLY;",
    "FREQ=SOMETIMES",
    "BYDAY=MO",
    "FREQ=MINUTELY",
    "FREQ=DAILY;BYHOUR=9,10",
    "FREQ=DAILY;FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=MONDAY",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;INTERVAL=9999",
    "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;COUNT=999999",
    "FREQ=DAILY;COUNT=1;UNTIL=20270101",
    "FREQ=DAILY;UNTIL=20261130",
    "FREQ=DAILY;UNTIL=20270230",
    "FREQ=DAILY;UNTIL=20270101T000000Z",
    "FREQ=MONTHLY;BYMONTHDAY=32",
    "FREQ=YEARLY;BYMONTH=13",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=4,6;BYMONTHDAY=-31",
    "FREQ=DAILY;BYSETPOS=2",
    "FREQ=MONTHLY;BYDAY=9MO",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9",
]


@pytest.mark.parametrize("rule", BROKEN)
def test_what_cannot_be_is_refused_at_once(rule: str) -> None:
    began = time.process_time()
    with pytest.raises(ValueError, match=r"\w"):
        recurrence(rule, FIRST)
    assert time.process_time() - began < 3


def test_the_first_day_is_not_in_another_century() -> None:
    with pytest.raises(ValueError, match="first day"):
        recurrence("FREQ=DAILY", date(1601, 1, 1))


@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 20),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 800),
)
def test_days_are_in_order_and_within(freq: str, interval: int, first: date, length: int) -> None:
    end = first + timedelta(days=length)
    rule = recurrence(f"FREQ={freq};INTERVAL={interval}", first)
    found = list(rule.days(first, end))
    assert found == sorted(set(found))
    assert all(first <= day < end for day in found)
    assert (first in found) == (length > 0)


@given(st.text(alphabet="FREQ=DAILYWKMONTHBU;,0123456789-TZ", max_size=40))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    try:
        found = recurrence(text, FIRST)
    except ValueError:
        return
    assert next(found.days(FIRST, date(2036, 1, 1))) >= FIRST
