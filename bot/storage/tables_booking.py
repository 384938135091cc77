"""The tables of booking: slots, appointments, blocked times and the waitlist.

Services, languages and places are ids of the content and no references: content changes, bookings
stay. A list of ids is kept as `|de|pl|`, so that one comparison finds a member on both databases.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from bot.domain.appointment import (
    OCCUPYING,
    AppointmentStatus,
    BookingOrigin,
    Closed,
    SlotKind,
)
from bot.storage.tables import Id, among, metadata, one_of

STORED = tuple(status for status in AppointmentStatus if status is not AppointmentStatus.FREE)
CODED = tuple(status for status in OCCUPYING if status is not AppointmentStatus.HELD)
"""What has a code; no two have the same."""

slots = Table(
    "slots",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("place", Text, nullable=False),  # empty: everywhere
    Column("resource", Text, nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("zone", Text, nullable=False),
    Column("local", Text, nullable=False),  # wall time at its beginning
    Column("seats", Integer, nullable=False),
    Column("services", Text, nullable=False),
    Column("languages", Text, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("closed", Text),
    UniqueConstraint("place", "resource", "starts"),
    CheckConstraint(one_of("kind", SlotKind), name="kind"),
    CheckConstraint(one_of("closed", Closed), name="closed"),
    CheckConstraint("starts < ends", name="length"),
    CheckConstraint("seats >= 1", name="seats"),
    sqlite_autoincrement=True,
)
_OPEN = slots.c.closed.is_(None)

# What is free, the soonest first.
Index(
    "ix_slots_open",
    slots.c.kind,
    slots.c.starts,
    slots.c.id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
# What the office hours are compared with, and what is over.
Index("ix_slots_starts", slots.c.starts)

appointments = Table(
    "appointments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slot_id", Id, ForeignKey("slots.id")),
    Column("seat", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("interpreter", Boolean, nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("zone", Text, nullable=False),
    Column("local", Text, nullable=False),
    Column("origin", Text, nullable=False),
    # Nobody's: made at the desk for somebody without a conversation; sealed with the site's key.
    Column("conversation_id", Id, ForeignKey("conversations.id", ondelete="CASCADE")),
    # The interpreter's rows ride along with the appointment.
    Column("companion_of", Id, ForeignKey("appointments.id", ondelete="CASCADE")),
    Column("code", Text),
    Column("held_until", BigInteger),
    Column("replaces", BigInteger),
    Column("root", BigInteger),
    Column("sequence", Integer, nullable=False),
    Column("reminders", Boolean, nullable=False),
    Column("coming", Boolean, nullable=False),
    Column("helped", Boolean),
    Column("told", Integer, nullable=False),  # what she has been told of, one bit each
    Column("name", LargeBinary),
    Column("notes", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    CheckConstraint(one_of("status", STORED), name="status"),
    CheckConstraint(one_of("origin", BookingOrigin), name="origin"),
    CheckConstraint("(status = 'held') = (held_until IS NOT NULL)", name="hold"),
    # A hold may change hands: nothing of a person is sealed into it.
    CheckConstraint(
        "status <> 'held' OR (code IS NULL AND name IS NULL AND notes IS NULL)", name="words"
    ),
    CheckConstraint("slot_id IS NOT NULL OR origin = 'walk_in'", name="slot"),
    CheckConstraint("starts < ends", name="length"),
    CheckConstraint("seat >= 0", name="seat"),
    sqlite_autoincrement=True,
)
_a = appointments.c
OCCUPIES = among(_a.status, OCCUPYING)
_CODED = among(_a.status, CODED)
_HELD = among(_a.status, (AppointmentStatus.HELD,))
_HERS = _a.conversation_id.is_not(None)
_RIDES = _a.companion_of.is_not(None)

# Nobody is booked twice.
Index(
    "uq_appointments_seat",
    _a.slot_id,
    _a.seat,
    unique=True,
    sqlite_where=OCCUPIES,
    postgresql_where=OCCUPIES,
)
Index(
    "uq_appointments_code",
    _a.code,
    unique=True,
    sqlite_where=_CODED,
    postgresql_where=_CODED,
)
Index("ix_appointments_hold", _a.held_until, sqlite_where=_HELD, postgresql_where=_HELD)
Index(
    "ix_appointments_conversation",
    _a.conversation_id,
    _a.starts,
    sqlite_where=_HERS,
    postgresql_where=_HERS,
)
Index("ix_appointments_companion", _a.companion_of, sqlite_where=_RIDES, postgresql_where=_RIDES)
Index("ix_appointments_starts", _a.starts)
Index("ix_appointments_slot", _a.slot_id)

blocks = Table(
    "blocks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("resource", Text),  # None: everybody
    Column("place", Text),  # None: everywhere
    Column("starts", BigInteger, nullable=False),
    Column("ends", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("reference_index", LargeBinary, unique=True),  # of source and a calendar's own name
    Column("reason", LargeBinary),
    CheckConstraint("starts < ends", name="length"),
    Index(None, "ends"),
    sqlite_autoincrement=True,
)

waitlist = Table(
    "waitlist",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "conversation_id", Id, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False
    ),
    Column("service", Text, nullable=False),
    Column("place", Text),
    Column("language", Text),
    Column("latest", BigInteger),
    Column("appointment_id", Id, ForeignKey("appointments.id", ondelete="CASCADE")),
    Column("created_at", BigInteger, nullable=False),
    Column("notices", Integer, nullable=False),
    Column("noticed_at", BigInteger),
    UniqueConstraint("conversation_id", "service"),
    Index(None, "service"),
    Index(None, "appointment_id"),  # for the cascade
    sqlite_autoincrement=True,
)
