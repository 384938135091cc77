"""Everything that a counsellor does with appointments, for the pages of the desk.

Each call is one transaction, in the lane of the newcomer's conversation where there is one; when it
returns, it is committed, she has been told, and every open page has been woken. Who may not do it
gets a `Refusal`; what cannot be done is a `NotBooked`, and nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from bot.content.catalogue import Catalogue
from bot.domain.appointment import Appointment, AppointmentAction, BookingOrigin
from bot.domain.booking import NotBooked, Reason, Wish
from bot.domain.booking_news import BookingNews, CalledOff, MovedByOffice
from bot.domain.staff import Role
from bot.service import booking_desk, slots
from bot.service.booking import Draw
from bot.service.booking_moves import Undone, move_for, wish_of
from bot.service.cases.acting import Acting, Refusal
from bot.service.cases.acting import Reason as Refused
from bot.service.cases.work import Setting
from bot.service.free_times import Moment, alternatives
from bot.service.jobs import Jobs
from bot.service.notifier import Notifier
from bot.service.office import Office
from bot.service.outputs import Account
from bot.service.slots import Conflict
from bot.service.telling import as_text, state_of, tell, would_hear
from bot.storage import appointments, audit, conversations
from bot.storage.blocks import DESK, Block
from bot.storage.conversations import Conversation
from bot.storage.database import Database
from bot.storage.outbox import Outgoing
from bot.storage.transaction import Tx

T = TypeVar("T")
Done = Appointment | NotBooked
Changed = tuple[Appointment, BookingNews] | NotBooked
Act = Callable[[Moment, Conversation | None], Changed]

OFFERED = 3
WATCHED = ("desk", "")
"""What the notifier calls the pages of the desk."""


class Lanes(Protocol):
    """What the front door does for an act."""

    def account(self, name: str) -> Account:
        """Return an account."""

    async def transact(
        self, account: str, address: str, act: Callable[[Tx], tuple[T, Sequence[Outgoing]]]
    ) -> T:
        """Do an act in the lane of a conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody gets when her appointment is called off or moved, in her language and in
    German. `reached` False: nobody can be told here; somebody has to call.
    """

    lang: str
    text: str
    german: str
    reached: bool


class Bookings:
    """The appointments of a site. `draw` returns an unpredictable number below its argument."""

    def __init__(
        self,
        *,
        database: Database,
        catalogue: Callable[[], Catalogue],
        door: Lanes,
        office: Office,
        notifier: Notifier,
        jobs: Jobs,
        clock: Callable[[], datetime],
        draw: Draw,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._door = door
        self._office = office
        self._notifier = notifier
        self._jobs = jobs
        self._clock = clock
        self._draw = draw

    # -- for somebody at the counter or on the phone

    async def book_for(
        self,
        acting: Acting,
        slot_id: int,
        wish: Wish,
        *,
        origin: BookingOrigin,
        name: str | None = None,
        notes: str | None = None,
    ) -> Done:
        """Book a time for somebody without a conversation."""

        def act(at: Moment) -> Done:
            return booking_desk.book_for(
                at, slot_id, wish, draw=self._draw, origin=origin, name=name, notes=notes
            )

        return await self._alone(acting, "book", act)

    async def walk_in(
        self,
        acting: Acting,
        *,
        service: str,
        place: str,
        language: str,
        name: str | None = None,
        notes: str | None = None,
    ) -> Done:
        """Count somebody who came without an appointment."""

        def act(at: Moment) -> Done:
            return booking_desk.walk_in(
                at, service=service, place=place, language=language, name=name, notes=notes
            )

        return await self._alone(acting, "walk_in", act)

    async def not_a_walk_in(self, acting: Acting, appointment_id: int) -> bool:
        """Take back a walk-in that was counted by mistake; False where it is none."""

        def act(at: Moment) -> bool:
            done = booking_desk.not_a_walk_in(at.tx, appointment_id)
            if done:
                _note(at, acting, "not_a_walk_in", appointment_id)
            return done

        return await self._write(acting, act)

    async def mark(self, acting: Acting, appointment_id: int, action: AppointmentAction) -> Done:
        """Note that she arrived, was served or did not come, or undo that."""
        act = partial(booking_desk.mark, appointment_id=appointment_id, action=action)
        return await self._alone(acting, action.value, act)

    # -- what she is told of

    async def call_off(
        self, acting: Acting, appointment_id: int, *, reason: str | None = None
    ) -> Done:
        """Cancel an appointment for the office and offer her the nearest times. `reason`: a code
        for the audit log; she is not told.
        """
        act = _call_off(appointment_id)
        return await self._told(acting, appointment_id, "call_off", act, reason)

    async def move_for(self, acting: Acting, appointment_id: int, slot_id: int) -> Done:
        """Move an appointment to another time, anywhere; return the new one."""
        return await self._told(acting, appointment_id, "move", self._move(appointment_id, slot_id))

    async def told(
        self, acting: Acting, appointment_id: int, *, slot_id: int | None = None
    ) -> Told | NotBooked:
        """Return what she would get if it were called off, or moved to `slot_id`. Everything is
        done as it would be, and undone.
        """
        _check(acting)
        act = _call_off(appointment_id) if slot_id is None else self._move(appointment_id, slot_id)
        setting = self._setting()

        def rehearse(tx: Tx) -> None:
            conversation = _conversation(tx, appointment_id)
            done = act(_moment(tx, setting), conversation)
            if isinstance(done, NotBooked):
                raise Undone(done)
            raise _Rehearsed(_words(tx, setting, conversation, done[1]))

        try:
            await self._database.write(rehearse)
        except _Rehearsed as rehearsed:
            return rehearsed.told
        except Undone as undone:
            return undone.refused
        return NotBooked(reason=Reason.UNKNOWN)

    # -- times

    async def block(
        self,
        acting: Acting,
        *,
        resource: str | None,
        place: str | None,
        starts: datetime,
        ends: datetime,
        reason: str | None = None,
    ) -> int:
        """Block a time (UTC) so that nothing more is booked in it; return the block. What is booked
        becomes a conflict. Refusal: PAST, where it ends before it begins or is over.
        """
        if ends <= max(starts, self._clock()):
            raise Refusal(Refused.PAST)
        wanted = Block(
            resource=resource, place=place, starts=starts, ends=ends, source=DESK, reason=reason
        )

        def act(at: Moment) -> int:
            made = slots.block(at.tx, at.catalogue, wanted, at.now)
            _note(at, acting, "block", made)
            return made

        return await self._write(acting, act)

    async def unblock(self, acting: Acting, block_id: int) -> bool:
        """Give a blocked time free; False where there is no such block."""

        def act(at: Moment) -> bool:
            done = slots.unblock(at.tx, at.catalogue, block_id, at.now)
            if done:
                _note(at, acting, "unblock", block_id)
            return done

        return await self._write(acting, act)

    async def conflicts(self) -> list[Conflict]:
        """Return the bookings that do not fit the office hours any more, the soonest first."""
        catalogue, now = self._catalogue(), self._clock()
        return await self._database.read(partial(slots.conflicts, catalogue=catalogue, now=now))

    # -- one act

    def _move(self, appointment_id: int, slot_id: int) -> Act:
        def act(at: Moment, conversation: Conversation | None) -> Changed:
            done = move_for(at, conversation, appointment_id, slot_id, draw=self._draw)
            if isinstance(done, NotBooked):
                return done
            return done, MovedByOffice(appointment=done.id)

        return act

    async def _alone(self, acting: Acting, what: str, act: Callable[[Moment], Done]) -> Done:
        """Do an act of which nobody but the desk hears."""

        def noted(at: Moment) -> Done:
            done = act(at)
            if isinstance(done, Appointment):
                _note(at, acting, what, done.id)
            return done

        return await self._write(acting, noted)

    async def _write(self, acting: Acting, act: Callable[[Moment], T]) -> T:
        _check(acting)
        setting = self._setting()
        done = await self._database.write(lambda tx: act(_moment(tx, setting)))
        self._changed()
        return done

    async def _told(
        self,
        acting: Acting,
        appointment_id: int,
        what: str,
        act: Act,
        reason: str | None = None,
    ) -> Done:
        """Do an act and tell whoever has the appointment."""
        _check(acting)
        setting = self._setting()
        where = await self._database.read(partial(_where, appointment_id=appointment_id))

        def run(tx: Tx) -> tuple[Done, Sequence[Outgoing]]:
            conversation = _conversation(tx, appointment_id)
            at = _moment(tx, setting)
            done = act(at, conversation)
            if isinstance(done, NotBooked):
                raise Undone(done)
            appointment, news = done
            _note(at, acting, what, appointment_id, reason)
            if conversation is None:
                return appointment, ()
            return appointment, tell(tx, setting, conversation, news)

        try:
            if where is not None:
                return await self._door.transact(*where, run)
            done, _ = await self._database.write(run)
        except Undone as undone:
            return undone.refused
        self._changed()
        return done

    def _changed(self) -> None:
        self._notifier.changed(*WATCHED)
        self._jobs.committed()

    def _setting(self) -> Setting:
        return Setting(
            catalogue=self._catalogue(),
            office=self._office,
            account=self._door.account,
            now=self._clock(),
        )


class _Rehearsed(Exception):  # noqa: N818  # no error: what was done must be undone
    def __init__(self, told: Told) -> None:
        super().__init__("rehearsed")
        self.told = told


def _check(acting: Acting) -> None:
    if Role.COUNSELLOR not in acting.roles:
        raise Refusal(Refused.ROLE)


def _moment(tx: Tx, setting: Setting) -> Moment:
    return Moment(tx=tx, catalogue=setting.catalogue, now=setting.now)


def _note(at: Moment, acting: Acting, what: str, number: int, reason: str | None = None) -> None:
    detail = f"{number}" if reason is None else f"{number}:{reason}"
    audit.add(at.tx, at=at.now, staff_id=acting.staff_id, action=f"booking.{what}", detail=detail)


def _call_off(appointment_id: int) -> Act:
    def act(at: Moment, _: Conversation | None) -> Changed:
        freed = booking_desk.call_off(at, appointment_id)
        if isinstance(freed, NotBooked):
            return freed
        gone = freed.appointment
        near = alternatives(at, wish_of(gone), gone.starts, OFFERED + 1)
        others = tuple(time for time in near if time.slot != gone.slot)[:OFFERED]
        return gone, CalledOff(appointment=gone.id, alternatives=others)

    return act


def _conversation(tx: Tx, appointment_id: int) -> Conversation | None:
    """Return the conversation of an appointment, locked."""
    found = appointments.get(tx, appointment_id)
    if found is None or found.conversation_id is None:
        return None
    return conversations.lock_by_id(tx, found.conversation_id)


def _where(tx: Tx, appointment_id: int) -> tuple[str, str] | None:
    found = appointments.get(tx, appointment_id)
    if found is None or found.conversation_id is None:
        return None
    conversation = conversations.by_id(tx, found.conversation_id)
    return (conversation.account, conversation.address) if conversation is not None else None


def _words(tx: Tx, setting: Setting, conversation: Conversation | None, news: BookingNews) -> Told:
    catalogue = setting.catalogue
    source = catalogue.source.code
    if conversation is None:
        return Told(lang=source, text="", german="", reached=False)
    known = catalogue.match_language(state_of(conversation).language)
    lang = (known or catalogue.source).code

    def said(language: str) -> str:
        heard = would_hear(tx, setting, conversation, news, language)
        return "\n\n".join(as_text(message, catalogue) for message in heard)

    return Told(lang=lang, text=said(lang), german=said(source), reached=conversation.reachable)
