"""The routes of the web chat: the page, a message in, the stream of events, the device, leaving.

A message is answered with 202 only after the service has committed it; every refusal is a status
that the page's script has a sentence for. Knows neither engine nor storage: it speaks to the
`WebChat` port.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.service.mailing import Mailing
from bot.service.ports import Posted, UnavailableError, WebChat
from bot.settings import Settings
from bot.web.events import EventStream, stream
from bot.web.frame import TEXT_LIMIT, Frame
from bot.web.pages import PAGES
from bot.web.session import Cookies, Session, is_own_page, new_session

MAX_BODY = 64 * 1024
MAX_CHOICE = 64
"""A choice carries what a button carries; `domain.outgoing.token` keeps to 64 bytes."""

BODY_SECONDS = 20.0
"""A message is small: whoever sends it more slowly than this is not writing but holding on."""

MAX_SEQ = 2**31
FILE_KINDS = frozenset({"text/calendar"})
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_ID = re.compile(r"[ -~]{1,128}")
_SURROGATES = re.compile("[\ud800-\udfff]")


def refusal(status: int, reason: str) -> JSONResponse:
    """Return an answer that says no, for programs; the page's script has the words for people."""
    return JSONResponse({"error": reason}, status)


class Chat:
    """The web chat."""

    def __init__(
        self, chat: WebChat, frame: Frame, settings: Settings, mailing: Mailing | None = None
    ) -> None:
        self._chat = chat
        self._mailing = mailing
        self._frame = frame
        self._settings = settings
        self._cookies = Cookies.of(settings)

    def routes(self) -> list[Route]:
        """Return the routes."""
        small = [Middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY)]
        return [
            Route("/", self.page),
            Route("/chat/events", self.events),
            Route("/chat/messages", self.message, methods=["POST"], middleware=small),
            Route("/chat/device", self.device, methods=["POST"], middleware=small),
            Route("/chat/leave", self.leave, methods=["POST"], middleware=small),
            Route("/chat/files/{seq:int}", self.file),
        ]

    async def page(self, request: Request) -> Response:
        """Show the page and set or renew the session."""
        known = self._cookies.read(request)
        session = known or new_session()
        language = self._frame.language(request, await self._spoken(session) if known else None)
        response = self._frame.render(
            "chat.html",
            language,
            shared=session.shared,
            leave_url=self._frame.catalogue().site.leave_url,
            text_limit=TEXT_LIMIT,
            appointments=bool(self._frame.catalogue().services),
            mail=self._mailing is not None,
            pages=PAGES,
        )
        self._cookies.write(response, session)
        return response

    async def events(self, request: Request) -> Response:
        """Stream what was said since Last-Event-ID, and what will be."""
        session = self._cookies.read(request)
        if session is None:
            return refusal(401, "no session")
        after = request.headers.get("last-event-id", "")
        guess = self._frame.guess(request)
        await self._chat.open(session.token, guess.code if guess else None)
        if self._mailing is not None:
            await self._mailing.seen(session.token)
        return EventStream(
            stream(
                self._chat,
                session.token,
                int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0,
                request.query_params.get("lang", ""),
                self._frame.page_event,
            )
        )

    async def message(self, request: Request) -> Response:
        """Take a message: 202 after the commit."""
        read = await self._read(request)
        if isinstance(read, Response):
            return read
        session, fields = read
        client_id, text, choice = fields.get("id"), fields.get("text"), fields.get("choice")
        if not isinstance(client_id, str) or not _ID.fullmatch(client_id):
            return refusal(400, "id: 1 to 128 printable ASCII characters")
        if (text is None) is (choice is None):
            return refusal(400, "either text or choice")
        if text is not None and not (isinstance(text, str) and text.strip()):
            return refusal(400, "text: words")
        if choice is not None and not (isinstance(choice, str) and 0 < len(choice) <= MAX_CHOICE):
            return refusal(400, "choice: the id of a choice")
        guess = self._frame.guess(request)
        posted = await self._chat.post(
            session.token,
            client_id,
            text=_SURROGATES.sub("\ufffd", text) if text is not None else None,
            choice=_SURROGATES.sub("\ufffd", choice) if choice is not None else None,
            language=guess.code if guess else None,
        )
        if posted is Posted.CONFLICT:
            return refusal(409, "another message has this id")
        return JSONResponse({"id": client_id}, 202)

    async def device(self, request: Request) -> Response:
        """Remember whether others use this device too: then the session ends with the browser."""
        read = await self._read(request)
        if isinstance(read, Response):
            return read
        session, fields = read
        shared = fields.get("shared")
        if not isinstance(shared, bool):
            return refusal(400, "shared: true or false")
        response = Response(status_code=204)
        self._cookies.write(response, Session(session.token, shared))
        return response

    async def leave(self, request: Request) -> Response:
        """End the session in this browser; also where there is none any more."""
        if not is_own_page(request, self._settings):
            return refusal(403, "not from this page")
        response = Response(status_code=204, headers={"Clear-Site-Data": '"cache", "storage"'})
        self._cookies.clear(response)
        return response

    async def file(self, request: Request) -> Response:
        """Hand over the file of one of her messages, to be kept and never to be shown here."""
        session, seq = self._cookies.read(request), int(request.path_params["seq"])
        found = await self._chat.file(session.token, seq) if session and seq < MAX_SEQ else None
        if found is None:
            raise HTTPException(404)
        kind = found.media_type if found.media_type in FILE_KINDS else "application/octet-stream"
        return Response(
            found.text.encode(),
            media_type=kind,
            headers={
                "Content-Disposition": f'attachment; filename="{_UNSAFE.sub("_", found.name)}"',
                "Content-Security-Policy": "default-src 'none'; sandbox",
            },
        )

    async def _spoken(self, session: Session) -> str | None:
        try:
            return await self._chat.language(session.token)
        except UnavailableError:
            return None  # the page can be shown, and will keep what is typed

    async def _read(self, request: Request) -> tuple[Session, Mapping[str, object]] | Response:
        """Return session and fields of a JSON request, or the answer that refuses it."""
        if not is_own_page(request, self._settings):
            return refusal(403, "not from this page")
        session = self._cookies.read(request)
        if session is None:
            return refusal(401, "no session")
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            return refusal(415, "application/json only")
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.body()
        except TimeoutError:
            return refusal(408, "too slow")
        try:
            fields: object = json.loads(body)
        except (ValueError, RecursionError):
            return refusal(400, "not JSON")
        if not isinstance(fields, dict):
            return refusal(400, "not an object")
        return session, fields
