"""Blocked times: somebody is away, a room is closed, a counsellor's own calendar is full.

A block closes the slots it touches when the office hours are read again; it never touches what is
booked. Reasons are sealed with the site's key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.storage.crypto import from_text, place, to_text
from bot.storage.moments import loaded, stored
from bot.storage.tables_booking import blocks
from bot.storage.transaction import Row, Statement, Tx, parameters

DESK, ABSENCE, CALENDAR = "desk", "absence", "calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A blocked time in UTC. `resource` None: everybody's; `place` None: everywhere. `source` says
    who blocked it: the desk, an absence, the person's own calendar.
    """

    id: int = 0
    resource: str | None
    place: str | None
    starts: datetime
    ends: datetime
    source: str
    reason: str | None = field(default=None, repr=False)


_b = blocks.c
_insert = upsert(blocks).values(parameters(blocks))
_PUT = Statement(
    _insert.on_conflict_do_update(
        index_elements=[_b.reference_index],
        set_={
            name: _insert.excluded[name]
            for name in ("resource", "place", "starts", "ends", "source", "reason")
        },
    ).returning(_b.id)
)
_BETWEEN = Statement(
    select(_b.id, _b.resource, _b.place, _b.starts, _b.ends, _b.source, _b.reason)
    .where(_b.ends > bindparam("begin"), _b.starts < bindparam("end"))
    .order_by(_b.starts, _b.id)
)


def _block(tx: Tx, row: Row) -> Block:
    row_id, resource, where, starts, ends, source, reason = row
    # The place of a sealed reason names source and time: it is written before the row has an id.
    opened = None if reason is None else to_text(tx.keys.site.open(reason, _place(source, starts)))
    return Block(
        id=row_id,
        resource=resource,
        place=where,
        starts=loaded(starts),
        ends=loaded(ends),
        source=source,
        reason=opened,
    )


def _place(source: str, starts: int) -> bytes:
    return place("block", starts) + source.encode()


def add(tx: Tx, block: Block, *, reference: str | None = None) -> int:
    """Block a time; returns the id. What the same `source` has under the same `reference` (a
    calendar's own name of an event) is replaced.
    """
    starts = stored(block.starts)
    row = tx.one(
        _PUT,
        resource=block.resource,
        place=block.place,
        starts=starts,
        ends=stored(block.ends),
        source=block.source,
        reference_index=_index(tx, block.source, reference),
        reason=None
        if block.reason is None
        else tx.keys.site.seal(from_text(block.reason), _place(block.source, starts)),
    )
    return int(row[0]) if row else 0


def between(tx: Tx, begin: datetime, end: datetime) -> list[Block]:
    """Return the blocks that touch a stretch of time, in order."""
    return [_block(tx, row) for row in tx.all(_BETWEEN, begin=stored(begin), end=stored(end))]


def remove(tx: Tx, block_id: int) -> bool:
    """Give a time free again; False if there is no such block."""
    return _delete(tx, _b.id == block_id) == 1


def remove_reference(tx: Tx, source: str, reference: str) -> bool:
    """Give free what a calendar blocked under a name of its own."""
    return _delete(tx, _b.reference_index == _index(tx, source, reference)) == 1


def forget(tx: Tx, before: datetime) -> int:
    """Delete blocks that were over before a time; returns how many."""
    return _delete(tx, _b.ends < stored(before))


def _delete(tx: Tx, which: ColumnElement[bool]) -> int:
    return tx.core(delete(blocks).where(which)).rowcount


def _index(tx: Tx, source: str, reference: str | None) -> bytes | None:
    return None if reference is None else tx.keys.index("block", source, reference)
