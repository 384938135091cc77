"""Rosters: what the rules mean on single days, across clock changes, and the laws of their time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import (
    HORIZON,
    Absence,
    Extra,
    Roster,
    Rule,
    Schedule,
    Shift,
    after_staffed,
    is_staffed,
    next_staffed,
    shifts,
    staffed_between,
)

ZONE = "Europe/Berlin"
BERLIN = ZoneInfo(ZONE)
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
HOUR = timedelta(hours=1)
MIDNIGHT = time.min
OFFICE = Schedule(
    hours=(
        Rule(frozenset({MON, TUE, THU}), time(9), time(12)),
        Rule(frozenset({THU}), time(13), time(17)),
    )
)
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)  # the clocks change, both Sundays


def roster(*schedules: Schedule) -> Roster:
    return Roster(zone=ZONE, schedules=schedules)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def on(day: date, *schedules: Schedule) -> list[tuple[str, str]]:
    """Return the shifts of a local day in local time."""
    found = roster(*schedules).on(day)
    return [
        (f"{s.start.astimezone(BERLIN):%H:%M}", f"{s.end.astimezone(BERLIN):%H:%M}") for s in found
    ]


def sunday(start: time, end: time) -> Schedule:
    return Schedule(hours=(Rule(frozenset({SUN}), start, end),))


def test_hours_hold_on_their_days() -> None:
    assert on(date(2026, 11, 24), OFFICE) == [("09:00", "12:00")]
    assert on(date(2026, 11, 25), OFFICE) == []
    assert on(date(2026, 11, 26), OFFICE) == [("09:00", "12:00"), ("13:00", "17:00")]


def test_a_shift_begins_with_its_first_instant_and_is_over_at_its_end() -> None:
    office = roster(OFFICE)
    assert not is_staffed(office, local("2026-11-24T08:59:59.999999"))
    assert is_staffed(office, local("2026-11-24T09:00"))
    assert is_staffed(office, local("2026-11-24T11:59:59.999999"))
    assert not is_staffed(office, local("2026-11-24T12:00"))


def test_breaks_closures_extra_days_and_absences() -> None:
    day = date(2026, 11, 26)
    away = Absence(person="a", begins=local("2026-11-26T11:00"), until=local("2026-11-26T14:00"))
    schedule = Schedule(
        hours=(Rule(frozenset(range(7)), time(9), time(17)),),
        breaks=(Rule(frozenset({THU}), time(12), time(12, 30)),),
        extra=(Extra(day, time(18), time(19)), Extra(date(2026, 11, 28), time(10), time(11))),
        closures=frozenset({date(2026, 11, 27), date(2026, 11, 28)}),
        away=(away,),
    )
    assert on(day, schedule) == [("09:00", "11:00"), ("14:00", "17:00"), ("18:00", "19:00")]
    assert on(date(2026, 11, 27), schedule) == []
    assert on(date(2026, 11, 28), schedule) == [("10:00", "11:00")]
    assert on(date(2026, 11, 29), schedule) == [("09:00", "17:00")]


def test_an_absence_ends_extra_hours_too() -> None:
    day = date(2026, 11, 28)
    away = Absence(person="a", begins=local("2026-11-28T00:00"), until=local("2026-11-29T00:00"))
    assert on(day, Schedule(extra=(Extra(day, time(10), time(11)),), away=(away,))) == []


def test_the_desk_is_staffed_while_anybody_is_there() -> None:
    one = sunday(time(9), time(12))
    other = sunday(time(11), time(13))
    late = sunday(time(13), time(14))
    assert on(date(2026, 11, 29), one, other, late) == [("09:00", "14:00")]


def test_a_night_is_one_shift() -> None:
    night = Schedule(
        hours=(
            Rule(frozenset({SAT}), time(22), MIDNIGHT),
            Rule(frozenset({SUN}), MIDNIGHT, time(2)),
        )
    )
    found = list(shifts(roster(night), local("2026-11-28T00:00"), local("2026-11-30T00:00")))
    assert found == [Shift(local("2026-11-28T22:00"), local("2026-11-29T02:00"))]
    assert is_staffed(roster(night), local("2026-11-29T00:00"))


def test_nine_is_nine_before_and_after_the_clock_change() -> None:
    office = roster(OFFICE)
    before, after = (
        next_staffed(office, local("2027-03-25T00:00")),
        next_staffed(office, local("2027-03-29T00:00")),
    )
    assert before == datetime(2027, 3, 25, 8, tzinfo=UTC)
    assert after == datetime(2027, 3, 29, 7, tzinfo=UTC)
    assert next_staffed(office, local("2027-11-01T00:00")) == datetime(2027, 11, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "start", "end", "hours"),
    [
        (SPRING, MIDNIGHT, MIDNIGHT, 23),
        (AUTUMN, MIDNIGHT, MIDNIGHT, 25),
        (SPRING, time(1), time(4), 2),
        (AUTUMN, time(1), time(4), 4),
        (SPRING, time(2), time(3), 0),  # an hour that there is not
        (SPRING, time(2, 30), time(3, 30), 0),
        (SPRING, time(1, 30), time(2, 30), 1),
        (AUTUMN, time(2), time(2, 30), 0.5),  # the first of both
        (AUTUMN, time(2, 30), time(3), 1.5),
    ],
)
def test_the_nights_of_the_clock_change(day: date, start: time, end: time, hours: float) -> None:
    begin = datetime.combine(day, MIDNIGHT, tzinfo=BERLIN)
    until = datetime.combine(day + timedelta(days=1), MIDNIGHT, tzinfo=BERLIN)
    assert staffed_between(roster(sunday(start, end)), begin, until) == timedelta(hours=hours)


def test_staffed_time_passes_only_in_shifts() -> None:
    office = roster(OFFICE)
    asked = local("2026-11-26T11:30")  # Thursday: half an hour is left, then four
    assert after_staffed(office, asked, HOUR) == local("2026-11-26T13:30")
    assert after_staffed(office, asked, 4.5 * HOUR) == local("2026-11-26T17:00")
    assert after_staffed(office, asked, 5 * HOUR) == local("2026-11-30T09:30")
    assert after_staffed(office, asked, timedelta(0)) == asked
    assert staffed_between(office, asked, local("2026-11-30T09:30")) == 5 * HOUR
    assert staffed_between(office, local("2026-11-30T09:30"), asked) == timedelta(0)


def test_who_never_comes_is_not_waited_for() -> None:
    never = [roster(), roster(Schedule()), roster(Schedule(breaks=OFFICE.hours))]
    at = local("2026-11-26T11:30")
    for each in never:
        assert not each
        assert next_staffed(each, at) is None
        assert after_staffed(each, at, HOUR) is None
    assert roster(OFFICE)


def test_the_search_ends_at_the_horizon() -> None:
    at = local("2026-11-26T00:00")
    once = roster(Schedule(extra=(Extra(date(2027, 3, 1), time(9), time(10)),)))
    assert next_staffed(once, at) is None
    assert next_staffed(once, at, timedelta(days=100)) == local("2027-03-01T09:00")
    assert after_staffed(once, at, 2 * HOUR, timedelta(days=100)) is None


def test_what_has_no_length_is_refused() -> None:
    at = local("2026-11-26T00:00")
    with pytest.raises(ValueError, match="after it begins"):
        Shift(at, at)
    with pytest.raises(ValueError, match="after it begins"):
        Absence(person="a", begins=at, until=at)


# Laws

CLOCK = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
RULE = st.builds(Rule, st.frozensets(st.integers(0, 6)), CLOCK, CLOCK)
DAYS = st.dates(date(2027, 1, 1), date(2027, 12, 31))
INSTANT = st.datetimes(
    datetime(2027, 1, 1),  # noqa: DTZ001  the strategy puts the zone in
    datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
LENGTH = st.timedeltas(timedelta(minutes=1), timedelta(days=9))
ABSENCE = st.builds(
    lambda begins, length: Absence(person="a", begins=begins, until=begins + length),
    INSTANT,
    LENGTH,
)
SCHEDULE = st.builds(
    Schedule,
    hours=st.lists(RULE, max_size=3).map(tuple),
    breaks=st.lists(RULE, max_size=2).map(tuple),
    extra=st.lists(st.builds(Extra, DAYS, CLOCK, CLOCK), max_size=2).map(tuple),
    closures=st.frozensets(DAYS, max_size=20),
    away=st.lists(ABSENCE, max_size=2).map(tuple),
)
ROSTER = st.lists(SCHEDULE, max_size=3).map(lambda found: roster(*found))


@given(ROSTER, INSTANT, LENGTH)
def test_shifts_are_in_order_and_apart(office: Roster, at: datetime, length: timedelta) -> None:
    found = list(shifts(office, at, at + length))
    for shift in found:
        assert at <= shift.start < shift.end <= at + length
        assert is_staffed(office, shift.start)
    for one, following in pairwise(found):
        assert one.end < following.start
        assert not is_staffed(office, one.end)


@given(ROSTER, INSTANT, LENGTH, LENGTH)
def test_staffed_time_adds_up(
    office: Roster, at: datetime, one: timedelta, other: timedelta
) -> None:
    middle, end = at + one, at + one + other
    whole = staffed_between(office, at, end)
    assert whole == staffed_between(office, at, middle) + staffed_between(office, middle, end)
    assert timedelta(0) <= whole <= one + other


@given(ROSTER, INSTANT)
def test_the_next_staffed_instant_is_staffed_and_the_first(office: Roster, at: datetime) -> None:
    found = next_staffed(office, at)
    assert staffed_between(office, at, found or at + HORIZON) == timedelta(0)
    assert (found == at) == is_staffed(office, at)
    assert found is None or is_staffed(office, found)


@given(ROSTER, INSTANT, st.timedeltas(timedelta(minutes=1), timedelta(hours=30)))
def test_what_is_promised_has_passed_then_and_not_before(
    office: Roster, at: datetime, span: timedelta
) -> None:
    found = after_staffed(office, at, span)
    if found is None:
        assert staffed_between(office, at, at + HORIZON) < span
        return
    assert staffed_between(office, at, found) == span
    assert is_staffed(office, found - timedelta(microseconds=1))


@given(SCHEDULE, SCHEDULE, INSTANT, LENGTH)
def test_more_people_are_never_less_staffed(
    one: Schedule, other: Schedule, at: datetime, length: timedelta
) -> None:
    both, alone = roster(one, other), roster(one)
    assert staffed_between(both, at, at + length) >= staffed_between(alone, at, at + length)
    assert is_staffed(both, at) == (is_staffed(alone, at) or is_staffed(roster(other), at))


def by_the_clock(schedule: Schedule, at: datetime) -> bool:
    """Return whether somebody is on duty, read from the wall alone; no night hours."""
    wall = at.astimezone(BERLIN)
    clock, day = wall.time(), wall.date()

    def covers(start: time, end: time) -> bool:
        return start <= clock and (clock < end or end == MIDNIGHT)

    def ruled(rules: tuple[Rule, ...]) -> bool:
        return any(day.weekday() in rule.days and covers(rule.start, rule.end) for rule in rules)

    regular = day not in schedule.closures and ruled(schedule.hours) and not ruled(schedule.breaks)
    more = any(each.day == day and covers(each.start, each.end) for each in schedule.extra)
    return (regular or more) and not any(each.covers(at) for each in schedule.away)


@given(SCHEDULE, INSTANT)
def test_it_is_as_the_clock_on_the_wall_says(schedule: Schedule, at: datetime) -> None:
    wall = at.astimezone(BERLIN)
    if wall.date() not in {SPRING, AUTUMN}:
        assert is_staffed(roster(schedule), at) == by_the_clock(schedule, at)


@given(ROSTER, INSTANT)
def test_the_zone_of_the_question_does_not_matter(office: Roster, at: datetime) -> None:
    tokyo = at.astimezone(ZoneInfo("Asia/Tokyo"))
    assert is_staffed(office, tokyo) == is_staffed(office, at)
    assert next_staffed(office, tokyo) == next_staffed(office, at)
