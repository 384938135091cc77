"""Cases: who waits for a human, who has whom, what became of it.

A conversation has at most one open case; the database keeps that rule. Whoever changes a case
writes it back with the version that was read: of two who claim it at once, one is told. Knows no
transition, `domain.case` does; knows no words, `case_entries` does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.domain.case import Case, CaseStatus, Face, Origin, Outcome, Priority, Voice
from bot.storage.conversations import Conversation
from bot.storage.errors import StaleCase
from bot.storage.moments import loaded, stored
from bot.storage.tables import constant
from bot.storage.tables_cases import IS_OPEN, URGENCY, cases
from bot.storage.transaction import Row, Statement, Tx, parameters

_c = cases.c
_FIXED = frozenset({"id", "conversation_id", "origin", "opened_at", "from_seq"})
WHOLE = select(
    _c.id,
    _c.conversation_id,
    _c.status,
    _c.priority,
    _c.origin,
    _c.topic,
    _c.language,
    _c.opened_at,
    _c.waiting_since,
    _c.from_seq,
    _c.assignee,
    _c.promised_by,
    _c.first_answer_at,
    _c.claimed_at,
    _c.last_from,
    _c.last_at,
    _c.unanswered_since,
    _c.snoozed_until,
    _c.follow_up,
    _c.outcome,
    _c.closed_at,
    _c.rating,
    _c.version,
)
"""What `case_of` reads, for statements of other modules too."""

_is_closed = _c.status == constant(CaseStatus.CLOSED)
_is_waiting = _c.status == constant(CaseStatus.WAITING)
_OPEN = Statement(
    upsert(cases)
    .values(parameters(cases))
    .on_conflict_do_nothing(index_elements=[_c.conversation_id], index_where=IS_OPEN)
    .returning(_c.id)
)
_GET = Statement(WHOLE.where(_c.id == bindparam("row")))
_OPEN_OF = Statement(WHOLE.where(_c.conversation_id == bindparam("conversation"), IS_OPEN))
_HISTORY = Statement(WHOLE.where(_c.conversation_id == bindparam("conversation")).order_by(_c.id))
_SAVE = Statement(
    update(cases)
    .where(_c.id == bindparam("row"), _c.version == bindparam("before"))
    .values(
        {
            column.name: bindparam(f"new_{column.name}", type_=column.type)
            for column in _c
            if column.name not in _FIXED
        }
    )
)
_QUEUE = Statement(WHOLE.where(IS_OPEN).order_by(URGENCY, _c.waiting_since, _c.id))
_FOLLOW_UPS = Statement(
    WHOLE.where(_c.follow_up.is_not(None), _c.follow_up <= bindparam("day")).order_by(
        _c.follow_up, _c.id
    )
)
_CLOSED = Statement(
    WHOLE.where(_is_closed, _c.closed_at >= bindparam("since"))
    .order_by(_c.closed_at.desc())
    .limit(bindparam("most"))
)
_OLDEST_WAITING = Statement(
    select(_c.waiting_since).where(_is_waiting).order_by(_c.waiting_since).limit(bindparam("most"))
)
_COUNTS = Statement(
    select(_c.status, _c.priority, func.count()).where(IS_OPEN).group_by(_c.status, _c.priority)
)
_RATINGS = Statement(
    select(_c.rating, func.count())
    .where(_is_closed, _c.closed_at >= bindparam("since"), _c.rating.is_not(None))
    .group_by(_c.rating)
)


def _time(number: int | None) -> datetime | None:
    return None if number is None else loaded(number)


def _number(at: datetime | None) -> int | None:
    return None if at is None else stored(at)


def case_of(row: Row) -> Case:
    """Return a case of a row of `WHOLE`."""
    return Case(
        id=row[0],
        conversation_id=row[1],
        status=CaseStatus(row[2]),
        priority=Priority(row[3]),
        origin=Origin(row[4]),
        topic=row[5],
        language=row[6],
        opened_at=loaded(row[7]),
        waiting_since=loaded(row[8]),
        from_seq=row[9],
        assignee=row[10],
        promised_by=_time(row[11]),
        first_answer_at=_time(row[12]),
        claimed_at=_time(row[13]),
        last_from=Voice(row[14]),
        last_at=loaded(row[15]),
        unanswered_since=_time(row[16]),
        snoozed_until=_time(row[17]),
        follow_up=None if row[18] is None else date.fromisoformat(row[18]),
        outcome=None if row[19] is None else Outcome(row[19]),
        closed_at=_time(row[20]),
        rating=None if row[21] is None else Face(row[21]),
        version=row[22],
    )


def open(  # noqa: A001 - the word for it
    tx: Tx,
    conversation: Conversation,
    *,
    origin: Origin,
    priority: Priority,
    topic: str | None,
    language: str,
    from_seq: int,
    now: datetime,
    promised_by: datetime | None = None,
) -> Case:
    """Open a case and return it. Where the conversation has one open, that one is returned as it
    is: it has another `opened_at` or a higher version.
    """
    at = stored(now)
    while True:
        tx.one(
            _OPEN,
            conversation_id=conversation.id,
            status=CaseStatus.WAITING.value,
            priority=priority.value,
            origin=origin.value,
            topic=topic,
            language=language,
            opened_at=at,
            waiting_since=at,
            from_seq=from_seq,
            assignee=None,
            promised_by=_number(promised_by),
            first_answer_at=None,
            claimed_at=None,
            last_from=Voice.NEWCOMER.value,
            last_at=at,
            unanswered_since=at,
            snoozed_until=None,
            follow_up=None,
            outcome=None,
            closed_at=None,
            rating=None,
            version=0,
        )
        case = open_of(tx, conversation.id)
        if case is not None:  # else somebody else closed hers between the two statements
            return case


def get(tx: Tx, case_id: int) -> Case | None:
    """Return a case."""
    row = tx.one(_GET, row=case_id)
    return None if row is None else case_of(row)


def open_of(tx: Tx, conversation_id: int) -> Case | None:
    """Return the open case of a conversation."""
    row = tx.one(_OPEN_OF, conversation=conversation_id)
    return None if row is None else case_of(row)


def history(tx: Tx, conversation_id: int) -> list[Case]:
    """Return all cases of a conversation, the oldest first."""
    return [case_of(row) for row in tx.all(_HISTORY, conversation=conversation_id)]


def save(tx: Tx, case: Case) -> Case:
    """Write a case that was read with this version; return it with the next. Raises StaleCase.

    What a case is about (conversation, origin, opened_at, from_seq) never changes.
    """
    version = case.version + 1
    touched = tx.run(
        _SAVE,
        row=case.id,
        before=case.version,
        new_status=case.status.value,
        new_priority=case.priority.value,
        new_topic=case.topic,
        new_language=case.language,
        new_waiting_since=stored(case.waiting_since),
        new_assignee=case.assignee,
        new_promised_by=_number(case.promised_by),
        new_first_answer_at=_number(case.first_answer_at),
        new_claimed_at=_number(case.claimed_at),
        new_last_from=case.last_from.value,
        new_last_at=stored(case.last_at),
        new_unanswered_since=_number(case.unanswered_since),
        new_snoozed_until=_number(case.snoozed_until),
        new_follow_up=None if case.follow_up is None else case.follow_up.isoformat(),
        new_outcome=None if case.outcome is None else case.outcome.value,
        new_closed_at=_number(case.closed_at),
        new_rating=None if case.rating is None else case.rating.value,
        new_version=version,
    )
    if not touched:
        raise StaleCase(f"case {case.id} has moved on")
    return replace(case, version=version)


def queue(tx: Tx) -> list[Case]:
    """Return all open cases: emergencies first, then who has waited longest."""
    return [case_of(row) for row in tx.all(_QUEUE)]


def follow_ups(tx: Tx, day: date) -> list[Case]:
    """Return the cases, open or closed, that are to be looked at again by this day."""
    return [case_of(row) for row in tx.all(_FOLLOW_UPS, day=day.isoformat())]


def closed(tx: Tx, *, since: datetime, limit: int) -> list[Case]:
    """Return the cases closed since a time, the newest first."""
    return [case_of(row) for row in tx.all(_CLOSED, since=stored(since), most=limit)]


def search(
    tx: Tx,
    *,
    status: Collection[CaseStatus] = (),
    topic: str | None = None,
    language: str | None = None,
    priority: Priority | None = None,
    assignee: int | None = None,
    opened_from: datetime | None = None,
    opened_to: datetime | None = None,
    number: int | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> list[Case]:
    """Return the cases to which all of this applies, the newest first; `opened_to` is not part of
    the time, `before_id` goes on behind the last one found.
    """
    wanted = [
        None if not status else _c.status.in_([each.value for each in status]),
        None if topic is None else _c.topic == topic,
        None if language is None else _c.language == language,
        None if priority is None else _c.priority == priority.value,
        None if assignee is None else _c.assignee == assignee,
        None if opened_from is None else _c.opened_at >= stored(opened_from),
        None if opened_to is None else _c.opened_at < stored(opened_to),
        None if number is None else _c.id == number,
        None if before_id is None else _c.id < before_id,
    ]
    conditions = and_(True, *(each for each in wanted if each is not None))
    rows = tx.core(WHOLE.where(conditions).order_by(_c.id.desc()).limit(limit))
    return [case_of(tuple(row)) for row in rows]


def oldest_waiting(tx: Tx) -> datetime | None:
    """Return since when somebody has waited in the queue for the longest time."""
    row = tx.one(_OLDEST_WAITING, most=1)
    return None if row is None else loaded(row[0])


def counts(tx: Tx) -> Mapping[tuple[CaseStatus, Priority], int]:
    """Return how many open cases there are; reads only these."""
    return {
        (CaseStatus(status), Priority(priority)): number
        for status, priority, number in tx.all(_COUNTS)
    }


def ratings(tx: Tx, since: datetime) -> Mapping[Face, int]:
    """Return how the cases closed since a time were rated: all of them together, nobody's."""
    return {Face(face): number for face, number in tx.all(_RATINGS, since=stored(since))}
