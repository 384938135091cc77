"""Delivery: the outbox is a queue of its own, worked off in order per conversation, from memory or
from the database.

Theory. Rows that this process committed arrive claimed (`sending`) and are delivered at once from
memory. Everything else (a restart, a refusal that passes, a row of another process) is claimed from
the database when it is due. What ends `pending` frees the rows behind it to the database too, so
that order holds. See `domain.delivery` for the states.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime, timedelta
from typing import TypeVar, assert_never

import structlog

from bot.content.catalogue import Catalogue
from bot.domain.delivery import (
    DeliveryStatus,
    Moved,
    Outcome,
    Refused,
    Retry,
    Scope,
    Sent,
    Unknown,
)
from bot.service import metrics
from bot.service.composing import Composer
from bot.service.ports import Channel, Delivery
from bot.service.staffroom.delivery import PostDelivery
from bot.service.staffroom.posts import POST
from bot.storage import conversations, outbox
from bot.storage.database import Database
from bot.storage.errors import Unavailable
from bot.storage.outbox import Mark, Outgoing
from bot.storage.transaction import Tx

T = TypeVar("T")

log = structlog.get_logger(__name__)

SLOTS = 32
IN_MEMORY = 2
CALM = 4  # conversations with something to deliver
BATCH = 50
GIVE_UP_AFTER = timedelta(hours=24)
IDLE = 60.0


class Deliverer:
    """Delivers the outbox of one account through its channel."""

    def __init__(
        self,
        *,
        database: Database,
        channel: Channel,
        owner: str,
        catalogue: Callable[[], Catalogue],
        clock: Callable[[], datetime],
        posts: PostDelivery | None = None,
        failed: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._channel = channel
        self._owner = owner
        self._failed = failed  # a message has failed for good: somebody should see it
        self._posts = posts  # of the staff room, where the account has one
        self._composer = Composer(database, channel.capabilities, catalogue)
        self._clock = clock
        self._label = metrics.channel_of(channel.account)
        self._queues: dict[int, deque[Outgoing]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(SLOTS)
        self._one_by_one = asyncio.Lock()
        self._paused_until: datetime | None = None
        self._wake = asyncio.Event()
        self._after_crash = False
        self._behind: set[int] = set()  # conversations with rows that wait in the database

    def busy(self, conversation_id: int) -> bool:
        """Return whether so much of a conversation waits in memory that new rows should not.

        What waits in memory counts as begun: after a crash nobody knows whether it was sent.
        """
        return len(self._queues.get(conversation_id, ())) >= IN_MEMORY

    def accept(self, rows: Iterable[Outgoing]) -> None:
        """Take rows fresh from a commit; without any, look into the database now."""
        rows = tuple(rows)
        if not rows:
            self._wake.set()
        for row in rows:
            if row.status is DeliveryStatus.PENDING:
                self._wait_for(row)
            else:
                self._enqueue(row)

    def _wait_for(self, row: Outgoing) -> None:
        """Claim what waits in the database when the conversation's own queue is empty."""
        if row.conversation_id in self._queues:
            self._behind.add(row.conversation_id)
        else:
            self._wake.set()

    def _enqueue(self, row: Outgoing) -> None:
        queue = self._queues.get(row.conversation_id)
        if queue is not None:
            queue.append(row)
            return
        self._queues[row.conversation_id] = deque((row,))
        worker = asyncio.create_task(self._work(row.conversation_id))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def run(self) -> None:
        """Recover what a dead process left, then claim what falls due, until cancelled."""
        recovered = await self._persist(
            lambda tx: outbox.recover(tx, self._channel.account, self._owner)
        )
        if recovered:
            self._after_crash = True
            log.info("outbox.recovered", account_kind=self._label, rows=recovered)
        while True:
            self._wake.clear()
            now = self._clock()
            if self._paused_until is None or self._paused_until <= now:
                self._paused_until = None
                await self._claim(now)
            await self._sleep(now)

    async def _claim(self, now: datetime) -> None:
        while True:
            rows = await self._persist(
                lambda tx: outbox.claim(tx, self._channel.account, now, BATCH, self._owner)
            )
            for row in rows:
                self._behind.add(row.conversation_id)  # only its head was claimed
                self._enqueue(row)
            if len(rows) < BATCH:
                return
            await asyncio.wait(self._workers, return_when=asyncio.FIRST_COMPLETED)

    async def _sleep(self, now: datetime) -> None:
        due = await self._next_due()
        if due is None and not self._queues:
            self._after_crash = False
        if self._paused_until is not None:
            due = max(due, self._paused_until) if due is not None else self._paused_until
        seconds = IDLE if due is None else min(IDLE, max(0.05, (due - now).total_seconds()))
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _next_due(self) -> datetime | None:
        try:
            return await self._database.read(lambda tx: outbox.next_due(tx, self._channel.account))
        except Unavailable:
            return None

    async def drain(self, seconds: float) -> None:
        """Let the sends under way finish, at most `seconds`; what is left stays in the outbox."""
        for queue in self._queues.values():
            queue.clear()
        if self._workers:
            await asyncio.wait(self._workers, timeout=seconds)
        for worker in tuple(self._workers):
            worker.cancel()

    async def settle(self) -> None:
        """Wait until nothing is under way from memory (the terminal at its end of input)."""
        while self._workers:
            await asyncio.wait(self._workers)

    async def _work(self, conversation_id: int) -> None:
        queue = self._queues[conversation_id]
        try:
            while queue:
                row = queue.popleft()
                async with self._slots, self._gate(row):
                    await self._deliver(row, queue)
        finally:
            del self._queues[conversation_id]
            if conversation_id in self._behind:
                self._behind.discard(conversation_id)
                self._wake.set()

    def _gate(self, row: Outgoing) -> AbstractAsyncContextManager[object]:
        """New messages leave one by one while few wait, and after a crash until the backlog is
        gone.

        A crash may double whatever is under way; so that is one message, except under load.
        """
        calm = self._after_crash or len(self._queues) <= CALM
        if calm and row.kind == "say" and not self._channel.capabilities.idempotent:
            return self._one_by_one
        return nullcontext()

    async def _deliver(self, row: Outgoing, queue: deque[Outgoing]) -> None:
        now = self._clock()
        if self._paused_until is not None and self._paused_until > now:
            await self._put_back(row, queue, self._paused_until, row.attempts)
            return
        if row.kind == POST:
            await self._deliver_post(row, queue)
            return
        try:
            delivery = await self._composer.compose(row, now)
        except Exception as error:  # noqa: BLE001  # one message that cannot be shown must not stop the others
            log.error("delivery.unrenderable", row=row.id, error=type(error).__name__)
            await self._mark(row, DeliveryStatus.FAILED)
            return
        if delivery is None:
            await self._mark(row, DeliveryStatus.SKIPPED)
            return
        if delivery.repeated and delivery.edit_of is None:
            metrics.POSSIBLE_DUPLICATES.labels(self._label).inc()
            log.warning("delivery.repeated", account_kind=self._label, row=row.id)
        outcome = await self._channel.send(delivery)
        if isinstance(outcome, Refused) and outcome.reason == GONE and row.kind == "edit":
            delivery = Delivery(
                key=delivery.key, address=delivery.address, parts=delivery.parts, age=delivery.age
            )
            outcome = await self._channel.send(delivery)
        await self._settle(row, outcome, queue)

    async def _deliver_post(self, row: Outgoing, queue: deque[Outgoing]) -> None:
        """Deliver a post of the staff room; what travelled with it shares its lot."""
        if self._posts is None:  # there is no staff room any more
            await self._mark(row, DeliveryStatus.SKIPPED)
            return
        try:
            posted = await self._posts.deliver(row)
        except Unavailable:
            await self._put_back(row, queue, self._clock(), row.attempts)
            return
        except Exception as error:  # noqa: BLE001  # as above
            log.error("delivery.unrenderable", row=row.id, error=type(error).__name__)
            await self._mark(row, DeliveryStatus.FAILED)
            return
        rows = (row, *posted.joined)
        if isinstance(posted.outcome, Sent):  # at once: a crash in between would send some again
            sent, reference = DeliveryStatus.SENT, posted.outcome.reference
            marks = [Mark(outgoing=each, status=sent, reference=reference) for each in rows]
            await self._persist(lambda tx: outbox.mark_many(tx, marks))
        for each in reversed(rows):  # what is put back frees the rows behind it
            if posted.outcome is None:
                await self._mark(each, DeliveryStatus.SKIPPED)
            else:
                await self._settle(each, posted.outcome, queue)
        self.accept(posted.fresh)

    async def _settle(self, row: Outgoing, outcome: Outcome, queue: deque[Outgoing]) -> None:
        name = type(outcome).__name__.lower()
        metrics.DELIVERIES.labels(self._label, name).inc()
        match outcome:
            case Sent(reference=reference):
                if reference is not None:
                    self._composer.remember(row, reference)
                waited = (self._clock() - row.created_at).total_seconds()
                metrics.DELIVERY_SECONDS.labels(self._label).observe(max(0.0, waited))
                await self._mark(row, DeliveryStatus.SENT, reference=reference)
            case Retry(after=after, scope=scope, reason=reason):
                await self._retry(row, queue, after, scope, reason)
            case Unknown(reason=reason):
                await self._unknown(row, queue, reason)
            case Refused(reason=reason, unreachable=unreachable):
                log.warning("delivery.refused", row=row.id, reason=reason)
                await self._mark(row, DeliveryStatus.FAILED)
                if unreachable:
                    queue.clear()
                    await self._unreachable(row)
            case Moved(address=address):
                await self._persist(lambda tx: _move(tx, row, address))
                await self._put_back(row, queue, self._clock(), row.attempts + 1)
            case _:
                assert_never(outcome)

    async def _retry(
        self,
        row: Outgoing,
        queue: deque[Outgoing],
        after: timedelta,
        scope: Scope,
        reason: str,
    ) -> None:
        """Try again later. A pause of the whole account stops everybody, one of a chat only this
        conversation.
        """
        log.info("delivery.later", row=row.id, reason=reason, seconds=after.total_seconds())
        until = self._clock() + after
        if scope is Scope.ACCOUNT:
            self._paused_until = max(until, self._paused_until or until)
        await self._put_back(row, queue, until, row.attempts + 1)

    async def _unknown(self, row: Outgoing, queue: deque[Outgoing], reason: str) -> None:
        """Repeat exactly once; with an idempotency key as often as needed."""
        log.warning("delivery.unknown", row=row.id, reason=reason, repeated=row.unknowns)
        if row.unknowns and not self._channel.capabilities.idempotent:
            await self._mark(row, DeliveryStatus.FAILED)
            return
        queue.clear()
        until = self._clock() + _backoff(row.unknowns)

        def back(tx: Tx) -> None:
            outbox.mark(
                tx, row, DeliveryStatus.UNKNOWN, not_before=until, unknowns=row.unknowns + 1
            )
            outbox.release_behind(tx, row)

        await self._persist(back)
        self._behind.add(row.conversation_id)

    async def _put_back(
        self, row: Outgoing, queue: deque[Outgoing], until: datetime, attempts: int
    ) -> None:
        queue.clear()
        late = until - row.created_at > GIVE_UP_AFTER and attempts > 1
        if late and row.kind != POST:  # a staff room is waited for
            await self._mark(row, DeliveryStatus.FAILED)
            return
        status = DeliveryStatus.UNKNOWN if row.unknowns else DeliveryStatus.PENDING

        def back(tx: Tx) -> None:
            outbox.mark(tx, row, status, not_before=until, attempts=attempts)
            outbox.release_behind(tx, row)

        await self._persist(back)
        self._behind.add(row.conversation_id)

    async def _unreachable(self, row: Outgoing) -> None:
        def note(tx: Tx) -> None:
            conversation = conversations.lock_by_id(tx, row.conversation_id)
            if conversation is not None:
                conversations.set_reachable(tx, conversation, False)
                outbox.release_behind(tx, row)
                outbox.skip_for(tx, conversation.id)

        await self._persist(note)

    async def _mark(
        self, row: Outgoing, status: DeliveryStatus, *, reference: str | None = None
    ) -> None:
        await self._persist(lambda tx: outbox.mark(tx, row, status, reference=reference))
        if status is DeliveryStatus.FAILED:
            self._failed()

    async def _persist(self, fn: Callable[[Tx], T]) -> T:
        """Write, and keep trying while the database is away: what the platform said must not be
        forgotten.
        """
        delay = 0.1
        while True:
            try:
                return await self._database.write(fn)
            except Unavailable:
                await asyncio.sleep(delay)
                delay = min(5.0, delay * 2)


GONE = "gone"
"""The reason of a `Refused` edit whose target the platform has lost: it is sent as a new
message.
"""


def _backoff(times: int) -> timedelta:
    return timedelta(seconds=min(60, 2**times))


def _move(tx: Tx, row: Outgoing, address: str) -> None:
    conversation = conversations.lock_by_id(tx, row.conversation_id)
    if conversation is not None:
        conversations.set_address(tx, conversation, address)
