"""The statements of appointments, and how a row becomes an appointment.

The one that takes a seat is an upsert that is the same on both databases: a free seat is inserted,
a hold that is over changes hands in place, everything else is left alone and returns nothing. What
makes a second booking impossible is the unique index; locks only spare useless attempts.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Integer,
    LargeBinary,
    Text,
    and_,
    bindparam,
    func,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.domain.appointment import (
    Appointment,
    AppointmentAction,
    AppointmentStatus,
    BookingOrigin,
    before,
    moved,
)
from bot.storage.crypto import Cipher, place, to_text
from bot.storage.moments import loaded
from bot.storage.tables import among, constant, conversation_keys
from bot.storage.tables_booking import CODED, OCCUPIES, appointments, slots
from bot.storage.transaction import Row, Statement, Tx, parameters

_a = appointments.c
_ASIDE = frozenset({"companion_of", "told"})
NAMES = tuple(column.name for column in appointments.c if column.name not in _ASIDE)
_WHOLE = (
    select(*(_a[name] for name in NAMES), conversation_keys.c.wrapped)
    .select_from(appointments)
    .outerjoin(conversation_keys, conversation_keys.c.conversation_id == _a.conversation_id)
)
_HER_OWN = _WHOLE.where(_a.companion_of.is_(None))
_HELD = among(_a.status, (AppointmentStatus.HELD,))
_ACTIVE = among(_a.status, (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED))
_BOOKED = among(_a.status, (AppointmentStatus.BOOKED,))
_HERS = _a.conversation_id == bindparam("conversation", type_=BigInteger)

BY_ID = Statement(_HER_OWN.where(_a.id == bindparam("row")))
LOCK = Statement(select(_a.id).where(_a.id == bindparam("row")).with_for_update(key_share=True))
BY_CODE = Statement(_WHOLE.where(_a.code == bindparam("code"), among(_a.status, CODED)))
CODE_TAKEN = Statement(select(_a.id).where(_a.code == bindparam("code"), among(_a.status, CODED)))
OF_CONVERSATION = Statement(
    _HER_OWN.where(
        _HERS, _a.starts >= bindparam("begin"), _a.status != constant("expired")
    ).order_by(_a.starts, _a.id)
)
BETWEEN = Statement(
    _HER_OWN.where(
        _a.starts >= bindparam("begin"), _a.starts < bindparam("end"), among(_a.status, CODED)
    ).order_by(_a.starts, _a.id)
)
OPEN_COUNT = Statement(
    select(func.count()).where(
        _HERS,
        _a.companion_of.is_(None),
        _BOOKED,
        _a.service == bindparam("service"),
        _a.ends > bindparam("now"),
        _a.id != bindparam("but"),
    )
)
CLASHES = Statement(
    select(_a.id)
    .where(
        _HERS,
        _a.companion_of.is_(None),
        _ACTIVE,
        _a.starts < bindparam("ends"),
        _a.ends > bindparam("starts"),
        _a.id != bindparam("but"),
    )
    .limit(1)
)
INTERPRETER = Statement(
    select(slots.c.resource)
    .join(appointments, _a.slot_id == slots.c.id)
    .where(_a.companion_of == bindparam("row"), OCCUPIES)
    .limit(1)
)
COMPANIONS = Statement(
    select(_a.companion_of, _a.slot_id).where(
        _a.starts >= bindparam("begin"),
        _a.starts < bindparam("end"),
        _a.companion_of.is_not(None),
        among(_a.status, CODED),
    )
)
SEATS = Statement(
    select(_a.seat, _a.status, _a.held_until, _a.conversation_id, _a.origin).where(
        _a.slot_id == bindparam("slot"), OCCUPIES
    )
)
_insert = upsert(appointments).values(parameters(appointments))
_new = _insert.excluded
TAKE = Statement(
    _insert.on_conflict_do_update(
        index_elements=[_a.slot_id, _a.seat],
        index_where=OCCUPIES,
        set_={
            column.name: _new[column.name]
            for column in appointments.c
            if column.name not in {"id", "slot_id", "seat"}
        },
        where=and_(
            _HELD,
            or_(
                _a.held_until <= _new.created_at,
                _a.conversation_id == _new.conversation_id,
                and_(
                    _a.conversation_id.is_(None),
                    _a.origin == constant(BookingOrigin.WAITLIST),
                    bindparam("waitlist", type_=Boolean),
                ),
            ),
        ),
    ).returning(_a.id)
)
WALK_IN = Statement(_insert.returning(_a.id))
TELL = Statement(
    update(appointments)
    .where(_a.id == bindparam("row"), _a.told.op("&")(bindparam("what", type_=Integer)) == 0)
    .values(told=_a.told.op("|")(bindparam("what", type_=Integer)))
)
KEEP_LONGER = Statement(
    update(appointments)
    .where(
        _a.id == bindparam("row"),
        _HELD,
        _a.conversation_id.is_(None),
        _a.origin == constant(BookingOrigin.WAITLIST),
    )
    .values(held_until=bindparam("until", type_=BigInteger))
)
# A hold that changed hands leaves the interpreter's rows of its former owner behind.
UNRIDE = Statement(
    update(appointments)
    .where(_a.companion_of == bindparam("row"), _HELD)
    .values(
        status=constant(AppointmentStatus.EXPIRED),
        held_until=null(),
        changed_at=bindparam("now", type_=BigInteger),
    )
)
CONFIRM = Statement(
    update(appointments)
    .where(
        _a.id == bindparam("row"),
        _HELD,
        _a.conversation_id == bindparam("conversation", type_=BigInteger),
    )
    .values(
        status=constant(AppointmentStatus.BOOKED),
        held_until=null(),
        replaces=null(),
        code=bindparam("code", type_=Text),
        name=bindparam("name", type_=LargeBinary),
        notes=bindparam("notes", type_=LargeBinary),
        reminders=bindparam("reminders", type_=Boolean),
        changed_at=bindparam("now", type_=BigInteger),
    )
)
RIDE_CONFIRM = Statement(
    update(appointments)
    .where(_a.companion_of == bindparam("row"), _HELD)
    .values(
        status=constant(AppointmentStatus.BOOKED),
        held_until=null(),
        changed_at=bindparam("now", type_=BigInteger),
    )
)
RELEASE = Statement(
    update(appointments)
    .where(
        _HERS,
        _HELD,
        _a.id != bindparam("but", type_=BigInteger),
        or_(_a.companion_of.is_(None), _a.companion_of != bindparam("but", type_=BigInteger)),
    )
    .values(
        status=constant(AppointmentStatus.EXPIRED),
        held_until=null(),
        changed_at=bindparam("now", type_=BigInteger),
    )
)


def _acting(action: AppointmentAction, *, rides: bool) -> Statement:
    """Return the statement of an action that only changes where a row stands."""
    possible = before(action)
    after = moved(possible[0], action)
    which = _a.companion_of if rides else _a.id
    return Statement(
        update(appointments)
        .where(which == bindparam("row"), OCCUPIES if rides else among(_a.status, possible))
        .values(
            status=constant(str(after)),
            held_until=null(),
            changed_at=bindparam("now", type_=BigInteger),
        )
    )


ACTIONS = (
    AppointmentAction.EXPIRE,
    AppointmentAction.MOVE,
    AppointmentAction.CANCEL,
    AppointmentAction.CALL_OFF,
    AppointmentAction.ARRIVE,
    AppointmentAction.SERVE,
    AppointmentAction.MISS,
    AppointmentAction.UNDO,
)
ACT = {action: _acting(action, rides=False) for action in ACTIONS}
RIDE = {action: _acting(action, rides=True) for action in ACTIONS}


def words_place(what: str, appointment_id: int) -> bytes:
    """Return where a sealed name or note belongs."""
    return place(f"appointment {what}", appointment_id)


def opened(tx: Tx, row: Row | None) -> Appointment | None:
    """Return a row as an appointment."""
    if row is None:
        return None
    found = dict(zip(NAMES, row, strict=False))
    wrapped = row[-1]
    key = tx.keys.site if wrapped is None else tx.keys.conversation(wrapped)
    held_until, helped = found["held_until"], found["helped"]
    return Appointment(
        id=found["id"],
        slot=found["slot_id"],
        seat=found["seat"],
        status=AppointmentStatus(found["status"]),
        service=found["service"],
        place=found["place"],
        language=found["language"],
        interpreter=bool(found["interpreter"]),
        starts=loaded(found["starts"]),
        ends=loaded(found["ends"]),
        zone=found["zone"],
        local=datetime.fromisoformat(found["local"]),
        origin=BookingOrigin(found["origin"]),
        created_at=loaded(found["created_at"]),
        changed_at=loaded(found["changed_at"]),
        conversation_id=found["conversation_id"],
        code=found["code"],
        held_until=None if held_until is None else loaded(held_until),
        replaces=found["replaces"],
        root=found["root"],
        sequence=found["sequence"],
        reminders=bool(found["reminders"]),
        coming=bool(found["coming"]),
        helped=None if helped is None else bool(helped),
        name=_words(key, "name", found["id"], found["name"]),
        notes=_words(key, "notes", found["id"], found["notes"]),
    )


def _words(key: Cipher, what: str, appointment_id: int, sealed: bytes | None) -> str | None:
    if sealed is None:
        return None
    return to_text(key.open(sealed, words_place(what, appointment_id)))
