"""Delivering posts: one row, with what joins it, through the channel of its account.

Called by `service.delivery` for rows of the kind `post`; what becomes of the rows is written there.
A staff room is never given up: whoever throws the bot out of it, or has not made it a forum yet, is
waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.delivery import DeliveryStatus, Moved, Outcome, Refused, Retry, Scope, Sent
from bot.domain.outgoing import Parts
from bot.service import metrics
from bot.service.notifier import Notifier
from bot.service.ports import NO_THREAD, Channel
from bot.service.staffroom.composing import (
    PATIENCE,
    Composed,
    NoThread,
    PostComposer,
    Untranslated,
)
from bot.service.staffroom.posts import load_post
from bot.service.staffroom.rooms import Rooms
from bot.storage import case_threads, outbox
from bot.storage.database import Database
from bot.storage.outbox import Outgoing
from bot.storage.transaction import Tx

log = structlog.get_logger(__name__)

GONE = "gone"
NOT_IN = timedelta(seconds=60)
"""How long to wait where the bot is not let into its staff room."""
REMEMBERED = 2_000
DESK = ("desk", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What became of a post. `joined` shares its outcome; `fresh` rows are new in the outbox. An
    outcome of None: it does not matter any more.
    """

    outcome: Outcome | None
    joined: tuple[Outgoing, ...] = ()
    fresh: tuple[Outgoing, ...] = ()


class PostDelivery:
    """Delivers the posts of one account."""

    def __init__(
        self,
        *,
        database: Database,
        channel: Channel,
        rooms: Rooms,
        composer: PostComposer,
        notifier: Notifier,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._channel = channel
        self._rooms = rooms
        self._composer = composer
        self._notifier = notifier
        self._clock = clock
        self._cards: dict[int, Parts] = {}  # what each card shows, as far as known
        self._alone: set[int] = set()  # rows that were refused in company

    async def deliver(self, row: Outgoing) -> Posted:
        """Send one row and what may travel with it."""
        if not self._rooms.is_room(row.account, row.address):  # the site has another room now
            return Posted(outcome=None)
        composed = await self._compose(row)
        if isinstance(composed, NoThread):
            return await self._again((row,), composed)
        if composed is None:
            return Posted(outcome=None)
        delivery = composed.delivery
        if not delivery.parts.pieces and delivery.opens is None:
            return Posted(outcome=None, joined=composed.joined)
        known = self._cards.get(composed.card) if composed.card is not None else None
        if delivery.edit_of is not None and known == delivery.parts:
            return Posted(outcome=Sent(reference=None), joined=composed.joined)
        if delivery.repeated and delivery.edit_of is None:
            metrics.POSSIBLE_DUPLICATES.labels(metrics.channel_of(row.account)).inc()
            log.warning("staffroom.repeated", row=row.id)
        try:
            return await self._send(row, composed)
        except Exception as error:
            if not composed.joined:
                raise
            log.error("staffroom.raised", row=row.id, error=type(error).__name__)
            return self._apart(row, composed)  # what was claimed with it must not stay behind

    async def _send(self, row: Outgoing, composed: Composed) -> Posted:
        outcome = await self._channel.send(composed.delivery)
        if isinstance(outcome, Refused):
            return await self._refused(row, composed, outcome)
        if isinstance(outcome, Moved):  # the site's setting names the room, not the platform
            log.warning("staffroom.moved", row=row.id)
            outcome = Retry(after=NOT_IN, scope=Scope.CHAT, reason="moved")
        if isinstance(outcome, Sent):
            self._alone.discard(row.id)
            self._remember(composed)
        return Posted(outcome=outcome, joined=composed.joined)

    def _apart(self, row: Outgoing, composed: Composed) -> Posted:
        """Try by itself what failed in company; what has failed like that before is given up."""
        outcome: Outcome = Refused(reason="raised")
        if row.id not in self._alone:
            self._alone.update((row.id, *(each.id for each in composed.joined)))
            outcome = Retry(after=timedelta(0), scope=Scope.CHAT, reason="one-by-one")
        return Posted(outcome=outcome, joined=composed.joined)

    async def _compose(self, row: Outgoing) -> Composed | NoThread | None:
        """Compose; her words wait a moment for their translation."""

        def compose(tx: Tx, *, patient: bool) -> Composed | NoThread | Untranslated | None:
            return self._composer.compose(
                tx, row, alone=row.id in self._alone, patient=patient, now=self._clock()
            )

        found = await self._database.write(partial(compose, patient=True))
        if isinstance(found, Untranslated):
            until = asyncio.get_running_loop().time() + PATIENCE.total_seconds()
            async with aclosing(self._notifier.subscribe(*DESK)) as changes:
                while isinstance(found, Untranslated):
                    try:
                        async with asyncio.timeout_at(until):
                            await anext(changes)
                    except (TimeoutError, StopAsyncIteration):
                        break
                    # Never under the time-out: what it claims in passing must be sent.
                    found = await self._database.write(partial(compose, patient=True))
        if isinstance(found, Untranslated):
            found = await self._database.write(partial(compose, patient=False))
        return None if isinstance(found, Untranslated) else found

    async def _refused(self, row: Outgoing, composed: Composed, refused: Refused) -> Posted:
        """See what can be done about a refusal: a lost thread is opened anew, a lost card sent
        anew, and what was refused in company is tried by itself.
        """
        post = load_post(row.body)
        if refused.reason == NO_THREAD and post.case is not None:
            lost = NoThread(case=post.case, waits=False)
            return await self._again((row, *composed.joined), lost)
        if refused.reason == GONE and composed.card is not None:
            await self._database.write(lambda tx: _move_card(tx, post.case or 0, row))
            self._cards.pop(composed.card, None)
            delivery = replace(composed.delivery, edit_of=None)
            outcome = await self._channel.send(delivery)
            return Posted(outcome=outcome, joined=composed.joined)
        if refused.unreachable:
            log.warning("staffroom.not_in", reason=refused.reason)
            later = Retry(after=NOT_IN, scope=Scope.CHAT, reason=refused.reason)
            return Posted(outcome=later, joined=composed.joined)
        if composed.joined and composed.card is None:
            return self._apart(row, composed)
        return Posted(outcome=refused, joined=composed.joined)

    async def _again(self, rows: tuple[Outgoing, ...], lost: NoThread) -> Posted:
        """Put posts to the end of the queue, behind the thread that they belong to."""
        room = self._rooms.room(rows[0].account)
        if room is None:
            return Posted(outcome=None, joined=rows[1:])
        posts = [load_post(row.body) for row in rows]
        self._cards.pop(lost.case, None)
        log.info("staffroom.thread_again", case=lost.case, opens=not lost.waits)
        now = self._clock()

        def again(tx: Tx) -> tuple[Outgoing, ...]:
            for row in rows:
                outbox.mark(tx, row, DeliveryStatus.SKIPPED)
            return self._rooms.again(tx, room, lost.case, posts, now=now, reopen=not lost.waits)

        fresh = await self._database.write(again)
        return Posted(outcome=None, fresh=fresh)

    def _remember(self, composed: Composed) -> None:
        if composed.card is None:
            return
        self._cards.pop(composed.card, None)
        while len(self._cards) >= REMEMBERED:
            self._cards.pop(next(iter(self._cards)))
        self._cards[composed.card] = composed.delivery.parts


def _move_card(tx: Tx, case: int, row: Outgoing) -> None:
    thread = case_threads.get(tx, case, row.account)
    if thread is not None:
        case_threads.set(tx, replace(thread, card_seq=row.seq))
