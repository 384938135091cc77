"""Order, claims and outcomes of the outbox."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg.errors import UniqueViolation
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from bot.domain.delivery import TRANSITIONS, DeliveryStatus
from bot.storage import conversations, outbox
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.outbox import Mark, Outgoing
from bot.storage.tables import outbox as table
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 22, 9, 30, 1, 234567, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
ACCOUNT = "telegram:1"
PENDING, SENDING, SENT, UNKNOWN, FAILED, SKIPPED = DeliveryStatus


def made(tx: Tx, address: str = "42", account: str = ACCOUNT) -> Conversation:
    return conversations.lock(tx, account, address, NOW)


def said(tx: Tx, seq: int, address: str = "42", **options: Any) -> Outgoing:
    body = f"words {seq}".encode()
    return outbox.add(tx, made(tx, address), seq=seq, kind="say", body=body, now=NOW, **options)


def taken(tx: Tx, by: str = "me", now: datetime = NOW, limit: int = 10) -> list[Outgoing]:
    return outbox.claim(tx, ACCOUNT, now, limit, by)


def status(tx: Tx, outgoing: Outgoing) -> DeliveryStatus:
    query = select(table.c.status).where(table.c.id == outgoing.id)
    return DeliveryStatus(tx.core(query).scalar_one())


async def test_a_row_is_claimed_whole(database: Database) -> None:
    added = await database.write(lambda tx: said(tx, 1))
    assert added.status is PENDING
    (claimed,) = await database.write(taken)
    assert claimed.status is SENDING
    assert (claimed.id, claimed.seq, claimed.address) == (added.id, 1, "42")
    assert (claimed.body, claimed.kind, claimed.target) == (b"words 1", "say", None)
    assert (claimed.not_before, claimed.attempts, claimed.unknowns) == (NOW, 0, 0)
    assert claimed.idempotency_key == added.idempotency_key == str(added.id)
    assert "words" not in repr(claimed)
    assert await database.write(taken) == []


async def test_one_of_a_conversation_at_a_time_and_in_order(database: Database) -> None:
    def fill(tx: Tx) -> None:
        for seq in (1, 2, 3):
            said(tx, seq)
        said(tx, 1, "other")

    await database.write(fill)
    order = []
    while claimed := await database.write(taken):
        assert len({each.conversation_id for each in claimed}) == len(claimed)
        order += [(each.address, each.seq) for each in claimed]
        await database.write(
            lambda tx, c=claimed: outbox.mark_many(
                tx, [Mark(outgoing=each, status=SENT) for each in c]
            )
        )
    assert [seq for address, seq in order if address == "42"] == [1, 2, 3]
    assert [seq for address, seq in order if address == "other"] == [1]


@pytest.mark.parametrize("blocking", [PENDING, SENDING, UNKNOWN])
async def test_an_open_row_holds_up_those_behind_it(
    database: Database, blocking: DeliveryStatus
) -> None:
    def fill(tx: Tx) -> None:
        first = said(tx, 1, claimed_by="me")
        if blocking is not SENDING:
            outbox.mark(tx, first, blocking, not_before=LATER)
        said(tx, 2)

    await database.write(fill)
    assert await database.write(taken) == []


@pytest.mark.parametrize("final", [SENT, FAILED, SKIPPED])
async def test_a_row_that_came_to_an_end_holds_up_nothing(
    database: Database, final: DeliveryStatus
) -> None:
    def fill(tx: Tx) -> None:
        outbox.mark(tx, said(tx, 1, claimed_by="me"), final)
        said(tx, 2)

    await database.write(fill)
    assert [each.seq for each in await database.write(taken)] == [2]


async def test_other_accounts_and_other_times_are_left_alone(database: Database) -> None:
    def fill(tx: Tx) -> None:
        outbox.add(tx, made(tx, account="matrix:@b:hs"), seq=1, kind="say", body=b"", now=NOW)
        outbox.add(tx, made(tx), seq=1, kind="say", body=b"", now=LATER)

    await database.write(fill)
    assert await database.write(taken) == []
    assert await database.read(lambda tx: outbox.next_due(tx, ACCOUNT)) == LATER
    assert len(await database.write(lambda tx: taken(tx, now=LATER))) == 1
    assert await database.read(lambda tx: outbox.next_due(tx, ACCOUNT)) is None


async def test_the_longest_due_come_first_and_no_more_than_asked(database: Database) -> None:
    def fill(tx: Tx) -> None:
        for number, delay in enumerate((3, 1, 2)):
            now = NOW + timedelta(seconds=delay)
            outbox.add(tx, made(tx, str(number)), seq=1, kind="say", body=b"", now=now)

    await database.write(fill)
    claimed = await database.write(lambda tx: taken(tx, now=LATER, limit=2))
    assert [each.address for each in claimed] == ["1", "2"]


async def test_two_that_claim_at_once_get_different_rows(database: Database) -> None:
    def fill(tx: Tx) -> None:
        for number in range(60):
            said(tx, 1, str(number))

    await database.write(fill)
    batches = await asyncio.gather(
        *(database.write(lambda tx, n=n: taken(tx, by=f"p{n}", limit=10)) for n in range(12))
    )
    ids = [each.id for batch in batches for each in batch]
    assert len(ids) == len(set(ids))
    rest = await database.write(lambda tx: taken(tx, limit=100))
    assert len(ids) + len(rest) == 60


class TestBornClaimed:
    """Rows that the process that commits them delivers from memory."""

    async def test_the_first_and_those_behind_it(self, database: Database) -> None:
        added = await database.write(lambda tx: [said(tx, n, claimed_by="me") for n in (1, 2, 3)])
        assert [each.status for each in added] == [SENDING] * 3
        assert await database.write(lambda tx: taken(tx, by="other")) == []

    @pytest.mark.parametrize("blocking", [PENDING, UNKNOWN])
    async def test_behind_one_that_waits(
        self, database: Database, blocking: DeliveryStatus
    ) -> None:
        def fill(tx: Tx) -> Outgoing:
            outbox.mark(tx, said(tx, 1, claimed_by="me"), blocking)
            return said(tx, 2, claimed_by="me")

        assert (await database.write(fill)).status is PENDING

    async def test_behind_somebody_elses(self, database: Database) -> None:
        def fill(tx: Tx) -> Outgoing:
            said(tx, 1, claimed_by="other")
            return said(tx, 2, claimed_by="me")

        added = await database.write(fill)
        assert added.status is PENDING
        assert await database.read(lambda tx: status(tx, added)) is PENDING

    async def test_behind_what_is_done(self, database: Database) -> None:
        def fill(tx: Tx) -> Outgoing:
            outbox.mark(tx, said(tx, 1, claimed_by="other"), SENT)
            return said(tx, 2, claimed_by="me")

        assert (await database.write(fill)).status is SENDING

    async def test_history_only(self, database: Database) -> None:
        added = await database.write(lambda tx: said(tx, 1, claimed_by="me", delivered=True))
        assert added.status is SENT
        assert await database.write(taken) == []
        assert await database.read(outbox.depth) == {}

    async def test_given_back_behind_one_that_must_wait(self, database: Database) -> None:
        def fill(tx: Tx) -> int:
            first, *_ = [said(tx, seq, claimed_by="me") for seq in (1, 2, 3)]
            said(tx, 1, "other", claimed_by="me")
            outbox.mark(tx, first, PENDING, not_before=LATER, attempts=1)
            return outbox.release_behind(tx, first)

        assert await database.write(fill) == 2
        assert await database.write(taken) == []
        (first,) = await database.write(lambda tx: taken(tx, now=LATER))
        assert (first.seq, first.attempts) == (1, 1)


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
