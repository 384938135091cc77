"""Booking by the office: for somebody on the phone or at the counter, walk-ins, and what became of
an appointment on its day. One function, one transaction.

The desk keeps neither notice nor limits: a counsellor knows what she does. Who may do it is not
known here.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.appointment import (
    Appointment,
    AppointmentAction,
    BookingOrigin,
)
from bot.domain.booking import NotBooked, Reason, Wish
from bot.service.booking import Draw, Freed, freed, new_code, possible
from bot.service.free_times import Moment, alternatives
from bot.storage import appointments, seats
from bot.storage.conversations import Conversation
from bot.storage.seats import Claim
from bot.storage.transaction import Tx

MARKS = frozenset(
    {
        AppointmentAction.ARRIVE,
        AppointmentAction.SERVE,
        AppointmentAction.MISS,
        AppointmentAction.UNDO,
    }
)


def book_for(
    at: Moment,
    slot_id: int,
    wish: Wish,
    *,
    draw: Draw,
    origin: BookingOrigin,
    conversation: Conversation | None = None,
    name: str | None = None,
    notes: str | None = None,
) -> Appointment | NotBooked:
    """Book a time for somebody, with or without a conversation."""
    tx, now = at.tx, at.now
    taking = possible(at, slot_id, wish, at_the_desk=True)
    if isinstance(taking, NotBooked):
        return taking
    claim = Claim(
        service=taking.service.id,
        language=wish.language or taking.slot.languages[0],
        ends=taking.slot.starts + taking.service.length,
        origin=origin,
        conversation_id=conversation.id if conversation is not None else None,
        now=now,
        interpreter=bool(taking.companions),
    )
    try:
        made = seats.book(
            tx, taking.slot, claim, code=new_code(tx, draw), companions=taking.companions
        )
    except ValueError:
        made = None
    found = appointments.get(tx, made) if made is not None else None
    if found is None:
        near = alternatives(at, wish, taking.slot.starts)
        return NotBooked(reason=Reason.TAKEN, alternatives=near)
    return _with_words(tx, found, conversation, name, notes)


def walk_in(
    at: Moment,
    *,
    service: str,
    place: str,
    language: str,
    name: str | None = None,
    notes: str | None = None,
) -> Appointment | NotBooked:
    """Count somebody who came without an appointment, and is there."""
    tx, now, catalogue = at.tx, at.now, at.catalogue
    known = catalogue.services.get(service)
    if known is None or place not in catalogue.places:
        return NotBooked(reason=Reason.UNKNOWN)
    zone = catalogue.zone_of(place)
    claim = Claim(
        service=service,
        language=language,
        ends=now + known.length,
        origin=BookingOrigin.WALK_IN,
        conversation_id=None,
        now=now,
    )
    local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    made = seats.walk_in(tx, claim, place=place, zone=zone, local=local)
    found = appointments.get(tx, made)
    if found is None:
        return NotBooked(reason=Reason.UNKNOWN)
    return _with_words(tx, found, None, name, notes)


def not_a_walk_in(tx: Tx, appointment_id: int) -> bool:
    """Take back a walk-in that was counted by mistake; False where it is none."""
    found = appointments.lock(tx, appointment_id)
    if found is None or found.origin is not BookingOrigin.WALK_IN:
        return False
    appointments.remove(tx, appointment_id)
    return True


def mark(at: Moment, appointment_id: int, action: AppointmentAction) -> Appointment | NotBooked:
    """Note that she arrived, was served or did not come, or undo that. Nobody has missed what has
    not begun.

    Raises:
        ValueError: `action` is none of MARKS.
    """
    if action not in MARKS:
        raise ValueError(f"{action} is no mark")
    tx, now = at.tx, at.now
    found = appointments.lock(tx, appointment_id)
    if found is None:
        return NotBooked(reason=Reason.UNKNOWN)
    too_early = action is AppointmentAction.MISS and found.starts > now
    undone = action is AppointmentAction.UNDO and found.origin is BookingOrigin.WALK_IN
    if too_early or undone or not appointments.act(tx, found.id, action, now):
        return NotBooked(reason=Reason.NOT_POSSIBLE)
    return appointments.get(tx, found.id) or NotBooked(reason=Reason.UNKNOWN)


def call_off(at: Moment, appointment_id: int) -> Freed | NotBooked:
    """Cancel an appointment for the office. Who has it must be told: the caller's business."""
    tx, now = at.tx, at.now
    found = appointments.lock(tx, appointment_id)
    if found is None:
        return NotBooked(reason=Reason.UNKNOWN)
    if not appointments.act(tx, found.id, AppointmentAction.CALL_OFF, now):
        return NotBooked(reason=Reason.NOT_POSSIBLE)
    kept = freed(at, found)
    after = appointments.get(tx, found.id)
    return Freed(appointment=after or found, kept_until=kept)


def _with_words(
    tx: Tx,
    found: Appointment,
    conversation: Conversation | None,
    name: str | None,
    notes: str | None,
) -> Appointment | NotBooked:
    if name is not None or notes is not None:
        appointments.set_words(tx, conversation, found.id, name=name, notes=notes)
    return appointments.get(tx, found.id) or NotBooked(reason=Reason.UNKNOWN)
