"""Calendars that close: what they mean, and that garbage is refused with a sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.content.closing_calendars import MAX_BYTES, read

BERLIN = "Europe/Berlin"
BEGIN, END = datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 12, 31, 23, tzinfo=UTC)


def calendar(*events: str) -> bytes:
    some = "".join(
        f"BEGIN:VEVENT\nUID:{number}\n{lines}\nEND:VEVENT\n" for number, lines in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{some}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def closed(*events: str) -> list[str]:
    found = read(calendar(*events), place=None, zone=BERLIN).between(BEGIN, END)
    return sorted(f"{each.starts:%m-%d %H:%M} {each.ends:%m-%d %H:%M}" for each in found)


def test_a_whole_day_is_the_day_of_the_place() -> None:
    assert closed("DTSTART;VALUE=DATE:20270105\nDTEND;VALUE=DATE:20270107") == [
        "01-04 23:00 01-06 23:00"
    ]
    assert closed("DTSTART;VALUE=DATE:20270105") == ["01-04 23:00 01-05 23:00"]


def test_hours_with_and_without_a_zone() -> None:
    assert closed("DTSTART:20270705T090000\nDTEND:20270705T100000") == ["07-05 07:00 07-05 08:00"]
    assert closed("DTSTART:20270705T090000Z\nDURATION:PT1H") == ["07-05 09:00 07-05 10:00"]
    zoned = "DTSTART;TZID=Europe/Berlin:20270705T090000\nDTEND;TZID=Europe/Berlin:20270705T100000"
    assert closed(zoned) == ["07-05 07:00 07-05 08:00"]


def test_what_recurs_stays_at_its_wall_time() -> None:
    rule = (
        "DTSTART;TZID=Europe/Berlin:20270323T130000\nDTEND;TZID=Europe/Berlin:20270323T140000\n"
        "RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=Europe/Berlin:20270406T130000"
    )
    assert closed(rule) == ["03-23 12:00 03-23 13:00", "03-30 11:00 03-30 12:00"]


def test_a_rule_that_never_ends_is_asked_for_a_year_only() -> None:
    assert len(closed("DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=DAILY")) == 365


def test_free_time_and_cancelled_events_close_nothing() -> None:
    day = "DTSTART;VALUE=DATE:20270105"
    assert closed(f"{day}\nTRANSP:TRANSPARENT", f"{day}\nSTATUS:CANCELLED") == []


GARBAGE = [
    b"",
    b"\xff\xfe\x00",
    b"<html>404</html>",
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
    b"BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20270101\r\nEND:VEVENT\r\n",
    b"BEGIN:VCALENDAR\r\n" + b"X:" + b"y" * MAX_BYTES + b"\r\nEND:VCALENDAR\r\n",
    calendar("SUMMARY:no time"),
    calendar("DTSTART:99999999T999999"),
    calendar("DTSTART;VALUE=DATE:20270101\nRRULE:FREQ=SECONDLY"),
    calendar("DTSTART;VALUE=DATE:20270101\nRRULE:FREQ=DAILY;INTERVAL=0"),
    calendar("DTSTART:20270101T000000\nRRULE:FREQ=DAILY;BYMINUTE=1,2,3"),
    calendar("DTSTART:20270101T000000\nRRULE:FREQ=NEVER"),
    calendar(*["DTSTART:20270101T000000"] * 2_001),
]


@pytest.mark.parametrize("content", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"calendar|event"):
        read(content, place=None, zone=BERLIN).between(BEGIN, END)
