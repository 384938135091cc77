"""What a counsellor has typed and not sent yet, one draft for each of her cases. Sealed with the
conversation's key: a draft speaks of the newcomer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.storage.conversations import Conversation
from bot.storage.crypto import place
from bot.storage.moments import loaded, stored
from bot.storage.tables_cases import drafts
from bot.storage.transaction import Statement, Tx, parameters

_d = drafts.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One draft, and when it was typed."""

    case_id: int
    staff_id: int
    body: bytes = field(repr=False)
    at: datetime


_insert = upsert(drafts).values(parameters(drafts))
_PUT = Statement(
    _insert.on_conflict_do_update(
        index_elements=[_d.case_id, _d.staff_id],
        set_={"body": _insert.excluded.body, "at": _insert.excluded.at},
    )
)
_GET = Statement(
    select(_d.body, _d.at).where(
        _d.case_id == bindparam("case"), _d.staff_id == bindparam("person")
    )
)
_OF_CASE = Statement(select(_d.staff_id, _d.at).where(_d.case_id == bindparam("case")))
_REMOVE = Statement(
    delete(drafts).where(_d.case_id == bindparam("case"), _d.staff_id == bindparam("person"))
)


def _place(conversation: Conversation, case_id: int, staff_id: int) -> bytes:
    return place("draft", conversation.id, case_id, staff_id)


def put(  # noqa: PLR0917 - where, whose, what, when
    tx: Tx, conversation: Conversation, case_id: int, staff_id: int, body: bytes, at: datetime
) -> None:
    """Keep a draft in place of the one before."""
    where = _place(conversation, case_id, staff_id)
    tx.run(
        _PUT,
        case_id=case_id,
        staff_id=staff_id,
        body=conversation.key.seal(body, where),
        at=stored(at),
    )


def get(tx: Tx, conversation: Conversation, case_id: int, staff_id: int) -> Draft | None:
    """Return somebody's draft in a case."""
    row = tx.one(_GET, case=case_id, person=staff_id)
    if row is None:
        return None
    body = conversation.key.open(row[0], _place(conversation, case_id, staff_id))
    return Draft(case_id=case_id, staff_id=staff_id, body=body, at=loaded(row[1]))


def remove(tx: Tx, case_id: int, staff_id: int) -> None:
    """Forget a draft: it was sent or thrown away."""
    tx.run(_REMOVE, case=case_id, person=staff_id)


def of_case(tx: Tx, case_id: int) -> Mapping[int, datetime]:
    """Return who (staff id) has a draft in a case, and since when; never its words."""
    return {staff_id: loaded(at) for staff_id, at in tx.all(_OF_CASE, case=case_id)}
