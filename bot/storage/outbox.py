"""The outbox: what is to be delivered, by whom, how far it got, and afterwards the history of what
was said.

Its theory stands in `domain.delivery`; every UPDATE here keeps to the transitions there. Knows no
platform and decides nothing about repetitions: it keeps order, claims and counts. A row waits for
every earlier row of its conversation that is still open; that holds for a claim and for a row that
is born claimed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import null, update

from bot.domain.delivery import DeliveryStatus
from bot.storage import outbox_sql as sql
from bot.storage.conversations import Conversation, opened_address
from bot.storage.crypto import Cipher, from_text, place, to_text
from bot.storage.moments import loaded, stored
from bot.storage.tables import OPEN, WAITING, among, constant, outbox
from bot.storage.transaction import Row, Tx

_o = outbox.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One row. `target` is the number of the message that an edit or close is about. UTC."""

    id: int
    conversation_id: int
    account: str
    address: str = field(repr=False)
    seq: int
    kind: str
    target: int | None
    body: bytes = field(repr=False)
    attempts: int
    unknowns: int
    not_before: datetime
    created_at: datetime
    status: DeliveryStatus
    key: Cipher = field(repr=False, compare=False)

    @property
    def idempotency_key(self) -> str:
        """The same at every attempt, and never used for another row."""
        return str(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A message that did not reach her, without its words. `case_id`: of the open case in which it
    was said, as far as that was asked for; `row`: its id.
    """

    case_id: int | None
    conversation_id: int
    row: int
    seq: int
    kind: str
    status: DeliveryStatus
    attempts: int
    at: datetime
    reachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What became of an attempt. None keeps what the row has."""

    outgoing: Outgoing
    status: DeliveryStatus
    reference: str | None = None
    not_before: datetime | None = None
    attempts: int | None = None
    unknowns: int | None = None


def _body_place(conversation_id: int, seq: int) -> bytes:
    return place("out", conversation_id, seq)


def opened_reference(conversation: Conversation, seq: int, sealed: bytes) -> str:
    """Return the reference that stands in the row of number `seq`."""
    return to_text(conversation.key.open(sealed, _reference_place(conversation.id, seq)))


def _reference_place(conversation_id: int, seq: int) -> bytes:
    return place("reference", conversation_id, seq)


def reference_index(tx: Tx, conversation_id: int, reference: str) -> bytes:
    """Return what a platform's name of a message is looked up by."""
    return tx.keys.index("reference", str(conversation_id), reference)


def _opened(tx: Tx, row: Row, status: DeliveryStatus | None = None) -> Outgoing:
    key = tx.keys.conversation(row[13])
    return Outgoing(
        id=row[0],
        conversation_id=row[1],
        account=row[2],
        address=opened_address(key, row[11], row[12]),
        seq=row[3],
        kind=row[4],
        target=row[5],
        body=key.open(row[6], _body_place(row[1], row[3])),
        attempts=row[7],
        unknowns=row[8],
        not_before=loaded(row[9]),
        created_at=loaded(row[14]),
        status=status or DeliveryStatus(row[10]),
        key=key,
    )


def add(
    tx: Tx,
    conversation: Conversation,
    *,
    seq: int,
    kind: str,
    body: bytes,
    now: datetime,
    target: int | None = None,
    claimed_by: str | None = None,
    delivered: bool = False,
) -> Outgoing:
    """Put a message in the outbox; `seq` is higher than any before it in the conversation.

    `delivered`: the channel reads the history, so the row is `sent` at once. `claimed_by`: that
    process delivers it from memory, so the row is `sending`, unless an earlier one waits or is
    somebody else's: then it is `pending` as well.
    """
    status = DeliveryStatus.PENDING
    if delivered:
        status, claimed_by = DeliveryStatus.SENT, None
    elif claimed_by is not None:
        if tx.one(sql.BLOCKED, conversation=conversation.id, me=claimed_by, most=1) is None:
            status = DeliveryStatus.SENDING
        else:
            claimed_by = None
    row = tx.one(
        sql.ADD,
        conversation_id=conversation.id,
        seq=seq,
        account=conversation.account,
        kind=kind,
        target=target,
        body=conversation.key.seal(body, _body_place(conversation.id, seq)),
        status=status.value,
        attempts=0,
        unknowns=0,
        not_before=stored(now),
        claimed_by=claimed_by,
        reference_index=None,
        reference=None,
        created_at=stored(now),
    )
    return Outgoing(
        id=row[0] if row else 0,
        conversation_id=conversation.id,
        account=conversation.account,
        address=conversation.address,
        seq=seq,
        kind=kind,
        target=target,
        body=body,
        attempts=0,
        unknowns=0,
        not_before=now,
        created_at=now,
        status=status,
        key=conversation.key,
    )


def mark(
    tx: Tx,
    outgoing: Outgoing,
    status: DeliveryStatus,
    *,
    reference: str | None = None,
    not_before: datetime | None = None,
    attempts: int | None = None,
    unknowns: int | None = None,
) -> bool:
    """Note what became of an attempt, and free the claim. False: the row does not stand where that
    is possible.
    """
    touched = tx.run(
        sql.MARK[status],
        row=outgoing.id,
        new_attempts=attempts,
        new_unknowns=unknowns,
        new_not_before=None if not_before is None else stored(not_before),
        new_reference=None
        if reference is None
        else outgoing.key.seal(
            from_text(reference), _reference_place(outgoing.conversation_id, outgoing.seq)
        ),
        new_reference_index=None
        if reference is None
        else reference_index(tx, outgoing.conversation_id, reference),
    )
    return touched == 1


def mark_many(tx: Tx, marks: Iterable[Mark]) -> int:
    """Mark several rows; returns how many stood where that was possible."""
    return sum(
        mark(
            tx,
            each.outgoing,
            each.status,
            reference=each.reference,
            not_before=each.not_before,
            attempts=each.attempts,
            unknowns=each.unknowns,
        )
        for each in marks
    )


def release_behind(tx: Tx, outgoing: Outgoing) -> int:
    """Give back the claimed rows behind one that has to wait, so that nothing overtakes it."""
    return tx.run(sql.RELEASE_BEHIND, conversation=outgoing.conversation_id, behind=outgoing.seq)


def claim(tx: Tx, account: str, now: datetime, limit: int, claimed_by: str) -> list[Outgoing]:
    """Take the heads of line that are due, the longest due first.

    A pending row becomes `sending`. A row of unknown outcome stays `unknown`: sending it is the
    repetition.
    """
    claimed = []
    for row in tx.all(sql.DUE, account=account, now=stored(now), most=limit):
        status = DeliveryStatus(row[10])
        if status is DeliveryStatus.PENDING:
            status = DeliveryStatus.SENDING
        tx.run(sql.CLAIM, row=row[0], new_status=status.value, me=claimed_by)
        claimed.append(_opened(tx, row, status))
    return claimed


def next_due(tx: Tx, account: str) -> datetime | None:
    """Return from when on claim() will find something, as things stand."""
    row = tx.one(sql.NEXT_DUE, account=account, most=1)
    return None if row is None else loaded(row[0])


def recover(tx: Tx, account: str, claimed_by: str) -> int:
    """Take over from an owner that is gone: what it was sending may have been delivered or not.

    Returns how many rows that are. `unknowns` counts it in each, also where the repetition was cut
    short.
    """
    result = tx.core(
        update(outbox)
        .where(
            _o.account == account,
            among(_o.status, OPEN),
            _o.claimed_by.is_not(None),
            _o.claimed_by != claimed_by,
        )
        .values(
            status=constant(DeliveryStatus.UNKNOWN), unknowns=_o.unknowns + 1, claimed_by=null()
        )
    )
    return result.rowcount


def reference(tx: Tx, conversation: Conversation, seq: int) -> str | None:
    """Return the platform's name of a message that was sent."""
    row = tx.one(sql.REFERENCE, conversation=conversation.id, number=seq)
    if row is None or row[0] is None:
        return None
    return opened_reference(conversation, seq, row[0])


def by_reference(tx: Tx, conversation: Conversation, reference: str) -> Outgoing | None:
    """Return the newest message of a conversation that the platform calls `reference`."""
    index = reference_index(tx, conversation.id, reference)
    row = tx.one(sql.BY_REFERENCE, conversation=conversation.id, index=index, most=1)
    return None if row is None else _opened(tx, row)


def body(tx: Tx, conversation: Conversation, seq: int) -> bytes | None:
    """Return what was said as number `seq`."""
    row = tx.one(sql.BODY, conversation=conversation.id, number=seq)
    return None if row is None else conversation.key.open(row[0], _body_place(conversation.id, seq))


def depth(tx: Tx) -> dict[tuple[str, DeliveryStatus], int]:
    """Return how many rows are open, by account and status. Reads only these."""
    return {
        (account, DeliveryStatus(status)): number for account, status, number in tx.all(sql.DEPTH)
    }


def _undelivered(row: Row) -> Undelivered:
    case_id, conversation_id, number, seq, kind, status, attempts, at, reachable = row
    return Undelivered(
        case_id=case_id,
        conversation_id=conversation_id,
        row=number,
        seq=seq,
        kind=kind,
        status=DeliveryStatus(status),
        attempts=attempts,
        at=loaded(at),
        reachable=bool(reachable),
    )


def failed_for(tx: Tx, conversation_id: int) -> list[Undelivered]:
    """Return what failed in a conversation, in order."""
    rows = tx.all(sql.FAILED_FOR, conversation=conversation_id)
    return [_undelivered((None, *row)) for row in rows]


def undelivered_in_open_cases(tx: Tx) -> list[Undelivered]:
    """Return what was said in open cases and failed, or waits or was skipped because she cannot be
    reached, in order. Reads only these.
    """
    return sorted(
        (_undelivered(row) for row in tx.all(sql.UNDELIVERED)),
        key=lambda each: (each.conversation_id, each.seq),
    )


def skip_for(tx: Tx, conversation_id: int) -> int:
    """Skip what waits for a person who cannot be reached."""
    result = tx.core(
        update(outbox)
        .where(
            _o.conversation_id == conversation_id,
            among(_o.status, OPEN),
            among(_o.status, WAITING),
            _o.claimed_by.is_(None),
        )
        .values(status=constant(DeliveryStatus.SKIPPED))
    )
    return result.rowcount


def retry_failed(tx: Tx, outgoing_id: int, now: datetime) -> bool:
    """Try a failed row again; False if it has not failed."""
    result = tx.core(
        update(outbox)
        .where(_o.id == outgoing_id, among(_o.status, (DeliveryStatus.FAILED,)))
        .values(status=constant(DeliveryStatus.PENDING), not_before=stored(now))
    )
    return result.rowcount == 1
