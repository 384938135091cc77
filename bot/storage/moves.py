"""A conversation that goes on at another address: the row stays, with its key, its history and its
case; only where it is reached changes.

Whoever stood at the new address before keeps what was said there, under an address that nobody
has, and belongs to the newcomer from now on: erased with it.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import update

from bot.domain.delivery import DeliveryStatus
from bot.storage import conversations, outbox
from bot.storage.conversations import Conversation
from bot.storage.moments import stored
from bot.storage.tables import conversations as table
from bot.storage.tables import outbox as rows
from bot.storage.transaction import Tx


def take_over(
    tx: Tx, conversation: Conversation, account: str, address: str, now: datetime
) -> None:
    """Let a locked conversation stand at an address. Messages that wait go out there."""
    there = conversations.find(tx, account, address)
    if there is not None and there.id != conversation.id:
        conversations.set_address(tx, there, f"moved:{secrets.token_urlsafe(32)}")
        outbox.skip_for(tx, there.id)
        tx.core(
            update(table)
            .where(table.c.id == there.id)
            .values(moved_into=conversation.id, reachable=False)
        )
    conversation.account = account
    conversations.set_address(tx, conversation, address)
    tx.core(
        update(table)
        .where(table.c.id == conversation.id)
        .values(account=account, reachable=True, updated_at=stored(now))
    )
    tx.core(
        update(rows)
        .where(rows.c.conversation_id == conversation.id, rows.c.status == DeliveryStatus.PENDING)
        .values(account=account)
    )
    conversation.reachable = True
