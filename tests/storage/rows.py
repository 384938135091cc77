"""Outbox rows as the tests of the outbox make, take and look at them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.delivery import DeliveryStatus
from bot.storage import conversations, outbox
from bot.storage.conversations import Conversation
from bot.storage.outbox import Outgoing
from bot.storage.tables import outbox as table
from bot.storage.transaction import Tx

NOW = datetime(2026, 11, 22, 9, 30, 1, 234567, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
ACCOUNT = "telegram:1"
PENDING, SENDING, SENT, UNKNOWN, FAILED, SKIPPED = DeliveryStatus


def made(tx: Tx, address: str = "42", account: str = ACCOUNT) -> Conversation:
    return conversations.lock(tx, account, address, NOW)


def said(tx: Tx, seq: int, address: str = "42", **options: Any) -> Outgoing:
    body = f"words {seq}".encode()
    return outbox.add(tx, made(tx, address), seq=seq, kind="say", body=body, now=NOW, **options)


def taken(tx: Tx, by: str = "me", now: datetime = NOW, limit: int = 10) -> list[Outgoing]:
    return outbox.claim(tx, ACCOUNT, now, limit, by)


def status(tx: Tx, outgoing: Outgoing) -> DeliveryStatus:
    query = select(table.c.status).where(table.c.id == outgoing.id)
    return DeliveryStatus(tx.core(query).scalar_one())
