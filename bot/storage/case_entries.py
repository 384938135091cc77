"""What was written and done in a case, in order: notes, replies, events. Sealed with the
conversation's key.

Knows nothing of what a body holds. Her own words stand in `messages`, what she was told in the
outbox: `seq` is the number there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from bot.storage.conversations import Conversation
from bot.storage.crypto import place
from bot.storage.moments import loaded, stored
from bot.storage.tables_cases import case_entries, cases
from bot.storage.transaction import Row, Statement, Tx, parameters

_e = case_entries.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `kind`: note, reply or event; `staff_id` None: the program."""

    id: int
    case_id: int
    kind: str
    at: datetime
    staff_id: int | None
    seq: int | None
    body: bytes | None = field(repr=False)


_ADD = Statement(insert(case_entries).values(parameters(case_entries)).returning(_e.id))
_WRITE = Statement(
    update(case_entries)
    .where(_e.id == bindparam("row"))
    .values(body=bindparam("new_body", type_=_e.body.type))
)
_WHOLE = (
    select(_e.id, _e.case_id, _e.kind, _e.at, _e.staff_id, _e.seq, _e.body)
    .join(cases, cases.c.id == _e.case_id)
    .where(cases.c.conversation_id == bindparam("conversation"))
)
_OF_CASE = Statement(_WHOLE.where(_e.case_id == bindparam("case")).order_by(_e.id))
_ONE = Statement(_WHOLE.where(_e.id == bindparam("row")))
_BY_KEY = Statement(_WHOLE.where(_e.key_index == bindparam("index")))


def _place(conversation: Conversation, entry_id: int) -> bytes:
    return place("entry", conversation.id, entry_id)


def _key_index(tx: Tx, case_id: int, key: str) -> bytes:
    return tx.keys.index("entry", str(case_id), key)


def _opened(conversation: Conversation, row: Row) -> Entry:
    number, case_id, kind, at, staff_id, seq, body = row
    return Entry(
        id=number,
        case_id=case_id,
        kind=kind,
        at=loaded(at),
        staff_id=staff_id,
        seq=seq,
        body=None if body is None else conversation.key.open(body, _place(conversation, number)),
    )


def add(
    tx: Tx,
    conversation: Conversation,
    case_id: int,
    *,
    kind: str,
    at: datetime,
    staff_id: int | None = None,
    seq: int | None = None,
    body: bytes | None = None,
    key: str | None = None,
) -> int:
    """Add an entry to a case of the conversation and return its id.

    `key` is the form's own; ask `by_key` first, with the conversation locked.
    """
    row = tx.one(
        _ADD,
        case_id=case_id,
        kind=kind,
        at=stored(at),
        staff_id=staff_id,
        seq=seq,
        key_index=None if key is None else _key_index(tx, case_id, key),
        body=None,
    )
    number = int(row[0]) if row else 0
    if body is not None:
        # Sealed for its own row, whose number is known only now.
        replace_body(tx, conversation, number, body)
    return number


def replace_body(tx: Tx, conversation: Conversation, entry_id: int, body: bytes) -> None:
    """Write an entry's body anew: a reply was corrected or recalled."""
    tx.run(
        _WRITE,
        row=entry_id,
        new_body=conversation.key.seal(body, _place(conversation, entry_id)),
    )


def of_case(tx: Tx, conversation: Conversation, case_id: int) -> list[Entry]:
    """Return the entries of a case in the order in which they were added."""
    rows = tx.all(_OF_CASE, conversation=conversation.id, case=case_id)
    return [_opened(conversation, row) for row in rows]


def one(tx: Tx, conversation: Conversation, entry_id: int) -> Entry | None:
    """Return an entry of this conversation, and of no other."""
    row = tx.one(_ONE, conversation=conversation.id, row=entry_id)
    return None if row is None else _opened(conversation, row)


def by_key(tx: Tx, conversation: Conversation, case_id: int, key: str) -> Entry | None:
    """Return what was added under a form's key."""
    row = tx.one(_BY_KEY, conversation=conversation.id, index=_key_index(tx, case_id, key))
    return None if row is None else _opened(conversation, row)


def conversation_of(tx: Tx, entry_id: int) -> tuple[int, int] | None:
    """Return which conversation and which case an entry belongs to."""
    row = tx.core(
        select(cases.c.conversation_id, _e.case_id)
        .join(case_entries, _e.case_id == cases.c.id)
        .where(_e.id == entry_id)
    ).one_or_none()
    return None if row is None else (row.conversation_id, row.case_id)
