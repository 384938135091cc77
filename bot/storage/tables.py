"""The tables, and the rules that the database itself keeps.

Times are microseconds since 1970 in UTC (`moments`): the hot statements run on the bare driver,
where both databases must take and give the same values. What a person said or is called stands in
LargeBinary columns, sealed; `*_index` columns are HMACs. Ids are never used twice: an outbox id is
an idempotency key. Cases and staff stand in modules of their own; `schema` has all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.sql.elements import ColumnElement

from bot.domain.delivery import DeliveryStatus

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# SQLite numbers rows by itself only where the type is INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")


class JobStatus(StrEnum):
    """Where a job stands. A finished job is no row any more."""

    WAITING = "waiting"
    RUNNING = "running"
    DEAD = "dead"


def constant(value: str) -> ColumnElement[str]:
    """Return a name of our own as a literal: partial indexes serve only conditions without
    parameters.
    """
    return literal_column(_quoted(value), Text)


def among(column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that `column` is one of our names, written as the indexes have it."""
    return column.in_([constant(value) for value in values])


def _quoted(value: str) -> str:
    return f"'{value}'"


def one_of(column: str, values: Iterable[str]) -> str:
    """Return the rule that a column holds one of our names, as SQL."""
    return f"{column} IN ({', '.join(_quoted(value) for value in values)})"


OPEN = (DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN)
WAITING = (DeliveryStatus.PENDING, DeliveryStatus.UNKNOWN)
UNFINISHED = (JobStatus.WAITING, JobStatus.RUNNING)


def of_conversation(*, nullable: bool = False, primary_key: bool = False) -> Column[int]:
    """Return the column that hangs a row on a conversation: erased with it."""
    return Column(
        "conversation_id",
        Id,
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=nullable,
        primary_key=primary_key,
        autoincrement=False,
    )


conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", Text, nullable=False),
    Column("address_index", LargeBinary, nullable=False, unique=True),  # of account and address
    Column("address", LargeBinary, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("state", LargeBinary),
    Column("reachable", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    # The conversation that took this one's address over: who erases that one erases both.
    Column("moved_into", Id, ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
    CheckConstraint("version >= 0", name="version"),
    sqlite_autoincrement=True,
)

# A table of its own: a backup leaves it out and so shows nothing of a person who was erased later.
conversation_keys = Table(
    "conversation_keys",
    metadata,
    of_conversation(primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

sealed_values = Table(
    "sealed_values",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    of_conversation(primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("external_index", LargeBinary, nullable=False, unique=True),  # of account and id
    Column("client_id", LargeBinary),
    Column("body", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    of_conversation(),
    Column("seq", BigInteger, nullable=False),
    Column("account", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("target", BigInteger),
    Column("body", LargeBinary, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("unknowns", Integer, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("claimed_by", Text),
    Column("reference_index", LargeBinary),  # of conversation and reference
    Column("reference", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("conversation_id", "seq"),
    CheckConstraint(one_of("kind", ("say", "edit", "close", "post")), name="kind"),
    CheckConstraint("(kind IN ('say', 'post')) = (target IS NULL)", name="target"),
    CheckConstraint(one_of("status", DeliveryStatus), name="status"),
    CheckConstraint(
        "status <> 'sending' OR claimed_by IS NOT NULL",
        name="sender",
    ),
    CheckConstraint(
        "claimed_by IS NULL OR status IN ('sending', 'unknown')",
        name="claim",
    ),
    sqlite_autoincrement=True,
)
_OPEN = among(outbox.c.status, OPEN)
_WAITING = among(outbox.c.status, WAITING)
_FAILED = among(outbox.c.status, (DeliveryStatus.FAILED,))
_REFERENCED = outbox.c.reference_index.is_not(None)

# The head of each conversation's line, and the depth of the queue.
Index(
    "ix_outbox_open",
    outbox.c.conversation_id,
    outbox.c.seq,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
# What is due.
Index(
    "ix_outbox_waiting",
    outbox.c.account,
    outbox.c.not_before,
    outbox.c.id,
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)
# What somebody has to look after.
Index(
    "ix_outbox_failed",
    outbox.c.conversation_id,
    outbox.c.seq,
    sqlite_where=_FAILED,
    postgresql_where=_FAILED,
)
# Which message somebody answered.
Index(
    "ix_outbox_reference",
    outbox.c.conversation_id,
    outbox.c.reference_index,
    outbox.c.seq,
    sqlite_where=_REFERENCED,
    postgresql_where=_REFERENCED,
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("args", Text, nullable=False),  # JSON, ids only
    Column("lane", Text),
    Column("at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("claimed_by", Text),
    CheckConstraint(one_of("status", JobStatus), name="status"),
    CheckConstraint("(status = 'running') = (claimed_by IS NOT NULL)", name="claim"),
    sqlite_autoincrement=True,
)
_DUE = among(jobs.c.status, (JobStatus.WAITING,))
_UNFINISHED = among(jobs.c.status, UNFINISHED)
Index("ix_jobs_due", jobs.c.at, jobs.c.id, sqlite_where=_DUE, postgresql_where=_DUE)
Index(
    "ix_jobs_lane", jobs.c.lane, jobs.c.id, sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", Text, nullable=False),
    Column("external_index", LargeBinary, nullable=False, unique=True),  # of account and id
    of_conversation(nullable=True),
    Column("raw", LargeBinary, nullable=False),
    Column("error", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "conversation_id"),  # for the cascade
    sqlite_autoincrement=True,
)
