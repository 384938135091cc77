"""What the engine may ask of the world within its transaction, and what the world tells it.

`service` implements `World` on the turn's own transaction, so that a case, the state and the words
that speak of it commit together or not at all. The engine never waits and never sends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.domain.appointment import Appointment
from bot.domain.booking import FreeDay, FreeTime, Held, NotBooked, Wish
from bot.domain.case import Face, Origin, Priority, Promise
from bot.domain.outgoing import File
from bot.domain.returning import Way


class World(Protocol):
    """The world of one conversation, at the time of one input."""

    @property
    def booking(self) -> Booking:
        """Its appointments."""

    def promise(self) -> Promise:
        """Return when a human answers, were she to ask now."""

    def promised(self) -> Promise:
        """Return what she has been promised and what still holds; else as `promise`."""

    def open_case(self, *, origin: Origin, priority: Priority, topic: str | None) -> int:
        """Open a case (the conversation has none open) and return its number."""

    def add_to_case(self) -> None:
        """Note that what she just said belongs to the open case; a snoozed one wakes."""

    def raise_priority(self) -> None:
        """Put the open case to the top for all."""

    def leave_case(self) -> None:
        """She does not wait any more: close the waiting case."""

    def end_case(self) -> None:
        """She ends the conversation with the human: close the case."""

    def rate(self, case: int, face: Face) -> bool:
        """Keep her rating of a closed case of hers; False where it has one, or is not hers."""

    def return_code(self, known: str | None) -> str | None:
        """Return a code that opens this conversation elsewhere: `known` while it does, else a new
        one in place of all before; None where the platform itself keeps the conversation for her.
        """

    def ways(self, code: str) -> tuple[Way, ...]:
        """Return the other channels on which she may go on with this code."""


class Booking(Protocol):
    """Appointments of one conversation, at the time of one input."""

    def places(self, service: str) -> tuple[str, ...]:
        """Return the places with free times for a service, in the order of the content."""

    def languages(self, wish: Wish) -> tuple[str, ...]:
        """Return the languages that counsellors with free times speak."""

    def interpreted(self, wish: Wish) -> tuple[str, ...]:
        """Return the languages into which an interpreter is free at some free time."""

    def days(self, wish: Wish, limit: int) -> tuple[FreeDay, ...]:
        """Return the next days with free times, earliest first."""

    def times(self, wish: Wish, limit: int) -> tuple[FreeTime, ...]:
        """Return free times, earliest first."""

    def hold(self, slot: int, wish: Wish, *, replaces: int | None) -> Held | NotBooked:
        """Hold a time for her; what she held before is let go. `replaces`: her appointment that
        this one is to take the place of.
        """

    def held(self, hold: int) -> Held | None:
        """Return what she holds, None when it is over."""

    def release(self, hold: int) -> None:
        """Let go what she holds."""

    def confirm(
        self, hold: int, *, name: str | None, answers: Mapping[str, bool | int | str]
    ) -> Appointment | NotBooked:
        """Book what she holds; what it replaces becomes moved. The code of a moved one stays."""

    def mine(self) -> tuple[Appointment, ...]:
        """Return her appointments that lie ahead, earliest first."""

    def appointment(self, number: int) -> Appointment | None:
        """Return one of hers, whatever became of it; None where it is not hers."""

    def cancel(self, number: int) -> Appointment | NotBooked:
        """Cancel one of hers."""

    def remind(self, number: int, wanted: bool) -> bool:
        """Switch its reminders on or off; False where it is not hers or is over."""

    def comes(self, number: int) -> bool:
        """Note that she comes; False where it is not hers or is over."""

    def helped(self, number: int, yes: bool) -> bool:
        """Keep whether it helped; False where it is not hers or was answered before."""

    def wait(self, wish: Wish) -> bool:
        """Put her on the waitlist; False where she is on it already."""

    def leave_waitlist(self) -> None:
        """Take her off every waitlist."""

    def offered(self, offer: int) -> Wish | None:
        """Return what she wished when she put herself on the waitlist; None where the offer is not
        hers.
        """

    def take(self, offer: int) -> Held | NotBooked:
        """Hold the time that the waitlist has offered her."""

    def calendar_file(self, number: int, language: str) -> File | None:
        """Return the calendar file of one of hers; it names no more than time and code."""
