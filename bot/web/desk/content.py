"""The preview of the content: every entry, how it stands in each language, walked on two phones.

    GET /desk/content            all entries, all problems, what is to be checked again
    GET /desk/content/<entry>    one entry on two phones, each in its language
    GET /desk/content/events     says when there is something new to show (server-sent events)

Everything is a plain page under an address; the script only spares reloading. For editors.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.content import formats
from bot.domain.errors import Problem
from bot.domain.staff import Role
from bot.service.preview import Preview
from bot.web.auth.guard import Access, SignedIn
from bot.web.auth.team import places
from bot.web.auth.words import sayer
from bot.web.desk import address as addresses
from bot.web.desk.address import INTERFACE, ROOT
from bot.web.desk.files import Files
from bot.web.desk.shown import Shown
from bot.web.desk.views import Values, Views
from bot.web.events import EventStream, event, wakes
from bot.web.frame import Frame


class ContentDesk:
    """The preview."""

    def __init__(self, preview: Preview, frame: Frame, access: Access) -> None:
        self._preview = preview
        self._frame = frame
        self._access = access

    def routes(self) -> list[Route]:
        """Return the routes."""
        route = self._access.route
        return [
            route(ROOT, self.overview, Role.EDITOR),
            route(f"{ROOT}/events", self.events, Role.EDITOR),
            route(f"{ROOT}/{{entry}}", self.entry, Role.EDITOR),
        ]

    async def events(self, _: Request, signed: SignedIn) -> Response:
        """Stream the stamp of what can be shown, now and whenever it changes."""
        return EventStream(self._stamps(signed))

    async def _stamps(self, signed: SignedIn) -> AsyncGenerator[bytes, None]:
        yield b"retry: 1000\n\n"
        async with aclosing(wakes(self._preview.changes())) as changes:
            async for changed in changes:
                if not await self._access.holds(signed):
                    return
                yield event({"stamp": self._preview.stamp()}) if changed else b": \n\n"

    async def overview(self, request: Request, signed: SignedIn) -> Response:
        """Show all entries and what is to be done."""
        return await self._all(self._read(request, signed, None), signed)

    async def entry(self, request: Request, signed: SignedIn) -> Response:
        """Show one entry, walked as far as the address says."""
        entry: str = request.path_params["entry"]
        shown = self._read(request, signed, entry)
        if "say" in request.query_params:
            return RedirectResponse(shown.address.url, 303)
        if entry not in shown.catalogue.entries:
            return await self._all(shown, signed, gone=True)
        checked = await self._preview.checked(shown.moment)

        def page() -> Response:
            views = Views(self._preview, shown)
            values = views.entry(entry)
            own = [each for each in checked.problems if views.concerns(each, entry)]
            values["others"] = len(checked.problems) - len(own)
            values |= self._frame_of(shown, signed, views, own, done=checked.done)
            return self._frame.render("desk_entry.html", shown.language, status=200, **values)

        return await asyncio.to_thread(page)

    async def _all(self, shown: Shown, signed: SignedIn, *, gone: bool = False) -> Response:
        checked = await self._preview.checked(shown.moment)

        def page() -> Response:
            views = Views(self._preview, shown)
            values = views.overview() | {"gone": gone}
            values |= self._frame_of(shown, signed, views, checked.problems, done=checked.done)
            status = 404 if gone else 200
            return self._frame.render("desk_overview.html", shown.language, status=status, **values)

        return await asyncio.to_thread(page)

    def _frame_of(
        self,
        shown: Shown,
        signed: SignedIn,
        views: Views,
        problems: Sequence[Problem],
        *,
        done: bool,
    ) -> Values:
        """Return what stands around every page."""
        refused, address = shown.moment.refused, shown.address
        return {
            "say": shown.say,
            "count": shown.count,
            "address": address,
            "root": address.of_entry(None).url,
            "places": places(signed, sayer(shown.catalogue, shown.language.code), "content"),
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

    def _read(self, request: Request, signed: SignedIn, entry: str | None) -> Shown:
        moment = self._preview.now()
        address = addresses.read(entry, request.query_params, moment.catalogue)
        pattern = moment.catalogue.site.repository
        files = Files(self._preview.content, self._preview.locales, pattern)
        return Shown(moment, address, self._access.language(request, signed), files)
