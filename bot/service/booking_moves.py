"""The office moves an appointment: the old one becomes `moved` and the new one takes its code, its
name and its wishes, in one transaction.

Who has it must be told: the caller's business. The desk keeps neither notice nor limits.
"""

from __future__ import annotations

from bot.domain.appointment import Appointment, AppointmentAction, AppointmentStatus, BookingOrigin
from bot.domain.booking import NotBooked, Reason, Wish
from bot.service import around
from bot.service.booking import Draw, freed, new_code, possible
from bot.service.free_times import Moment, alternatives
from bot.storage import appointments, seats
from bot.storage.conversations import Conversation
from bot.storage.seats import Claim


class Undone(Exception):  # noqa: N818  # no error: the transaction must not be committed
    """It cannot be done after all, and what was begun must be rolled back."""

    def __init__(self, refused: NotBooked) -> None:
        super().__init__(refused.reason.value)
        self.refused = refused


def wish_of(appointment: Appointment) -> Wish:
    """Return what somebody with this appointment wants of another time."""
    return Wish(
        service=appointment.service,
        place=appointment.place,
        language=appointment.language,
        interpreter=appointment.interpreter,
    )


def move_for(
    at: Moment,
    conversation: Conversation | None,
    appointment_id: int,
    slot_id: int,
    *,
    draw: Draw,
) -> Appointment | NotBooked:
    """Move an appointment to another time, anywhere; return the new one.

    Raises:
        Undone: the new time is not to be had; roll back.
    """
    tx, now = at.tx, at.now
    old = appointments.lock(tx, appointment_id)
    if old is None or old.conversation_id != (conversation.id if conversation else None):
        return NotBooked(reason=Reason.UNKNOWN)
    if old.status is not AppointmentStatus.BOOKED or old.slot == slot_id:
        return NotBooked(reason=Reason.NOT_POSSIBLE)
    # The old one first: its interpreter may be needed for the new one, and its code.
    appointments.act(tx, old.id, AppointmentAction.MOVE, now)
    wish = wish_of(old)
    taking = possible(at, slot_id, wish, at_the_desk=True)
    if isinstance(taking, NotBooked):
        raise Undone(taking)
    claim = Claim(
        service=old.service,
        language=old.language,
        ends=taking.slot.starts + taking.service.length,
        origin=old.origin if conversation else BookingOrigin.DESK,
        conversation_id=old.conversation_id,
        now=now,
        interpreter=bool(taking.companions),
        root=old.uid,
        sequence=old.sequence + 1,
    )
    code = old.code or new_code(tx, draw)
    try:
        made = seats.book(tx, taking.slot, claim, code=code, companions=taking.companions)
    except ValueError:
        made = None
    if made is None:
        near = alternatives(at, wish, taking.slot.starts)
        raise Undone(NotBooked(reason=Reason.TAKEN, alternatives=near))
    appointments.set_words(tx, conversation, made, name=old.name, notes=old.notes)
    appointments.set_wishes(tx, made, reminders=old.reminders)
    freed(at, old)
    found = appointments.get(tx, made)
    if found is None:
        raise Undone(NotBooked(reason=Reason.UNKNOWN))
    around.defer_reminders(tx, found, now)
    around.defer_follow_up(tx, found, now)
    return found
