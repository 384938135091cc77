"""Signing in with an account elsewhere: out to the issuer, and back.

    GET /desk/sign-in/elsewhere            ?to=, or ?invitation= to bind the account to a person
    GET /desk/sign-in/elsewhere/return     where the issuer sends the browser

An account elsewhere opens nothing by itself: an administrator has made the staff account, and its
invitation binds the two. What must come back unchanged travels in a sealed cookie of this browser.
"""

from __future__ import annotations

from dataclasses import asdict

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.domain import texts_signin
from bot.domain.texts import Text
from bot.service.staff import RefusedError
from bot.service.staff_account import Accounts
from bot.service.staff_sessions import Sessions
from bot.service.staff_signin import Denied, Entered, SignIn
from bot.web.auth import back
from bot.web.auth.cookies import Cookie
from bot.web.auth.door import Door
from bot.web.auth.guard import same
from bot.web.auth.provider import Provider, ProviderError, Trip

RETURN = f"{back.ELSEWHERE}/return"

log = structlog.get_logger(__name__)


class Elsewhere:
    """The way out and back."""

    def __init__(
        self,
        door: Door,
        provider: Provider,
        sign_in: SignIn,
        sessions: Sessions,
        accounts: Accounts,
    ) -> None:
        self._door = door
        self._provider = provider
        self._sign_in = sign_in
        self._sessions = sessions
        self._accounts = accounts

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route(back.ELSEWHERE, self.leave), Route(RETURN, self.come_back)]

    async def leave(self, request: Request) -> Response:
        """Send the browser to the issuer."""
        if wait := self._sign_in.wait(self._door.visit(request)):
            return self._sorry(request, None, wait=wait)
        trip = Trip.new()
        try:
            url = await self._provider.address(trip, self._redirect(request))
        except ProviderError as error:
            log.warning("oidc.failed", code=error.code)
            return self._sorry(request, texts_signin.OIDC_FAILED)
        response = RedirectResponse(url, 303)
        fields = asdict(trip) | {
            "to": back.safe(request.query_params.get("to", "")),
            "invitation": request.query_params.get("invitation", "")[:100],
        }
        self._door.jar.write(response, Cookie.TRIP, await self._sign_in.seal_trip(fields))
        return response

    async def come_back(self, request: Request) -> Response:
        """Let whoever the issuer knows in, or bind her account to an invitation."""
        response = await self._came_back(request)
        self._door.jar.clear(response, Cookie.TRIP)
        return response

    async def _came_back(self, request: Request) -> Response:
        query = request.query_params
        kept = await self._sign_in.open_trip(self._door.jar.read(request, Cookie.TRIP))
        if kept is None or not same(query.get("state", ""), str(kept["state"])):
            return self._sorry(request, texts_signin.OIDC_FAILED)
        trip = Trip(
            state=str(kept["state"]), nonce=str(kept["nonce"]), verifier=str(kept["verifier"])
        )
        if "code" not in query:  # she said no there, or may not
            return self._sorry(request, texts_signin.OIDC_FAILED)
        try:
            subject = await self._provider.subject(
                query["code"], trip, self._redirect(request), query.get("iss")
            )
        except ProviderError as error:
            log.warning("oidc.failed", code=error.code)
            return self._sorry(request, texts_signin.OIDC_FAILED)
        visit, invitation = self._door.visit(request), str(kept["invitation"])
        try:
            outcome = (
                await self._accounts.bind(invitation, subject, visit)
                if invitation
                else await self._sign_in.by_subject(subject, visit)
            )
        except RefusedError:
            return self._sorry(request, texts_signin.OIDC_TAKEN)
        match outcome:
            case Entered() as entered:
                signed = await self._sessions.find(entered.token, renew=False)
                to = back.safe(str(kept["to"]))
                roles = signed.roles if signed is not None else frozenset()
                return self._door.let_in(entered, to or back.home(roles))
            case Denied():
                return self._sorry(request, texts_signin.OIDC_DENIED)

    def _redirect(self, request: Request) -> str:
        return f"{self._door.base(request)}{RETURN}"

    def _sorry(self, request: Request, text: Text | None, *, wait: int = 0) -> Response:
        words, code = self._door.frame.catalogue().words, self._door.access.language(request).code
        return self._door.show(
            request,
            "signin.html",
            status=403,
            wait=wait,
            to="",
            name_given="",
            elsewhere=back.ELSEWHERE,
            problem=words(text, code) if text is not None else "",
        )
