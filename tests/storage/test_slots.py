"""Slots: what is free, what is closed, what stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.appointment import AppointmentAction, Closed, SlotKind
from bot.storage import appointments, slots
from bot.storage.database import Database
from bot.storage.transaction import Tx
from tests.storage.booked import HALF, HOLD, MONDAY, NOW, held, person, slot, stored

END = MONDAY + timedelta(days=30)


def free(tx: Tx, **wanted: object) -> list[tuple[int, int]]:
    found = slots.free(tx, begin=NOW, end=END, now=NOW, limit=50, **wanted)  # type: ignore[arg-type]
    return [(round((each.starts - MONDAY) / HALF), number) for each, number in found]


async def test_a_slot_comes_back_as_it_went(database: Database) -> None:
    def work(tx: Tx) -> None:
        wanted = slot(
            3,
            place=None,
            kind=SlotKind.INTERPRETING,
            resource="interpreter/olena",
            services=frozenset(),
            languages=("uk", "zh-Hans"),
            sample=True,
            closed=Closed.BLOCKED,
        )
        (found,) = stored(tx, wanted)
        assert found == replace(wanted, id=found.id)
        assert slots.get(tx, found.id) == slots.lock(tx, found.id) == found
        assert slots.get(tx, found.id + 1) is slots.lock(tx, found.id + 1) is None

    await database.write(work)


async def test_adding_again_changes_nothing(database: Database) -> None:
    def work(tx: Tx) -> None:
        first = stored(tx, slot(0), slot(1))
        slots.add_all(tx, [slot(0, seats=5), slot(2)])
        slots.add_all(tx, [])
        standing = slots.between(tx, NOW, END)
        assert standing[:2] == first
        assert len(standing) == 3

    await database.write(work)


async def test_the_soonest_come_first_and_fit_the_wish(database: Database) -> None:
    def work(tx: Tx) -> None:
        stored(
            tx,
            slot(4),
            slot(1, languages=("de", "uk")),
            slot(2, place="forst"),
            slot(3, services=frozenset({"first-steps", "letters"})),
            slot(0, closed=Closed.GONE),
            slot(5, kind=SlotKind.INTERPRETING, resource="interpreter/a", services=frozenset()),
        )
        assert free(tx) == [(1, 1), (2, 1), (3, 1), (4, 1)]
        assert free(tx, service="first") == [(1, 1), (2, 1), (4, 1)]
        assert free(tx, service="first-steps") == [(3, 1)]
        assert free(tx, place="forst") == [(2, 1)]
        assert free(tx, language="uk") == [(1, 1)]
        assert free(tx, language="u") == []
        assert free(tx, kind=SlotKind.INTERPRETING) == [(5, 1)]
        assert len(slots.free(tx, begin=NOW, end=END, now=NOW, limit=2)) == 2
        assert (
            slots.free(tx, begin=MONDAY + 2 * HALF, end=MONDAY + 2 * HALF, now=NOW, limit=9) == []
        )

    await database.write(work)


async def test_a_held_seat_is_not_free_until_the_hold_is_over(database: Database) -> None:
    def work(tx: Tx) -> None:
        (group,) = stored(tx, slot(0, seats=3))
        assert held(tx, person(tx, "1"), group) is not None
        assert held(tx, person(tx, "2"), group) is not None
        assert free(tx) == [(0, 1)]
        later = NOW + HOLD
        found = slots.free(tx, begin=NOW, end=END, now=later, limit=9)
        assert [number for _, number in found] == [3]

    await database.write(work)


async def test_who_is_in_a_slot(database: Database) -> None:
    def work(tx: Tx) -> None:
        first, second, third = stored(tx, slot(0), slot(1), slot(2))
        her = person(tx)
        booked = held(tx, her, first)
        held(tx, person(tx, "2"), second)
        cancelled = held(tx, person(tx, "3"), third)
        assert booked is not None
        assert cancelled is not None
        assert appointments.confirm(tx, her, booked, code="K7F3", now=NOW)
        assert appointments.act(tx, cancelled, AppointmentAction.EXPIRE, NOW)
        assert slots.occupied(tx, NOW, END, NOW) == {first.id, second.id}
        assert slots.occupied(tx, NOW, END, NOW + HOLD) == {first.id}

    await database.write(work)


async def test_closing_and_changing(database: Database) -> None:
    def work(tx: Tx) -> None:
        first, second = stored(tx, slot(0), slot(1))
        slots.close_all(tx, [(first.id, Closed.GONE)])
        slots.change_all(tx, [replace(second, seats=4, languages=("ar",), sample=True)])
        after = slots.between(tx, NOW, END)
        assert after == [
            replace(first, closed=Closed.GONE),
            replace(second, seats=4, languages=("ar",), sample=True),
        ]
        slots.change_all(tx, [first])
        assert slots.get(tx, first.id) == first

    await database.write(work)


async def test_only_what_is_over_and_empty_is_purged(database: Database) -> None:
    def work(tx: Tx) -> None:
        empty, used, late = stored(tx, slot(0), slot(1), slot(10))
        held(tx, person(tx), used)
        assert slots.purge(tx, MONDAY + 5 * HALF, 10) == 1
        assert slots.get(tx, empty.id) is None
        assert [each.id for each in slots.between(tx, NOW, END)] == [used.id, late.id]

    await database.write(work)
