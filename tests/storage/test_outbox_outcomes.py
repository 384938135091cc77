"""What becomes of outbox rows: unknown outcomes, a dead owner, marks, references."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from psycopg.errors import UniqueViolation
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from bot.domain.delivery import TRANSITIONS, DeliveryStatus
from bot.storage import conversations, outbox
from bot.storage.database import Database
from bot.storage.outbox import Outgoing, Undelivered
from bot.storage.tables import outbox as table
from bot.storage.transaction import Tx
from tests.storage.rows import (
    ACCOUNT,
    FAILED,
    LATER,
    NOW,
    PENDING,
    SENDING,
    SENT,
    SKIPPED,
    UNKNOWN,
    closed,
    made,
    opened,
    said,
    status,
    taken,
)


class TestUnknown:
    """Rows whose outcome nobody knows."""

    async def test_are_claimed_for_the_repetition_and_stay_unknown(
        self, database: Database
    ) -> None:
        def fill(tx: Tx) -> None:
            first = said(tx, 1, claimed_by="me")
            said(tx, 2, claimed_by="me")
            outbox.mark(tx, first, UNKNOWN, unknowns=1, attempts=1)
            outbox.release_behind(tx, first)

        await database.write(fill)
        (claimed,) = await database.write(taken)
        assert (claimed.seq, claimed.status, claimed.unknowns) == (1, UNKNOWN, 1)
        assert await database.write(taken) == []
        assert await database.write(lambda tx: outbox.mark(tx, claimed, SENT, attempts=2))
        assert [each.seq for each in await database.write(taken)] == [2]

    async def test_wait_again_when_the_repetition_was_refused_for_now(
        self, database: Database
    ) -> None:
        def fill(tx: Tx) -> None:
            outbox.mark(tx, said(tx, 1, claimed_by="me"), UNKNOWN, unknowns=1)
            (claimed,) = taken(tx)
            assert outbox.mark(tx, claimed, UNKNOWN, not_before=LATER)

        await database.write(fill)
        assert await database.write(taken) == []
        (again,) = await database.write(lambda tx: taken(tx, now=LATER))
        assert (again.status, again.unknowns) == (UNKNOWN, 1)


class TestRecover:
    """A new owner takes over from one that is gone."""

    async def test_what_was_being_sent_is_unknown(self, database: Database) -> None:
        def fill(tx: Tx) -> None:
            said(tx, 1, claimed_by="dead")
            said(tx, 2, claimed_by="dead")
            said(tx, 1, "mine", claimed_by="me")
            said(tx, 1, "waits")
            outbox.add(
                tx,
                made(tx, account="matrix:@b:hs"),
                seq=1,
                kind="say",
                body=b"",
                now=NOW,
                claimed_by="dead",
            )

        await database.write(fill)
        assert await database.write(lambda tx: outbox.recover(tx, ACCOUNT, "me")) == 2
        assert await database.write(lambda tx: outbox.recover(tx, ACCOUNT, "me")) == 0
        assert await database.read(outbox.depth) == {
            (ACCOUNT, UNKNOWN): 2,
            (ACCOUNT, SENDING): 1,
            (ACCOUNT, PENDING): 1,
            ("matrix:@b:hs", SENDING): 1,
        }
        claimed = await database.write(taken)
        assert {(each.address, each.seq, each.status, each.unknowns) for each in claimed} == {
            ("42", 1, UNKNOWN, 1),
            ("waits", 1, SENDING, 0),
        }

    async def test_a_repetition_that_was_cut_short_counts(self, database: Database) -> None:
        def fill(tx: Tx) -> None:
            said(tx, 1, claimed_by="dead")
            outbox.recover(tx, ACCOUNT, "heir")
            taken(tx, by="heir")

        await database.write(fill)
        assert await database.write(lambda tx: outbox.recover(tx, ACCOUNT, "me")) == 1
        (claimed,) = await database.write(taken)
        assert (claimed.status, claimed.unknowns) == (UNKNOWN, 2)


def placed(tx: Tx, where: DeliveryStatus) -> Outgoing:
    """Return a row that stands at `where`, brought there by the ways that there are."""
    if where is PENDING:
        return said(tx, 1)
    row = said(tx, 1, claimed_by="me")
    if where is not SENDING:
        assert outbox.mark(tx, row, where)
    return row


@pytest.mark.parametrize("target", [each for each in DeliveryStatus if each is not SENDING])
@pytest.mark.parametrize("source", list(DeliveryStatus))
async def test_marks_keep_to_the_table(
    database: Database, source: DeliveryStatus, target: DeliveryStatus
) -> None:
    def work(tx: Tx) -> tuple[bool, DeliveryStatus]:
        row = placed(tx, source)
        return outbox.mark(tx, row, target), status(tx, row)

    allowed = target in TRANSITIONS[source] or source is target is UNKNOWN
    assert await database.write(work) == (allowed, target if allowed else source)


async def test_a_mark_keeps_what_it_does_not_name(database: Database) -> None:
    def fill(tx: Tx) -> None:
        row = said(tx, 1, claimed_by="me")
        outbox.mark(tx, row, PENDING, attempts=3, unknowns=1, not_before=LATER)
        (row,) = taken(tx, now=LATER)
        outbox.mark(tx, row, PENDING)

    await database.write(fill)
    (row,) = await database.write(lambda tx: taken(tx, now=LATER))
    assert (row.attempts, row.unknowns, row.not_before) == (3, 1, LATER)


async def test_references_lead_there_and_back(database: Database) -> None:
    def fill(tx: Tx) -> None:
        for seq, name in ((1, "100"), (2, "101")):
            outbox.mark(tx, said(tx, seq, claimed_by="me"), SENT, reference=name)
        outbox.mark(tx, said(tx, 1, "other", claimed_by="me"), SENT, reference="100")
        outbox.mark(tx, said(tx, 3, claimed_by="me"), SENT)

    await database.write(fill)

    def look(tx: Tx) -> list[object]:
        hers, other = made(tx), made(tx, "other")
        found = [outbox.by_reference(tx, each, "100") for each in (hers, other)]
        return [
            outbox.reference(tx, hers, 2),
            outbox.reference(tx, hers, 3),
            outbox.reference(tx, hers, 9),
            [row and (row.address, row.seq, row.status) for row in found],
            outbox.by_reference(tx, other, "101"),
            outbox.body(tx, hers, 2),
            outbox.body(tx, other, 2),
        ]

    assert await database.write(look) == [
        "101",
        None,
        None,
        [("42", 1, SENT), ("other", 1, SENT)],
        None,
        b"words 2",
        None,
    ]


async def test_who_cannot_be_reached_is_not_written_to(database: Database) -> None:
    def fill(tx: Tx) -> tuple[int, list[DeliveryStatus]]:
        rows = [said(tx, 1, claimed_by="me"), said(tx, 2, claimed_by="me"), said(tx, 3)]
        outbox.mark(tx, rows[1], UNKNOWN)
        other = said(tx, 1, "other")
        skipped = outbox.skip_for(tx, made(tx).id)
        return skipped, [status(tx, row) for row in (*rows, other)]

    assert await database.write(fill) == (2, [SENDING, SKIPPED, SKIPPED, PENDING])


async def test_a_failed_row_is_tried_again_on_demand(database: Database) -> None:
    def fill(tx: Tx) -> Outgoing:
        row = said(tx, 1, claimed_by="me")
        outbox.mark(tx, row, FAILED, attempts=8)
        return row

    row = await database.write(fill)
    assert await database.write(lambda tx: outbox.retry_failed(tx, row.id, LATER))
    assert not await database.write(lambda tx: outbox.retry_failed(tx, row.id, LATER))
    (again,) = await database.write(lambda tx: taken(tx, now=LATER))
    assert again.id == row.id


async def test_what_was_sent_before_an_address_changed_goes_to_the_new_one(
    database: Database,
) -> None:
    def fill(tx: Tx) -> None:
        said(tx, 1)
        conversations.set_address(tx, made(tx), "-100")

    await database.write(fill)
    (claimed,) = await database.write(taken)
    assert claimed.address == "-100"


@pytest.mark.parametrize(
    "change",
    [
        {"status": "nonsense"},
        {"status": "sending"},
        {"claimed_by": "me"},
        {"kind": "shout"},
        {"kind": "edit"},
        {"target": 1},
    ],
)
async def test_the_database_keeps_the_rules_itself(
    database: Database, change: dict[str, Any]
) -> None:
    await database.write(lambda tx: said(tx, 1))
    with pytest.raises(IntegrityError):
        await database.write(lambda tx: tx.core(update(table).values(change)).close())


async def test_a_number_is_used_once(database: Database) -> None:
    await database.write(lambda tx: said(tx, 1))
    with pytest.raises((sqlite3.IntegrityError, UniqueViolation)):
        await database.write(lambda tx: said(tx, 1))
    assert len(await database.write(taken)) == 1


class TestUndelivered:
    """What a counsellor must see because it did not reach anybody."""

    async def test_failed_rows_of_a_conversation(self, database: Database) -> None:
        def fill(tx: Tx) -> tuple[Outgoing, list[Undelivered]]:
            rows = [said(tx, seq, claimed_by="me") for seq in (1, 2, 3)]
            outbox.mark(tx, rows[0], SENT)
            outbox.mark(tx, rows[1], FAILED, attempts=4)
            outbox.mark(tx, said(tx, 1, "other", claimed_by="me"), FAILED)
            return rows[1], outbox.failed_for(tx, rows[1].conversation_id)

        row, found = await database.write(fill)
        assert found == [
            Undelivered(
                case_id=None,
                conversation_id=row.conversation_id,
                row=row.id,
                seq=2,
                kind="say",
                status=FAILED,
                attempts=4,
                at=NOW,
                reachable=True,
            )
        ]
        assert await database.write(lambda tx: outbox.retry_failed(tx, row.id, LATER))
        assert await database.read(lambda tx: outbox.failed_for(tx, row.conversation_id)) == []

    async def test_failed_rows_of_open_cases(self, database: Database) -> None:
        def fill(tx: Tx) -> tuple[int, int, list[Undelivered]]:
            outbox.mark(tx, said(tx, 2, claimed_by="me"), FAILED)  # before the case
            case = opened(tx)
            of_case = said(tx, 4, claimed_by="me")
            outbox.mark(tx, of_case, FAILED)
            outbox.mark(tx, said(tx, 5, claimed_by="me"), SENT)
            said(tx, 6)
            closed(tx, opened(tx, "done"))
            outbox.mark(tx, said(tx, 9, "done", claimed_by="me"), FAILED)
            outbox.mark(tx, said(tx, 9, "no case", claimed_by="me"), FAILED)
            return case.id, of_case.id, outbox.undelivered_in_open_cases(tx)

        case, row, found = await database.write(fill)
        assert [(each.case_id, each.row, each.status) for each in found] == [(case, row, FAILED)]

    async def test_all_that_cannot_reach_somebody_with_an_open_case(
        self, database: Database
    ) -> None:
        def fill(tx: Tx) -> list[Undelivered]:
            for address in ("gone", "there"):
                opened(tx, address)
                conversation = made(tx, address)
                for seq in (4, 5, 6):
                    said(tx, seq, address, claimed_by="me" if seq == 4 else None)
                outbox.add(tx, conversation, seq=7, kind="edit", target=4, body=b"", now=NOW)
            gone = made(tx, "gone")
            assert outbox.undelivered_in_open_cases(tx) == []  # she can be reached so far
            conversations.set_reachable(tx, gone, False)
            waiting = outbox.undelivered_in_open_cases(tx)
            assert [each.status for each in waiting] == [SENDING, PENDING, PENDING, PENDING]
            outbox.skip_for(tx, gone.id)
            return outbox.undelivered_in_open_cases(tx)

        found = await database.write(fill)
        assert [(each.seq, each.status) for each in found] == [
            (4, SENDING),
            (5, SKIPPED),
            (6, SKIPPED),
        ]
        assert {each.reachable for each in found} == {False}
        assert all(each.case_id is not None for each in found)


class TestPosts:
    """Rows of a staff room: references, delivered like all others."""

    async def test_are_ordered_claimed_repeated_and_named(self, database: Database) -> None:
        def post(tx: Tx, seq: int, **options: Any) -> Outgoing:
            return outbox.add(
                tx, made(tx, "room"), seq=seq, kind="post", body=b"{}", now=NOW, **options
            )

        def fill(tx: Tx) -> Outgoing:
            first = post(tx, 1, claimed_by="me")
            post(tx, 2, claimed_by="me")
            outbox.mark(tx, first, PENDING, not_before=LATER, attempts=1)
            outbox.release_behind(tx, first)
            return first

        first = await database.write(fill)
        assert await database.write(taken) == []
        (again,) = await database.write(lambda tx: taken(tx, now=LATER))
        assert (again.id, again.kind, again.target, again.attempts) == (first.id, "post", None, 1)
        await database.write(lambda tx: outbox.mark(tx, again, SENT, reference="77:5"))
        room = await database.write(lambda tx: made(tx, "room"))
        assert await database.read(lambda tx: outbox.reference(tx, room, 1)) == "77:5"
        found = await database.read(lambda tx: outbox.by_reference(tx, room, "77:5"))
        assert found is not None
        assert (found.id, found.kind) == (first.id, "post")
        assert [each.seq for each in await database.write(taken)] == [2]

    async def test_are_about_no_other_message(self, database: Database) -> None:
        with pytest.raises(Exception, match="ck_outbox_target"):
            await database.write(
                lambda tx: outbox.add(tx, made(tx), seq=1, kind="post", target=3, body=b"", now=NOW)
            )
        with pytest.raises(Exception, match="ck_outbox_kind"):
            await database.write(
                lambda tx: outbox.add(tx, made(tx), seq=1, kind="shout", body=b"", now=NOW)
            )
