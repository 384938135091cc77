"""What an account must remember across restarts, sealed with the site's key: cursors, logins,
signing seeds.

Knows nothing of what the values mean.
"""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.storage.crypto import from_text, place, to_text
from bot.storage.tables import sealed_values
from bot.storage.transaction import Statement, Tx

_v = sealed_values.c
_GET = Statement(select(_v.value).where(_v.name == bindparam("key")))
_insert = upsert(sealed_values).values(name=bindparam("name"), value=bindparam("value"))
_PUT = Statement(
    _insert.on_conflict_do_update(index_elements=[_v.name], set_={"value": _insert.excluded.value})
)


def _place(name: str) -> bytes:
    return place("site") + name.encode()


def get(tx: Tx, name: str) -> bytes | None:
    """Return a value."""
    row = tx.one(_GET, key=name)
    return None if row is None else tx.keys.site.open(row[0], _place(name))


def put(tx: Tx, name: str, value: bytes) -> None:
    """Keep a value, in place of an older one."""
    tx.run(_PUT, name=name, value=tx.keys.site.seal(value, _place(name)))


def remove(tx: Tx, name: str) -> None:
    """Forget a value."""
    tx.core(delete(sealed_values).where(_v.name == name))


def cursor(tx: Tx, account: str) -> str | None:
    """Return how far an account has read its platform (an offset, a `next_batch`)."""
    value = get(tx, f"cursor {account}")
    return None if value is None else to_text(value)


def set_cursor(tx: Tx, account: str, value: str) -> None:
    """Note how far an account has read; all before it is committed."""
    put(tx, f"cursor {account}", from_text(value))
