"""Appointments: what becomes of them once a seat is taken (`seats`), and how they are found.

Names and notes are sealed with the conversation's key; those of somebody without a conversation
with the site's. Knows neither services nor limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import IntEnum

from sqlalchemy import delete, or_, select, update

from bot.domain.appointment import (
    Appointment,
    AppointmentAction,
    AppointmentStatus,
)
from bot.storage import appointments_sql as sql
from bot.storage.conversations import Conversation
from bot.storage.crypto import from_text
from bot.storage.moments import stored
from bot.storage.tables import among
from bot.storage.tables_booking import appointments
from bot.storage.transaction import Row, Tx

_a = appointments.c


class Notice(IntEnum):
    """What she is told of once for each appointment."""

    DAY_BEFORE = 1
    TWO_HOURS = 2
    HELPED = 4


def confirm(
    tx: Tx,
    conversation: Conversation,
    appointment_id: int,
    *,
    code: str,
    now: datetime,
    name: str | None = None,
    notes: str | None = None,
    reminders: bool = False,
) -> bool:
    """Book what this conversation holds; False if it holds it no more. A hold whose time is over is
    hers as long as nobody took it.
    """
    done = tx.run(
        sql.CONFIRM,
        row=appointment_id,
        conversation=conversation.id,
        code=code,
        now=stored(now),
        reminders=reminders,
        **_sealed(tx, conversation, appointment_id, name=name, notes=notes),
    )
    if done:
        tx.run(sql.RIDE_CONFIRM, row=appointment_id, now=stored(now))
    return done == 1


def act(tx: Tx, appointment_id: int, action: AppointmentAction, now: datetime) -> bool:
    """Let something happen to an appointment and its interpreter; False where the table does not
    allow it. Possible: what `appointments_sql.ACTIONS` lists.
    """
    done = tx.run(sql.ACT[action], row=appointment_id, now=stored(now))
    if done:
        tx.run(sql.RIDE[action], row=appointment_id, now=stored(now))
    return done == 1


def release(tx: Tx, conversation_id: int, now: datetime, *, but: int | None = None) -> int:
    """Give back all that a conversation holds, `but` one; returns how many rows."""
    return tx.run(sql.RELEASE, conversation=conversation_id, now=stored(now), but=but or 0)


def get(tx: Tx, appointment_id: int) -> Appointment | None:
    """Return an appointment."""
    return sql.opened(tx, tx.one(sql.BY_ID, row=appointment_id))


def lock(tx: Tx, appointment_id: int) -> Appointment | None:
    """Return an appointment that nobody else changes until this transaction ends."""
    if tx.locks_rows:
        tx.one(sql.LOCK, row=appointment_id)
    return get(tx, appointment_id)


def by_code(tx: Tx, code: str) -> Appointment | None:
    """Return the appointment that has a code now: booked, or its day has come."""
    return sql.opened(tx, tx.one(sql.BY_CODE, code=code))


def is_code_taken(tx: Tx, code: str) -> bool:
    """Return whether an appointment has this code now."""
    return tx.one(sql.CODE_TAKEN, code=code) is not None


def of_conversation(tx: Tx, conversation_id: int, begin: datetime) -> list[Appointment]:
    """Return what a conversation has from a time on, whatever became of it, in order."""
    rows = tx.all(sql.OF_CONVERSATION, conversation=conversation_id, begin=stored(begin))
    return list(_opened(tx, rows))


def between(tx: Tx, begin: datetime, end: datetime) -> list[Appointment]:
    """Return all that is booked, came, was served or missed in a stretch of time, in order."""
    rows = tx.all(sql.BETWEEN, begin=stored(begin), end=stored(end))
    return list(_opened(tx, rows))


def open_count(
    tx: Tx, conversation_id: int, service: str, now: datetime, *, but: int | None = None
) -> int:
    """Return how many booked appointments a conversation has yet to come; `but` is not counted."""
    row = tx.one(
        sql.OPEN_COUNT,
        conversation=conversation_id,
        service=service,
        now=stored(now),
        but=but or 0,
    )
    return int(row[0]) if row else 0


def clashes(
    tx: Tx,
    conversation_id: int,
    starts: datetime,
    ends: datetime,
    *,
    but: int | None = None,
) -> bool:
    """Return whether a conversation has another appointment at this time; `but` does not count."""
    found = tx.one(
        sql.CLASHES,
        conversation=conversation_id,
        starts=stored(starts),
        ends=stored(ends),
        but=but or 0,
    )
    return found is not None


def interpreter_of(tx: Tx, appointment_id: int) -> str | None:
    """Return the resource of the interpreter of an appointment."""
    row = tx.one(sql.INTERPRETER, row=appointment_id)
    return None if row is None else str(row[0])


def companions(tx: Tx, begin: datetime, end: datetime) -> list[tuple[int, int]]:
    """Return which slots of interpreters ride along with which appointments: (appointment, slot)
    for slots that begin in a stretch of time.
    """
    rows = tx.all(sql.COMPANIONS, begin=stored(begin), end=stored(end))
    return [(row[0], row[1]) for row in rows]


def set_words(
    tx: Tx,
    conversation: Conversation | None,
    appointment_id: int,
    *,
    name: str | None,
    notes: str | None,
) -> None:
    """Write name and notes, of somebody without a conversation too."""
    sealed = _sealed(tx, conversation, appointment_id, name=name, notes=notes)
    tx.core(update(appointments).where(_a.id == appointment_id).values(**sealed))


def set_wishes(
    tx: Tx,
    appointment_id: int,
    *,
    reminders: bool | None = None,
    coming: bool | None = None,
    helped: bool | None = None,
) -> None:
    """Note what she said about it: remind me, I come, it helped. None changes nothing."""
    said = {"reminders": reminders, "coming": coming, "helped": helped}
    values = {name: value for name, value in said.items() if value is not None}
    if values:
        tx.core(update(appointments).where(_a.id == appointment_id).values(**values))


def tell(tx: Tx, appointment_id: int, what: Notice) -> bool:
    """Note that she is told of something now; False where she was told before."""
    return tx.run(sql.TELL, row=appointment_id, what=what.value) == 1


def expire_holds(tx: Tx, before: datetime) -> int:
    """End the holds that were over before a time; returns how many. Nothing depends on it."""
    ended = tx.core(
        update(appointments)
        .where(among(_a.status, (AppointmentStatus.HELD,)), _a.held_until <= stored(before))
        .values(status=AppointmentStatus.EXPIRED.value, held_until=None)
    )
    return ended.rowcount


def forget(tx: Tx, *, holds: datetime, all_before: datetime, limit: int) -> int:
    """Delete at most `limit` rows: holds that came to nothing and began before `holds`, and
    everything that ended before `all_before`. Returns how many.
    """
    expired = among(_a.status, (AppointmentStatus.EXPIRED,)) & (_a.created_at < stored(holds))
    old = (
        select(_a.id).where(or_(_a.ends < stored(all_before), expired)).order_by(_a.id).limit(limit)
    )
    return tx.core(delete(appointments).where(_a.id.in_(old))).rowcount


def remove(tx: Tx, appointment_id: int) -> None:
    """Delete one row and its interpreter's, such as a walk-in that was none."""
    tx.core(delete(appointments).where(_a.id == appointment_id))


def _opened(tx: Tx, rows: Sequence[Row]) -> Iterator[Appointment]:
    for row in rows:
        found = sql.opened(tx, row)
        if found is not None:
            yield found


def _sealed(
    tx: Tx, conversation: Conversation | None, appointment_id: int, **words: str | None
) -> dict[str, bytes | None]:
    key = tx.keys.site if conversation is None else conversation.key
    return {
        what: None
        if text is None
        else key.seal(from_text(text), sql.words_place(what, appointment_id))
        for what, text in words.items()
    }
