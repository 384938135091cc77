"""Services and office hours: what is wrong is named where it stands, all at once."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.content.load import examine
from bot.domain.appointment import Question, SlotKind
from tests.content.booking_pack import HOURS, PARK, SERVICES, booking_pack
from tests.content.conftest import PLACES, Pack


@pytest.fixture
def booking(tmp_path: Path) -> Pack:
    return booking_pack(tmp_path)


def test_a_service_is_read(booking: Pack) -> None:
    catalogue = booking.load()
    first = catalogue.services["first"]
    assert (first.length, first.notice, first.horizon) == (
        timedelta(minutes=30),
        timedelta(hours=20),
        timedelta(days=42),
    )
    assert (first.documents, first.interpreter, first.preparation) == (("passport",), True, True)
    assert catalogue.services["meeting"].seats == 12
    letters = catalogue.services["letters"]
    assert letters.questions == (Question(id="town", kind="choice", choices=("guben", "other")),)
    assert catalogue.plain("services/first/name", "de") == "Erste Beratung"
    assert catalogue.plain("services/letters/questions/town/other", "de") == "Woanders"
    assert catalogue.has("services/first/audience")


def test_hours_are_read(booking: Pack) -> None:
    catalogue = booking.load()
    (hours,) = catalogue.office_hours
    assert (hours.place, hours.zone, hours.resources) == ("town-hall", "Europe/Berlin", ("",))
    assert (hours.kind, hours.seats, hours.every) == (
        SlotKind.COUNSELLING,
        2,
        timedelta(minutes=30),
    )
    assert catalogue.booking.places("first") == ("town-hall",)
    assert catalogue.booking.places("letters") == ()


def test_the_place_decides_zone_and_holidays(booking: Pack) -> None:
    catalogue = booking.load()
    assert catalogue.zone_of("town-hall") == catalogue.zone_of(None) == "Europe/Berlin"
    assert catalogue.zone_of("market") == "Europe/Lisbon"
    repentance = date(2026, 11, 18)  # a holiday in Saxony only
    assert repentance in catalogue.closures("park")
    assert repentance not in catalogue.closures("town-hall")


def test_without_files_nothing_can_be_booked(pack: Pack) -> None:
    catalogue = pack.load()
    assert (catalogue.services, catalogue.office_hours) == ({}, ())
    assert catalogue.booking.horizon == timedelta(0)


def test_a_group_has_all_its_seats(booking: Pack) -> None:
    booking.write(
        "office_hours/hall.yaml",
        HOURS.replace("[first]", "[meeting]").replace("  seats: 2\n", ""),
    )
    (hours,) = booking.load().office_hours
    assert (hours.seats, hours.every) == (12, timedelta(minutes=90))


def test_the_longest_service_makes_the_slot(booking: Pack) -> None:
    booking.write("office_hours/hall.yaml", HOURS.replace("[first]", "[first, letters]"))
    assert booking.load().office_hours[0].every == timedelta(hours=1)


def test_whose_time_it_is(booking: Pack) -> None:
    more = HOURS + HOURS.replace("  seats: 2\n", "  counsellors: [jana, mirek]\n").replace(
        "BYDAY=TU,TH", "BYDAY=MO"
    )
    interpreters = """\
- interpreters: [olena]
  languages: [uk, ru]
  start: 2026-12-01T09:00
  end: 2026-12-01T12:00
  breaks: [{from: "10:00", to: "10:15"}]
"""
    booking.write("office_hours/hall.yaml", more + interpreters)
    _, two, one = booking.load().office_hours
    assert two.resources == ("counsellor/jana", "counsellor/mirek")
    assert (one.kind, one.place, one.every) == (
        SlotKind.INTERPRETING,
        None,
        timedelta(minutes=15),
    )
    assert one.breaks == ((time(10), time(10, 15)),)
    assert one.explicit == {date(2026, 12, 1)}


MISTAKES = [
    ("place: town-hall", "place: nowhere", 1, "unknown-place"),
    ("[first]", "[first, wedding]", 2, "unknown-service"),
    ("[first]", "[]", 2, "form"),
    ("place: town-hall", "desks: [a]", 1, "form"),
    ("12:00", "09:00", 6, "hours"),
    ("2026-12-01T12:00", "2026-12-03T12:00", 6, "hours"),
    ("12:00", "09:20", 6, "slot"),
    ("  seats: 2", "  seats: 0", 4, "form"),
    ("  seats: 2", "  slot: PT15M", 4, "slot"),
    ("  seats: 2", "  slot: PT0M", 4, "form"),
    ("  seats: 2", "  desks: [a]\n  counsellors: [jana]", 4, "form"),
    ("  seats: 2", "  interpreters: [olena]", 4, "form"),
    ("  seats: 2", "  colour: red", 4, "form"),
    ("  seats: 2", "  valid_from: 2027-01-01\n  valid_until: 2026-01-01", 5, "hours"),
    ("  seats: 2", "  valid_until: 2026-11-01", 1, "rrule"),
    ("  seats: 2", '  breaks: [{from: "11:00", to: "10:00"}]', 4, "hours"),
    ("  seats: 2", '  breaks: [{from: "8:00", to: "09:00"}]', 4, "form"),
    ("[de, pl]", "[]", 3, "form"),
    ("[de, pl]", "[Deutsch]", 3, "form"),
    ("2026-12-01T09:00", "2026-12-01", 5, "form"),
    ("2026-12-01T09:00", "2026-13-01T09:00", 5, "form"),
    ("FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=SECONDLY", 7, "rrule"),
    ("FREQ=WEEKLY;BYDAY=TU,TH", "every Tuesday", 7, "rrule"),
    ("FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", 7, "rrule"),
    ("FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=WEEKLY;UNTIL=20200101", 7, "rrule"),
    ("FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=WEEKLY;INTERVAL=0", 7, "rrule"),
    ("FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=WEEKLY;BYDAY=SU\n  except: [2026-12-06]", 8, ""),
]


@pytest.mark.parametrize(("old", "new", "line", "code"), MISTAKES)
def test_a_mistake_is_named_where_it_stands(
    booking: Pack, old: str, new: str, line: int, code: str
) -> None:
    assert old in HOURS
    booking.write("office_hours/hall.yaml", HOURS.replace(old, new, 1))
    expected = [("hall.yaml", line, code)] if code else []
    assert booking.found() == expected


SERVICE_MISTAKES = [
    ("documents: [passport]", "documents: [visa]", 9, "unknown-document"),
    ("length: PT30M", "length: half an hour", 4, "form"),
    ("length: PT30M", "length: PT13H", 4, "service"),
    ("horizon: P42D", "horizon: P2Y", 11, "form"),
    ("horizon: P42D", "horizon: P400D", 11, "service"),
    ("notice: PT20H", "notice: P42D", 10, "service"),
    ("open_bookings: 1", "open_bookings: 50", 13, "form"),
    ("ask: choice", "ask: yes_no", 21, "choices"),
]


@pytest.mark.parametrize(("old", "new", "line", "code"), SERVICE_MISTAKES)
def test_a_mistake_in_a_service_is_named(
    booking: Pack, old: str, new: str, line: int, code: str
) -> None:
    assert old in SERVICES
    booking.write("services.yaml", SERVICES.replace(old, new, 1))
    named = [each for each in booking.found() if each[0] == "services.yaml"]
    assert named == [("services.yaml", line, code)]


def test_all_mistakes_come_at_once(booking: Pack) -> None:
    both = HOURS.replace("town-hall", "nowhere") + HOURS.replace("[first]", "[wedding]")
    booking.write("office_hours/hall.yaml", both)
    booking.write("office_hours/park.yaml", "place: park\n")
    assert booking.found() == [
        ("hall.yaml", 1, "unknown-place"),
        ("hall.yaml", 9, "unknown-service"),
        ("park.yaml", 1, "form"),
    ]


def test_hours_that_overlap_are_named_with_the_day(booking: Pack) -> None:
    other = HOURS.replace("T09:00", "T11:30").replace("T12:00", "T13:00")
    booking.write("office_hours/hall.yaml", HOURS + other)
    (problem,) = booking.problems()
    assert (problem.line, problem.code) == (8, "hours-overlap")
    assert "2026-12-01 at 11:30" in problem.message
    assert "of line 1" in problem.message


def test_a_person_is_in_one_place_at_a_time_and_a_desk_in_its_own(booking: Pack) -> None:
    def rules(who: str) -> str:
        one = HOURS.replace("  seats: 2\n", f"  {who}\n")
        return one + one.replace("town-hall", "park")

    booking.write("office_hours/hall.yaml", rules("counsellors: [jana]"))
    assert [code for _, _, code in booking.found()] == ["hours-overlap"]
    booking.write("office_hours/hall.yaml", rules("desks: [a]"))
    assert booking.found() == []


def today(pack: Pack, day: date) -> list[tuple[str, str]]:
    some = examine(pack.content, pack.locales, today=day)
    return [(each.code, each.message) for each in some if "office_hours" in each.file]


def test_clock_changes_are_named(booking: Pack) -> None:
    booking.write(
        "office_hours/hall.yaml",
        HOURS.replace("2026-12-01T09:00", "2026-12-06T02:30")
        .replace("2026-12-01T12:00", "2026-12-06T04:00")
        .replace("TU,TH", "SU"),
    )
    named = [message for code, message in today(booking, date(2026, 11, 22)) if code]
    assert named[:2] == [
        "2027-03-28 02:30 does not exist in Europe/Berlin: the clocks change",
        "2027-10-31 02:30 comes twice in Europe/Berlin: the clocks change",
    ]
    booking.write(
        "office_hours/hall.yaml",
        HOURS.replace("2026-12-01T09:00", "2026-12-06T01:00")
        .replace("2026-12-01T12:00", "2026-12-06T05:00")
        .replace("TU,TH", "SU"),
    )
    named = [message for _, message in today(booking, date(2026, 11, 22))]
    assert named[:2] == [
        "on 2027-03-28 the hours are 60 minutes shorter: the clocks change in Europe/Berlin",
        "on 2027-10-31 the hours are 60 minutes longer: the clocks change in Europe/Berlin",
    ]


def test_a_day_named_on_purpose_that_is_closed(booking: Pack) -> None:
    booking.write("office_hours/hall.yaml", HOURS + "  extra: [2026-12-25, 2026-12-26]\n")
    named = today(booking, date(2026, 11, 22))
    assert [code for code, _ in named] == ["holiday", "holiday"]
    assert "2026-12-25" in named[0][1]
    assert "Weihnacht" in named[0][1]


def test_what_has_no_effect_is_named(booking: Pack) -> None:
    booking.write(
        "office_hours/hall.yaml", HOURS + "  except: [2026-12-04]\n  extra: [2026-12-08]\n"
    )
    assert [code for code, _ in today(booking, date(2026, 11, 22))] == ["except", "extra"]


def test_hours_that_are_over_are_named(booking: Pack) -> None:
    booking.write("office_hours/hall.yaml", HOURS.replace("TU,TH", "TU;COUNT=2"))
    assert today(booking, date(2026, 12, 8)) == []
    assert [code for code, _ in today(booking, date(2026, 12, 9))] == ["hours-over"]


def test_samples_are_named(booking: Pack) -> None:
    booking.write("office_hours/hall.yaml", HOURS + "  sample: true\n")
    assert [code for code, _ in today(booking, date(2026, 11, 22))] == ["hours-sample"]


def test_a_calendar_that_closes(booking: Pack) -> None:
    path = booking.write("closures/town-hall.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    catalogue = booking.load()
    assert [each.place for each in catalogue.booking.closing] == ["town-hall"]
    path.write_text("Guten Tag")
    assert [code for _, _, code in booking.found()] == ["calendar"]
    path.unlink()
    booking.write("closures/nowhere.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    assert [code for _, _, code in booking.found()] == ["unknown-place"]


def test_a_changed_calendar_is_another_version(booking: Pack) -> None:
    before = booking.load().version
    booking.write("closures/all.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    assert booking.load().version != before


def test_a_place_that_can_be_booked_has_a_name_for_buttons(booking: Pack) -> None:
    long = PLACES.replace("Rathaus", "Rathaus am großen Marktplatz", 1)
    booking.write("places.yaml", long + PARK)
    (problem,) = booking.problems()
    assert (problem.file[-11:], problem.code) == ("places.yaml", "place-name")
    assert "`town-hall`" in problem.message
    short = long.replace("town-hall:\n", "town-hall:\n  short: |\n    Rathaus\n", 1)
    booking.write("places.yaml", short + PARK)
    assert booking.problems() == ()
    assert booking.load().plain("places/town-hall/short", "de") == "Rathaus"
