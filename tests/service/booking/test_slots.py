"""Office hours become slots; changing them never loses a booking."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

from bot.domain.appointment import Appointment, AppointmentStatus, BookingOrigin, Closed, Slot
from bot.domain.booking import Held, NotBooked, Reason, Wish
from bot.service import booking_desk, slots
from bot.service.free_times import Moment
from bot.service.slots import Conflict, ConflictReason, Synced
from bot.storage import appointments, backlog, blocks, jobs
from bot.storage import slots as stored
from bot.storage.blocks import Block
from tests.content.booking_pack import booking_pack
from tests.service.booking.conftest import HOURS, NOW, Office
from tests.service.booking.test_free_times import UKRAINIAN

NOTHING = Synced()
_folders = count()
TUESDAY = NOW + timedelta(days=2)


async def with_hours(office: Office, path: Path, text: str) -> Synced:
    office.catalogue = booking_pack(path / str(next(_folders)), text).load()
    return await office.sync()


async def all_slots(office: Office) -> list[Slot]:
    return await office.do(lambda at: stored.between(at.tx, at.now, at.now + timedelta(days=400)))


async def conflicts(office: Office) -> list[tuple[int, ConflictReason]]:
    found: list[Conflict] = await office.do(lambda at: slots.conflicts(at.tx, at.catalogue, at.now))
    return [(each.appointment.id, each.reason) for each in found]


async def test_doing_it_again_changes_nothing(office: Office) -> None:
    before = await all_slots(office)
    assert len(before) > 100
    assert await office.sync() == NOTHING
    assert await all_slots(office) == before


async def test_every_night_there_is_one_more_day(office: Office) -> None:
    office.now += timedelta(days=1)  # a Saturday comes into sight
    assert await office.sync() == NOTHING
    office.now += timedelta(days=3)
    found = await office.sync()
    assert (found.added > 0, found.changed, found.closed) == (True, 0, 0)


async def test_hours_that_go_are_closed_and_come_back(office: Office, tmp_path: Path) -> None:
    before = await all_slots(office)
    fewer = await with_hours(office, tmp_path, HOURS.replace("BYDAY=TU,TH", "BYDAY=TU"))
    assert fewer.closed > 0
    assert fewer.added == fewer.changed == 0
    closed = [each for each in await all_slots(office) if each.closed is Closed.GONE]
    assert len(closed) == fewer.closed
    assert not {each.id for each in closed} & {each.slot for each in await office.offer()}
    more = await with_hours(office, tmp_path, HOURS)
    assert more == Synced(changed=fewer.closed)
    assert await all_slots(office) == before


async def test_a_booking_outlives_its_hours_and_is_named(office: Office, tmp_path: Path) -> None:
    thursday = next(each for each in await office.offer() if f"{each.local:%a}" == "Thu")
    made = await office.book("1", thursday)
    assert await conflicts(office) == []
    await with_hours(office, tmp_path, HOURS.replace("BYDAY=TU,TH", "BYDAY=TU"))
    assert await conflicts(office) == [(made.id, ConflictReason.GONE)]
    kept = await office.do(lambda at: appointments.get(at.tx, made.id))
    assert kept == made
    await office.do(lambda at: booking_desk.call_off(at, made.id))
    assert await conflicts(office) == []


async def test_hours_across_a_stranded_booking_are_not_offered(
    office: Office, tmp_path: Path
) -> None:
    monday = (await office.offer())[0]  # park, 13:00, Jana
    made = await office.book("1", monday)
    later = HOURS.replace("2026-11-30T13:00", "2026-11-30T13:30").replace(
        "2026-11-30T16:00", "2026-11-30T16:30"
    )
    await with_hours(office, tmp_path, later)
    assert await conflicts(office) == [(made.id, ConflictReason.GONE)]
    day = [each for each in await all_slots(office) if each.starts.date() == monday.starts.date()]
    assert [(f"{each.local:%H:%M}", each.closed) for each in day] == [
        ("13:00", Closed.GONE),
        ("13:30", Closed.OVERLAP),
        ("14:00", Closed.GONE),
        ("14:30", None),
        ("15:00", Closed.GONE),
        ("15:30", None),
    ]
    await office.do(lambda at: booking_desk.call_off(at, made.id))
    await office.sync()
    assert f"{(await office.offer())[0].local:%H:%M}" == "13:30"


async def test_what_does_not_fit_any_more_is_named(office: Office, tmp_path: Path) -> None:
    times = await office.offer()
    tuesday = [each for each in times if each.place == "town-hall"]
    polish = await office.do(
        lambda at: booking_desk.book_for(
            at,
            tuesday[0].slot,
            Wish(service="first", language="pl"),
            draw=office.draw,
            origin=BookingOrigin.DESK,
        )
    )
    assert isinstance(polish, Appointment)
    first = await office.book("1", tuesday[1])
    second = await office.book("2", tuesday[1])
    riding = await office.book("3", (await office.offer(UKRAINIAN))[0], UKRAINIAN)
    letters = Wish(service="letters")
    letter = await office.book("4", (await office.offer(letters))[0], letters)
    assert await conflicts(office) == []
    changed = (
        HOURS.replace("languages: [de, pl]\n  seats: 2", "languages: [de]")
        .replace("[first, letters]", "[first]\n  slot: PT1H")
        .replace("[olena]", "[maria]")
    )
    await with_hours(office, tmp_path, changed)
    assert set(await conflicts(office)) == {
        (letter.id, ConflictReason.SERVICE),
        (polish.id, ConflictReason.LANGUAGE),
        (second.id, ConflictReason.SEAT),
        (riding.id, ConflictReason.SEAT),
    }
    assert (first.seat, second.seat) == (0, 1)


async def test_a_shorter_slot_is_named(office: Office, tmp_path: Path) -> None:
    letters = Wish(service="letters")
    made = await office.book("1", (await office.offer(letters))[0], letters)
    pack = booking_pack(tmp_path / "short", HOURS)
    path = pack.content / "services.yaml"
    path.write_text(path.read_text().replace("PT1H\n", "PT45M\n"))
    office.catalogue = pack.load()
    await office.sync()
    assert await conflicts(office) == [(made.id, ConflictReason.LENGTH)]


async def test_a_blocked_time_is_not_offered_and_what_is_booked_is_named(office: Office) -> None:
    first, second, *_ = await office.offer()  # both Jana's
    made = await office.book("1", first)
    away = Block(
        resource="counsellor/jana",
        place=None,
        starts=first.starts,
        ends=second.starts + timedelta(minutes=1),
        source=blocks.DESK,
        reason="Fortbildung",
    )
    block_id = await office.do(lambda at: slots.block(at.tx, at.catalogue, away, at.now))
    refused = await office.hold("2", second)
    assert isinstance(refused, NotBooked)
    assert refused.reason is Reason.GONE
    assert await conflicts(office) == [(made.id, ConflictReason.BLOCKED)]
    assert await office.do(lambda at: slots.unblock(at.tx, at.catalogue, block_id, at.now))
    assert not await office.do(lambda at: slots.unblock(at.tx, at.catalogue, block_id, at.now))
    assert await conflicts(office) == []
    assert isinstance(await office.hold("2", second), Held)


async def test_whom_a_block_concerns(office: Office) -> None:
    whole = Block(
        resource=None,
        place="town-hall",
        starts=TUESDAY - timedelta(days=1),
        ends=TUESDAY + timedelta(days=1),
        source=blocks.DESK,
    )
    await office.do(lambda at: slots.block(at.tx, at.catalogue, whole, at.now))
    closed = {each.place for each in await all_slots(office) if each.closed is Closed.BLOCKED}
    assert closed == {"town-hall"}
    other = replace(whole, resource="counsellor/mirek", place=None)
    before = await all_slots(office)
    await office.do(lambda at: slots.block(at.tx, at.catalogue, other, at.now))
    assert await all_slots(office) == before


async def test_one_job_of_each_kind_waits(office: Office) -> None:
    def plan(at: Moment) -> list[bool]:
        zone = "Europe/Berlin"
        planned = [slots.schedule(at.tx, at.now, zone) for _ in range(2)]
        return planned + [slots.request(at.tx, at.now) for _ in range(2)]

    assert await office.do(plan) == [True, False, True, False]


async def test_the_night_makes_slots_and_clears_away(office: Office) -> None:
    made = await office.book("1", (await office.offer())[0])
    expired = await office.hold("2", (await office.offer())[0])
    assert isinstance(expired, Held)
    office.now += timedelta(days=3)
    handle = slots.nightly(
        database=office.database, catalogue=lambda: office.catalogue, clock=lambda: office.now
    )
    await handle({})
    await handle({})
    assert await office.do(lambda at: backlog.is_waiting(at.tx, slots.NIGHTLY))
    assert len(await office.do(lambda at: jobs.list_jobs(at.tx))) == 1
    assert await office.do(lambda at: appointments.get(at.tx, expired.id)) is None
    kept = await office.do(lambda at: appointments.get(at.tx, made.id))
    assert kept is not None
    assert kept.status is AppointmentStatus.BOOKED
    office.now += timedelta(days=181)
    await handle({})
    assert await office.do(lambda at: appointments.get(at.tx, made.id)) is None
    assert await office.do(lambda at: stored.get(at.tx, made.slot or 0)) is None
    assert await office.offer() != ()
