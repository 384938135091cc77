"""Drafts: one for each person and case, the newest kept."""

from __future__ import annotations

from functools import partial

from bot.storage import drafts
from bot.storage.database import Database
from bot.storage.drafts import Draft
from bot.storage.transaction import Tx
from tests.storage.rows import LATER, NOW, colleague, made, opened


def put(tx: Tx, text: bytes, by: str = "jana") -> None:
    drafts.put(tx, made(tx), opened(tx).id, colleague(tx, by).id, text, LATER)


def got(tx: Tx, by: str = "jana") -> Draft | None:
    return drafts.get(tx, made(tx), opened(tx).id, colleague(tx, by).id)


async def test_a_draft_is_kept_replaced_and_forgotten(database: Database) -> None:
    assert await database.write(got) is None
    for text in (b"Guten", b"Guten Tag"):
        await database.write(partial(put, text=text))
    draft = await database.write(got)
    assert draft is not None
    assert (draft.body, draft.at) == (b"Guten Tag", LATER)
    assert "Guten" not in repr(draft)
    await database.write(lambda tx: drafts.remove(tx, draft.case_id, draft.staff_id))
    assert await database.write(got) is None


async def test_everybody_has_her_own(database: Database) -> None:
    await database.write(partial(put, text=b"mine"))
    await database.write(partial(put, text=b"hers", by="amal"))
    mine, hers = [await database.write(partial(got, by=name)) for name in ("jana", "amal")]
    assert mine is not None
    assert hers is not None
    assert (mine.body, hers.body) == (b"mine", b"hers")
    found = await database.read(partial(drafts.of_case, case_id=mine.case_id))
    assert found == {mine.staff_id: LATER, hers.staff_id: LATER}
    assert await database.read(partial(drafts.of_case, case_id=mine.case_id + 1)) == {}
    assert NOW not in found.values()
