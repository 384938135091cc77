"""What came in is kept once, and the history is in order."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot.domain.delivery import DeliveryStatus
from bot.storage import conversations, messages, outbox, quarantine
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 22, 9, 30, 1, 234567, tzinfo=UTC)


def made(tx: Tx, address: str = "42", account: str = "telegram:1") -> Conversation:
    return conversations.lock(tx, account, address, NOW)


def came(tx: Tx, external_id: str, seq: int, body: bytes = b"words", address: str = "42") -> bool:
    return messages.record_inbound(
        tx, made(tx, address), external_id=external_id, seq=seq, at=NOW, body=body
    )


async def test_an_event_counts_once(database: Database) -> None:
    assert await database.write(lambda tx: came(tx, "e", 1))
    assert not await database.write(lambda tx: came(tx, "e", 2, b"again"))
    history = await database.write(lambda tx: messages.history(tx, made(tx), 0, 10))
    assert [(row.seq, row.body) for row in history] == [(1, b"words")]


async def test_an_event_counts_once_under_concurrency(database: Database) -> None:
    def turn(tx: Tx) -> bool:
        conversation = made(tx)
        number = conversation.version + 1
        if not messages.record_inbound(
            tx, conversation, external_id=f"e{number % 5}", seq=number, at=NOW, body=b"words"
        ):
            return False
        conversations.save(tx, conversation, b"state", NOW)
        return True

    # Each id is offered again and again; a duplicate leaves no trace, so version counts the events.
    def same(tx: Tx) -> bool:
        conversation = made(tx, "7")
        taken = messages.record_inbound(
            tx,
            conversation,
            external_id="the one",
            seq=conversation.version + 1,
            at=NOW,
            body=b"words",
        )
        if taken:
            conversations.save(tx, conversation, b"state", NOW)
        return taken

    outcomes = await asyncio.gather(*(database.write(same) for _ in range(40)))
    assert outcomes.count(True) == 1
    assert (await database.write(lambda tx: made(tx, "7"))).version == 1
    outcomes = await asyncio.gather(*(database.write(turn) for _ in range(40)))
    assert outcomes.count(True) == 5


async def test_two_conversations_race_for_one_id(database: Database) -> None:
    outcomes = await asyncio.gather(
        *(database.write(lambda tx, n=n: came(tx, "e", 1, address=str(n))) for n in range(16))
    )
    assert outcomes.count(True) == 1


async def test_the_same_id_on_another_account_is_another_event(database: Database) -> None:
    def other(tx: Tx) -> bool:
        conversation = made(tx, account="telegram:2")
        return messages.record_inbound(
            tx, conversation, external_id="e", seq=1, at=NOW, body=b"words"
        )

    assert await database.write(lambda tx: came(tx, "e", 1))
    assert await database.write(other)


async def test_a_turn_that_raises_was_not_seen(database: Database) -> None:
    def turn(tx: Tx) -> None:
        came(tx, "e", 1)
        raise LookupError

    (outcome,) = await asyncio.gather(database.write(turn), return_exceptions=True)
    assert isinstance(outcome, LookupError)
    assert not await database.read(lambda tx: messages.seen(tx, "telegram:1", "e"))
    assert await database.write(lambda tx: came(tx, "e", 1))


async def test_seen_knows_conversations_and_quarantine(database: Database) -> None:
    def fill(tx: Tx) -> None:
        came(tx, "kept", 1)
        quarantine.add(
            tx, account="telegram:1", external_id="bad", raw=b"raw", error="ValueError", at=NOW
        )

    await database.write(fill)
    for external_id, expected in (("kept", True), ("bad", True), ("new", False)):
        seen = await database.read(
            lambda tx, each=external_id: messages.seen(tx, "telegram:1", each)
        )
        assert seen is expected
    assert not await database.read(lambda tx: messages.seen(tx, "telegram:2", "kept"))


async def test_what_was_kept_under_an_id_is_found(database: Database) -> None:
    await database.write(lambda tx: came(tx, "e", 1, b"words"))
    found = await database.write(lambda tx: messages.inbound(tx, made(tx), "e"))
    assert found is not None
    assert (found.body, found.at, found.direction, found.kind) == (b"words", NOW, "in", None)
    assert await database.write(lambda tx: messages.inbound(tx, made(tx), "other")) is None
    assert await database.write(lambda tx: messages.inbound(tx, made(tx, "7"), "e")) is None


async def test_history_merges_both_directions(database: Database) -> None:
    def fill(tx: Tx) -> None:
        conversation = made(tx)
        later = NOW + timedelta(seconds=1)
        outbox.add(tx, conversation, seq=2, kind="say", body=b"two", now=NOW, delivered=True)
        messages.record_inbound(
            tx, conversation, external_id="a", seq=1, at=NOW, body=b"one", client_id="id\udcff1"
        )
        outbox.add(
            tx, conversation, seq=4, kind="edit", target=2, body=b"four", now=later, delivered=True
        )
        messages.record_inbound(tx, conversation, external_id="b", seq=3, at=later, body=b"three")
        outbox.add(tx, made(tx, "other"), seq=5, kind="say", body=b"foreign", now=NOW)

    await database.write(fill)
    rows = await database.write(lambda tx: messages.history(tx, made(tx), 0, 10))
    assert [(row.seq, row.direction, row.kind, row.target, row.body) for row in rows] == [
        (1, "in", None, None, b"one"),
        (2, "out", "say", None, b"two"),
        (3, "in", None, None, b"three"),
        (4, "out", "edit", 2, b"four"),
    ]
    assert [row.client_id for row in rows] == ["id\udcff1", None, None, None]
    assert [row.at - NOW for row in rows] == [timedelta(seconds=n) for n in (0, 0, 1, 1)]
    assert "three" not in repr(rows)
    after = await database.write(lambda tx: messages.history(tx, made(tx), 1, 2))
    assert [row.seq for row in after] == [2, 3]


class TestOfCase:
    """What a counsellor reads: both directions, and what became of each message."""

    @staticmethod
    def fill(tx: Tx) -> dict[int, int]:
        """Return the ids of the outgoing rows by their numbers."""
        conversation = made(tx)
        for seq in (1, 3, 5):
            messages.record_inbound(
                tx, conversation, external_id=f"e{seq}", seq=seq, at=NOW, body=b"in %d" % seq
            )
        rows = {
            seq: outbox.add(
                tx, conversation, seq=seq, kind="say", body=b"o", now=NOW, claimed_by="me"
            )
            for seq in (2, 4, 6, 7)
        }
        assert outbox.mark(tx, rows[2], DeliveryStatus.SENT, reference="r2", attempts=2)
        assert outbox.mark(tx, rows[4], DeliveryStatus.FAILED, reference="r4", attempts=4)
        outbox.add(tx, made(tx, "other"), seq=4, kind="say", body=b"foreign", now=NOW)
        return {seq: row.id for seq, row in rows.items()}

    async def test_from_one_number_to_another(self, database: Database) -> None:
        await database.write(self.fill)
        rows = await database.write(lambda tx: messages.of_case(tx, made(tx), 3, 6))
        assert [(row.seq, row.direction) for row in rows] == [
            (3, "in"),
            (4, "out"),
            (5, "in"),
            (6, "out"),
        ]
        assert rows[0].delivery is None
        assert [row.delivery and row.delivery.status for row in rows[1::2]] == [
            DeliveryStatus.FAILED,
            DeliveryStatus.SENDING,
        ]
        every = await database.write(lambda tx: messages.of_case(tx, made(tx), 0))
        assert [row.seq for row in every] == [1, 2, 3, 4, 5, 6, 7]

    async def test_a_delivery_says_which_row_and_how_often(self, database: Database) -> None:
        ids = await database.write(self.fill)
        rows = await database.write(lambda tx: messages.of_case(tx, made(tx), 2, 4))
        sent, _, failed = [row.delivery for row in rows]
        assert sent is not None
        assert failed is not None
        assert (sent.row, failed.row) == (ids[2], ids[4])
        assert (failed.attempts, failed.reference) == (4, "r4")
        assert (sent.status, sent.attempts, sent.reference) == (DeliveryStatus.SENT, 2, "r2")
        assert "r4" not in repr(rows)

    async def test_the_newest_in_order(self, database: Database) -> None:
        await database.write(self.fill)
        rows = await database.write(lambda tx: messages.newest(tx, made(tx), 4))
        assert [row.seq for row in rows] == [4, 5, 6, 7]
        assert [row.delivery is None for row in rows] == [False, True, False, False]
        every = await database.write(lambda tx: messages.newest(tx, made(tx), 100))
        assert [row.seq for row in every] == [1, 2, 3, 4, 5, 6, 7]

    async def test_a_page_of_the_web_chat_is_told_nothing_of_it(self, database: Database) -> None:
        await database.write(self.fill)
        rows = await database.write(lambda tx: messages.history(tx, made(tx), 0, 10))
        assert [row.delivery for row in rows] == [None] * 7
