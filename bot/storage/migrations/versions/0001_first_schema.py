"""The first schema: conversations, what came in, the outbox, jobs, quarantine and the keys."""

from __future__ import annotations

from alembic import op

from bot.storage.migrations.shapes import (
    blob,
    check,
    flag,
    id_,
    index,
    number,
    primary,
    refers,
    small,
    text,
    unique,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversations",
        id_(),
        text("account"),
        blob("address_index"),
        blob("address"),
        number("version"),
        blob("state", nullable=True),
        flag("reachable"),
        number("created_at"),
        number("updated_at"),
        check("conversations", "version", "version >= 0"),
        primary("conversations", "id"),
        unique("conversations", "address_index"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "conversation_keys",
        id_("conversation_id", autoincrement=False),
        blob("wrapped"),
        refers("conversation_keys", "conversation_id", "conversations"),
        primary("conversation_keys", "conversation_id"),
    )
    op.create_table("secrets", text("name"), blob("wrapped"), primary("secrets", "name"))
    op.create_table("sealed_values", text("name"), blob("value"), primary("sealed_values", "name"))
    op.create_table(
        "messages",
        id_("conversation_id", autoincrement=False),
        number("seq"),
        blob("external_index"),
        blob("client_id", nullable=True),
        blob("body"),
        number("at"),
        refers("messages", "conversation_id", "conversations"),
        primary("messages", "conversation_id", "seq"),
        unique("messages", "external_index"),
    )
    op.create_table(
        "outbox",
        id_(),
        id_("conversation_id", autoincrement=False),
        number("seq"),
        text("account"),
        text("kind"),
        number("target", nullable=True),
        blob("body"),
        text("status"),
        small("attempts"),
        small("unknowns"),
        number("not_before"),
        text("claimed_by", nullable=True),
        blob("reference_index", nullable=True),
        blob("reference", nullable=True),
        number("created_at"),
        check("outbox", "kind", "kind IN ('say', 'edit', 'close')"),
        check("outbox", "target", "(kind = 'say') = (target IS NULL)"),
        check(
            "outbox",
            "status",
            "status IN ('pending', 'sending', 'sent', 'unknown', 'failed', 'skipped')",
        ),
        check("outbox", "sender", "status <> 'sending' OR claimed_by IS NOT NULL"),
        check("outbox", "claim", "claimed_by IS NULL OR status IN ('sending', 'unknown')"),
        refers("outbox", "conversation_id", "conversations"),
        primary("outbox", "id"),
        unique("outbox", "conversation_id", "seq"),
        sqlite_autoincrement=True,
    )
    index(
        "ix_outbox_open",
        "outbox",
        ["conversation_id", "seq"],
        "status IN ('pending', 'sending', 'unknown')",
    )
    index(
        "ix_outbox_waiting",
        "outbox",
        ["account", "not_before", "id"],
        "status IN ('pending', 'unknown')",
    )
    index(
        "ix_outbox_reference",
        "outbox",
        ["conversation_id", "reference_index", "seq"],
        "reference_index IS NOT NULL",
    )
    op.create_table(
        "jobs",
        id_(),
        text("name"),
        text("args"),
        text("lane", nullable=True),
        number("at"),
        small("attempts"),
        text("status"),
        text("reason", nullable=True),
        text("claimed_by", nullable=True),
        check("jobs", "status", "status IN ('waiting', 'running', 'dead')"),
        check("jobs", "claim", "(status = 'running') = (claimed_by IS NOT NULL)"),
        primary("jobs", "id"),
        sqlite_autoincrement=True,
    )
    index("ix_jobs_due", "jobs", ["at", "id"], "status IN ('waiting')")
    index("ix_jobs_lane", "jobs", ["lane", "id"], "status IN ('waiting', 'running')")
    op.create_table(
        "quarantine",
        id_(),
        text("account"),
        blob("external_index"),
        id_("conversation_id", nullable=True, autoincrement=False),
        blob("raw"),
        text("error"),
        number("at"),
        refers("quarantine", "conversation_id", "conversations"),
        primary("quarantine", "id"),
        unique("quarantine", "external_index"),
        sqlite_autoincrement=True,
    )
    index("ix_quarantine_conversation_id", "quarantine", ["conversation_id"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
