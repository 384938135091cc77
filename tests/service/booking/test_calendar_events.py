"""What is read of a counsellor's own calendar, and what is never looked at."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.service.calendar_events import CANCELLED, OTHERWISE, busy, changed, name_in, said_in

BEGIN, END = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)
ZONE = "Europe/Berlin"


def event(*lines: str, uid: str = "1") -> str:
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", f"UID:{uid}",
             "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT", "END:VCALENDAR", "")  # fmt: skip
    return "\r\n".join(whole)


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


NINE = ("DTSTART:20261207T090000Z", "DTEND:20261207T100000Z")


def test_stretches_that_touch_are_one() -> None:
    half = event("DTSTART:20261207T093000Z", "DTEND:20261207T110000Z")
    last = event("DTSTART:20261207T110000Z", "DURATION:PT30M")
    apart = event("DTSTART:20261207T130000Z", "DTEND:20261207T140000Z")
    assert busy([apart, last, event(*NINE), half], ZONE, BEGIN, END) == (
        (at(7, 9), at(7, 11, 30)),
        (at(7, 13), at(7, 14)),
    )


def test_a_whole_day_is_one_of_the_place() -> None:
    whole = event("DTSTART;VALUE=DATE:20261207")
    assert busy([whole], ZONE, BEGIN, END) == ((at(6, 23), at(7, 23)),)
    assert busy([whole], "Europe/Lisbon", BEGIN, END) == ((at(7, 0), at(8, 0)),)


def test_a_series_stays_at_its_wall_time_over_a_clock_change() -> None:
    weekly = event(
        "DTSTART;TZID=Europe/Berlin:20270321T090000",
        "DTEND;TZID=Europe/Berlin:20270321T100000",
        "RRULE:FREQ=WEEKLY;COUNT=2",
    )
    starts = [begin for begin, _ in busy([weekly], ZONE, BEGIN, END)]
    assert [f"{each:%m-%d %H}" for each in starts] == ["03-21 08", "03-28 07"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no calendar",
        event("DTSTART:soon"),
        event(*NINE, "RRULE:FREQ=SECONDLY"),
        event(*NINE, "TRANSP:TRANSPARENT"),
        event(*NINE, "STATUS:CANCELLED"),
        event("SUMMARY:without a time"),
    ],
)
def test_what_cannot_be_read_or_is_free_blocks_nothing(content: str) -> None:
    assert busy([content, event(*NINE)], ZONE, BEGIN, END) == ((at(7, 9), at(7, 10)),)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (event(*NINE), "20261207T090000Z/20261207T100000Z"),
        (event("DTSTART:20261207T100000", "DURATION:PT1H"), "20261207T090000Z/20261207T100000Z"),
        (event(*NINE, "STATUS:CANCELLED"), CANCELLED),
        (event(*NINE, "RRULE:FREQ=DAILY"), OTHERWISE),
        (event("DTSTART;VALUE=DATE:20261207"), OTHERWISE),
        (event("SUMMARY:nothing"), OTHERWISE),
        ("garbage", OTHERWISE),
    ],
)
def test_what_an_event_says(content: str, said: str) -> None:
    assert said_in(content, ZONE) == said


def test_a_name_is_found_or_not() -> None:
    assert name_in(event(*NINE, uid="a@lotse")) == "a@lotse"
    assert name_in("garbage") is None
    assert name_in("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n") is None


def test_what_a_person_added_stays() -> None:
    hers = event(*NINE, "SUMMARY:Termin", "DESCRIPTION:Akte", "X-COLOUR:red")
    ours = event(
        "DTSTART;TZID=Europe/Berlin:20261207T130000",
        "DTEND;TZID=Europe/Berlin:20261207T133000",
        "SUMMARY:Termin\\, Code K7F3",
        "STATUS:CONFIRMED",
        "SEQUENCE:1",
    )
    after = changed(hers, ours)
    assert said_in(after, ZONE) == "20261207T120000Z/20261207T123000Z"
    for line in ("DESCRIPTION:Akte", "X-COLOUR:red", "SUMMARY:Termin\\, Code K7F3", "SEQUENCE:1"):
        assert f"\r\n{line}\r\n" in after
