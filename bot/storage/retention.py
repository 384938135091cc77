"""What is deleted because it is old, a stretch of conversations at a time: no transaction is long.

Walking the conversations costs one pass over the history in each night and nothing in a turn, where
an index over times would. Knows neither when it is night nor how old is too old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select

from bot.storage.moments import stored
from bot.storage.tables import (
    OPEN,
    among,
    conversations,
    messages,
    outbox,
    quarantine,
)
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some conversations next to each other: ids above `after`, up to and with `last`."""

    after: int
    last: int

    def holds(self, conversation_id: ColumnElement[int]) -> ColumnElement[bool]:
        """Return the condition that a column names one of them."""
        return conversation_id.between(self.after + 1, self.last)


def stretch(tx: Tx, after: int, size: int) -> Stretch | None:
    """Return the next `size` conversations behind the id `after`, None where there are no more."""
    ids = select(conversations.c.id).where(conversations.c.id > after).order_by(conversations.c.id)
    found = tx.core(ids.limit(size)).scalars().all()
    return Stretch(after=after, last=found[-1]) if found else None


def expire_history(tx: Tx, where: Stretch, before: datetime) -> int:
    """Delete what was said before a time, in both directions; returns how many rows.

    What is yet to be delivered stays.
    """
    came = tx.core(
        delete(messages).where(
            where.holds(messages.c.conversation_id), messages.c.at < stored(before)
        )
    )
    went = tx.core(
        delete(outbox).where(
            where.holds(outbox.c.conversation_id),
            outbox.c.created_at < stored(before),
            ~among(outbox.c.status, OPEN),
        )
    )
    return came.rowcount + went.rowcount


def expire_conversations(tx: Tx, where: Stretch, before: datetime) -> int:
    """Delete conversations in which nothing has happened since a time; returns how many.

    Their keys and all that these sealed go with them.
    """
    waiting = exists().where(
        outbox.c.conversation_id == conversations.c.id, among(outbox.c.status, OPEN)
    )
    gone = tx.core(
        delete(conversations).where(
            where.holds(conversations.c.id), conversations.c.updated_at < stored(before), ~waiting
        )
    )
    return gone.rowcount


def expire_quarantine(tx: Tx, before: datetime, limit: int) -> int:
    """Delete at most `limit` events that were set aside before a time; returns how many."""
    old = (
        select(quarantine.c.id)
        .where(quarantine.c.at < stored(before))
        .order_by(quarantine.c.id)
        .limit(limit)
    )
    return tx.core(delete(quarantine).where(quarantine.c.id.in_(old))).rowcount
