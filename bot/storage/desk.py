"""What the desk reads at once: the board of all cases that concern somebody, and how the answers of
a case were delivered. Only reads; what a case is stands in `storage.cases`.

The board is one statement, and opens nothing but the newest words of each case. A stamp is made of
the numbers that grow when something in a case changes: whoever knows an older one reads again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from bot.domain.case import Case
from bot.domain.delivery import DeliveryStatus
from bot.storage.cases import WHOLE, case_of
from bot.storage.crypto import place
from bot.storage.moments import stored
from bot.storage.tables import (
    constant,
    conversation_keys,
    conversations,
    messages,
    outbox,
)
from bot.storage.tables_cases import IS_OPEN, case_entries, cases, translations
from bot.storage.transaction import Row, Statement, Tx

_UNDELIVERED = frozenset({DeliveryStatus.FAILED, DeliveryStatus.SKIPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One case as the board shows it. `newest` is the body of her newest words, None where she has
    said none; `undelivered`: the newest answer did not reach her.
    """

    case: Case
    account: str
    reachable: bool
    newest: bytes | None = field(repr=False)
    undelivered: bool
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How far one outgoing row of a conversation got."""

    row_id: int
    status: DeliveryStatus


_c = cases.c
_NEWEST = (
    select(func.max(messages.c.seq))
    .where(messages.c.conversation_id == _c.conversation_id, messages.c.seq >= _c.from_seq)
    .correlate(cases)
    .scalar_subquery()
)
_ANSWER = (
    select(outbox.c.status)
    .select_from(case_entries)
    .join(
        outbox,
        (outbox.c.conversation_id == _c.conversation_id) & (outbox.c.seq == case_entries.c.seq),
    )
    .where(case_entries.c.case_id == _c.id, case_entries.c.kind == constant("reply"))
    .order_by(case_entries.c.id.desc())
    .limit(1)
    .correlate(cases)
    .scalar_subquery()
)
_ENTRY = (
    select(func.max(case_entries.c.id))
    .where(case_entries.c.case_id == _c.id)
    .correlate(cases)
    .scalar_subquery()
)
_SAID = (
    select(func.max(outbox.c.seq))
    .where(outbox.c.conversation_id == _c.conversation_id)
    .correlate(cases)
    .scalar_subquery()
)
_TRANSLATED = (
    select(func.count())
    .where(translations.c.conversation_id == _c.conversation_id)
    .correlate(cases)
    .scalar_subquery()
)


def _rows() -> Select[Any]:
    return select(
        *WHOLE.selected_columns,
        conversations.c.account.label("account"),
        conversations.c.reachable.label("reachable"),
        conversation_keys.c.wrapped.label("wrapped"),
        _NEWEST.label("newest_seq"),
        _ANSWER.label("answer"),
        _ENTRY.label("entry"),
        _SAID.label("said"),
        _TRANSLATED.label("translated"),
    ).select_from(
        cases.join(conversations, conversations.c.id == _c.conversation_id).join(
            conversation_keys, conversation_keys.c.conversation_id == _c.conversation_id
        )
    )


def _with_words(chosen: Select[Any]) -> Statement:
    found = chosen.subquery()
    return Statement(
        select(found, messages.c.body).select_from(
            found.outerjoin(
                messages,
                (messages.c.conversation_id == found.c.conversation_id)
                & (messages.c.seq == found.c.newest_seq),
            )
        )
    )


_BOARD = _with_words(_rows().where(or_(IS_OPEN, _c.follow_up <= bindparam("until"))))
_ONE = _with_words(_rows().where(_c.id == bindparam("case_id")))
_DELIVERED = Statement(
    select(outbox.c.seq, outbox.c.id, outbox.c.status).where(
        outbox.c.conversation_id == bindparam("conversation"),
        outbox.c.seq >= bindparam("from_seq"),
    )
)
_READABLE = Statement(
    select(_c.id)
    .where(or_(IS_OPEN, _c.closed_at >= bindparam("since")), _c.id < bindparam("below"))
    .order_by(_c.id.desc())
    .limit(bindparam("most"))
)
_HOW_MANY = Statement(
    select(func.count())
    .select_from(cases)
    .where(or_(IS_OPEN, _c.closed_at >= bindparam("since")), _c.id < bindparam("below"))
)
_WIDTH = len(WHOLE.selected_columns)


def board(tx: Tx, until: date) -> list[BoardRow]:
    """Return every open case, and every closed one that is to be followed up until a day."""
    return [_board_row(tx, row) for row in tx.all(_BOARD, until=until.isoformat())]


def board_row(tx: Tx, case_id: int) -> BoardRow | None:
    """Return one case, open or closed."""
    row = tx.one(_ONE, case_id=case_id)
    return None if row is None else _board_row(tx, row)


def delivered(tx: Tx, conversation_id: int, from_seq: int) -> dict[int, Delivered]:
    """Return how far the outgoing rows of a conversation got, by number."""
    rows = tx.all(_DELIVERED, conversation=conversation_id, from_seq=from_seq)
    return {seq: Delivered(row_id=id_, status=DeliveryStatus(status)) for seq, id_, status in rows}


def readable(tx: Tx, *, since: datetime, below: int, most: int) -> list[int]:
    """Return the newest open or lately closed cases below a number, by id."""
    return [row[0] for row in tx.all(_READABLE, since=stored(since), below=below, most=most)]


def how_many(tx: Tx, *, since: datetime, below: int) -> int:
    """Return how many cases `readable` has below a number."""
    row = tx.one(_HOW_MANY, since=stored(since), below=below)
    return int(row[0]) if row is not None else 0


def _board_row(tx: Tx, row: Row) -> BoardRow:
    case = case_of(row[:_WIDTH])
    account, reachable, wrapped, newest_seq, answer, entry, said, translated, body = row[_WIDTH:]
    key = tx.keys.conversation(wrapped)
    where = place("in", case.conversation_id, newest_seq or 0)
    status = DeliveryStatus(answer) if answer is not None else None
    skipped = status is DeliveryStatus.SKIPPED
    return BoardRow(
        case=case,
        account=account,
        reachable=bool(reachable),
        newest=None if body is None else key.open(body, where),
        undelivered=status in _UNDELIVERED and not (skipped and reachable),
        stamp=".".join(
            str(part or 0) for part in (case.version, newest_seq, entry, said, answer, translated)
        ),
    )
