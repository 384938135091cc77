"""Free capacity of the next weeks as a picture, with its numbers beneath, and how many wait.

    GET /desk/calendar/capacity

The picture is drawn here: every length is an attribute, every colour a class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.domain.staff import Role
from bot.service.desk.calendar import Capacity
from bot.web.auth.guard import SignedIn
from bot.web.desk.calendar_address import ROOT
from bot.web.desk.calendar_room import Room
from bot.web.desk.calendar_speech import CalendarSpeech
from bot.web.desk.speech import Values

WEEKS = 6
_LABEL, _WEEK, _BAR = 210, 84, 56
_ROW, _TALL = 84, 52
_HEAD = 28


class FigurePages:
    """Shows figures."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self, of: Callable[..., BaseRoute]) -> list[BaseRoute]:
        """Return the route."""
        return [of(f"{ROOT}/capacity", self.show, Role.COUNSELLOR)]

    async def show(self, request: Request, signed: SignedIn) -> Response:
        """Show how much is free, and who waits."""
        speech = self._room.speech(request, signed)
        figures = await self._room.calendar.figures(WEEKS)
        rows = _rows(figures.capacity, speech)
        weeks = [
            speech.say("cal_capacity_week", date=speech.short_day_month(each.first))
            for each in figures.capacity[:WEEKS]
        ]
        values: Values = {
            "rows": rows,
            "weeks": weeks,
            "picture": _picture(rows, weeks),
            "waiting": [
                {
                    "service": speech.service(service),
                    "place": speech.place(place)
                    if place is not None
                    else speech.say("cal_waitlist_anywhere"),
                    "count": count,
                }
                for (service, place), count in figures.waiting.items()
            ],
        }
        return await self._room.page("desk_capacity.html", speech, signed, values)


def _rows(capacity: Sequence[Capacity], speech: CalendarSpeech) -> list[Values]:
    """Return one row for each place, with its weeks."""
    found: dict[str, list[Capacity]] = {}
    for each in capacity:
        found.setdefault(each.place, []).append(each)
    return [
        {"place": speech.place(place), "weeks": weeks}
        for place, weeks in found.items()
        if any(week.total for week in weeks)
    ]


def _picture(rows: Sequence[Values], weeks: Sequence[str]) -> Values:
    """Return where everything stands: a bar for each place and week, the free part filled."""
    most = max((week.total for row in rows for week in _weeks(row)), default=0) or 1
    drawn: list[Values] = []
    for number, row in enumerate(rows):
        base = _HEAD + number * _ROW + _TALL + 8
        bars: list[Values] = []
        for at, week in enumerate(_weeks(row)):
            tall = round(_TALL * week.total / most, 1)
            free = round(_TALL * week.free / most, 1)
            x = _LABEL + at * _WEEK + (_WEEK - _BAR) // 2
            bars.append(
                {
                    "x": x,
                    "middle": x + _BAR // 2,
                    "top": base - tall,
                    "tall": tall,
                    "free_top": base - free,
                    "free_tall": free,
                    "free": week.free,
                    "total": week.total,
                }
            )
        drawn.append({"place": row["place"], "base": base, "bars": bars})
    return {
        "width": _LABEL + len(weeks) * _WEEK,
        "height": _HEAD + len(rows) * _ROW + 8,
        "bar": _BAR,
        "line": _LABEL - 10,
        "weeks": [
            {"x": _LABEL + at * _WEEK + _WEEK // 2, "word": word} for at, word in enumerate(weeks)
        ],
        "rows": drawn,
    }


def _weeks(row: Values) -> list[Capacity]:
    weeks = row["weeks"]
    return weeks if isinstance(weeks, list) else []
