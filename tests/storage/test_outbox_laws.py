"""Whatever happens in whatever order: nothing overtakes, nothing is lost, no claim is doubled."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.delivery import TRANSITIONS, DeliveryStatus
from bot.storage import conversations, outbox
from bot.storage.database import Database
from bot.storage.outbox import Outgoing
from bot.storage.tables import OPEN
from bot.storage.tables import outbox as table
from bot.storage.transaction import Tx

START = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
OUTCOMES = [each for each in DeliveryStatus if each is not DeliveryStatus.SENDING]

OPERATION = st.one_of(
    st.tuples(st.just("add"), st.sampled_from("ab"), st.booleans()),
    st.tuples(st.just("claim"), st.integers(1, 3), st.none()),
    st.tuples(st.just("mark"), st.sampled_from(OUTCOMES), st.integers(0, 5)),
    st.tuples(st.just("die"), st.none(), st.none()),
    st.tuples(st.just("wait"), st.integers(1, 90), st.none()),
)
_runs = iter(range(10**9))


class Model:
    """The process that owns the account, and what the table must look like."""

    def __init__(self, account: str) -> None:
        self.account = account
        self.now = START
        self.owner = 0
        self.seq = 0
        self.held: list[Outgoing] = []  # what this process is delivering, in order
        self.ended: list[tuple[str, int]] = []
        self.added: list[tuple[str, int]] = []

    def step(self, tx: Tx, name: str, one: object, two: object) -> None:
        if name == "add":
            self._add(tx, str(one), bool(two))
        elif name == "claim":
            claimed = outbox.claim(tx, self.account, self.now, int(str(one)), self.me)
            for row in claimed:
                assert row.status in {DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN}
                assert row.not_before <= self.now
                assert all(other.conversation_id != row.conversation_id for other in self.held)
            self.held += claimed
        elif name == "mark" and self.held:
            self._mark(tx, DeliveryStatus(str(one)), int(str(two)))
        elif name == "die":
            self.owner += 1
            assert outbox.recover(tx, self.account, self.me) == len(self.held)
            self.held = []
        elif name == "wait":
            self.now += timedelta(seconds=int(str(one)))

    @property
    def me(self) -> str:
        return f"process {self.owner}"

    def _add(self, tx: Tx, address: str, claimed: bool) -> None:
        self.seq += 1
        conversation = conversations.lock(tx, self.account, address, self.now)
        row = outbox.add(
            tx,
            conversation,
            seq=self.seq,
            kind="say",
            body=b"words",
            now=self.now,
            claimed_by=self.me if claimed else None,
        )
        self.added.append((address, self.seq))
        if row.status is DeliveryStatus.SENDING:
            self.held.append(row)

    def _mark(self, tx: Tx, status: DeliveryStatus, number: int) -> None:
        # A process delivers the first that it holds of some conversation.
        first: dict[int, Outgoing] = {}
        for row in self.held:
            first.setdefault(row.conversation_id, row)
        row = list(first.values())[number % len(first)]
        later = self.now + timedelta(seconds=30)
        marked = outbox.mark(tx, row, status, not_before=later if status in OPEN else None)
        repeated = row.status is status is DeliveryStatus.UNKNOWN
        assert marked == (status in TRANSITIONS[row.status] or repeated)
        if not marked:
            return
        self.held.remove(row)
        if status in OPEN:
            released = outbox.release_behind(tx, row)
            kept = [each for each in self.held if each.conversation_id != row.conversation_id]
            assert released == len(self.held) - len(kept)
            self.held = kept
        else:
            self.ended.append((row.address, row.seq))

    def check(self, tx: Tx) -> None:
        rows = tx.core(
            select(table.c.status, table.c.claimed_by).where(table.c.account == self.account)
        ).all()
        assert len(rows) == len(self.added)  # nothing lost
        assert sum(row.claimed_by is not None for row in rows) == len(self.held)
        assert all(row.claimed_by in {None, self.me} for row in rows)
        assert sum(row.status in OPEN for row in rows) == len(self.added) - len(self.ended)
        for address in "ab":  # nothing overtakes
            ended = [seq for name, seq in self.ended if name == address]
            assert ended == [seq for name, seq in self.added if name == address][: len(ended)]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(operations=st.lists(OPERATION, max_size=30))
@pytest.mark.usefixtures("kind")
async def test_the_outbox_keeps_its_promises(
    database: Database, operations: list[tuple[str, object, object]]
) -> None:
    model = Model(f"account {next(_runs)}")

    def everything(tx: Tx) -> None:
        for operation in operations:
            model.step(tx, *operation)
            model.check(tx)

    await asyncio.wait_for(database.write(everything), 60)
