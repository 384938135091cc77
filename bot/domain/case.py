"""A case: one stretch of a conversation in which a human is asked for, waited for or present.

Theory. A conversation has at most one open case; closed ones stay as its history. A case begins
`waiting`: she asked for a human, pressed [Urgent], or nothing could be answered. A counsellor
claims it and it is `with_counsellor`: the program is silent now. `snoozed` is a case that somebody
has put aside until a time; when she writes, or when the time comes, it wakes: to its counsellor if
it has one, else to the queue. Released, or unanswered for too long after a claim, it waits again.
She may leave the queue (`leave`, also while nobody's case is put aside), or end the conversation at
any time (`end`); the office closes it (`close`) and may reopen it while no other case of hers is
open. `closed`: the program answers. Whatever is not in the table does not happen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class CaseStatus(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    WITH_COUNSELLOR = "with_counsellor"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class CaseAction(StrEnum):
    """What moves a case."""

    CLAIM = "claim"
    RELEASE = "release"
    RETURN = "return"  # the site's limit: claimed and not answered
    TRANSFER = "transfer"
    SNOOZE = "snooze"
    WAKE = "wake"  # the time has come, or she wrote
    LEAVE = "leave"  # she does not want to wait any more
    END = "end"  # she ends the conversation with the human
    CLOSE = "close"
    REOPEN = "reopen"


_W, _C, _S, _X = CaseStatus
TRANSITIONS: dict[CaseStatus, dict[CaseAction, CaseStatus]] = {
    _W: {
        CaseAction.CLAIM: _C,
        CaseAction.TRANSFER: _C,  # given to a colleague out of the queue
        CaseAction.SNOOZE: _S,
        CaseAction.LEAVE: _X,
        CaseAction.END: _X,
        CaseAction.CLOSE: _X,
    },
    _C: {
        CaseAction.RELEASE: _W,
        CaseAction.RETURN: _W,
        CaseAction.TRANSFER: _C,
        CaseAction.SNOOZE: _S,
        CaseAction.END: _X,
        CaseAction.CLOSE: _X,
    },
    _S: {
        CaseAction.CLAIM: _C,
        CaseAction.RELEASE: _W,
        CaseAction.TRANSFER: _C,
        CaseAction.SNOOZE: _S,
        CaseAction.WAKE: _C,  # `moved` says where to without a counsellor
        CaseAction.LEAVE: _X,  # put aside out of the queue: she still waits
        CaseAction.END: _X,
        CaseAction.CLOSE: _X,
    },
    _X: {CaseAction.REOPEN: _W},
}


def moved(status: CaseStatus, action: CaseAction, *, assigned: bool = False) -> CaseStatus | None:
    """Return where `action` leads from `status`, None where the table does not allow it.

    `assigned`: the case has a counsellor; one that wakes without one waits in the queue.
    """
    after = TRANSITIONS[status].get(action)
    if action is CaseAction.WAKE and after is not None and not assigned:
        return CaseStatus.WAITING
    return after


class Priority(StrEnum):
    """Crisis comes before everything."""

    NORMAL = "normal"
    CRISIS = "crisis"


class Origin(StrEnum):
    """Why a case was opened."""

    REQUEST = "request"  # a button, a word, a step of an entry
    CRISIS = "crisis"  # [Urgent] on the emergency card
    FAILURE = "failure"  # something broke and she took the human that was offered


class Outcome(StrEnum):
    """How a case ended. The first four are the office's words at closing."""

    ANSWERED = "answered"
    APPOINTMENT = "appointment"
    REFERRED = "referred"
    NO_CONTACT = "no_contact"
    LEFT = "left"  # she did not wait
    ENDED = "ended"  # she ended it


class Face(StrEnum):
    """How she rates it; shown in aggregate only."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


class Voice(StrEnum):
    """Who wrote last, and so who waits for whom."""

    NEWCOMER = "newcomer"
    COUNSELLOR = "counsellor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as stored. Times UTC. `topic` is an entry's or topic's id, never words of hers.

    `waiting_since`: since when she waits in the queue; `last_from` and `last_at`: the newest words
    and whose they are; `unanswered_since`: her first words that nobody has answered, None after an
    answer. `from_seq`: the first number of the conversation that belongs to the case.
    """

    id: int
    conversation_id: int
    status: CaseStatus
    priority: Priority
    origin: Origin
    topic: str | None
    language: str
    opened_at: datetime
    waiting_since: datetime
    from_seq: int
    assignee: int | None = None
    promised_by: datetime | None = None
    first_answer_at: datetime | None = None
    claimed_at: datetime | None = None
    last_from: Voice = Voice.NEWCOMER
    last_at: datetime
    unanswered_since: datetime | None = None
    snoozed_until: datetime | None = None
    follow_up: date | None = None
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    rating: Face | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """When a human answers. `staffed`: somebody is on duty now. `by` None: no honest time can be
    named (no roster, or a sample on a public address).
    """

    staffed: bool
    by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Human:
    """What the conversation's own state knows of its open case. `name`: of the counsellor, as she
    wants to be called, None while nobody has it.

    `told`: her words have been acknowledged; `told_media`: she knows that files are not passed on;
    `told_nobody`: that nobody is on duty now, since the last human words.
    """

    case: int
    status: CaseStatus
    name: str | None = None
    told: bool = False
    told_media: bool = False
    told_nobody: bool = False

    @property
    def present(self) -> bool:
        """Whether the program is silent: a human has the case, also one who has put it aside."""
        return self.name is not None
