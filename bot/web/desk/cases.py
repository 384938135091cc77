"""The counsellors' pages: the queue, a case, what changes while they are open.

    GET  /desk                        the queue
    GET  /desk/queue                  the queue alone, for pages that are open
    GET  /desk/cases/<number>         a case: the queue, the conversation, the person
    GET  /desk/cases/<number>/fresh   the parts of a case, for pages that are open
    POST /desk/cases/<number>/check   how typed words would arrive
    GET  /desk/events                 says what is new (server-sent events)

Every page works without script; with it, parts are exchanged where they stand. What counsellors do
stands in `acts`.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.domain.staff import Role
from bot.service.cases import Cases
from bot.service.desk.desk import Desk
from bot.web.auth.guard import Access, SignedIn
from bot.web.desk.acts import Acts
from bot.web.desk.case_page import CasePage, number
from bot.web.desk.day import Day
from bot.web.desk.finding import Finding
from bot.web.desk.live import Live
from bot.web.desk.shell import Shell
from bot.web.desk.speech import Speech, Values
from bot.web.frame import Frame

COUNSELLOR = Role.COUNSELLOR


class CasesDesk:
    """The counsellors' desk."""

    def __init__(self, desk: Desk, cases: Cases, frame: Frame, access: Access) -> None:
        self._desk = desk
        self._access = access
        self._shell = Shell(desk, frame, access)
        self._page = CasePage(desk, self._shell)
        self._acts = Acts(desk, cases, self._page, self._shell)
        self._day = Day(desk, cases, self._shell)
        self._finding = Finding(desk, self._shell)
        self._live = Live(desk, access)

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        of = self._access.route
        return [
            of("/desk", self.queue, COUNSELLOR),
            of("/desk/queue", self.queue_part, COUNSELLOR),
            of("/desk/events", self._live.events, COUNSELLOR),
            of("/desk/cases/{case_id}", self._page.page, COUNSELLOR),
            of("/desk/cases/{case_id}/fresh", self._page.fresh, COUNSELLOR),
            of("/desk/cases/{case_id}/check", self._page.check, COUNSELLOR, methods=("POST",)),
            of("/desk/cases/{case_id}/{act}", self._acts.act, COUNSELLOR, methods=("POST",)),
            *self._day.routes(of),
            *self._finding.routes(of),
        ]

    async def queue(self, request: Request, signed: SignedIn) -> Response:
        """Show the queue."""
        speech, values = await self._queue(request, signed)
        faces = await self._desk.ratings()
        ratings = [(speech.say(f"rating_{face.value}"), n) for face, n in faces.items()]
        return self._shell.render(
            "desk_cases.html", speech, values | {"ratings": ratings, "gone": None}
        )

    async def queue_part(self, request: Request, signed: SignedIn) -> Response:
        """Show the queue alone."""
        speech, values = await self._queue(request, signed)
        return self._shell.render("desk_queue.html", speech, values)

    async def _queue(self, request: Request, signed: SignedIn) -> tuple[Speech, Values]:
        speech = self._shell.speech(request, signed)
        board = await self._desk.board()
        shown = number(request.query_params.get("case", ""))
        values = self._shell.values(speech, signed, board, area="cases", open_case=shown)
        values["queue"] = self._shell.listing.queue(board, signed.staff_id, speech, shown)
        return speech, values
