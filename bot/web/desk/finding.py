"""Search: fields of a case at once, texts stretch by stretch while the page shows how far it is.

GET /desk/search          the form, and what was found
GET /desk/search/more     the next stretch, fetched by the page itself; without script a link
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.domain.case import CaseStatus
from bot.domain.staff import Role
from bot.service.desk.board import Board
from bot.service.desk.desk import Desk
from bot.service.desk.queue import Row
from bot.service.desk.search import LATELY, Search, Wanted, wanted_words
from bot.web.auth.guard import SignedIn
from bot.web.desk.acts import sensible
from bot.web.desk.case_page import number
from bot.web.desk.listing import state_of
from bot.web.desk.shell import Shell
from bot.web.desk.speech import Speech, Values

_STATUS = {
    CaseStatus.WAITING: "status_waiting",
    CaseStatus.WITH_COUNSELLOR: "status_with",
    CaseStatus.SNOOZED: "status_snoozed",
    CaseStatus.CLOSED: "status_closed",
}
_FIELDS = ("words", "status", "topic", "language", "whose", "first", "last")
_MOST_WORDS = 200


class Finding:
    """Shows the search."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        self._desk = desk
        self._shell = shell
        self._search = Search(desk.database, desk.catalogue, desk.clock, desk.translating)

    def routes(self, of: Callable[..., BaseRoute]) -> list[BaseRoute]:
        """Return the routes."""
        return [
            of("/desk/search", self.page, Role.COUNSELLOR),
            of("/desk/search/more", self.more, Role.COUNSELLOR),
        ]

    async def page(self, request: Request, signed: SignedIn) -> Response:
        """Show the form and the first stretch of what was found."""
        speech, board, values = await self._found(request, signed)
        values |= self._shell.values(speech, signed, board, area="search")
        values |= self._form(speech)
        return self._shell.render("desk_search.html", speech, values)

    async def more(self, request: Request, signed: SignedIn) -> Response:
        """Show the next stretch."""
        speech, board, values = await self._found(request, signed)
        if "hx-request" in request.headers:
            values |= {"say": speech.say, "count": speech.count}
            return self._shell.render("desk_found.html", speech, values)
        values |= self._shell.values(speech, signed, board, area="search")
        values |= self._form(speech)
        return self._shell.render("desk_search.html", speech, values)

    async def _found(self, request: Request, signed: SignedIn) -> tuple[Speech, Board, Values]:
        speech = self._shell.speech(request, signed)
        board = await self._desk.board()
        query = request.query_params
        asked = {name: query.get(name, "")[:_MOST_WORDS] for name in _FIELDS}
        values: Values = {"asked": asked, "found": None}
        if not any(each.strip() for each in asked.values()):
            return speech, board, values
        wanted = self._wanted(asked, signed)
        before = number(query.get("count", "")) or 0
        if wanted.in_texts:
            below = number(query.get("below", ""))
            if below is None:
                await self._desk.searched(signed.staff_id)
            read = number(query.get("read", "")) or 0
            found = await self._search.in_texts(wanted, below=below, read_before=read)
        else:
            found = await self._search.by_fields(wanted)
        count, following = before + len(found.rows), None
        if found.below is not None:
            further = {"below": found.below, "read": found.read, "count": count}
            following = f"/desk/search/more?{urlencode({**asked, **further})}"
        values["found"] = {
            "rows": [_row(row, board, signed, speech) for row in found.rows],
            "count": count,
            "read": found.read,
            "total": found.total,
            "next": following,
            "more": found.more,
        }
        return speech, board, values

    def _wanted(self, asked: dict[str, str], signed: SignedIn) -> Wanted:
        words, case_number = wanted_words(asked["words"])
        status = next((each for each in CaseStatus if each.value == asked["status"]), None)
        return Wanted(
            words=words,
            number=case_number,
            status=status,
            topic=asked["topic"] or None,
            language=asked["language"] or None,
            assignee=signed.staff_id if asked["whose"] == "mine" else number(asked["whose"]),
            first=_day(asked["first"]),
            last=_day(asked["last"]),
        )

    def _form(self, speech: Speech) -> Values:
        catalogue = self._desk.catalogue()
        topics = [
            (entry, catalogue.plain(f"{entry}/title", speech.language.code))
            for entry in catalogue.entries
        ]
        return {
            "statuses": [(each.value, speech.say(word)) for each, word in _STATUS.items()],
            "topics": sorted(topics, key=lambda each: each[1].casefold()),
            "languages": [
                (each.code, speech.language_name(each.code)) for each in catalogue.languages
            ],
            "days": LATELY.days,
        }


def _row(row: Row, board: Board, signed: SignedIn, speech: Speech) -> Values:
    colour, state = state_of(row, signed.staff_id, board, speech)
    where = speech.say(
        "what_and_where",
        language=speech.language_name(row.case.language),
        channel=speech.channel(row.account),
    )
    return {
        "id": row.case.id,
        "title": speech.title(row.case),
        "colour": colour,
        "state": state,
        "where": where,
        "when": speech.lately(row.case.opened_at),
    }


def _day(text: str) -> date | None:
    try:
        return sensible(date.fromisoformat(text)) if text else None
    except ValueError:
        return None
