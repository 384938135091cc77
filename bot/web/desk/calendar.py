"""The calendar: a week, a day, a list; what became of an appointment, in one tap.

    GET  /desk/calendar          ?view=week|day|list &day= &place= &person=
    POST /desk/calendar/mark     arrived, was there, was not there, undo

Every page works without script; with it the calendar is exchanged where it stands, after each
mark and whenever anything changed.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.domain.appointment import AppointmentAction
from bot.domain.booking import NotBooked
from bot.domain.staff import Role
from bot.service.bookings import Bookings
from bot.service.cases import Refusal
from bot.service.desk.desk import Desk
from bot.settings import Settings
from bot.web.auth.guard import Access, SignedIn
from bot.web.desk.acts import acting_of, id_of
from bot.web.desk.calendar_address import ME, ROOT, Address, View
from bot.web.desk.calendar_appointment import AppointmentPages
from bot.web.desk.calendar_blocks import BlockPages
from bot.web.desk.calendar_booking import BookingPages
from bot.web.desk.calendar_export import ExportPages
from bot.web.desk.calendar_feeds import FeedPages
from bot.web.desk.calendar_figures import FigurePages
from bot.web.desk.calendar_room import Notice, Room
from bot.web.desk.calendar_speech import CalendarSpeech
from bot.web.desk.calendar_view import MARKS, CalendarView
from bot.web.desk.shell import Shell
from bot.web.desk.speech import Values
from bot.web.forms import fields
from bot.web.frame import Frame

COUNSELLOR = Role.COUNSELLOR
_STEPS = {
    View.WEEK: ("cal_back_week", "cal_next_week"),
    View.DAY: ("cal_back_day", "cal_next_day"),
    View.LIST: ("cal_back_list", "cal_next_list"),
}


class CalendarDesk:
    """The calendar's pages."""

    def __init__(
        self, desk: Desk, bookings: Bookings, frame: Frame, access: Access, settings: Settings
    ) -> None:
        self._access = access
        self._room = room = Room(desk, bookings, Shell(desk, frame, access), frame, access)
        self._pages = (
            AppointmentPages(room),
            BookingPages(room),
            BlockPages(room),
            FigurePages(room),
            ExportPages(room),
            FeedPages(room, settings),
        )

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        of = self._access.route
        return [
            of(ROOT, self.show, COUNSELLOR),
            of(f"{ROOT}/mark", self.mark, COUNSELLOR, methods=("POST",)),
            *(route for pages in self._pages for route in pages.routes(of)),
        ]

    async def show(self, request: Request, signed: SignedIn) -> Response:
        """Show the calendar, or the part of it that changes."""
        speech = self._room.speech(request, signed)
        address = self._room.address(request.query_params, speech)
        notice = self._room.done(request.query_params, speech)
        return await self._shown(request, signed, speech, address, notice=notice)

    async def mark(self, request: Request, signed: SignedIn) -> Response:
        """Note what became of an appointment."""
        given = await fields(request)
        speech = self._room.speech(request, signed)
        action = next((each for each in MARKS if each.value == given.get("action")), None)
        if action is None:
            raise HTTPException(400)
        found, address = id_of(given.get("appointment")), self._room.address(given, speech)
        try:
            done = await self._room.bookings.mark(acting_of(signed), found, action)
        except Refusal as refusal:
            notice = self._room.refused(refusal, speech)
            return await self._shown(request, signed, speech, address, notice=notice, status=403)
        if isinstance(done, NotBooked):
            notice = self._room.refused(done, speech)
            return await self._shown(request, signed, speech, address, notice=notice, status=409)
        if "hx-request" not in request.headers:
            back = address.url
            if given.get("to") == "appointment":
                back = f"{ROOT}/appointments/{found}?"
            return RedirectResponse(f"{back}&done={action.value}&code={done.code or ''}", 303)
        undo = None if action is AppointmentAction.UNDO or done.code is None else done.id
        word = f"cal_done_{action.value}"
        notice = Notice(
            speech.say(word, code=done.code or speech.say("cal_walk_in_sign")), undo=undo
        )
        return await self._shown(request, signed, speech, address, notice=notice)

    async def _shown(
        self,
        request: Request,
        signed: SignedIn,
        speech: CalendarSpeech,
        address: Address,
        *,
        notice: Notice | None,
        status: int = 200,
    ) -> Response:
        shown = await self._room.calendar.shown(address.wanted(signed.name))
        values = CalendarView(shown, address, speech).values() | {
            "address": address,
            "notice": notice,
            "back": address.stepped(-1).url,
            "next": address.stepped(1).url,
            "now": address.on(speech.today).url,
            "steps": [speech.say(word) for word in _STEPS[address.view]],
            "views": self._views(address, speech),
            "printed": speech.say(
                "cal_printed", date=speech.long_day(speech.today), time=speech.clock(speech.now)
            ),
        }
        if "hx-request" in request.headers:
            return self._room.part("desk_calendar_fresh.html", speech, signed, values, status)
        values["places"] = list(speech.offered_places.items())
        values["people"] = [(ME, speech.say("cal_only_me"))] + [
            (login, name) for login, name in speech.people(shown.team) if login != signed.name
        ]
        return await self._room.page("desk_calendar.html", speech, signed, values, status=status)

    @staticmethod
    def _views(address: Address, speech: CalendarSpeech) -> list[Values]:
        return [
            {
                "key": view.value[0],
                "word": speech.say(f"cal_{view.value}"),
                "url": address.seen_as(view).url,
                "current": view is address.view,
            }
            for view in (View.WEEK, View.DAY, View.LIST)
        ]
