"""What is old goes, what is young or not delivered stays, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bot.domain.delivery import DeliveryStatus
from bot.storage import conversations, messages, outbox, quarantine, retention
from bot.storage.database import Database
from bot.storage.tables import conversation_keys
from bot.storage.tables import conversations as people
from bot.storage.tables import messages as came
from bot.storage.tables import outbox as went
from bot.storage.tables import quarantine as aside
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=40)
LIMIT = NOW - timedelta(days=30)
EVERYBODY = retention.Stretch(after=0, last=10_000)


def talk(tx: Tx, address: str, at: datetime, seq: int = 1) -> outbox.Outgoing:
    """One event and one answer that is yet to be delivered."""
    conversation = conversations.lock(tx, "telegram:1", address, at)
    assert messages.record_inbound(
        tx, conversation, external_id=f"{address}-{seq}", seq=seq, at=at, body=b"{}"
    )
    conversations.save(tx, conversation, b"{}", at)
    return outbox.add(
        tx, conversation, seq=seq + 1, kind="say", body=b"{}", now=at, claimed_by="me"
    )


def deliver(tx: Tx, row: outbox.Outgoing) -> None:
    assert outbox.mark(tx, row, DeliveryStatus.SENT, reference="1")


def counts(tx: Tx) -> tuple[int, ...]:
    """Return how many conversations, keys, messages in, messages out and events set aside."""
    return tuple(
        int(tx.core(select(func.count()).select_from(table)).scalar_one())
        for table in (people, conversation_keys, came, went, aside)
    )


async def test_history_older_than_the_limit_goes(database: Database) -> None:
    def work(tx: Tx) -> int:
        deliver(tx, talk(tx, "a", OLD))
        deliver(tx, talk(tx, "a", NOW, seq=3))
        return retention.expire_history(tx, EVERYBODY, LIMIT)

    assert await database.write(work) == 2
    assert await database.read(counts) == (1, 1, 1, 1, 0)


async def test_what_is_yet_to_be_delivered_stays(database: Database) -> None:
    def work(tx: Tx) -> tuple[int, int]:
        talk(tx, "a", OLD)
        kept = retention.expire_conversations(tx, EVERYBODY, LIMIT)
        return kept, retention.expire_history(tx, EVERYBODY, LIMIT)

    assert await database.write(work) == (0, 1)
    assert await database.read(counts) == (1, 1, 0, 1, 0)


async def test_a_silent_conversation_goes_with_its_key_and_all_it_sealed(
    database: Database,
) -> None:
    def work(tx: Tx) -> int:
        deliver(tx, talk(tx, "a", OLD))
        deliver(tx, talk(tx, "b", NOW))
        conversation = conversations.find(tx, "telegram:1", "a")
        quarantine.add(
            tx,
            account="telegram:1",
            external_id="7",
            raw=b"x",
            error="ValueError",
            at=OLD,
            conversation=conversation,
        )
        return retention.expire_conversations(tx, EVERYBODY, LIMIT)

    assert await database.write(work) == 1
    assert await database.read(counts) == (1, 1, 1, 1, 0)


async def test_stretches_meet_every_conversation_once(database: Database) -> None:
    def work(tx: Tx) -> list[int]:
        for number in range(7):
            deliver(tx, talk(tx, str(number), OLD))
        found, after = [], 0
        while where := retention.stretch(tx, after, 3):
            found.append(retention.expire_conversations(tx, where, LIMIT))
            after = where.last
        return found

    assert await database.write(work) == [3, 3, 1]
    assert await database.read(counts) == (0, 0, 0, 0, 0)


async def test_a_stretch_leaves_its_neighbours_alone(database: Database) -> None:
    def work(tx: Tx) -> int:
        rows = [talk(tx, str(number), OLD) for number in range(3)]
        for row in rows:
            deliver(tx, row)
        middle = rows[1].conversation_id
        return retention.expire_history(tx, retention.Stretch(after=middle - 1, last=middle), LIMIT)

    assert await database.write(work) == 2
    assert await database.read(counts) == (3, 3, 2, 2, 0)


async def test_quarantine_goes_oldest_first_and_no_more_than_asked(database: Database) -> None:
    def work(tx: Tx) -> tuple[int, int, int]:
        for number, at in enumerate((OLD, OLD, OLD, NOW)):
            quarantine.add(tx, account="web", external_id=str(number), raw=b"x", error="E", at=at)
        first = retention.expire_quarantine(tx, LIMIT, 2)
        return first, retention.expire_quarantine(tx, LIMIT, 2), quarantine.count(tx)

    assert await database.write(work) == (2, 1, 1)
