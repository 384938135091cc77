"""The pages behind the footer (imprint, privacy, accessibility, feedback) and the pages that say
what went wrong.

Their words come from the content; a missing one is named as missing, not invented.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.content.model import Language
from bot.domain import texts, texts_web
from bot.domain.capabilities import Capabilities, Choices, LengthUnit, Rich
from bot.domain.outgoing import Block, Link, Message, Paragraph, Plain
from bot.domain.texts import Text
from bot.rendering.parts import Words, parts
from bot.service.ports import TooManyError, UnavailableError
from bot.settings import Settings
from bot.web.frame import Frame
from bot.web.security import security_headers

PAGES = ("imprint", "privacy", "accessibility", "feedback")

_SHEET = Capabilities(
    max_text=1_000_000,
    unit=LengthUnit.CHARACTERS,
    rich=Rich.HTML,
    choices=Choices.LIST,
    edits=False,
    edits_in_place=False,
)
_FROM_CONTENT = {
    "imprint": (("imprint", None), ("funding", texts.ABOUT_FUNDING)),
    "privacy": (("privacy", None), ("translation", None)),
    "accessibility": (("accessibility", None),),
}


class Pages:
    """The pages that are no conversation."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/about/{page}", self.about)]

    async def about(self, request: Request) -> Response:
        """Show one page of the footer, in `?lang=` or the browser's language."""
        page: str = request.path_params["page"]
        if page not in PAGES:
            raise HTTPException(404)
        language = self._frame.language(request, request.query_params.get("lang"))
        shown = self._feedback(language) if page == "feedback" else self._legal(page, language)
        return self._frame.render(
            "page.html",
            language,
            heading=self._frame.words(language)[page],
            parts=shown,
            pages=PAGES,
            current=page,
        )

    def _legal(self, page: str, language: Language) -> list[dict[str, str]]:
        catalogue = self._frame.catalogue()
        today = self._frame.clock().astimezone(ZoneInfo(catalogue.site.zone)).date()
        shown: list[dict[str, str]] = []
        for key, heading in _FROM_CONTENT[page]:
            if key in catalogue.site.legal:
                found = catalogue.blocks(f"site/{key}", language.code, today)
                shown.append(self._part(found.lang, found.blocks, heading, language))
            elif key == page:
                shown.append(self._sentence(texts.ABOUT_NOT_CONFIRMED, language))
        return shown

    def _feedback(self, language: Language) -> list[dict[str, str]]:
        address = self._frame.catalogue().site.feedback
        if not address:
            return [self._sentence(texts.ABOUT_NOT_CONFIRMED, language)]
        say = self._frame.catalogue().words
        where = (
            Link(label=address, url=f"mailto:{address}") if "@" in address else Plain(text=address)
        )
        blocks = (
            Paragraph(spans=(Plain(text=say(texts_web.FEEDBACK_ASK, language.code)),)),
            Paragraph(spans=(where,)),
            Paragraph(spans=(Plain(text=say(texts_web.FEEDBACK_PRIVATE, language.code)),)),
        )
        return [self._part(language.code, blocks, None, language)]

    def _sentence(self, text: Text, language: Language) -> dict[str, str]:
        words = self._frame.catalogue().words(text, language.code)
        return self._part(language.code, (Paragraph(spans=(Plain(text=words),)),), None, language)

    def _part(
        self, lang: str, blocks: Sequence[Block], heading: Text | None, language: Language
    ) -> dict[str, str]:
        pieces = parts(
            Message(lang=lang, blocks=tuple(blocks)),
            0,
            _SHEET,
            Words(number_or_word=""),
            direction_of=self._direction,
        ).pieces
        return {
            "heading": self._frame.catalogue().words(heading, language.code) if heading else "",
            "lang": lang,
            "dir": self._direction(lang),
            "html": "".join(piece.html for piece in pieces),
        }

    def _direction(self, lang: str) -> Literal["ltr", "rtl"]:
        language = self._frame.catalogue().language(lang)
        return language.direction if language else "ltr"


class Failures:
    """What a visitor sees when something went wrong; programs under /chat/ get JSON."""

    def __init__(self, frame: Frame, settings: Settings) -> None:
        self._frame = frame
        self._headers = security_headers(settings)

    async def http(self, request: Request, error: Exception) -> Response:
        """Answer an HTTP error of our own."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 404:
            return self._show(request, status, texts_web.NOT_FOUND, texts_web.NOT_FOUND_NEXT)
        return self._show(request, status, texts_web.REFUSED_PAGE, texts_web.NOT_FOUND_NEXT)

    async def crash(self, request: Request, error: Exception) -> Response:  # noqa: ARG002  Starlette's signature
        """Answer where the program failed. Starlette does so outside the guard."""
        response = self._show(request, 500, texts_web.FAILED, texts_web.FAILED_NEXT)
        response.headers.update(self._headers)
        return response

    async def unavailable(self, request: Request, error: Exception) -> Response:  # noqa: ARG002  Starlette's signature
        """Answer while the database is down: nothing was taken, come again."""
        response = self._show(request, 503, texts_web.UNAVAILABLE, texts_web.FAILED_NEXT)
        response.headers["Retry-After"] = "5"
        return response

    async def too_many(self, request: Request, error: Exception) -> Response:
        """Answer a conversation that writes too fast."""
        response = self._show(request, 429, texts_web.REFUSED_PAGE, texts_web.FAILED_NEXT)
        if isinstance(error, TooManyError):
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    def handlers(self) -> Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]]:
        """Return the handlers by error, as Starlette takes them."""
        return {
            HTTPException: self.http,
            UnavailableError: self.unavailable,
            TooManyError: self.too_many,
            Exception: self.crash,
        }

    def _show(self, request: Request, status: int, what: Text, then: Text) -> Response:
        if request.url.path.startswith("/chat/"):
            return JSONResponse({"error": what.id}, status)
        language = self._frame.language(request, request.query_params.get("lang"))
        say = self._frame.catalogue().words
        return self._frame.render(
            "page.html",
            language,
            status=status,
            heading=say(what, language.code),
            parts=[],
            sentence=say(then, language.code),
            pages=(),
            current="",
        )
