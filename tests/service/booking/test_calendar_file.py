"""Calendar files, read by two parsers that others wrote, across changes of the clock."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from bot.content.catalogue import Catalogue
from bot.domain.appointment import Appointment, AppointmentStatus, BookingOrigin
from bot.domain.outgoing import File
from bot.service import calendar_file
from bot.storage.database import Database

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
SECRETS = ("first-consultation", "welcome-center-forst", "Forst", "Beratung", "Olena")


def wall(text: str) -> datetime:
    """Return a time as a clock on the spot shows it."""
    return datetime.fromisoformat(text)


def appointment(local: datetime, zone: str = "Europe/Berlin", **changes: object) -> Appointment:
    starts = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    made = Appointment(
        id=17,
        slot=3,
        seat=0,
        status=AppointmentStatus.BOOKED,
        service="first-consultation",
        place="welcome-center-forst",
        language="uk",
        interpreter=False,
        starts=starts,
        ends=starts + timedelta(minutes=30),
        zone=zone,
        local=local,
        origin=BookingOrigin.CHAT,
        created_at=NOW,
        changed_at=NOW,
        code="K7F3",
        name="Olena",
        notes="{}",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


async def written(
    database: Database, catalogue: Catalogue, what: Appointment, language: str = "de"
) -> File:
    found = await database.read(
        lambda tx: calendar_file.calendar_file(
            tx, what, catalogue=catalogue, language=language, now=NOW
        )
    )
    assert found is not None
    return found


AROUND_CHANGES = [
    (wall("2027-03-27T10:00"), 9),
    (wall("2027-03-28T01:30"), 0),  # before the clock goes forward
    (wall("2027-03-28T03:30"), 1),
    (wall("2027-03-28T10:00"), 8),
    (wall("2027-03-29T10:00"), 8),
    (wall("2027-10-30T10:00"), 8),
    (wall("2027-10-31T01:30"), 23),
    (wall("2027-10-31T03:30"), 2),
    (wall("2027-10-31T10:00"), 9),
    (wall("2027-11-01T10:00"), 9),
]


@pytest.mark.parametrize(
    ("local", "hour"), AROUND_CHANGES, ids=[str(at) for at, _ in AROUND_CHANGES]
)
async def test_two_parsers_read_the_same_time(
    database: Database, catalogue: Catalogue, local: datetime, hour: int
) -> None:
    booked = appointment(local)
    assert booked.starts.hour == hour
    file = await written(database, catalogue, booked)
    (event,) = icalendar.Calendar.from_ical(file.text).walk("VEVENT")
    # `vobject` knows no time zone but the rules in the file itself
    other = vobject.readOne(file.text).vevent
    for starts, ends in ((event.start, event.end), (other.dtstart.value, other.dtend.value)):
        assert starts.astimezone(UTC) == booked.starts
        assert ends.astimezone(UTC) == booked.ends
        assert starts.replace(tzinfo=None) == local
    assert f"DTSTART;TZID=Europe/Berlin:{local:%Y%m%dT%H%M%S}\r\n" in file.text


async def test_what_it_says_and_what_not(database: Database, catalogue: Catalogue) -> None:
    file = await written(database, catalogue, appointment(wall("2027-03-28T10:00")))
    assert (file.name, file.media_type) == ("K7F3.ics", "text/calendar")
    assert len(file.text.encode()) < 2_000
    calendar = icalendar.Calendar.from_ical(file.text)
    assert calendar["method"] == "PUBLISH"
    (event,) = calendar.walk("VEVENT")
    assert event["summary"] == "Termin, Code K7F3"
    assert event["summary"].params["language"] == "de"
    assert (event["status"], event["sequence"], event["class"]) == ("CONFIRMED", 0, "PRIVATE")
    assert event["dtstamp"].dt == NOW
    (alarm,) = event.walk("VALARM")
    assert (alarm["action"], alarm["trigger"].dt) == ("DISPLAY", timedelta(hours=-2))
    for secret in SECRETS:
        assert secret not in file.text
    assert not {"location", "description", "organizer", "attendee", "url"} & {
        name.lower() for name in event
    }


async def test_every_language_has_its_own_words(database: Database, catalogue: Catalogue) -> None:
    booked = appointment(wall("2027-03-28T10:00"))
    for language in catalogue.languages:
        file = await written(database, catalogue, booked, language.code)
        (event,) = icalendar.Calendar.from_ical(file.text).walk("VEVENT")
        assert "K7F3" in event["summary"]
        assert not re.search("[\u2066-\u2069]", event["summary"])
        assert str(vobject.readOne(file.text).vevent.summary.value) == event["summary"]
        lines = file.text.encode().split(b"\r\n")
        assert max(map(len, lines)) <= 75  # RFC 5545, 3.1


async def test_a_move_goes_to_the_same_entry(database: Database, catalogue: Catalogue) -> None:
    old = appointment(wall("2027-03-27T10:00"))
    new = appointment(wall("2027-03-29T14:00"), id=23, root=17, sequence=1)
    first, second = [await written(database, catalogue, each) for each in (old, new)]
    (before,) = icalendar.Calendar.from_ical(first.text).walk("VEVENT")
    (after,) = icalendar.Calendar.from_ical(second.text).walk("VEVENT")
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert re.fullmatch("[0-9a-f]{32}@lotse", before["uid"])


@pytest.mark.parametrize("status", [AppointmentStatus.CANCELLED, AppointmentStatus.CALLED_OFF])
async def test_a_cancelled_one_says_so(
    database: Database, catalogue: Catalogue, status: AppointmentStatus
) -> None:
    gone = appointment(wall("2027-03-28T10:00"), sequence=2, status=status)
    file = await written(database, catalogue, gone)
    (event,) = icalendar.Calendar.from_ical(file.text).walk("VEVENT")
    assert (event["status"], event["sequence"]) == ("CANCELLED", 3)
    assert event.walk("VALARM") == []


@pytest.mark.parametrize(
    "status", [AppointmentStatus.HELD, AppointmentStatus.MOVED, AppointmentStatus.EXPIRED]
)
async def test_what_was_never_booked_has_no_file(
    database: Database, catalogue: Catalogue, status: AppointmentStatus
) -> None:
    other = appointment(wall("2027-03-28T10:00"), status=status)
    found = await database.read(
        lambda tx: calendar_file.calendar_file(
            tx, other, catalogue=catalogue, language="de", now=NOW
        )
    )
    assert found is None


@pytest.mark.parametrize("zone", ["Europe/Lisbon", "Europe/Dublin", "Africa/Nairobi", "UTC"])
async def test_other_zones(database: Database, catalogue: Catalogue, zone: str) -> None:
    for month in range(1, 13):
        booked = appointment(wall(f"2027-{month:02}-15T09:00"), zone)
        file = await written(database, catalogue, booked)
        (event,) = icalendar.Calendar.from_ical(file.text).walk("VEVENT")
        assert event.start.astimezone(UTC) == booked.starts
        assert vobject.readOne(file.text).vevent.dtstart.value.astimezone(UTC) == booked.starts


def test_the_rules_of_a_zone_are_those_of_the_standard() -> None:
    """RFC 5545, 3.6.5: an onset is local time before the change."""
    day = datetime(2027, 6, 1, tzinfo=UTC)
    found = calendar_file.timezone("Europe/Berlin", day, day + timedelta(hours=1))
    onsets = {
        (each.name, each["dtstart"].dt, each["tzoffsetfrom"].td, each["tzoffsetto"].td)
        for each in found.subcomponents
    }
    one, two = timedelta(hours=1), timedelta(hours=2)
    assert ("DAYLIGHT", wall("2027-03-28T02:00"), one, two) in onsets
    assert ("STANDARD", wall("2027-10-31T03:00"), two, one) in onsets
