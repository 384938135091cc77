"""The first schema: conversations, what came in, the outbox, jobs, quarantine and the keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _id(name: str = "id", *, nullable: bool = False, **options: Any) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable, **options)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable, autoincrement=False)


def _small(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _bytes(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["conversation_id"],
        ["conversations.id"],
        name=op.f(f"fk_{table}_conversation_id"),
        ondelete="CASCADE",
    )


def _index(name: str, table: str, columns: Sequence[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    op.create_table(
        "conversations",
        _id(),
        _text("account"),
        _bytes("address_index"),
        _bytes("address"),
        _number("version"),
        _bytes("state", nullable=True),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        _number("created_at"),
        _number("updated_at"),
        _check("conversations", "version", "version >= 0"),
        _primary("conversations", "id"),
        _unique("conversations", "address_index"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "conversation_keys",
        _id("conversation_id", autoincrement=False),
        _bytes("wrapped"),
        _of_conversation("conversation_keys"),
        _primary("conversation_keys", "conversation_id"),
    )
    op.create_table("secrets", _text("name"), _bytes("wrapped"), _primary("secrets", "name"))
    op.create_table(
        "sealed_values", _text("name"), _bytes("value"), _primary("sealed_values", "name")
    )
    op.create_table(
        "messages",
        _id("conversation_id", autoincrement=False),
        _number("seq"),
        _bytes("external_index"),
        _bytes("client_id", nullable=True),
        _bytes("body"),
        _number("at"),
        _of_conversation("messages"),
        _primary("messages", "conversation_id", "seq"),
        _unique("messages", "external_index"),
    )
    op.create_table(
        "outbox",
        _id(),
        _id("conversation_id", autoincrement=False),
        _number("seq"),
        _text("account"),
        _text("kind"),
        _number("target", nullable=True),
        _bytes("body"),
        _text("status"),
        _small("attempts"),
        _small("unknowns"),
        _number("not_before"),
        _text("claimed_by", nullable=True),
        _bytes("reference_index", nullable=True),
        _bytes("reference", nullable=True),
        _number("created_at"),
        _check("outbox", "kind", "kind IN ('say', 'edit', 'close')"),
        _check("outbox", "target", "(kind = 'say') = (target IS NULL)"),
        _check(
            "outbox",
            "status",
            "status IN ('pending', 'sending', 'sent', 'unknown', 'failed', 'skipped')",
        ),
        _check("outbox", "sender", "status <> 'sending' OR claimed_by IS NOT NULL"),
        _check("outbox", "claim", "claimed_by IS NULL OR status IN ('sending', 'unknown')"),
        _of_conversation("outbox"),
        _primary("outbox", "id"),
        _unique("outbox", "conversation_id", "seq"),
        sqlite_autoincrement=True,
    )
    _index(
        "ix_outbox_open",
        "outbox",
        ["conversation_id", "seq"],
        "status IN ('pending', 'sending', 'unknown')",
    )
    _index(
        "ix_outbox_waiting",
        "outbox",
        ["account", "not_before", "id"],
        "status IN ('pending', 'unknown')",
    )
    _index(
        "ix_outbox_reference",
        "outbox",
        ["conversation_id", "reference_index", "seq"],
        "reference_index IS NOT NULL",
    )
    op.create_table(
        "jobs",
        _id(),
        _text("name"),
        _text("args"),
        _text("lane", nullable=True),
        _number("at"),
        _small("attempts"),
        _text("status"),
        _text("reason", nullable=True),
        _text("claimed_by", nullable=True),
        _check("jobs", "status", "status IN ('waiting', 'running', 'dead')"),
        _check("jobs", "claim", "(status = 'running') = (claimed_by IS NOT NULL)"),
        _primary("jobs", "id"),
        sqlite_autoincrement=True,
    )
    _index("ix_jobs_due", "jobs", ["at", "id"], "status IN ('waiting')")
    _index("ix_jobs_lane", "jobs", ["lane", "id"], "status IN ('waiting', 'running')")
    op.create_table(
        "quarantine",
        _id(),
        _text("account"),
        _bytes("external_index"),
        _id("conversation_id", nullable=True, autoincrement=False),
        _bytes("raw"),
        _text("error"),
        _number("at"),
        _of_conversation("quarantine"),
        _primary("quarantine", "id"),
        _unique("quarantine", "external_index"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_quarantine_conversation_id"), "quarantine", ["conversation_id"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
