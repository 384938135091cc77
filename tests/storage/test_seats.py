"""Taking a seat: nobody is ever booked twice, whatever is tried."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from bot.domain.appointment import AppointmentAction, AppointmentStatus, BookingOrigin, SlotKind
from bot.storage import appointments, seats, slots
from bot.storage.database import Database
from bot.storage.tables_booking import appointments as table
from bot.storage.transaction import Tx
from tests.storage.booked import HALF, HOLD, MONDAY, NOW, claim, held, person, slot, stored

OVER = NOW + HOLD


async def test_a_seat_is_held_once(database: Database) -> None:
    def work(tx: Tx) -> None:
        (at,) = stored(tx, slot())
        first = held(tx, person(tx, "1"), at)
        assert first is not None
        assert held(tx, person(tx, "2"), at) is None
        found = appointments.get(tx, first)
        assert found is not None
        assert (found.status, found.slot, found.seat) == (AppointmentStatus.HELD, at.id, 0)
        assert (found.held_until, found.local, found.zone) == (OVER, at.local, at.zone)
        assert (found.name, found.code) == (None, None)

    await database.write(work)


async def test_a_hold_that_is_over_changes_hands(database: Database) -> None:
    def work(tx: Tx) -> None:
        (at,) = stored(tx, slot())
        one, other = person(tx, "1"), person(tx, "2")
        first = held(tx, one, at)
        assert held(tx, other, at, now=OVER - timedelta(microseconds=1)) is None
        second = held(tx, other, at, now=OVER)
        assert second == first
        assert second is not None
        found = appointments.get(tx, second)
        assert found is not None
        assert found.conversation_id == other.id
        assert not appointments.confirm(tx, one, second, code="K7F3", now=OVER)
        assert appointments.confirm(tx, other, second, code="K7F3", now=OVER)
        assert held(tx, one, at, now=OVER + HOLD * 100) is None

    await database.write(work)


async def test_holding_again_is_holding_longer(database: Database) -> None:
    def work(tx: Tx) -> None:
        (at,) = stored(tx, slot(seats=2))
        her = person(tx)
        first = held(tx, her, at)
        again = held(tx, her, at, now=NOW + timedelta(minutes=3))
        assert first == again
        assert again is not None
        found = appointments.get(tx, again)
        assert found is not None
        assert found.held_until == NOW + timedelta(minutes=8)

    await database.write(work)


async def test_a_group_has_as_many_seats_as_it_has(database: Database) -> None:
    def work(tx: Tx) -> None:
        (at,) = stored(tx, slot(seats=5))
        made = [held(tx, person(tx, str(number)), at) for number in range(7)]
        assert made[5:] == [None, None]
        found = [appointments.get(tx, each) for each in made if each is not None]
        assert sorted(each.seat for each in found if each) == [0, 1, 2, 3, 4]

    await database.write(work)


async def test_a_seat_that_is_given_back_is_free(database: Database) -> None:
    def work(tx: Tx) -> None:
        (at,) = stored(tx, slot())
        her = person(tx)
        first = held(tx, her, at)
        assert first is not None
        assert appointments.confirm(tx, her, first, code="K7F3", now=NOW)
        assert appointments.act(tx, first, AppointmentAction.CANCEL, NOW)
        second = held(tx, person(tx, "2"), at)
        assert second is not None
        assert second != first

    await database.write(work)


async def test_the_desk_books_without_a_hold_but_never_over_one(database: Database) -> None:
    def work(tx: Tx) -> None:
        first, second = stored(tx, slot(0), slot(1))
        wanted = claim(None, first, origin=BookingOrigin.PHONE)
        made = seats.book(tx, first, wanted, code="CCCC")
        assert made is not None
        found = appointments.get(tx, made)
        assert found is not None
        assert (found.status, found.code) == (AppointmentStatus.BOOKED, "CCCC")
        assert held(tx, person(tx), first) is None
        assert held(tx, person(tx), second) is not None
        assert seats.book(tx, second, claim(None, second), code="DDDD") is None
        after = claim(None, second, now=OVER)
        assert seats.book(tx, second, after, code="DDDD") is not None

    await database.write(work)


async def test_a_seat_kept_for_the_waitlist(database: Database) -> None:
    def work(tx: Tx) -> None:
        (at,) = stored(tx, slot())
        until = NOW + timedelta(hours=2)
        assert seats.keep(tx, at, 0, service="first", now=NOW, until=until)
        assert not seats.keep(tx, at, 0, service="first", now=NOW, until=until)
        assert held(tx, person(tx, "1"), at) is None
        assert held(tx, person(tx, "2"), at, waitlist=True) is not None
        assert held(tx, person(tx, "3"), at, waitlist=True) is None

    await database.write(work)


async def test_a_kept_seat_frees_itself(database: Database) -> None:
    def work(tx: Tx) -> None:
        (at,) = stored(tx, slot())
        until = NOW + timedelta(hours=2)
        assert seats.keep(tx, at, 0, service="first", now=NOW, until=until)
        assert slots.free(tx, begin=NOW, end=MONDAY + HALF, now=NOW, limit=1) == []
        assert len(slots.free(tx, begin=NOW, end=MONDAY + HALF, now=until, limit=1)) == 1
        assert held(tx, person(tx, "1"), at, now=until) is not None

    await database.write(work)


async def test_a_kept_seat_may_be_kept_longer_while_it_is_nobodys(database: Database) -> None:
    def work(tx: Tx) -> None:
        (at,) = stored(tx, slot())
        until, longer = NOW + timedelta(hours=2), NOW + timedelta(hours=12)
        kept = seats.keep(tx, at, 0, service="first", now=NOW, until=until)
        assert kept is not None
        assert seats.keep_longer(tx, kept, longer)
        assert slots.free(tx, begin=NOW, end=MONDAY + HALF, now=until, limit=1) == []
        assert held(tx, person(tx), at, waitlist=True) == kept
        assert not seats.keep_longer(tx, kept, longer)
        assert not seats.keep_longer(tx, 999, longer)

    await database.write(work)


async def test_interpreters_ride_along(database: Database) -> None:
    def work(tx: Tx) -> None:
        quarter = timedelta(minutes=15)
        riding = [
            slot(
                starts=MONDAY + number * quarter,
                ends=MONDAY + (number + 1) * quarter,
                place=None,
                resource="interpreter/olena",
                kind=SlotKind.INTERPRETING,
                services=frozenset(),
                languages=("uk",),
            )
            for number in range(3)
        ]
        at, later, *grid = stored(tx, slot(), slot(1, resource="desk/b"), *riding)
        her, other = person(tx, "1"), person(tx, "2")
        made = held(tx, her, at, companions=grid[:2])
        assert made is not None
        assert appointments.interpreter_of(tx, made) == "interpreter/olena"
        with pytest.raises(ValueError, match="interpreter"):
            held(tx, other, later, companions=grid[1:])
        assert appointments.confirm(tx, her, made, code="K7F3", now=NOW)
        companions = appointments.companions(tx, NOW, MONDAY + HALF)
        assert sorted(companions) == [(made, grid[0].id), (made, grid[1].id)]
        assert slots.occupied(tx, NOW, MONDAY + HALF, NOW + HOLD * 9) >= {grid[0].id, grid[1].id}
        assert appointments.act(tx, made, AppointmentAction.CANCEL, NOW)
        assert appointments.companions(tx, NOW, MONDAY + HALF) == []
        assert held(tx, other, later, companions=grid[1:]) is not None

    await database.write(work)


async def test_a_takeover_leaves_no_interpreter_of_the_former_owner(database: Database) -> None:
    def work(tx: Tx) -> None:
        riding = slot(
            place=None,
            resource="interpreter/olena",
            kind=SlotKind.INTERPRETING,
            services=frozenset(),
        )
        at, grid = stored(tx, slot(), riding)
        first = held(tx, person(tx, "1"), at, companions=[grid])
        other = person(tx, "2")
        again = held(tx, other, at, now=OVER)
        assert again == first
        assert again is not None
        assert appointments.confirm(tx, other, again, code="K7F3", now=OVER)
        assert appointments.interpreter_of(tx, again) is None
        assert held(tx, person(tx, "3"), grid, now=OVER) is not None

    await database.write(work)


async def test_the_database_itself_refuses_a_second_booking(database: Database) -> None:
    def work(tx: Tx) -> None:
        (at,) = stored(tx, slot())
        her = person(tx)
        made = held(tx, her, at)
        assert made is not None
        assert appointments.confirm(tx, her, made, code="K7F3", now=NOW)
        columns = ", ".join(c.name for c in table.c if c.name not in {"id", "code"})
        tx.core(
            insert(table).from_select(
                [c.name for c in table.c if c.name not in {"id", "code"}],
                text(f"SELECT {columns} FROM appointments").columns(
                    *(c for c in table.c if c.name not in {"id", "code"})
                ),
            )
        )

    with pytest.raises(IntegrityError):
        await database.write(work)


async def test_many_at_once_on_a_few_seats(database: Database) -> None:
    (at,) = await database.write(lambda tx: stored(tx, slot(seats=5)))
    people = await database.write(lambda tx: [person(tx, str(number)) for number in range(40)])

    async def one(number: int) -> bool:
        def work(tx: Tx) -> bool:
            made = held(tx, people[number], at)
            done = made is not None and appointments.confirm(
                tx, people[number], made, code=f"C{number:03}", now=NOW
            )
            return bool(done)

        return await database.write(work)

    won = await asyncio.gather(*(one(number) for number in range(40)))
    assert sum(won) == 5
    taken = await database.read(lambda tx: appointments.between(tx, NOW, MONDAY + HALF))
    assert sorted(each.seat for each in taken) == [0, 1, 2, 3, 4]
