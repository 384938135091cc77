"""What she wrote, each event once, and the history of both directions.

Knows nothing of what a body holds. What the program said stands in the outbox; both share one
numbering.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.domain.delivery import DeliveryStatus
from bot.storage.conversations import Conversation
from bot.storage.crypto import from_text, place, to_text
from bot.storage.moments import loaded, stored
from bot.storage.outbox import opened_reference
from bot.storage.tables import messages, outbox, quarantine
from bot.storage.transaction import Row, Statement, Tx, parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How far an outgoing message got. `row`: its id in the outbox; `reference`: the platform's
    name of it.
    """

    row: int
    status: DeliveryStatus
    attempts: int
    reference: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One event of a conversation. `kind` and `target` are those of the outbox, None for what came
    in; `delivery` is told by `of_case` and `newest`.
    """

    seq: int
    direction: Literal["in", "out"]
    kind: str | None
    target: int | None
    body: bytes = field(repr=False)
    at: datetime
    client_id: str | None = field(default=None, repr=False)
    delivery: Delivery | None = None


_m = messages.c
_RECORD = Statement(
    upsert(messages)
    .values(parameters(messages))
    .on_conflict_do_nothing(index_elements=[_m.external_index])
)
_SEEN = Statement(select(_m.seq).where(_m.external_index == bindparam("index")))
_QUARANTINED = Statement(
    select(quarantine.c.id).where(quarantine.c.external_index == bindparam("index"))
)
_IN = select(_m.seq, _m.body, _m.at, _m.client_id)
_INBOUND = Statement(
    _IN.where(_m.external_index == bindparam("index"), _m.conversation_id == bindparam("row"))
)
_AFTER = Statement(
    _IN.where(_m.conversation_id == bindparam("row"), _m.seq > bindparam("after"))
    .order_by(_m.seq)
    .limit(bindparam("most"))
)
_SAID_AFTER = Statement(
    select(outbox.c.seq, outbox.c.body, outbox.c.created_at, outbox.c.kind, outbox.c.target)
    .where(outbox.c.conversation_id == bindparam("row"), outbox.c.seq > bindparam("after"))
    .order_by(outbox.c.seq)
    .limit(bindparam("most"))
)

_o = outbox.c
_OUT = select(
    _o.seq, _o.body, _o.created_at, _o.kind, _o.target, _o.id, _o.status, _o.attempts, _o.reference
).where(_o.conversation_id == bindparam("row"))
_CAME_IN = _IN.where(_m.conversation_id == bindparam("row"))
_IN_BETWEEN = Statement(
    _CAME_IN.where(_m.seq.between(bindparam("first"), bindparam("last"))).order_by(_m.seq)
)
_OUT_BETWEEN = Statement(
    _OUT.where(_o.seq.between(bindparam("first"), bindparam("last"))).order_by(_o.seq)
)
_NEWEST_IN = Statement(_CAME_IN.order_by(_m.seq.desc()).limit(bindparam("most")))
_NEWEST_OUT = Statement(_OUT.order_by(_o.seq.desc()).limit(bindparam("most")))
_NO_END = 2**62

_LAST_IN = Statement(
    select(func.coalesce(func.max(_m.seq), 0).label("last")).where(
        _m.conversation_id == bindparam("row")
    )
)
_LAST_OUT = Statement(
    select(func.coalesce(func.max(outbox.c.seq), 0).label("last")).where(
        outbox.c.conversation_id == bindparam("row")
    )
)


def external_index(tx: Tx, account: str, external_id: str) -> bytes:
    """Return what an event of an account is recognised by."""
    return tx.keys.index("external", account, external_id)


def record_inbound(
    tx: Tx,
    conversation: Conversation,
    *,
    external_id: str,
    seq: int,
    at: datetime,
    body: bytes,
    client_id: str | None = None,
) -> bool:
    """Keep what came in; False if an event with this id was kept before (then nothing is written).

    `client_id` is the sender's own id of the message, given back in `history`.
    """
    key = conversation.key
    written = tx.run(
        _RECORD,
        conversation_id=conversation.id,
        seq=seq,
        external_index=external_index(tx, conversation.account, external_id),
        client_id=None
        if client_id is None
        else key.seal(from_text(client_id), place("client", conversation.id, seq)),
        body=key.seal(body, place("in", conversation.id, seq)),
        at=stored(at),
    )
    return written == 1


def seen(tx: Tx, account: str, external_id: str) -> bool:
    """Say whether an event was taken before, into a conversation or into quarantine."""
    index = external_index(tx, account, external_id)
    return tx.one(_SEEN, index=index) is not None or tx.one(_QUARANTINED, index=index) is not None


def _came(conversation: Conversation, row: Row) -> HistoryRow:
    seq, body, at, client_id = row
    key = conversation.key
    return HistoryRow(
        seq=seq,
        direction="in",
        kind=None,
        target=None,
        body=key.open(body, place("in", conversation.id, seq)),
        at=loaded(at),
        client_id=None
        if client_id is None
        else to_text(key.open(client_id, place("client", conversation.id, seq))),
    )


def _said(conversation: Conversation, row: Row) -> HistoryRow:
    seq, body, at, kind, target, *fate = row
    return HistoryRow(
        seq=seq,
        direction="out",
        kind=kind,
        target=target,
        body=conversation.key.open(body, place("out", conversation.id, seq)),
        at=loaded(at),
        delivery=_delivery(conversation, seq, tuple(fate)) if fate else None,
    )


def _delivery(conversation: Conversation, seq: int, fate: Row) -> Delivery:
    number, status, attempts, reference = fate
    return Delivery(
        row=number,
        status=DeliveryStatus(status),
        attempts=attempts,
        reference=None if reference is None else opened_reference(conversation, seq, reference),
    )


def inbound(tx: Tx, conversation: Conversation, external_id: str) -> HistoryRow | None:
    """Return what this conversation kept under an external id."""
    index = external_index(tx, conversation.account, external_id)
    row = tx.one(_INBOUND, index=index, row=conversation.id)
    return None if row is None else _came(conversation, row)


def history(tx: Tx, conversation: Conversation, after_seq: int, limit: int) -> list[HistoryRow]:
    """Return the first `limit` events of both directions behind `after_seq`, in order."""
    bounds = {"row": conversation.id, "after": after_seq, "most": limit}
    rows = [_came(conversation, row) for row in tx.all(_AFTER, **bounds)]
    rows += [_said(conversation, row) for row in tx.all(_SAID_AFTER, **bounds)]
    return sorted(rows, key=lambda row: row.seq)[:limit]


def of_case(
    tx: Tx, conversation: Conversation, from_seq: int, to_seq: int | None = None
) -> list[HistoryRow]:
    """Return the events of both directions from one number to another, both of them too, in order,
    with what became of each message.
    """
    bounds = {
        "row": conversation.id,
        "first": from_seq,
        "last": _NO_END if to_seq is None else to_seq,
    }
    rows = [_came(conversation, row) for row in tx.all(_IN_BETWEEN, **bounds)]
    rows += [_said(conversation, row) for row in tx.all(_OUT_BETWEEN, **bounds)]
    return sorted(rows, key=lambda row: row.seq)


def newest(tx: Tx, conversation: Conversation, limit: int) -> list[HistoryRow]:
    """Return the last `limit` events of both directions, in order, with what became of each
    message.
    """
    bounds = {"row": conversation.id, "most": limit}
    rows = [_came(conversation, row) for row in tx.all(_NEWEST_IN, **bounds)]
    rows += [_said(conversation, row) for row in tx.all(_NEWEST_OUT, **bounds)]
    return sorted(rows, key=lambda row: row.seq)[-limit:]


def last_seq(tx: Tx, conversation: Conversation) -> int:
    """Return the highest number used in a conversation, 0 when none is."""
    rows = (tx.one(statement, row=conversation.id) for statement in (_LAST_IN, _LAST_OUT))
    return max(int(row[0]) for row in rows if row is not None)
