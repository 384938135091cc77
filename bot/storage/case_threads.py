"""Which thread of which staff room shows a case. Holds numbers of outbox rows and no words; the
platform's name of a thread is the reference of the row that opened it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.storage.conversations import Conversation
from bot.storage.outbox import reference_index
from bot.storage.tables import outbox
from bot.storage.tables_cases import case_threads
from bot.storage.transaction import Row, Statement, Tx, parameters

_t = case_threads.c
_o = outbox.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A case's thread in one staff room. `conversation_id`: the room's; `root_seq` and `card_seq`:
    the rows that opened the thread and that show the card, often the same.
    """

    case_id: int
    account: str
    conversation_id: int
    root_seq: int
    card_seq: int


_insert = upsert(case_threads).values(parameters(case_threads))
_SET = Statement(
    _insert.on_conflict_do_update(
        index_elements=[_t.case_id, _t.account],
        set_={name: _insert.excluded[name] for name in ("conversation_id", "root_seq", "card_seq")},
    )
)
_WHOLE = select(_t.case_id, _t.account, _t.conversation_id, _t.root_seq, _t.card_seq)
_GET = Statement(
    _WHOLE.where(_t.case_id == bindparam("case"), _t.account == bindparam("of_account"))
)
_ALL_OF = Statement(_WHOLE.where(_t.case_id == bindparam("case")).order_by(_t.account))
_BY_ROOT = Statement(
    select(_t.case_id)
    .join(outbox, (_o.conversation_id == _t.conversation_id) & (_o.seq == _t.root_seq))
    .where(
        _o.conversation_id == bindparam("room"),
        _o.reference_index == bindparam("index"),
        _o.reference_index.is_not(None),
    )
    .order_by(_o.seq.desc())
    .limit(bindparam("most"))
)


def _thread(row: Row) -> Thread:
    case_id, account, conversation_id, root_seq, card_seq = row
    return Thread(
        case_id=case_id,
        account=account,
        conversation_id=conversation_id,
        root_seq=root_seq,
        card_seq=card_seq,
    )


def set(tx: Tx, thread: Thread) -> None:  # noqa: A001 - the word for it
    """Note a case's thread in place of an older one of the same account."""
    tx.run(
        _SET,
        case_id=thread.case_id,
        account=thread.account,
        conversation_id=thread.conversation_id,
        root_seq=thread.root_seq,
        card_seq=thread.card_seq,
    )


def get(tx: Tx, case_id: int, account: str) -> Thread | None:
    """Return a case's thread on an account."""
    row = tx.one(_GET, case=case_id, of_account=account)
    return None if row is None else _thread(row)


def all_of(tx: Tx, case_id: int) -> list[Thread]:
    """Return a case's threads in all staff rooms."""
    return [_thread(row) for row in tx.all(_ALL_OF, case=case_id)]


def by_root(tx: Tx, room: Conversation, reference: str) -> int | None:
    """Return the case whose thread the platform calls `reference`."""
    index = reference_index(tx, room.id, reference)
    row = tx.one(_BY_ROOT, room=room.id, index=index, most=1)
    return None if row is None else int(row[0])
