"""The invitation: whoever holds the link chooses a password and the name that newcomers see, or an
account elsewhere in place of a password.

    GET, POST /desk/invitation/<code>

Looking does not use the link up. One that is wrong, used or too old gives one and the same answer.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain import texts_signin
from bot.domain.staff import Weakness
from bot.domain.texts import Text
from bot.service.staff import INVITATION_PATH, RefusedError
from bot.service.staff_account import Accounts, Invited
from bot.service.staff_signin import Denied, Entered, SignIn
from bot.web.auth.account import FACTOR, WEAK
from bot.web.auth.door import Door
from bot.web.auth.signin import SMALL


class InvitationPage:
    """The page."""

    def __init__(
        self, door: Door, accounts: Accounts, sign_in: SignIn, *, elsewhere: str | None
    ) -> None:
        self._door = door
        self._accounts = accounts
        self._sign_in = sign_in
        self._elsewhere = elsewhere

    def routes(self) -> list[Route]:
        """Return the route."""
        path = f"{INVITATION_PATH}{{code}}"
        return [Route(path, self.page, methods=["GET", "POST"], middleware=SMALL)]

    async def page(self, request: Request) -> Response:
        """Show the invitation, or take it up."""
        code: str = request.path_params["code"]
        invited = await self._accounts.invited(code)
        if invited is None:
            return self._void(request)
        if request.method != "POST":
            return self._show(request, code, invited, invited.shown_name)
        given = await self._door.read(request)
        if isinstance(given, Response):
            return given
        called, visit = given.get("called"), self._door.visit(request)
        try:
            outcome = await self._accounts.accept(code, given.get("password"), called, visit)
        except RefusedError:
            return self._show(request, code, invited, called, texts_signin.CALLED_WRONG)
        match outcome:
            case Entered() as entered:
                return self._door.let_in(entered, FACTOR)
            case Weakness() as weak:
                return self._show(request, code, invited, called, WEAK[weak])
            case Denied():
                return self._void(request)

    def _show(
        self,
        request: Request,
        code: str,
        invited: Invited,
        called: str,
        problem: Text | None = None,
    ) -> Response:
        words, language = self._door.frame.catalogue().words, self._door.access.language(request)
        return self._door.show(
            request,
            "signin_invitation.html",
            status=422 if problem is not None else 200,
            path=f"{INVITATION_PATH}{code}",
            invited=invited,
            called=called,
            problem=words(problem, language.code) if problem is not None else "",
            elsewhere=f"{self._elsewhere}?invitation={code}" if self._elsewhere else "",
        )

    def _void(self, request: Request) -> Response:
        wait = self._sign_in.wait(self._door.visit(request))
        return self._door.show(
            request,
            "signin_invitation.html",
            status=404,
            wait=wait,
            invited=None,
            problem=self._door.frame.catalogue().words(
                texts_signin.INVITATION_VOID, self._door.access.language(request).code
            ),
        )
