"""The tables of the people who work at the desk, and of what lets somebody in. `tables` says how
columns are written; what a person is called is sealed with the site's key.
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
)

from bot.storage.tables import Id, metadata, of_conversation, one_of

STAFF_PURPOSES = ("invitation", "sign-in", "link", "feed")
CONVERSATION_PURPOSES = ("return", "move")


def _of_staff(name: str = "staff_id", *, nullable: bool = False) -> Column[int]:
    return Column(
        name,
        Id,
        ForeignKey("staff.id", ondelete="CASCADE"),
        nullable=nullable,
        autoincrement=False,
    )


staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name_index", LargeBinary, nullable=False, unique=True),
    Column("name", LargeBinary, nullable=False),
    Column("shown_name", LargeBinary, nullable=False),
    Column("roles", Text, nullable=False),  # a JSON list
    Column("languages", Text, nullable=False),  # a JSON list
    Column("prefs", LargeBinary, nullable=False),  # sealed JSON
    Column("password_hash", LargeBinary),
    Column("totp", LargeBinary),
    Column("oidc_index", LargeBinary, unique=True),
    Column("oidc_subject", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    CheckConstraint("(oidc_index IS NULL) = (oidc_subject IS NULL)", name="oidc"),
    sqlite_autoincrement=True,
)

staff_links = Table(
    "staff_links",
    metadata,
    Column("person_index", LargeBinary, primary_key=True),  # of account and person
    Column("account", Text, nullable=False),
    Column("person", LargeBinary, nullable=False),
    _of_staff(),
    Index(None, "staff_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_index", LargeBinary, primary_key=True),
    _of_staff(),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("strong", Boolean, nullable=False),
    Index(None, "staff_id"),
)

# What a code is about hangs on it: with a person or a conversation go the codes that open it.
one_time_codes = Table(
    "one_time_codes",
    metadata,
    Column("code_index", LargeBinary, primary_key=True),  # of purpose and code
    Column("purpose", Text, nullable=False),
    _of_staff(nullable=True),
    of_conversation(nullable=True),
    Column("uses", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    CheckConstraint(one_of("purpose", (*STAFF_PURPOSES, *CONVERSATION_PURPOSES)), name="purpose"),
    CheckConstraint(
        f"({one_of('purpose', STAFF_PURPOSES)}) = (staff_id IS NOT NULL)", name="of_staff"
    ),
    CheckConstraint(
        f"({one_of('purpose', CONVERSATION_PURPOSES)}) = (conversation_id IS NOT NULL)",
        name="of_conversation",
    ),
    CheckConstraint("uses > 0", name="uses"),
    Index(None, "staff_id"),
    Index(None, "conversation_id"),
)

absences = Table(
    "absences",
    metadata,
    Column("id", Id, primary_key=True),
    _of_staff(),
    Column("begins", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    _of_staff("substitute", nullable=True),
    CheckConstraint("until > begins", name="length"),
    CheckConstraint("substitute <> staff_id", name="substitute"),
    sqlite_autoincrement=True,
)

# No words and no names; a case's number stays when the case is gone.
audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("staff_id", Id, autoincrement=False),
    Column("action", Text, nullable=False),
    Column("case_id", Id, autoincrement=False),
    Column("detail", Text),
    Index(None, "at"),
    Index(None, "staff_id", "id"),
    Index(None, "case_id", "id"),
    sqlite_autoincrement=True,
)
