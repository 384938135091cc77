"""The office books for somebody, counts walk-ins and marks what became of an appointment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.appointment import Appointment, AppointmentAction, AppointmentStatus, BookingOrigin
from bot.domain.booking import FreeTime, Held, NotBooked, Reason
from bot.service import booking_desk
from bot.service.booking import Freed
from bot.storage import appointments
from tests.service.booking.conftest import FIRST, Office
from tests.service.booking.test_booking import refused
from tests.service.booking.test_free_times import UKRAINIAN

S, A = AppointmentStatus, AppointmentAction


async def book_for(office: Office, time: FreeTime, **options: Any) -> Appointment | NotBooked:
    options = {"origin": BookingOrigin.PHONE} | options
    wish = options.pop("wish", FIRST)
    return await office.do(
        lambda at: booking_desk.book_for(at, time.slot, wish, draw=office.draw, **options)
    )


async def mark(office: Office, made: Appointment, action: A) -> Appointment | NotBooked:
    return await office.do(lambda at: booking_desk.mark(at, made.id, action))


async def test_somebody_on_the_phone(office: Office) -> None:
    time = (await office.offer())[0]
    made = await book_for(office, time, name="Frau Kowalska", notes="ruft zurück")
    assert isinstance(made, Appointment)
    assert (made.status, made.origin, made.conversation_id) == (
        S.BOOKED,
        BookingOrigin.PHONE,
        None,
    )
    assert (made.name, made.notes) == ("Frau Kowalska", "ruft zurück")
    assert made.code is not None
    taken = await book_for(office, time)
    assert isinstance(taken, NotBooked)
    assert taken.reason is Reason.TAKEN
    assert len(taken.alternatives) == 3


async def test_the_desk_needs_no_notice_but_a_time_that_is_not_over(office: Office) -> None:
    first, second, *_ = await office.offer()
    office.now = first.starts + timedelta(minutes=10)
    assert isinstance(await book_for(office, first), Appointment)
    office.now = second.starts + timedelta(hours=2)
    assert refused(await book_for(office, second)) is Reason.GONE


async def test_the_desk_never_takes_what_somebody_holds(office: Office) -> None:
    time = (await office.offer())[0]
    assert isinstance(await office.hold("1", time), Held)
    assert refused(await book_for(office, time)) is Reason.TAKEN


async def test_for_somebody_with_a_conversation_and_an_interpreter(office: Office) -> None:
    time = (await office.offer(UKRAINIAN))[0]

    def work(at: Any) -> Appointment | NotBooked:
        return booking_desk.book_for(
            at,
            time.slot,
            UKRAINIAN,
            draw=office.draw,
            origin=BookingOrigin.DESK,
            conversation=office.person(at.tx, "1"),
            name="Олена",
        )

    made = await office.do(work)
    assert isinstance(made, Appointment)
    assert (made.interpreter, made.language, made.name) == (True, "uk", "Олена")
    who = await office.do(lambda at: appointments.interpreter_of(at.tx, made.id))
    assert who == "interpreter/olena"


async def test_a_walk_in_is_counted_and_can_be_taken_back(office: Office) -> None:
    def come(at: Any) -> Appointment | NotBooked:
        return booking_desk.walk_in(
            at, service="first", place="town-hall", language="pl", name="Jan"
        )

    made = await office.do(come)
    assert isinstance(made, Appointment)
    assert (made.status, made.name, made.slot) == (S.ARRIVED, "Jan", None)
    assert made.local == (office.now + timedelta(hours=1)).replace(tzinfo=None)
    assert refused(await mark(office, made, A.UNDO)) is Reason.NOT_POSSIBLE
    served = await mark(office, made, A.SERVE)
    assert isinstance(served, Appointment)
    assert await office.do(lambda at: booking_desk.not_a_walk_in(at.tx, made.id))
    assert not await office.do(lambda at: booking_desk.not_a_walk_in(at.tx, made.id))
    nowhere = await office.do(
        lambda at: booking_desk.walk_in(at, service="first", place="nowhere", language="de")
    )
    assert refused(nowhere) is Reason.UNKNOWN


async def test_the_day_itself(office: Office) -> None:
    made = await office.book("1", (await office.offer())[0])
    assert refused(await mark(office, made, A.MISS)) is Reason.NOT_POSSIBLE  # not begun
    office.now = made.starts + timedelta(minutes=20)
    for action, after in (
        (A.MISS, S.MISSED),
        (A.ARRIVE, S.ARRIVED),  # she came late
        (A.SERVE, S.SERVED),
        (A.UNDO, S.BOOKED),
        (A.ARRIVE, S.ARRIVED),
        (A.UNDO, S.BOOKED),
    ):
        done = await mark(office, made, action)
        assert isinstance(done, Appointment)
        assert done.status is after
    assert not await office.do(lambda at: booking_desk.not_a_walk_in(at.tx, made.id))


async def test_only_marks_are_marks(office: Office) -> None:
    made = await office.book("1", (await office.offer())[0])
    with pytest.raises(ValueError, match="no mark"):
        await mark(office, made, A.CANCEL)
    nobody = await office.do(lambda at: booking_desk.mark(at, 9_999, A.ARRIVE))
    assert refused(nobody) is Reason.UNKNOWN


async def test_the_office_calls_off(office: Office) -> None:
    time = (await office.offer())[0]
    made = await office.book("1", time)
    done = await office.do(lambda at: booking_desk.call_off(at, made.id))
    assert isinstance(done, Freed)
    assert done.appointment.status is S.CALLED_OFF
    again = await office.do(lambda at: booking_desk.call_off(at, made.id))
    assert refused(again) is Reason.NOT_POSSIBLE
    assert (await office.offer())[0] == time
    assert isinstance(await office.hold("1", time), Held)
