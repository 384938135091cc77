"""Somebody's calendar feed: the page that makes and revokes it, and the feed itself.

GET, POST /desk/calendar/feeds     made, replaced, revoked
GET       /calendar/<word>.ics     for calendar programs, without signing in
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.domain.staff import Role
from bot.service.calendar_file import MEDIA_TYPE
from bot.service.desk.calendar_feeds import ALL, MINE, Feeds
from bot.settings import Settings
from bot.web.auth.guard import SignedIn
from bot.web.desk.calendar_address import ROOT
from bot.web.desk.calendar_room import Notice, Room
from bot.web.desk.calendar_speech import CalendarSpeech
from bot.web.desk.speech import Values
from bot.web.forms import fields

PATH = "/calendar/{token}.ics"
_LONGEST = 64
_HEADERS = {
    "Cache-Control": "private, no-cache",  # may be kept, and asked about each time
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


class FeedPages:
    """Makes feeds and hands them out."""

    def __init__(self, room: Room, settings: Settings) -> None:
        self._room = room
        self._settings = settings
        desk = room.desk
        self._feeds = Feeds(desk.database, desk.catalogue, desk.clock)

    def routes(self, of: Callable[..., BaseRoute]) -> list[BaseRoute]:
        """Return the routes."""
        return [
            of(f"{ROOT}/feeds", self.show, Role.COUNSELLOR),
            of(f"{ROOT}/feeds", self.change, Role.COUNSELLOR, methods=("POST",)),
            Route(PATH, self.feed),
        ]

    async def show(self, request: Request, signed: SignedIn) -> Response:
        """Show whether she has a feed."""
        speech = self._room.speech(request, signed)
        revoked = request.query_params.get("done") == "revoked"
        notice = Notice(speech.say("cal_feeds_revoked")) if revoked else None
        return await self._show(signed, speech, notice=notice)

    async def change(self, request: Request, signed: SignedIn) -> Response:
        """Make a feed, or revoke it. The address is shown now and never again."""
        given, speech = await fields(request), self._room.speech(request, signed)
        if given.get("step") == "revoke":
            await self._feeds.revoke(signed.staff_id)
            return RedirectResponse(f"{ROOT}/feeds?done=revoked", 303)
        scope = given.get("scope")
        if scope not in {MINE, ALL} and scope not in speech.catalogue.places:
            raise HTTPException(400)
        token = await self._feeds.make(signed.staff_id, scope)
        base = self._settings.public_url or str(request.base_url)
        return await self._show(
            signed, speech, address=f"{base.rstrip('/')}{PATH.format(token=token)}"
        )

    async def feed(self, request: Request) -> Response:
        """Return a feed."""
        token: str = request.path_params["token"]
        found = await self._feeds.read(token) if len(token) <= _LONGEST else None
        if found is None:
            return PlainTextResponse("not found", 404, _HEADERS)
        body = found.encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {**_HEADERS, "ETag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        disposition = {"Content-Disposition": 'inline; filename="lotse.ics"'}
        return Response(
            body, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers | disposition
        )

    async def _show(
        self,
        signed: SignedIn,
        speech: CalendarSpeech,
        *,
        address: str = "",
        notice: Notice | None = None,
    ) -> Response:
        feed = await self._feeds.of(signed.staff_id)
        scopes = [
            (MINE, speech.say("cal_feeds_mine")),
            (ALL, speech.say("cal_feeds_all")),
            *speech.offered_places.items(),
        ]
        named = dict(scopes)
        values: Values = {
            "notice": notice,
            "address": address,
            "scopes": scopes,
            "scope": feed.scope if feed is not None else MINE,
            "stands": ""
            if feed is None
            else speech.say(
                "cal_feeds_stands",
                date=speech.long_day(speech.local(feed.since).date()),
                scope=named.get(feed.scope) or speech.place(feed.scope),
            ),
        }
        return await self._room.page("desk_feeds.html", speech, signed, values)
