"""What an administrator sees of the queues, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.delivery import DeliveryStatus
from bot.storage import backlog, conversations, jobs, outbox, quarantine
from bot.storage.backlog import FailedDelivery
from bot.storage.database import Database
from bot.storage.quarantine import Quarantined
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def test_shows_the_newest_failed_deliveries_in_order(database: Database) -> None:
    def work(tx: Tx) -> tuple[list[int], list[FailedDelivery]]:
        conversation = conversations.lock(tx, "telegram:1", "a", NOW)
        rows = [
            outbox.add(tx, conversation, seq=seq, kind="say", body=b"{}", now=NOW, claimed_by="me")
            for seq in range(1, 6)
        ]
        for row in rows[:4]:
            assert outbox.mark(tx, row, DeliveryStatus.FAILED, attempts=3)
        assert outbox.mark(tx, rows[4], DeliveryStatus.SENT)
        return [row.id for row in rows], backlog.failed_deliveries(tx, 3)

    ids, found = await database.write(work)
    assert [row.id for row in found] == ids[1:4]
    assert found[0] == FailedDelivery(
        id=ids[1], account="telegram:1", kind="say", attempts=3, at=NOW
    )


async def test_finds_an_event_in_quarantine(database: Database) -> None:
    def work(tx: Tx) -> tuple[int, Quarantined | None, Quarantined | None]:
        number = quarantine.add(
            tx, account="web", external_id="1", raw=b"x", error="ValueError", at=NOW
        )
        assert number is not None
        return number, backlog.quarantined(tx, number), backlog.quarantined(tx, number + 1)

    number, found, missing = await database.write(work)
    assert missing is None
    assert found == Quarantined(
        id=number, account="web", conversation_id=None, error="ValueError", at=NOW
    )


async def test_only_a_waiting_job_is_waiting(database: Database) -> None:
    def work(tx: Tx) -> list[bool]:
        seen = [backlog.is_waiting(tx, "a")]
        jobs.defer(tx, "a", {}, lane=None, at=NOW + timedelta(days=1))
        seen += [backlog.is_waiting(tx, "a"), backlog.is_waiting(tx, "b")]
        jobs.claim_due(tx, NOW + timedelta(days=2), 1, "me")
        return [*seen, backlog.is_waiting(tx, "a")]

    assert await database.write(work) == [False, True, False, False]
