"""Order and claims of the outbox."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain.delivery import DeliveryStatus
from bot.storage import outbox
from bot.storage.database import Database
from bot.storage.outbox import Mark, Outgoing
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
    made,
    said,
    status,
    taken,
)


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
