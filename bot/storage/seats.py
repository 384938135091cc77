"""Taking a seat: by a hold, at the desk, for the waitlist. Nobody is ever booked twice.

The caller has locked the slot (`slots.lock`) and knows that it may be booked. Who may have how many
is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.appointment import AppointmentStatus, BookingOrigin, Slot
from bot.storage import appointments_sql as sql
from bot.storage.moments import stored
from bot.storage.transaction import Tx

_HELD, _BOOKED = AppointmentStatus.HELD, AppointmentStatus.BOOKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What somebody takes a seat for, at `now`. `ends`: of the service, not of the slot.

    `conversation_id` None: made at the desk, or a seat kept for the waitlist.
    """

    service: str
    language: str
    ends: datetime
    origin: BookingOrigin
    conversation_id: int | None
    now: datetime
    interpreter: bool = False
    replaces: int | None = None
    root: int | None = None
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stand:
    """How the row stands that takes the seat. `waitlist`: a seat kept for it may be taken."""

    status: AppointmentStatus
    code: str | None = None
    until: datetime | None = None
    companion_of: int | None = None
    waitlist: bool = False


def hold(
    tx: Tx,
    slot: Slot,
    claim: Claim,
    *,
    until: datetime,
    waitlist: bool = False,
    companions: Sequence[Slot] = (),
) -> int | None:
    """Hold a seat, and the interpreter's time with it; returns the appointment's id, None where
    there is no seat. `waitlist`: a seat that is kept for the waitlist may be taken.

    Raises:
        ValueError: one of the `companions` is taken; undo what was done.
    """
    return _with_companions(
        tx, slot, claim, companions, _Stand(status=_HELD, until=until, waitlist=waitlist)
    )


def book(
    tx: Tx, slot: Slot, claim: Claim, *, code: str, companions: Sequence[Slot] = ()
) -> int | None:
    """Book a seat without a hold, as the desk does, also one kept for the waitlist; else as
    `hold`.
    """
    stand = _Stand(status=_BOOKED, code=code, waitlist=True)
    return _with_companions(tx, slot, claim, companions, stand)


def keep(
    tx: Tx, slot: Slot, seat: int, *, service: str, now: datetime, until: datetime
) -> int | None:
    """Keep a free seat for the waitlist until a time; nobody's, and it frees itself. Returns the
    row's id, None where the seat is taken.
    """
    claim = Claim(
        service=service,
        language="",
        ends=slot.ends,
        origin=BookingOrigin.WAITLIST,
        conversation_id=None,
        now=now,
    )
    values = _values(slot, claim, _Stand(status=_HELD, until=until))
    row = tx.one(sql.TAKE, **values, seat=seat, waitlist=False)
    return None if row is None else int(row[0])


def keep_longer(tx: Tx, appointment_id: int, until: datetime) -> bool:
    """Keep a seat for the waitlist until another time; False where it is somebody's by now."""
    return tx.run(sql.KEEP_LONGER, row=appointment_id, until=stored(until)) == 1


def walk_in(tx: Tx, claim: Claim, *, place: str, zone: str, local: datetime) -> int:
    """Count somebody who came without an appointment; returns the row's id."""
    row = tx.one(
        sql.WALK_IN,
        **_row(claim, _Stand(status=AppointmentStatus.ARRIVED)),
        slot_id=None,
        seat=0,
        place=place,
        starts=stored(claim.now),
        zone=zone,
        local=local.isoformat(timespec="minutes"),
    )
    return int(row[0]) if row else 0


def _with_companions(
    tx: Tx, slot: Slot, claim: Claim, companions: Sequence[Slot], stand: _Stand
) -> int | None:
    made = _take(tx, slot, claim, stand)
    if made is None:
        return None
    tx.run(sql.UNRIDE, row=made, now=stored(claim.now))
    riding = _Stand(status=stand.status, until=stand.until, companion_of=made)
    for companion in companions:
        if _take(tx, companion, claim, riding) is None:
            raise ValueError("the interpreter's time is taken")
    return made


def _take(tx: Tx, slot: Slot, claim: Claim, stand: _Stand) -> int | None:
    """Take the first seat that can be taken. Each seat that is lost on the way was taken by
    somebody else, so this comes to an end.
    """
    values = _values(slot, claim, stand)
    while seats := _seats(tx, slot, claim, stand.waitlist):
        for seat in seats:
            row = tx.one(sql.TAKE, **values, seat=seat, waitlist=stand.waitlist)
            if row is not None:
                return int(row[0])
    return None


def _seats(tx: Tx, slot: Slot, claim: Claim, waitlist: bool) -> list[int]:
    """Return the seats that can be taken: what she holds already, free ones, holds that are over
    and, where asked for, those kept for the waitlist.
    """
    own: list[int] = []
    over: list[int] = []
    free = set(range(slot.seats))
    now = stored(claim.now)
    for seat, status, held_until, conversation_id, origin in tx.all(sql.SEATS, slot=slot.id):
        free.discard(seat)
        if status != _HELD or seat >= slot.seats:
            continue
        kept = conversation_id is None and origin == BookingOrigin.WAITLIST
        if conversation_id is not None and conversation_id == claim.conversation_id:
            own.append(seat)
        elif held_until <= now or (waitlist and kept):
            over.append(seat)
    return [*own, *sorted(free), *over]


def _values(slot: Slot, claim: Claim, stand: _Stand) -> dict[str, Any]:
    row = _row(claim, stand) | {
        "slot_id": slot.id,
        "place": slot.place or "",
        "starts": stored(slot.starts),
        "zone": slot.zone,
        "local": slot.local.isoformat(timespec="minutes"),
    }
    if stand.companion_of is not None:
        row["ends"] = stored(slot.ends)
    return row


def _row(claim: Claim, stand: _Stand) -> dict[str, Any]:
    return {
        "status": stand.status.value,
        "service": claim.service,
        "language": claim.language,
        "interpreter": claim.interpreter,
        "ends": stored(claim.ends),
        "origin": claim.origin.value,
        "conversation_id": claim.conversation_id,
        "companion_of": stand.companion_of,
        "code": stand.code,
        "held_until": None if stand.until is None else stored(stand.until),
        "replaces": claim.replaces,
        "root": claim.root,
        "sequence": claim.sequence,
        "reminders": False,
        "coming": False,
        "helped": None,
        "told": 0,
        "name": None,
        "notes": None,
        "created_at": stored(claim.now),
        "changed_at": stored(claim.now),
    }
