"""Blocked times: shown with what is booked in them before they are saved.

GET  /desk/calendar/blocks
POST /desk/calendar/blocks          shows what lies in the way; blocks when that was seen
POST /desk/calendar/blocks/remove   gives a time free again
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.domain.appointment import Appointment
from bot.domain.hours import instant
from bot.domain.staff import Role
from bot.service.cases import Refusal
from bot.service.desk.calendar_days import of_person
from bot.service.desk.team import Team
from bot.storage.blocks import ABSENCE, DESK, Block
from bot.web.auth.guard import SignedIn
from bot.web.desk.acts import acting_of, day_of, id_of
from bot.web.desk.calendar_address import ROOT
from bot.web.desk.calendar_room import MOST_NOTE, Notice, Room, short
from bot.web.desk.calendar_speech import CalendarSpeech
from bot.web.desk.calendar_view import in_the_way
from bot.web.desk.speech import Values
from bot.web.forms import Fields, fields

_ASKED = ("first", "from", "last", "to", "place", "person", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A time that somebody wants to block."""

    starts: datetime
    ends: datetime
    place: str | None
    resource: str | None
    reason: str | None


class BlockPages:
    """Blocks times and gives them free."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self, of: Callable[..., BaseRoute]) -> list[BaseRoute]:
        """Return the routes."""
        counsellor, post = Role.COUNSELLOR, ("POST",)
        return [
            of(f"{ROOT}/blocks", self.show, counsellor),
            of(f"{ROOT}/blocks", self.block, counsellor, methods=post),
            of(f"{ROOT}/blocks/remove", self.remove, counsellor, methods=post),
        ]

    async def show(self, request: Request, signed: SignedIn) -> Response:
        """Show the form and the times that are blocked."""
        speech = self._room.speech(request, signed)
        notice = self._room.done(request.query_params, speech)
        return await self._show(Fields(), signed, speech, notice)

    async def block(self, request: Request, signed: SignedIn) -> Response:
        """Show what is booked in a time; block it when that was seen."""
        given, speech = await fields(request), self._room.speech(request, signed)
        team = await self._room.calendar.team()
        wanted = self._wanted(given, speech, team)
        if isinstance(wanted, str):
            notice = Notice(speech.say(wanted), bad=True)
            return await self._show(given, signed, speech, notice)
        if given.get("step") != "save":
            hits = await self._room.calendar.in_the_way(
                wanted.starts, wanted.ends, place=wanted.place, resource=wanted.resource
            )
            return await self._show(given, signed, speech, None, hits=hits)
        try:
            await self._room.bookings.block(
                acting_of(signed),
                resource=wanted.resource,
                place=wanted.place,
                starts=wanted.starts,
                ends=wanted.ends,
                reason=wanted.reason,
            )
        except Refusal as refusal:
            return await self._show(given, signed, speech, self._room.refused(refusal, speech))
        return RedirectResponse(f"{ROOT}/blocks?done=blocked", 303)

    async def remove(self, request: Request, signed: SignedIn) -> Response:
        """Give a time free again. What an absence blocks ends with the absence."""
        given, speech = await fields(request), self._room.speech(request, signed)
        chosen = id_of(given.get("block"))
        mine = [each for each in await self._room.calendar.blocks() if each.source == DESK]
        if chosen not in {each.id for each in mine}:
            raise HTTPException(404)
        try:
            await self._room.bookings.unblock(acting_of(signed), chosen)
        except Refusal as refusal:
            return await self._show(given, signed, speech, self._room.refused(refusal, speech))
        return RedirectResponse(f"{ROOT}/blocks?done=unblocked", 303)

    async def _show(
        self,
        given: Fields,
        signed: SignedIn,
        speech: CalendarSpeech,
        notice: Notice | None,
        *,
        hits: Sequence[Appointment] | None = None,
    ) -> Response:
        team, standing = await self._room.calendar.team(), await self._room.calendar.blocks()
        values: Values = {
            "notice": notice,
            "asked": {name: given.get(name) for name in _ASKED},
            "first_day": speech.today.isoformat(),
            "hits": None if hits is None else in_the_way(hits, speech),
            "places": list(speech.offered_places.items()),
            "people": [(signed.name, speech.say("cal_only_me"))]
            + [each for each in speech.people(team) if each[0] != signed.name],
            "blocks": [self._standing(each, speech, team) for each in standing],
        }
        bad = notice is not None and notice.bad
        return await self._room.page(
            "desk_blocks.html", speech, signed, values, status=409 if bad else 200
        )

    @staticmethod
    def _standing(block: Block, speech: CalendarSpeech, team: Team) -> Values:
        sources = {ABSENCE: "cal_block_absence", DESK: ""}
        word = sources.get(block.source, "cal_block_elsewhere")
        return {
            "id": block.id,
            "span": speech.say(
                "cal_span",
                start=f"{speech.day(speech.local(block.starts).date())},"
                f" {speech.clock(block.starts)}",
                end=f"{speech.day(speech.local(block.ends).date())}, {speech.clock(block.ends)}",
            ),
            "whose": speech.who(block.resource, team)
            if block.resource is not None
            else speech.say("cal_everybody"),
            "place": speech.place(block.place) if block.place else speech.say("cal_all_places"),
            "reason": block.reason or "",
            "source": speech.say(word) if word else "",
            "removable": block.source == DESK,
        }

    @staticmethod
    def _wanted(given: Fields, speech: CalendarSpeech, team: Team) -> _Wanted | str:
        """Return what is to be blocked, or the word for what is wrong."""
        first, last = day_of(given.get("first")), day_of(given.get("last"))
        begin, end = _clock(given.get("from")), _clock(given.get("to"))
        if first is None or begin is None or end is None:
            return "cal_fields_missing"
        place = given.get("place") or None
        person = given.get("person") or None
        if place is not None and place not in speech.catalogue.places:
            raise HTTPException(400)
        if person is not None and person not in {login for login, _ in speech.people(team)}:
            raise HTTPException(400)
        zone = ZoneInfo(speech.catalogue.zone_of(place))
        starts, ends = _at(first, begin, zone), _at(last or first, end, zone)
        if ends <= starts:
            return "cal_block_order"
        if ends <= speech.now:
            return "cal_block_past"
        return _Wanted(
            starts=starts,
            ends=ends,
            place=place,
            resource=of_person(person) if person is not None else None,
            reason=short(given.get("reason"), MOST_NOTE),
        )


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    try:
        return instant(day, clock, zone)
    except OverflowError:
        raise HTTPException(400) from None
