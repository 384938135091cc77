"""Codes that open something once: an invitation, a sign-in, a conversation. Kept as an HMAC only.

A code hangs on what it opens, a staff account or a conversation, and goes with it. Wrong tries are
not counted here: `service.limits` throttles them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.storage.moments import stored
from bot.storage.tables_staff import CONVERSATION_PURPOSES, STAFF_PURPOSES, one_time_codes
from bot.storage.transaction import Statement, Tx, parameters

_c = one_time_codes.c
_insert = upsert(one_time_codes).values(parameters(one_time_codes))
_ISSUE = Statement(
    _insert.on_conflict_do_update(
        index_elements=[_c.code_index],
        set_={
            name: _insert.excluded[name]
            for name in ("staff_id", "conversation_id", "uses", "created_at", "expires_at")
        },
    )
)
_valid = (_c.code_index == bindparam("index"), _c.expires_at > bindparam("now"))
_LOOK = Statement(select(_c.staff_id, _c.conversation_id).where(*_valid))
_USE = Statement(
    update(one_time_codes)
    .where(*_valid, _c.uses > 1)
    .values(uses=_c.uses - 1)
    .returning(_c.staff_id, _c.conversation_id)
)
_USE_UP = Statement(
    delete(one_time_codes).where(*_valid).returning(_c.staff_id, _c.conversation_id)
)


def _index(tx: Tx, purpose: str, code: str) -> bytes:
    return tx.keys.index("code", purpose, code)


def _columns(purpose: str, subject_id: int) -> dict[str, int | None]:
    if purpose not in STAFF_PURPOSES and purpose not in CONVERSATION_PURPOSES:
        raise ValueError(f"a code for {purpose} is not known")
    of_staff = purpose in STAFF_PURPOSES
    return {
        "staff_id": subject_id if of_staff else None,
        "conversation_id": None if of_staff else subject_id,
    }


def issue(  # noqa: PLR0917 - what for, which, until when
    tx: Tx,
    purpose: str,
    subject_id: int,
    code: str,
    expires_at: datetime,
    now: datetime,
    uses: int = 1,
) -> None:
    """Let a code open something until a time. `subject_id`: of the staff account (`invitation`,
    `sign-in`, `link`, `feed`) or the conversation (`return`, `move`).
    """
    tx.run(
        _ISSUE,
        code_index=_index(tx, purpose, code),
        purpose=purpose,
        **_columns(purpose, subject_id),
        uses=uses,
        created_at=stored(now),
        expires_at=stored(expires_at),
    )


def look(tx: Tx, purpose: str, code: str, now: datetime) -> int | None:
    """Return what a code would open, without using it."""
    row = tx.one(_LOOK, index=_index(tx, purpose, code), now=stored(now))
    return None if row is None else _subject(row[0], row[1])


def redeem(tx: Tx, purpose: str, code: str, now: datetime) -> int | None:
    """Use a code: return what it opens, None where it opens nothing (any more). Of two who redeem
    its last use at once, one gets it.
    """
    bounds = {"index": _index(tx, purpose, code), "now": stored(now)}
    row = tx.one(_USE, **bounds) or tx.one(_USE_UP, **bounds)
    return None if row is None else _subject(row[0], row[1])


def withdraw(tx: Tx, purpose: str, subject_id: int) -> int:
    """Make the codes of this purpose void; returns how many there were."""
    conditions = [
        _c[name] == value
        for name, value in _columns(purpose, subject_id).items()
        if value is not None
    ]
    gone = tx.core(delete(one_time_codes).where(_c.purpose == purpose, *conditions))
    return gone.rowcount


def _subject(staff_id: int | None, conversation_id: int | None) -> int | None:
    return conversation_id if staff_id is None else staff_id
