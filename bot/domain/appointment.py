"""An appointment: one seat of one slot, from the moment somebody looks at it until it is over.

Theory. A slot is a stretch of office hours with one seat or several; a seat that no row occupies is
`free`, which is never stored. Whoever chooses a time holds its seat for five minutes. A hold ends
by itself: nobody has to clear it away, for whoever comes next may take it over. Confirmed, it is
`booked` and has a code. To move it she holds the new time while the old one stays hers; only when
the new one is booked does the old row become `moved`, in the same transaction. She may cancel
(`cancelled`), and so may the office (`called_off`). On the day she has `arrived`, was `served` or
`missed` it; whoever tapped wrong may undo that. Somebody who comes without an appointment is a
walk-in and begins as `arrived`. An interpreter's time is held by rows of its own that ride along
with hers through every change. Two rows that occupy a seat can never stand side by side: the
database refuses the second. Whatever is not in the table does not happen.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

HOLD = timedelta(minutes=5)


class AppointmentStatus(StrEnum):
    """Where an appointment stands."""

    FREE = "free"
    HELD = "held"
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"  # by the newcomer
    CALLED_OFF = "called_off"  # by the office
    ARRIVED = "arrived"
    SERVED = "served"
    MISSED = "missed"
    EXPIRED = "expired"  # a hold that nobody confirmed


class AppointmentAction(StrEnum):
    """What moves an appointment."""

    HOLD = "hold"
    CONFIRM = "confirm"
    EXPIRE = "expire"
    BOOK = "book"  # at the desk or by phone, without a hold
    WALK_IN = "walk_in"
    MOVE = "move"
    CANCEL = "cancel"
    CALL_OFF = "call_off"
    ARRIVE = "arrive"
    SERVE = "serve"
    MISS = "miss"
    UNDO = "undo"


_S, _A = AppointmentStatus, AppointmentAction
TRANSITIONS: dict[AppointmentStatus, dict[AppointmentAction, AppointmentStatus]] = {
    _S.FREE: {_A.HOLD: _S.HELD, _A.BOOK: _S.BOOKED, _A.WALK_IN: _S.ARRIVED},
    _S.HELD: {
        _A.HOLD: _S.HELD,  # held longer by her, or taken over by somebody else after its end
        _A.BOOK: _S.BOOKED,  # taken over at the desk, after its end
        _A.CONFIRM: _S.BOOKED,
        _A.EXPIRE: _S.EXPIRED,
    },
    _S.BOOKED: {
        _A.MOVE: _S.MOVED,
        _A.CANCEL: _S.CANCELLED,
        _A.CALL_OFF: _S.CALLED_OFF,
        _A.ARRIVE: _S.ARRIVED,
        _A.SERVE: _S.SERVED,
        _A.MISS: _S.MISSED,
    },
    _S.MOVED: {},
    _S.CANCELLED: {},
    _S.CALLED_OFF: {},
    _S.ARRIVED: {_A.SERVE: _S.SERVED, _A.UNDO: _S.BOOKED},
    _S.SERVED: {_A.UNDO: _S.BOOKED},
    _S.MISSED: {_A.ARRIVE: _S.ARRIVED, _A.SERVE: _S.SERVED, _A.UNDO: _S.BOOKED},  # she came late
    _S.EXPIRED: {},
}
OCCUPYING = (_S.HELD, _S.BOOKED, _S.ARRIVED, _S.SERVED, _S.MISSED)
"""What takes a seat; at most one such row for each seat."""


def moved(status: AppointmentStatus, action: AppointmentAction) -> AppointmentStatus | None:
    """Return where `action` leads from `status`, None where the table does not allow it."""
    return TRANSITIONS[status].get(action)


def before(action: AppointmentAction) -> tuple[AppointmentStatus, ...]:
    """Return the states that `action` is possible in."""
    return tuple(status for status, row in TRANSITIONS.items() if action in row)


class SlotKind(StrEnum):
    """Whose time a slot is."""

    COUNSELLING = "counselling"
    INTERPRETING = "interpreting"


class Closed(StrEnum):
    """Why a slot is not offered. What was booked in it stays."""

    GONE = "gone"  # the office hours do not say so any more
    BLOCKED = "blocked"  # somebody blocked the time, is away, or is busy elsewhere
    OVERLAP = "overlap"  # a booked time of hours that are gone lies across it


class BookingOrigin(StrEnum):
    """How an appointment was made."""

    CHAT = "chat"
    PHONE = "phone"
    DESK = "desk"
    WALK_IN = "walk_in"
    WAITLIST = "waitlist"  # a seat kept for those who wait for one; nobody's yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked before booking. Texts `services/SERVICE/questions/ID`, choices below it."""

    id: str
    kind: str  # choice | yes_no | number | text
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What an appointment can be about.

    `notice`: how long before its beginning a time can last be booked; `horizon`: how far ahead.
    `seats` above one: a group session. `cooling_off`: for how long a cancelled time is kept for the
    waitlist. `open_bookings`: how many a person may have at once. `documents`: ids of papers to
    bring.
    """

    id: str
    length: timedelta
    notice: timedelta
    horizon: timedelta
    seats: int = 1
    cooling_off: timedelta = timedelta(0)
    open_bookings: int = 1
    documents: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    interpreter: bool = False  # an interpreter may be asked for
    preparation: bool = False  # there is a text `services/ID/preparation`
    audience: bool = False  # there is a text `services/ID/audience`


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One stretch of office hours that is booked as a whole. `id` 0: not stored yet.

    `starts` and `ends` are UTC; `zone` and `local` (wall time without a zone) say what was meant.
    `resource` says whose time it is: `counsellor/LOGIN`, `desk/ID`, `interpreter/ID`, or nothing:
    the place itself. `place` is None where an interpreter helps everywhere.
    """

    id: int = 0
    kind: SlotKind
    place: str | None
    resource: str
    starts: datetime
    ends: datetime
    zone: str
    local: datetime
    seats: int
    services: frozenset[str]
    languages: tuple[str, ...]
    sample: bool = False
    closed: Closed | None = None

    @property
    def key(self) -> tuple[str, str, datetime]:
        """What stays the same when the office hours are read again."""
        return self.place or "", self.resource, self.starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """An appointment as stored. Times UTC; `zone` and `local` say what was meant on the spot.

    `slot` is None only for a walk-in. `conversation_id` is None where it was made at the desk for
    somebody without one. `replaces`: the appointment that this one takes the place of as soon as it
    is booked. `root` and `sequence`: the first appointment of a chain of moves, and how many there
    were (UID and SEQUENCE of a calendar file). `notes`: JSON of the answers to the service's
    questions, or words of the desk.
    """

    id: int
    slot: int | None
    seat: int
    status: AppointmentStatus
    service: str
    place: str
    language: str
    interpreter: bool
    starts: datetime
    ends: datetime
    zone: str
    local: datetime
    origin: BookingOrigin
    created_at: datetime
    changed_at: datetime
    conversation_id: int | None = None
    code: str | None = None
    held_until: datetime | None = None
    replaces: int | None = None
    root: int | None = None
    sequence: int = 0
    reminders: bool = False
    coming: bool = False
    helped: bool | None = None
    name: str | None = field(default=None, repr=False)
    notes: str | None = field(default=None, repr=False)

    @property
    def uid(self) -> int:
        """The first appointment of the chain of moves."""
        return self.root if self.root is not None else self.id


CODE_ALPHABET = "CDFHJKMNPRTWXY34679"
"""No vowels, so that no word arises, and of signs that look alike (0 O Q, 1 I L, 2 Z, 5 S, 8 B,
6 G, 4 A, U V) at most one.
"""
CODE_LENGTH = 4
CODES: int = len(CODE_ALPHABET) ** CODE_LENGTH
"""How many codes there are."""

# Cyrillic letters that look like those of the alphabet: a keyboard shows them in the same places.
_TWINS = str.maketrans("СНКМРТХУ", "CHKMPTXY")


def code(number: int) -> str:
    """Return the code of a number below CODES."""
    signs = []
    for _ in range(CODE_LENGTH):
        number, rest = divmod(number, len(CODE_ALPHABET))
        signs.append(CODE_ALPHABET[rest])
    return "".join(reversed(signs))


def read_code(text: str) -> str | None:
    """Return the code that somebody typed, None where it cannot be one.

    Small letters, spaces and hyphens, digits of any script and Cyrillic twins are understood.
    """
    signs = [
        str(unicodedata.decimal(sign, sign))
        for sign in unicodedata.normalize("NFKC", text).upper().translate(_TWINS)
        if not sign.isspace() and unicodedata.category(sign) not in {"Pd", "Cf"}
    ]
    if len(signs) != CODE_LENGTH or any(sign not in CODE_ALPHABET for sign in signs):
        return None
    return "".join(signs)
