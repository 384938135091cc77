"""A counsellor's own calendar on a real server, and Lotse: both ways, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.calendars.caldav_account import CalDavAccount
from bot.domain.appointment import Appointment, Closed
from bot.domain.booking import FreeTime, Wish
from bot.service import booking, booking_desk
from bot.service.calendar_job import EVERY, CalendarSync
from bot.service.ports import Health
from bot.service.slots import ConflictReason
from bot.storage import appointments, backlog, blocks, jobs
from bot.storage import slots as stored
from tests.calendars.conftest import DESK, conflicts, syncing
from tests.calendars.test_caldav_account import event
from tests.content.booking_pack import booking_pack
from tests.emulators.radicale import Person, Radicale
from tests.service.booking.conftest import HOURS, Office

PARK = Wish(service="first", place="park")
MONDAY = datetime(2026, 12, 7, 12, tzinfo=UTC)  # 13:00, when Jana begins


async def times(office: Office) -> tuple[FreeTime, ...]:
    return await office.offer(PARK, 500)


async def begins(office: Office) -> set[datetime]:
    return {time.starts for time in await times(office)}


async def booked(office: Office, who: str = "olena", at: datetime = MONDAY) -> Appointment:
    time = next(time for time in await times(office) if time.starts == at)
    return await office.book(who, time, PARK)


async def moved(office: Office, who: str, old: Appointment, at: datetime) -> Appointment:
    time = next(time for time in await times(office) if time.starts == at)
    held = await office.hold(who, time, PARK, replaces=old.id)
    done = await office.confirm(who, held, PARK)  # type: ignore[arg-type]  # it is free
    assert isinstance(done, Appointment)
    return done


def only(jana: Person) -> tuple[str, str]:
    (found,) = jana.files().items()
    return found


async def test_busy_times_block_slots(office: Office, sync: CalendarSync, jana: Person) -> None:
    assert MONDAY in await begins(office)
    jana.put("1.ics", event("Zahnarzt bei Dr. Wohlgemuth"))
    await sync.handle({})
    assert MONDAY not in await begins(office)
    assert MONDAY + timedelta(hours=1) in await begins(office)
    standing = await office.do(
        lambda at: blocks.between(at.tx, at.now, at.now + timedelta(days=60))
    )
    assert [(each.resource, each.starts, each.reason) for each in standing] == [
        ("counsellor/jana", MONDAY, None)
    ]
    await sync.handle({})
    again = await office.do(lambda at: blocks.between(at.tx, at.now, at.now + timedelta(days=60)))
    assert again == standing
    jana.delete("1.ics")
    await sync.handle({})
    assert MONDAY in await begins(office)


@pytest.mark.parametrize("more", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED"])
async def test_free_and_cancelled_events_block_nothing(
    office: Office, sync: CalendarSync, jana: Person, more: str
) -> None:
    jana.put("1.ics", event(more=more))
    await sync.handle({})
    assert MONDAY in await begins(office)


async def test_series_and_whole_days_block(
    office: Office, sync: CalendarSync, jana: Person
) -> None:
    week = timedelta(days=7)
    jana.put("1.ics", event(more="RRULE:FREQ=WEEKLY EXDATE:20261214T120000Z"))
    whole = event(uid="2").replace("DTSTART:20261207T120000Z", "DTSTART;VALUE=DATE:20261214")
    jana.put("2.ics", whole.replace("DTEND:20261207T123000Z", "DTEND;VALUE=DATE:20261215"))
    await sync.handle({})
    free = await begins(office)
    assert {MONDAY, MONDAY + 2 * week} & free == set()
    assert MONDAY + timedelta(hours=1) in free
    fourteenth = {at for at in free if at.date() == (MONDAY + week).date()}
    assert fourteenth == set()


async def test_a_booking_appears_moves_and_goes(
    office: Office, sync: CalendarSync, jana: Person
) -> None:
    first = await booked(office)
    await sync.handle({})
    name, text = only(jana)
    assert f"SUMMARY;LANGUAGE=de:Termin\\, Code {first.code}" in text
    assert "DTSTART;TZID=Europe/Berlin:20261207T130000" in text
    assert "first" not in text
    assert "olena" not in text
    later = await moved(office, "olena", first, MONDAY + timedelta(hours=1))
    await sync.handle({})
    again, text = only(jana)
    assert again == name
    assert "DTSTART;TZID=Europe/Berlin:20261207T140000" in text
    assert await conflicts(office) == []
    await office.do(lambda at: booking.cancel(at, office.person(at.tx, "olena"), later.id))
    await sync.handle({})
    assert jana.files() == {}


async def test_our_own_event_does_not_block(
    office: Office, sync: CalendarSync, jana: Person
) -> None:
    await booked(office)
    await sync.handle({})
    await sync.handle({})
    standing = await office.do(
        lambda at: blocks.between(at.tx, at.now, at.now + timedelta(days=60))
    )
    assert standing == []
    assert await conflicts(office) == []


async def test_her_notes_stay_when_the_appointment_moves(
    office: Office, sync: CalendarSync, jana: Person
) -> None:
    first = await booked(office)
    await sync.handle({})
    name, text = only(jana)
    jana.put(name, text.replace("END:VEVENT", "DESCRIPTION:Akte mitnehmen\r\nEND:VEVENT"))
    await sync.handle({})
    assert await conflicts(office) == []
    await moved(office, "olena", first, MONDAY + timedelta(hours=1))
    await sync.handle({})
    _, text = only(jana)
    assert "DESCRIPTION:Akte mitnehmen" in text
    assert "T140000" in text


async def test_what_she_moved_stays_and_is_listed(
    office: Office, sync: CalendarSync, jana: Person
) -> None:
    first = await booked(office)
    await sync.handle({})
    name, text = only(jana)
    dragged = text.replace("T130000", "T150000").replace("T133000", "T153000")
    jana.put(name, dragged)
    for _ in range(2):
        await sync.handle({})
        assert await conflicts(office) == [(first.id, ConflictReason.CALENDAR)]
        assert "T150000" in only(jana)[1]
    # The desk moves the appointment to where she put it: both agree.
    later = await moved(office, "olena", first, MONDAY + timedelta(hours=2))
    await sync.handle({})
    assert await conflicts(office) == []
    # The next move is ours to write again.
    await moved(office, "olena", later, MONDAY)
    await sync.handle({})
    assert "T130000" in only(jana)[1]


async def test_after_the_desk_has_decided_the_event_follows(
    office: Office, sync: CalendarSync, jana: Person
) -> None:
    first = await booked(office)
    await sync.handle({})
    name, text = only(jana)
    jana.put(name, text.replace("T130000", "T150000").replace("T133000", "T153000"))
    await sync.handle({})
    await moved(office, "olena", first, MONDAY + timedelta(hours=1))
    await sync.handle({})
    assert await conflicts(office) == []
    assert "T140000" in only(jana)[1]


async def test_what_she_deleted_is_listed_and_not_written_again(
    office: Office, sync: CalendarSync, jana: Person
) -> None:
    first = await booked(office)
    await sync.handle({})
    jana.delete(only(jana)[0])
    for _ in range(2):
        await sync.handle({})
        assert await conflicts(office) == [(first.id, ConflictReason.CALENDAR)]
        assert jana.files() == {}
    await office.do(lambda at: booking_desk.call_off(at, first.id))
    await sync.handle({})
    assert await conflicts(office) == []


async def test_a_change_between_reading_and_writing(
    office: Office, account: CalDavAccount, jana: Person
) -> None:
    first = await booked(office)
    hasty = Hasty(account, jana)
    await syncing(office, hasty).handle({})
    await moved(office, "olena", first, MONDAY + timedelta(hours=1))
    hasty.armed = True
    await syncing(office, hasty).handle({})
    assert "LOCATION:unterwegs" in only(jana)[1]
    assert "T130000" in only(jana)[1]
    assert [reason for _, reason in await conflicts(office)] == [ConflictReason.CALENDAR]
    await syncing(office, hasty).handle({})  # the note is no contradiction
    assert await conflicts(office) == []
    assert "LOCATION:unterwegs" in only(jana)[1]
    assert "T140000" in only(jana)[1]


class Hasty(CalDavAccount):
    """An account at which Jana changes the event just after it was read."""

    def __init__(self, account: CalDavAccount, jana: Person) -> None:
        self._url, self._open = account._url, account._open
        self._jana = jana
        self.armed = False

    def replace(self, event: object, content: str) -> bool:
        if self.armed:
            self.armed = False
            name, text = only(self._jana)
            self._jana.put(name, text.replace("END:VEVENT", "LOCATION:unterwegs\r\nEND:VEVENT"))
        return super().replace(event, content)  # type: ignore[arg-type]  # as it came


async def test_dying_after_the_write_leaves_no_conflict(
    office: Office, account: CalDavAccount, jana: Person
) -> None:
    first = await booked(office)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.service.calendar_sync.keep", _die)
        with pytest.raises(DiedError):
            await syncing(office, account).handle({})
    assert len(jana.files()) == 1
    await moved(office, "olena", first, MONDAY + timedelta(hours=1))
    await syncing(office, account).handle({})
    assert await conflicts(office) == []
    assert "T140000" in only(jana)[1]


class DiedError(Exception):
    pass


def _die(*_: object, **__: object) -> bool:
    raise DiedError


async def test_a_server_that_is_down_blocks_nothing_and_loses_nothing(
    office: Office, server: Radicale, sync: CalendarSync, jana: Person
) -> None:
    jana.put("1.ics", event())
    await sync.handle({})
    assert sync.status().health is Health.GOOD
    server.stop()
    try:
        await sync.handle({})
        assert sync.status().health is Health.DEGRADED
        assert "does not answer" in sync.status().message
        assert MONDAY not in await begins(office)  # what it said last
        await booked(office, at=MONDAY + timedelta(hours=1))
        assert await office.do(lambda at: backlog.is_waiting(at.tx, "caldav.sync"))
    finally:
        server.start()
    await sync.handle({})  # too soon: it is left alone
    assert len(jana.files()) == 1
    office.now += EVERY * 3
    await sync.handle({})
    assert sync.status().health is Health.GOOD
    assert len(jana.files()) == 2


async def test_a_calendar_that_is_missing_is_named_as_such(
    office: Office, server: Radicale, sync: CalendarSync
) -> None:
    server.empty()
    await sync.handle({})
    assert sync.status().health is Health.DEGRADED
    assert "desk.yaml" in sync.status().message


async def test_who_has_no_calendar_any_more_is_not_blocked(
    office: Office, sync: CalendarSync, jana: Person, tmp_path: Path
) -> None:
    jana.put("1.ics", event())
    await sync.handle({})
    pack = booking_pack(tmp_path / "later", HOURS)
    pack.write("desk.yaml", DESK.replace("{calendar: Jana}", "{}"))
    office.catalogue = pack.load()
    await sync.handle({})
    assert MONDAY in await begins(office)


async def test_without_a_server_nothing_stays_blocked_and_no_job_waits(
    office: Office, sync: CalendarSync, jana: Person
) -> None:
    jana.put("1.ics", event())
    await sync.handle({})
    closed = await office.do(lambda at: stored.between(at.tx, MONDAY, MONDAY + EVERY))
    assert closed[0].closed is Closed.BLOCKED
    waiting = await office.database.read(jobs.depth)
    await syncing(office, None).handle({})
    assert MONDAY in await begins(office)
    assert await office.database.read(jobs.depth) == waiting


async def test_a_past_appointment_is_left_in_her_calendar(
    office: Office, sync: CalendarSync, jana: Person
) -> None:
    first = await booked(office)
    await sync.handle({})
    office.now = MONDAY + timedelta(hours=2)
    await sync.handle({})
    assert len(jana.files()) == 1
    found = await office.do(lambda at: appointments.get(at.tx, first.id))
    assert found is not None
    assert await conflicts(office) == []
