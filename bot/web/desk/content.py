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
from bot.service import freshness
from bot.service.freshness import Review, Standing
from bot.service.preview import Preview
from bot.service.preview_walk import MOST_MOVES
from bot.settings import Settings
from bot.web.desk import address as addresses
from bot.web.desk.address import INTERFACE, ROOT
from bot.web.desk.files import Files, Place
from bot.web.desk.shown import Shown, concerns
from bot.web.events import EventStream, event, wakes
from bot.web.frame import Frame
from bot.web.languages import preferred
from bot.web.security import is_without_login

Endpoint = Callable[[Request], Awaitable[Response]]
Values = dict[str, object]


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
                yield event({"stamp": self._preview.stamp}) if changed else b": \n\n"

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
        checked = await self._preview.checked()
        values = await asyncio.to_thread(self._entry, shown, entry)
        file = shown.catalogue.texts[f"{entry}/title"].file
        own = [problem for problem in checked.problems if concerns(problem, entry, file)]
        values |= self._check(shown, own, done=checked.done)
        values["others"] = len(checked.problems) - len(own)
        return self._render("desk_entry.html", shown, values)

    async def _all(self, shown: Shown, *, gone: bool = False) -> Response:
        checked = await self._preview.checked()
        values = await asyncio.to_thread(self._overview, shown)
        values |= self._check(shown, checked.problems, done=checked.done)
        values["gone"] = gone
        return self._render("desk_overview.html", shown, values, status=404 if gone else 200)

    def _check(self, shown: Shown, found: Sequence[Problem], *, done: bool) -> Values:
        return {
            "problems": shown.problems(found, self._files()),
            "counts": shown.counts(found),
            "done": done,
        }

    def _read(self, request: Request, entry: str | None) -> Shown:
        catalogue = self._preview.catalogue
        address = addresses.read(entry, request.query_params, catalogue)
        return Shown(catalogue, address, self._language(request, address.interface))

    def _language(self, request: Request, asked: str | None) -> Language:
        """Return the language of the page itself: as asked, else the browser's, else German."""
        catalogue = self._frame.catalogue()
        tags = preferred(request.headers.get("accept-language", ""))
        wishes = [asked] if asked else [tag.partition("-")[0].lower() for tag in tags]
        found = (catalogue.language(code) for code in wishes if code in INTERFACE)
        return next((language for language in found if language is not None), catalogue.source)

    # -- values of the pages

    def _overview(self, shown: Shown) -> Values:
        catalogue, today = shown.catalogue, self._preview.today
        keys = freshness.keys_by_entry(catalogue)
        languages = freshness.content_languages(catalogue)
        rows = [
            {
                "title": shown.topic(topic.id),
                "entries": [
                    {
                        "title": shown.title(entry),
                        "url": shown.address.of_entry(entry).url,
                        "cells": [
                            {
                                "state": shown.of_stand(
                                    freshness.stand(catalogue, keys[entry], language)
                                ),
                                "url": shown.address.of_entry(entry).beside(language.code).url,
                            }
                            for language in languages
                        ],
                    }
                    for entry in topic.entries
                    if entry in keys
                ],
            }
            for topic in catalogue.topics
        ]
        lines = {name: self._preview.lines(name) for name in ("facts.yaml", "places.yaml")}
        return {
            "rows": rows,
            "languages": [(language, shown.name_of(language)) for language in languages],
            "legend": [
                (shown.state(standing), shown.say(f"legend_{standing.value}"))
                for standing in reversed(Standing)
            ],
            "reviews": shown.reviews(
                freshness.reviews(catalogue), today, lambda each: self._place(shown, each, lines)
            ),
        }

    def _entry(self, shown: Shown, entry: str) -> Values:
        catalogue, address = shown.catalogue, shown.address
        walk = self._preview.walk(entry, (address.left, address.right), address.moves)
        here = shown.address = address.at(walk.moves)
        keys = freshness.keys_by_entry(catalogue)
        stands = [
            freshness.stand(catalogue, keys[entry], language)
            for language in freshness.content_languages(catalogue)
        ]
        spot = walk.screens[0].spot
        lines = {name: self._preview.lines(name) for name in ("facts.yaml", "places.yaml")}
        found = catalogue.entries[entry]
        return {
            "entry": entry,
            "title": shown.title(entry),
            "cut": walk.cut,
            "long": len(address.moves) > MOST_MOVES,
            "spot": spot,
            "place": self._step_place(shown, spot.entry, spot.step)
            if spot is not None
            else self._step_place(shown, entry, ""),
            "restart": here.at(()).url,
            "undo": here.at(walk.moves[:-1]).url if walk.moves else None,
            "phones": [
                {
                    "side": side,
                    "label": shown.say(side),
                    "screen": screen,
                    "name": shown.name_of(screen.language),
                    "chosen": chosen,
                    "states": shown.screen_states(screen),
                    "bubbles": shown.bubbles(screen),
                }
                for side, chosen, screen in zip(
                    ("left", "right"), (address.left, address.right), walk.screens, strict=True
                )
            ],
            "options": [
                (language, shown.name_of(language), self._option(shown, language))
                for language in catalogue.languages
            ],
            "stands": [
                {
                    "name": shown.name_of(stand.language),
                    "code": stand.language.code,
                    "state": shown.of_stand(stand),
                    "url": here.beside(stand.language.code).url,
                    "lists": [
                        (shown.say(name, language=shown.name_of(stand.language)), list(texts))
                        for name, texts in (
                            ("keys_missing", stand.missing),
                            ("keys_stale", stand.stale),
                        )
                        if texts
                    ],
                }
                for stand in stands
            ],
            "reviews": shown.reviews(
                freshness.reviews_of(catalogue, found, keys[entry]),
                self._preview.today,
                lambda each: self._place(shown, each, lines),
            ),
        }

    def _option(self, shown: Shown, language: Language) -> str:
        if language.status == "source":
            return shown.say("source")
        return "" if language.content else shown.say("interface_only")

    def _tree(self, shown: Shown) -> list[Values]:
        catalogue = shown.catalogue
        keys = freshness.keys_by_entry(catalogue)
        languages = freshness.content_languages(catalogue)
        today = self._preview.today
        overdue = {
            each.id: each.day
            for each in freshness.reviews(catalogue)
            if each.kind == "entry" and each.state(today) == "overdue" and each.day is not None
        }
        return [
            {
                "title": shown.topic(topic.id),
                "entries": [
                    {
                        "id": entry,
                        "title": shown.title(entry),
                        "url": shown.address.of_entry(entry).url,
                        "states": shown.summary(
                            freshness.stand(catalogue, keys[entry], each) for each in languages
                        ),
                        "overdue": shown.day(overdue[entry]) if entry in overdue else None,
                    }
                    for entry in topic.entries
                    if entry in keys
                ],
            }
            for topic in catalogue.topics
        ]

    # -- places in files

    def _files(self) -> Files:
        site = self._preview.catalogue.site
        return Files(self._preview.content, self._preview.locales, site.repository)

    def _step_place(self, shown: Shown, entry: str, step: str) -> Place:
        """Return where a step of an entry begins; without a step, where the entry does."""
        topic = shown.catalogue.entries[entry].topic
        name = f"topics/{topic}/{entry}.yaml"
        line = self._preview.lines(name).get(step, 1) if step else 1
        return self._files().place((self._preview.content / name).as_posix(), line)

    def _place(self, shown: Shown, review: Review, lines: dict[str, dict[str, int]]) -> Place:
        if review.kind == "entry":
            return self._step_place(shown, review.id, "")
        name = f"{review.kind}s.yaml"
        file = (self._preview.content / name).as_posix()
        return self._files().place(file, lines[name].get(review.id, 1))

    def _render(
        self, template: str, shown: Shown, values: Values, *, status: int = 200
    ) -> Response:
        refused = self._preview.refused
        common: Values = {
            "say": shown.say,
            "count": shown.count,
            "address": shown.address,
            "root": shown.address.of_entry(None).url,
            "interfaces": [
                (code, shown.address.read_in(code).url)
                for code in INTERFACE
                if shown.catalogue.language(code) is not None
            ],
            "tree": self._tree(shown),
            "stamp": self._preview.stamp,
            "since": formats.clock(self._preview.since.time(), shown.language.code),
            "refused": shown.problems(refused, self._files()),
            "refused_errors": sum(problem.severity == "error" for problem in refused),
        }
        return self._frame.render(template, shown.language, status=status, **common | values)
