"""Whose platform account it is: linked, taken over, undone."""

from __future__ import annotations

from functools import partial

from bot.storage import staff_links
from bot.storage.database import Database
from bot.storage.staff_links import Link
from bot.storage.transaction import Tx
from tests.storage.rows import ACCOUNT, colleague

MATRIX = "matrix:@b:hs"


async def test_a_person_is_known_by_her_link_on_that_account(database: Database) -> None:
    def work(tx: Tx) -> list[object]:
        jana = colleague(tx)
        staff_links.link(tx, ACCOUNT, "77", jana.id)
        staff_links.link(tx, MATRIX, "@jana:hs\udcff", jana.id)
        assert staff_links.links_of(tx, jana.id) == [
            Link(account=MATRIX, person="@jana:hs\udcff", staff_id=jana.id),
            Link(account=ACCOUNT, person="77", staff_id=jana.id),
        ]
        assert staff_links.staff_of(tx, ACCOUNT, "77") == jana
        assert "77" not in repr(staff_links.links_of(tx, jana.id))
        return [
            staff_links.staff_of(tx, MATRIX, "77"),
            staff_links.staff_of(tx, ACCOUNT, "7"),
        ]

    assert await database.write(work) == [None, None]


async def test_a_link_moves_to_another_colleague_and_goes(database: Database) -> None:
    jana, amal = [await database.write(partial(colleague, name=n)) for n in ("jana", "amal")]
    for person in (jana, amal):
        await database.write(partial(staff_links.link, account=ACCOUNT, person="77",
                                     staff_id=person.id))  # fmt: skip
    of = partial(staff_links.staff_of, account=ACCOUNT, person="77")
    assert await database.read(of) == amal
    assert await database.read(partial(staff_links.links_of, staff_id=jana.id)) == []
    unlink = partial(staff_links.unlink, account=ACCOUNT, person="77")
    assert [await database.write(unlink) for _ in range(2)] == [True, False]
    assert await database.read(of) is None
