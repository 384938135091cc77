"""The waitlist: who would like to come sooner. A row goes with its conversation, or with the
appointment that she would give up for an earlier one. Knows neither notices nor their words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.storage.moments import loaded, stored
from bot.storage.tables_booking import waitlist
from bot.storage.transaction import Row, Statement, Tx, parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody who waits. None: any place, any language; `latest` None: any time, else only times
    that begin before it. `appointment_id`: what an earlier time would replace.
    """

    id: int
    conversation_id: int
    service: str
    place: str | None
    language: str | None
    latest: datetime | None
    appointment_id: int | None
    created_at: datetime
    notices: int
    noticed_at: datetime | None


_w = waitlist.c
_WHOLE = select(*waitlist.c)
_insert = upsert(waitlist).values(parameters(waitlist))
_JOIN = Statement(
    _insert.on_conflict_do_update(
        index_elements=[_w.conversation_id, _w.service],
        set_={
            name: _insert.excluded[name]
            for name in ("place", "language", "latest", "appointment_id", "created_at", "notices")
        },
    ).returning(_w.id)
)
_OF = Statement(_WHOLE.where(_w.conversation_id == bindparam("conversation")).order_by(_w.id))
_WAITING = Statement(
    _WHOLE.where(
        _w.service == bindparam("service"),
        or_(_w.place.is_(None), _w.place == bindparam("place")),
        or_(_w.latest.is_(None), _w.latest > bindparam("starts", type_=BigInteger)),
        _w.notices < bindparam("most"),
        or_(_w.noticed_at.is_(None), _w.noticed_at <= bindparam("noticed", type_=BigInteger)),
    ).order_by(_w.created_at, _w.id)
)


def _waiting(row: Row) -> Waiting:
    row_id, conversation, service, place, language, latest, appointment, made, notices, at = row
    return Waiting(
        id=row_id,
        conversation_id=conversation,
        service=service,
        place=place,
        language=language,
        latest=None if latest is None else loaded(latest),
        appointment_id=appointment,
        created_at=loaded(made),
        notices=notices,
        noticed_at=None if at is None else loaded(at),
    )


def join(
    tx: Tx,
    conversation_id: int,
    service: str,
    *,
    place: str | None,
    language: str | None,
    latest: datetime | None,
    appointment_id: int | None,
    now: datetime,
) -> int:
    """Let somebody wait for a service, in place of an older wish of hers; returns the row's id."""
    row = tx.one(
        _JOIN,
        conversation_id=conversation_id,
        service=service,
        place=place,
        language=language,
        latest=None if latest is None else stored(latest),
        appointment_id=appointment_id,
        created_at=stored(now),
        notices=0,
        noticed_at=None,
    )
    return int(row[0]) if row else 0


def of_conversation(tx: Tx, conversation_id: int) -> list[Waiting]:
    """Return what a conversation waits for."""
    return [_waiting(row) for row in tx.all(_OF, conversation=conversation_id)]


def waiting(
    tx: Tx,
    *,
    service: str,
    place: str,
    languages: tuple[str, ...],
    starts: datetime,
    most_notices: int,
    noticed_before: datetime,
) -> list[Waiting]:
    """Return who waits for such a time and may be told of it, the longest waiting first."""
    rows = tx.all(
        _WAITING,
        service=service,
        place=place,
        starts=stored(starts),
        most=most_notices,
        noticed=stored(noticed_before),
    )
    found = map(_waiting, rows)
    return [each for each in found if each.language is None or each.language in languages]


def noticed(tx: Tx, waiting_id: int, at: datetime) -> None:
    """Note that she was told of a time."""
    tx.core(
        update(waitlist)
        .where(_w.id == waiting_id)
        .values(notices=_w.notices + 1, noticed_at=stored(at))
    )


def leave(tx: Tx, conversation_id: int, service: str | None = None) -> int:
    """Let a conversation wait no more, for one service or for all; returns how many rows."""
    which: ColumnElement[bool] = _w.conversation_id == conversation_id
    if service is not None:
        which &= _w.service == service
    return tx.core(delete(waitlist).where(which)).rowcount
