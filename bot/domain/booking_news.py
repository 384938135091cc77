"""What happened to an appointment, as the engine hears it: an input like her own words.

Reminders, the waitlist and what the office does reach the newcomer through the engine, so that one
place decides what is said, and how little of it. Knows no clock and no storage.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.booking import FreeTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """It is time to remind her of an appointment."""

    appointment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A time has become free for somebody on the waitlist; `until` (UTC) it is kept for her."""

    offer: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledOff:
    """The office has cancelled her appointment; `alternatives` are the nearest free times."""

    appointment: int
    alternatives: tuple[FreeTime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedByOffice:
    """The office has moved her appointment: this is the new one."""

    appointment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The appointment is over: did it help?"""

    appointment: int


BookingNews = Reminded | Offered | CalledOff | MovedByOffice | Asked
