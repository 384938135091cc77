"""Appointments: what becomes of them, how they are found, whose words they keep."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

import psycopg
import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError

from bot.domain.appointment import (
    TRANSITIONS,
    AppointmentAction,
    AppointmentStatus,
    BookingOrigin,
    Slot,
)
from bot.storage import appointments, seats
from bot.storage.appointments import Notice
from bot.storage.appointments_sql import ACTIONS
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.tables import conversations
from bot.storage.tables_booking import appointments as table
from bot.storage.transaction import Tx
from tests.storage.booked import HALF, HOLD, MONDAY, NOW, claim, held, person, slot, stored

S, A = AppointmentStatus, AppointmentAction
END = MONDAY + timedelta(days=30)


def booked(tx: Tx, her: Conversation, at: Slot, code: str = "K7F3", **words: str) -> int:
    made = held(tx, her, at)
    assert made is not None
    assert appointments.confirm(tx, her, made, code=code, now=NOW, **words)
    return made


def status(tx: Tx, appointment_id: int) -> AppointmentStatus:
    found = appointments.get(tx, appointment_id)
    assert found is not None
    return found.status


@pytest.mark.parametrize("action", ACTIONS)
async def test_the_table_is_kept(database: Database, action: AppointmentAction) -> None:
    def work(tx: Tx) -> None:
        her = person(tx)
        for number, before in enumerate(S):
            if before is S.FREE:
                continue
            (at,) = stored(tx, slot(number))
            made = booked(tx, her, at, f"C{number:03}")
            until = "1" if before is S.HELD else "NULL"
            code = "NULL" if before is S.HELD else "code"
            tx.core(
                text(
                    f"UPDATE appointments SET status = '{before}', held_until = {until},"
                    f" code = {code} WHERE id = {made}"
                )
            )
            after = TRANSITIONS[before].get(action)
            assert appointments.act(tx, made, action, NOW) is (after is not None), before
            assert status(tx, made) is (after or before)

    await database.write(work)


async def test_confirming_needs_ones_own_hold(database: Database) -> None:
    def work(tx: Tx) -> None:
        (at,) = stored(tx, slot())
        one, other = person(tx, "1"), person(tx, "2")
        made = held(tx, one, at)
        assert made is not None
        assert not appointments.confirm(tx, other, made, code="K7F3", now=NOW)
        assert appointments.confirm(tx, one, made, code="K7F3", now=NOW, reminders=True)
        assert not appointments.confirm(tx, one, made, code="C777", now=NOW)
        found = appointments.by_code(tx, "K7F3")
        assert found is not None
        assert (found.id, found.status, found.reminders) == (made, S.BOOKED, True)
        assert found.held_until is None
        assert appointments.by_code(tx, "C777") is None

    await database.write(work)


async def test_no_two_open_ones_have_the_same_code(database: Database) -> None:
    def work(tx: Tx) -> None:
        first, second = stored(tx, slot(0), slot(1))
        made = booked(tx, person(tx), first)
        assert appointments.is_code_taken(tx, "K7F3")
        assert appointments.act(tx, made, A.CANCEL, NOW)
        assert not appointments.is_code_taken(tx, "K7F3")
        booked(tx, person(tx), second)

    await database.write(work)

    def twice(tx: Tx) -> None:
        (third,) = stored(tx, slot(2))
        booked(tx, person(tx), third)

    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        await database.write(twice)


async def test_name_and_notes_are_hers_alone(database: Database) -> None:
    def work(tx: Tx) -> None:
        first, second = stored(tx, slot(0), slot(1))
        her = person(tx)
        made = booked(tx, her, first, name="Олена", notes="лист")
        found = appointments.get(tx, made)
        assert found is not None
        assert (found.name, found.notes) == ("Олена", "лист")
        assert "Олена" not in repr(found)
        wanted = claim(None, second, origin=BookingOrigin.PHONE)
        other = seats.book(tx, second, wanted, code="CCCC")
        assert other is not None
        appointments.set_words(tx, None, other, name="Jan", notes=None)
        kept = appointments.get(tx, other)
        assert kept is not None
        assert (kept.name, kept.notes) == ("Jan", None)
        sealed = tx.core(select(table.c.name, table.c.notes)).all()
        assert all("Олена".encode() not in (row.name or b"") for row in sealed)
        assert all(b"Jan" not in (row.name or b"") for row in sealed)

    await database.write(work)


async def test_who_is_erased_takes_her_appointments_along(database: Database) -> None:
    def work(tx: Tx) -> None:
        first, second = stored(tx, slot(0), slot(1))
        her = person(tx)
        booked(tx, her, first)
        other = booked(tx, person(tx, "2"), second, "CCCC")
        tx.core(delete(conversations).where(conversations.c.id == her.id))
        left = appointments.between(tx, NOW, END)
        assert [each.id for each in left] == [other]
        assert held(tx, person(tx, "3"), first) is not None

    await database.write(work)


async def test_what_she_has(database: Database) -> None:
    def work(tx: Tx) -> None:
        places = stored(tx, *(slot(number) for number in range(4)))
        her, other = person(tx, "1"), person(tx, "2")
        first = booked(tx, her, places[2], "CCCC")
        second = booked(tx, her, places[0], "DDDD")
        booked(tx, other, places[1], "FFFF")
        waiting = held(tx, her, places[3])
        found = appointments.of_conversation(tx, her.id, NOW)
        assert [each.id for each in found] == [second, first, waiting]
        assert appointments.open_count(tx, her.id, "first", NOW) == 2
        assert appointments.open_count(tx, her.id, "first", NOW, but=first) == 1
        assert appointments.open_count(tx, her.id, "first", END) == 0
        assert appointments.open_count(tx, her.id, "letters", NOW) == 0
        assert appointments.clashes(tx, her.id, MONDAY, MONDAY + HALF)
        assert not appointments.clashes(tx, her.id, MONDAY, MONDAY + HALF, but=second)
        assert not appointments.clashes(tx, her.id, MONDAY + HALF, MONDAY + 2 * HALF)
        assert not appointments.clashes(tx, her.id, MONDAY + 3 * HALF, MONDAY + 4 * HALF)

    await database.write(work)


async def test_what_is_held_is_given_back(database: Database) -> None:
    def work(tx: Tx) -> None:
        first, second, third = stored(tx, slot(0), slot(1), slot(2))
        her = person(tx)
        kept = held(tx, her, first)
        lost = held(tx, her, second)
        done = booked(tx, her, third)
        assert kept is not None
        assert lost is not None
        assert appointments.release(tx, her.id, NOW, but=kept) == 1
        assert [status(tx, each) for each in (kept, lost, done)] == [S.HELD, S.EXPIRED, S.BOOKED]
        assert appointments.release(tx, her.id, NOW) == 1

    await database.write(work)


async def test_what_she_said_about_it(database: Database) -> None:
    def work(tx: Tx) -> None:
        (at,) = stored(tx, slot())
        made = booked(tx, person(tx), at)
        appointments.set_wishes(tx, made)
        appointments.set_wishes(tx, made, reminders=True, coming=True)
        appointments.set_wishes(tx, made, helped=False)
        found = appointments.lock(tx, made)
        assert found is not None
        assert (found.reminders, found.coming, found.helped) == (True, True, False)

    await database.write(work)


async def test_a_walk_in_needs_no_slot(database: Database) -> None:
    def work(tx: Tx) -> None:
        wanted = claim(None, slot(), ends=NOW + HALF, origin=BookingOrigin.WALK_IN)
        here = datetime(2026, 11, 23, 9)  # noqa: DTZ001 - wall time
        made = seats.walk_in(tx, wanted, place="guben", zone="Europe/Berlin", local=here)
        seats.walk_in(tx, wanted, place="guben", zone="Europe/Berlin", local=here)
        found = appointments.between(tx, NOW, END)
        assert [(each.status, each.slot) for each in found] == [(S.ARRIVED, None)] * 2
        assert appointments.act(tx, made, A.SERVE, NOW)
        appointments.remove(tx, made)
        assert len(appointments.between(tx, NOW, END)) == 1

    await database.write(work)


async def test_old_holds_and_old_appointments_go(database: Database) -> None:
    def work(tx: Tx) -> None:
        first, second, third = stored(tx, slot(0), slot(1), slot(20))
        held(tx, person(tx, "1"), first)
        booked(tx, person(tx, "2"), second, "CCCC")
        kept = booked(tx, person(tx, "3"), third, "DDDD")
        assert appointments.expire_holds(tx, NOW + HOLD - timedelta(seconds=1)) == 0
        assert appointments.expire_holds(tx, NOW + HOLD) == 1
        assert appointments.forget(tx, holds=NOW, all_before=NOW, limit=9) == 0
        later = NOW + timedelta(days=1)
        assert appointments.forget(tx, holds=later, all_before=NOW, limit=9) == 1
        after = third.starts
        assert appointments.forget(tx, holds=later, all_before=after, limit=9) == 1
        assert [each.id for each in appointments.between(tx, NOW, END)] == [kept]

    await database.write(work)


async def test_words_of_a_hold_are_refused(database: Database) -> None:
    """A hold may change hands: nothing of a person is sealed into it."""

    def work(tx: Tx) -> None:
        (at,) = stored(tx, slot())
        made = held(tx, person(tx), at)
        assert made is not None
        appointments.set_words(tx, person(tx), made, name="Олена", notes=None)

    with pytest.raises(IntegrityError):
        await database.write(work)


async def test_she_is_told_of_each_thing_once(database: Database) -> None:
    def work(tx: Tx) -> None:
        first, second = stored(tx, slot(0), slot(1))
        made = seats.book(tx, first, claim(person(tx), first), code="CCCC") or 0
        other = seats.book(tx, second, claim(person(tx), second), code="DDDD") or 0
        assert appointments.tell(tx, made, Notice.TWO_HOURS)
        assert not appointments.tell(tx, made, Notice.TWO_HOURS)
        assert appointments.tell(tx, made, Notice.DAY_BEFORE)
        assert appointments.tell(tx, made, Notice.HELPED)
        assert not any(appointments.tell(tx, made, each) for each in Notice)
        assert appointments.tell(tx, other, Notice.TWO_HOURS)
        assert not appointments.tell(tx, 999, Notice.HELPED)

    await database.write(work)
