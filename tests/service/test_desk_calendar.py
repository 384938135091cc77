"""The calendar's read models on both databases: what a week holds, what is free, what waits, who
looked; the feed and the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.content.catalogue import Catalogue
from bot.domain.appointment import AppointmentAction, AppointmentStatus
from bot.domain.booking import Wish
from bot.domain.staff import Role
from bot.service import booking_desk
from bot.service import staff as accounts
from bot.service.desk.calendar import Calendar, Figures, Shown
from bot.service.desk.calendar_appointment import AppointmentDesk
from bot.service.desk.calendar_days import CalendarDay, Cell, Wanted, days, of_person
from bot.service.desk.calendar_export import Exports
from bot.service.desk.calendar_feeds import ALL, MINE, Feeds
from bot.storage import audit, calendar, waitlist
from bot.storage.database import Database
from bot.storage.transaction import Tx
from tests.web.calendar_world import (
    BERLIN,
    FIRST,
    FORST,
    GUBEN,
    MEETING,
    PARK,
    SPREMBERG,
    CalendarWorld,
    local,
)
from tests.web.desk_world import TELEGRAM

MONDAY, FRIDAY = date(2026, 12, 7), date(2026, 12, 11)
WEEK = Wanted(first=MONDAY, last=FRIDAY)
TUESDAY = date(2026, 12, 8)


@pytest.fixture
async def world(database: Database, catalogue: Catalogue) -> CalendarWorld:
    """A week with people in it."""
    world = CalendarWorld(database, catalogue)
    await world.week()
    return world


@pytest.fixture
async def empty(database: Database, catalogue: Catalogue) -> CalendarWorld:
    """Office hours, and nobody in them."""
    world = CalendarWorld(database, catalogue)
    await world.employ("jana", shown="Jana")
    await world.hours(local(7, "06:00"))
    return world


async def shown(world: CalendarWorld, wanted: Wanted = WEEK) -> Shown:
    return await Calendar(world.database, world.catalogue, world.clock).shown(wanted)


async def figures(world: CalendarWorld, weeks: int = 4) -> Figures:
    return await Calendar(world.database, world.catalogue, world.clock).figures(weeks)


def cells(found: Sequence[CalendarDay], day: date) -> list[tuple[str, str, int, int]]:
    """Return the cells of a day: when, where, how many are booked, how many seats are free."""
    (there,) = (each for each in found if each.day == day)
    return [
        (f"{cell.local:%H:%M}", cell.place, len(cell.booked), cell.free) for cell in there.cells
    ]


def every(found: Shown) -> list[Cell]:
    return [cell for day in found.days for cell in day.cells]


async def test_a_day_holds_what_is_booked_and_what_is_free(world: CalendarWorld) -> None:
    found = await shown(world)
    assert cells(found.days, TUESDAY) == [
        ("09:00", GUBEN, 1, 0),  # over: its other seat is nobody's any more
        ("10:00", GUBEN, 2, 0),
        ("10:30", GUBEN, 0, 2),
        ("11:00", GUBEN, 0, 2),
        ("11:30", GUBEN, 0, 2),
        ("14:00", PARK, 0, 1),
        ("14:30", PARK, 1, 0),
        ("15:00", PARK, 0, 1),
        ("15:30", PARK, 0, 1),
        ("16:00", PARK, 0, 1),
        ("16:30", PARK, 0, 1),
    ]
    (tuesday,) = (day for day in found.days if day.day == TUESDAY)
    assert [
        (each.place, f"{each.local:%H:%M}", f"{each.local_end:%H:%M}") for each in tuesday.open
    ] == [
        (GUBEN, "09:00", "12:00"),
        (PARK, "14:00", "17:00"),
    ]


async def test_a_group_is_one_cell(world: CalendarWorld) -> None:
    (group,) = (cell for cell in every(await shown(world)) if MEETING in cell.services)
    assert (len(group.booked), group.seats) == (3, 12)


async def test_no_name_and_no_note_leaves_the_read_model(world: CalendarWorld) -> None:
    found = await shown(world)
    booked = [each for cell in every(found) for each in cell.booked]
    booked += [each.appointment for each in found.conflicts]
    assert len(booked) > 10
    assert {each.name for each in booked} == {None}
    assert {each.notes for each in booked} == {None}


async def test_a_place_and_a_person_narrow_it_down(empty: CalendarWorld) -> None:
    await empty.own_time("jana", local(10, "13:00"), 2)
    await empty.book(local(10, "13:00"), GUBEN, "pl", resource=of_person("jana"))
    one = await shown(empty, Wanted(first=MONDAY, last=FRIDAY, place=FORST))
    assert {cell.place for cell in every(one)} == {FORST}
    mine = await shown(empty, Wanted(first=MONDAY, last=FRIDAY, resource=of_person("jana")))
    assert [(cell.resource, len(cell.booked)) for cell in every(mine)] == [
        ("counsellor/jana", 1),
        ("counsellor/jana", 0),
    ]
    nobody = await shown(empty, Wanted(first=MONDAY, last=FRIDAY, resource=of_person("x' OR 1=1")))
    assert every(nobody) == []


async def test_a_blocked_time_is_a_conflict_and_a_stretch_of_absence(world: CalendarWorld) -> None:
    found = await shown(world)
    assert [(each.appointment.id, each.reason) for each in found.conflicts] == [
        (world.made["clash"].id, "blocked")
    ]
    (wednesday,) = (day for day in found.days if day.day == date(2026, 12, 9))
    (away,) = wednesday.away
    assert (f"{away.local:%H:%M}", f"{away.local_end:%H:%M}") == ("14:30", "15:00")
    assert away.block is not None
    assert away.block.reason == "Fortbildung"


async def test_somebody_without_an_appointment_is_a_cell_of_her_own(empty: CalendarWorld) -> None:
    def come(tx: Tx) -> None:
        booking_desk.walk_in(empty.at(tx), service=FIRST, place=GUBEN, language="pl")

    await empty.database.write(come)
    (cell,) = (cell for cell in every(await shown(empty)) if cell.slot is None)
    assert (cell.place, cell.booked[0].status) == (GUBEN, AppointmentStatus.ARRIVED)
    elsewhere = await shown(empty, Wanted(first=MONDAY, last=FRIDAY, place=FORST))
    assert all(cell.slot is not None for cell in every(elsewhere))


async def test_capacity_counts_open_seats_to_come(empty: CalendarWorld) -> None:
    before = {each.place: (each.free, each.total) for each in (await figures(empty, 1)).capacity}
    await empty.book(local(10, "09:00"), GUBEN, "pl")
    await empty.blocked(local(9, "13:00"), local(9, "14:00"), SPREMBERG, "Umbau")
    after = {each.place: (each.free, each.total) for each in (await figures(empty, 1)).capacity}
    free, total = before[GUBEN]
    assert after[GUBEN] == (free - 1, total)
    assert after[SPREMBERG] == (before[SPREMBERG][0] - 2, before[SPREMBERG][1] - 2)
    weeks = (await figures(empty, 4)).capacity
    assert len(weeks) == 4 * len(before)
    assert {each.first for each in weeks} == {
        TUESDAY + timedelta(weeks=number) for number in range(4)
    }


async def test_the_waitlist_is_counted_by_service_and_place(empty: CalendarWorld) -> None:
    for number, place in enumerate((GUBEN, GUBEN, None)):
        address = str(700 + number)
        await empty.newcomer(TELEGRAM, address, "pl")

        def join(tx: Tx, address: str = address, place: str | None = place) -> None:
            there = empty._conversation(tx, address)
            assert there is not None
            waitlist.join(
                tx,
                there.id,
                FIRST,
                place=place,
                language=None,
                latest=None,
                appointment_id=None,
                now=empty.now,
            )

        await empty.database.write(join)
    assert dict((await figures(empty)).waiting) == {(FIRST, GUBEN): 2, (FIRST, None): 1}


async def test_the_stamp_changes_with_everything_that_the_page_shows(empty: CalendarWorld) -> None:
    seen = [await empty.database.read(calendar.stamp)]

    async def changed() -> bool:
        seen.append(await empty.database.read(calendar.stamp))
        return seen[-1] != seen[-2]

    assert not await changed()
    made = await empty.book(local(8, "10:00"), GUBEN, "pl")
    assert await changed()
    await empty.mark(made, AppointmentAction.ARRIVE, empty.now)
    assert await changed()
    await empty.blocked(local(9, "14:00"), local(9, "15:00"), SPREMBERG, "Fortbildung")
    assert await changed()


@pytest.mark.parametrize(
    ("day", "shifted"),
    [
        (date(2027, 3, 27), timedelta()),
        (date(2027, 3, 28), timedelta(hours=1)),
        (date(2027, 10, 31), timedelta(hours=-1)),
    ],
)
async def test_a_day_when_the_clock_changes(
    empty: CalendarWorld, day: date, shifted: timedelta
) -> None:
    """Everything stands where a clock on the wall says it is."""
    nine = datetime(day.year, day.month, day.day, 9, tzinfo=BERLIN).astimezone(UTC)
    midnight = datetime(day.year, day.month, day.day, 0, 30, tzinfo=BERLIN).astimezone(UTC)
    await empty.own_time("jana", nine, 1)
    await empty.own_time("jana", midnight, 1)

    def read(tx: Tx) -> Sequence[CalendarDay]:
        wanted = Wanted(first=day, last=day, resource=of_person("jana"))
        return days(tx, empty.catalogue(), wanted, empty.now)

    (found,) = await empty.database.read(read)
    assert found.shifted == shifted
    assert [(f"{cell.local:%H:%M}", f"{cell.local_end:%H:%M}") for cell in found.cells] == [
        ("00:30", "01:00"),
        ("09:00", "09:30"),
    ]


async def test_a_look_at_name_and_notes_stands_in_the_log(world: CalendarWorld) -> None:
    desk = AppointmentDesk(world.database, world.catalogue, world.clock)
    jana = world.team["jana"].staff_id
    found = await desk.opened(world.made["hers"].id, jana)
    assert found is not None
    assert found.appointment.name == "كريم"
    rows = await world.database.read(lambda tx: audit.read(tx, staff_id=jana))
    assert (rows[0].action, rows[0].detail) == ("booking.read", str(world.made["hers"].id))
    assert await desk.opened(999_999, jana) is None
    assert len(await world.database.read(lambda tx: audit.read(tx, staff_id=jana))) == len(rows)


async def test_answers_and_words_of_the_desk_are_told_apart(empty: CalendarWorld) -> None:
    desk = AppointmentDesk(empty.database, empty.catalogue, empty.clock)
    jana = empty.team["jana"].staff_id
    asked = await empty.book(local(8, "10:00"), GUBEN, "pl", notes='{"deadline": true}')
    said = await empty.book(local(8, "10:30"), GUBEN, "pl", notes="Rollstuhl [2]")
    first, second = await desk.opened(asked.id, jana), await desk.opened(said.id, jana)
    assert first is not None
    assert second is not None
    assert (dict(first.answers), first.words) == ({"deadline": True}, "")
    assert (dict(second.answers), second.words) == ({}, "Rollstuhl [2]")


async def test_the_desk_keeps_no_notice(empty: CalendarWorld) -> None:
    """Also the time that has begun can be had, until it is over."""
    desk = AppointmentDesk(empty.database, empty.catalogue, empty.clock)
    end = empty.now + timedelta(days=1)
    wish = Wish(service=FIRST, place=GUBEN, language="pl")
    times = await desk.free(wish, local(8, "00:00"), end)
    assert [f"{time.local:%H:%M}" for time in times] == ["10:00", "10:30", "11:00", "11:30"]
    other = Wish(service=FIRST, place=GUBEN, language="vi")
    assert await desk.free(other, empty.now, end) == []


async def test_a_table_has_names_only_where_they_were_asked_for(world: CalendarWorld) -> None:
    exports = Exports(world.database, world.catalogue, world.clock)
    jana = world.team["jana"].staff_id
    plain = await exports.table(WEEK, jana, names=False)
    assert {each.name for each, _ in plain.lines} == {None}
    named = await exports.table(WEEK, jana, names=True)
    assert "Zofia" in {each.name for each, _ in named.lines}
    rows = await world.database.read(lambda tx: audit.read(tx, staff_id=jana))
    assert [row.detail for row in rows if row.action == "booking.export"] == [
        "2026-12-07/2026-12-11:names",
        "2026-12-07/2026-12-11",
    ]


async def test_a_feed_is_read_until_it_is_revoked(world: CalendarWorld) -> None:
    feeds = Feeds(world.database, world.catalogue, world.clock)
    jana = world.team["jana"].staff_id
    first = await feeds.make(jana, ALL)
    text = await feeds.read(first)
    assert text is not None
    code = world.made["hers"].code
    assert code is not None
    assert code in text
    assert await feeds.read("guessed") is None
    second = await feeds.make(jana, GUBEN)
    assert await feeds.read(first) is None
    narrowed = await feeds.read(second)
    assert narrowed is not None
    assert code not in narrowed
    await feeds.revoke(jana)
    assert await feeds.read(second) is None
    assert await feeds.of(jana) is None


async def test_a_feed_of_ones_own_times(empty: CalendarWorld) -> None:
    await empty.own_time("jana", local(10, "13:00"), 1)
    mine = await empty.book(local(10, "13:00"), GUBEN, "pl", resource=of_person("jana"))
    other = await empty.book(local(10, "09:00"), GUBEN, "pl")
    feeds = Feeds(empty.database, empty.catalogue, empty.clock)
    text = await feeds.read(await feeds.make(empty.team["jana"].staff_id, MINE))
    assert text is not None
    assert str(mine.code) in text
    assert str(other.code) not in text


async def test_a_feed_ends_with_the_account_and_with_the_role(empty: CalendarWorld) -> None:
    feeds = Feeds(empty.database, empty.catalogue, empty.clock)
    editor = await empty.employ("edda", Role.EDITOR)
    assert await feeds.read(await feeds.make(editor.staff_id, ALL)) is None
    jana = empty.team["jana"].staff_id
    token = await feeds.make(jana, ALL)
    assert await feeds.read(token) is not None
    await empty.database.write(lambda tx: accounts.disable(tx, jana, empty.now))
    assert await feeds.read(token) is None


async def test_what_lies_in_the_way_of_an_absence(world: CalendarWorld) -> None:
    desk = Calendar(world.database, world.catalogue, world.clock)
    found = await desk.in_the_way(local(9, "13:15"), local(9, "23:00"), place=None, resource=None)
    assert [f"{each.local:%H:%M}" for each in found] == ["13:00", "14:00", "15:00"]
    nobody = await desk.in_the_way(
        local(9, "00:00"), local(9, "23:00"), place=None, resource=of_person("jana")
    )
    assert nobody == []
