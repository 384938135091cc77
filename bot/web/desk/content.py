"""The preview of the content: every entry, how it stands in each language, walked on two phones.

    GET /desk/content            all entries, all problems, what is to be checked again
    GET /desk/content/<entry>    one entry on two phones, each in its language
    GET /desk/content/events     says when there is something new to show (server-sent events)

Everything is a plain page under an address; the script only spares reloading. Without login it is
shown under the conditions of `security.is_without_login` and refused otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.content import formats
from bot.content.model import Language
from bot.domain import texts_desk
from bot.domain.errors import Problem
from bot.service.preview import Preview
from bot.settings import Settings
from bot.web.desk import address as addresses
from bot.web.desk.address import INTERFACE, ROOT
from bot.web.desk.files import Files
from bot.web.desk.shown import Shown
from bot.web.desk.views import Values, Views
from bot.web.events import EventStream, event, wakes
from bot.web.frame import Frame
from bot.web.languages import preferred
from bot.web.security import is_without_login

Endpoint = Callable[[Request], Awaitable[Response]]


class ContentDesk:
    """The preview."""

    def __init__(self, preview: Preview, frame: Frame, settings: Settings) -> None:
        self._preview = preview
        self._frame = frame
        self._settings = settings

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(ROOT, self._guarded(self.overview)),
            Route(f"{ROOT}/events", self._guarded(self.events)),
            Route(f"{ROOT}/{{entry}}", self._guarded(self.entry)),
        ]

    def _guarded(self, page: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            if is_without_login(request, self._settings):
                return await page(request)
            language = self._language(request, None)
            say = self._frame.catalogue().words
            return self._frame.render(
                "page.html",
                language,
                status=403,
                heading=say(texts_desk.CLOSED, language.code),
                parts=[],
                sentence=say(texts_desk.CLOSED_NEXT, language.code),
                pages=(),
                current="",
            )

        return guarded

    async def events(self, request: Request) -> Response:  # noqa: ARG002  Starlette's signature
        """Stream the stamp of what can be shown, now and whenever it changes."""
        return EventStream(self._stamps())

    async def _stamps(self) -> AsyncGenerator[bytes, None]:
        yield b"retry: 1000\n\n"
        async with aclosing(wakes(self._preview.changes())) as changes:
            async for changed in changes:
                yield event({"stamp": self._preview.stamp()}) if changed else b": \n\n"

    async def overview(self, request: Request) -> Response:
        """Show all entries and what is to be done."""
        return await self._all(self._read(request, None))

    async def entry(self, request: Request) -> Response:
        """Show one entry, walked as far as the address says."""
        entry: str = request.path_params["entry"]
        shown = self._read(request, entry)
        if "say" in request.query_params:
            return RedirectResponse(shown.address.url, 303)
        if entry not in shown.catalogue.entries:
            return await self._all(shown, gone=True)
        checked = await self._preview.checked(shown.moment)

        def page() -> Response:
            views = Views(self._preview, shown)
            values = views.entry(entry)
            own = [each for each in checked.problems if views.concerns(each, entry)]
            values["others"] = len(checked.problems) - len(own)
            values |= self._frame_of(shown, views, own, done=checked.done)
            return self._frame.render("desk_entry.html", shown.language, status=200, **values)

        return await asyncio.to_thread(page)

    async def _all(self, shown: Shown, *, gone: bool = False) -> Response:
        checked = await self._preview.checked(shown.moment)

        def page() -> Response:
            views = Views(self._preview, shown)
            values = views.overview() | {"gone": gone}
            values |= self._frame_of(shown, views, checked.problems, done=checked.done)
            status = 404 if gone else 200
            return self._frame.render("desk_overview.html", shown.language, status=status, **values)

        return await asyncio.to_thread(page)

    def _frame_of(
        self, shown: Shown, views: Views, problems: Sequence[Problem], *, done: bool
    ) -> Values:
        """Return what stands around every page."""
        refused, address = shown.moment.refused, shown.address
        return {
            "say": shown.say,
            "count": shown.count,
            "address": address,
            "root": address.of_entry(None).url,
            "interfaces": [
                (code, address.read_in(code).url)
                for code in INTERFACE
                if shown.catalogue.language(code) is not None
            ],
            "tree": views.tree(),
            "stamp": shown.moment.stamp(checked=done),
            "since": formats.clock(shown.moment.since.time(), shown.language.code),
            "refused": shown.problems(refused),
            "refused_errors": sum(problem.severity == "error" for problem in refused),
            "problems": shown.problems(problems),
            "counts": shown.counts(problems),
            "done": done,
        }

    def _read(self, request: Request, entry: str | None) -> Shown:
        moment = self._preview.now()
        address = addresses.read(entry, request.query_params, moment.catalogue)
        pattern = moment.catalogue.site.repository
        files = Files(self._preview.content, self._preview.locales, pattern)
        return Shown(moment, address, self._language(request, address.interface), files)

    def _language(self, request: Request, asked: str | None) -> Language:
        """Return the language of the page itself: as asked, else the browser's, else German."""
        catalogue = self._frame.catalogue()
        tags = preferred(request.headers.get("accept-language", ""))
        wishes = [asked] if asked else [tag.partition("-")[0].lower() for tag in tags]
        found = (catalogue.language(code) for code in wishes if code in INTERFACE)
        return next((language for language in found if language is not None), catalogue.source)
