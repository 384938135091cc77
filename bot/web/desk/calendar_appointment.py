"""One appointment: who has it, what she said, what becomes of it. Every look stands in the audit
log.

    GET  /desk/calendar/appointments/<number>
    GET  /desk/calendar/appointments/<number>/move      the times it could have
    POST /desk/calendar/appointments/<number>/move      shows what she gets; moves when it was seen
    POST /desk/calendar/appointments/<number>/call-off  the same for calling off
    POST /desk/calendar/appointments/<number>/remove    a walk-in that was none
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.domain.appointment import AppointmentStatus, BookingOrigin
from bot.domain.booking import FreeTime, NotBooked, Wish
from bot.domain.staff import Role
from bot.service.bookings import Told
from bot.service.cases import Refusal
from bot.service.desk.calendar_appointment import AHEAD, NEAREST, Opened
from bot.web.auth.guard import SignedIn
from bot.web.desk.acts import acting_of, id_of
from bot.web.desk.calendar_address import ROOT, Address, View
from bot.web.desk.calendar_room import Notice, Room
from bot.web.desk.calendar_speech import CalendarSpeech
from bot.web.desk.calendar_view import STATES, marks
from bot.web.desk.case_page import number
from bot.web.desk.speech import Values
from bot.web.forms import fields

_ORIGINS = {
    BookingOrigin.CHAT: "cal_from_chat",
    BookingOrigin.PHONE: "cal_from_phone",
    BookingOrigin.DESK: "cal_from_desk",
    BookingOrigin.WALK_IN: "cal_from_walk_in",
    BookingOrigin.WAITLIST: "cal_from_waitlist",
}
_BACK = timedelta(days=7)


class AppointmentPages:
    """Shows appointments, moves them and calls them off."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self, of: Callable[..., BaseRoute]) -> list[BaseRoute]:
        """Return the routes."""
        counsellor, post = Role.COUNSELLOR, ("POST",)
        one = f"{ROOT}/appointments/{{number}}"
        return [
            of(one, self.show, counsellor),
            of(f"{one}/move", self.times, counsellor),
            of(f"{one}/move", self.move, counsellor, methods=post),
            of(f"{one}/call-off", self.call_off, counsellor, methods=post),
            of(f"{one}/remove", self.remove, counsellor, methods=post),
        ]

    async def show(self, request: Request, signed: SignedIn) -> Response:
        """Show an appointment."""
        speech = self._room.speech(request, signed)
        found = await self._found(request, signed)
        if found is None:
            return await self._room.gone(speech, signed)
        notice = self._room.done(request.query_params, speech)
        return await self._show(found, signed, speech, notice)

    async def times(self, request: Request, signed: SignedIn) -> Response:
        """Show the times to which an appointment can be moved."""
        speech = self._room.speech(request, signed)
        found = await self._found(request, signed)
        if found is None:
            return await self._room.gone(speech, signed)
        return await self._times(found, signed, speech)

    async def move(self, request: Request, signed: SignedIn) -> Response:
        """Show what she gets when it is moved; move it when that was seen."""
        given = await fields(request)
        speech, acting = self._room.speech(request, signed), acting_of(signed)
        appointment, slot = self._number(request), id_of(given.get("slot"))
        try:
            if given.get("step") == "save":
                done = await self._room.bookings.move_for(acting, appointment, slot)
                if isinstance(done, NotBooked):
                    return await self._not_moved(request, signed, done)
                url = f"{ROOT}/appointments/{done.id}?done=moved&code={done.code or ''}"
                return RedirectResponse(url, 303)
            told = await self._room.bookings.told(acting, appointment, slot_id=slot)
        except Refusal as refusal:
            return await self._refused(request, signed, self._room.refused(refusal, speech))
        if isinstance(told, NotBooked):
            return await self._not_moved(request, signed, told)
        found = await self._found(request, signed)
        if found is None:
            return await self._room.gone(speech, signed)
        time = next((each for each in await self._free(found) if each.slot == slot), None)
        chosen = self._time(time, speech) if time is not None else None
        return await self._ask(found, signed, speech, "move", told, chosen)

    async def call_off(self, request: Request, signed: SignedIn) -> Response:
        """Show what she gets when it is called off; call it off when that was seen."""
        given = await fields(request)
        speech, acting = self._room.speech(request, signed), acting_of(signed)
        appointment = self._number(request)
        try:
            if given.get("step") == "save":
                done = await self._room.bookings.call_off(acting, appointment)
                if isinstance(done, NotBooked):
                    notice = self._room.refused(done, speech)
                    return await self._refused(request, signed, notice)
                url = f"{ROOT}/appointments/{done.id}?done=called_off&code={done.code or ''}"
                return RedirectResponse(url, 303)
            told = await self._room.bookings.told(acting, appointment)
        except Refusal as refusal:
            return await self._refused(request, signed, self._room.refused(refusal, speech))
        if isinstance(told, NotBooked):
            return await self._refused(request, signed, self._room.refused(told, speech))
        found = await self._found(request, signed)
        if found is None:
            return await self._room.gone(speech, signed)
        return await self._ask(found, signed, speech, "call-off", told, None)

    async def remove(self, request: Request, signed: SignedIn) -> Response:
        """Delete a walk-in that was counted by mistake."""
        appointment = self._number(request)
        speech = self._room.speech(request, signed)
        try:
            done = await self._room.bookings.not_a_walk_in(acting_of(signed), appointment)
        except Refusal as refusal:
            return await self._refused(request, signed, self._room.refused(refusal, speech))
        if not done:
            return await self._room.gone(speech, signed)
        return RedirectResponse(f"{ROOT}?view=day&done=not_a_walk_in", 303)

    # -- pages

    async def _show(
        self, found: Opened, signed: SignedIn, speech: CalendarSpeech, notice: Notice | None
    ) -> Response:
        values = self._values(found, speech) | {"notice": notice}
        status = 409 if notice is not None and notice.bad else 200
        return await self._room.page("desk_appointment.html", speech, signed, values, status=status)

    async def _times(
        self,
        found: Opened,
        signed: SignedIn,
        speech: CalendarSpeech,
        notice: Notice | None = None,
    ) -> Response:
        free = await self._free(found)
        around = found.appointment.starts
        near = sorted(
            sorted(free, key=lambda time: abs(time.starts - around))[:NEAREST], key=_start
        )
        values = self._values(found, speech) | {
            "near": [self._time(time, speech) for time in near],
            "free_times": self.by_day(free, speech),
            "notice": notice,
        }
        status = 409 if notice is not None else 200
        return await self._room.page("desk_move.html", speech, signed, values, status=status)

    async def _ask(  # noqa: PLR0917 - what, of whom, in which words
        self,
        found: Opened,
        signed: SignedIn,
        speech: CalendarSpeech,
        what: str,
        told: Told,
        time: Values | None,
    ) -> Response:
        values = self._values(found, speech) | {
            "what": what,
            "told": told,
            "told_language": speech.language_name(told.lang),
            "told_dir": speech.catalogue.direction(told.lang),
            "time": time,
        }
        return await self._room.page("desk_told.html", speech, signed, values)

    async def _not_moved(self, request: Request, signed: SignedIn, refused: NotBooked) -> Response:
        """Show the other times: the one that was chosen cannot be had."""
        speech = self._room.speech(request, signed)
        found = await self._found(request, signed)
        if found is None:
            return await self._room.gone(speech, signed)
        return await self._times(found, signed, speech, self._room.refused(refused, speech))

    async def _refused(self, request: Request, signed: SignedIn, notice: Notice) -> Response:
        speech = self._room.speech(request, signed)
        found = await self._found(request, signed)
        if found is None:
            return await self._room.gone(speech, signed)
        return await self._show(found, signed, speech, notice)

    # -- what they show

    @staticmethod
    def _number(request: Request) -> int:
        found = number(request.path_params["number"])
        if found is None:
            raise HTTPException(404)
        return found

    async def _found(self, request: Request, signed: SignedIn) -> Opened | None:
        appointment = number(request.path_params["number"])
        if appointment is None:
            return None
        return await self._room.appointments.opened(appointment, signed.staff_id)

    async def _free(self, found: Opened) -> list[FreeTime]:
        appointment = found.appointment
        wish = Wish(
            service=appointment.service,
            language=appointment.language,
            interpreter=appointment.interpreter,
        )
        now = self._room.desk.clock()
        begin = max(now, appointment.starts - _BACK)
        times = await self._room.appointments.free(wish, begin, max(now, begin) + 2 * AHEAD)
        return [time for time in times if time.slot != appointment.slot]

    def _values(self, found: Opened, speech: CalendarSpeech) -> Values:
        appointment = found.appointment
        colour, state = STATES[appointment.status]
        booked = appointment.status is AppointmentStatus.BOOKED
        clash = found.conflict is not None
        day = appointment.local.date()
        return {
            "found": appointment,
            "heading": speech.say("cal_appointment", code=appointment.code)
            if appointment.code
            else speech.say("cal_appointment_other"),
            "state": ("alarm", speech.say("cal_is_clash"))
            if clash
            else (colour, speech.say(state)),
            "why": speech.say(f"cal_why_{found.conflict.value}") if found.conflict else "",
            "when": speech.say(
                "cal_when_span",
                date=speech.day(day),
                start=speech.wall(appointment.local),
                end=speech.wall(appointment.local + (appointment.ends - appointment.starts)),
            ),
            "place": speech.place_in_full(appointment.place),
            "service": speech.service(appointment.service),
            "spoken": speech.say(
                "cal_interpreted", language=speech.language_name(appointment.language)
            )
            if appointment.interpreter
            else speech.language_name(appointment.language),
            "who": speech.who(found.resource, found.team),
            "origin": speech.say(_ORIGINS[appointment.origin]),
            "answers": self._answers(found, speech),
            "desk_words": found.words,
            "case": found.case,
            "marks": marks(appointment, speech.now, all_=True),
            "booked": booked,
            "removable": appointment.origin is BookingOrigin.WALK_IN,
            "calendar": Address(view=View.WEEK, day=day).url,
            "address": Address(view=View.DAY, day=day),
        }

    @staticmethod
    def _answers(found: Opened, speech: CalendarSpeech) -> list[tuple[str, str]]:
        """Return the questions of the service and her answers; what the content does not know any
        more is shown as it stands.
        """
        catalogue, code = speech.catalogue, speech.language.code
        root = f"services/{found.appointment.service}/questions"

        def known(key: str, otherwise: str) -> str:
            return catalogue.plain(key, code) if catalogue.has(key) else otherwise

        shown = []
        for question, answer in found.answers.items():
            if isinstance(answer, bool):
                said = speech.say("cal_yes" if answer else "cal_no")
            else:
                said = known(f"{root}/{question}/{answer}", str(answer))
            shown.append((known(f"{root}/{question}", question), said))
        return shown

    @staticmethod
    def _time(time: FreeTime, speech: CalendarSpeech) -> Values:
        return {
            "slot": time.slot,
            "day": speech.day(time.local.date()),
            "time": speech.wall(time.local),
            "place": speech.place(time.place),
            "interpreter": time.interpreter,
        }

    def by_day(self, free: list[FreeTime], speech: CalendarSpeech) -> list[Values]:
        """Return free times by day."""
        found: dict[str, list[Values]] = {}
        for time in free:
            shown = self._time(time, speech)
            found.setdefault(str(shown["day"]), []).append(shown)
        return [{"day": day, "times": times} for day, times in found.items()]


def _start(time: FreeTime) -> tuple[object, int]:
    return time.starts, time.slot
