"""The waitlist: who may be told of a time, and who not again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.domain.appointment import AppointmentAction
from bot.storage import appointments, waitlist
from bot.storage.database import Database
from bot.storage.transaction import Tx
from bot.storage.waitlist import Waiting
from tests.storage.booked import MONDAY, NOW, held, person, slot, stored

DAY = timedelta(days=1)


def join(tx: Tx, address: str, **changes: Any) -> int:
    values: dict[str, Any] = {
        "service": "first",
        "place": None,
        "language": None,
        "latest": None,
        "appointment_id": None,
        "now": NOW,
    }
    values |= changes
    return waitlist.join(tx, person(tx, address).id, values.pop("service"), **values)


def told(tx: Tx, now: datetime = NOW, **changes: Any) -> list[int]:
    values: dict[str, Any] = {
        "service": "first",
        "place": "guben",
        "languages": ("de", "pl"),
        "starts": MONDAY,
        "most_notices": 3,
        "noticed_before": now - DAY,
    }
    found: list[Waiting] = waitlist.waiting(tx, **(values | changes))
    return [each.id for each in found]


async def test_the_longest_waiting_comes_first_and_the_wish_counts(database: Database) -> None:
    def work(tx: Tx) -> None:
        late = join(tx, "1", now=NOW + DAY)
        early = join(tx, "2", place="guben", language="pl", latest=MONDAY + DAY)
        join(tx, "3", place="forst")
        join(tx, "4", language="uk")
        join(tx, "5", latest=MONDAY)
        join(tx, "6", service="letters")
        assert told(tx) == [early, late]
        assert told(tx, starts=MONDAY + DAY) == [late]

    await database.write(work)


async def test_three_notices_one_a_day(database: Database) -> None:
    def work(tx: Tx) -> None:
        one = join(tx, "1")
        for number in range(3):
            at = NOW + number * DAY
            assert told(tx, at) == [one]
            waitlist.noticed(tx, one, at)
            assert told(tx, at + DAY - timedelta(seconds=1)) == []
        assert told(tx, NOW + 9 * DAY) == []
        assert join(tx, "1") == one  # she asked again
        assert told(tx, NOW + 9 * DAY) == [one]

    await database.write(work)


async def test_leaving(database: Database) -> None:
    def work(tx: Tx) -> None:
        her = person(tx, "1").id
        join(tx, "1", place="guben")
        join(tx, "1", service="letters")
        (first, second) = waitlist.of_conversation(tx, her)
        assert (first.service, first.place, first.notices) == ("first", "guben", 0)
        assert second.service == "letters"
        assert waitlist.leave(tx, her, "first") == 1
        assert waitlist.leave(tx, her) == 1
        assert waitlist.of_conversation(tx, her) == []

    await database.write(work)


async def test_whose_appointment_is_gone_waits_no_more(database: Database) -> None:
    def work(tx: Tx) -> None:
        (at,) = stored(tx, slot())
        her = person(tx, "1")
        made = held(tx, her, at)
        assert made is not None
        join(tx, "1", appointment_id=made)
        assert appointments.act(tx, made, AppointmentAction.EXPIRE, NOW)
        assert len(told(tx)) == 1
        appointments.remove(tx, made)
        assert told(tx) == []

    await database.write(work)
