"""What waits behind a row of the outbox: posts to a staff room travel together.

The outbox itself works head by head; here the rows behind one that is being delivered are looked
at and claimed with it. Knows nothing of what a post shows.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select

from bot.domain.delivery import DeliveryStatus
from bot.storage import outbox_sql as sql
from bot.storage.conversations import Conversation
from bot.storage.crypto import place
from bot.storage.moments import loaded
from bot.storage.outbox import Outgoing
from bot.storage.tables import OPEN, WAITING, among, outbox
from bot.storage.transaction import Statement, Tx

_o = outbox.c
_BEHIND = Statement(
    select(
        _o.id, _o.seq, _o.kind, _o.target, _o.body, _o.attempts, _o.unknowns, _o.not_before,
        _o.status, _o.created_at,
    )
    .where(
        _o.conversation_id == bindparam("conversation"),
        _o.seq > bindparam("behind"),
        among(_o.status, WAITING),
        _o.claimed_by.is_(None),
    )
    .order_by(_o.seq)
    .limit(bindparam("most"))
)  # fmt: skip
_IS_OPEN = Statement(
    select(_o.id).where(
        _o.conversation_id == bindparam("conversation"),
        _o.seq == bindparam("number"),
        among(_o.status, OPEN),
    )
)


def behind(tx: Tx, outgoing: Outgoing, limit: int) -> list[Outgoing]:
    """Return the unclaimed rows behind one in its conversation, in order."""
    key, conversation_id = outgoing.key, outgoing.conversation_id
    return [
        Outgoing(
            id=row[0],
            conversation_id=conversation_id,
            account=outgoing.account,
            address=outgoing.address,
            seq=row[1],
            kind=row[2],
            target=row[3],
            body=key.open(row[4], place("out", conversation_id, row[1])),
            attempts=row[5],
            unknowns=row[6],
            not_before=loaded(row[7]),
            status=DeliveryStatus(row[8]),
            created_at=loaded(row[9]),
            key=key,
        )
        for row in tx.all(_BEHIND, conversation=conversation_id, behind=outgoing.seq, most=limit)
    ]


def claim(tx: Tx, outgoing: Outgoing, claimed_by: str) -> None:
    """Claim one of them, as the outbox claims a head of line."""
    status = outgoing.status
    if status is DeliveryStatus.PENDING:
        status = DeliveryStatus.SENDING
    tx.run(sql.CLAIM, row=outgoing.id, new_status=status.value, me=claimed_by)


def is_open(tx: Tx, conversation: Conversation, seq: int) -> bool:
    """Return whether a message has not been delivered yet, and still may be."""
    return tx.one(_IS_OPEN, conversation=conversation.id, number=seq) is not None
