"""The queue as one counsellor sees it: which group a case belongs to, and in which order.

Theory. There is one board for all: every open case, and closed ones that are to be followed up. A
group depends on who looks: what is mine and unanswered is `MINE`, what a colleague has is `OTHERS`.
An emergency that nobody has answered stands on top for all, whoever has it. Within a group stands
first who has waited longest: staffed time only grows, so the earlier moment is also the longer
staffed wait. Pure: knows no database and no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.case import Case, CaseStatus, Priority


class Group(StrEnum):
    """The parts of the queue, in their order."""

    URGENT = "urgent"
    MINE = "mine"
    WAITING = "waiting"
    FOLLOW_UP = "follow_up"
    SENT = "sent"
    OTHERS = "others"
    SNOOZED = "snoozed"


FOLDED = frozenset({Group.OTHERS, Group.SNOOZED})
"""Groups that are opened by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case on the board. `words`: the first line of her newest words; `undelivered`: a
    counsellor's words that did not reach her; `stamp` changes with everything that the case shows.
    """

    case: Case
    account: str
    words: str
    undelivered: bool
    stamp: str

    @property
    def unanswered(self) -> bool:
        """Whether she waits for somebody's answer."""
        return self.case.unanswered_since is not None

    @property
    def since(self) -> datetime:
        """Since when somebody waits, or when the last words were said."""
        case = self.case
        if case.status is CaseStatus.WAITING:
            return case.waiting_since
        return case.unanswered_since or case.last_at


def group_of(row: Row, me: int, today: date) -> Group | None:
    """Return where a case stands for the counsellor `me`; None for one that she need not see."""
    case = row.case
    mine = case.assignee == me
    due = case.follow_up is not None and case.follow_up <= today
    match case.status:
        case CaseStatus.CLOSED:
            return Group.FOLLOW_UP if due and (mine or case.assignee is None) else None
        case CaseStatus.WAITING:
            return Group.URGENT if case.priority is Priority.CRISIS else Group.WAITING
        case CaseStatus.SNOOZED:
            if mine and row.undelivered:  # she has no answer and will not write: nothing wakes it
                return Group.MINE
            if due and (mine or case.assignee is None):
                return Group.FOLLOW_UP
            return Group.SNOOZED
    if case.priority is Priority.CRISIS and (row.unanswered or row.undelivered):
        return Group.URGENT
    if not mine:
        return Group.OTHERS
    if row.unanswered or row.undelivered:
        return Group.MINE
    return Group.FOLLOW_UP if due else Group.SENT


def grouped(rows: Iterable[Row], me: int, today: date) -> Mapping[Group, list[Row]]:
    """Return the groups that are not empty, in order, each with who waits longest first."""
    found: dict[Group, list[Row]] = {group: [] for group in Group}
    for row in rows:
        group = group_of(row, me, today)
        if group is not None:
            found[group].append(row)
    for group, listed in found.items():
        listed.sort(key=lambda row: _order(group, row))
    return {group: listed for group, listed in found.items() if listed}


def _order(group: Group, row: Row) -> tuple[float, int]:
    """Return what sorts a group: the longest wait first; answered ones by the newest answer."""
    case = row.case
    match group:
        case Group.SENT | Group.OTHERS:
            return -row.since.timestamp(), case.id
        case Group.SNOOZED if case.snoozed_until is not None:
            return case.snoozed_until.timestamp(), case.id
        case Group.FOLLOW_UP if case.follow_up is not None:
            return float(case.follow_up.toordinal()), case.id
        case _:
            return row.since.timestamp(), case.id


def calls(groups: Mapping[Group, list[Row]]) -> tuple[int, bool]:
    """Return how many cases call for this counsellor, and whether one of them is an undelivered
    answer.
    """
    listed = [*groups.get(Group.URGENT, ()), *groups.get(Group.MINE, ())]
    return len(listed), any(row.undelivered for row in listed)
