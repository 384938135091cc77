"""What happens around an appointment by itself: reminders, the waitlist, and whether it helped.

Each job looks at the appointment as it is now: one that is cancelled, moved or past, or whose owner
wants to hear nothing (/stop), says nothing. Nobody is written to at night on the spot; what comes
too late for the evening waits for the morning, if it still matters then. That she was told stands
in the transaction that tells her, so that a job which runs again after a crash says nothing twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Protocol

from bot.domain.appointment import Appointment, AppointmentStatus, BookingOrigin, Service, Slot
from bot.domain.booking_news import Asked, Offered, Reminded
from bot.domain.reminders import (
    REMAINING,
    ReminderKind,
    follow_up,
    is_quiet,
    next_morning,
    reminders,
)
from bot.service import booking
from bot.service.around import ASK, OFFER, REMIND
from bot.service.booking import MOST_NOTICES
from bot.service.cases.work import Setting
from bot.service.free_times import Moment
from bot.service.jobs import Args, Jobs, defer
from bot.service.telling import state_of, tell
from bot.storage import appointments, conversations, seats, slots, waitlist
from bot.storage.appointments import Notice
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.outbox import Outgoing
from bot.storage.transaction import Tx

AT_ONCE = 3
"""How many are told of one free time; the first to answer has it."""
STALE = timedelta(days=3)
"""After so long nobody is asked any more whether an appointment helped."""
_WEEK = timedelta(days=7)
_NOTICES = {
    ReminderKind.DAY_BEFORE: Notice.DAY_BEFORE,
    ReminderKind.TWO_HOURS: Notice.TWO_HOURS,
}
_CAME = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED, AppointmentStatus.SERVED})
"""Nobody has to tap at the desk: whoever is not marked as missing may have been there."""

Rows = Sequence[Outgoing]


class Lane(Protocol):
    """What the front door does for a job."""

    async def transact(
        self, account: str, address: str, act: Callable[[Tx], tuple[bool, Rows]]
    ) -> bool:
        """Do an act in the lane of a conversation."""


class Reminding:
    """The jobs around appointments. `setting` gives content, office and time of this moment."""

    def __init__(self, *, database: Database, door: Lane, setting: Callable[[], Setting]) -> None:
        self._database = database
        self._door = door
        self._setting = setting

    def register(self, jobs: Jobs) -> None:
        """Do the jobs."""
        jobs.register(REMIND, self._telling(remind))
        jobs.register(ASK, self._telling(ask))
        jobs.register(OFFER, self._offer)

    def _telling(
        self, act: Callable[[Tx, Setting, Args], Rows]
    ) -> Callable[[Args], Awaitable[None]]:
        async def handle(args: Args) -> None:
            setting = self._setting()
            where = await self._database.read(partial(_where, number=int(args["appointment"])))
            if where is not None:
                await self._door.transact(*where, lambda tx: (True, act(tx, setting, args)))

        return handle

    async def _offer(self, args: Args) -> None:
        kept, setting = int(args["kept"]), self._setting()
        if not await self._database.write(partial(is_time_to_offer, setting=setting, kept=kept)):
            return
        waiting = await self._database.read(partial(who_waits, setting=setting, kept=kept))
        for conversation_id, account, address in waiting:
            act = partial(offer, setting=setting, kept=kept, conversation_id=conversation_id)
            if not await self._door.transact(account, address, act):
                return


def remind(tx: Tx, setting: Setting, args: Args) -> Rows:
    """Remind her of an appointment."""
    found, now = _hers(tx, int(args["appointment"])), setting.now
    if found is None:
        return ()
    appointment, conversation = found
    kind = ReminderKind(str(args["kind"]))
    if (
        appointment.status is not AppointmentStatus.BOOKED
        or not appointment.reminders
        or appointment.starts <= now
        or _is_overtaken(appointment, kind, setting)
    ):
        return ()
    if is_quiet(now, appointment.zone):
        morning = next_morning(now, appointment.zone)
        if appointment.starts - morning >= REMAINING:
            defer(tx, REMIND, args, at=morning)
        return ()
    if not appointments.tell(tx, appointment.id, _NOTICES[kind]):
        return ()
    return tell(tx, setting, conversation, Reminded(appointment=appointment.id))


def _is_overtaken(appointment: Appointment, kind: ReminderKind, setting: Setting) -> bool:
    """Return whether a reminder comes so late that the other one is due as well."""
    if kind is not ReminderKind.DAY_BEFORE:
        return False
    planned = reminders(appointment.starts, appointment.zone, appointment.starts - _WEEK)
    return any(each.kind is ReminderKind.TWO_HOURS and each.at <= setting.now for each in planned)


def ask(tx: Tx, setting: Setting, args: Args) -> Rows:
    """Ask her whether an appointment helped."""
    found, now = _hers(tx, int(args["appointment"])), setting.now
    if found is None:
        return ()
    appointment, conversation = found
    wanted = follow_up(appointment.starts, appointment.zone)
    if (
        appointment.status not in _CAME
        or appointment.helped is not None
        or not wanted <= now < wanted + STALE
    ):
        return ()
    if is_quiet(now, appointment.zone):
        defer(tx, ASK, args, at=next_morning(now, appointment.zone))
        return ()
    if not appointments.tell(tx, appointment.id, Notice.HELPED):
        return ()
    return tell(tx, setting, conversation, Asked(appointment=appointment.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A seat that is kept for the waitlist, and what it can be booked for."""

    row: Appointment
    slot: Slot
    service: Service


def is_time_to_offer(tx: Tx, setting: Setting, kept: int) -> bool:
    """Return whether a kept seat is to be offered now. At night it is kept until the morning comes
    and people have had the usual time to answer.
    """
    found, now = _kept(tx, setting, kept), setting.now
    if found is None:
        return False
    slot, service = found.slot, found.service
    if not is_quiet(now, slot.zone):
        return True
    morning = next_morning(now, slot.zone)
    until = min(morning + service.cooling_off, slot.starts - service.notice)
    if until > morning and seats.keep_longer(tx, kept, until):
        defer(tx, OFFER, {"kept": kept}, at=morning)
    return False


def who_waits(tx: Tx, setting: Setting, kept: int) -> list[tuple[int, str, str]]:
    """Return who may be told of a kept seat, the longest waiting first: conversation, account,
    address.
    """
    found = _kept(tx, setting, kept)
    ids = [each.conversation_id for each in _waiting(tx, setting, found)] if found else []
    known = conversations.some(tx, ids)
    return [(each, known[each].account, known[each].address) for each in ids if each in known]


def offer(tx: Tx, setting: Setting, kept: int, conversation_id: int) -> tuple[bool, Rows]:
    """Tell one person that a time has become free; returns whether more may be told."""
    conversation = conversations.lock_by_id(tx, conversation_id)
    appointments.lock(tx, kept)  # so that nobody else counts at the same time
    found = _kept(tx, setting, kept)
    if found is None or found.row.held_until is None or _told(tx, setting, found) >= AT_ONCE:
        return False, ()
    if conversation is None or not _wants_news(conversation):
        return True, ()
    hers = [
        each for each in _waiting(tx, setting, found) if each.conversation_id == conversation_id
    ]
    if not hers:
        return True, ()
    waitlist.noticed(tx, hers[0].id, setting.now)
    news = Offered(offer=kept, until=found.row.held_until)
    return True, tell(tx, setting, conversation, news)


def _told(tx: Tx, setting: Setting, kept: Kept) -> int:
    """Return how many of those who wait for such a time have been told since it is kept."""
    since = kept.row.created_at
    everybody = waitlist.waiting(
        tx,
        service=kept.service.id,
        place=kept.slot.place or "",
        languages=kept.slot.languages,
        starts=kept.slot.starts,
        most_notices=MOST_NOTICES + 1,
        noticed_before=setting.now,
    )
    return sum(each.noticed_at is not None and each.noticed_at >= since for each in everybody)


def _waiting(tx: Tx, setting: Setting, kept: Kept) -> list[waitlist.Waiting]:
    at = Moment(tx=tx, catalogue=setting.catalogue, now=setting.now)
    return booking.waiting_for(at, kept.slot, kept.service)


def _kept(tx: Tx, setting: Setting, kept: int) -> Kept | None:
    """Return a seat that is still kept for the waitlist; None once it is somebody's or over."""
    row = appointments.get(tx, kept)
    if (
        row is None
        or row.status is not AppointmentStatus.HELD
        or row.origin is not BookingOrigin.WAITLIST
        or row.conversation_id is not None
        or row.held_until is None
        or row.held_until <= setting.now
    ):
        return None
    slot = slots.get(tx, row.slot) if row.slot is not None else None
    service = setting.catalogue.services.get(row.service)
    if slot is None or slot.closed is not None or service is None:
        return None
    return Kept(row=row, slot=slot, service=service)


def _hers(tx: Tx, number: int) -> tuple[Appointment, Conversation] | None:
    """Return an appointment as it is now and its conversation, locked, if she wants to hear."""
    found = appointments.get(tx, number)
    if found is None or found.conversation_id is None:
        return None
    conversation = conversations.lock_by_id(tx, found.conversation_id)
    again = appointments.get(tx, number)
    if conversation is None or again is None or not _wants_news(conversation):
        return None
    return again, conversation


def _wants_news(conversation: Conversation) -> bool:
    return conversation.reachable and state_of(conversation).notices


def _where(tx: Tx, number: int) -> tuple[str, str] | None:
    """Return account and address of whoever has an appointment."""
    found = appointments.get(tx, number)
    conversation = (
        conversations.by_id(tx, found.conversation_id)
        if found is not None and found.conversation_id is not None
        else None
    )
    return (conversation.account, conversation.address) if conversation is not None else None
