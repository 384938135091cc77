"""Which person of a platform is which staff account: being in the staff room gives nobody a right.
What a platform calls a person is sealed, and found by its HMAC.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.storage import staff
from bot.storage.crypto import from_text, place, to_text
from bot.storage.staff import Staff
from bot.storage.tables_staff import staff_links
from bot.storage.transaction import Statement, Tx, parameters

_l = staff_links.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`account`: the bot's; `person`: the platform's name of whoever writes in its staff room."""

    account: str
    person: str = field(repr=False)
    staff_id: int


_insert = upsert(staff_links).values(parameters(staff_links))
_LINK = Statement(
    _insert.on_conflict_do_update(
        index_elements=[_l.person_index], set_={"staff_id": _insert.excluded.staff_id}
    )
)
_STAFF_OF = Statement(select(_l.staff_id).where(_l.person_index == bindparam("index")))


def _index(tx: Tx, account: str, person: str) -> bytes:
    return tx.keys.index("staff link", account, person)


def _place(index: bytes) -> bytes:
    return place("staff link") + index


def link(tx: Tx, account: str, person: str, staff_id: int) -> None:
    """Take a platform's person for a staff account, in place of the one before."""
    index = _index(tx, account, person)
    tx.run(
        _LINK,
        person_index=index,
        account=account,
        person=tx.keys.site.seal(from_text(person), _place(index)),
        staff_id=staff_id,
    )


def staff_of(tx: Tx, account: str, person: str) -> Staff | None:
    """Return whose account it is, also of one who is disabled."""
    row = tx.one(_STAFF_OF, index=_index(tx, account, person))
    return None if row is None else staff.get(tx, row[0])


def unlink(tx: Tx, account: str, person: str) -> bool:
    """Undo a link; False where there is none."""
    gone = tx.core(delete(staff_links).where(_l.person_index == _index(tx, account, person)))
    return gone.rowcount == 1


def links_of(tx: Tx, staff_id: int) -> list[Link]:
    """Return all links of an account."""
    rows = tx.core(
        select(_l.account, _l.person, _l.person_index).where(_l.staff_id == staff_id)
    ).all()
    found = [
        Link(
            account=row.account,
            person=to_text(tx.keys.site.open(row.person, _place(row.person_index))),
            staff_id=staff_id,
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.account, each.person))
