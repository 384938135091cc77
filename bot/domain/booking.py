"""What engine and service say to each other about appointments: a wish, free times, a refusal.

Knows neither texts nor tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What she is looking for. None: any. `interpreter`: somebody translates into `language`, which
    the counsellor need not speak then. Only times from `earliest` until before `latest` (UTC).
    """

    service: str
    place: str | None = None
    language: str | None = None
    interpreter: bool = False
    earliest: datetime | None = None
    latest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeTime:
    """A time that can be booked: `starts` and `ends` are UTC, `local` is the wall time in `zone`.

    `seats`: how many are free; `sample`: the office hours are not confirmed.
    """

    slot: int
    place: str
    starts: datetime
    ends: datetime
    zone: str
    local: datetime
    languages: tuple[str, ...]
    interpreter: bool = False
    seats: int = 1
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeDay:
    """A day with free times, as it is called on the spot; `first` is the earliest."""

    day: date
    first: FreeTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A time that is hers until `until` (UTC)."""

    id: int
    time: FreeTime
    until: datetime
    replaces: int | None = None


class Reason(StrEnum):
    """Why something was not done."""

    TAKEN = "taken"  # somebody was faster
    EXPIRED = "expired"  # the hold is over and the time is not hers any more
    GONE = "gone"  # the time is not offered any more, or is past
    TOO_SOON = "too_soon"  # it begins sooner than the service's notice allows
    LIMIT = "limit"  # she has as many open appointments as she may have
    CLASH = "clash"  # she has an appointment at that time
    INTERPRETER = "interpreter"  # no interpreter is free at that time
    UNKNOWN = "unknown"  # there is no such appointment, or it is not hers
    NOT_POSSIBLE = "not_possible"  # where it stands, this cannot happen to it


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBooked:
    """It was not done; `alternatives` are the nearest free times."""

    reason: Reason
    alternatives: tuple[FreeTime, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A booking in the making, as the conversation's state keeps it. None: not asked yet.

    `place` and `language` "*": any. `answers`: to the service's questions, by id. `earliest`: the
    day from which days are shown, `day` the chosen one (ISO dates on the spot). `held` and `until`:
    the seat that is hers for a while. `moves`: the appointment that the new one takes the place of.
    `parked`: she has gone elsewhere and may come back to it.
    """

    service: str | None = None
    place: str | None = None
    language: str | None = None
    interpreter: bool = False
    answers: dict[str, bool | int | str] = field(default_factory=dict)
    earliest: str | None = None
    day: str | None = None
    held: int | None = None
    until: datetime | None = None
    name: str | None = None
    moves: int | None = None
    parked: bool = False
