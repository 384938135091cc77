"""Coming back to a conversation of the web: the page that takes a return code, the picture of a
code, and the pages about the e-mail that tells of an answer. Plain forms, which need no script.

A conversation that was opened by a code gets a session that nobody has had before. The link in a
picture carries the code behind a `#`, where no server and no log sees it; the page's script puts it
into the form.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.content.model import Language
from bot.domain import texts_return as words
from bot.domain.returning import BadCode
from bot.domain.texts import Text
from bot.service.codes import qr_svg
from bot.service.mailing import Mailing, Wish
from bot.service.ports import WebChat
from bot.settings import Settings
from bot.web.forms import fields
from bot.web.frame import Frame
from bot.web.session import Cookies, Session, is_own_page, new_session

MAX_BODY = 4096
MAX_SEQ = 2**31

_REFUSED = {
    "unknown": words.BAD_CODE,
    "many": words.TOO_MANY,
    "busy": words.BUSY,
    "appointment": words.APPOINTMENT_HERE,
}
_WISHES = {
    Wish.BAD: words.MAIL_BAD,
    Wish.DIFFERENT: words.MAIL_DIFFERENT,
    Wish.NO_CASE: words.MAIL_NO_CASE,
}
_SMALL = (Middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY),)


class _Pages:
    """What the pages have in common."""

    def __init__(self, frame: Frame, settings: Settings) -> None:
        self._frame = frame
        self._settings = settings
        self._cookies = Cookies.of(settings)

    def _page(
        self,
        template: str,
        language: Language,
        status: int = HTTPStatus.OK,
        **values: Text | str | None,
    ) -> Response:
        said = {
            name: self._say(value, language) if isinstance(value, Text) else value
            for name, value in values.items()
        }
        return self._frame.render(template, language, status=status, **said)

    def _told(
        self, language: Language, heading: Text, sentence: str, status: int = HTTPStatus.OK
    ) -> Response:
        return self._frame.render(
            "page.html",
            language,
            status=status,
            heading=self._say(heading, language),
            parts=[],
            sentence=sentence,
            pages=(),
            current="",
        )

    def _say(self, text: Text, language: Language, **values: str) -> str:
        return self._frame.catalogue().words(text, language.code, **values)

    def _language(self, request: Request) -> Language:
        return self._frame.language(request, request.query_params.get("lang"))

    def _session(self, request: Request) -> Session:
        session = self._cookies.read(request)
        if session is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return session

    def _own(self, request: Request) -> None:
        if not is_own_page(request, self._settings):
            raise HTTPException(HTTPStatus.FORBIDDEN)


class Returning(_Pages):
    """The page that takes a code, and the picture of one."""

    def __init__(self, chat: WebChat, frame: Frame, settings: Settings) -> None:
        super().__init__(frame, settings)
        self._chat = chat

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return [
            Route("/continue", self.ask),
            Route("/continue", self.redeem, methods=["POST"], middleware=_SMALL),
            Route("/chat/code/{seq:int}.svg", self.picture),
        ]

    async def ask(self, request: Request) -> Response:
        """Show the form for a code."""
        return self._form(request)

    async def redeem(self, request: Request) -> Response:
        """Open the conversation of a code in this browser."""
        self._own(request)
        code = (await fields(request)).get("code")
        known = self._cookies.read(request)
        session = Session(new_session().token, known.shared if known is not None else False)
        guess = self._frame.guess(request)
        refused = await self._chat.redeem(
            code,
            old=known.token if known is not None else None,
            new=session.token,
            peer=request.client.host if request.client is not None else "",
            language=guess.code if guess else None,
        )
        if refused is not None:
            return self._form(request, refused, code)
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        self._cookies.write(response, session)
        return response

    async def picture(self, request: Request) -> Response:
        """Show the code of one of her messages as a picture that opens the page above."""
        session, seq = self._cookies.read(request), int(request.path_params["seq"])
        code = await self._chat.code(session.token, seq) if session and seq < MAX_SEQ else None
        if code is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        base = self._settings.public_url or str(request.base_url).rstrip("/")
        link = f"{base}/continue#{'-'.join(code.split())}"
        return Response(qr_svg(link), media_type="image/svg+xml")

    def _form(self, request: Request, refused: BadCode | None = None, code: str = "") -> Response:
        language = self._language(request)
        many = refused is not None and refused.reason == "many"
        status = HTTPStatus.OK if refused is None else HTTPStatus.UNPROCESSABLE_ENTITY
        return self._page(
            "continue.html",
            language,
            HTTPStatus.TOO_MANY_REQUESTS if many else status,
            problem=_REFUSED[refused.reason] if refused is not None else None,
            code=code[:80],
            hint=words.CONTINUE_HINT,
            moves=words.CONTINUE_MOVES,
            label=words.CONTINUE_LABEL,
            do=words.CONTINUE_DO,
        )


class MailPages(_Pages):
    """The pages about the e-mail."""

    def __init__(self, mailing: Mailing, frame: Frame, settings: Settings) -> None:
        super().__init__(frame, settings)
        self._mailing = mailing

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return [
            Route("/mail", self.ask),
            Route("/mail", self.keep, methods=["POST"], middleware=_SMALL),
            Route("/mail/stop", self.ask_stop),
            Route("/mail/stop", self.stop, methods=["POST"], middleware=_SMALL),
        ]

    async def ask(self, request: Request) -> Response:
        """Show the form for her address."""
        return self._form(request)

    async def keep(self, request: Request) -> Response:
        """Keep her address, typed twice."""
        self._own(request)
        session = self._session(request)
        given = await fields(request)
        address = given.get("address")
        wish = await self._mailing.ask(session.token, address, given.get("again"))
        if wish is Wish.KEPT:
            language = self._language(request)
            kept = self._say(words.MAIL_KEPT, language, address=address.strip())
            return self._told(language, words.MAIL_ASK, kept)
        return self._form(request, _WISHES[wish], address)

    async def ask_stop(self, request: Request) -> Response:
        """Ask before stopping: programs that look at links in mails must change nothing."""
        return self._page(
            "mail_stop.html",
            self._language(request),
            token=request.query_params.get("c", ""),
            ask=words.MAIL_STOP_ASK,
            do=words.MAIL_STOP_DO,
        )

    async def stop(self, request: Request) -> Response:
        """Send no more mails. Her mail program may ask for it too (RFC 8058)."""
        self._own(request)
        stopped = await self._mailing.stop(request.query_params.get("c", ""))
        language = self._language(request)
        text = words.MAIL_STOPPED if stopped else words.MAIL_BAD_LINK
        return self._told(
            language,
            words.MAIL_STOP_DO,
            self._say(text, language),
            HTTPStatus.OK if stopped else HTTPStatus.NOT_FOUND,
        )

    def _form(self, request: Request, problem: Text | None = None, address: str = "") -> Response:
        self._session(request)
        return self._page(
            "mail.html",
            self._language(request),
            HTTPStatus.OK if problem is None else HTTPStatus.UNPROCESSABLE_ENTITY,
            problem=problem,
            address=address[:254],
            hint=words.MAIL_HINT,
            label=words.MAIL_LABEL,
            again=words.MAIL_AGAIN,
            do=words.MAIL_DO,
        )
