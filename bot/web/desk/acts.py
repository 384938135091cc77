"""What counsellors do to one case: each act a form, each form an address.

Theory. After an act that worked, a page without script is sent back to the case, and a page with
script gets the case's parts anew. After one that did not, both say why in a sentence and keep what
was typed. The same form sent twice is done once: answers and notes carry a key, and the rest is
refused by the case's own table.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.domain.case import Outcome
from bot.service.cases import Acting, Cases, Reason, Refusal
from bot.service.desk.desk import Desk
from bot.web.auth.guard import SignedIn
from bot.web.desk.case_page import CasePage, Notice, number, written
from bot.web.desk.reply import Arriving, Written, ready_german
from bot.web.desk.sheet import OUTCOMES
from bot.web.desk.shell import Shell
from bot.web.forms import Fields, fields
from bot.web.frame import TEXT_LIMIT

YEARS = range(2000, 2200)
"""The years that a form may name."""

Done = str | Response
Act = Callable[[Request, SignedIn, Acting, int, Fields], Awaitable[Done]]

REFUSED = {
    Reason.NO_CASE: "gone",
    Reason.CLOSED: "closed_case",
    Reason.OPEN: "not_now",
    Reason.TAKEN: "taken_before",
    Reason.NOT_YOURS: "not_yours",
    Reason.NO_STAFF: "no_staff",
    Reason.ROLE: "not_allowed",
    Reason.NOT_POSSIBLE: "not_now",
    Reason.EMPTY: "empty",
    Reason.TOO_LONG: "too_long",
    Reason.NO_ENTRY: "gone_entry",
    Reason.PAST: "in_past",
}


def acting_of(signed: SignedIn) -> Acting:
    """Return who acts."""
    return Acting(staff_id=signed.staff_id, name=signed.shown_name, roles=signed.roles)


def day_of(text: str) -> date | None:
    """Return the day that a field holds, None where it is empty; 400 for anything else."""
    if not text:
        return None
    try:
        return sensible(date.fromisoformat(text))
    except ValueError:
        raise HTTPException(400) from None


def sensible(day: date) -> date:
    """Return a day that people mean: half-typed years ("0026") can neither be shown nor counted
    with. Raises ValueError.
    """
    if day.year not in YEARS:
        raise ValueError("no day that people mean")
    return day


def id_of(text: str) -> int:
    """Return the number that a field holds; 400 for anything else."""
    found = number(text)
    if found is None:
        raise HTTPException(400)
    return found


class Acts:
    """Takes the forms of a case."""

    def __init__(self, desk: Desk, cases: Cases, page: CasePage, shell: Shell) -> None:
        self._desk = desk
        self._cases = cases
        self._page = page
        self._shell = shell
        self._acts: dict[str, Act] = {
            "claim": self._claim,
            "release": self._release,
            "take-over": self._take_over,
            "transfer": self._transfer,
            "snooze": self._snooze,
            "note": self._note,
            "give-draft": self._give_draft,
            "reply": self._reply,
            "ready": self._ready,
            "draft": self._draft,
            "correct": self._correct,
            "recall": self._recall,
            "resend": self._resend,
            "follow-up": self._follow_up,
            "close": self._close,
            "reopen": self._reopen,
        }

    async def act(self, request: Request, signed: SignedIn) -> Response:
        """Do what one form asks for."""
        case_id = number(request.path_params["case_id"])
        act = self._acts.get(request.path_params["act"])
        if act is None:
            raise HTTPException(404)
        if case_id is None:
            return await self._page.gone(request, signed)
        given = await fields(request)
        try:
            done = await act(request, signed, acting_of(signed), case_id, given)
        except Refusal as refusal:
            return await self._refused(request, signed, case_id, refusal)
        if isinstance(done, Response):
            return done
        if "hx-request" not in request.headers:
            return RedirectResponse(f"/desk/cases/{case_id}?done={done}", 303)
        notice = Notice(text=self._shell.speech(request, signed).say(f"done_{done}"))
        return await self._page.show(request, signed, case_id, parts=True, notice=notice)

    async def _refused(
        self, request: Request, signed: SignedIn, case_id: int, refusal: Refusal
    ) -> Response:
        if refusal.reason is Reason.NO_CASE:
            return await self._page.gone(request, signed)
        speech = self._shell.speech(request, signed)
        typed = await written(request)
        holder = refusal.by or ""
        word = REFUSED[refusal.reason]
        if refusal.reason is Reason.NOT_YOURS and holder:
            word = "taken_before" if request.path_params["act"] == "reply" else "with_other"
        values = {"name": holder or speech.say("somebody"), "most": TEXT_LIMIT}
        taken = bool(holder) and refusal.reason in {Reason.TAKEN, Reason.NOT_YOURS}
        notice = Notice(
            text=speech.say_filled(word, values),
            bad=True,
            draft=typed.text if taken else "",
            holder=holder,
        )
        replies = request.path_params["act"] == "reply"
        return await self._page.show(
            request,
            signed,
            case_id,
            parts="hx-request" in request.headers,
            status=403 if refusal.reason is Reason.ROLE else 409,
            notice=notice,
            typed=typed if replies else None,
        )

    # -- moving the case

    async def _claim(
        self, _r: Request, _s: SignedIn, who: Acting, case_id: int, _f: Fields
    ) -> Done:
        await self._cases.claim(who, case_id)
        return "claimed"

    async def _release(
        self, _r: Request, _s: SignedIn, who: Acting, case_id: int, _f: Fields
    ) -> Done:
        await self._cases.release(who, case_id)
        return "released"

    async def _take_over(
        self, _r: Request, _s: SignedIn, who: Acting, case_id: int, _f: Fields
    ) -> Done:
        await self._cases.transfer(who, case_id, who.staff_id)
        return "taken_over"

    async def _transfer(
        self, _r: Request, _s: SignedIn, who: Acting, case_id: int, given: Fields
    ) -> Done:
        await self._cases.transfer(who, case_id, id_of(given.get("to")))
        return "transferred"

    async def _snooze(
        self, _r: Request, _s: SignedIn, who: Acting, case_id: int, given: Fields
    ) -> Done:
        await self._cases.snooze(who, case_id, self._until(given))
        return "snoozed"

    def _until(self, given: Fields) -> datetime:
        """Return the moment of a button, or of the fields for day and time."""
        try:
            if chosen := given.get("until"):
                moment = datetime.fromisoformat(chosen)
                if moment.tzinfo is None:
                    raise HTTPException(400)
                sensible(moment.date())
                return moment.astimezone(UTC)
            day = sensible(date.fromisoformat(given.get("day")))
            at = time.fromisoformat(given.get("time") or "09:00")
        except ValueError:
            raise HTTPException(400) from None
        zone = ZoneInfo(self._desk.catalogue().site.zone)
        return datetime.combine(day, at.replace(tzinfo=None), zone).astimezone(UTC)

    async def _close(
        self, request: Request, signed: SignedIn, who: Acting, case_id: int, given: Fields
    ) -> Done:
        sent = None
        text = given.get("text").strip()
        if text:
            arriving = await self._arriving(request, signed, case_id)
            words = await arriving.sent(Written(text=text))
            sent = {case_id: words} if words is not None else None
        (closed,) = await self._cases.close(
            who,
            (case_id,),
            outcome_of(given),
            text=text or None,
            follow_up=day_of(given.get("follow_up")),
            sent=sent,
        )
        if closed.refusal is not None:
            raise closed.refusal
        return "closed"

    async def _reopen(
        self, _r: Request, _s: SignedIn, who: Acting, case_id: int, _f: Fields
    ) -> Done:
        await self._cases.reopen(who, case_id)
        return "reopened"

    async def _follow_up(
        self, _r: Request, _s: SignedIn, who: Acting, case_id: int, given: Fields
    ) -> Done:
        await self._cases.follow_up(who, case_id, day_of(given.get("day")))
        return "follow_up"

    # -- words

    async def _reply(
        self, request: Request, signed: SignedIn, who: Acting, case_id: int, given: Fields
    ) -> Done:
        words = await written(request)
        if not words.text.strip():
            raise Refusal(Reason.EMPTY)
        row = await self._desk.row(case_id)
        if row is not None and row.case.assignee is None:
            await self._cases.claim(who, case_id)
        sent = await (await self._arriving(request, signed, case_id)).sent(words)
        await self._cases.reply(who, case_id, words.text, sent=sent, key=given.get("key") or None)
        return "sent"

    async def _ready(
        self, request: Request, signed: SignedIn, who: Acting, case_id: int, given: Fields
    ) -> Done:
        """Put a ready answer into the box of a page without script."""
        german = ready_german(self._desk.catalogue(), given.get("ready"))
        if german is None:
            raise HTTPException(400)
        words = await written(request)
        text = f"{words.text.strip()}\n\n{german}".strip()
        await self._cases.save_draft(who, case_id, text)
        return await self._page.show(request, signed, case_id, typed=Written(text=text))

    async def _draft(
        self, request: Request, signed: SignedIn, who: Acting, case_id: int, given: Fields
    ) -> Done:
        await self._cases.save_draft(who, case_id, given.get("text"))
        speech = self._shell.speech(request, signed)
        return PlainTextResponse(speech.clock(self._desk.clock()))

    async def _note(
        self, _r: Request, _s: SignedIn, who: Acting, case_id: int, given: Fields
    ) -> Done:
        await self._cases.note(who, case_id, given.get("text"), key=given.get("key") or None)
        return "noted"

    async def _give_draft(
        self, request: Request, signed: SignedIn, who: Acting, case_id: int, given: Fields
    ) -> Done:
        """Give a draft to whoever has the case: as a note, which the team reads and nobody else."""
        text = given.get("text").strip()
        if not text:
            raise Refusal(Reason.EMPTY)
        head = self._shell.speech(request, signed).say("draft_others", name=who.name)
        key = given.get("key") or None
        await self._cases.note(who, case_id, f"{head}: {text}", key=key)
        await self._cases.save_draft(who, case_id, "")
        return "given"

    async def _correct(
        self, request: Request, signed: SignedIn, who: Acting, case_id: int, given: Fields
    ) -> Done:
        text = given.get("text")
        if not text.strip():
            raise Refusal(Reason.EMPTY)
        sent = await (await self._arriving(request, signed, case_id)).sent(Written(text=text))
        await self._cases.correct(who, id_of(given.get("entry")), text, sent=sent)
        return "corrected"

    async def _recall(
        self, _r: Request, _s: SignedIn, who: Acting, _case: int, given: Fields
    ) -> Done:
        await self._cases.recall(who, id_of(given.get("entry")))
        return "recalled"

    async def _resend(
        self, _r: Request, _s: SignedIn, who: Acting, case_id: int, given: Fields
    ) -> Done:
        await self._cases.resend(who, case_id, id_of(given.get("row")))
        return "again"

    async def _arriving(self, request: Request, signed: SignedIn, case_id: int) -> Arriving:
        row = await self._desk.row(case_id)
        if row is None:
            raise Refusal(Reason.NO_CASE)
        speech = self._shell.speech(request, signed)
        return self._page.arriving(speech, row.case)


def outcome_of(given: Fields) -> Outcome:
    """Return the outcome that a form names; 400 for one that is not the office's to give."""
    found = next((each for each in OUTCOMES if each.value == given.get("outcome")), None)
    if found is None:
        raise HTTPException(400)
    return found
