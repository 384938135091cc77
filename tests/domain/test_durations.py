from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.durations import Span, parse_hours, parse_span, relative_date, shift

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("P14D", Span(days=14)),
        ("-P2W", Span(days=-14)),
        ("P1Y6M", Span(months=18)),
        ("+P1M1W1D", Span(months=1, days=8)),
    ],
)
def test_reads_durations(text: str, span: Span) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["", "P", "-P", "14D", "PT2H", "P1.5D", "P1D ", "PD", "P99999Y"])
def test_refuses_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_span(text)


def test_months_keep_the_day_or_take_the_last() -> None:
    assert shift(date(2027, 1, 31), Span(months=1)) == date(2027, 2, 28)
    assert shift(date(2028, 2, 29), Span(months=-12)) == date(2027, 2, 28)
    assert shift(date(2026, 12, 15), Span(months=1, days=20)) == date(2027, 2, 4)


def test_the_calendar_has_ends() -> None:
    assert shift(TODAY, Span(months=12 * 9999)) == date.max
    assert shift(TODAY, Span(months=-12 * 9999)) == date.min
    assert shift(date.max, Span(days=1)) == date.max
    assert shift(date.min, Span(days=-1)) == date.min


def test_a_bound_is_a_date_or_counts_from_today() -> None:
    assert relative_date("2026-01-02", TODAY) == date(2026, 1, 2)
    assert relative_date("-P14D", TODAY) == date(2026, 11, 10)
    assert relative_date("P0D", TODAY) == TODAY
    with pytest.raises(ValueError, match=r"isoformat|duration"):
        relative_date("soon", TODAY)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-1200, 1200))
def test_moving_by_months_lands_in_the_right_month(day: date, months: int) -> None:
    moved = shift(day, Span(months=months))
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day


@pytest.mark.parametrize(
    ("text", "minutes"), [("PT2H", 120), ("PT90M", 90), ("PT1H30M", 90), ("PT0M", 0)]
)
def test_reads_hours_and_minutes(text: str, minutes: int) -> None:
    assert parse_hours(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "PT", "P1D", "-PT2H", "PT1.5H", "PT30M1H", "2H", "PT99999H"])
def test_refuses_what_is_no_length_of_hours(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_hours(text)
