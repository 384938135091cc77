"""Booking by a newcomer: hold a time, confirm it, move it, cancel it.

Each function is one use case, within one transaction. Who asks is a conversation that the caller
has locked. Whatever cannot be done comes back as a
`NotBooked` with the nearest free times; her answers are the caller's to keep. Words and buttons are
not known here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.appointment import (
    CODES,
    HOLD,
    Appointment,
    AppointmentAction,
    AppointmentStatus,
    BookingOrigin,
    Service,
    Slot,
    code,
    read_code,
)
from bot.domain.booking import Held, NotBooked, Reason, Wish
from bot.domain.errors import LotseError
from bot.service import around
from bot.service.free_times import Moment, alternatives, as_free, interpreting
from bot.storage import appointments, seats, slots, waitlist
from bot.storage.conversations import Conversation
from bot.storage.seats import Claim
from bot.storage.transaction import Tx

Draw = Callable[[int], int]
"""Returns an unpredictable number below its argument."""

MOST_NOTICES = 3
BETWEEN_NOTICES = timedelta(days=1)
_TRIES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """A time that was given back. `kept_until`: until then it is kept for the waitlist; None where
    nobody waits for it.
    """

    appointment: Appointment
    kept_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A slot that may be booked for a service, and the interpreter's slots that go with it."""

    slot: Slot
    service: Service
    companions: tuple[Slot, ...] = ()


def hold(
    at: Moment,
    conversation: Conversation,
    slot_id: int,
    wish: Wish,
    *,
    replaces: int | None = None,
    from_waitlist: bool = False,
) -> Held | NotBooked:
    """Hold a time for five minutes, in place of what she held before. `replaces`: the appointment
    of hers that she wants to move here; it stays hers until this one is confirmed.
    """
    tx, now = at.tx, at.now
    taking = possible(at, slot_id, wish)
    if isinstance(taking, NotBooked):
        return taking
    slot, service = taking.slot, taking.service
    old = appointments.get(tx, replaces) if replaces is not None else None
    if replaces is not None and not _is_hers(old, conversation, AppointmentStatus.BOOKED):
        return NotBooked(reason=Reason.UNKNOWN)
    refused = _refused(at, conversation, taking, replaces)
    if refused is not None:
        return NotBooked(
            reason=refused,
            alternatives=() if refused is Reason.LIMIT else alternatives(at, wish, slot.starts),
        )
    claim = Claim(
        service=service.id,
        language=wish.language or slot.languages[0],
        ends=slot.starts + service.length,
        origin=BookingOrigin.CHAT,
        conversation_id=conversation.id,
        now=now,
        interpreter=bool(taking.companions),
        replaces=replaces,
        root=old.uid if old is not None else None,
        sequence=old.sequence + 1 if old is not None else 0,
    )
    until = now + HOLD
    try:
        made = seats.hold(
            tx, slot, claim, until=until, waitlist=from_waitlist, companions=taking.companions
        )
    except ValueError:
        appointments.release(tx, conversation.id, now)
        made = None
    if made is None:
        near = alternatives(at, wish, slot.starts)
        return NotBooked(reason=Reason.TAKEN, alternatives=near)
    appointments.release(tx, conversation.id, now, but=made)
    time = as_free(slot, service, 1, interpreter=bool(taking.companions))
    return Held(id=made, time=time, until=until, replaces=replaces)


def confirm(
    at: Moment,
    conversation: Conversation,
    held: int,
    slot_id: int,
    wish: Wish,
    *,
    draw: Draw,
    name: str | None = None,
    notes: str | None = None,
) -> Appointment | NotBooked:
    """Book what she holds. A hold that is over is renewed if the time is still free. Confirming
    twice is confirming once. When it replaces an appointment, that one is moved in the same
    transaction and its code is kept.
    """
    tx, now = at.tx, at.now
    found = appointments.lock(tx, held)
    if found is not None and _is_hers(found, conversation, AppointmentStatus.BOOKED):
        return found
    if found is None or not _is_hers(found, conversation, AppointmentStatus.HELD):
        replaces = _wanted_move(found, conversation)
        again = hold(at, conversation, slot_id, wish, replaces=replaces)
        if isinstance(again, NotBooked):
            taken = again.reason is Reason.TAKEN
            reason = Reason.EXPIRED if taken else again.reason
            return NotBooked(reason=reason, alternatives=again.alternatives)
        found = appointments.get(tx, again.id)
    if found is None:
        raise LotseError("a hold has vanished within its transaction")
    if not _is_open(slots.get(tx, found.slot or 0), now):
        appointments.release(tx, conversation.id, now)
        near = alternatives(at, wish, found.starts)
        return NotBooked(reason=Reason.GONE, alternatives=near)
    old = _moved(at, conversation, found)
    appointments.confirm(
        tx,
        conversation,
        found.id,
        code=(old.code if old is not None else None) or new_code(tx, draw),
        now=now,
        name=name if name is not None or old is None else old.name,
        notes=notes if notes is not None or old is None else old.notes,
        reminders=old.reminders if old is not None else False,
    )
    if old is not None:
        freed(at, old)
    waitlist.leave(tx, conversation.id, found.service)
    return _again(tx, found.id)


def cancel(at: Moment, conversation: Conversation, appointment_id: int) -> Freed | NotBooked:
    """Cancel an appointment of hers that is yet to come."""
    tx, now = at.tx, at.now
    found = appointments.lock(tx, appointment_id)
    if found is None or found.conversation_id != conversation.id:
        return NotBooked(reason=Reason.UNKNOWN)
    possible_now = found.starts > now
    if not possible_now or not appointments.act(tx, found.id, AppointmentAction.CANCEL, now):
        return NotBooked(reason=Reason.NOT_POSSIBLE)
    kept = freed(at, found)
    return Freed(appointment=_again(tx, found.id), kept_until=kept)


def release(at: Moment, conversation: Conversation) -> None:
    """She does not want the time that she holds."""
    appointments.release(at.tx, conversation.id, at.now)


def by_code(tx: Tx, typed: str, conversation: Conversation | None = None) -> Appointment | None:
    """Return the appointment with a code as somebody typed it. With a conversation, only hers: what
    another's code is for, nobody learns.
    """
    wanted = read_code(typed)
    found = appointments.by_code(tx, wanted) if wanted is not None else None
    if found is None or (conversation is not None and found.conversation_id != conversation.id):
        return None
    return found


def of_conversation(at: Moment, conversation: Conversation) -> list[Appointment]:
    """Return what she has booked and is not over, in order."""
    some = appointments.of_conversation(at.tx, conversation.id, at.now - timedelta(days=1))
    open_ones = {AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED}
    return [each for each in some if each.status in open_ones and each.ends > at.now]


def possible(
    at: Moment, slot_id: int, wish: Wish, *, at_the_desk: bool = False
) -> Taking | NotBooked:
    """Lock a slot and return it if it can be booked for a wish. The desk need not keep the notice,
    and may book until the slot ends.
    """
    tx, now = at.tx, at.now
    service = at.catalogue.services.get(wish.service)
    slot = slots.lock(tx, slot_id)
    if slot is None or service is None:
        return NotBooked(reason=Reason.GONE)

    def refused(reason: Reason) -> NotBooked:
        near = alternatives(at, wish, slot.starts)
        return NotBooked(reason=reason, alternatives=near)

    since = slot.ends if at_the_desk else slot.starts
    if slot.closed is not None or since <= now or service.id not in slot.services:
        return refused(Reason.GONE)
    if not at_the_desk and slot.starts < now + service.notice:
        return refused(Reason.TOO_SOON)
    if wish.language is None or wish.language in slot.languages:
        return Taking(slot=slot, service=service)
    ends = slot.starts + service.length
    companions = (
        interpreting(at, wish.language, slot.place, slot.starts, ends)
        if wish.interpreter and service.interpreter
        else ()
    )
    if not companions:
        return refused(Reason.INTERPRETER if wish.interpreter else Reason.GONE)
    locked = (slots.lock(tx, companion.id) for companion in companions)
    if not all(each is not None and each.closed is None for each in locked):
        return refused(Reason.INTERPRETER)
    return Taking(slot=slot, service=service, companions=companions)


def freed(at: Moment, appointment: Appointment) -> datetime | None:
    """Keep a time that was given back for the waitlist, if anybody waits for it, and have it
    offered; return until when.
    """
    tx, now = at.tx, at.now
    service = at.catalogue.services.get(appointment.service)
    slot = slots.lock(tx, appointment.slot) if appointment.slot is not None else None
    if service is None or slot is None or slot.closed is not None:
        return None
    until = min(now + service.cooling_off, appointment.starts - service.notice)
    if until <= now or not waiting_for(at, slot, service):
        return None
    kept = seats.keep(tx, slot, appointment.seat, service=service.id, now=now, until=until)
    if kept is None:
        return None
    around.defer_offer(tx, kept, now)
    return until


def waiting_for(at: Moment, slot: Slot, service: Service) -> list[waitlist.Waiting]:
    """Return who may be told that a slot is free."""
    return waitlist.waiting(
        at.tx,
        service=service.id,
        place=slot.place or "",
        languages=slot.languages,
        starts=slot.starts,
        most_notices=MOST_NOTICES,
        noticed_before=at.now - BETWEEN_NOTICES,
    )


def new_code(tx: Tx, draw: Draw) -> str:
    """Return a code that no open appointment has."""
    for _ in range(_TRIES):
        drawn = code(draw(CODES))
        if not appointments.is_code_taken(tx, drawn):
            return drawn
    raise LotseError("no code is free: too many appointments are open at once")


def _refused(
    at: Moment, conversation: Conversation, taking: Taking, replaces: int | None
) -> Reason | None:
    """Return why this person cannot have this time."""
    service, slot = taking.service, taking.slot
    has = appointments.open_count(at.tx, conversation.id, service.id, at.now, but=replaces)
    if has >= service.open_bookings:
        return Reason.LIMIT
    ends = slot.starts + service.length
    if appointments.clashes(at.tx, conversation.id, slot.starts, ends, but=replaces):
        return Reason.CLASH
    return None


def _is_hers(
    found: Appointment | None, conversation: Conversation, status: AppointmentStatus
) -> bool:
    return found is not None and found.conversation_id == conversation.id and found.status is status


def _is_open(slot: Slot | None, now: datetime) -> bool:
    return slot is not None and slot.closed is None and slot.starts > now


def _wanted_move(found: Appointment | None, conversation: Conversation) -> int | None:
    """Return what a hold that is over was to replace."""
    expired = _is_hers(found, conversation, AppointmentStatus.EXPIRED)
    return found.replaces if expired and found is not None else None


def _moved(at: Moment, conversation: Conversation, found: Appointment) -> Appointment | None:
    """Let the old appointment become `moved`; return it as it was. None where there is none, or it
    was cancelled in the meantime.
    """
    if found.replaces is None:
        return None
    old = appointments.lock(at.tx, found.replaces)
    if old is None or not _is_hers(old, conversation, AppointmentStatus.BOOKED):
        return None
    return old if appointments.act(at.tx, old.id, AppointmentAction.MOVE, at.now) else None


def _again(tx: Tx, appointment_id: int) -> Appointment:
    found = appointments.get(tx, appointment_id)
    if found is None:
        raise LotseError("an appointment has vanished within its transaction")
    return found
