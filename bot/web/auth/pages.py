"""All routes of sign-in, account and administration in one piece."""

from __future__ import annotations

from starlette.routing import Route

from bot.service.staff_services import StaffServices
from bot.settings import Settings
from bot.web.auth import back
from bot.web.auth.account import AccountPages
from bot.web.auth.admin import AdminPages, Ready
from bot.web.auth.audit import AuditPage
from bot.web.auth.door import Door
from bot.web.auth.guard import Access
from bot.web.auth.invitation import InvitationPage
from bot.web.auth.signin import SignInPages
from bot.web.auth.team import Team
from bot.web.frame import Frame


def routes(
    staff: StaffServices, access: Access, frame: Frame, settings: Settings, ready: Ready
) -> list[Route]:
    """Return the routes."""
    door = Door(access, frame, settings)
    team = Team(door)
    outside = back.ELSEWHERE if settings.oidc_issuer is not None else None
    found = [
        *SignInPages(door, staff.sign_in, staff.sessions, elsewhere=outside).routes(),
        *InvitationPage(door, staff.accounts, staff.sign_in, elsewhere=outside).routes(),
        *AccountPages(door, team, staff.accounts).routes(),
        *AdminPages(door, team, staff.office, ready).routes(),
        *AuditPage(door, team, staff.office).routes(),
    ]
    if outside is not None:
        from bot.web.auth.elsewhere import Elsewhere  # authlib and httpx only where they are needed
        from bot.web.auth.provider import Provider

        provider = Provider.of(settings)
        way = Elsewhere(door, provider, staff.sign_in, staff.sessions, staff.accounts)
        found += way.routes()
    return found
