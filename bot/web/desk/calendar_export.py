"""The calendar as a CSV file (RFC 4180, with semicolons and a byte order mark: so the office's
spreadsheets open it by a double click).

    GET  /desk/calendar/export
    POST /desk/calendar/export   the file

A cell that a spreadsheet would take for a formula gets an apostrophe before it: names are typed by
strangers (CWE-1236).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.domain.outgoing import FSI, PDI
from bot.domain.staff import Role
from bot.service.desk.calendar_days import Wanted, of_person
from bot.service.desk.calendar_export import MOST_DAYS, Exports, Table
from bot.web.auth.guard import SignedIn
from bot.web.desk.acts import day_of
from bot.web.desk.calendar_address import ROOT
from bot.web.desk.calendar_room import Notice, Room
from bot.web.desk.calendar_speech import CalendarSpeech
from bot.web.desk.calendar_view import STATES
from bot.web.desk.speech import Values
from bot.web.forms import Fields, fields

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # wide ones too
_COLUMNS = (
    "cal_column_day",
    "cal_column_start",
    "cal_column_end",
    "cal_place",
    "cal_column_service",
    "cal_language",
    "cal_column_interpreter",
    "cal_who",
    "cal_state",
    "cal_code",
)


class ExportPages:
    """Gives the calendar away as a file."""

    def __init__(self, room: Room) -> None:
        self._room = room
        desk = room.desk
        self._exports = Exports(desk.database, desk.catalogue, desk.clock)

    def routes(self, of: Callable[..., BaseRoute]) -> list[BaseRoute]:
        """Return the routes."""
        return [
            of(f"{ROOT}/export", self.form, Role.COUNSELLOR),
            of(f"{ROOT}/export", self.export, Role.COUNSELLOR, methods=("POST",)),
        ]

    async def form(self, request: Request, signed: SignedIn) -> Response:
        """Ask which days."""
        speech = self._room.speech(request, signed)
        address = self._room.address(request.query_params, speech)
        return await self._form(
            Fields({"first": [address.first.isoformat()], "last": [address.last.isoformat()]}),
            signed,
            speech,
        )

    async def export(self, request: Request, signed: SignedIn) -> Response:
        """Return the file."""
        given, speech = await fields(request), self._room.speech(request, signed)
        first, last = day_of(given.get("first")), day_of(given.get("last"))
        if first is None or last is None:
            raise HTTPException(400)
        if last < first:
            return await self._form(given, signed, speech, speech.say("cal_block_order"))
        if last - first > timedelta(days=MOST_DAYS):
            most = speech.say("cal_export_span", days=MOST_DAYS)
            return await self._form(given, signed, speech, most)
        place, person = given.get("place"), given.get("person")
        names = bool(given.get("names"))
        wanted = Wanted(
            first=first,
            last=last,
            place=place if place in speech.catalogue.places else None,
            resource=of_person(person) if person else None,
        )
        table = await self._exports.table(wanted, signed.staff_id, names=names)
        return Response(
            written(self._rows(table, speech, names=names)),
            media_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="termine-{first}-{last}.csv"',
                "Cache-Control": "no-store",
            },
        )

    async def _form(
        self, given: Fields, signed: SignedIn, speech: CalendarSpeech, bad: str = ""
    ) -> Response:
        team = await self._room.calendar.team()
        values: Values = {
            "notice": Notice(bad, bad=True) if bad else None,
            "asked": {name: given.get(name) for name in ("first", "last", "place", "person")},
            "places": list(speech.offered_places.items()),
            "people": speech.people(team),
            "most": MOST_DAYS,
        }
        return await self._room.page(
            "desk_export.html", speech, signed, values, status=409 if bad else 200
        )

    @staticmethod
    def _rows(table: Table, speech: CalendarSpeech, *, names: bool) -> Iterable[Sequence[str]]:
        head = [speech.say(word) for word in _COLUMNS]
        yield [*head, speech.say("cal_name")] if names else head
        for found, resource in table.lines:
            row = [
                found.local.date().isoformat(),
                speech.wall(found.local),
                speech.wall(found.local + (found.ends - found.starts)),
                speech.place_in_full(found.place),
                speech.service(found.service),
                speech.language_name(found.language),
                speech.say("cal_yes" if found.interpreter else "cal_no"),
                speech.who(resource, table.team),
                speech.say(STATES[found.status][1]),
                found.code or speech.say("cal_walk_in_sign"),
            ]
            yield [*row, found.name or ""] if names else row


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as a file."""
    file = io.StringIO()
    out = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    out.writerows([harmless(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet computes."""
    said = " ".join(cell.replace(FSI, "").replace(PDI, "").split())
    return f"'{said}" if said.startswith(_FORMULA) else said
