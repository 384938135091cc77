"""Conversations: who (sealed), where she stands (sealed), and the lock that a turn holds.

Knows nothing of what a state means. On SQLite the transaction itself is the lock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.storage.crypto import Cipher, from_text, place, to_text
from bot.storage.errors import StaleConversation
from bot.storage.moments import stored
from bot.storage.tables import conversation_keys, conversations
from bot.storage.transaction import Row, Statement, Tx, parameters


@dataclass(slots=True)
class Conversation:
    """One person on one account. `version` counts the saves; `state` is JSON, None before the first
    turn.
    """

    id: int
    account: str
    version: int
    address: str = field(repr=False)
    state: bytes | None = field(repr=False)
    reachable: bool
    key: Cipher = field(repr=False, compare=False)


_c = conversations.c
_FOUND = (
    select(
        _c.id,
        _c.account,
        _c.version,
        _c.state,
        _c.reachable,
        _c.address_index,
        _c.address,
        conversation_keys.c.wrapped,
    )
    .select_from(conversations)
    .join(conversation_keys, conversation_keys.c.conversation_id == _c.id)
)
_FIND = Statement(_FOUND.where(_c.address_index == bindparam("index")))
_BY_ID = Statement(_FOUND.where(_c.id == bindparam("row")))
_LOCK = Statement(select(_c.id).where(_c.address_index == bindparam("index")).with_for_update())
_LOCK_BY_ID = Statement(select(_c.id).where(_c.id == bindparam("row")).with_for_update())
_CREATE = Statement(
    upsert(conversations)
    .values(parameters(conversations))
    .on_conflict_do_nothing(index_elements=[_c.address_index])
    .returning(_c.id)
)
_ADD_KEY = Statement(
    insert(conversation_keys).values(
        conversation_id=bindparam("conversation_id"), wrapped=bindparam("wrapped")
    )
)
_SAVE = Statement(
    update(conversations)
    .where(_c.id == bindparam("row"), _c.version == bindparam("before"))
    .values(
        version=bindparam("version", type_=BigInteger),
        state=bindparam("state"),
        updated_at=bindparam("updated_at"),
    )
)


def _state_place(conversation_id: int, version: int) -> bytes:
    return place("state", conversation_id, version)


def _address_place(index: bytes) -> bytes:
    return place("address") + index


def opened_address(key: Cipher, index: bytes, sealed: bytes) -> str:
    """Return an address that stands in a row with `index`."""
    return to_text(key.open(sealed, _address_place(index)))


def _opened(tx: Tx, row: Row | None) -> Conversation | None:
    if row is None:
        return None
    row_id, account, version, state, reachable, index, address, wrapped = row
    key = tx.keys.conversation(wrapped)
    return Conversation(
        id=row_id,
        account=account,
        version=version,
        address=opened_address(key, index, address),
        state=None if state is None else key.open(state, _state_place(row_id, version)),
        reachable=bool(reachable),
        key=key,
    )


def find(tx: Tx, account: str, address: str) -> Conversation | None:
    """Return the conversation with an address, without a lock."""
    return _opened(tx, tx.one(_FIND, index=tx.keys.index("address", account, address)))


def by_id(tx: Tx, conversation_id: int) -> Conversation | None:
    """Return a conversation, without a lock."""
    return _opened(tx, tx.one(_BY_ID, row=conversation_id))


def some(tx: Tx, ids: Collection[int]) -> Mapping[int, Conversation]:
    """Return these conversations by id, in one statement and without a lock; those that are gone
    are left out.
    """
    if not ids:
        return {}
    rows = tx.core(_FOUND.where(_c.id.in_(list(ids))))
    found = (_opened(tx, tuple(row)) for row in rows)
    return {each.id: each for each in found if each is not None}


def lock_by_id(tx: Tx, conversation_id: int) -> Conversation | None:
    """Return a conversation that nobody else can change until this transaction ends."""
    if tx.locks_rows:
        tx.one(_LOCK_BY_ID, row=conversation_id)
    return by_id(tx, conversation_id)


def lock(tx: Tx, account: str, address: str, now: datetime) -> Conversation:
    """Return the conversation with an address, made if it is new, locked until this transaction
    ends.
    """
    index = tx.keys.index("address", account, address)
    while True:
        # Lock first and read in the next statement: a snapshot taken before the lock was granted is
        # too old. What was not there to be locked must not be read either.
        if not tx.locks_rows or tx.one(_LOCK, index=index) is not None:
            known = _opened(tx, tx.one(_FIND, index=index))
            if known is not None:
                return known
        created = _create(tx, account, address, index, stored(now))
        if created is not None:
            return created


def _create(tx: Tx, account: str, address: str, index: bytes, now: int) -> Conversation | None:
    """Return a new conversation, or None if somebody else made it at the same moment."""
    wrapped = tx.keys.new_conversation()
    key = tx.keys.conversation(wrapped)
    row = tx.one(
        _CREATE,
        account=account,
        address_index=index,
        address=key.seal(from_text(address), _address_place(index)),
        version=0,
        state=None,
        reachable=True,
        created_at=now,
        updated_at=now,
        moved_into=None,
    )
    if row is None:
        return None
    tx.run(_ADD_KEY, conversation_id=row[0], wrapped=wrapped)
    return Conversation(
        id=row[0],
        account=account,
        version=0,
        address=address,
        state=None,
        reachable=True,
        key=key,
    )


def save(tx: Tx, conversation: Conversation, state: bytes, now: datetime) -> None:
    """Write a new state; the version rises by one, in the object too. Raises StaleConversation."""
    version = conversation.version + 1
    touched = tx.run(
        _SAVE,
        row=conversation.id,
        before=conversation.version,
        version=version,
        state=conversation.key.seal(state, _state_place(conversation.id, version)),
        updated_at=stored(now),
    )
    if not touched:
        raise StaleConversation(f"conversation {conversation.id} has moved on")
    conversation.version, conversation.state = version, state


def set_reachable(tx: Tx, conversation: Conversation, reachable: bool) -> None:
    """Note whether the platform still delivers to her."""
    tx.core(update(conversations).where(_c.id == conversation.id).values(reachable=reachable))
    conversation.reachable = reachable


def set_address(tx: Tx, conversation: Conversation, address: str) -> bool:
    """Give the conversation a new address; False if another conversation has it already."""
    index = tx.keys.index("address", conversation.account, address)
    if tx.one(_FIND, index=index) is not None:
        return False
    sealed = conversation.key.seal(from_text(address), _address_place(index))
    tx.core(
        update(conversations)
        .where(_c.id == conversation.id)
        .values(address_index=index, address=sealed)
    )
    conversation.address = address
    return True


def count(tx: Tx) -> int:
    """Return how many conversations there are. Reads them all: not for every scrape."""
    return int(tx.core(select(func.count()).select_from(conversations)).scalar_one())
