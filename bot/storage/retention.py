"""What is deleted because it is old, a stretch of conversations at a time: no transaction is long.

Walking the conversations costs one pass over the history in each night and nothing in a turn, where
an index over times would. Knows neither when it is night nor how old is too old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, or_, select

from bot.domain.appointment import AppointmentStatus
from bot.storage.moments import stored
from bot.storage.tables import (
    OPEN,
    among,
    conversations,
    messages,
    outbox,
    quarantine,
)
from bot.storage.tables_booking import appointments
from bot.storage.tables_cases import IS_OPEN, case_threads, cases, drafts, translations
from bot.storage.tables_staff import absences, one_time_codes, sessions
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some conversations next to each other: ids above `after`, up to and with `last`."""

    after: int
    last: int

    def holds(self, conversation_id: ColumnElement[int]) -> ColumnElement[bool]:
        """Return the condition that a column names one of them."""
        return conversation_id.between(self.after + 1, self.last)


def stretch(tx: Tx, after: int, size: int) -> Stretch | None:
    """Return the next `size` conversations behind the id `after`, None where there are no more."""
    ids = select(conversations.c.id).where(conversations.c.id > after).order_by(conversations.c.id)
    found = tx.core(ids.limit(size)).scalars().all()
    return Stretch(after=after, last=found[-1]) if found else None


def expire_history(tx: Tx, where: Stretch, before: datetime) -> int:
    """Delete what was said before a time, in both directions; returns how many rows.

    What is yet to be delivered stays, and so does what belongs to an open case: a counsellor needs
    it. What opened a thread of a staff room (no words) stays as long as the case that it shows.
    Translations of what was said go as it does.
    """
    came = tx.core(
        delete(messages).where(
            where.holds(messages.c.conversation_id),
            messages.c.at < stored(before),
            ~_in_open_case(messages.c.conversation_id, messages.c.seq),
        )
    )
    shown = exists().where(
        case_threads.c.conversation_id == outbox.c.conversation_id,
        outbox.c.seq.in_([case_threads.c.root_seq, case_threads.c.card_seq]),
    )
    went = tx.core(
        delete(outbox).where(
            where.holds(outbox.c.conversation_id),
            outbox.c.created_at < stored(before),
            ~among(outbox.c.status, OPEN),
            ~_in_open_case(outbox.c.conversation_id, outbox.c.seq),
            ~shown,
        )
    )
    tx.core(
        delete(translations).where(
            where.holds(translations.c.conversation_id),
            translations.c.at < stored(before),
            ~_in_open_case(translations.c.conversation_id),
        )
    )
    return came.rowcount + went.rowcount


def _in_open_case(
    conversation_id: ColumnElement[int], seq: ColumnElement[int] | None = None
) -> ColumnElement[bool]:
    """Return the condition that a conversation has an open case, and the number belongs to it."""
    found = exists().where(cases.c.conversation_id == conversation_id, IS_OPEN)
    return found if seq is None else found.where(cases.c.from_seq <= seq)


def expire_cases(tx: Tx, where: Stretch, before: datetime) -> int:
    """Delete what was closed before a time, with its notes; returns how many cases. One that was to
    be looked at again is done only since that day.
    """
    gone = tx.core(
        delete(cases).where(
            where.holds(cases.c.conversation_id),
            cases.c.closed_at < stored(before),
            or_(cases.c.follow_up.is_(None), cases.c.follow_up < before.date().isoformat()),
        )
    )
    return gone.rowcount


def expire_conversations(tx: Tx, where: Stretch, before: datetime) -> int:
    """Delete conversations in which nothing has happened since a time; returns how many.

    Their keys and all that these sealed go with them. One with an open case stays, one with an
    appointment that is booked until its time is as long ago as what expires, and a staff room that
    shows cases.
    """
    waiting = exists().where(
        outbox.c.conversation_id == conversations.c.id, among(outbox.c.status, OPEN)
    )
    shows = exists().where(case_threads.c.conversation_id == conversations.c.id)
    booked = exists().where(
        appointments.c.conversation_id == conversations.c.id,
        among(appointments.c.status, (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)),
        appointments.c.ends >= stored(before),
    )
    gone = tx.core(
        delete(conversations).where(
            where.holds(conversations.c.id),
            conversations.c.updated_at < stored(before),
            ~waiting,
            ~_in_open_case(conversations.c.id),
            ~shows,
            ~booked,
        )
    )
    return gone.rowcount


def expire_quarantine(tx: Tx, before: datetime, limit: int) -> int:
    """Delete at most `limit` events that were set aside before a time; returns how many."""
    old = (
        select(quarantine.c.id)
        .where(quarantine.c.at < stored(before))
        .order_by(quarantine.c.id)
        .limit(limit)
    )
    return tx.core(delete(quarantine).where(quarantine.c.id.in_(old))).rowcount


def expire_leftovers(tx: Tx, now: datetime, *, drafts_before: datetime) -> int:
    """Delete what can be of no use any more: sessions and codes whose time is over, drafts that
    nobody has touched since a time, absences that are over since then; returns how many rows.
    """
    gone = (
        delete(sessions).where(sessions.c.expires_at <= stored(now)),
        delete(one_time_codes).where(one_time_codes.c.expires_at <= stored(now)),
        delete(drafts).where(drafts.c.at < stored(drafts_before)),
        delete(absences).where(absences.c.until < stored(drafts_before)),
    )
    return sum(tx.core(each).rowcount for each in gone)
