"""The tables of cases: rows that hang on a conversation and go with it. `tables` says how columns
are written.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    case,
    literal_column,
)

from bot.domain.case import CaseStatus, Face, Origin, Outcome, Priority, Voice
from bot.storage.tables import Id, constant, metadata, of_conversation, one_of

ENTRY_KINDS = ("note", "reply", "event")


def _of_case(*, primary_key: bool = False) -> Column[int]:
    return Column(
        "case_id",
        Id,
        ForeignKey("cases.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
        autoincrement=False,
    )


cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    of_conversation(),
    Column("status", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("topic", Text),
    Column("language", Text, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("waiting_since", BigInteger, nullable=False),
    Column("from_seq", BigInteger, nullable=False),
    Column("assignee", Id, ForeignKey("staff.id"), autoincrement=False),
    Column("promised_by", BigInteger),
    Column("first_answer_at", BigInteger),
    Column("claimed_at", BigInteger),
    Column("last_from", Text, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("unanswered_since", BigInteger),
    Column("snoozed_until", BigInteger),
    Column("follow_up", Text),  # a date, as ISO 8601 writes it
    Column("outcome", Text),
    Column("closed_at", BigInteger),
    Column("rating", Text),
    Column("version", BigInteger, nullable=False),
    CheckConstraint(one_of("status", CaseStatus), name="status"),
    CheckConstraint(one_of("priority", Priority), name="priority"),
    CheckConstraint(one_of("origin", Origin), name="origin"),
    CheckConstraint(one_of("last_from", Voice), name="last_from"),
    CheckConstraint(one_of("outcome", Outcome), name="outcome"),
    CheckConstraint(one_of("rating", Face), name="rating"),
    CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    CheckConstraint("status <> 'with_counsellor' OR assignee IS NOT NULL", name="counsellor"),
    Index(None, "conversation_id"),  # for the cascade, and her history
    sqlite_autoincrement=True,
)

IS_OPEN = cases.c.status != constant(CaseStatus.CLOSED)
_CLOSED = cases.c.status == constant(CaseStatus.CLOSED)
_WAITING = cases.c.status == constant(CaseStatus.WAITING)
URGENCY = case(
    (cases.c.priority == constant(Priority.CRISIS), literal_column("0")), else_=literal_column("1")
)
"""What sorts the queue: an emergency before everything."""

# One open case in a conversation; and the queue, which reads nothing else.
Index(
    "ix_cases_open",
    cases.c.conversation_id,
    unique=True,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)
# Who has waited longest.
Index("ix_cases_waiting", cases.c.waiting_since, sqlite_where=_WAITING, postgresql_where=_WAITING)
# The newest of those that are done.
Index("ix_cases_closed", cases.c.closed_at, sqlite_where=_CLOSED, postgresql_where=_CLOSED)
# What is to be looked at again on a day.
_FOLLOWED = cases.c.follow_up.is_not(None)
Index("ix_cases_follow_up", cases.c.follow_up, sqlite_where=_FOLLOWED, postgresql_where=_FOLLOWED)

case_entries = Table(
    "case_entries",
    metadata,
    Column("id", Id, primary_key=True),
    _of_case(),
    Column("kind", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("staff_id", Id, ForeignKey("staff.id"), autoincrement=False),
    Column("seq", BigInteger),
    Column("key_index", LargeBinary, unique=True),  # of case and the form's own key
    Column("body", LargeBinary),
    CheckConstraint(one_of("kind", ENTRY_KINDS), name="kind"),
    Index(None, "case_id", "id"),
    sqlite_autoincrement=True,
)

drafts = Table(
    "drafts",
    metadata,
    _of_case(primary_key=True),
    Column(
        "staff_id",
        Id,
        ForeignKey("staff.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("body", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)

case_threads = Table(
    "case_threads",
    metadata,
    _of_case(primary_key=True),
    Column("account", Text, primary_key=True),
    of_conversation(),  # the staff room
    Column("root_seq", BigInteger, nullable=False),
    Column("card_seq", BigInteger, nullable=False),
    Index(None, "conversation_id", "root_seq", unique=True),
)

translations = Table(
    "translations",
    metadata,
    of_conversation(primary_key=True),
    Column("digest_index", LargeBinary, primary_key=True),  # of conversation and digest
    Column("body", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)
