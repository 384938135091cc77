"""What administrators and auditors do at the desk: look after the team, try again what failed, read
the audit log. The command line does the same with the functions beneath.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from bot.service import backlog, staff
from bot.service.backlog import Item, Kind, Retried
from bot.service.notifier import Notifier
from bot.service.staff_sessions import WATCHED, SignedIn
from bot.storage import audit
from bot.storage.audit import AuditRow
from bot.storage.database import Database
from bot.storage.staff import Staff
from bot.storage.transaction import Tx

__all__ = ["AuditReason", "AuditRow", "Office", "Staff", "Wanted", "is_reference"]

T = TypeVar("T")

PAGE = 200
_REFERENCE = re.compile(r"[A-Za-z0-9._/-]{0,40}")


class AuditReason(StrEnum):
    """Why somebody reads the audit log."""

    REGULAR = "regular"
    COMPLAINT = "complaint"
    REQUEST = "request"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to read in the audit log, and why. `reference`: a file's number."""

    reason: AuditReason
    reference: str = ""
    since: datetime | None = None
    until: datetime | None = None
    staff_id: int | None = None
    case_id: int | None = None
    before_id: int | None = None


def is_reference(text: str) -> bool:
    """Return whether a text can be a file's number: short, and no sentence about anybody."""
    return _REFERENCE.fullmatch(text) is not None


class Office:
    """The administration's and the auditor's desk."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], notifier: Notifier
    ) -> None:
        self._database = database
        self._clock = clock
        self._notifier = notifier

    async def everybody(self) -> list[Staff]:
        """Return all accounts by name."""
        return await self._database.read(staff.everybody)

    async def add(
        self,
        signed: SignedIn,
        *,
        name: str,
        shown: str,
        roles: Collection[str],
        languages: Sequence[str],
    ) -> tuple[Staff, str]:
        """Add somebody; return the account and the invitation's code. Raises RefusedError."""
        now = self._clock()
        return await self._database.write(
            lambda tx: staff.add(
                tx,
                name=name,
                shown=shown,
                roles=roles,
                languages=languages,
                now=now,
                by=signed.staff_id,
            )
        )

    async def invite(self, signed: SignedIn, staff_id: int) -> str:
        """Return the code of a new invitation. Raises RefusedError."""
        return await self._do(signed, staff_id, staff.invite)

    async def enable(self, signed: SignedIn, staff_id: int) -> str:
        """Let somebody in again; return the code of the invitation. Raises RefusedError."""
        return await self._do(signed, staff_id, staff.enable)

    async def link_code(self, signed: SignedIn, staff_id: int) -> str:
        """Return a code for the staff room. Raises RefusedError."""
        return await self._do(signed, staff_id, staff.link_code)

    async def disable(self, signed: SignedIn, staff_id: int) -> Staff:
        """Let somebody in no more. Raises RefusedError."""
        return await self._do(signed, staff_id, staff.disable)

    async def set_roles(self, signed: SignedIn, staff_id: int, roles: Collection[str]) -> Staff:
        """Give somebody exactly these roles. Raises RefusedError."""
        return await self._do(
            signed,
            staff_id,
            lambda tx, who, now, by: staff.set_roles(tx, who, roles, now, by=by),
        )

    async def failed(self) -> list[Item]:
        """Return what waits for an administrator."""
        return await self._database.read(backlog.overview)

    async def retry(self, signed: SignedIn, kind: Kind, number: int) -> Retried:
        """Try again what failed."""
        now = self._clock()

        def work(tx: Tx) -> Retried:
            detail = f"{kind}:{number}"
            audit.add(tx, at=now, staff_id=signed.staff_id, action="backlog.retry", detail=detail)
            return backlog.retry(tx, kind=kind, number=number, now=now)

        return await self._database.write(work)

    async def read_audit(self, signed: SignedIn, wanted: Wanted) -> list[AuditRow]:
        """Return a page of the audit log, the newest first; who reads and why is written down
        before.
        """
        now = self._clock()
        reason = f"{wanted.reason}:{wanted.reference}" if wanted.reference else wanted.reason.value

        def work(tx: Tx) -> list[AuditRow]:
            audit.add(tx, at=now, staff_id=signed.staff_id, action="audit.read", detail=reason)
            return audit.read(
                tx,
                since=wanted.since,
                until=wanted.until,
                staff_id=wanted.staff_id,
                case_id=wanted.case_id,
                limit=PAGE,
                before_id=wanted.before_id,
            )

        return await self._database.write(work)

    async def _do(self, signed: SignedIn, staff_id: int, act: Callable[..., T]) -> T:
        now = self._clock()
        done = await self._database.write(lambda tx: act(tx, staff_id, now, by=signed.staff_id))
        self._notifier.changed(*WATCHED)  # open pages look whether they may stay
        return done
