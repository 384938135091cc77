"""What the pages before the sign-in share: their look, the word in their forms, and where a request
comes from. There is no session yet: a cookie of its own ties a form to the browser that was given
it, so that nobody can sign somebody else in by a form on another page.
"""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.content.model import Language
from bot.domain import texts_signin
from bot.service.staff_signin import Entered, Visit
from bot.settings import Settings
from bot.web.auth.cookies import Cookie, Jar
from bot.web.auth.guard import CSRF_FIELD, Access, same
from bot.web.auth.words import INTERFACE, sayer
from bot.web.forms import Fields, fields
from bot.web.frame import Frame
from bot.web.session import is_own_page


class Door:
    """Shows and reads the pages before the sign-in."""

    def __init__(self, access: Access, frame: Frame, settings: Settings) -> None:
        self.access = access
        self.frame = frame
        self.settings = settings
        self.jar = Jar.of(settings)

    def show(
        self, request: Request, template: str, *, status: int = 200, wait: int = 0, **values: object
    ) -> Response:
        """Return a page. `wait`: seconds until this address may try again."""
        language = self.access.language(request)
        form = self.jar.read(request, Cookie.FORM) or secrets.token_urlsafe(32)
        if wait:
            status = 429
            values["problem"] = self._wait(wait, language)
        response = self.frame.render(
            template,
            language,
            status=status,
            say=sayer(self.frame.catalogue(), language.code),
            csrf=form,
            interfaces=self.interfaces(request),
            **({"problem": "", "note": ""} | values),
        )
        self.jar.write(response, Cookie.FORM, form)
        if wait:
            response.headers["Retry-After"] = str(wait)
        return response

    def interfaces(self, request: Request) -> list[tuple[str, str]]:
        """Return the languages of the page, each with the address that shows it in it."""
        there = [code for code in INTERFACE if self.frame.catalogue().language(code) is not None]
        shown = request.url if request.method == "GET" else request.url.replace(query="")
        urls = [shown.include_query_params(ui=code) for code in there]
        return [(code, f"{url.path}?{url.query}") for code, url in zip(there, urls, strict=True)]

    async def read(self, request: Request) -> Fields | Response:
        """Return the fields of a form that we gave to this browser, or the page that refuses
        them.
        """
        form = self.jar.read(request, Cookie.FORM)
        if form and is_own_page(request, self.settings):
            given = await fields(request)
            if same(given.get(CSRF_FIELD), form):
                return given
        say, code = self.frame.catalogue().words, self.access.language(request).code
        return self.access.refusal(
            request,
            403,
            say(texts_signin.NOT_FROM_HERE, code),
            say(texts_signin.NOT_FROM_HERE_NEXT, code),
        )

    def visit(self, request: Request) -> Visit:
        """Return where a request comes from."""
        return Visit(
            address=request.client.host if request.client is not None else "",
            device=self.jar.read(request, Cookie.DEVICE),
            token=self.jar.read(request, Cookie.SESSION),
        )

    def let_in(self, entered: Entered, to: str) -> Response:
        """Go on to a page with the new session."""
        response = RedirectResponse(to, 303)
        self.jar.write(response, Cookie.SESSION, entered.token)
        self.jar.write(response, Cookie.DEVICE, entered.device)
        self.jar.clear(response, Cookie.FORM)
        return response

    def base(self, request: Request) -> str:
        """Return the address that people reach us by, without a path."""
        if self.settings.public_url is not None:
            return self.settings.public_url
        return f"{request.url.scheme}://{request.url.netloc}"

    def _wait(self, seconds: int, language: Language) -> str:
        minutes = -(-seconds // 60)
        catalogue = self.frame.catalogue()
        return catalogue.counted(texts_signin.WAIT_MINUTES, minutes, language.code)
