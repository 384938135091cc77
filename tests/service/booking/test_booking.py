"""A newcomer books: hold, confirm, move, cancel, and all that can go wrong on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.appointment import Appointment, AppointmentAction, AppointmentStatus, Closed
from bot.domain.booking import Held, NotBooked, Reason, Wish
from bot.service import booking, free_times
from bot.service.booking import Freed
from bot.storage import appointments, slots, waitlist
from tests.service.booking.conftest import FIRST, Office
from tests.service.booking.test_free_times import UKRAINIAN

S = AppointmentStatus


def refused(found: object) -> Reason:
    assert isinstance(found, NotBooked), found
    return found.reason


async def test_from_the_wish_to_the_code(office: Office) -> None:
    time = (await office.offer())[0]
    held = await office.hold("1", time)
    assert isinstance(held, Held)
    assert held.until == office.now + timedelta(minutes=5)
    assert held.time == time
    done = await office.confirm("1", held, name="Олена", notes="{}")
    assert isinstance(done, Appointment)
    assert (done.status, done.place, done.language) == (S.BOOKED, "park", "de")
    assert (done.name, done.notes, done.sequence) == ("Олена", "{}", 0)
    assert done.code is not None
    mine = await office.do(lambda at: booking.of_conversation(at, office.person(at.tx, "1")))
    assert mine == [done]


async def test_confirming_twice_is_confirming_once(office: Office) -> None:
    held = await office.hold("1", (await office.offer())[0])
    assert isinstance(held, Held)
    first = await office.confirm("1", held)
    assert await office.confirm("1", held) == first


async def test_who_is_too_late_gets_the_three_nearest(office: Office) -> None:
    time, *rest = await office.offer()
    await office.hold("1", time)
    lost = await office.hold("2", time)
    assert isinstance(lost, NotBooked)
    assert lost.reason is Reason.TAKEN
    assert lost.alternatives == tuple(rest[:3])


async def test_an_expired_hold_is_hers_until_somebody_takes_it(office: Office) -> None:
    time = (await office.offer())[0]
    held = await office.hold("1", time)
    assert isinstance(held, Held)
    office.now += timedelta(minutes=30)
    assert isinstance(await office.confirm("1", held), Appointment)


async def test_an_expired_hold_that_was_cleared_away_is_taken_anew(office: Office) -> None:
    time = (await office.offer())[0]
    held = await office.hold("1", time)
    assert isinstance(held, Held)
    office.now += timedelta(minutes=30)
    await office.do(lambda at: appointments.expire_holds(at.tx, at.now))
    done = await office.confirm("1", held)
    assert isinstance(done, Appointment)
    assert done.starts == time.starts


async def test_an_expired_hold_that_somebody_took(office: Office) -> None:
    time = (await office.offer())[0]
    held = await office.hold("1", time)
    assert isinstance(held, Held)
    office.now += timedelta(minutes=6)
    await office.book("2", time)
    lost = await office.confirm("1", held)
    assert isinstance(lost, NotBooked)
    assert lost.reason is Reason.EXPIRED
    assert len(lost.alternatives) == 3


async def test_one_time_is_held_at_a_time(office: Office) -> None:
    first, second, *_ = await office.offer()
    await office.hold("1", first)
    await office.hold("1", second)
    assert isinstance(await office.hold("2", first), Held)
    assert refused(await office.hold("3", second)) is Reason.TAKEN


async def test_a_hold_that_failed_leaves_the_older_one(office: Office) -> None:
    first, second, *_ = await office.offer()
    mine = await office.hold("1", first)
    await office.hold("2", second)
    assert refused(await office.hold("1", second)) is Reason.TAKEN
    assert isinstance(mine, Held)
    assert isinstance(await office.confirm("1", mine), Appointment)


async def test_nobody_books_fifty(office: Office) -> None:
    first, second, *_ = await office.offer()
    await office.book("1", first)
    limited = await office.hold("1", second)
    assert refused(limited) is Reason.LIMIT
    letters = Wish(service="letters")
    monday = (await office.offer(letters))[1]
    await office.book("1", monday, letters)
    await office.book("1", (await office.offer(letters))[2], letters)
    assert (
        refused(await office.hold("1", (await office.offer(letters))[5], letters)) is Reason.LIMIT
    )


async def test_nobody_is_in_two_places(office: Office) -> None:
    letters = Wish(service="letters")
    time = (await office.offer(letters))[0]
    await office.book("1", time, letters)
    assert refused(await office.hold("1", time)) is Reason.CLASH


async def test_somebody_elses_hold_and_code(office: Office) -> None:
    held = await office.hold("1", (await office.offer())[0])
    assert isinstance(held, Held)
    assert refused(await office.confirm("2", held)) is Reason.EXPIRED
    done = await office.confirm("1", held)
    assert isinstance(done, Appointment)
    assert done.code is not None
    code = done.code.lower()
    assert await office.do(lambda at: booking.by_code(at.tx, code)) == done
    hers = await office.do(lambda at: booking.by_code(at.tx, code, office.person(at.tx, "1")))
    assert hers == done
    other = await office.do(lambda at: booking.by_code(at.tx, code, office.person(at.tx, "2")))
    assert other is None
    assert await office.do(lambda at: booking.by_code(at.tx, "not a code")) is None
    gone = await office.do(lambda at: booking.cancel(at, office.person(at.tx, "2"), done.id))
    assert refused(gone) is Reason.UNKNOWN


async def test_old_buttons(office: Office) -> None:
    time = (await office.offer())[0]
    assert refused(await office.hold("1", replace(time, slot=9_999))) is Reason.GONE
    wrong = await office.hold("1", time, Wish(service="meeting"))
    assert refused(wrong) is Reason.GONE
    none = await office.hold("1", time, Wish(service="nothing"))
    assert none == NotBooked(reason=Reason.GONE)
    office.now = time.starts - timedelta(hours=19)
    assert refused(await office.hold("1", time)) is Reason.TOO_SOON
    office.now = time.starts
    assert refused(await office.hold("1", time)) is Reason.GONE


async def test_hours_that_go_while_she_decides(office: Office) -> None:
    time = (await office.offer())[0]
    held = await office.hold("1", time)
    assert isinstance(held, Held)
    await office.do(lambda at: slots.close_all(at.tx, [(time.slot, Closed.GONE)]))
    lost = await office.confirm("1", held)
    assert isinstance(lost, NotBooked)
    assert lost.reason is Reason.GONE
    assert len(lost.alternatives) == 3
    assert refused(await office.hold("1", time)) is Reason.GONE


async def test_moving_keeps_code_and_words_and_the_old_time_until_then(office: Office) -> None:
    first, second, *_ = await office.offer()
    held = await office.hold("1", first)
    assert isinstance(held, Held)
    old = await office.confirm("1", held, name="Олена", notes="{}")
    assert isinstance(old, Appointment)
    await office.do(lambda at: appointments.set_wishes(at.tx, old.id, reminders=True))
    moving = await office.hold("1", second, replaces=old.id)
    assert isinstance(moving, Held)
    assert moving.replaces == old.id
    assert refused(await office.hold("2", first)) is Reason.TAKEN
    new = await office.confirm("1", moving)
    assert isinstance(new, Appointment)
    assert (new.code, new.name, new.notes, new.reminders) == (old.code, "Олена", "{}", True)
    assert (new.starts, new.sequence, new.uid) == (second.starts, 1, old.id)
    before = await office.do(lambda at: appointments.get(at.tx, old.id))
    assert before is not None
    assert before.status is S.MOVED
    assert isinstance(await office.hold("2", first), Held)


async def test_moving_twice_counts_twice(office: Office) -> None:
    times = await office.offer()
    made = await office.book("1", times[0])
    first = made.id
    for number, time in enumerate(times[1:3], start=1):
        held = await office.hold("1", time, replaces=made.id)
        assert isinstance(held, Held)
        moved = await office.confirm("1", held)
        assert isinstance(moved, Appointment)
        made = moved
        assert (made.sequence, made.uid) == (number, first)


async def test_who_does_not_confirm_the_new_time_keeps_the_old_one(office: Office) -> None:
    first, second, *_ = await office.offer()
    old = await office.book("1", first)
    await office.hold("1", second, replaces=old.id)
    await office.do(lambda at: booking.release(at, office.person(at.tx, "1")))
    kept = await office.do(lambda at: appointments.get(at.tx, old.id))
    assert kept == old
    assert isinstance(await office.hold("2", second), Held)


async def test_moving_what_is_not_hers_or_is_gone(office: Office) -> None:
    first, second, third, *_ = await office.offer()
    old = await office.book("1", first)
    assert refused(await office.hold("2", second, replaces=old.id)) is Reason.UNKNOWN
    assert refused(await office.hold("1", second, replaces=9_999)) is Reason.UNKNOWN
    moving = await office.hold("1", second, replaces=old.id)
    assert isinstance(moving, Held)
    await office.do(lambda at: booking.cancel(at, office.person(at.tx, "1"), old.id))
    new = await office.confirm("1", moving)
    assert isinstance(new, Appointment)  # a booking of its own, with a code of its own
    assert new.code not in {None, old.code}
    assert refused(await office.hold("1", third, replaces=old.id)) is Reason.UNKNOWN


async def test_an_expired_move_is_still_a_move(office: Office) -> None:
    first, second, *_ = await office.offer()
    old = await office.book("1", first)
    moving = await office.hold("1", second, replaces=old.id)
    assert isinstance(moving, Held)
    office.now += timedelta(minutes=20)
    await office.do(lambda at: appointments.expire_holds(at.tx, at.now))
    new = await office.confirm("1", moving)
    assert isinstance(new, Appointment)
    assert (new.code, new.starts) == (old.code, second.starts)


async def test_cancelling(office: Office) -> None:
    time = (await office.offer())[0]
    made = await office.book("1", time)

    async def cancel(who: str = "1") -> Freed | NotBooked:
        return await office.do(lambda at: booking.cancel(at, office.person(at.tx, who), made.id))

    done = await cancel()
    assert isinstance(done, Freed)
    assert done.appointment.status is S.CANCELLED
    assert done.kept_until is None
    assert refused(await cancel()) is Reason.NOT_POSSIBLE
    assert (await office.offer())[0] == time


async def test_what_is_over_cannot_be_cancelled(office: Office) -> None:
    made = await office.book("1", (await office.offer())[0])
    office.now = made.starts
    done = await office.do(lambda at: booking.cancel(at, office.person(at.tx, "1"), made.id))
    assert refused(done) is Reason.NOT_POSSIBLE


async def wait(office: Office, who: str, **changes: object) -> None:
    values: dict[str, object] = {"place": None, "language": None, "latest": None}
    await office.do(
        lambda at: waitlist.join(
            at.tx,
            office.person(at.tx, who).id,
            "first",
            appointment_id=None,
            now=at.now,
            **(values | changes),  # type: ignore[arg-type]
        )
    )


async def test_a_cancelled_time_is_kept_for_those_who_wait(office: Office) -> None:
    time = (await office.offer())[3]
    park = (await office.offer())[0]
    made = await office.book("1", park)
    await wait(office, "2")
    await wait(office, "3", place="town-hall")
    done = await office.do(lambda at: booking.cancel(at, office.person(at.tx, "1"), made.id))
    assert isinstance(done, Freed)
    assert done.kept_until == office.now + timedelta(hours=2)
    assert park not in await office.offer()
    assert refused(await office.hold("4", park)) is Reason.TAKEN
    service = office.catalogue.services["first"]

    def waiting(at: free_times.Moment) -> int:
        slot = slots.get(at.tx, park.slot)
        assert slot is not None
        return len(booking.waiting_for(at, slot, service))

    assert await office.do(waiting) == 1
    held = await office.hold("2", park, from_waitlist=True)
    assert isinstance(held, Held)
    assert refused(await office.hold("4", park, from_waitlist=True)) is Reason.TAKEN
    assert isinstance(await office.confirm("2", held), Appointment)
    left = await office.do(lambda at: waitlist.of_conversation(at.tx, office.person(at.tx, "2").id))
    assert left == []
    assert time.slot != park.slot


async def test_after_the_cooling_off_it_is_everybodys(office: Office) -> None:
    park = (await office.offer())[0]
    made = await office.book("1", park)
    await wait(office, "2")
    await office.do(lambda at: booking.cancel(at, office.person(at.tx, "1"), made.id))
    office.now += timedelta(hours=2)
    assert isinstance(await office.hold("4", park), Held)


async def test_a_time_that_is_too_near_is_not_kept(office: Office) -> None:
    park = (await office.offer())[0]
    made = await office.book("1", park)
    await wait(office, "2")
    office.now = park.starts - timedelta(hours=19)
    done = await office.do(lambda at: booking.cancel(at, office.person(at.tx, "1"), made.id))
    assert isinstance(done, Freed)
    assert done.kept_until is None


async def test_an_interpreter_is_booked_once(office: Office) -> None:
    first, second, *_ = await office.offer(UKRAINIAN)
    one = await office.book("1", first, UKRAINIAN)
    assert one.interpreter
    # Two seats are there, but only one interpreter.
    assert refused(await office.hold("2", first, UKRAINIAN)) is Reason.INTERPRETER
    assert isinstance(await office.hold("2", first), Held)
    assert isinstance(await office.hold("3", second, UKRAINIAN), Held)
    assert first not in await office.offer(UKRAINIAN)
    await office.do(lambda at: booking.cancel(at, office.person(at.tx, "1"), one.id))
    assert isinstance(await office.hold("4", first, UKRAINIAN), Held)


async def test_a_language_that_nobody_speaks_there(office: Office) -> None:
    time = (await office.offer())[0]
    assert refused(await office.hold("1", time, replace(FIRST, language="ar"))) is Reason.GONE
    arabic = replace(FIRST, language="ar", interpreter=True)
    assert refused(await office.hold("1", time, arabic)) is Reason.INTERPRETER


async def test_codes_are_drawn_until_one_is_free(office: Office) -> None:
    made = await office.book("1", (await office.offer())[0])
    assert made.code is not None
    drawn = iter([7919, 7919, 5])

    def draw(_below: int) -> int:
        return next(drawn)

    code = await office.do(lambda at: booking.new_code(at.tx, draw))
    assert code != made.code


@pytest.mark.parametrize("action", [AppointmentAction.SERVE, AppointmentAction.MISS])
async def test_what_is_settled_is_not_open_any_more(
    office: Office, action: AppointmentAction
) -> None:
    made = await office.book("1", (await office.offer())[0])
    await office.do(lambda at: appointments.act(at.tx, made.id, action, at.now))
    mine = await office.do(lambda at: booking.of_conversation(at, office.person(at.tx, "1")))
    assert mine == []
