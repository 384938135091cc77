"""What waits in the queues or failed there, as an administrator and a scheduler ask. Reads only.

Nothing of it runs at a turn: it may look through a whole table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.domain.delivery import DeliveryStatus
from bot.storage.moments import loaded
from bot.storage.quarantine import Quarantined
from bot.storage.tables import JobStatus, among, jobs, outbox, quarantine
from bot.storage.transaction import Tx

_o = outbox.c
_q = quarantine.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedDelivery:
    """A message that the platform refused for good, or nobody could send. Without its words."""

    id: int
    account: str
    kind: str
    attempts: int
    at: datetime


def failed_deliveries(tx: Tx, limit: int) -> list[FailedDelivery]:
    """Return the newest deliveries that failed, the oldest of them first."""
    rows = tx.core(
        select(_o.id, _o.account, _o.kind, _o.attempts, _o.created_at)
        .where(among(_o.status, (DeliveryStatus.FAILED,)))
        .order_by(_o.id.desc())
        .limit(limit)
    ).all()
    return [
        FailedDelivery(
            id=row.id,
            account=row.account,
            kind=row.kind,
            attempts=row.attempts,
            at=loaded(row.created_at),
        )
        for row in reversed(rows)
    ]


def quarantined(tx: Tx, event_id: int) -> Quarantined | None:
    """Return an event in quarantine, without its content."""
    row = tx.core(
        select(_q.id, _q.account, _q.conversation_id, _q.error, _q.at).where(_q.id == event_id)
    ).one_or_none()
    if row is None:
        return None
    return Quarantined(
        id=row.id,
        account=row.account,
        conversation_id=row.conversation_id,
        error=row.error,
        at=loaded(row.at),
    )


def is_waiting(tx: Tx, name: str) -> bool:
    """Say whether a job of this name waits for its time."""
    found = select(jobs.c.id).where(jobs.c.name == name, among(jobs.c.status, (JobStatus.WAITING,)))
    return tx.core(found.limit(1)).first() is not None
