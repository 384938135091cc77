"""The page of one case, whole and in parts.

Opening a case is written into the audit log before anything of it is shown; a page that keeps
itself up to date opens nothing anew.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.domain.case import Case
from bot.service.desk.board import Board
from bot.service.desk.desk import Desk
from bot.service.desk.talk import Talk
from bot.web.auth.guard import SignedIn
from bot.web.desk.reply import Arriving, Written, box, ready_answers
from bot.web.desk.sheet import Sheet
from bot.web.desk.shell import Shell
from bot.web.desk.speech import Speech, Values
from bot.web.forms import fields

_MOST_DIGITS = 15


def number(text: str) -> int | None:
    """Return a case's number as it stands in an address, None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        return None
    return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is said above a case. `draft`: words that can be given to `holder`."""

    text: str
    bad: bool = False
    draft: str = ""
    holder: str = ""


async def written(request: Request) -> Written:
    """Return what the reply form holds."""
    given = await fields(request)
    return Written(
        text=given.get("text"),
        own=given.get("own") == "on",
        shown=given.get("shown"),
        shown_for=given.get("shown_for"),
        provider=given.get("provider"),
    )


class CasePage:
    """Shows a case."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        self._desk = desk
        self._shell = shell

    async def page(self, request: Request, signed: SignedIn) -> Response:
        """Show a case that somebody opens."""
        case_id = number(request.path_params["case_id"])
        if case_id is None or not await self._desk.opened(case_id, signed.staff_id):
            return await self.gone(request, signed)
        done = request.query_params.get("done", "")
        speech = self._shell.speech(request, signed)
        notice = Notice(text=speech.say(f"done_{done}")) if done in DONE else None
        return await self.show(request, signed, case_id, notice=notice)

    async def fresh(self, request: Request, signed: SignedIn) -> Response:
        """Show the parts of a case that is open already."""
        case_id = number(request.path_params["case_id"])
        if case_id is None:
            return await self.gone(request, signed)
        return await self.show(request, signed, case_id, parts=True)

    async def check(self, request: Request, signed: SignedIn) -> Response:
        """Show how typed words would arrive."""
        case_id = number(request.path_params["case_id"])
        speech = self._shell.speech(request, signed)
        row = await self._desk.row(case_id) if case_id is not None else None
        if row is None:
            return await self.gone(request, signed)
        shown = await self.arriving(speech, row.case).shown(await written(request))
        values = {
            "say": speech.say,
            "check": shown,
            "case": {"id": row.case.id},
            "csrf": signed.csrf,
        }
        return self._shell.render("desk_check.html", speech, values)

    async def gone(self, request: Request, signed: SignedIn) -> Response:
        """Say that there is no such case, beside the queue."""
        speech = self._shell.speech(request, signed)
        board = await self._desk.board()
        values = self._shell.values(speech, signed, board, area="cases")
        values |= {
            "queue": self._shell.listing.queue(board, signed.staff_id, speech, None),
            "ratings": [],
        }
        values["gone"] = speech.say("gone")
        return self._shell.render("desk_cases.html", speech, values, 404)

    async def show(
        self,
        request: Request,
        signed: SignedIn,
        case_id: int,
        *,
        parts: bool = False,
        status: int = 200,
        notice: Notice | None = None,
        typed: Written | None = None,
    ) -> Response:
        """Show a case. `typed`: what stands in the reply box instead of the draft."""
        speech = self._shell.speech(request, signed)
        talk = await self._desk.talk(case_id, signed.staff_id, speech.language.code)
        if talk is None:
            return await self.gone(request, signed)
        board = await self._desk.board()
        values = self._shell.values(speech, signed, board, area="cases", open_case=case_id)
        values |= self._case(talk, board, signed, speech, typed)
        if notice is not None:
            values["notice"] = {
                "text": notice.text,
                "bad": notice.bad,
                "draft": notice.draft,
                "draft_to": speech.say("draft_to", name=notice.holder) if notice.draft else "",
            }
        if not parts:
            values["queue"] = self._shell.listing.queue(board, signed.staff_id, speech, case_id)
        template = "desk_fresh.html" if parts else "desk_case.html"
        return self._shell.render(template, speech, values, status)

    def arriving(self, speech: Speech, case: Case) -> Arriving:
        """Return what says how words arrive in a case."""
        return Arriving(self._desk.translating, speech, case.conversation_id, case.language)

    def _case(
        self, talk: Talk, board: Board, signed: SignedIn, speech: Speech, typed: Written | None
    ) -> Values:
        case, sheet = talk.case, Sheet(talk, board, signed.staff_id, speech)
        others = self._desk.presence.others(case.id, signed.staff_id)
        draft = Written(text=talk.draft.body.decode()) if talk.draft is not None else Written()
        stands = typed if typed is not None else draft
        saved = ""
        if talk.draft is not None and typed is None:
            saved = speech.say("draft_saved", time=speech.clock(talk.draft.at))
        names = (talk.team.name(each) for each in talk.drafting)
        return {
            **sheet.values(others),
            "ready": ready_answers(speech, case.language),
            "reply_box": box(
                speech,
                mode=sheet.mode,
                language=case.language,
                written=stands,
                saved=saved,
                check=self.arriving(speech, case).before(stands),
                drafting=[speech.say("draft_others", name=each) for each in names if each],
            ),
        }


DONE = frozenset(
    {
        "claimed",
        "released",
        "transferred",
        "taken_over",
        "snoozed",
        "closed",
        "reopened",
        "sent",
        "noted",
        "saved",
        "corrected",
        "recalled",
        "again",
        "follow_up",
        "given",
    }
)
"""What an address may say was done; the words stand with the other words."""
