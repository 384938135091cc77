"""Booking as the engine sees it: the use cases of one conversation, on the turn's own transaction.

Implements `engine.world.Booking`. What has to be done later is deferred here, in the same
transaction. Knows no words and no buttons.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.appointment import Appointment, AppointmentStatus
from bot.domain.booking import FreeDay, FreeTime, Held, NotBooked, Reason, Wish
from bot.domain.outgoing import File
from bot.engine import booking_ask
from bot.service import around, booking, calendar_file, free_times
from bot.service.booking import Draw, Freed
from bot.service.booking_moves import wish_of
from bot.service.codec import load_state
from bot.service.free_times import Moment
from bot.storage import appointments, slots, waitlist
from bot.storage.conversations import Conversation
from bot.storage.waitlist import Waiting

_BOOKED = AppointmentStatus.BOOKED


class ConversationBooking:
    """The appointments of one conversation, at the time of one input. `touched`: something was
    changed.
    """

    def __init__(self, at: Moment, conversation: Conversation, draw: Draw) -> None:
        self._at = at
        self._conversation = conversation
        self._draw = draw
        self.touched = False

    # -- what is free

    def places(self, service: str) -> tuple[str, ...]:
        """Return the places with free times for a service, in the order of the content."""
        free = {each.place for each in free_times.places(self._at, Wish(service=service))}
        return tuple(place for place in self._at.catalogue.booking.places(service) if place in free)

    def languages(self, wish: Wish) -> tuple[str, ...]:
        """Return the languages that counsellors with free times speak."""
        found = free_times.languages(self._at, wish)
        return tuple(language for language, time in found if not time.interpreter)

    def interpreted(self, wish: Wish) -> tuple[str, ...]:
        """Return the languages into which an interpreter is free at some free time."""
        found = free_times.languages(self._at, wish)
        return tuple(language for language, time in found if time.interpreter)

    def days(self, wish: Wish, limit: int) -> tuple[FreeDay, ...]:
        """Return the next days with free times, earliest first."""
        return free_times.days(self._at, wish, limit)

    def times(self, wish: Wish, limit: int) -> tuple[FreeTime, ...]:
        """Return free times, earliest first."""
        return free_times.offer(self._at, wish, limit)

    # -- hold and confirm

    def hold(self, slot: int, wish: Wish, *, replaces: int | None) -> Held | NotBooked:
        """Hold a time for her; what she held before is let go."""
        self.touched = True
        return booking.hold(self._at, self._conversation, slot, wish, replaces=replaces)

    def held(self, hold: int) -> Held | None:
        """Return what she holds, None when it is over."""
        found = self._hers(hold)
        if (
            found is None
            or found.status is not AppointmentStatus.HELD
            or found.held_until is None
            or found.held_until <= self._at.now
        ):
            return None
        slot = slots.get(self._at.tx, found.slot) if found.slot is not None else None
        service = self._at.catalogue.services.get(found.service)
        if slot is None or service is None:
            return None
        time = free_times.as_free(slot, service, 1, interpreter=found.interpreter)
        return Held(id=found.id, time=time, until=found.held_until, replaces=found.replaces)

    def release(self, hold: int) -> None:
        """Let go what she holds."""
        if self._hers(hold) is not None:
            self.touched = True
            booking.release(self._at, self._conversation)

    def confirm(
        self, hold: int, *, name: str | None, answers: Mapping[str, bool | int | str]
    ) -> Appointment | NotBooked:
        """Book what she holds; what it replaces becomes moved and its code stays. A hold that is
        over is taken again if the time is still free.
        """
        found = self._hers(hold) or self._held_again(hold)
        if isinstance(found, NotBooked):
            return found
        done = booking.confirm(
            self._at,
            self._conversation,
            found.id,
            found.slot or 0,
            wish_of(found),
            draw=self._draw,
            name=name,
            notes=json.dumps(dict(answers), ensure_ascii=False) if answers else None,
        )
        self.touched = True
        if isinstance(done, Appointment):
            around.defer_reminders(self._at.tx, done, self._at.now)
            around.defer_follow_up(self._at.tx, done, self._at.now)
        return done

    # -- hers

    def mine(self) -> tuple[Appointment, ...]:
        """Return her appointments that lie ahead, earliest first."""
        return tuple(booking.of_conversation(self._at, self._conversation))

    def appointment(self, number: int) -> Appointment | None:
        """Return one of hers, whatever became of it; None where it is not hers."""
        return self._hers(number)

    def cancel(self, number: int) -> Appointment | NotBooked:
        """Cancel one of hers."""
        done = booking.cancel(self._at, self._conversation, number)
        if isinstance(done, Freed):
            self.touched = True
            return done.appointment
        return done

    def remind(self, number: int, wanted: bool) -> bool:
        """Switch its reminders on or off; False where it is not hers or is over."""
        found = self._ahead(number)
        if found is None:
            return False
        appointments.set_wishes(self._at.tx, number, reminders=wanted)
        around.defer_reminders(self._at.tx, replace(found, reminders=wanted), self._at.now)
        self.touched = True
        return True

    def comes(self, number: int) -> bool:
        """Note that she comes; False where it is not hers or is over."""
        if self._ahead(number) is None:
            return False
        appointments.set_wishes(self._at.tx, number, coming=True)
        self.touched = True
        return True

    def helped(self, number: int, yes: bool) -> bool:
        """Keep whether it helped; False where it is not hers or was answered before."""
        found = self._hers(number)
        if found is None or found.helped is not None:
            return False
        appointments.set_wishes(self._at.tx, number, helped=yes)
        self.touched = True
        return True

    def calendar_file(self, number: int, language: str) -> File | None:
        """Return the calendar file of one of hers; it names no more than time and code."""
        found = self._hers(number)
        if found is None:
            return None
        at = self._at
        return calendar_file.calendar_file(
            at.tx, found, catalogue=at.catalogue, language=language, now=at.now
        )

    # -- the waitlist

    def wait(self, wish: Wish) -> bool:
        """Put her on the waitlist; False where she is on it already with the same wish. Where she
        has an appointment, she waits for an earlier one in its place.
        """
        same = (wish.place, wish.language)
        if any((each.place, each.language) == same for each in self._waits({wish.service})):
            return False
        has = next(
            (
                each
                for each in self.mine()
                if each.service == wish.service and each.status is _BOOKED
            ),
            None,
        )
        waitlist.join(
            self._at.tx,
            self._conversation.id,
            wish.service,
            place=wish.place,
            language=wish.language,
            latest=has.starts if has is not None else wish.latest,
            appointment_id=has.id if has is not None else None,
            now=self._at.now,
        )
        self.touched = True
        return True

    def leave_waitlist(self) -> None:
        """Take her off every waitlist."""
        waitlist.leave(self._at.tx, self._conversation.id)

    def offered(self, offer: int) -> Wish | None:
        """Return what she wished when she put herself on the waitlist; None where the offer is not
        hers.
        """
        found = self._offered(offer)
        return found[1] if found is not None else None

    def take(self, offer: int) -> Held | NotBooked:
        """Hold the time that the waitlist has offered her, if nobody was faster."""
        found = self._offered(offer)
        if found is None:
            return NotBooked(reason=Reason.UNKNOWN)
        waiting, wish, slot = found
        instead = self._ahead(waiting.appointment_id or 0)
        self.touched = True
        return booking.hold(
            self._at,
            self._conversation,
            slot,
            wish,
            replaces=instead.id if instead is not None else None,
            from_waitlist=True,
        )

    def _offered(self, offer: int) -> tuple[Waiting, Wish, int] | None:
        """Return her place on the waitlist, her wish and the slot of an offer. Whoever has the seat
        by now, the slot is the one that she was told of.
        """
        kept = appointments.get(self._at.tx, offer)
        slot = slots.get(self._at.tx, kept.slot) if kept is not None and kept.slot else None
        if kept is None or slot is None:
            return None
        told = [each for each in self._waits(slot.services) if each.notices]
        told.sort(key=lambda each: each.service != kept.service)
        if not told:
            return None
        wish = Wish(service=told[0].service, place=told[0].place, language=told[0].language)
        return told[0], wish, slot.id

    def _waits(self, services: Sequence[str] | frozenset[str] | set[str]) -> list[Waiting]:
        rows = waitlist.of_conversation(self._at.tx, self._conversation.id)
        return [each for each in rows if each.service in services]

    # -- one of hers

    def _hers(self, number: int) -> Appointment | None:
        found = appointments.get(self._at.tx, number)
        hers = found is not None and found.conversation_id == self._conversation.id
        return found if hers else None

    def _ahead(self, number: int) -> Appointment | None:
        found = self._hers(number)
        ahead = found is not None and found.status is _BOOKED and found.starts > self._at.now
        return found if ahead else None

    def _held_again(self, hold: int) -> Appointment | NotBooked:
        """Her hold was over and somebody else has taken its row: hold what is left of that time."""
        raw = self._conversation.state
        draft = load_state(raw).booking if raw is not None else None
        taken = appointments.get(self._at.tx, hold)
        if draft is None or taken is None or taken.slot is None:
            return NotBooked(reason=Reason.GONE)
        wish = booking_ask.wish(draft)
        again = booking.hold(self._at, self._conversation, taken.slot, wish, replaces=draft.moves)
        if isinstance(again, NotBooked):
            expired = again.reason is Reason.TAKEN
            return replace(again, reason=Reason.EXPIRED) if expired else again
        return self._hers(again.id) or NotBooked(reason=Reason.GONE)
