"""Quarantine: events whose turn raised again and again, or that no channel could read. Sealed,
seen, and kept for a person.

Knows nothing of what is in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.storage import conversations
from bot.storage.conversations import Conversation
from bot.storage.crypto import place
from bot.storage.messages import external_index
from bot.storage.moments import loaded, stored
from bot.storage.tables import quarantine
from bot.storage.transaction import Tx

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,127}")
_q = quarantine.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """One event, without its content. `error` is the name of the class of what was raised."""

    id: int
    account: str
    conversation_id: int | None
    error: str
    at: datetime


def _place(index: bytes) -> bytes:
    return place("quarantine") + index


def add(
    tx: Tx,
    *,
    account: str,
    external_id: str,
    raw: bytes,
    error: str,
    at: datetime,
    conversation: Conversation | None = None,
) -> int | None:
    """Keep an event; returns its id, or None if it is there already.

    With a conversation it is sealed by that one's key, and so is erased with it.
    """
    if not _NAME.fullmatch(error):
        raise ValueError("the error of a quarantined event is not the name of a class")
    index = external_index(tx, account, external_id)
    key = tx.keys.site if conversation is None else conversation.key
    statement = (
        upsert(quarantine)
        .values(
            account=account,
            external_index=index,
            conversation_id=None if conversation is None else conversation.id,
            raw=key.seal(raw, _place(index)),
            error=error,
            at=stored(at),
        )
        .on_conflict_do_nothing(index_elements=[_q.external_index])
        .returning(_q.id)
    )
    number: int | None = tx.core(statement).scalar()
    return number


def list_quarantined(tx: Tx, limit: int = 100) -> list[Quarantined]:
    """Return the oldest events in quarantine."""
    rows = tx.core(
        select(_q.id, _q.account, _q.conversation_id, _q.error, _q.at).order_by(_q.id).limit(limit)
    )
    return [
        Quarantined(
            id=row.id,
            account=row.account,
            conversation_id=row.conversation_id,
            error=row.error,
            at=loaded(row.at),
        )
        for row in rows
    ]


def raw(tx: Tx, quarantined_id: int) -> bytes | None:
    """Return the content of an event."""
    row = tx.core(
        select(_q.raw, _q.external_index, _q.conversation_id).where(_q.id == quarantined_id)
    ).one_or_none()
    if row is None:
        return None
    key = tx.keys.site
    if row.conversation_id is not None:
        conversation = conversations.by_id(tx, row.conversation_id)
        if conversation is None:
            return None
        key = conversation.key
    return key.open(row.raw, _place(row.external_index))


def remove(tx: Tx, quarantined_id: int) -> bool:
    """Take an event out, to run it again in the same transaction or to give it up."""
    return tx.core(delete(quarantine).where(_q.id == quarantined_id)).rowcount == 1


def count(tx: Tx) -> int:
    """Return how many events are in quarantine."""
    return int(tx.core(select(func.count()).select_from(quarantine)).scalar_one())
