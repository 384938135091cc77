"""Translations that were asked for already. Sealed with the conversation's key, and found by an
HMAC: a bare digest of a person's words could be guessed.

Knows nothing of what a body holds nor of what a digest covers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.storage.conversations import Conversation
from bot.storage.crypto import place
from bot.storage.moments import stored
from bot.storage.tables_cases import translations
from bot.storage.transaction import Statement, Tx, parameters

_t = translations.c
_GET = Statement(
    select(_t.body).where(
        _t.conversation_id == bindparam("conversation"), _t.digest_index == bindparam("index")
    )
)
_insert = upsert(translations).values(parameters(translations))
_PUT = Statement(
    _insert.on_conflict_do_update(
        index_elements=[_t.conversation_id, _t.digest_index],
        set_={"body": _insert.excluded.body, "at": _insert.excluded.at},
    )
)


def _index(tx: Tx, conversation: Conversation, digest: bytes) -> bytes:
    return tx.keys.index("translation", str(conversation.id), digest.hex())


def _place(conversation: Conversation, index: bytes) -> bytes:
    return place("translation", conversation.id) + index


def get(tx: Tx, conversation: Conversation, digest: bytes) -> bytes | None:
    """Return a translation."""
    index = _index(tx, conversation, digest)
    row = tx.one(_GET, conversation=conversation.id, index=index)
    return None if row is None else conversation.key.open(row[0], _place(conversation, index))


def some(tx: Tx, conversation: Conversation, digests: Collection[bytes]) -> Mapping[bytes, bytes]:
    """Return the translations that there are of these, by digest, in one statement."""
    wanted = {_index(tx, conversation, digest): digest for digest in digests}
    if not wanted:
        return {}
    rows = tx.core(
        select(_t.digest_index, _t.body).where(
            _t.conversation_id == conversation.id, _t.digest_index.in_(list(wanted))
        )
    )
    return {
        wanted[row.digest_index]: conversation.key.open(
            row.body, _place(conversation, row.digest_index)
        )
        for row in rows
    }


def put(tx: Tx, conversation: Conversation, digest: bytes, body: bytes, at: datetime) -> None:
    """Keep a translation in place of an older one."""
    index = _index(tx, conversation, digest)
    tx.run(
        _PUT,
        conversation_id=conversation.id,
        digest_index=index,
        body=conversation.key.seal(body, _place(conversation, index)),
        at=stored(at),
    )
