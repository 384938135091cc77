"""The statements of the outbox that run at every turn or delivery, compiled once. `outbox` says
what they are for.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Integer,
    LargeBinary,
    Text,
    and_,
    bindparam,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    union_all,
    update,
)

from bot.domain.delivery import TRANSITIONS, DeliveryStatus
from bot.storage.tables import (
    OPEN,
    WAITING,
    among,
    constant,
    conversation_keys,
    conversations,
    outbox,
)
from bot.storage.tables_cases import IS_OPEN, cases
from bot.storage.transaction import Statement, parameters

_o = outbox.c
_earlier = outbox.alias("earlier")
_HEAD = ~exists().where(
    _earlier.c.conversation_id == _o.conversation_id,
    _earlier.c.seq < _o.seq,
    _earlier.c.account == _o.account,
    among(_earlier.c.status, OPEN),
)
_FREE = (
    _o.account == bindparam("account"),
    among(_o.status, WAITING),
    _o.claimed_by.is_(None),
    _HEAD,
)
_WHOLE = (
    select(
        _o.id,
        _o.conversation_id,
        _o.account,
        _o.seq,
        _o.kind,
        _o.target,
        _o.body,
        _o.attempts,
        _o.unknowns,
        _o.not_before,
        _o.status,
        conversations.c.address_index,
        conversations.c.address,
        conversation_keys.c.wrapped,
        _o.created_at,
    )
    .join(conversations, conversations.c.id == _o.conversation_id)
    .join(conversation_keys, conversation_keys.c.conversation_id == _o.conversation_id)
)

ADD = Statement(insert(outbox).values(parameters(outbox)).returning(_o.id))
BLOCKED = Statement(
    select(_o.id)
    .where(
        _o.conversation_id == bindparam("conversation"),
        among(_o.status, OPEN),
        or_(_o.claimed_by.is_(None), _o.claimed_by != bindparam("me")),
    )
    .limit(bindparam("most"))
)
DUE = Statement(
    _WHOLE.where(*_FREE, _o.not_before <= bindparam("now"))
    .order_by(_o.not_before, _o.id)
    .limit(bindparam("most"))
    .with_for_update(of=outbox, skip_locked=True)
)
NEXT_DUE = Statement(
    select(_o.not_before).where(*_FREE).order_by(_o.not_before, _o.id).limit(bindparam("most"))
)
CLAIM = Statement(
    update(outbox)
    .where(_o.id == bindparam("row"))
    .values(status=bindparam("new_status"), claimed_by=bindparam("me", type_=Text))
)


def _sources(target: DeliveryStatus) -> list[DeliveryStatus]:
    sources = [source for source, targets in TRANSITIONS.items() if target in targets]
    if target is DeliveryStatus.UNKNOWN:
        sources.append(target)  # the repetition was refused for now
    return sources


def _mark(target: DeliveryStatus) -> Statement:
    def kept(name: str, type_: type[BigInteger | Integer | LargeBinary]) -> object:
        return func.coalesce(bindparam(f"new_{name}", type_=type_()), _o[name])

    return Statement(
        update(outbox)
        .where(_o.id == bindparam("row"), among(_o.status, _sources(target)))
        .values(
            status=constant(target),
            claimed_by=null(),
            attempts=kept("attempts", Integer),
            unknowns=kept("unknowns", Integer),
            not_before=kept("not_before", BigInteger),
            reference=kept("reference", LargeBinary),
            reference_index=kept("reference_index", LargeBinary),
        )
    )


# A row becomes `sending` by claim() alone.
MARK: dict[DeliveryStatus, Statement] = {
    status: _mark(status) for status in DeliveryStatus if status is not DeliveryStatus.SENDING
}
RELEASE_BEHIND = Statement(
    update(outbox)
    .where(
        _o.conversation_id == bindparam("conversation"),
        _o.seq > bindparam("behind"),
        among(_o.status, (DeliveryStatus.SENDING,)),
        among(_o.status, OPEN),
    )
    .values(status=constant(DeliveryStatus.PENDING), claimed_by=null())
)
REFERENCE = Statement(
    select(_o.reference).where(
        _o.conversation_id == bindparam("conversation"), _o.seq == bindparam("number")
    )
)
BODY = Statement(
    select(_o.body).where(
        _o.conversation_id == bindparam("conversation"), _o.seq == bindparam("number")
    )
)
BY_REFERENCE = Statement(
    _WHOLE.where(
        _o.conversation_id == bindparam("conversation"), _o.reference_index == bindparam("index")
    )
    .order_by(_o.seq.desc())
    .limit(bindparam("most"))
)
DEPTH = Statement(
    select(_o.account, _o.status, func.count())
    .where(among(_o.status, OPEN))
    .group_by(_o.account, _o.status)
)

_FATE = (
    _o.conversation_id,
    _o.id,
    _o.seq,
    _o.kind,
    _o.status,
    _o.attempts,
    _o.created_at,
    conversations.c.reachable,
)
FAILED_FOR = Statement(
    select(*_FATE)
    .join(conversations, conversations.c.id == _o.conversation_id)
    .where(
        _o.conversation_id == bindparam("conversation"),
        among(_o.status, (DeliveryStatus.FAILED,)),
    )
    .order_by(_o.seq)
)
_IN_OPEN_CASES = (
    select(cases.c.id.label("case_id"), *_FATE)
    .select_from(cases)
    .join(conversations, conversations.c.id == cases.c.conversation_id)
    .join(outbox, and_(_o.conversation_id == cases.c.conversation_id, _o.seq >= cases.c.from_seq))
    .where(IS_OPEN)
)
# An edit is skipped also because what it was about is gone: that hides nothing from her.
_STUCK = or_(
    among(_o.status, OPEN),
    and_(among(_o.status, (DeliveryStatus.SKIPPED,)), _o.kind == constant("say")),
)
UNDELIVERED = Statement(
    union_all(
        _IN_OPEN_CASES.where(among(_o.status, (DeliveryStatus.FAILED,))),
        _IN_OPEN_CASES.where(conversations.c.reachable.is_(False), _STUCK),
    )
)
