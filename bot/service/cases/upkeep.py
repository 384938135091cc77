"""What happens to cases by the passing of time, so that nobody waits unseen: a promise that was not
kept, a case that was taken and not answered, one that was put aside, a colleague who is away.

Each function looks at the case as it is now; where nothing is to be done it does nothing, so it may
run too often.
"""

from __future__ import annotations

from bot.domain.case import CaseAction, CaseStatus, moved
from bot.domain.case_news import Overdue, Waits, Woken
from bot.domain.staffroom import PostKind
from bot.service import duty
from bot.service.cases.deferring import defer_promise, defer_return
from bot.service.cases.entries import Event
from bot.service.cases.work import Work


def look_at_promise(work: Work) -> None:
    """Nobody has answered by the time that she was told: tell her a new one."""
    case = work.case
    held = case.assignee is not None
    if case.status is CaseStatus.WITH_COUNSELLOR or case.status is CaseStatus.CLOSED:
        return
    if held and case.unanswered_since is None:
        return
    if case.promised_by is None or case.promised_by > work.now:
        return
    promise = work.promise()
    work.save(promised_by=promise.by)
    defer_promise(work.tx, work.case)
    work.enter(Event(event="late"), PostKind.EVENT)
    work.tell(Overdue(case=case.id, promise=promise))


def look_at_answer(work: Work) -> None:
    """Somebody has the case and has not answered within the site's limit: it waits for all."""
    case, since = work.case, work.case.unanswered_since
    if case.status is not CaseStatus.WITH_COUNSELLOR or since is None:
        return
    begun = max(since, case.claimed_at or since)
    limit = duty.deadline(work.tx, work.setting.catalogue, begun)
    if limit is None:
        return
    if limit > work.now:
        defer_return(work.tx, work.setting.catalogue, case)
        return
    promise = work.promise()
    work.save(
        status=work.after(CaseAction.RETURN),
        assignee=None,
        claimed_at=None,
        waiting_since=since,
        promised_by=promise.by,
    )
    defer_promise(work.tx, work.case)
    work.event(CaseAction.RETURN)
    work.tell(Waits(case=case.id, promise=promise, late=True))


def look_at_snoozed(work: Work) -> None:
    """The time of a case that was put aside has come."""
    case = work.case
    if case.snoozed_until is None or case.snoozed_until > work.now:
        return
    status = moved(case.status, CaseAction.WAKE, assigned=case.assignee is not None)
    if status is None:
        return
    work.save(status=status, snoozed_until=None)
    if status is CaseStatus.WAITING:
        lapsed = case.promised_by is None or case.promised_by <= work.now
        promised_by = work.promise().by if lapsed else case.promised_by
        work.save(waiting_since=work.now, promised_by=promised_by)
        defer_promise(work.tx, work.case)
    else:
        defer_return(work.tx, work.setting.catalogue, work.case)
    work.event(CaseAction.WAKE)
    work.tell(Woken(case=case.id, name=work.name_of(case.assignee)))
