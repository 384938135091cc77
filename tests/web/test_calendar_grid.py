"""Where the calendar's boxes stand: rows of five minutes, lanes for what is at the same time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.desk.calendar_grid import LANES, STEP, Hours, hours_of, lanes, rows

DAY = date(2026, 12, 8)
Span = tuple[datetime, datetime, str]


def at(clock: str, day: date = DAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def span(start: str, end: str, whose: str = "") -> Span:
    return at(start), at(end), whose


@pytest.mark.parametrize(
    ("start", "end", "classes"),
    [
        ("08:00", "08:30", "h0 m0 dh0 dm6"),
        ("09:30", "11:00", "h1 m6 dh1 dm6"),
        ("10:07", "10:22", "h2 m1 dh0 dm4"),
        ("10:00", "10:01", "h2 m0 dh0 dm1"),
        ("15:45", "23:00", "h7 m9 dh0 dm3"),
    ],
)
def test_a_box_says_when_it_begins_and_how_long_it_is(start: str, end: str, classes: str) -> None:
    assert rows(at(start), at(end), DAY, Hours(8, 16)) == classes


def test_a_box_that_lasts_past_midnight_ends_with_its_day() -> None:
    hours = hours_of([(at("22:00"), at("01:00", DAY + timedelta(days=1)))])
    assert hours == Hours(8, 24)
    ends = at("01:00", DAY + timedelta(days=1))
    assert rows(at("22:00"), ends, DAY, hours) == "h14 m0 dh2 dm0"


def test_the_hours_grow_with_what_they_hold() -> None:
    assert hours_of([]) == Hours(8, 16)
    assert hours_of([(at("07:45"), at("17:30"))]) == Hours(7, 18)
    assert hours_of([(at("09:00"), at("17:00"))]) == Hours(8, 17)


def test_what_is_at_the_same_time_stands_side_by_side() -> None:
    found, count = lanes(
        [
            span("09:00", "10:00", "a"),
            span("09:00", "09:30", "b"),
            span("09:30", "10:00", "b"),
            span("10:00", "11:00", "b"),
        ]
    )
    assert count == 2
    assert found == [(0, False), (1, False), (1, False), (1, True)]


def test_a_persons_times_stay_in_their_lane() -> None:
    found, _ = lanes(
        [
            span("09:00", "09:30", "forst"),
            span("09:00", "09:30", "guben"),
            span("09:30", "10:00", "guben"),
            span("09:30", "10:00", "forst"),
        ]
    )
    assert [lane for lane, _ in found] == [0, 1, 1, 0]


_SPANS = st.lists(
    st.tuples(st.integers(0, 280), st.integers(1, 60), st.sampled_from("abc")), max_size=30
)


@given(_SPANS)
def test_no_two_boxes_of_a_lane_overlap(drawn: list[tuple[int, int, str]]) -> None:
    midnight = at("00:00")
    spans = sorted(
        (midnight + begin * STEP, midnight + (begin + length) * STEP, whose)
        for begin, length, whose in drawn
    )
    found, count = lanes(spans)
    assert len(found) == len(spans)
    assert 1 <= count <= LANES
    for number, (start, end, _) in enumerate(spans):
        together = [
            other
            for other, (begin, until, _) in enumerate(spans)
            if other != number and begin < end and start < until
        ]
        assert found[number][1] == (not together)
        if count < LANES:
            assert all(found[other][0] != found[number][0] for other in together)
