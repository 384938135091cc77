"""The day of one person: hand everything over, be away, close several cases, own switches.

GET/POST /desk/day        hand over, absence (shown before it is saved)
GET/POST /desk/close      several cases at once, with the same polite words
GET/POST /desk/settings   notices, sound, keys
GET      /desk/more       what else there is (a phone's last tab)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.domain.appointment import Appointment
from bot.domain.staff import Role
from bot.service.cases import Cases, Refusal, SentWords
from bot.service.desk.board import Board
from bot.service.desk.calendar import Calendar
from bot.service.desk.calendar_days import of_person
from bot.service.desk.desk import PREFS, Desk, known_prefs
from bot.service.desk.queue import Row
from bot.web.auth.guard import SignedIn
from bot.web.desk.acts import REFUSED, acting_of, day_of, id_of, outcome_of
from bot.web.desk.calendar_view import in_the_way
from bot.web.desk.case_page import number
from bot.web.desk.listing import state_of
from bot.web.desk.reply import Arriving, Written
from bot.web.desk.sheet import ENDED, OUTCOMES
from bot.web.desk.shell import AREAS, Shell
from bot.web.desk.speech import Speech, Values
from bot.web.forms import Fields, fields

_MOST_CASES = 100


class Day:
    """Shows and does what concerns a person's whole day."""

    def __init__(self, desk: Desk, cases: Cases, shell: Shell) -> None:
        self._desk = desk
        self._cases = cases
        self._shell = shell
        self._calendar = Calendar(desk.database, desk.catalogue, desk.clock)

    def routes(self, of: Callable[..., BaseRoute]) -> list[BaseRoute]:
        """Return the routes."""
        counsellor, post = Role.COUNSELLOR, ("POST",)
        return [
            of("/desk/day", self.day, counsellor),
            of("/desk/hand-over", self.hand_over, counsellor, methods=post),
            of("/desk/absence", self.absence, counsellor, methods=post),
            of("/desk/absence/end", self.end_absence, counsellor, methods=post),
            of("/desk/close", self.choose, counsellor),
            of("/desk/close", self.close, counsellor, methods=post),
            of("/desk/settings", self.settings, counsellor),
            of("/desk/settings", self.set, counsellor, methods=post),
            of("/desk/more", self.more),
        ]

    # -- hand over, be away

    async def day(self, request: Request, signed: SignedIn) -> Response:
        """Show the day."""
        return await self._day(request, signed)

    async def hand_over(self, request: Request, signed: SignedIn) -> Response:
        """Give all own cases to a colleague."""
        given = await fields(request)
        try:
            moved = await self._cases.hand_over(acting_of(signed), id_of(given.get("to")))
        except Refusal as refusal:
            return await self._day(request, signed, refusal=refusal)
        return RedirectResponse(f"/desk/day?handed={len(moved or ())}", 303)

    async def absence(self, request: Request, signed: SignedIn) -> Response:
        """Show what an absence would do; save it when it was seen."""
        given = await fields(request)
        first, last = day_of(given.get("first")), day_of(given.get("last"))
        if first is None or last is None:
            raise HTTPException(400)
        speech = self._shell.speech(request, signed)
        if last < first:
            return await self._day(request, signed, given=given, bad=speech.say("absence_order"))
        begins = max(speech.midnight(first), speech.now)
        until = speech.midnight(last + timedelta(days=1))
        if until <= speech.now:
            return await self._day(request, signed, given=given, bad=speech.say("in_past"))
        substitute = number(given.get("substitute"))
        acting = acting_of(signed)
        try:
            if given.get("step") == "save":
                moved = await self._cases.set_absence(
                    acting, begins=begins, until=until, substitute=substitute
                )
                return RedirectResponse(f"/desk/day?away={moved}", 303)
            shown = await self._cases.absence_preview(acting, substitute=substitute)
        except Refusal as refusal:
            return await self._day(request, signed, given=given, refusal=refusal)
        kept = await self._calendar.in_the_way(
            begins, until, place=None, resource=of_person(signed.name)
        )
        return await self._day(request, signed, given=given, told=shown, kept=kept)

    async def end_absence(self, request: Request, signed: SignedIn) -> Response:
        """Take an absence back."""
        given = await fields(request)
        try:
            await self._cases.end_absence(acting_of(signed), id_of(given.get("absence")))
        except Refusal as refusal:
            return await self._day(request, signed, refusal=refusal)
        return RedirectResponse("/desk/day?done=saved", 303)

    async def _day(
        self,
        request: Request,
        signed: SignedIn,
        *,
        given: Fields | None = None,
        told: Sequence[tuple[int, str]] | None = None,
        kept: Sequence[Appointment] = (),
        refusal: Refusal | None = None,
        bad: str = "",
    ) -> Response:
        speech = self._shell.speech(request, signed)
        board = await self._desk.board()
        mine, duty = _mine(board, signed.staff_id), self._on_duty(board)
        asked = given or Fields()
        values = self._shell.values(speech, signed, board, area="day")
        values |= {
            "mine": [_choice(row, board, signed, speech) for row in mine],
            "colleagues": [
                {"id": each.id, "name": each.name, "away": each.login not in duty}
                for each in board.team.counsellors
                if each.id != signed.staff_id
            ],
            "asked": {name: asked.get(name) for name in ("first", "last", "substitute")},
            "told": None if told is None else [_told(each, board, speech) for each in told],
            "kept": in_the_way(kept, speech),
            "absences": await self._absences(signed, speech, board),
            "bad": bad or _sentence(refusal, speech),
            "done": _done(request, speech),
        }
        status = 409 if values["bad"] else 200
        return self._shell.render("desk_day.html", speech, values, status)

    def _on_duty(self, board: Board) -> frozenset[str]:
        return board.team.on_duty(self._desk.catalogue().desk, board.at)

    async def _absences(self, signed: SignedIn, speech: Speech, board: Board) -> list[Values]:
        found = await self._desk.absences(signed.staff_id)
        return [
            {
                "id": each.id,
                "span": speech.say(
                    "absence_span",
                    start=speech.day(speech.local(each.begins).date()),
                    end=speech.day(_last_day(each.until, speech)),
                ),
                "who": board.team.name(each.substitute) or speech.say("absence_nobody"),
            }
            for each in found
        ]

    # -- several at once

    async def choose(self, request: Request, signed: SignedIn) -> Response:
        """Show the own cases, to close some of them."""
        return await self._choose(request, signed)

    async def close(self, request: Request, signed: SignedIn) -> Response:
        """Close the chosen cases. Those that cannot be closed stay, and are named."""
        given = await fields(request)
        chosen = [id_of(each) for each in given.all("case")][:_MOST_CASES]
        speech = self._shell.speech(request, signed)
        if not chosen:
            return await self._choose(request, signed, bad=speech.say("choose_first"))
        outcome, text = outcome_of(given), given.get("text").strip()
        try:
            closed = await self._cases.close(
                acting_of(signed),
                chosen,
                outcome,
                text=text or None,
                follow_up=day_of(given.get("follow_up")),
                sent=await self._translated(chosen, text, speech) if text else None,
            )
        except Refusal as refusal:
            return await self._choose(request, signed, bad=_sentence(refusal, speech))
        failed = [each for each in closed or () if each.refusal is not None]
        if failed:
            lines = [
                f"{speech.say('case', number=each.case_id)}: {_sentence(each.refusal, speech)}"
                for each in failed
            ]
            return await self._choose(request, signed, bad=" ".join(lines))
        return RedirectResponse(f"/desk/close?closed={len(closed or ())}", 303)

    async def _translated(
        self, chosen: Sequence[int], text: str, speech: Speech
    ) -> dict[int, SentWords]:
        """Return the polite words in each person's language, where they can be translated; each
        language is translated once.
        """
        board = await self._desk.board()
        cases = [row.case for each in chosen if (row := board.row(each)) is not None]
        words: dict[str, SentWords | None] = {}
        for case in cases:
            if case.language not in words:
                arriving = Arriving(
                    self._desk.translating, speech, case.conversation_id, case.language
                )
                words[case.language] = await arriving.sent(Written(text=text))
        found = ((case.id, words[case.language]) for case in cases)
        return {case_id: sent for case_id, sent in found if sent is not None}

    async def _choose(self, request: Request, signed: SignedIn, *, bad: str = "") -> Response:
        speech = self._shell.speech(request, signed)
        board = await self._desk.board()
        values = self._shell.values(speech, signed, board, area="cases")
        values |= {
            "mine": [_choice(row, board, signed, speech) for row in _mine(board, signed.staff_id)],
            "outcomes": [(each.value, speech.say(ENDED[each])) for each in OUTCOMES],
            "bad": bad,
            "done": _done(request, speech),
        }
        return self._shell.render("desk_several.html", speech, values, 409 if bad else 200)

    # -- switches

    async def settings(self, request: Request, signed: SignedIn) -> Response:
        """Show the switches of one person."""
        speech = self._shell.speech(request, signed)
        board = await self._desk.board()
        values = self._shell.values(speech, signed, board, area="settings")
        values |= {"wishes": known_prefs(signed.prefs), "done": _done(request, speech)}
        return self._shell.render("desk_settings.html", speech, values)

    async def set(self, request: Request, signed: SignedIn) -> Response:
        """Keep the switches."""
        given = await fields(request)
        wishes = {name: "on" if given.get(name) == "on" else "off" for name in PREFS}
        await self._desk.set_prefs(signed.staff_id, wishes)
        return RedirectResponse("/desk/settings?done=saved", 303)

    async def more(self, request: Request, signed: SignedIn) -> Response:
        """Show what else there is."""
        speech = self._shell.speech(request, signed)
        board = await self._desk.board()
        values = self._shell.values(speech, signed, board, area="more")
        counsels = signed.may(Role.COUNSELLOR)
        links = [("/desk/day", "own"), ("/desk/settings", "settings")] if counsels else []
        links += [
            (each.url, each.word)
            for each in AREAS
            if each.key != "cases" and (not each.roles or signed.may(*each.roles))
        ]
        links.append(("/desk/account", "account"))
        values["links"] = [(url, speech.say(word)) for url, word in links]
        return self._shell.render("desk_more.html", speech, values)


def _mine(board: Board, me: int) -> list[Row]:
    rows = (row for row in board.rows if row.case.assignee == me and row.case.closed_at is None)
    return sorted(rows, key=lambda row: row.since)


def _choice(row: Row, board: Board, signed: SignedIn, speech: Speech) -> Values:
    colour, state = state_of(row, signed.staff_id, board, speech)
    return {
        "id": row.case.id,
        "title": speech.title(row.case),
        "where": speech.language_name(row.case.language),
        "colour": colour,
        "state": state,
    }


def _told(each: tuple[int, str], board: Board, speech: Speech) -> Values:
    case_id, sentence = each
    row = board.row(case_id)
    return {
        "id": case_id,
        "title": speech.title(row.case) if row is not None else "",
        "sentence": sentence,
        "lang": speech.catalogue.source.code,
        "language": speech.language_name(row.case.language) if row is not None else "",
    }


def _sentence(refusal: Refusal | None, speech: Speech) -> str:
    if refusal is None:
        return ""
    name = refusal.by or speech.say("somebody")
    return speech.say_filled(REFUSED[refusal.reason], {"name": name, "most": ""})


def _done(request: Request, speech: Speech) -> str:
    """Return what an address says was done."""
    query = request.query_params
    for name, word in (
        ("handed", "handed_over"),
        ("away", "absence_saved"),
        ("closed", "closed_several"),
    ):
        count = number(query.get(name, ""))
        if count is not None:
            return speech.count(word, count)
    return speech.say("done_saved") if query.get("done") == "saved" else ""


def _last_day(until: datetime, speech: Speech) -> date:
    return speech.local(until - timedelta(microseconds=1)).date()
