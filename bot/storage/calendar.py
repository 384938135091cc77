"""What only the desk's calendar asks of the tables: whether anything changed, and how many wait."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from bot.storage.tables_booking import appointments, blocks, slots, waitlist
from bot.storage.transaction import Statement, Tx

_a, _w = appointments.c, waitlist.c
_APPOINTMENTS = Statement(
    select(_a.status, func.count(), func.max(_a.id), func.max(_a.changed_at))
    .group_by(_a.status)
    .order_by(_a.status)
)
_BLOCKS = Statement(select(func.count(), func.max(blocks.c.id), func.max(blocks.c.ends)))
_SLOTS = Statement(select(func.max(slots.c.id)))
_WAITING = Statement(
    select(_w.service, _w.place, func.count())
    .group_by(_w.service, _w.place)
    .order_by(_w.service, _w.place)
)


def stamp(tx: Tx) -> str:
    """Return what changes when appointments or blocked times do."""
    rows = (*tx.all(_APPOINTMENTS), *tx.all(_BLOCKS), *tx.all(_SLOTS))
    return "-".join(str(value or 0) for row in rows for value in row)


def waiting(tx: Tx) -> Mapping[tuple[str, str | None], int]:
    """Return how many wait, by service and place (None: any place)."""
    return {(row[0], row[1]): int(row[2]) for row in tx.all(_WAITING)}
