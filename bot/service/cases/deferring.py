"""The jobs of a case: when to look at it again. Each looks at the case as it is then, so that one
too many does nothing.
"""

from __future__ import annotations

from bot.content.catalogue import Catalogue
from bot.domain.case import Case
from bot.service import duty
from bot.service.jobs import defer
from bot.storage.transaction import Tx

PROMISE = "case.promise"
RETURN = "case.return"
WAKE = "case.wake"
ABSENCE = "case.absence"


def defer_promise(tx: Tx, case: Case) -> None:
    """Look whether the promise has been kept, when its time has come."""
    if case.promised_by is not None:
        defer(tx, PROMISE, {"case": case.id}, at=case.promised_by)


def defer_return(tx: Tx, catalogue: Catalogue, case: Case) -> None:
    """Look whether a case that somebody has was answered within the site's limit."""
    if case.unanswered_since is None:
        return
    since = max(case.unanswered_since, case.claimed_at or case.unanswered_since)
    at = duty.deadline(tx, catalogue, since)
    if at is not None:
        defer(tx, RETURN, {"case": case.id}, at=at)


def defer_wake(tx: Tx, case: Case) -> None:
    """Wake a snoozed case at its time."""
    if case.snoozed_until is not None:
        defer(tx, WAKE, {"case": case.id}, at=case.snoozed_until)
