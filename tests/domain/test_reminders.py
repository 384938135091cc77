"""When somebody is reminded, on every day of the year and across both clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reminders import ReminderKind, follow_up, is_quiet, next_morning, reminders

BERLIN = "Europe/Berlin"
HERE = ZoneInfo(BERLIN)
LONG_AGO = datetime(2026, 11, 1, 12, tzinfo=UTC)
ZONES = st.sampled_from([BERLIN, "Europe/Warsaw", "America/New_York", "Asia/Kathmandu", "UTC"])
FROM, UNTIL = datetime(2026, 12, 1), datetime(2028, 1, 1)  # noqa: DTZ001 - the strategy adds UTC
MOMENTS = st.datetimes(FROM, UNTIL, timezones=st.just(UTC))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


def found(starts: str, now: datetime = LONG_AGO) -> list[tuple[str, str]]:
    return [
        (each.kind.value, f"{each.at.astimezone(HERE):%m-%d %H:%M}")
        for each in reminders(local(starts).astimezone(UTC), BERLIN, now)
    ]


def test_the_day_before_and_two_hours_before() -> None:
    assert found("2026-12-03T14:30") == [
        ("day_before", "12-02 14:30"),
        ("two_hours", "12-03 12:30"),
    ]


def test_what_falls_into_the_night_moves_to_the_evening_before() -> None:
    assert found("2026-12-03T09:00") == [
        ("day_before", "12-02 09:00"),
        ("two_hours", "12-02 19:30"),
    ]
    assert found("2026-12-03T20:30") == [
        ("day_before", "12-02 19:30"),
        ("two_hours", "12-03 18:30"),
    ]


def test_where_the_evening_is_over_it_moves_to_the_morning() -> None:
    late = local("2026-12-02T21:00")
    assert found("2026-12-03T09:00", late) == [("two_hours", "12-03 08:00")]
    assert found("2026-12-03T08:30", late) == [("two_hours", "12-03 08:00")]


def test_where_too_little_remains_in_the_morning_it_is_dropped() -> None:
    assert found("2026-12-03T08:29", local("2026-12-02T21:00")) == []


def test_what_lies_in_the_past_is_dropped() -> None:
    assert found("2026-12-03T14:30", local("2026-12-03T12:31")) == []
    assert found("2026-12-03T14:30", local("2026-12-02T15:00")) == [("two_hours", "12-03 12:30")]


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        # The night of 28 March has 23 hours, that of 31 October 25: the wall time counts.
        ("2027-03-28T14:00", [("day_before", "03-27 14:00"), ("two_hours", "03-28 12:00")]),
        ("2027-10-31T14:00", [("day_before", "10-30 14:00"), ("two_hours", "10-31 12:00")]),
        ("2027-03-29T10:00", [("day_before", "03-28 10:00"), ("two_hours", "03-29 08:00")]),
        ("2027-11-01T10:00", [("day_before", "10-31 10:00"), ("two_hours", "11-01 08:00")]),
    ],
)
def test_across_a_clock_change(starts: str, expected: list[tuple[str, str]]) -> None:
    assert found(starts) == expected


@given(MOMENTS, MOMENTS, ZONES)
def test_never_at_night_never_late_never_in_the_past(
    starts: datetime, now: datetime, zone: str
) -> None:
    for each in reminders(starts, zone, now):
        clock = each.at.astimezone(ZoneInfo(zone)).time()
        assert time(8) <= clock < time(20)
        assert not is_quiet(each.at, zone)
        assert now < each.at < starts
        assert starts - each.at >= timedelta(minutes=30)


@given(MOMENTS, ZONES)
def test_whoever_books_early_gets_both(starts: datetime, zone: str) -> None:
    kinds = [each.kind for each in reminders(starts, zone, starts - timedelta(days=7))]
    assert sorted(kinds) == sorted(ReminderKind)


@given(MOMENTS, MOMENTS, ZONES)
def test_each_kind_comes_once_at_most_and_in_order(
    starts: datetime, now: datetime, zone: str
) -> None:
    some = reminders(starts, zone, now)
    assert len({each.kind for each in some}) == len(some)
    assert [each.at for each in some] == sorted(each.at for each in some)


def clock(at: datetime) -> str:
    return f"{at.astimezone(HERE):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("starts", "asked"),
    [
        ("2026-12-03T14:30", "12-04 10:00"),
        ("2026-12-03T23:30", "12-04 10:00"),
        ("2027-03-27T10:00", "03-28 10:00"),
        ("2027-10-30T10:00", "10-31 10:00"),
    ],
)
def test_whether_it_helped_is_asked_in_the_morning_of_the_day_after(
    starts: str, asked: str
) -> None:
    assert clock(follow_up(local(starts).astimezone(UTC), BERLIN)) == asked


@given(at=MOMENTS, zone=ZONES)
def test_the_night_ends_within_half_a_day_and_a_message_may_come_then(
    at: datetime, zone: str
) -> None:
    morning = next_morning(at, zone)
    assert not is_quiet(morning, zone)
    assert morning.astimezone(ZoneInfo(zone)).time() == time(8)
    if is_quiet(at, zone):
        assert timedelta(0) < morning - at <= timedelta(hours=13)
