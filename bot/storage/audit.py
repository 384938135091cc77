"""Who read, claimed, exported or erased what, and when. Ids and codes: no texts and no names, so
that the log may outlive what it is about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from bot.storage.moments import loaded, stored
from bot.storage.tables_staff import audit
from bot.storage.transaction import Statement, Tx, parameters

_CODE = re.compile(r"[A-Za-z0-9_.:@/~-]{1,128}")
_a = audit.c


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One act. `staff_id` None: the program or the command line."""

    id: int
    at: datetime
    staff_id: int | None
    action: str
    case_id: int | None
    detail: str | None


_ADD = Statement(insert(audit).values(parameters(audit)))


def add(
    tx: Tx,
    *,
    at: datetime,
    staff_id: int | None,
    action: str,
    case_id: int | None = None,
    detail: str | None = None,
) -> None:
    """Note an act. Raises ValueError where `action` or `detail` is no code."""
    for code in (action, detail):
        if code is not None and not _CODE.fullmatch(code):
            raise ValueError("what stands in the audit log is not a code")
    tx.run(_ADD, at=stored(at), staff_id=staff_id, action=action, case_id=case_id, detail=detail)


def read(
    tx: Tx,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    staff_id: int | None = None,
    case_id: int | None = None,
    limit: int = 100,
    before_id: int | None = None,
) -> list[AuditRow]:
    """Return the acts to which all of this applies, the newest first. `until` is not part of the
    time, `before_id` goes on behind the last one read.
    """
    chosen = select(_a.id, _a.at, _a.staff_id, _a.action, _a.case_id, _a.detail)
    if since is not None:
        chosen = chosen.where(_a.at >= stored(since))
    if until is not None:
        chosen = chosen.where(_a.at < stored(until))
    if staff_id is not None:
        chosen = chosen.where(_a.staff_id == staff_id)
    if case_id is not None:
        chosen = chosen.where(_a.case_id == case_id)
    if before_id is not None:
        chosen = chosen.where(_a.id < before_id)
    return [
        AuditRow(
            id=row.id,
            at=loaded(row.at),
            staff_id=row.staff_id,
            action=row.action,
            case_id=row.case_id,
            detail=row.detail,
        )
        for row in tx.core(chosen.order_by(_a.id.desc()).limit(limit))
    ]


def expire(tx: Tx, before: datetime, limit: int) -> int:
    """Delete at most `limit` acts from before a time, the oldest first; returns how many."""
    old = select(_a.id).where(_a.at < stored(before)).order_by(_a.at, _a.id).limit(limit)
    return tx.core(delete(audit).where(_a.id.in_(old))).rowcount
