"""Absences: noted, listed by time and person, taken back."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from bot.storage import absences
from bot.storage.absences import Absence
from bot.storage.database import Database
from bot.storage.transaction import Tx
from tests.storage.rows import LATER, NOW, colleague

DAY = timedelta(days=1)


async def test_absences_are_listed_by_time_and_person(database: Database) -> None:
    def work(tx: Tx) -> list[Absence]:
        jana, amal = colleague(tx), colleague(tx, "amal")
        later = absences.add(tx, staff_id=jana.id, begins=NOW + DAY, until=NOW + 3 * DAY)
        now = absences.add(tx, staff_id=amal.id, begins=NOW, until=NOW + DAY, substitute=jana.id)
        expected = [
            Absence(id=now, staff_id=amal.id, begins=NOW, until=NOW + DAY, substitute=jana.id),
            Absence(
                id=later,
                staff_id=jana.id,
                begins=NOW + DAY,
                until=NOW + 3 * DAY,
                substitute=None,
            ),
        ]
        assert absences.all(tx) == expected
        assert absences.all(tx, after=NOW + DAY) == expected[1:]
        assert absences.all(tx, staff_id=amal.id) == expected[:1]
        assert absences.all(tx, after=NOW + 3 * DAY) == []
        return expected

    first, second = await database.write(work)
    remove = partial(absences.remove, absence_id=first.id)
    assert [await database.write(remove) for _ in range(2)] == [True, False]
    assert await database.read(absences.all) == [second]


async def test_what_cannot_be_is_refused(database: Database) -> None:
    jana = (await database.write(colleague)).id
    with pytest.raises(ValueError, match="ends"):
        await database.write(lambda tx: absences.add(tx, staff_id=jana, begins=LATER, until=LATER))
    with pytest.raises(ValueError, match="herself"):
        await database.write(
            lambda tx: absences.add(tx, staff_id=jana, begins=NOW, until=LATER, substitute=jana)
        )
    assert await database.read(absences.all) == []
