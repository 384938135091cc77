"""Cases and the people of the desk; posts of staff rooms; conversations that moved."""

from __future__ import annotations

from typing import Any

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
    rebuild,
    refers,
    small,
    text,
    unique,
)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KIND = "kind IN ('say', 'edit', 'close', 'post')"
_TARGET = "(kind IN ('say', 'post')) = (target IS NULL)"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_conversations()
        _rebuild_outbox()
    else:
        op.add_column("conversations", link("moved_into", nullable=True))
        op.create_foreign_key(
            op.f("fk_conversations_moved_into"),
            "conversations",
            "conversations",
            ["moved_into"],
            ["id"],
            ondelete="CASCADE",
        )
        for name, condition in (("kind", _KIND), ("target", _TARGET)):
            op.drop_constraint(op.f(f"ck_outbox_{name}"), "outbox", type_="check")
            op.create_check_constraint(op.f(f"ck_outbox_{name}"), "outbox", condition)
    index("ix_conversations_moved_into", "conversations", ["moved_into"])
    index("ix_outbox_failed", "outbox", ["conversation_id", "seq"], "status IN ('failed')")
    _staff()
    _cases()


def _rebuild_conversations() -> None:
    columns: list[sa.Column[Any]] = [
        id_(),
        text("account"),
        blob("address_index"),
        blob("address"),
        number("version"),
        blob("state", nullable=True),
        flag("reachable"),
        number("created_at"),
        number("updated_at"),
    ]
    rebuild(
        "conversations",
        [column.name for column in columns],
        *columns,
        link("moved_into", nullable=True),
        check("conversations", "version", "version >= 0"),
        refers("conversations", "moved_into", "conversations"),
        primary("conversations", "id"),
        unique("conversations", "address_index"),
    )


def _rebuild_outbox() -> None:
    columns: list[sa.Column[Any]] = [
        id_(),
        link("conversation_id"),
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
    ]
    rebuild(
        "outbox",
        [column.name for column in columns],
        *columns,
        check("outbox", "kind", _KIND),
        check("outbox", "target", _TARGET),
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


def _staff() -> None:
    op.create_table(
        "staff",
        id_(),
        blob("name_index"),
        blob("name"),
        blob("shown_name"),
        text("roles"),
        text("languages"),
        blob("prefs"),
        blob("password_hash", nullable=True),
        blob("totp", nullable=True),
        blob("oidc_index", nullable=True),
        blob("oidc_subject", nullable=True),
        number("created_at"),
        number("disabled_at", nullable=True),
        check("staff", "oidc", "(oidc_index IS NULL) = (oidc_subject IS NULL)"),
        primary("staff", "id"),
        unique("staff", "name_index"),
        unique("staff", "oidc_index"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "staff_links",
        blob("person_index"),
        text("account"),
        blob("person"),
        link("staff_id"),
        refers("staff_links", "staff_id", "staff"),
        primary("staff_links", "person_index"),
    )
    index("ix_staff_links_staff_id", "staff_links", ["staff_id"])
    op.create_table(
        "sessions",
        blob("token_index"),
        link("staff_id"),
        number("created_at"),
        number("seen_at"),
        number("expires_at"),
        text("csrf"),
        flag("strong"),
        refers("sessions", "staff_id", "staff"),
        primary("sessions", "token_index"),
    )
    index("ix_sessions_staff_id", "sessions", ["staff_id"])
    op.create_table(
        "one_time_codes",
        blob("code_index"),
        text("purpose"),
        link("staff_id", nullable=True),
        link("conversation_id", nullable=True),
        small("uses"),
        number("created_at"),
        number("expires_at"),
        check(
            "one_time_codes",
            "purpose",
            "purpose IN ('invitation', 'sign-in', 'link', 'feed', 'return', 'move')",
        ),
        check(
            "one_time_codes",
            "of_staff",
            "(purpose IN ('invitation', 'sign-in', 'link', 'feed')) = (staff_id IS NOT NULL)",
        ),
        check(
            "one_time_codes",
            "of_conversation",
            "(purpose IN ('return', 'move')) = (conversation_id IS NOT NULL)",
        ),
        check("one_time_codes", "uses", "uses > 0"),
        refers("one_time_codes", "staff_id", "staff"),
        refers("one_time_codes", "conversation_id", "conversations"),
        primary("one_time_codes", "code_index"),
    )
    index("ix_one_time_codes_staff_id", "one_time_codes", ["staff_id"])
    index("ix_one_time_codes_conversation_id", "one_time_codes", ["conversation_id"])
    op.create_table(
        "absences",
        id_(),
        link("staff_id"),
        number("begins"),
        number("until"),
        link("substitute", nullable=True),
        check("absences", "length", "until > begins"),
        check("absences", "substitute", "substitute <> staff_id"),
        refers("absences", "staff_id", "staff"),
        refers("absences", "substitute", "staff"),
        primary("absences", "id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit",
        id_(),
        number("at"),
        link("staff_id", nullable=True),
        text("action"),
        link("case_id", nullable=True),
        text("detail", nullable=True),
        primary("audit", "id"),
        sqlite_autoincrement=True,
    )
    index("ix_audit_at", "audit", ["at"])
    index("ix_audit_staff_id_id", "audit", ["staff_id", "id"])
    index("ix_audit_case_id_id", "audit", ["case_id", "id"])


def _cases() -> None:
    op.create_table(
        "cases",
        id_(),
        link("conversation_id"),
        text("status"),
        text("priority"),
        text("origin"),
        text("topic", nullable=True),
        text("language"),
        number("opened_at"),
        number("waiting_since"),
        number("from_seq"),
        link("assignee", nullable=True),
        number("promised_by", nullable=True),
        number("first_answer_at", nullable=True),
        number("claimed_at", nullable=True),
        text("last_from"),
        number("last_at"),
        number("unanswered_since", nullable=True),
        number("snoozed_until", nullable=True),
        text("follow_up", nullable=True),
        text("outcome", nullable=True),
        number("closed_at", nullable=True),
        text("rating", nullable=True),
        number("version"),
        check("cases", "status", "status IN ('waiting', 'with_counsellor', 'snoozed', 'closed')"),
        check("cases", "priority", "priority IN ('normal', 'crisis')"),
        check("cases", "origin", "origin IN ('request', 'crisis', 'failure')"),
        check("cases", "last_from", "last_from IN ('newcomer', 'counsellor')"),
        check(
            "cases",
            "outcome",
            "outcome IN ('answered', 'appointment', 'referred', 'no_contact', 'left', 'ended')",
        ),
        check("cases", "rating", "rating IN ('good', 'fair', 'bad')"),
        check("cases", "closed", "(status = 'closed') = (closed_at IS NOT NULL)"),
        check("cases", "counsellor", "status <> 'with_counsellor' OR assignee IS NOT NULL"),
        refers("cases", "conversation_id", "conversations"),
        refers("cases", "assignee", "staff", ondelete=None),
        primary("cases", "id"),
        sqlite_autoincrement=True,
    )
    index("ix_cases_conversation_id", "cases", ["conversation_id"])
    index("ix_cases_open", "cases", ["conversation_id"], "status != 'closed'", unique=True)
    index("ix_cases_waiting", "cases", ["waiting_since"], "status = 'waiting'")
    index("ix_cases_closed", "cases", ["closed_at"], "status = 'closed'")
    index("ix_cases_follow_up", "cases", ["follow_up"], "follow_up IS NOT NULL")
    op.create_table(
        "case_entries",
        id_(),
        link("case_id"),
        text("kind"),
        number("at"),
        link("staff_id", nullable=True),
        number("seq", nullable=True),
        blob("key_index", nullable=True),
        blob("body", nullable=True),
        check("case_entries", "kind", "kind IN ('note', 'reply', 'event')"),
        refers("case_entries", "case_id", "cases"),
        refers("case_entries", "staff_id", "staff", ondelete=None),
        primary("case_entries", "id"),
        unique("case_entries", "key_index"),
        sqlite_autoincrement=True,
    )
    index("ix_case_entries_case_id_id", "case_entries", ["case_id", "id"])
    op.create_table(
        "drafts",
        link("case_id"),
        link("staff_id"),
        blob("body"),
        number("at"),
        refers("drafts", "case_id", "cases"),
        refers("drafts", "staff_id", "staff"),
        primary("drafts", "case_id", "staff_id"),
    )
    op.create_table(
        "case_threads",
        link("case_id"),
        text("account"),
        link("conversation_id"),
        number("root_seq"),
        number("card_seq"),
        refers("case_threads", "case_id", "cases"),
        refers("case_threads", "conversation_id", "conversations"),
        primary("case_threads", "case_id", "account"),
    )
    index(
        "ix_case_threads_conversation_id_root_seq",
        "case_threads",
        ["conversation_id", "root_seq"],
        unique=True,
    )
    op.create_table(
        "translations",
        link("conversation_id"),
        blob("digest_index"),
        blob("body"),
        number("at"),
        refers("translations", "conversation_id", "conversations"),
        primary("translations", "conversation_id", "digest_index"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
