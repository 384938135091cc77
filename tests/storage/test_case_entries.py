"""Notes, replies and events of a case: in order, sealed, and of this conversation only."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select, update

from bot.storage import case_entries, cases
from bot.storage.case_entries import Entry
from bot.storage.database import Database
from bot.storage.errors import Tampered
from bot.storage.tables_cases import case_entries as table
from bot.storage.transaction import Tx
from tests.storage.rows import LATER, NOW, colleague, made, opened


def note(tx: Tx, text: str = "seen", address: str = "42", key: str | None = None) -> int:
    conversation = made(tx, address)
    case = cases.open_of(tx, conversation.id) or opened(tx, address)
    return case_entries.add(
        tx,
        conversation,
        case.id,
        kind="note",
        at=NOW,
        staff_id=colleague(tx).id,
        body=text.encode(),
        key=key,
    )


async def test_entries_come_back_in_order(database: Database) -> None:
    def work(tx: Tx) -> tuple[list[Entry], list[Entry]]:
        case, me = opened(tx), colleague(tx)
        reply = case_entries.add(
            tx,
            made(tx),
            case.id,
            kind="reply",
            at=LATER,
            staff_id=me.id,
            seq=7,
            body=b"Guten Tag",
        )
        event = case_entries.add(tx, made(tx), case.id, kind="event", at=NOW, body=b"{}")
        bare = case_entries.add(tx, made(tx), case.id, kind="event", at=NOW)
        one = partial(Entry, case_id=case.id)
        expected = [
            one(id=reply, kind="reply", at=LATER, staff_id=me.id, seq=7, body=b"Guten Tag"),
            one(id=event, kind="event", at=NOW, staff_id=None, seq=None, body=b"{}"),
            one(id=bare, kind="event", at=NOW, staff_id=None, seq=None, body=None),
        ]
        return expected, case_entries.of_case(tx, made(tx), case.id)

    expected, found = await database.write(work)
    assert found == expected
    assert "Guten" not in repr(found)


async def test_nobody_reads_another_ones_entry(database: Database) -> None:
    def work(tx: Tx) -> list[object]:
        mine, other = note(tx), note(tx, address="other")
        case = cases.open_of(tx, made(tx).id)
        assert case is not None
        assert case_entries.conversation_of(tx, mine) == (made(tx).id, case.id)
        return [
            case_entries.one(tx, made(tx), other),
            case_entries.one(tx, made(tx), other + 1),
            case_entries.conversation_of(tx, other + 1),
            *case_entries.of_case(tx, made(tx, "other"), case.id),
        ]

    assert await database.write(work) == [None, None, None]


async def test_a_reply_is_written_anew(database: Database) -> None:
    def work(tx: Tx) -> bytes | None:
        number = note(tx, "wrong")
        case_entries.replace_body(tx, made(tx), number, b"right")
        entry = case_entries.one(tx, made(tx), number)
        return entry and entry.body

    assert await database.write(work) == b"right"


async def test_a_forms_key_finds_what_it_made(database: Database) -> None:
    def work(tx: Tx) -> tuple[int, Entry | None, Entry | None, Entry | None]:
        number = note(tx, key="form 1")
        note(tx)
        conversation, other = made(tx), opened(tx, "other")
        case = cases.open_of(tx, conversation.id)
        assert case is not None
        return (
            number,
            case_entries.by_key(tx, conversation, case.id, "form 1"),
            case_entries.by_key(tx, conversation, case.id, "form 2"),
            case_entries.by_key(tx, made(tx, "other"), other.id, "form 1"),
        )

    number, found, *nothing = await database.write(work)
    assert found is not None
    assert (found.id, nothing) == (number, [None, None])
    with pytest.raises(Exception, match=r"(?i)unique"):
        await database.write(partial(note, key="form 1"))


async def test_a_body_in_another_row_does_not_open(database: Database) -> None:
    def swap(tx: Tx) -> None:
        first, second = note(tx, "one"), note(tx, "two")
        body = tx.core(select(table.c.body).where(table.c.id == first)).scalar_one()
        tx.core(update(table).where(table.c.id == second).values(body=body))

    await database.write(swap)
    with pytest.raises(Tampered):
        await database.write(
            lambda tx: case_entries.of_case(tx, made(tx), cases.history(tx, made(tx).id)[0].id)
        )


async def test_only_kinds_that_are_known(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)constraint"):
        await database.write(
            lambda tx: case_entries.add(tx, made(tx), opened(tx).id, kind="rumour", at=NOW)
        )
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await database.write(lambda tx: case_entries.add(tx, made(tx), 999, kind="note", at=NOW))
