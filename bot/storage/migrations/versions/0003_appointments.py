"""Booking: slots, appointments, blocked times and the waitlist."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.storage.migrations.shapes import (
    blob,
    check,
    flag,
    id_,
    index,
    link,
    number,
    primary,
    refers,
    small,
    text,
    unique,
)

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OCCUPYING = "status IN ('held', 'booked', 'arrived', 'served', 'missed')"
CODED = "status IN ('booked', 'arrived', 'served', 'missed')"


def upgrade() -> None:
    _slots()
    _appointments()
    op.create_table(
        "blocks",
        id_(),
        text("resource", nullable=True),
        text("place", nullable=True),
        number("starts"),
        number("ends"),
        text("source"),
        blob("reference_index", nullable=True),
        blob("reason", nullable=True),
        check("blocks", "length", "starts < ends"),
        primary("blocks", "id"),
        unique("blocks", "reference_index"),
        sqlite_autoincrement=True,
    )
    index("ix_blocks_ends", "blocks", ["ends"])
    op.create_table(
        "waitlist",
        id_(),
        link("conversation_id"),
        text("service"),
        text("place", nullable=True),
        text("language", nullable=True),
        number("latest", nullable=True),
        link("appointment_id", nullable=True),
        number("created_at"),
        small("notices"),
        number("noticed_at", nullable=True),
        refers("waitlist", "conversation_id", "conversations", "CASCADE"),
        refers("waitlist", "appointment_id", "appointments", "CASCADE"),
        primary("waitlist", "id"),
        unique("waitlist", "conversation_id", "service"),
        sqlite_autoincrement=True,
    )
    index("ix_waitlist_service", "waitlist", ["service"])
    index("ix_waitlist_appointment_id", "waitlist", ["appointment_id"])


def _slots() -> None:
    op.create_table(
        "slots",
        id_(),
        text("kind"),
        text("place"),
        text("resource"),
        number("starts"),
        number("ends"),
        text("zone"),
        text("local"),
        small("seats"),
        text("services"),
        text("languages"),
        flag("sample"),
        text("closed", nullable=True),
        check("slots", "kind", "kind IN ('counselling', 'interpreting')"),
        check("slots", "closed", "closed IN ('gone', 'blocked', 'overlap')"),
        check("slots", "length", "starts < ends"),
        check("slots", "seats", "seats >= 1"),
        primary("slots", "id"),
        unique("slots", "place", "resource", "starts"),
        sqlite_autoincrement=True,
    )
    index("ix_slots_open", "slots", ["kind", "starts", "id"], "closed IS NULL")
    index("ix_slots_starts", "slots", ["starts"])


def _appointments() -> None:
    table = "appointments"
    op.create_table(
        table,
        id_(),
        link("slot_id", nullable=True),
        small("seat"),
        text("status"),
        text("service"),
        text("place"),
        text("language"),
        flag("interpreter"),
        number("starts"),
        number("ends"),
        text("zone"),
        text("local"),
        text("origin"),
        link("conversation_id", nullable=True),
        link("companion_of", nullable=True),
        text("code", nullable=True),
        number("held_until", nullable=True),
        number("replaces", nullable=True),
        number("root", nullable=True),
        small("sequence"),
        flag("reminders"),
        flag("coming"),
        sa.Column("helped", sa.Boolean(), nullable=True),
        small("told"),
        blob("name", nullable=True),
        blob("notes", nullable=True),
        number("created_at"),
        number("changed_at"),
        check(
            table,
            "status",
            "status IN ('held', 'booked', 'moved', 'cancelled', 'called_off', 'arrived', 'served',"
            " 'missed', 'expired')",
        ),
        check(table, "origin", "origin IN ('chat', 'phone', 'desk', 'walk_in', 'waitlist')"),
        check(table, "hold", "(status = 'held') = (held_until IS NOT NULL)"),
        check(
            table,
            "words",
            "status <> 'held' OR (code IS NULL AND name IS NULL AND notes IS NULL)",
        ),
        check(table, "slot", "slot_id IS NOT NULL OR origin = 'walk_in'"),
        check(table, "length", "starts < ends"),
        check(table, "seat", "seat >= 0"),
        refers(table, "slot_id", "slots", None),
        refers(table, "conversation_id", "conversations", "CASCADE"),
        refers(table, "companion_of", "appointments", "CASCADE"),
        primary(table, "id"),
        sqlite_autoincrement=True,
    )
    index("uq_appointments_seat", table, ["slot_id", "seat"], OCCUPYING, unique=True)
    index("uq_appointments_code", table, ["code"], CODED, unique=True)
    index("ix_appointments_hold", table, ["held_until"], "status IN ('held')")
    index(
        "ix_appointments_conversation",
        table,
        ["conversation_id", "starts"],
        "conversation_id IS NOT NULL",
    )
    index("ix_appointments_companion", table, ["companion_of"], "companion_of IS NOT NULL")
    index("ix_appointments_starts", table, ["starts"])
    index("ix_appointments_slot", table, ["slot_id"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
