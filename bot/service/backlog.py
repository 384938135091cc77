"""What could not be done and waits for an administrator: list it, and try it again.

Three kinds: jobs that are dead, deliveries that failed, events that were set aside. Shows ids,
codes and times, never what anybody said. The running process takes up what is tried again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.service.jobs import defer
from bot.service.rerun import RERUN, read_again
from bot.storage import backlog, jobs, outbox, quarantine
from bot.storage.tables import JobStatus
from bot.storage.transaction import Tx


class Kind(StrEnum):
    """What it is."""

    JOB = "job"
    DELIVERY = "delivery"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One of them. `what`: the job's name or the account; `code`: why, as far as a code says."""

    kind: Kind
    id: int
    what: str
    code: str
    attempts: int | None
    at: datetime

    @property
    def name(self) -> str:
        """What `retry` is told."""
        return f"{self.kind}:{self.id}"


class Retried(StrEnum):
    """What became of the wish to try again."""

    QUEUED = "queued"
    MISSING = "missing"
    UNREADABLE = "unreadable"


def overview(tx: Tx, *, limit: int = 100) -> list[Item]:
    """Return what waits for an administrator, at most `limit` of each kind."""
    dead = [
        Item(
            kind=Kind.JOB,
            id=job.id,
            what=job.name,
            code=job.reason or "",
            attempts=job.attempts,
            at=job.at,
        )
        for job in jobs.list_jobs(tx, status=JobStatus.DEAD, limit=limit)
    ]
    failed = [
        Item(
            kind=Kind.DELIVERY,
            id=row.id,
            what=row.account,
            code=row.kind,
            attempts=row.attempts,
            at=row.at,
        )
        for row in backlog.failed_deliveries(tx, limit)
    ]
    events = [
        Item(
            kind=Kind.EVENT,
            id=event.id,
            what=event.account,
            code=event.error,
            attempts=None,
            at=event.at,
        )
        for event in quarantine.list_quarantined(tx, limit)
    ]
    return dead + failed + events


def retry(tx: Tx, kind: Kind, number: int, *, now: datetime) -> Retried:
    """Let the running process try something again."""
    match kind:
        case Kind.JOB:
            found = jobs.revive(tx, number, now)
        case Kind.DELIVERY:
            found = outbox.retry_failed(tx, number, now)
        case Kind.EVENT:
            return _retry_event(tx, number, now)
    return Retried.QUEUED if found else Retried.MISSING


def _retry_event(tx: Tx, number: int, now: datetime) -> Retried:
    if backlog.quarantined(tx, number) is None:
        return Retried.MISSING
    if read_again(tx, number, now=now) is None:
        return Retried.UNREADABLE
    defer(tx, RERUN, {"event": number}, at=now, lane=f"{RERUN}:{number}")
    return Retried.QUEUED
