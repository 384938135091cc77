"""What counsellors do with appointments, and what the people get, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.appointment import Appointment, AppointmentAction, AppointmentStatus, BookingOrigin
from bot.domain.booking import FreeTime, NotBooked, Reason, Wish
from bot.domain.staff import Role
from bot.service.bookings import WATCHED, Told
from bot.service.cases import Acting, Refusal
from bot.service.cases import Reason as Refused
from bot.storage import appointments, audit, blocks, jobs
from bot.storage.database import Database
from tests.content.booking_pack import booking_pack
from tests.service.booking.around import FIRST, Around
from tests.service.booking.conftest import HOURS
from tests.service.world import PostChannel


@pytest.fixture
async def around(database: Database, tmp_path: Path) -> Around:
    catalogue = booking_pack(tmp_path / "office", HOURS).load()
    made = Around(database=database, catalogue=catalogue, channel=PostChannel())
    await made.sync()
    await made.come("anna")
    return made


@pytest.fixture
async def jana(around: Around) -> Acting:
    return await around.counsellor("jana")


def at(text: str) -> datetime:
    """Return a time in winter in Brandenburg as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=1)


async def time_at(around: Around, text: str, wish: Wish = FIRST) -> FreeTime:
    return next(each for each in await around.free(wish) if each.starts == at(text))


async def booked(around: Around, **options: bool) -> Appointment:
    return await around.book("anna", await time_at(around, "2026-12-03T10:00"), **options)


async def log(around: Around) -> list[tuple[str, str | None]]:
    rows = await around.database.read(audit.read)
    return [(row.action, row.detail) for row in reversed(rows) if row.action.startswith("booking")]


async def newest(around: Around, number: int = 1) -> list[str]:
    await around.settle()
    return [
        words.replace("\u2068", "").replace("\u2069", "")
        for words in (await around.words())[-number:]
    ]


async def test_calling_off_tells_her_and_offers_the_nearest(around: Around, jana: Acting) -> None:
    made = await booked(around)
    done = await around.bookings.call_off(jana, made.id, reason="sick")
    assert isinstance(done, Appointment)
    assert done.status is AppointmentStatus.CALLED_OFF
    assert await newest(around) == [
        f"Der Termin mit dem Code {made.code} fällt aus. Das sind die nächsten Zeiten."
    ]
    choices = [choice.action for choice in (await around.said())[-1].choices]
    near = {time.slot for time in await around.free(Wish(service="first", place="town-hall"))}
    slots = [int(action.rpartition(".")[2]) for action in choices if action.startswith("p:n:")]
    assert len(slots) == 3
    assert set(slots) <= near
    assert made.slot not in slots
    assert await log(around) == [("booking.call_off", f"{made.id}:sick")]
    again = await around.bookings.call_off(jana, made.id)
    assert isinstance(again, NotBooked)
    assert again.reason is Reason.NOT_POSSIBLE
    assert len(await log(around)) == 1


async def test_after_stop_she_still_hears_what_the_office_changes(
    around: Around, jana: Acting
) -> None:
    made = await booked(around)
    await around.write("/stop")
    await around.bookings.call_off(jana, made.id)
    assert "fällt aus" in (await newest(around))[0]


async def test_moving_keeps_what_is_hers(around: Around, jana: Acting) -> None:
    made = await booked(around)
    new = await time_at(around, "2026-12-08T09:30")
    moved = await around.bookings.move_for(jana, made.id, new.slot)
    assert isinstance(moved, Appointment)
    assert (moved.code, moved.name, moved.notes) == (made.code, made.name, made.notes)
    assert (moved.reminders, moved.uid, moved.sequence) == (True, made.id, 1)
    assert moved.conversation_id == made.conversation_id
    assert (await around.look(made.id)).status is AppointmentStatus.MOVED
    (words,) = await newest(around)
    assert words.startswith(f"Wir haben den Termin mit dem Code {made.code} verschoben: ")
    assert "09:30" in words
    assert await log(around) == [("booking.move", f"{made.id}")]
    assert await around.until(at("2026-12-02T10:00")) == []  # the old time
    assert await around.until(at("2026-12-07T09:30")) == [
        f"Termin morgen um 09:30 Uhr. Code {made.code}."
    ]


async def test_what_cannot_be_moved_stays(around: Around, jana: Acting) -> None:
    made = await booked(around)
    new = await time_at(around, "2026-11-30T13:00", Wish(service="first", place="park"))
    await around.come("bea")
    await around.book("bea", new, wish=Wish(service="first", place="park"))
    before = await around.words()
    taken = await around.bookings.move_for(jana, made.id, new.slot)
    assert isinstance(taken, NotBooked)
    assert taken.reason in {Reason.TAKEN, Reason.GONE}
    for slot in (10_000, made.slot or 0):
        assert isinstance(await around.bookings.move_for(jana, made.id, slot), NotBooked)
    assert isinstance(await around.bookings.move_for(jana, 999, new.slot), NotBooked)
    assert (await around.look(made.id)) == made
    assert await around.words() == before
    assert await log(around) == []


async def test_the_preview_is_what_she_gets_and_changes_nothing(
    around: Around, jana: Acting
) -> None:
    made = await booked(around)
    new = await time_at(around, "2026-12-08T09:30")
    before = (await around.words(), await around.free(), await log(around))
    waiting = await around.database.read(jobs.depth)
    off = await around.bookings.told(jana, made.id)
    moved = await around.bookings.told(jana, made.id, slot_id=new.slot)
    assert isinstance(off, Told)
    assert isinstance(moved, Told)
    assert (off.lang, off.reached, off.text) == ("de", True, off.german)
    assert before == (await around.words(), await around.free(), await log(around))
    assert (await around.look(made.id)) == made
    assert await around.database.read(jobs.depth) == waiting
    await around.bookings.move_for(jana, made.id, new.slot)
    assert (await newest(around))[0] in moved.text.replace("\u2068", "").replace("\u2069", "")
    assert "[Absagen]" in moved.text
    gone = await around.bookings.told(jana, made.id)
    assert isinstance(gone, NotBooked)


async def test_for_somebody_on_the_phone(around: Around, jana: Acting) -> None:
    time = await time_at(around, "2026-12-03T10:00")
    made = await around.bookings.book_for(
        jana, time.slot, FIRST, origin=BookingOrigin.PHONE, name="Frau Müller"
    )
    assert isinstance(made, Appointment)
    assert (made.name, made.conversation_id) == ("Frau Müller", None)
    told = await around.bookings.told(jana, made.id)
    assert isinstance(told, Told)
    assert told.reached is False
    new = await time_at(around, "2026-12-08T09:30")
    moved = await around.bookings.move_for(jana, made.id, new.slot)
    assert isinstance(moved, Appointment)
    assert (moved.name, moved.code) == ("Frau Müller", made.code)
    off = await around.bookings.call_off(jana, moved.id)
    assert isinstance(off, Appointment)
    assert await around.run_due() == 0
    assert [action for action, _ in await log(around)] == [
        "booking.book",
        "booking.move",
        "booking.call_off",
    ]


async def test_on_the_day(around: Around, jana: Acting) -> None:
    made = await booked(around, remind=False)
    around.now = at("2026-12-03T10:10")
    for action, status in (
        (AppointmentAction.ARRIVE, AppointmentStatus.ARRIVED),
        (AppointmentAction.UNDO, AppointmentStatus.BOOKED),
        (AppointmentAction.MISS, AppointmentStatus.MISSED),
        (AppointmentAction.SERVE, AppointmentStatus.SERVED),
    ):
        done = await around.bookings.mark(jana, made.id, action)
        assert isinstance(done, Appointment)
        assert done.status is status
    assert isinstance(await around.bookings.mark(jana, made.id, AppointmentAction.MISS), NotBooked)
    came = await around.bookings.walk_in(
        jana, service="first", place="town-hall", language="de", name="Herr Khan"
    )
    assert isinstance(came, Appointment)
    assert await around.bookings.not_a_walk_in(jana, came.id)
    assert not await around.bookings.not_a_walk_in(jana, came.id)
    assert [action for action, _ in await log(around)] == [
        "booking.arrive",
        "booking.undo",
        "booking.miss",
        "booking.serve",
        "booking.walk_in",
        "booking.not_a_walk_in",
    ]


async def test_a_blocked_time_makes_a_conflict(around: Around, jana: Acting) -> None:
    made = await booked(around)
    number = await around.bookings.block(
        jana,
        resource=None,
        place="town-hall",
        starts=at("2026-12-03T09:00"),
        ends=at("2026-12-03T10:30"),
        reason="Wasserschaden",
    )
    assert at("2026-12-03T09:00") not in {each.starts for each in await around.free()}
    (conflict,) = await around.bookings.conflicts()
    assert (conflict.appointment.id, conflict.reason) == (made.id, "blocked")
    assert await around.bookings.unblock(jana, number)
    assert await around.bookings.conflicts() == []
    assert not await around.bookings.unblock(jana, number)
    with pytest.raises(Refusal) as refused:
        await around.bookings.block(
            jana, resource=None, place=None, starts=around.now, ends=at("2026-11-01T10:00")
        )
    assert refused.value.reason is Refused.PAST


async def test_an_absence_blocks_her_times_and_nobody_elses(around: Around, jana: Acting) -> None:
    park = Wish(service="first", place="park")
    time = await time_at(around, "2026-12-07T13:00", park)
    made = await around.book("anna", time, wish=park)
    others = len(await around.free())
    of_hers = len(await around.free(park))
    await around.cases.set_absence(
        jana, begins=at("2026-12-07T00:00"), until=at("2026-12-08T00:00"), substitute=None
    )
    (conflict,) = await around.bookings.conflicts()
    assert conflict.appointment.id == made.id
    gone = of_hers - len(await around.free(park))
    assert gone > 0
    assert others - len(await around.free()) == gone
    (block,) = await around.database.read(
        lambda tx: blocks.between(tx, at("2026-12-07T00:00"), at("2026-12-08T00:00"))
    )
    assert (block.resource, block.source) == ("counsellor/jana", blocks.ABSENCE)
    await around.cases.end_absence(jana, 1)
    assert await around.bookings.conflicts() == []
    assert len(await around.free(park)) == of_hers


async def test_who_may(around: Around) -> None:
    editor = await around.counsellor("edda", Role.EDITOR)
    made = await booked(around)
    time = await time_at(around, "2026-12-08T09:30")
    bookings = around.bookings
    for act in (
        bookings.call_off(editor, made.id),
        bookings.move_for(editor, made.id, time.slot),
        bookings.told(editor, made.id),
        bookings.mark(editor, made.id, AppointmentAction.ARRIVE),
        bookings.book_for(editor, time.slot, FIRST, origin=BookingOrigin.DESK),
        bookings.walk_in(editor, service="first", place="park", language="de"),
        bookings.not_a_walk_in(editor, made.id),
        bookings.unblock(editor, 1),
        bookings.block(
            editor, resource=None, place=None, starts=around.now, ends=at("2026-12-24T00:00")
        ),
    ):
        with pytest.raises(Refusal) as refused:
            await act
        assert refused.value.reason is Refused.ROLE
    assert await around.look(made.id) == made


async def test_open_pages_and_jobs_hear_of_it(around: Around, jana: Acting) -> None:
    made = await booked(around)
    around.now = at("2026-12-03T10:00")
    pages = around.notifier.subscribe(*WATCHED)
    await anext(pages)
    await around.bookings.mark(jana, made.id, AppointmentAction.ARRIVE)
    async with asyncio.timeout(1):
        await anext(pages)
        await around.jobs.rung()
    await pages.aclose()


async def test_she_and_the_office_at_the_same_moment(around: Around, jana: Acting) -> None:
    """Both cancel, or one moves while the other cancels: once, whoever was first."""
    made = await booked(around)
    new = await time_at(around, "2026-12-08T09:30")

    async def hers() -> object:
        return await around.booking("anna", lambda mine: mine.cancel(made.id))

    done = await asyncio.gather(
        hers(),
        around.bookings.call_off(jana, made.id),
        around.bookings.move_for(jana, made.id, new.slot),
    )
    assert sum(isinstance(each, Appointment) for each in done) == 1
    live = await around.database.read(
        lambda tx: appointments.between(tx, at("2026-12-01T00:00"), at("2026-12-31T00:00"))
    )
    assert len(live) <= 1
