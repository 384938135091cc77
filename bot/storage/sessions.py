"""Sessions of the desk. The token that a browser holds is kept as an HMAC only: who reads the
database is not signed in. Knows no cookie and no time limit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from bot.storage.moments import loaded, stored
from bot.storage.tables_staff import sessions
from bot.storage.transaction import Statement, Tx, parameters

_s = sessions.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is signed in. `csrf`: the word of every form; `strong`: nothing more has to be proved."""

    staff_id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    csrf: str = field(repr=False)
    strong: bool


_CREATE = Statement(insert(sessions).values(parameters(sessions)))
_GET = Statement(
    select(_s.staff_id, _s.created_at, _s.seen_at, _s.expires_at, _s.csrf, _s.strong).where(
        _s.token_index == bindparam("index"), _s.expires_at > bindparam("now")
    )
)
_TOUCH = Statement(
    update(sessions)
    .where(_s.token_index == bindparam("index"))
    .values(seen_at=bindparam("now", type_=_s.seen_at.type))
)
_REMOVE = Statement(delete(sessions).where(_s.token_index == bindparam("index")))


def _index(tx: Tx, token: str) -> bytes:
    return tx.keys.index("session", token)


def create(tx: Tx, token: str, session: Session) -> None:
    """Begin a session."""
    tx.run(
        _CREATE,
        token_index=_index(tx, token),
        staff_id=session.staff_id,
        created_at=stored(session.created_at),
        seen_at=stored(session.seen_at),
        expires_at=stored(session.expires_at),
        csrf=session.csrf,
        strong=session.strong,
    )


def get(tx: Tx, token: str, now: datetime) -> Session | None:
    """Return the session of a token; None where there is none or its time is over."""
    row = tx.one(_GET, index=_index(tx, token), now=stored(now))
    if row is None:
        return None
    staff_id, created_at, seen_at, expires_at, csrf, strong = row
    return Session(
        staff_id=staff_id,
        created_at=loaded(created_at),
        seen_at=loaded(seen_at),
        expires_at=loaded(expires_at),
        csrf=csrf,
        strong=bool(strong),
    )


def touch(tx: Tx, token: str, now: datetime) -> bool:
    """Note a request; False where there is no such session."""
    return tx.run(_TOUCH, index=_index(tx, token), now=stored(now)) == 1


def remove(tx: Tx, token: str) -> bool:
    """End a session; False where there is none."""
    return tx.run(_REMOVE, index=_index(tx, token)) == 1


def remove_all(tx: Tx, staff_id: int, *, keep: str | None = None) -> int:
    """End all sessions of an account, but that of the token `keep`; returns how many."""
    chosen = delete(sessions).where(_s.staff_id == staff_id)
    if keep is not None:
        chosen = chosen.where(_s.token_index != _index(tx, keep))
    return tx.core(chosen).rowcount
