"""Booking for somebody who is on the phone or at the counter, and counting who came without an
appointment.

    GET  /desk/calendar/new                          ?service= &place= &language= &from=, or ?slot=
    POST /desk/calendar/new                          books
    GET  /desk/calendar/appointments/<number>/card   the code, to say or to print
    POST /desk/calendar/walk-in                      counts somebody who is there
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.domain.appointment import BookingOrigin, Slot
from bot.domain.booking import FreeTime, NotBooked, Wish
from bot.domain.staff import Role
from bot.service.cases import Refusal
from bot.service.desk.calendar_appointment import AHEAD
from bot.web.auth.guard import SignedIn
from bot.web.desk.acts import acting_of, day_of
from bot.web.desk.calendar_address import ROOT, Address, View
from bot.web.desk.calendar_room import MOST_NAME, MOST_NOTE, Notice, Room, short
from bot.web.desk.calendar_speech import CalendarSpeech
from bot.web.desk.case_page import number
from bot.web.desk.speech import Values
from bot.web.forms import Fields, fields

_ASKED = ("service", "place", "language", "interpreter", "from", "slot", "name", "note", "origin")
_ORIGINS = {each.value: each for each in (BookingOrigin.PHONE, BookingOrigin.DESK)}
_FAR = timedelta(days=3 * 366)


class BookingPages:
    """Books for others."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self, of: Callable[..., BaseRoute]) -> list[BaseRoute]:
        """Return the routes."""
        counsellor, post = Role.COUNSELLOR, ("POST",)
        return [
            of(f"{ROOT}/new", self.form, counsellor),
            of(f"{ROOT}/new", self.book, counsellor, methods=post),
            of(f"{ROOT}/walk-in", self.walk_in, counsellor, methods=post),
            of(f"{ROOT}/appointments/{{number}}/card", self.card, counsellor),
        ]

    async def form(self, request: Request, signed: SignedIn) -> Response:
        """Show the form, and the free times for what was asked."""
        query = Fields({name: [value] for name, value in request.query_params.items()})
        return await self._form(query, signed, self._room.speech(request, signed))

    async def book(self, request: Request, signed: SignedIn) -> Response:
        """Book the chosen time."""
        given, speech = await fields(request), self._room.speech(request, signed)
        slot, origin = number(given.get("slot")), _ORIGINS.get(given.get("origin"))
        if origin is None or given.get("service") not in speech.catalogue.services:
            raise HTTPException(400)
        if slot is None:
            notice = Notice(speech.say("cal_book_choose"), bad=True)
            return await self._form(given, signed, speech, notice)
        if not given.get("language"):
            notice = Notice(speech.say("cal_fields_missing"), bad=True)
            return await self._form(given, signed, speech, notice)
        try:
            done = await self._room.bookings.book_for(
                acting_of(signed),
                slot,
                self._wish(given, speech),
                origin=origin,
                name=short(given.get("name"), MOST_NAME),
                notes=short(given.get("note"), MOST_NOTE),
            )
        except Refusal as refusal:
            return await self._form(given, signed, speech, self._room.refused(refusal, speech))
        if isinstance(done, NotBooked):
            notice = self._room.refused(done, speech)
            return await self._form(given, signed, speech, notice, alternatives=done.alternatives)
        return RedirectResponse(f"{ROOT}/appointments/{done.id}/card?done=booked", 303)

    async def walk_in(self, request: Request, signed: SignedIn) -> Response:
        """Count somebody who came without an appointment."""
        given, speech = await fields(request), self._room.speech(request, signed)
        try:
            done = await self._room.bookings.walk_in(
                acting_of(signed),
                service=given.get("service"),
                place=given.get("place"),
                language=self._language(given, speech),
                name=short(given.get("name"), MOST_NAME),
                notes=short(given.get("note"), MOST_NOTE),
            )
        except Refusal as refusal:
            return await self._form(given, signed, speech, self._room.refused(refusal, speech))
        if isinstance(done, NotBooked):
            return await self._form(given, signed, speech, self._room.refused(done, speech))
        back = Address(view=View.DAY, day=done.local.date()).url
        return RedirectResponse(f"{back}&done=walk_in_plain", 303)

    async def card(self, request: Request, signed: SignedIn) -> Response:
        """Show code, time and place, to say or to print."""
        speech = self._room.speech(request, signed)
        appointment = number(request.path_params["number"])
        if appointment is None:
            return await self._room.gone(speech, signed)
        found = await self._room.appointments.opened(appointment, signed.staff_id)
        if found is None or found.appointment.code is None:
            return await self._room.gone(speech, signed)
        there, catalogue = found.appointment, speech.catalogue
        service = catalogue.services.get(there.service)
        papers = [catalogue.documents[each].name for each in service.documents] if service else []
        values: Values = {
            "fresh": request.query_params.get("done") == "booked",
            "found": there,
            "when": speech.say(
                "cal_when_span",
                date=speech.span(there.local.date(), there.local.date()),
                start=speech.wall(there.local),
                end=speech.wall(there.local + (there.ends - there.starts)),
            ),
            "place": speech.place_in_full(there.place),
            "spoken": speech.say(
                "cal_booked_spoken", language=speech.language_name(there.language)
            ),
            "papers": speech.say("cal_booked_bring", documents=", ".join(papers)) if papers else "",
            "calendar": Address(view=View.WEEK, day=there.local.date()).url,
        }
        return await self._room.page("desk_booked.html", speech, signed, values)

    # -- the form

    async def _form(
        self,
        given: Fields,
        signed: SignedIn,
        speech: CalendarSpeech,
        notice: Notice | None = None,
        *,
        alternatives: Sequence[FreeTime] = (),
    ) -> Response:
        asked = {name: given.get(name) for name in _ASKED}
        begin = self._from(given, speech)
        slot = await self._slot(given)
        free: list[FreeTime] = []
        ready = given.get("service") in speech.catalogue.services
        if ready and slot is None and given.get("language"):
            start, end = speech.midnight(begin), speech.midnight(begin + AHEAD)
            free = await self._room.appointments.free(self._wish(given, speech), start, end)
        later = {name: value for name, value in asked.items() if value and name != "slot"}
        later["from"] = (begin + AHEAD).isoformat()
        values: Values = {
            "notice": notice,
            "asked": asked,
            "asks": bool(ready and given.get("language")) or slot is not None,
            "begin": begin.isoformat(),
            "services": [(each, speech.service(each)) for each in self._services(slot, speech)],
            "places": list(speech.offered_places.items()),
            "languages": [
                (code, name)
                for code, name in speech.spoken
                if slot is None or code in slot.languages
            ],
            "slot": self._fixed(slot, speech) if slot is not None else None,
            "free_times": _by_day(alternatives or free, speech),
            "days": AHEAD.days,
            "later": f"{ROOT}/new?{urlencode(later)}",
        }
        status = 409 if notice is not None else 200
        return await self._room.page("desk_book.html", speech, signed, values, status=status)

    async def _slot(self, given: Fields) -> Slot | None:
        """Return the time that was chosen in the calendar, where it still stands."""
        chosen = number(given.get("slot"))
        if chosen is None or given.get("service"):
            return None
        found = await self._room.appointments.slot(chosen)
        return found if found is not None and found.closed is None else None

    @staticmethod
    def _services(slot: Slot | None, speech: CalendarSpeech) -> list[str]:
        known = speech.catalogue.services
        return [each for each in known if slot is None or each in slot.services]

    @staticmethod
    def _fixed(slot: Slot, speech: CalendarSpeech) -> Values:
        return {
            "id": slot.id,
            "day": speech.day(slot.local.date()),
            "time": speech.wall(slot.local),
            "place": speech.place_in_full(slot.place or ""),
            "sample": slot.sample,
        }

    def _from(self, given: Fields, speech: CalendarSpeech) -> date:
        begin = day_of(given.get("from")) or speech.today
        return min(max(begin, speech.today), speech.today + _FAR)

    def _wish(self, given: Fields, speech: CalendarSpeech) -> Wish:
        place = given.get("place")
        return Wish(
            service=given.get("service"),
            place=place if place in speech.catalogue.places else None,
            language=self._language(given, speech),
            interpreter=bool(given.get("interpreter")),
        )

    @staticmethod
    def _language(given: Fields, speech: CalendarSpeech) -> str:
        code = given.get("language")
        if code not in dict(speech.spoken):
            raise HTTPException(400)
        return code


def _by_day(free: Sequence[FreeTime], speech: CalendarSpeech) -> list[Values]:
    """Return free times by day."""
    found: dict[str, list[Values]] = {}
    for time in free:
        day = speech.day(time.local.date())
        found.setdefault(day, []).append(
            {
                "slot": time.slot,
                "time": speech.wall(time.local),
                "place": speech.place(time.place),
                "interpreter": time.interpreter,
            }
        )
    return [{"day": day, "times": times} for day, times in found.items()]
