"""Outbox rows, cases and colleagues as the tests of this room make, take and look at them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.case import Case, CaseStatus, Origin, Priority
from bot.domain.delivery import DeliveryStatus
from bot.storage import cases, conversations, outbox, staff
from bot.storage.conversations import Conversation
from bot.storage.outbox import Outgoing
from bot.storage.staff import Staff
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


def colleague(tx: Tx, name: str = "jana") -> Staff:
    known = staff.by_name(tx, name)
    return known or staff.add(
        tx, name=name, shown_name=name.title(), roles={"counsellor"}, languages=("de",), now=NOW
    )


def opened(tx: Tx, address: str = "42", now: datetime = NOW, **options: Any) -> Case:
    values: dict[str, Any] = {
        "origin": Origin.REQUEST,
        "priority": Priority.NORMAL,
        "topic": "register-address",
        "language": "uk",
        "from_seq": 3,
    }
    return cases.open(tx, made(tx, address), now=now, **(values | options))


def claimed(tx: Tx, case: Case, by: Staff) -> Case:
    moved = replace(case, status=CaseStatus.WITH_COUNSELLOR, assignee=by.id, claimed_at=LATER)
    return cases.save(tx, moved)


def closed(tx: Tx, case: Case, at: datetime = LATER, **changes: Any) -> Case:
    return cases.save(tx, replace(case, status=CaseStatus.CLOSED, closed_at=at, **changes))
