"""A small office with free times in memory, and the world of a conversation that books there."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.content.catalogue import Catalogue
from bot.domain.appointment import HOLD, Appointment, AppointmentStatus, BookingOrigin, code
from bot.domain.booking import FreeDay, FreeTime, Held, NotBooked, Reason, Wish
from bot.domain.booking_news import Asked, CalledOff, MovedByOffice, Offered, Reminded
from bot.domain.outgoing import File, Output
from bot.service.rehearsal_booking import RehearsalBooking
from bot.service.rehearsal_world import RehearsalWorld
from tests.talk import Talk

ZONE = "Europe/Berlin"
BERLIN = ZoneInfo(ZONE)


def free(
    slot: int,
    local: datetime,
    *,
    place: str = "guben",
    languages: tuple[str, ...] = ("de",),
    sample: bool = False,
) -> FreeTime:
    """Return a time of half an hour on the spot."""
    starts = local.replace(tzinfo=BERLIN).astimezone(UTC)
    return FreeTime(
        slot=slot,
        place=place,
        starts=starts,
        ends=starts + timedelta(minutes=30),
        zone=ZONE,
        local=local,
        languages=languages,
        sample=sample,
    )


@dataclass
class Store:
    """What the office keeps."""

    times: list[FreeTime] = field(default_factory=list)
    interpreters: tuple[str, ...] = ()
    appointments: dict[int, Appointment] = field(default_factory=dict)
    holds: dict[int, tuple[Held, Wish]] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)  # slots that somebody else was faster with
    refuse: Reason | None = None
    waits: list[Wish] = field(default_factory=list)
    offers: dict[int, tuple[int, Wish]] = field(default_factory=dict)
    helped: dict[int, bool] = field(default_factory=dict)
    files: bool = True
    shows_arrived: bool = False  # what has begun is hers still


class Books:
    """`engine.world.Booking` over a store."""

    def __init__(self, store: Store, at: datetime) -> None:
        self.store, self.at = store, at

    def _fits(self, time: FreeTime, wish: Wish) -> bool:
        live = (held for held, _ in self.store.holds.values() if held.until > self.at)
        occupied = {held.time.slot for held in live} | self.store.taken
        occupied |= {a.slot for a in self.store.appointments.values() if self._ahead(a)}
        spoken = wish.language is None or wish.language in time.languages
        return (
            time.slot not in occupied
            and (wish.place is None or time.place == wish.place)
            and (spoken or (wish.interpreter and wish.language in self.store.interpreters))
            and (wish.earliest is None or time.starts >= wish.earliest)
            and (wish.latest is None or time.starts < wish.latest)
        )

    def _ahead(self, appointment: Appointment) -> bool:
        return appointment.status is AppointmentStatus.BOOKED and appointment.starts > self.at

    def times(self, wish: Wish, limit: int) -> tuple[FreeTime, ...]:
        found = sorted((t for t in self.store.times if self._fits(t, wish)), key=lambda t: t.starts)
        return tuple(found[:limit])

    def places(self, service: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(t.place for t in self.times(Wish(service=service), 99)))

    def languages(self, wish: Wish) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for t in self.times(wish, 99) for code in t.languages))

    def interpreted(self, wish: Wish) -> tuple[str, ...]:
        return self.store.interpreters if self.times(wish, 1) else ()

    def days(self, wish: Wish, limit: int) -> tuple[FreeDay, ...]:
        first: dict[date, FreeTime] = {}
        for time in self.times(wish, 99):
            first.setdefault(time.local.date(), time)
        return tuple(FreeDay(day=day, first=time) for day, time in first.items())[:limit]

    def _refused(self, reason: Reason, wish: Wish) -> NotBooked:
        any_time = replace(wish, earliest=None, latest=None)
        return NotBooked(reason=reason, alternatives=self.times(any_time, 5))

    def hold(self, slot: int, wish: Wish, *, replaces: int | None) -> Held | NotBooked:
        if self.store.refuse is not None:
            return self._refused(self.store.refuse, wish)
        time = next((t for t in self.times(wish, 99) if t.slot == slot), None)
        if time is None:
            return self._refused(Reason.TAKEN, wish)
        number = 100 + slot
        held = Held(id=number, time=time, until=self.at + HOLD, replaces=replaces)
        self.store.holds = {number: (held, wish)}
        return held

    def held(self, hold: int) -> Held | None:
        found = self.store.holds.get(hold)
        return found[0] if found is not None and found[0].until > self.at else None

    def release(self, hold: int) -> None:
        self.store.holds.pop(hold, None)

    def confirm(
        self, hold: int, *, name: str | None, answers: Mapping[str, bool | int | str]
    ) -> Appointment | NotBooked:
        held = self.held(hold)
        if held is None:
            wish = self.store.holds.pop(hold)[1]
            return self._refused(Reason.EXPIRED, wish)
        wish = self.store.holds.pop(hold)[1]
        before = self.store.appointments.get(held.replaces or 0)
        if before is not None:
            self.store.appointments[before.id] = replace(before, status=AppointmentStatus.MOVED)
        number = len(self.store.appointments) + 1
        made = Appointment(
            id=number,
            slot=held.time.slot,
            seat=1,
            status=AppointmentStatus.BOOKED,
            service=wish.service,
            place=held.time.place,
            language=wish.language or "de",
            interpreter=wish.interpreter,
            starts=held.time.starts,
            ends=held.time.ends,
            zone=ZONE,
            local=held.time.local,
            origin=BookingOrigin.CHAT,
            created_at=self.at,
            changed_at=self.at,
            code=before.code if before is not None else code(1000 + number),
            reminders=before is not None and before.reminders,
            name=name,
            notes=str(dict(answers)),
        )
        self.store.appointments[number] = made
        return made

    def mine(self) -> tuple[Appointment, ...]:
        arrived = {AppointmentStatus.ARRIVED} if self.store.shows_arrived else set()
        every = self.store.appointments.values()
        ahead = (each for each in every if self._ahead(each) or each.status in arrived)
        return tuple(sorted(ahead, key=lambda each: each.starts))

    def appointment(self, number: int) -> Appointment | None:
        return self.store.appointments.get(number)

    def cancel(self, number: int) -> Appointment | NotBooked:
        if self.store.refuse is not None:
            return NotBooked(reason=self.store.refuse)
        return self._put(number, status=AppointmentStatus.CANCELLED)

    def _put(self, number: int, **changes: object) -> Appointment:
        changed = replace(self.store.appointments[number], **changes)  # type: ignore[arg-type]
        self.store.appointments[number] = changed
        return changed

    def remind(self, number: int, wanted: bool) -> bool:
        self._put(number, reminders=wanted)
        return self.store.refuse is None

    def comes(self, number: int) -> bool:
        self._put(number, coming=True)
        return True

    def helped(self, number: int, yes: bool) -> bool:
        self.store.helped[number] = yes
        return True

    def wait(self, wish: Wish) -> bool:
        new = not self.store.waits
        self.store.waits.append(wish)
        return new

    def leave_waitlist(self) -> None:
        self.store.waits.clear()

    def offered(self, offer: int) -> Wish | None:
        found = self.store.offers.get(offer)
        return found[1] if found is not None else None

    def take(self, offer: int) -> Held | NotBooked:
        slot, wish = self.store.offers[offer]
        return self.hold(slot, wish, replaces=None)

    def calendar_file(self, number: int, language: str) -> File | None:
        if not self.store.files:
            return None
        return File(name="termin.ics", media_type="text/calendar", text="BEGIN:VCALENDAR")


class Office:
    """Makes the world of every turn. The engine is asked twice each time; what it did the second
    time must be the same, and only the first counts.
    """

    def __init__(self, *times: FreeTime, **given: object) -> None:
        self.store = Store(times=list(times), **given)  # type: ignore[arg-type]
        self._before: Store | None = None

    def __call__(self, catalogue: Catalogue, at: datetime) -> RehearsalWorld:
        if self._before is None:
            self._before = deepcopy(self.store)
            store = self.store
        else:
            store, self._before = self._before, None
        return _World(catalogue, at, Books(store, at))

    def settle(self) -> None:
        """Begin a new turn, whatever was asked for before."""
        self._before = None


@dataclass(frozen=True, slots=True)
class _World(RehearsalWorld):
    """The rehearsal's world, with an office."""

    books: Books

    @property
    def booking(self) -> Books:
        return self.books


def rehearsed(catalogue: Catalogue, at: datetime) -> tuple[FreeTime, ...]:
    """Return the first times that the office hours of a content give."""
    return RehearsalBooking(catalogue, at).times(Wish(service="first-consultation"), 40)


def act(talk: Talk, office: Office, line: str) -> tuple[Output, ...]:
    """Do what happens in the office: `(takes)` the first time that stands on the open buttons,
    `(reminds)`, `(asks)`, `(moves)`, `(calls off)` her newest appointment, `(offers)` the last
    free time.
    """
    newest, books = max(office.store.appointments, default=0), Books(office.store, talk.at)
    free = books.times(Wish(service="first-consultation"), 40)
    match line.strip("()"):
        case "takes":
            prompt = talk.state.prompt
            assert prompt is not None
            shown = [each.action for each in prompt.choices if each.action.startswith("p:t:")]
            office.store.taken.add(int(shown[0].removeprefix("p:t:")))
            return ()
        case "reminds":
            return talk.feed(Reminded(appointment=newest))
        case "asks":
            return talk.feed(Asked(appointment=newest))
        case "calls off":
            return talk.feed(CalledOff(appointment=newest, alternatives=free[:3]))
        case "moves":
            return talk.feed(MovedByOffice(appointment=newest))
        case "offers":
            offered = free[-1]
            office.store.offers[1] = (
                offered.slot,
                Wish(service="first-consultation", place=offered.place, language="de"),
            )
            return talk.feed(Offered(offer=1, until=talk.at + timedelta(hours=2)))
        case _:
            outputs = talk.office(line)
            office.settle()  # the talk has asked for one world more
            return outputs
