"""The audit log: who did what, without words and names of newcomers. Only for auditors, and only
with a reason, which stands in the log itself before anything is shown.

    GET, POST /desk/admin/audit       POST reads: a reason is no part of an address
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain import texts_signin
from bot.domain.staff import Role
from bot.domain.texts import Text
from bot.domain.texts_audit import ACTS
from bot.service.staff_office import PAGE, AuditReason, AuditRow, Office, Wanted, is_reference
from bot.service.staff_sessions import SignedIn
from bot.web.auth.door import Door
from bot.web.auth.team import Team
from bot.web.forms import Fields, fields

PATH = "/desk/admin/audit"
MOST_DIGITS = 15

REASONS: Mapping[AuditReason, Text] = MappingProxyType(
    {
        AuditReason.REGULAR: texts_signin.AUDIT_REASON_REGULAR,
        AuditReason.COMPLAINT: texts_signin.AUDIT_REASON_COMPLAINT,
        AuditReason.REQUEST: texts_signin.AUDIT_REASON_REQUEST,
        AuditReason.INCIDENT: texts_signin.AUDIT_REASON_INCIDENT,
    }
)


class AuditPage:
    """The page."""

    def __init__(self, door: Door, team: Team, office: Office) -> None:
        self._door = door
        self._team = team
        self._office = office

    def routes(self) -> list[Route]:
        """Return the route."""
        route = self._door.access.route
        return [route(PATH, self.page, Role.AUDITOR, methods=("GET", "POST"))]

    async def page(self, request: Request, signed: SignedIn) -> Response:
        """Ask for the reason, or show what was asked for."""
        if request.method != "POST":
            return await self._show(request, signed, Fields())
        given = await fields(request)
        reason = given.get("reason")
        if reason not in set(AuditReason):
            return await self._show(request, signed, given, texts_signin.AUDIT_REASON_MISSING)
        reference = "-".join(given.get("reference").split())
        if not is_reference(reference):
            return await self._show(request, signed, given, texts_signin.AUDIT_REFERENCE_WRONG)
        until = self._day(given.get("until"))
        wanted = Wanted(
            reason=AuditReason(reason),
            reference=reference,
            since=self._day(given.get("since")),
            until=until + timedelta(days=1) if until is not None else None,
            staff_id=_number(given.get("who")),
            case_id=_number(given.get("case")),
            before_id=_number(given.get("before")),
        )
        rows = await self._office.read_audit(signed, wanted)
        return await self._show(request, signed, given, rows=rows)

    async def _show(
        self,
        request: Request,
        signed: SignedIn,
        given: Fields,
        problem: Text | None = None,
        rows: list[AuditRow] | None = None,
    ) -> Response:
        code = self._door.access.language(request, signed).code
        catalogue = self._door.frame.catalogue()
        people = {person.id: person.name for person in await self._office.everybody()}
        return self._team.show(
            request,
            signed,
            "team_audit.html",
            place="audit",
            status=422 if problem is not None else 200,
            problem=catalogue.words(problem, code) if problem is not None else "",
            given=given,
            reasons=[(reason, catalogue.words(text, code)) for reason, text in REASONS.items()],
            people=sorted(people.items(), key=lambda each: each[1]),
            rows=[self._row(row, people, code) for row in rows] if rows is not None else None,
            older=rows[-1].id if rows is not None and len(rows) == PAGE else None,
        )

    def _row(self, row: AuditRow, people: Mapping[int, str], code: str) -> dict[str, object]:
        """Return one act in words; what has none stays the code that it is."""
        words, act = self._door.frame.catalogue().words, ACTS.get(row.action)
        about = row.detail or ""
        kind, _, rest = about.partition(":")
        if kind in {"staff", "to", "of"} and rest.isdigit():
            about = people.get(int(rest), about)
        elif row.action == "audit.read" and kind in set(AuditReason):
            about = f"{words(REASONS[AuditReason(kind)], code)} {rest}".strip()
        return {
            "when": self._team.moment(row.at, code),
            "who": people.get(row.staff_id, f"#{row.staff_id}") if row.staff_id else "",
            "nobody": words(_nobody(row.action), code),
            "what": words(act, code) if act is not None else row.action,
            "case": row.case_id,
            "about": about,
        }

    def _day(self, text: str) -> datetime | None:
        """Return the beginning of a day in the site's zone."""
        try:
            day = date.fromisoformat(text)
            zone = ZoneInfo(self._door.frame.catalogue().site.zone)
            return datetime.combine(day, time.min, zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return None


def _nobody(action: str) -> Text:
    """Return who it was where nobody of the team was signed in."""
    if action == "session.failed":
        return texts_signin.AUDIT_NOBODY
    return texts_signin.AUDIT_COMMAND if action.startswith("staff.") else texts_signin.AUDIT_PROGRAM


def _number(text: str) -> int | None:
    fits = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if fits else None
