"""The guard before every page of the team: who is signed in, has she the role, does the request
come from our own page.

Theory. Three questions in this order. A writing request must come from our own page (Origin,
Sec-Fetch-Site) before anything is looked up; then the session's cookie must open a whole session;
then, for a writing request, the session's word must stand in a header or a field, which no other
site can read; then one of the roles must be hers. A page that is asked for without a session leads
to the sign-in and back. Scripts and streams get 401 with the sign-in's address in `X-Sign-In`
instead: what is typed on an open page must not vanish behind another.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Sequence

from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.content.model import Language
from bot.domain import texts_signin
from bot.service.staff import DEMO
from bot.service.staff_sessions import Sessions, SignedIn
from bot.settings import Settings
from bot.web.auth import back
from bot.web.auth.cookies import Cookie, Jar
from bot.web.auth.words import INTERFACE, role_words
from bot.web.forms import fields, is_form
from bot.web.frame import Frame
from bot.web.languages import preferred
from bot.web.security import is_without_login
from bot.web.session import is_own_page

__all__ = ["Access", "Endpoint", "SignedIn"]

Endpoint = Callable[[Request, SignedIn], Awaitable[Response]]
Handler = Callable[[Request], Awaitable[Response]]

MAX_BODY = 64 * 1024
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf"
READS = frozenset({"GET", "HEAD"})


class Access:
    """Lets people of the team in."""

    def __init__(self, sessions: Sessions, frame: Frame, settings: Settings) -> None:
        self._sessions = sessions
        self._frame = frame
        self._settings = settings
        self._jar = Jar.of(settings)

    def desk(self, *roles: str) -> Callable[[Endpoint], Handler]:
        """Return what makes an endpoint a handler for somebody with one of `roles`; without roles
        for everybody who is signed in.
        """

        def guarded(endpoint: Endpoint) -> Handler:
            async def handler(request: Request) -> Response:
                writes = request.method not in READS
                if writes and not is_own_page(request, self._settings):
                    return self._foreign(request)
                signed = await self.signed_in(request)
                if signed is None:
                    return self._unknown(request)
                if writes and not await _carries(request, signed.csrf):
                    return self._foreign(request)
                if roles and not signed.may(*roles):
                    return self._without_role(request, signed, roles)
                return await endpoint(request, signed)

            return handler

        return guarded

    def route(
        self,
        path: str,
        endpoint: Endpoint,
        *roles: str,
        methods: Sequence[str] = ("GET",),
        most: int = MAX_BODY,
    ) -> Route:
        """Return a guarded route; bodies are `most` bytes long at most."""
        limit = [Middleware(RequestBodyLimitMiddleware, max_body_size=most)]
        return Route(path, self.desk(*roles)(endpoint), methods=list(methods), middleware=limit)

    async def signed_in(self, request: Request) -> SignedIn | None:
        """Return who asks, None where nobody is signed in. The demo's administrator is somebody
        only where a page without login may be shown.
        """
        token = self._jar.read(request, Cookie.SESSION)
        if not token:
            return None
        signed = await self._sessions.find(token, renew=_by_hand(request))
        if signed is None or not signed.strong:
            return None
        if signed.name == DEMO and not is_without_login(request, self._settings):
            return None
        return signed

    async def holds(self, signed: SignedIn) -> bool:
        """Return whether somebody may still see what she was let in for: for streams, which ask at
        every turn.
        """
        found = await self._sessions.find(signed.token, renew=False)
        return found is not None and found.strong and found.roles == signed.roles

    def language(self, request: Request, signed: SignedIn | None = None) -> Language:
        """Return the language of the team's pages: `?ui=`, her own choice, the browser's,
        German.
        """
        tags = preferred(request.headers.get("accept-language", ""))
        wishes = [request.query_params.get("ui"), signed.interface if signed else None]
        wishes += [tag.partition("-")[0].lower() for tag in tags]
        catalogue = self._frame.catalogue()
        found = (catalogue.language(code) for code in wishes if code in INTERFACE)
        return next((language for language in found if language is not None), catalogue.source)

    # -- refusals

    def _unknown(self, request: Request) -> Response:
        where = back.sign_in(request)
        if _is_page(request) and request.method in READS:
            return RedirectResponse(where, 303)
        if not _is_page(request):
            return PlainTextResponse("not signed in", 401, {"X-Sign-In": where})
        say = self._say(request)
        response = self.refusal(
            request,
            401,
            say(texts_signin.NOT_SIGNED_IN),
            say(texts_signin.NOT_SIGNED_IN_NEXT),
            action=(back.SIGN_IN, say(texts_signin.TITLE)),
        )
        response.headers["X-Sign-In"] = back.SIGN_IN
        return response

    def _foreign(self, request: Request) -> Response:
        say = self._say(request)
        return self.refusal(
            request, 403, say(texts_signin.NOT_FROM_HERE), say(texts_signin.NOT_FROM_HERE_NEXT)
        )

    def _without_role(self, request: Request, signed: SignedIn, roles: Sequence[str]) -> Response:
        language = self.language(request, signed)
        say = self._say(request, language)
        named = role_words(self._frame.catalogue(), roles, language.code)
        return self.refusal(
            request,
            403,
            say(texts_signin.NO_ROLE),
            say(texts_signin.NO_ROLE_NEXT, roles=named),
            action=(back.home(signed.roles), say(texts_signin.START)),
            language=language,
        )

    def refusal(
        self,
        request: Request,
        status: int,
        heading: str,
        sentence: str,
        *,
        action: tuple[str, str] | None = None,
        language: Language | None = None,
    ) -> Response:
        """Return a page that says no, a line of text for scripts and streams."""
        if not _is_page(request):
            return PlainTextResponse(f"{heading} {sentence}", status)
        return self._frame.render(
            "signin_refusal.html",
            language or self.language(request),
            status=status,
            heading=heading,
            sentence=sentence,
            action=action,
        )

    def _say(self, request: Request, language: Language | None = None) -> Callable[..., str]:
        code = (language or self.language(request)).code
        return lambda text, **values: self._frame.catalogue().words(text, code, **values)


async def _carries(request: Request, csrf: str) -> bool:
    """Return whether a writing request carries the session's word."""
    given = request.headers.get(CSRF_HEADER)
    if given is None and is_form(request):
        given = (await fields(request)).get(CSRF_FIELD)
    return given is not None and same(given, csrf)


def same(given: str, kept: str) -> bool:
    """Compare two words in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), kept.encode())


def _is_page(request: Request) -> bool:
    """Return whether a person waits for a page, and no script or stream."""
    headers = request.headers
    return (
        "hx-request" not in headers
        and headers.get("sec-fetch-mode", "navigate") == "navigate"
        and "text/event-stream" not in headers.get("accept", "")
    )


def _by_hand(request: Request) -> bool:
    """Return whether this is somebody's own doing and no page that keeps itself up to date."""
    return request.method not in READS or _is_page(request)
