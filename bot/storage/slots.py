"""Slots: the office hours of the coming weeks, as stretches of UTC that can be booked.

A slot that once stood is never deleted while its time is to come: it is closed, so that a booking
in it survives every change of the office hours. Knows nothing of rules and holidays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.domain.appointment import AppointmentStatus, Closed, Slot, SlotKind
from bot.storage.moments import loaded, stored
from bot.storage.tables import among
from bot.storage.tables_booking import OCCUPIES, appointments, slots
from bot.storage.transaction import Row, Statement, Tx, parameters

ANY = "%"

_s, _a = slots.c, appointments.c
_COLUMNS = (
    _s.id, _s.kind, _s.place, _s.resource, _s.starts, _s.ends, _s.zone, _s.local, _s.seats,
    _s.services, _s.languages, _s.sample, _s.closed,
)  # fmt: skip
_WHOLE = select(*_COLUMNS)
_BY_ID = Statement(_WHOLE.where(_s.id == bindparam("row")))
_LOCK = Statement(select(_s.id).where(_s.id == bindparam("row")).with_for_update(key_share=True))
_BETWEEN = Statement(
    _WHOLE.where(_s.starts >= bindparam("begin"), _s.starts < bindparam("end")).order_by(_s.starts)
)
_IS_OVER = and_(
    among(_a.status, (AppointmentStatus.HELD,)), _a.held_until <= bindparam("now", type_=BigInteger)
)
_TAKEN = (
    select(func.count())
    .where(_a.slot_id == _s.id, OCCUPIES, ~_IS_OVER)
    .correlate(slots)
    .scalar_subquery()
)
_FREE = Statement(
    select(*_COLUMNS, (_s.seats - _TAKEN).label("free"))
    .where(
        _s.closed.is_(None),
        _s.kind == bindparam("kind", type_=Text),
        _s.starts >= bindparam("begin", type_=BigInteger),
        _s.starts < bindparam("end", type_=BigInteger),
        _s.services.like(bindparam("service", type_=Text)),
        _s.languages.like(bindparam("language", type_=Text)),
        _s.place.like(bindparam("place", type_=Text)),
        _s.seats > _TAKEN,
    )
    .order_by(_s.starts, _s.id)
    .limit(bindparam("most"))
)
_OCCUPIED = Statement(
    select(_a.slot_id)
    .where(
        _a.starts >= bindparam("begin"),
        _a.starts < bindparam("end"),
        _a.slot_id.is_not(None),
        OCCUPIES,
        ~_IS_OVER,
    )
    .distinct()
)
_KEYS = [_s.place, _s.resource, _s.starts]
_ADD = Statement(
    upsert(slots).values(parameters(slots)).on_conflict_do_nothing(index_elements=_KEYS)
)
_CHANGE = Statement(
    update(slots)
    .where(_s.id == bindparam("row"))
    .values(
        ends=bindparam("ends"),
        zone=bindparam("zone"),
        local=bindparam("local"),
        seats=bindparam("seats"),
        services=bindparam("services"),
        languages=bindparam("languages"),
        sample=bindparam("sample"),
        closed=bindparam("closed", type_=Text),
    )
)
_CLOSE = Statement(
    update(slots).where(_s.id == bindparam("row")).values(closed=bindparam("closed", type_=Text))
)


def listed(ids: Iterable[str]) -> str:
    """Return ids as one value, in which `member` finds each."""
    joined = "|".join(ids)
    return f"|{joined}|" if joined else ""


def member(wanted: str | None) -> str:
    """Return what finds an id in a value of `listed`; None finds everything."""
    return ANY if wanted is None else f"%|{wanted}|%"


def _members(value: str) -> tuple[str, ...]:
    return tuple(value.strip("|").split("|")) if value else ()


def _slot(row: Row) -> Slot:
    return Slot(
        id=row[0],
        kind=SlotKind(row[1]),
        place=row[2] or None,
        resource=row[3],
        starts=loaded(row[4]),
        ends=loaded(row[5]),
        zone=row[6],
        local=datetime.fromisoformat(row[7]),
        seats=row[8],
        services=frozenset(_members(row[9])),
        languages=_members(row[10]),
        sample=bool(row[11]),
        closed=None if row[12] is None else Closed(row[12]),
    )


def _values(slot: Slot) -> dict[str, object]:
    """Return what office hours may change in a slot."""
    return {
        "ends": stored(slot.ends),
        "zone": slot.zone,
        "local": slot.local.isoformat(timespec="minutes"),
        "seats": slot.seats,
        "services": listed(sorted(slot.services)),
        "languages": listed(slot.languages),
        "sample": slot.sample,
        "closed": None if slot.closed is None else slot.closed.value,
    }


def between(tx: Tx, begin: datetime, end: datetime) -> list[Slot]:
    """Return the slots that begin in a stretch of time, closed ones too, in order."""
    return [_slot(row) for row in tx.all(_BETWEEN, begin=stored(begin), end=stored(end))]


def get(tx: Tx, slot_id: int) -> Slot | None:
    """Return a slot."""
    row = tx.one(_BY_ID, row=slot_id)
    return None if row is None else _slot(row)


def lock(tx: Tx, slot_id: int) -> Slot | None:
    """Return a slot that nobody else changes or books until this transaction ends."""
    if tx.locks_rows:
        tx.one(_LOCK, row=slot_id)
    return get(tx, slot_id)


def free(
    tx: Tx,
    *,
    kind: SlotKind = SlotKind.COUNSELLING,
    service: str | None = None,
    place: str | None = None,
    language: str | None = None,
    begin: datetime,
    end: datetime,
    now: datetime,
    limit: int,
) -> list[tuple[Slot, int]]:
    """Return open slots with free seats, the soonest first, each with the number of these seats.

    A hold that is over counts as free.
    """
    rows = tx.all(
        _FREE,
        kind=kind.value,
        service=member(service),
        language=member(language),
        place=ANY if place is None else place,
        begin=stored(begin),
        end=stored(end),
        now=stored(now),
        most=limit,
    )
    return [(_slot(row), row[-1]) for row in rows]


def add_all(tx: Tx, wanted: Sequence[Slot]) -> None:
    """Add slots; one that stands at the same place, for the same resource and time stays."""
    tx.many(
        _ADD,
        [
            {
                "kind": slot.kind.value,
                "place": slot.place or "",
                "resource": slot.resource,
                "starts": stored(slot.starts),
                **_values(slot),
            }
            for slot in wanted
        ],
    )


def change_all(tx: Tx, changed: Sequence[Slot]) -> None:
    """Write what the office hours say now about slots that stand."""
    tx.many(_CHANGE, [{"row": slot.id, **_values(slot)} for slot in changed])


def close_all(tx: Tx, closing: Sequence[tuple[int, Closed]]) -> None:
    """Offer slots no more. What is booked in them stays."""
    tx.many(_CLOSE, [{"row": slot_id, "closed": why.value} for slot_id, why in closing])


def occupied(tx: Tx, begin: datetime, end: datetime, now: datetime) -> set[int]:
    """Return the ids of slots with somebody in them, of all that begin in a stretch of time."""
    rows = tx.all(_OCCUPIED, begin=stored(begin), end=stored(end), now=stored(now))
    return {row[0] for row in rows}


def purge(tx: Tx, before: datetime, limit: int) -> int:
    """Delete at most `limit` slots that ended before a time and have no appointments."""
    old = (
        select(_s.id)
        .where(
            _s.starts < stored(before),
            _s.ends < stored(before),
            ~exists().where(_a.slot_id == _s.id),
        )
        .order_by(_s.starts)
        .limit(limit)
    )
    return tx.core(delete(slots).where(_s.id.in_(old))).rowcount
