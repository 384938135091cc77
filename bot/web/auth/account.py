"""One's own account: the name that newcomers see, languages, password, second factor, devices.

GET, POST /desk/account                     name and languages
POST      /desk/account/password
GET, POST /desk/account/second-factor       set up
POST      /desk/account/second-factor/off
"""

from __future__ import annotations

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.content import formats
from bot.domain import texts_signin
from bot.domain.staff import Weakness
from bot.domain.texts import Text
from bot.service import codes, staff_totp
from bot.service.staff import RefusedError
from bot.service.staff_account import Accounts
from bot.service.staff_sessions import SignedIn
from bot.service.staff_signin import Denied, Entered
from bot.web.auth import back
from bot.web.auth.cookies import Cookie
from bot.web.auth.door import Door
from bot.web.auth.team import Team
from bot.web.auth.words import INTERFACE
from bot.web.forms import fields

PATH = "/desk/account"
FACTOR = f"{PATH}/second-factor"

WEAK: dict[Weakness, Text] = {
    Weakness.SHORT: texts_signin.WEAK_SHORT,
    Weakness.LONG: texts_signin.WEAK_LONG,
    Weakness.NAME: texts_signin.WEAK_NAME,
    Weakness.SAME: texts_signin.WEAK_SAME,
}
SAID: dict[str, Text] = {
    "saved": texts_signin.ACCOUNT_SAVED,
    "password": texts_signin.PASSWORD_CHANGED,
}


class AccountPages:
    """The pages."""

    def __init__(self, door: Door, team: Team, accounts: Accounts) -> None:
        self._door = door
        self._team = team
        self._accounts = accounts

    def routes(self) -> list[Route]:
        """Return the routes."""
        route, both, post = self._door.access.route, ("GET", "POST"), ("POST",)
        return [
            route(PATH, self.account, methods=both),
            route(f"{PATH}/password", self.password, methods=post),
            route(FACTOR, self.factor, methods=both),
            route(f"{FACTOR}/off", self.factor_off, methods=post),
        ]

    async def account(self, request: Request, signed: SignedIn) -> Response:
        """Show the account, or change name and languages."""
        if request.method != "POST":
            said = SAID.get(request.query_params.get("said", ""))
            return await self._show(request, signed, note=said)
        given = await fields(request)
        known = {language.code for language in self._door.frame.catalogue().languages}
        interface = given.get("interface")
        try:
            await self._accounts.describe(
                signed,
                called=given.get("called"),
                languages=[code for code in given.all("spoken") if code in known],
                interface=interface if interface in INTERFACE else None,
            )
        except RefusedError:
            return await self._show(request, signed, problem=texts_signin.CALLED_WRONG)
        return RedirectResponse(f"{PATH}?said=saved", 303)

    async def password(self, request: Request, signed: SignedIn) -> Response:
        """Change the password."""
        given = await fields(request)
        visit = self._door.visit(request)
        match await self._accounts.change_password(
            signed, given.get("old"), given.get("new"), visit
        ):
            case Entered() as entered:
                return self._door.let_in(entered, f"{PATH}?said=password")
            case Weakness() as weak:
                return await self._show(request, signed, problem=WEAK[weak])
            case Denied():
                return await self._show(request, signed, problem=texts_signin.PASSWORD_WRONG)

    async def factor(self, request: Request, signed: SignedIn) -> Response:
        """Set up the second factor. The page carries the new secret; it counts from the moment its
        owner proves that her app has it.
        """
        secret, problem = staff_totp.new_secret(), ""
        if request.method == "POST":
            given = await fields(request)
            kept = staff_totp.read(given.get("secret"))
            if kept is not None and await self._accounts.switch_on(signed, kept, given.get("code")):
                return RedirectResponse(f"{PATH}?said=saved", 303)
            secret = kept or secret
            problem = self._say(request, signed, texts_signin.CODE_WRONG)
        issuer = f"Lotse {self._door.frame.catalogue().site.name}"
        address = staff_totp.address(secret, issuer=issuer, name=signed.name)
        written = staff_totp.written(secret)
        return self._team.show(
            request,
            signed,
            "team_factor.html",
            place="account",
            status=422 if problem else 200,
            picture=Markup(codes.qr_svg(address).decode()),  # noqa: S704  made here of our own address
            secret=written,
            spelt=" ".join(written[at : at + 4] for at in range(0, len(written), 4)),
            home=back.home(signed.roles),
            problem=problem,
        )

    async def factor_off(self, request: Request, signed: SignedIn) -> Response:
        """Switch the second factor off."""
        given = await fields(request)
        if await self._accounts.switch_off(signed, given.get("password")):
            return RedirectResponse(f"{PATH}?said=saved", 303)
        return await self._show(request, signed, problem=texts_signin.PASSWORD_WRONG)

    async def _show(
        self,
        request: Request,
        signed: SignedIn,
        *,
        problem: Text | None = None,
        note: Text | None = None,
    ) -> Response:
        try:
            mine = await self._accounts.mine(signed)
        except RefusedError:
            response = RedirectResponse(back.SIGN_IN, 303)
            self._door.jar.clear(response, Cookie.SESSION)
            return response
        shown = self._door.access.language(request, signed).code
        return self._team.show(
            request,
            signed,
            "team_account.html",
            place="account",
            status=422 if problem is not None else 200,
            mine=mine,
            spoken=[
                (each.code, formats.language_name(each.code, shown), each.code in mine.languages)
                for each in self._door.frame.catalogue().languages
            ],
            choices=[(code, formats.language_name(code, shown)) for code in INTERFACE],
            problem=self._say(request, signed, problem),
            note=self._say(request, signed, note),
        )

    def _say(self, request: Request, signed: SignedIn, text: Text | None) -> str:
        language = self._door.access.language(request, signed)
        words = self._door.frame.catalogue().words
        return words(text, language.code) if text is not None else ""
