"""What every page of the calendar needs: how it speaks, what stands around it, who acts, and what
it says when something was not done.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.domain.appointment import read_code
from bot.domain.booking import NotBooked, Reason
from bot.service.bookings import Bookings
from bot.service.cases import Refusal
from bot.service.desk.calendar import Calendar
from bot.service.desk.calendar_appointment import AppointmentDesk
from bot.service.desk.desk import Desk
from bot.web.auth.guard import Access, SignedIn
from bot.web.desk import calendar_address
from bot.web.desk.acts import REFUSED
from bot.web.desk.calendar_address import Address
from bot.web.desk.calendar_speech import CalendarSpeech
from bot.web.desk.shell import Shell
from bot.web.desk.speech import Values
from bot.web.forms import Fields
from bot.web.frame import TEXT_LIMIT, Frame

MOST_NAME = 200
MOST_NOTE = 1000
_MOST_PERSON = 64

_REFUSED = {
    Reason.TAKEN: "cal_refused_taken",
    Reason.GONE: "cal_refused_gone",
    Reason.INTERPRETER: "cal_refused_interpreter",
    Reason.UNKNOWN: "cal_refused_unknown",
    Reason.NOT_POSSIBLE: "cal_refused_not_possible",
    Reason.CLASH: "cal_refused_clash",
}
_KEYS = (
    (("←",), "cal_key_back"),
    (("→",), "cal_key_next"),
    (("T",), "cal_key_today"),
    (("W",), "cal_key_week"),
    (("D",), "cal_key_day"),
    (("L",), "cal_key_list"),
    (("N",), "cal_key_enter"),
    (("P",), "cal_key_print"),
    (("/",), "key_search"),
    (("?",), "key_help"),
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence above the page; `undo`: the appointment whose mark can be taken back."""

    text: str
    bad: bool = False
    undo: int | None = None


class Room:
    """What the pages of the calendar share."""

    def __init__(
        self, desk: Desk, bookings: Bookings, shell: Shell, frame: Frame, access: Access
    ) -> None:
        self.desk = desk
        self.bookings = bookings
        self.calendar = Calendar(desk.database, desk.catalogue, desk.clock)
        self.appointments = AppointmentDesk(desk.database, desk.catalogue, desk.clock)
        self.frame = frame
        self._shell = shell
        self._access = access

    def speech(self, request: Request, signed: SignedIn) -> CalendarSpeech:
        """Return how this page speaks."""
        language = self._access.language(request, signed)
        return CalendarSpeech(self.desk.catalogue(), language, self.desk.clock())

    def address(self, query: QueryParams | Fields, speech: CalendarSpeech) -> Address:
        """Return the calendar's address that a request or a form names."""
        names = ("view", "day", "place", "person")
        return calendar_address.read(
            {name: query.get(name, "") for name in names},
            today=speech.today,
            places=speech.catalogue.places.__contains__,
            people=lambda name: name.isprintable() and len(name) <= _MOST_PERSON,
        )

    async def page(
        self,
        template: str,
        speech: CalendarSpeech,
        signed: SignedIn,
        values: Values,
        *,
        status: int = 200,
    ) -> Response:
        """Return a page in the desk's frame."""
        board = await self.desk.board()
        around = self._shell.values(speech, signed, board, area="calendar")
        around |= {
            "title": speech.say("cal_calendar"),
            "plain_title": speech.say("cal_calendar"),
            "phone_title": speech.say("cal_calendar"),
            "keys": [(keys, speech.say(word)) for keys, word in _KEYS],
            "notice": None,
            "most_name": MOST_NAME,
            "most_note": MOST_NOTE,
        }
        return self._shell.render(template, speech, around | values, status)

    def part(
        self, template: str, speech: CalendarSpeech, signed: SignedIn, values: Values, status: int
    ) -> Response:
        """Return a part of a page, for a page that is open."""
        words: Values = {"say": speech.say, "count": speech.count, "csrf": signed.csrf}
        return self._shell.render(template, speech, words | {"notice": None} | values, status)

    async def gone(self, speech: CalendarSpeech, signed: SignedIn) -> Response:
        """Say that there is no such appointment."""
        notice = Notice(speech.say("cal_gone"), bad=True)
        values: Values = {"notice": notice, "found": None}
        return await self.page("desk_appointment.html", speech, signed, values, status=404)

    @staticmethod
    def refused(refused: NotBooked | Refusal, speech: CalendarSpeech) -> Notice:
        """Return why something was not done."""
        if isinstance(refused, NotBooked):
            word = _REFUSED.get(refused.reason, "cal_refused_other")
            return Notice(speech.say(word), bad=True)
        known = {"name": refused.by or speech.say("somebody"), "most": TEXT_LIMIT}
        return Notice(speech.say_filled(REFUSED[refused.reason], known), bad=True)

    @staticmethod
    def done(query: QueryParams, speech: CalendarSpeech) -> Notice | None:
        """Return what a page says after an act that sent the browser here."""
        word, code = f"cal_done_{query.get('done', '')}", read_code(query.get("code", "")) or ""
        if word not in _DONE:
            return None
        return Notice(speech.say_filled(word, {"code": code}))


_DONE = frozenset(
    {
        "cal_done_arrive",
        "cal_done_serve",
        "cal_done_miss",
        "cal_done_undo",
        "cal_done_moved",
        "cal_done_called_off",
        "cal_done_walk_in_plain",
        "cal_done_not_a_walk_in",
        "cal_done_blocked",
        "cal_done_unblocked",
    }
)


def short(text: str, most: int) -> str | None:
    """Return the words of a field on one line, None where there are none; 400 where there are too
    many.
    """
    said = " ".join(text.split())
    if len(said) > most:
        raise HTTPException(400)
    return said or None
