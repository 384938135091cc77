"""The world of a conversation on the transaction of its turn: what she does with her case is
written where her state and the words to her are written.

Knows no platform and says nothing to anybody: rows for the staff rooms are gathered in `rows`, and
whether a case was touched stands in `touched`, for whoever commits.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.content.catalogue import Catalogue
from bot.domain.case import (
    Case,
    CaseAction,
    CaseStatus,
    Face,
    Origin,
    Outcome,
    Priority,
    Promise,
    Voice,
    moved,
)
from bot.domain.returning import Way
from bot.domain.staffroom import PostKind
from bot.service import duty
from bot.service.booking_world import ConversationBooking
from bot.service.cases.deferring import defer_promise, defer_return
from bot.service.cases.entries import Event, dump
from bot.service.free_times import Moment
from bot.service.office import Office
from bot.storage import case_entries, cases
from bot.storage.conversations import Conversation
from bot.storage.outbox import Outgoing
from bot.storage.transaction import Tx


class CaseWorld:
    """Implements `engine.world.World`. `seq` is the number of what she has just said or done."""

    def __init__(
        self,
        tx: Tx,
        conversation: Conversation,
        *,
        catalogue: Catalogue,
        office: Office,
        language: str,
        seq: int,
        now: datetime,
    ) -> None:
        self._tx = tx
        self._conversation = conversation
        self._catalogue = catalogue
        self._office = office
        self._language = language
        self._seq = seq
        self._now = now
        self.rows: list[Outgoing] = []
        self.booking = ConversationBooking(
            Moment(tx=tx, catalogue=catalogue, now=now), conversation, office.draw
        )
        self._touched = False

    @property
    def touched(self) -> bool:
        """Whether the desk has something new to see."""
        return self._touched or self.booking.touched

    def promise(self) -> Promise:
        """Return when a human answers, were she to ask now."""
        return duty.promise(self._tx, self._catalogue, self._now, public=self._office.public)

    def promised(self) -> Promise:
        """Return what she has been promised and what still holds; else as `promise`."""
        now, case = self.promise(), self._open()
        if case is None or case.promised_by is None or case.promised_by <= self._now:
            return now
        return replace(now, by=case.promised_by)

    def open_case(self, *, origin: Origin, priority: Priority, topic: str | None) -> int:
        """Open a case, seen at once by everybody at the desk."""
        case = cases.open(
            self._tx,
            self._conversation,
            origin=origin,
            priority=priority,
            topic=topic,
            language=self._language,
            from_seq=self._seq,
            now=self._now,
            promised_by=self.promise().by,
        )
        self._touched = True
        self._note("crisis" if priority is Priority.CRISIS else "open", case)
        defer_promise(self._tx, case)
        self.rows += self._office.rooms.opened(self._tx, case, self._now)
        self._want()
        return case.id

    def add_to_case(self) -> None:
        """Note that what she just said belongs to the open case; a snoozed one wakes."""
        case = self._open()
        if case is None:
            return
        woken = moved(case.status, CaseAction.WAKE, assigned=case.assignee is not None)
        first = case.unanswered_since is None
        case = replace(
            case,
            status=woken or case.status,
            snoozed_until=None if woken else case.snoozed_until,
            waiting_since=self._now if woken is CaseStatus.WAITING else case.waiting_since,
            last_from=Voice.NEWCOMER,
            last_at=self._now,
            unanswered_since=self._now if first else case.unanswered_since,
        )
        case = self._save(case)
        if woken:
            self._note(CaseAction.WAKE, case)
        if case.status is CaseStatus.WITH_COUNSELLOR and first:
            defer_return(self._tx, self._catalogue, case)
        self.rows += self._office.rooms.post(
            self._tx, case, PostKind.WORDS, now=self._now, seq=self._seq
        )
        self._want()

    def speak(self, language: str) -> None:
        """Note that she reads another language now; for whoever answers her."""
        case = self._open()
        if case is not None and case.language != language:
            self._save(replace(case, language=language))

    def raise_priority(self) -> None:
        """Put the open case to the top for all."""
        case = self._open()
        if case is not None and case.priority is not Priority.CRISIS:
            self._note("crisis", self._save(replace(case, priority=Priority.CRISIS)))

    def leave_case(self) -> None:
        """She does not wait any more: close the waiting case."""
        self._close(CaseAction.LEAVE, Outcome.LEFT)

    def end_case(self) -> None:
        """She ends the conversation with the human: close the case."""
        self._close(CaseAction.END, Outcome.ENDED)

    def rate(self, case: int, face: Face) -> bool:
        """Keep her rating of a closed case of hers."""
        found = cases.get(self._tx, case)
        if (
            found is None
            or found.conversation_id != self._conversation.id
            or found.status is not CaseStatus.CLOSED
            or found.rating is not None
        ):
            return False
        cases.save(self._tx, replace(found, rating=face))
        return True

    def return_code(self, known: str | None) -> str | None:
        """Return the code with which she comes back."""
        codes = self._office.returns
        if codes is None:
            return None
        return codes.return_code(self._tx, self._conversation, known, self._now)

    def ways(self, code: str) -> tuple[Way, ...]:
        """Return the other channels on which she may go on."""
        codes = self._office.returns
        return () if codes is None else codes.ways(self._tx, self._conversation, code)

    def _open(self) -> Case | None:
        return cases.open_of(self._tx, self._conversation.id)

    def _save(self, case: Case) -> Case:
        self._touched = True
        saved = cases.save(self._tx, case)
        self.rows += self._office.rooms.card(self._tx, saved, self._now)
        return saved

    def _close(self, action: CaseAction, outcome: Outcome) -> None:
        case = self._open()
        if case is None:
            return
        if moved(case.status, action) is None:
            action = CaseAction.END  # her state had lost that somebody is there
        closed = replace(
            case,
            status=CaseStatus.CLOSED,
            outcome=outcome,
            closed_at=self._now,
            unanswered_since=None,
            snoozed_until=None,
        )
        self._note(action, self._save(closed), outcome=outcome)

    def _note(self, event: str, case: Case, *, outcome: Outcome | None = None) -> None:
        """Write down what became of the case, for desk and staff rooms."""
        entry = case_entries.add(
            self._tx,
            self._conversation,
            case.id,
            kind="event",
            at=self._now,
            seq=self._seq,
            body=dump(Event(event=event, outcome=outcome)),
        )
        self.rows += self._office.rooms.post(
            self._tx, case, PostKind.EVENT, now=self._now, entry=entry
        )

    def _want(self) -> None:
        if self._office.wants_words is not None:
            self._office.wants_words(self._tx, self._catalogue, self._conversation.id, self._now)
