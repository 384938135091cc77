"""The frame of the counsellors' pages: areas, the person's own words, what calls for her.

Other rooms of the desk may stand in it: they extend `desk_frame.html` and take `Shell.values`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.domain.hours import shifts
from bot.domain.staff import Role
from bot.service.desk.board import Board
from bot.service.desk.desk import Desk, known_prefs
from bot.service.desk.queue import calls, grouped
from bot.web.auth.guard import Access, SignedIn
from bot.web.desk.listing import Listing
from bot.web.desk.speech import Speech, Values
from bot.web.frame import TEXT_LIMIT, Frame

HTMX_CONFIG = json.dumps(
    {
        "allowEval": False,
        "allowScriptTags": False,
        "attributesToSettle": [],
        "historyEnabled": False,
        "includeIndicatorStyles": False,
        "selfRequestsOnly": True,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "409", "swap": True},
            {"code": "[45]..", "swap": False, "error": True},
        ],
    }
)
"""No evaluated code, no inline styles, nothing of a case kept in the browser's storage."""

_KEYS = (
    (("J", "K"), "key_next"),
    (("Enter",), "key_open"),
    (("N",), "key_take"),
    (("A",), "key_answer"),
    (("T",), "key_note"),
    (("F",), "key_ready"),
    (("U",), "key_transfer"),
    (("Z",), "key_snooze"),
    (("key_ctrl",), "key_send"),
    (("/",), "key_search"),
    (("?",), "key_help"),
    (("Esc",), "key_back"),
)


@dataclass(frozen=True, slots=True)
class Area:
    """One of the main places. `word`: its name among the words of the pages; `icon`: for a phone's
    tabs; `roles`: whose it is, nobody's in particular where empty.
    """

    key: str
    word: str
    url: str
    icon: str
    roles: tuple[str, ...] = ()


AREAS = (
    Area("cases", "cases", "/desk", "talk", (Role.COUNSELLOR,)),
    Area("calendar", "cal_calendar", "/desk/calendar", "calendar", (Role.COUNSELLOR,)),
    Area("content", "content", "/desk/content", "content"),
    Area("admin", "admin", "/desk/admin", "more", (Role.ADMIN, Role.AUDITOR)),
)
_SEARCH = Area("search", "search", "/desk/search", "search", (Role.COUNSELLOR,))
_DAY = Area("day", "own", "/desk/day", "day", (Role.COUNSELLOR,))
_MORE = Area("more", "more", "/desk/more", "more")
_TABS = 4


class Shell:
    """Makes what stands around every page."""

    def __init__(self, desk: Desk, frame: Frame, access: Access) -> None:
        self._desk = desk
        self._frame = frame
        self._access = access
        self.listing = Listing(frame.part)

    def speech(self, request: Request, signed: SignedIn) -> Speech:
        """Return how this page speaks."""
        language = self._access.language(request, signed)
        return Speech(self._desk.catalogue(), language, self._desk.clock())

    def values(
        self,
        speech: Speech,
        signed: SignedIn,
        board: Board,
        *,
        area: str,
        open_case: int | None = None,
    ) -> Values:
        """Return what stands around a page of `area`."""
        count, failed = calls(grouped(board.rows, signed.staff_id, board.today))
        title = speech.say("cases")
        mark = "✕ " if failed else ""
        return {
            "say": speech.say,
            "count": speech.count,
            "title": f"{mark}({count}) {title}" if count else title,
            "plain_title": title,
            "phone_title": speech.say("case", number=open_case) if open_case else title,
            "htmx_config": HTMX_CONFIG,
            "csrf": signed.csrf,
            "me": signed.staff_id,
            "shown_name": signed.shown_name,
            "prefs": known_prefs(signed.prefs),
            "areas": [
                self._entry(each, speech, area)
                for each in AREAS
                if not each.roles or signed.may(*each.roles)
            ],
            "tabs": self._tabs(speech, signed, area),
            "badge": {"n": count, "failed": failed},
            "duty": self._duty(speech, signed, board),
            "keys": [
                ([speech.say(key) if key.islower() and len(key) > 1 else key for key in keys], word)
                for keys, name in _KEYS
                for word in (speech.say(name),)
            ],
            "open_case": open_case,
            "text_limit": TEXT_LIMIT,
            "today": speech.today.isoformat(),
            "notice": None,
        }

    def render(
        self, template: str, speech: Speech, values: Mapping[str, object], status: int = 200
    ) -> Response:
        """Return a page or a part of one."""
        return self._frame.render(template, speech.language, status=status, **values)

    def _tabs(self, speech: Speech, signed: SignedIn, area: str) -> list[Values]:
        """Return the four tabs of a phone: the first areas, and the rest behind the last tab."""
        listed = [each for each in (*AREAS, _SEARCH, _DAY) if each.key not in {"admin", "content"}]
        mine = [each for each in listed if not each.roles or signed.may(*each.roles)]
        shown = [*mine[: _TABS - 1], _MORE]
        current = area if any(each.key == area for each in shown) else _MORE.key
        return [self._entry(each, speech, current) for each in shown]

    @staticmethod
    def _entry(area: Area, speech: Speech, current: str) -> Values:
        return {
            "key": area.key,
            "word": speech.say(area.word),
            "url": area.url,
            "icon": area.icon,
            "current": area.key == current,
        }

    def _duty(self, speech: Speech, signed: SignedIn, board: Board) -> Values:
        """Return until when she is on duty."""
        desk = self._desk.catalogue().desk
        roster = desk.person_roster(signed.name, board.team.absences, board.team.logins)
        now = speech.now
        shift = next(shifts(roster, now, now + timedelta(days=1)), None)
        if shift is None or shift.start > now:
            return {"colour": "later", "word": speech.say("off_duty")}
        return {"colour": "ok", "word": speech.say("on_duty", time=speech.clock(shift.end))}
