"""What open pages are told, as server-sent events: stamps, not contents.

`desk` carries the stamp of the queue, of the open case or of the calendar, how many cases call for
this person, what may ring, and whether the browser may show a notice now. A page that sees a stamp
it does not know asks for that part again. `end` closes the stream of somebody who was signed out.
Nothing is numbered: every event says how things stand now.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing

from starlette.requests import Request
from starlette.responses import Response

from bot.service.desk.board import Board, Shared
from bot.service.desk.desk import Desk, News, known_prefs
from bot.service.desk.queue import Group, calls, grouped
from bot.storage import calendar
from bot.web.auth.guard import Access, SignedIn
from bot.web.desk.case_page import number
from bot.web.events import EventStream, event, wakes

_RINGING = (Group.URGENT, Group.MINE, Group.WAITING)


class Live:
    """Tells open pages what is new."""

    def __init__(self, desk: Desk, access: Access) -> None:
        self._desk = desk
        self._access = access
        self._calendar = Shared(lambda: desk.database.read(calendar.stamp))

    async def events(self, request: Request, signed: SignedIn) -> Response:
        """Stream until the page goes, the session ends or the service stops."""
        query = request.query_params
        case_id, dated = number(query.get("case", "")), "calendar" in query
        return EventStream(self._stream(signed, case_id, dated=dated))

    async def _stream(
        self, signed: SignedIn, case_id: int | None, *, dated: bool
    ) -> AsyncGenerator[bytes, None]:
        yield b"retry: 1000\n\n"
        told: object = None
        with ExitStack() as here:
            if case_id is not None:
                presence = self._desk.presence
                here.enter_context(presence.at(case_id, signed.staff_id, signed.shown_name))
            async with aclosing(wakes(self._desk.changes())) as changes:
                async for changed in changes:
                    if not await self._access.holds(signed):
                        yield event({}, name="end")
                        return
                    if not changed:
                        yield b": \n\n"
                        continue
                    news = self._told(signed, case_id, await self._desk.news(case_id))
                    if dated:
                        news["calendar"] = await self._calendar()
                    if news != told:
                        told = news
                        yield event(news, name="desk")

    def _told(self, signed: SignedIn, case_id: int | None, news: News) -> dict[str, object]:
        board, me = news.board, signed.staff_id
        groups = grouped(board.rows, me, board.today)
        count, failed = calls(groups)
        others = self._desk.presence.others(case_id, me) if case_id is not None else ()
        ringing = {
            group: sorted(
                f"{row.case.id}.{int(row.since.timestamp())}" for row in groups.get(group, ())
            )
            for group in _RINGING
        }
        return {
            "queue": board.stamp,
            "case": f"{news.case_stamp}|{'|'.join(others)}" if case_id is not None else "",
            "count": count,
            "failed": failed,
            "rings": [each for listed in ringing.values() for each in listed],
            "urgent": ringing[Group.URGENT],
            "notify": self._may_ring(signed, board, crisis=False),
            "alarm": self._may_ring(signed, board, crisis=True),
        }

    def _may_ring(self, signed: SignedIn, board: Board, *, crisis: bool) -> bool:
        """Return whether her browser may draw attention now: in her own hours, or as she wishes."""
        return self._desk.catalogue().desk.notifies(
            signed.name,
            board.at,
            crisis=crisis,
            opted_in=known_prefs(signed.prefs)["notify_always"] == "on",
            absences=board.team.absences,
            team=board.team.logins,
        )
