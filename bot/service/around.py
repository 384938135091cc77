"""The jobs around an appointment: when to remind of it, to offer what became free, to ask whether
it helped. Each looks at the appointment as it is then, so that one too many does nothing.

Deferred in the transaction that books, moves or frees. Jobs stand in no lane: one that is due next
week must not hold up another.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.appointment import Appointment
from bot.domain.reminders import follow_up, reminders
from bot.service.jobs import defer
from bot.storage.transaction import Tx

REMIND = "booking.remind"
OFFER = "waitlist.offer"
ASK = "booking.ask"


def defer_reminders(tx: Tx, appointment: Appointment, now: datetime) -> None:
    """Remind her, if she wants it: the day before and two hours before."""
    if appointment.conversation_id is None or not appointment.reminders:
        return
    for reminder in reminders(appointment.starts, appointment.zone, now):
        args = {"appointment": appointment.id, "kind": reminder.kind.value}
        defer(tx, REMIND, args, at=reminder.at)


def defer_offer(tx: Tx, kept: int, now: datetime) -> None:
    """Offer a time to those who wait for one; `kept` is the seat that is kept for them."""
    defer(tx, OFFER, {"kept": kept}, at=now)


def defer_follow_up(tx: Tx, appointment: Appointment, now: datetime) -> None:
    """Ask on the day after whether it helped."""
    at = follow_up(appointment.starts, appointment.zone)
    if appointment.conversation_id is not None and at > now:
        defer(tx, ASK, {"appointment": appointment.id}, at=at)
