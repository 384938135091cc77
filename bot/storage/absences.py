"""When somebody is away and who takes over, as the desk notes it. What is planned in content stands
there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from bot.storage.moments import loaded, stored
from bot.storage.tables_staff import absences
from bot.storage.transaction import Tx

_a = absences.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """One absence: from `begins` until just before `until`, UTC. `substitute`: a staff id."""

    id: int
    staff_id: int
    begins: datetime
    until: datetime
    substitute: int | None


def add(
    tx: Tx, *, staff_id: int, begins: datetime, until: datetime, substitute: int | None = None
) -> int:
    """Note an absence; returns its id. Raises ValueError where it has no length, or nobody but
    herself takes over.
    """
    if until <= begins:
        raise ValueError("an absence ends after it begins")
    if substitute == staff_id:
        raise ValueError("nobody takes over from herself")
    statement = insert(absences).values(
        staff_id=staff_id, begins=stored(begins), until=stored(until), substitute=substitute
    )
    return int(tx.core(statement.returning(_a.id)).scalar_one())


def all(  # noqa: A001 - the word for it
    tx: Tx, *, after: datetime | None = None, staff_id: int | None = None
) -> list[Absence]:
    """Return the absences that are not over by `after`, of everybody or of one, the earliest
    first.
    """
    chosen = select(_a.id, _a.staff_id, _a.begins, _a.until, _a.substitute)
    if after is not None:
        chosen = chosen.where(_a.until > stored(after))
    if staff_id is not None:
        chosen = chosen.where(_a.staff_id == staff_id)
    return [
        Absence(
            id=row.id,
            staff_id=row.staff_id,
            begins=loaded(row.begins),
            until=loaded(row.until),
            substitute=row.substitute,
        )
        for row in tx.core(chosen.order_by(_a.begins, _a.id))
    ]


def remove(tx: Tx, absence_id: int) -> bool:
    """Take an absence back; False where there is none."""
    return tx.core(delete(absences).where(_a.id == absence_id)).rowcount == 1
