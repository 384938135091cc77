"""Sign-in with name and password, the second factor, the demo's link, and signing out.

    GET, POST /desk/sign-in           name and password
    GET, POST /desk/sign-in/code      the second factor
    GET, POST /desk/demo/<code>       the demo's administrator, where a page without login may be
    POST      /desk/sign-out          here
    POST      /desk/sign-out/all      everywhere

A link from the terminal or a mail only shows a page with a button: programs that look at links
before people do must not use them up.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.domain import texts_signin
from bot.domain.texts import Text
from bot.service.staff_sessions import Sessions, SignedIn
from bot.service.staff_signin import Denied, Entered, Owed, SignIn, Wait
from bot.web.auth import back
from bot.web.auth.cookies import Cookie
from bot.web.auth.door import Door
from bot.web.security import is_without_login

MAX_BODY = 16 * 1024
CODE = f"{back.SIGN_IN}/code"
SMALL = [Middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY)]


class SignInPages:
    """The pages."""

    def __init__(
        self, door: Door, sign_in: SignIn, sessions: Sessions, *, elsewhere: str | None
    ) -> None:
        self._door = door
        self._sign_in = sign_in
        self._sessions = sessions
        self._elsewhere = elsewhere

    def routes(self) -> list[Route]:
        """Return the routes."""
        both = ["GET", "POST"]
        access = self._door.access
        return [
            Route(back.SIGN_IN, self.password, methods=both, middleware=SMALL),
            Route(CODE, self.code, methods=both, middleware=SMALL),
            Route("/desk/demo/{code}", self.demo, methods=both, middleware=SMALL),
            access.route("/desk/sign-out", self.leave, methods=["POST"]),
            access.route("/desk/sign-out/all", self.leave_all, methods=["POST"]),
        ]

    async def password(self, request: Request) -> Response:
        """Ask for name and password."""
        to = back.safe(request.query_params.get("to", ""))
        if request.method != "POST":
            signed = await self._door.access.signed_in(request)
            if signed is not None:
                return RedirectResponse(to or back.home(signed.roles), 303)
            said = {"out": texts_signin.SIGNED_OUT}.get(request.query_params.get("said", ""))
            return self._password(request, to, note=self._words(request, said))
        given = await self._door.read(request)
        if isinstance(given, Response):
            return given
        to, name = back.safe(given.get("to")), given.get("name")
        visit = self._door.visit(request)
        match await self._sign_in.by_password(name, given.get("password"), visit):
            case Entered() as entered:
                return await self._in(entered, to)
            case Owed(token=token):
                response = RedirectResponse(back.with_to(CODE, to), 303)
                self._door.jar.write(response, Cookie.SESSION, token)
                return response
            case Wait(seconds=seconds):
                return self._password(request, to, name=name, wait=seconds)
            case Denied():
                wrong = self._words(request, texts_signin.WRONG)
                return self._password(request, to, name=name, problem=wrong, status=403)

    async def code(self, request: Request) -> Response:
        """Ask for the second factor."""
        to = back.safe(request.query_params.get("to", ""))
        token = self._door.jar.read(request, Cookie.SESSION)
        half = await self._sessions.find(token, renew=False) if token else None
        if half is None or half.strong:
            return RedirectResponse(back.with_to(back.SIGN_IN, to), 303)
        if request.method != "POST":
            return self._door.show(request, "signin_code.html", to=to)
        given = await self._door.read(request)
        if isinstance(given, Response):
            return given
        to = back.safe(given.get("to"))
        match await self._sign_in.by_code(half, given.get("code"), self._door.visit(request)):
            case Entered() as entered:
                return await self._in(entered, to)
            case Wait(seconds=seconds):
                return self._door.show(request, "signin_code.html", to=to, wait=seconds)
            case Denied():
                wrong = self._words(request, texts_signin.CODE_WRONG)
                return self._door.show(
                    request, "signin_code.html", status=403, to=to, problem=wrong
                )

    async def demo(self, request: Request) -> Response:
        """Let the demo's administrator in."""
        if not is_without_login(request, self._door.settings):
            raise HTTPException(404)
        code: str = request.path_params["code"]
        visit = self._door.visit(request)
        if request.method != "POST":
            return self._door.show(request, "signin_demo.html", code=code)
        given = await self._door.read(request)
        if isinstance(given, Response):
            return given
        if wait := self._sign_in.wait(visit):
            return self._door.show(request, "signin_demo.html", code=code, wait=wait)
        match await self._sign_in.by_demo_code(code, visit):
            case Entered() as entered:
                return await self._in(entered, "")
            case Denied():
                used = self._words(request, texts_signin.DEMO_USED)
                return self._door.show(
                    request, "signin_demo.html", status=403, code="", problem=used
                )

    async def leave(self, _: Request, signed: SignedIn) -> Response:
        """Sign out here."""
        await self._sessions.end(signed)
        return self._out()

    async def leave_all(self, _: Request, signed: SignedIn) -> Response:
        """Sign out everywhere."""
        await self._sessions.end_all(signed)
        return self._out()

    def _out(self) -> Response:
        response = RedirectResponse(f"{back.SIGN_IN}?said=out", 303)
        self._door.jar.clear(response, Cookie.SESSION)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    async def _in(self, entered: Entered, to: str) -> Response:
        if not to:
            signed = await self._sessions.find(entered.token, renew=False)
            to = back.home(signed.roles) if signed is not None else back.SIGN_IN
        return self._door.let_in(entered, to)

    def _password(
        self,
        request: Request,
        to: str,
        *,
        name: str = "",
        problem: str = "",
        note: str = "",
        status: int = 200,
        wait: int = 0,
    ) -> Response:
        return self._door.show(
            request,
            "signin.html",
            status=status,
            wait=wait,
            to=to,
            name_given=name[:64],
            problem=problem,
            note=note,
            elsewhere=back.with_to(self._elsewhere, to) if self._elsewhere else "",
        )

    def _words(self, request: Request, text: Text | None) -> str:
        code = self._door.access.language(request).code
        return self._door.frame.catalogue().words(text, code) if text is not None else ""
